"""Reads household files. A household with any mistake is rejected, with all of them; the others are not affected."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any, Union

from calc.diagnostics.diagnostic import Diagnostic, InputErrors, Place, Reject
from calc.diagnostics.source import Source
from calc.engine.facts import Household
from calc.households.commented_lines import commented_facts
from calc.households.failed_checks import CheckReport
from calc.households.headings import HOUSEHOLDS, Headings, UnknownHeading, word_of
from calc.households.household_reader import HouseholdDraft, HouseholdReader, Keys, quoted, shown_id, shown_number
from calc.households.identity_numbers import mask_in
from calc.households.overrides import Settings, unmatched
from calc.households.parse_document import Format, format_of, parse, with_places
from calc.households.stated_places import check_report
from calc.language.types import HOUSEHOLD
from calc.record import Record, replace
from calc.rules.plan import Plan

__all__ = ["Intake", "Reject", "format_of", "read_files", "read_household", "read_households"]


class Intake(Record):
    """The households and rejects of a file, both in its order; `reports` report checks that a household fails.

    `warnings` are of lines that reject nobody.
    """

    households: tuple[Household, ...]
    rejects: tuple[Reject, ...]
    reports: tuple[CheckReport, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()


def read_households(
    source: Source, plan: Plan, format: Format, settings: Settings | None = None, *, show_ids: bool = False
) -> Intake:
    """Reads the households of a file. Raises InputErrors if the file as a whole cannot be read.

    `settings` (of `--set`) replace facts of the file, before anything is derived from them.
    Personal numbers are masked in diagnostics, unless `show_ids`.
    """
    return read_files([(source, format)], plan, settings, show_ids=show_ids)


def read_files(
    files: Iterable[tuple[Source, Format]], plan: Plan, settings: Settings | None = None, *, show_ids: bool = False
) -> Intake:
    """Reads the households of several files as if they were one; also finds mistakes between two files."""
    settings = settings or Settings()
    found: list[HouseholdDraft] = []
    readers: list[HouseholdReader] = []
    unreadable: list[Diagnostic] = []
    warnings: list[Diagnostic] = []
    for source, format in files:
        try:
            reader = HouseholdReader(with_places(source, format, show_ids), plan, settings, show_ids)
            drafts = _found_in(reader, format)
            found += drafts
            readers += [reader] * len(drafts)
            if format == "toml":
                warnings += commented_facts(reader.source, reader.headings, show_ids)
        except InputErrors as faulty:
            unreadable += faulty.diagnostics
    if found:
        unreadable += unmatched(settings, [id for one in found for id in one.member_ids])
    if unreadable:
        raise InputErrors(unreadable)
    _make_distinct(found)
    _compare(found, show_ids)
    read = [(one, one.household, reader) for one, reader in zip(found, readers, strict=True) if not one.wrong]
    return Intake(
        tuple(household for _, household, _ in read if household is not None),
        tuple(Reject(one.id, tuple(one.wrong)) for one in found if one.wrong),
        tuple(check_report(reader, one) for one, household, reader in read if household is not None),
        tuple(warnings),
    )


def read_household(
    raw: Any, source: Source, keys: Keys, plan: Plan, id: str, *, show_ids: bool = False
) -> Union[Household, Reject]:
    """Reads a household at a key path of a document already parsed, as of the cases in a rules file."""
    source = source if show_ids else replace(source, hide=mask_in)
    found = HouseholdReader(source, plan, Settings(), show_ids).household(raw, keys, id)
    if found.wrong or found.household is None:
        return Reject(found.id, tuple(found.wrong))
    return found.household


def _found_in(reader: HouseholdReader, format: Format) -> list[HouseholdDraft]:
    source = reader.source
    document = parse(source, format)
    name = os.path.splitext(os.path.basename(source.path))[0]
    stem = "stdin" if name in ("", "-") else name
    return [
        reader.household(raw, keys, stem if at is None else f"{stem}#{at}")
        for raw, keys, at in _listed(document, source, reader.headings)
    ]


def _listed(document: Any, source: Source, headings: Headings) -> list[tuple[Any, Keys, int | None]]:
    """Lists the households of a document, their key paths, and their numbers if they are in a list."""
    if isinstance(document, list):
        return [(raw, (at,), at + 1) for at, raw in enumerate(document)]
    if not isinstance(document, dict):
        raise InputErrors([Diagnostic("bad-household", Place(source))])
    holder = next((key for key, raw in document.items() if _holds_households(key, raw, headings)), None)
    if holder is None:
        return [(document, (), None)]
    wrong = []
    for key in document:
        place, name = Place(source, (key,), on_key=True), quoted(key)
        if key != holder:
            wrong.append(Diagnostic("unknown-key", place, {"key": name}))
        if key in getattr(document, "twice", ()):
            wrong.append(Diagnostic("fact-twice", place, {"fact": name, "first": name, "second": name}))
    households = document[holder]
    if not isinstance(households, (list, dict)):
        wrong.append(Diagnostic("bad-household", Place(source, (holder,))))
    if wrong:
        raise InputErrors(wrong)
    if isinstance(households, dict):
        return [(households, (holder,), None)]
    return [(raw, (holder, at), at + 1) for at, raw in enumerate(households)]


def _holds_households(key: str, raw: Any, headings: Headings) -> bool:
    """Says whether a key at the top holds the households, and is not a fact with that name."""
    if word_of(key) != HOUSEHOLDS:
        return False
    return isinstance(raw, (list, dict)) or isinstance(headings.find(key, HOUSEHOLD), UnknownHeading)


def _make_distinct(found: list[HouseholdDraft]) -> None:
    """Makes ids from file names distinct: two files may have one name (`a/x.toml`, `b/x.toml`)."""
    taken = {one.id for one in found if not one.made_up}
    for one in found:
        if one.made_up:
            wanted, copy = one.id, 1
            while one.id in taken:
                copy += 1
                one.id = f"{wanted} ({copy})"
            taken.add(one.id)
            if one.household is not None:
                one.household = replace(one.household, id=one.id)


def _compare(found: list[HouseholdDraft], show_ids: bool) -> None:
    """Rejects households with the same id, and those that share a person: either may be the right one."""
    by_id: dict[str, list[HouseholdDraft]] = {}
    by_number: dict[tuple[str, str], list[HouseholdDraft]] = {}
    for one in found:
        by_id.setdefault(one.id, []).append(one)
        for key in one.numbers:
            by_number.setdefault(key, []).append(one)
    for id, same in by_id.items():
        for one in same if len(same) > 1 else ():
            one.wrong.append(Diagnostic("household-twice", one.place, {"id": shown_id(id, show_ids)}))
    for (fact, number), same in by_number.items():
        for one in same if len(same) > 1 else ():
            other = next(another for another in same if another is not one)
            values = {"fact": fact, "read": shown_number(number, show_ids), "other": shown_id(other.id, show_ids)}
            one.wrong.append(Diagnostic("identity-number-twice/households", one.numbers[fact, number], values))
