"""Reads one household of a file, given as values: its declared facts, its members, and all mistakes.

Over 300 lines: one class reads a household, and its methods report into one draft.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Union

from calc.diagnostics.diagnostic import Diagnostic, Place
from calc.diagnostics.source import Source
from calc.engine.facts import Declared, Household, Member
from calc.households.cell_values import CellError, shown, state
from calc.households.choice_words import language_of
from calc.households.dates import day_text
from calc.households.derived_facts import derive, numbers_of
from calc.households.headings import ID, MEMBERS, NAME, Headings, UnknownHeading, own_word_for, word_of
from calc.households.identity_numbers import is_cut, mask
from calc.households.member_references import KnownMembers, references_of
from calc.households.overrides import Settings, overlay
from calc.households.parse_document import DuplicateKeys
from calc.households.read_cell import Statement, read_cell, settle
from calc.language.expression_error import named_hint
from calc.language.types import HOUSEHOLD, MEMBER, MOST_MEMBERS
from calc.record import Record
from calc.rules.plan import FactPlan, Plan
from calc.rules.toml_document import BadNumber
from calc.text_forms import clean_id, visible

Keys = tuple[object, ...]
_WORDS = {HOUSEHOLD: (ID, MEMBERS), MEMBER: (ID, NAME)}
_LONGEST_ID = 100


class HouseholdDraft:
    """A household as far as it could be read, with its mistakes; `made_up` if its id is not from the file."""

    def __init__(self, id: str, place: Place) -> None:
        self.id = id
        self.made_up = True
        self.place = place
        self.wrong: list[Diagnostic] = []
        self.household: Household | None = None
        self.member_ids: list[str] = []
        self.own: FileTable | None = None
        self.tables: list[FileTable] = []
        self.known_members: KnownMembers | None = None
        self.numbers: dict[tuple[str, str], Place] = {}


class FileTable(Record):
    """The content of one table: its facts, the heading of each, and the values of the program's own words.

    `statements` are what its cells state of other facts than their own.
    """

    keys: Keys
    facts: dict[str, Declared]
    headings: dict[str, str]
    words: dict[str, tuple[str, Any]]
    statements: list[Statement]


class HouseholdReader:
    """Reads the households of one file."""

    def __init__(self, source: Source, plan: Plan, settings: Settings, show_ids: bool) -> None:
        self.source = source
        self.plan = plan
        self.settings = settings
        self.show_ids = show_ids
        self.headings = Headings(plan)
        self.language: str | None = None
        self.numbers = {level: numbers_of(plan, level) for level in (HOUSEHOLD, MEMBER)}
        self.references = {level: references_of(plan, level) for level in (HOUSEHOLD, MEMBER)}

    def household(
        self, raw: Any, keys: Keys, fallback: str, headings: Iterable[object] | None = None
    ) -> HouseholdDraft:
        """Reads a household; `headings` are those of its file, where the keys of `raw` are names of facts."""
        self.language = language_of(_headings(raw) if headings is None else headings)
        found = HouseholdDraft(fallback, Place(self.source, keys))
        if not isinstance(raw, dict):
            found.wrong.append(Diagnostic("bad-household", found.place))
            return found
        table = self.table(raw, keys, HOUSEHOLD, found)
        found.own = table
        id = self.id(table, found)
        if id is not None:
            found.id, found.made_up = id, False
        facts = self.settled(table, HOUSEHOLD, self.settings.household, found)
        members = self.members(table, found)
        self.refer(HOUSEHOLD, table, facts, found)
        found.household = Household(found.id, facts, members)
        return found

    # one table

    def table(self, raw: dict[str, Any], keys: Keys, level: int, found: HouseholdDraft) -> FileTable:
        table = FileTable(keys, {}, {}, {}, [])
        for heading in raw.twice if isinstance(raw, DuplicateKeys) else ():
            self.twice(heading, heading, heading, keys, found)
        for heading, value in raw.items():
            word, fact = word_of(heading), self.headings.find(heading, level)
            known = isinstance(fact, FactPlan)
            if word in _WORDS[level] and (not known or word != MEMBERS or isinstance(value, (list, dict))):
                if word in table.words:
                    self.twice(heading, table.words[word][0], heading, keys, found)
                table.words.setdefault(word, (heading, value))
                if not known or word == MEMBERS:
                    continue
            if isinstance(fact, UnknownHeading):
                self.no_fact(heading, level, fact, keys, found)
            elif fact.name in table.headings:
                self.twice(fact.name, table.headings[fact.name], heading, keys, found)
            else:
                table.headings[fact.name] = heading
                read, others = read_cell(fact, value, show_ids=self.show_ids, language=self.language)
                if others:
                    table.statements.append((fact, others))
                if isinstance(read, CellError):
                    self.report(read, (*keys, heading), found)
                elif read is not None:
                    state(table.facts, fact, read)
        return table

    def report(self, misread: CellError, keys: Keys, found: HouseholdDraft) -> None:
        found.wrong.append(Diagnostic(misread.code, Place(self.source, keys), misread.values, misread.help))

    def report_facts(self, wrong: list[tuple[str, CellError]], table: FileTable, found: HouseholdDraft) -> None:
        for name, misread in wrong:
            heading = table.headings.get(name)
            self.report(misread, table.keys if heading is None else (*table.keys, heading), found)

    def twice(self, fact: str, first: str, second: str, keys: Keys, found: HouseholdDraft) -> None:
        values = {"fact": quoted(fact), "first": quoted(first), "second": quoted(second)}
        found.wrong.append(Diagnostic("fact-twice", Place(self.source, (*keys, second), on_key=True), values))

    def no_fact(self, heading: str, level: int, wrong: UnknownHeading, keys: Keys, found: HouseholdDraft) -> None:
        values: dict[str, Any] = {"fact": quoted(heading)}
        if wrong.level is not None:
            values["level"] = wrong.level
        help_ = None
        if wrong.level is None:
            likely = own_word_for(heading, level) or self.headings.near(heading, level)
            help_ = named_hint(likely) or ("list-facts", {})
        place = Place(self.source, (*keys, heading), on_key=True)
        found.wrong.append(Diagnostic(wrong.code, place, values, help_))

    def id(self, table: FileTable, found: HouseholdDraft, word: str = ID) -> str | None:
        """Reads the id or name of a table, with single blanks; None if there is none that can be used."""
        heading, raw = table.words.get(word, ("", None))
        if raw is None:
            return None
        text = str(raw) if raw.__class__ is int and raw.bit_length() < 128 else raw
        text = clean_id(text) if isinstance(text, str) and not isinstance(text, BadNumber) else None
        if text is None or not text.isprintable() or len(text) > _LONGEST_ID:
            values = {"fact": quoted(heading), "read": shown(raw, self.show_ids)}
            found.wrong.append(Diagnostic("not-a-text", Place(self.source, (*table.keys, heading)), values))
            return None
        if word == ID and is_cut(text):
            values = {"fact": quoted(heading), "read": shown(raw, self.show_ids)}
            found.wrong.append(Diagnostic("not-a-text/cut", Place(self.source, (*table.keys, heading)), values))
        return text or None

    def settled(
        self, table: FileTable, level: int, changes: dict[str, Union[Declared, None]], found: HouseholdDraft
    ) -> dict[str, Declared]:
        """Applies settings to the facts of a table, and adds those that follow from its numbers and its words."""
        facts = overlay(table.facts, changes)
        wrong = self.derived(facts, level, changes)
        if table.statements:
            wrong += settle(facts, table.statements, self.plan, changes, table.headings, self.show_ids, self.language)
        self.report_facts(wrong, table, found)
        return facts

    def derived(
        self, facts: dict[str, Declared], level: int, changes: dict[str, Union[Declared, None]]
    ) -> list[tuple[str, CellError]]:
        return derive(facts, self.numbers[level], self.plan, changes, self.show_ids, self.language)

    # members

    def members(self, table: FileTable, found: HouseholdDraft) -> tuple[Member, ...]:
        given = table.words.get(MEMBERS)
        keys = table.keys if given is None else (*table.keys, given[0])
        raw = None if given is None else given[1]
        place = Place(self.source, keys, on_key=given is not None)
        if not self.plan.has_members:
            if given is not None:
                found.wrong.append(Diagnostic("no-members/unwanted", place))
        elif raw is None or raw == []:
            found.wrong.append(Diagnostic("no-members", place))
        elif not isinstance(raw, list):
            found.wrong.append(Diagnostic("no-members/list", place))
        elif len(raw) > MOST_MEMBERS:
            found.wrong.append(Diagnostic("too-many-members", place, {"count": len(raw), "most": MOST_MEMBERS}))
        else:
            return self.listed_members(raw, keys, found)
        return ()

    def listed_members(self, raw: list[Any], keys: Keys, found: HouseholdDraft) -> tuple[Member, ...]:
        tables: list[FileTable] = []
        for at, one in enumerate(raw):
            if isinstance(one, dict):
                tables.append(self.table(one, (*keys, at), MEMBER, found))
            else:
                found.wrong.append(Diagnostic("no-members/list", Place(self.source, (*keys, at))))
        found.tables, found.member_ids = tables, self.member_ids(tables, found)
        members: list[Member] = []
        for id, table in zip(found.member_ids, tables, strict=True):
            facts = self.settled(table, MEMBER, self.settings.of_member(id), found)
            self.note_numbers(id, table, facts, members, found)
            members.append(Member(id, facts))
        self.note_namesakes(tables, members, found)
        if any(self.references.values()):
            numbers = [one.name for one in self.numbers[MEMBER] if one.format == "identity-number"]
            pairs = zip(tables, members, strict=True)
            found.known_members = KnownMembers(
                (one.id, table.words.get(NAME, ("", None))[1], *map(one.facts.get, numbers)) for table, one in pairs
            )
        for table, member in zip(tables, members, strict=True):
            self.refer(MEMBER, table, member.facts, found)
        return tuple(members)

    def refer(self, level: int, table: FileTable, facts: dict[str, Declared], found: HouseholdDraft) -> None:
        """Finds the members that facts of a table refer to."""
        if found.known_members is not None:
            self.report_facts(found.known_members.refer(facts, self.references[level], self.show_ids), table, found)

    def note_namesakes(self, tables: list[FileTable], members: list[Member], found: HouseholdDraft) -> None:
        """Reports members of one name and birth date whose identity numbers do not say that they are two people."""
        number = next((one for one in self.numbers[MEMBER] if one.format == "identity-number"), None)
        birth = number.derives.get("birth_date") if number is not None else None
        seen: dict[tuple[str, Declared], list[Declared | None]] = {}
        for table, member in zip(tables, members, strict=True):
            heading, raw = table.words.get(NAME, ("", None))
            born = member.facts.get(birth) if birth is not None else None
            if number is None or born is None or not isinstance(raw, str):
                continue
            own = member.facts.get(number.name)
            others = seen.setdefault(("".join(visible(raw).split()), born), [])
            if any(one is None or own is None for one in others):
                place = Place(self.source, (*table.keys, heading))
                values = {"id": shown_id(raw, self.show_ids), "day": day_text(int(born))}
                found.wrong.append(Diagnostic("identity-number-twice/name", place, values))
            others.append(own)

    def member_ids(self, tables: list[FileTable], found: HouseholdDraft) -> list[str]:
        """Makes an id for each member: the given one, else a distinct one from its name or its position."""
        given = [self.id(table, found) for table in tables]
        taken: set[str] = set()
        for table, own in zip(tables, given, strict=True):
            if own in taken:
                place = Place(self.source, (*table.keys, table.words[ID][0]))
                found.wrong.append(Diagnostic("member-twice", place, {"id": shown_id(own, self.show_ids)}))
            elif own is not None:
                taken.add(own)
        ids = []
        for at, (table, own) in enumerate(zip(tables, given, strict=True), 1):
            if own is not None:
                ids.append(own)
                continue
            wanted, copy = self.id(table, found, NAME) or str(at), 1
            id = wanted
            while id in taken:
                copy += 1
                id = f"{wanted} ({copy})"
            taken.add(id)
            ids.append(id)
        return ids

    def note_numbers(
        self, id: str, table: FileTable, facts: dict[str, Declared], others: list[Member], found: HouseholdDraft
    ) -> None:
        """Notes a member's own identity number; reports one that another member has too.

        The own number is the one from which birth date or sex are derived: a guardian's may be stated twice.
        """
        for fact in self.numbers[MEMBER]:
            number = facts.get(fact.name)
            if fact.format != "identity-number" or number is None:
                continue
            heading = table.headings.get(fact.name)
            place = Place(self.source, table.keys if heading is None else (*table.keys, heading))
            twin = next((other for other in others if other.facts.get(fact.name) == number), None)
            if twin is not None:
                values = {"first": shown_id(twin.id, self.show_ids), "second": shown_id(id, self.show_ids)}
                values |= {"fact": fact.name, "read": shown_number(str(number), self.show_ids)}
                found.wrong.append(Diagnostic("identity-number-twice", place, values))
            found.numbers.setdefault((fact.name, str(number)), place)


def _headings(raw: Any) -> list[object]:
    """Lists the keys of a household and of its members."""
    if not isinstance(raw, dict):
        return []
    lists = [one for one in raw.values() if isinstance(one, list)]
    members = [one for each in lists for one in each if isinstance(one, dict)]
    return [key for table in (raw, *members) for key in table]


def shown_id(id: str, show_ids: bool) -> str:
    """Writes an id for a message: without a personal number, and short."""
    return str(shown(id, show_ids))[1:-1]


def shown_number(number: str, show_ids: bool) -> str:
    """Writes a personal number for a message."""
    return number if show_ids else mask(number)


def quoted(heading: str) -> str:
    """Writes a heading for a message."""
    text = shown(heading)
    assert isinstance(text, str)
    return text[1:-1]
