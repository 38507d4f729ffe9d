"""Which version of an entry is in force in a month."""

from __future__ import annotations

from calc.rules.rulebook import Entry, Rulebook, Version
from calc.rules.schema import COMPLETE


def version_in(entry: Entry, month: int) -> Version | None:
    """The keys that hold in the month, or None where the entry is not in force."""
    values, origins = entry.values, entry.origins
    since: int | None = None
    ended = False
    for start, changed, written in entry.changes:
        if start > month:
            break
        since = start
        ended = changed is None
        if changed is not None:
            values, origins = replaced(values, changed), {**origins, **written}
    if ended:
        return None
    if entry.section == "parameters":
        if values.get("holds") == "month" and since != month:
            values = {**{key: value for key, value in values.items() if key != "value"}, "basis": "unset"}
        elif values.get("basis") != "unset" and "value" not in values:
            return None
    elif not any(key in values for key in COMPLETE[entry.section.partition(".")[0]]):
        return None
    return Version(values, origins, since)


def replaced(values: dict[str, object], changed: dict[str, object]) -> dict[str, object]:
    """Keys after a change; a parameter that becomes unset loses its value, one that gets a value its being unset."""
    merged = {**values, **changed}
    if changed.get("basis") == "unset":
        merged.pop("value", None)
    elif "value" in changed and "basis" not in changed and merged.get("basis") == "unset":
        merged.pop("basis")
    return merged


def change_months(rulebook: Rulebook) -> list[int]:
    """Every month in which anything changes, in order, beginning with the file's first."""
    entries = [*rulebook.entries.values(), *rulebook.checks.values()]
    months = {start for entry in entries for start, _, _ in entry.changes if start > rulebook.first_month}
    return [rulebook.first_month, *sorted(months)]
