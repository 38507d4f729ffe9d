"""Finds the version of an entry that is in force in a month."""

from __future__ import annotations

from calc.rules.rulebook import Entry, Rulebook, Version
from calc.rules.schema import COMPLETE


def version_in(entry: Entry, month: int) -> Version | None:
    """Returns the keys that hold in the month; None where the entry is not in force.

    An entry that begins again has none of the keys of the version that ended, only those without `from`.
    A definition that never existed is in force where its formula is: it then is zero, or no.
    """
    return version_after(entry, *changes_by(entry, month))


def changes_by(entry: Entry, month: int) -> tuple[int, bool]:
    """Counts the changes of an entry up to a month, and says whether the last one is of that month.

    Months with the same changes have the same version; whether a change is new matters to values of one month only.
    """
    count = 0
    for start, _, _ in entry.changes:
        if start > month:
            break
        count += 1
    return count, count > 0 and entry.changes[count - 1][0] == month


def version_after(entry: Entry, count: int, is_new: bool) -> Version | None:
    """Returns the keys that hold after some changes; None where the entry is not in force then."""
    if never_existed(entry) and entry.section != "definitions":
        return None
    values, origins = entry.values, entry.origins
    since: int | None = None
    ended = False
    for start, changed, written in entry.changes[:count]:
        since = start
        ended = changed is None
        if changed is None:
            values, origins = entry.values, entry.origins
        else:
            values, origins = replaced(values, changed), {**origins, **written}
    if ended:
        return None
    if entry.section == "parameters":
        if values.get("holds") == "month" and not is_new:
            values = {**{key: value for key, value in values.items() if key != "value"}, "basis": "unset"}
        elif values.get("basis") != "unset" and "value" not in values:
            return None
    elif not any(key in values for key in COMPLETE[entry.section.partition(".")[0]]):
        return None
    return Version(values, origins, since)


def never_existed(entry: Entry) -> bool:
    """Says whether an entry is marked as one that never was in force, in any month."""
    return bool(entry.values.get("ends"))


def replaced(values: dict[str, object], changed: dict[str, object]) -> dict[str, object]:
    """Applies a change to keys: a parameter made unset loses its value, one given a value is no longer unset."""
    merged = {**values, **changed}
    if changed.get("basis") == "unset":
        merged.pop("value", None)
    elif "value" in changed and "basis" not in changed and merged.get("basis") == "unset":
        merged.pop("basis")
    return merged


def change_months(rulebook: Rulebook) -> list[int]:
    """Returns the first month of the file and every change month after it, in order."""
    entries = [*rulebook.entries.values(), *rulebook.checks.values()]
    months = {start for entry in entries for start, _, _ in entry.changes if start > rulebook.first_month}
    return [rulebook.first_month, *sorted(months)]
