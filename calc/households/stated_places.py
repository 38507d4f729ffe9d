"""Find where a household file states a fact, for the checks that its households fail."""

from __future__ import annotations

from functools import partial

from calc.diagnostics.diagnostic import Place
from calc.households.choice_words import language_of
from calc.households.failed_checks import CheckReport
from calc.households.household_reader import FileTable, HouseholdDraft, HouseholdReader
from calc.rules.plan import Plan


def check_report(reader: HouseholdReader, found: HouseholdDraft) -> CheckReport:
    """Makes what reports the checks that a household fails."""
    tables = [one for one in (found.own, *found.tables) if one is not None]
    language = language_of(heading for one in tables for heading in one.headings.values())
    return CheckReport(reader.plan, found.place, partial(stated_at, reader, found), reader.show_ids, language)


def stated_at(reader: HouseholdReader, found: HouseholdDraft, name: str, member: int | None) -> Place | None:
    """Finds where a household or a member states a fact; None where a setting does."""
    table = found.own if member is None else found.tables[member]
    settings = reader.settings.household if member is None else reader.settings.of_member(found.member_ids[member])
    heading = None if table is None or name in settings else _heading(table, reader.plan, name)
    return None if table is None or heading is None else Place(reader.source, (*table.keys, heading))


def _heading(table: FileTable, plan: Plan, name: str, ahead: tuple[str, ...] = ()) -> str | None:
    """Finds the heading of a fact, or of the number or word that it follows from."""
    if name in table.headings:
        return table.headings[name]
    sources = [one.name for one in plan.facts.values() if name in (*one.derives.values(), *one.settled())]
    found = (_heading(table, plan, one, (*ahead, name)) for one in sources if one not in ahead)
    return next((one for one in found if one is not None), None)
