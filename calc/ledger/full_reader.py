"""The rows of one household → its declared facts, or everything that is wrong with them, each at its cell.

The household is put together as if it stood in a household file and read by the same reader, so that a ledger and
a file mean the same; this module finds the cells again that its diagnostics are about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from calc.diagnostics.diagnostic import Diagnostic, Place, Reject, cell_place
from calc.diagnostics.source import Source
from calc.engine.facts import Declared, Household
from calc.households.cell_values import CellError, NotKnown, Shown, fact_value_text, shown
from calc.households.choice_words import language_of
from calc.households.failed_checks import CheckReport
from calc.households.headings import HOUSEHOLDS, ID, MEMBERS, NAME
from calc.households.household_reader import HouseholdDraft, HouseholdReader, Keys, shown_id
from calc.households.overrides import Settings
from calc.households.read_cell import read_cell
from calc.households.stated_places import stated_at
from calc.language.types import HOUSEHOLD
from calc.ledger.cell_marks import bad_cell, bad_text_of, cell_count, fault_in, shown_household, wrong_head
from calc.ledger.header import IGNORED, Meaning
from calc.ledger.household_facts_file import HouseholdFacts
from calc.ledger.household_runs import LedgerFileReader, Run
from calc.ledger.json_objects import BrokenLine, Cell, JsonRow, ObjectReader, is_blank, is_whole
from calc.ledger.prescan import MemberPlace
from calc.ledger.twin_findings import twin_findings
from calc.record import Record
from calc.rules.plan import FactPlan, Plan


class RunRead(Record):
    """A run as far as it could be read: its household, and where its facts are.

    `lines` are those of its members, `own` the cells of the household's facts, `headings` those of all facts.
    """

    draft: HouseholdDraft
    lines: list[int]
    own: dict[str, tuple[str, int, str, Any]]
    headings: dict[Any, str]


class FullReader:
    """Reads the households of one file, one run of rows at a time.

    `twins` are identity numbers given more than once, with their places; `owns` what a file of households says.
    """

    def __init__(
        self,
        part: LedgerFileReader,
        plan: Plan,
        settings: Settings,
        twins: dict[str, list[MemberPlace]],
        people_at: list[tuple[int, bool]],
        owns: HouseholdFacts | None,
        show_ids: bool,
    ) -> None:
        """More than six parameters: the settings of a reader, which stay the same for all households of a file."""
        self.part = part
        self.plan = plan
        self.twins = twins
        self.people_at = people_at
        self.owns = owns
        self.show_ids = show_ids
        self.reader = HouseholdReader(Source(part.file.shown, ""), plan, settings, show_ids)
        self.objects = ObjectReader(part.columns.naming)

    def read_all(self, run: Run) -> tuple[Household | None, list[Diagnostic]]:
        """The household as far as it could be read, and everything found."""
        read, findings = self._read(run)
        for one in read.draft.wrong:
            if one.code == "no-members" and findings:
                continue  # its rows could not be used
            place = self.place_of(one.place.keys, run, read)
            findings.append(Diagnostic(one.code, place, one.values, one.help))
        if self.twins:
            findings += twin_findings(self.part, self.plan, run, self.twins, self.people_at, self.show_ids)
        return read.draft.household, findings

    def failed_checks(self, run: Run, plan: Plan, names: Sequence[str]) -> tuple[Diagnostic, ...]:
        """The checks of a month that the household of a run fails, at the cells of the facts compared."""
        read, _ = self._read(run)

        def cell_of(name: str, member: int | None) -> Place | None:
            place = stated_at(self.reader, read.draft, name, member)
            return None if place is None else self.place_of(place.keys, run, read)

        assert read.draft.household is not None
        language = language_of(read.headings.values())
        report = CheckReport(plan, self.place_of((), run, read), cell_of, self.show_ids, language)
        return report.mistakes(read.draft.household, names)

    def _read(self, run: Run) -> tuple[RunRead, list[Diagnostic]]:
        """Puts a household together and reads it; what is found about its cells before it is read."""
        findings: list[Diagnostic] = []
        lines: list[int] = []
        raw: dict[str, Any] = {ID: run.id}
        members: list[dict[str, Any]] = []
        headings: dict[Any, str] = {}
        own: dict[str, tuple[str, int, str, Any]] = {}
        rows = self.given(run)
        is_twice = len(rows) > 1 and (not self.plan.has_members or any(is_whole(row) for _, row in rows))
        if is_twice:
            self.find(findings, "household-twice", rows[1][0], None, {"id": shown_id(run.id, self.show_ids)})
        if not run.id and not isinstance(rows[0][1], BrokenLine):
            self.find(findings, "no-household", rows[0][0], self.heading(HOUSEHOLDS), {})
        if self.part.rejects_loose and run.id:
            for line in [line for line, row in run.rows if not self.part.id_of(row)]:
                self.find(findings, "no-household/below", line, self.heading(HOUSEHOLDS), {})
        for line, cells in self.tables(rows, findings):
            member: dict[str, Any] = {}
            lines.append(line)
            for heading, meaning, value in cells:
                self.cell(findings, line, heading, meaning, value, member, own, headings)
            members.append(member)
            if self.plan.has_members and not findings and not any(_says_something(one) for one in cells):
                self.find(findings, "no-member", line, None, {})
        self.add_own(run, findings, own, headings)
        raw |= {name: value for name, (_, _, _, value) in own.items()}
        if self.plan.has_members:
            raw[MEMBERS] = members
        found = self.reader.household(raw, (), run.id or self.made_up(run), headings.values())
        return RunRead(found, lines, own, headings), findings

    # cells

    def given(self, run: Run) -> Sequence[tuple[int, list[str] | JsonRow]]:
        """The rows of the run, those of JSON Lines as their lines have them."""
        json = self.part.json
        if json is None:
            return run.rows
        return [(line, json.row(line)) for line in dict.fromkeys(line for line, _ in run.rows)]

    def tables(
        self, rows: Sequence[tuple[int, list[str] | JsonRow]], findings: list[Diagnostic]
    ) -> Iterator[tuple[int, list[Cell]]]:
        """The members that rows give, each with its cells and its line."""

        def note(code: str, line: int, heading: str | None, values: dict[str, Any]) -> None:
            self.find(findings, code, line, heading, values)

        for line, row in rows:
            width = self.part.columns.width
            if not isinstance(row, list):
                yield from ((line, cells) for cells in self.objects.members(line, row, note))
            elif (fault := wrong_head(row, width)) is not None:
                wrong = bad_cell(fault, self.heading(HOUSEHOLDS), self.show_ids)
                self.find(findings, wrong.code, line, self.heading(HOUSEHOLDS), wrong.values)
            elif not self.part.fits(row):
                self.find(findings, "wrong-cell-count", line, None, cell_count(row, width))
            else:
                columns = zip(self.part.columns.all, row, strict=False)
                yield line, [(column.heading, column.meaning, value) for column, value in columns]

    def cell(
        self,
        findings: list[Diagnostic],
        line: int,
        heading: str,
        meaning: Meaning,
        value: Any,
        member: dict[str, Any],
        own: dict[str, tuple[str, int, str, Any]],
        headings: dict[Any, str],
    ) -> None:
        """Put a cell where it belongs, or note that it is no text or too long.

        More than six parameters: the parts of a household that is being put together.
        """
        if meaning is None or meaning == IGNORED or is_blank(value):
            return
        name = meaning.name if isinstance(meaning, FactPlan) else heading
        if (fault := fault_in(value)) is not None:
            found = bad_cell(fault, name, self.show_ids)
            if all((one.code, one.values) != (found.code, found.values) for one in findings):  # once for merged cells
                self.find(findings, found.code, line, heading, found.values)
            return
        if (bad_text := bad_text_of(name, value, self.show_ids)) is not None:
            self.find(findings, bad_text.code, line, heading, bad_text.values)
            return
        if isinstance(meaning, str):
            if meaning in (ID, NAME):
                member[meaning] = value
                headings.setdefault(meaning, heading)
            return
        headings.setdefault(meaning.name, heading)
        if meaning.type.level == HOUSEHOLD:
            self.agreed(findings, meaning, (self.part.file.shown, line, heading, value), own)
        elif meaning.name in member:
            values = {"fact": meaning.name, "first": headings[meaning.name], "second": heading}
            self.find(findings, "fact-twice", line, heading, values)
        else:
            member[meaning.name] = value

    def agreed(
        self,
        findings: list[Diagnostic],
        fact: FactPlan,
        given: tuple[str, int, str, Any],
        own: dict[str, tuple[str, int, str, Any]],
    ) -> None:
        """A household's fact, which all rows that state it have to state alike."""
        path, line, heading, value = given
        first = own.setdefault(fact.name, given)
        if first[3] == value and first[3].__class__ is value.__class__:
            return
        language = language_of((heading,))
        read, others = read_cell(fact, value, language=language)
        other, first_others = read_cell(fact, first[3])
        states_nothing = other is None or (isinstance(other, NotKnown) and read is not None)  # as a dash
        if states_nothing and not first_others:
            own[fact.name] = given
        elif (read is None or isinstance(read, NotKnown)) and not others:
            return
        elif isinstance(read, CellError):
            findings.append(Diagnostic(read.code, cell_place(path, line, heading), read.values, read.help))
        elif not isinstance(other, CellError) and (read != other or others != first_others):
            values = {
                "fact": fact.name,
                "read": self.said(fact, read, value, read != other, language),
                "other": self.said(fact, other, first[3], read != other, language),
                "line": first[1],
                "path": first[0],
            }
            findings.append(Diagnostic("disagreement", cell_place(path, line, heading), values))

    def said(
        self, fact: FactPlan, read: Declared | NotKnown | None, raw: Any, differs: bool, language: str | None
    ) -> Shown:
        """Writes what a cell states of a fact; the cell itself if only what it states of other facts differs."""
        if read is None or not differs:
            return shown(raw, self.show_ids)
        return fact_value_text(fact, read, self.show_ids, language)

    def add_own(
        self,
        run: Run,
        findings: list[Diagnostic],
        own: dict[str, tuple[str, int, str, Any]],
        headings: dict[Any, str],
    ) -> None:
        """Add what the file of households says of this one."""
        if self.owns is None or not run.id or fault_in(run.id) is not None:
            return
        found = self.owns.get(run.id)
        if found is None:
            self.find(findings, "household-missing", run.rows[0][0], None, {"id": shown_id(run.id, self.show_ids)})
            return
        path, line, cells = found
        for heading, meaning, value in cells:
            if isinstance(meaning, FactPlan) and (fault := fault_in(value)) is not None:
                wrong = bad_cell(fault, meaning.name, self.show_ids)
                findings.append(Diagnostic(wrong.code, cell_place(path, line, heading), wrong.values))
            elif isinstance(meaning, FactPlan) and not is_blank(value):
                headings.setdefault(meaning.name, heading)
                self.agreed(findings, meaning, (path, line, heading, value), own)

    # findings

    def find(
        self, findings: list[Diagnostic], code: str, line: int, heading: str | None, values: dict[str, Any]
    ) -> None:
        findings.append(Diagnostic(code, cell_place(self.part.file.shown, line, heading), values))

    def heading(self, name: str) -> str:
        return self.part.columns.heading_of(name)

    def place_of(self, keys: Keys, run: Run, read: RunRead) -> Place:
        """The cell that the reader means by a key path."""
        path, line, heading = self.part.file.shown, run.rows[0][0], None
        if len(keys) > 1 and keys[0] == MEMBERS and isinstance(keys[1], int) and keys[1] < len(read.lines):
            line = read.lines[keys[1]]
            heading = read.headings.get(keys[2]) if len(keys) > 2 else None
        elif keys and keys[0] in read.own:
            path, line, heading, _ = read.own[keys[0]]  # type: ignore[index]
        elif keys and keys[0] == ID:
            heading = self.heading(HOUSEHOLDS)
        return cell_place(path, line, heading)

    def made_up(self, run: Run) -> str:
        """An id for a row that names no household."""
        return f"{self.part.file.shown}:{run.rows[0][0]}"

    def rejected(self, run: Run, findings: list[Diagnostic]) -> Reject:
        """The household as a reject, its findings in the order of the file, each once."""
        unique = {(one.code, one.line, one.place.heading, one.message("en")): one for one in findings}
        ordered = sorted(unique.values(), key=lambda one: (one.path != self.part.file.shown, one.line))
        id = shown_household(run.id) or self.made_up(run)
        return Reject(id, tuple(ordered), self.part.file.shown, run.rows[0][0])


def _says_something(cell: Cell) -> bool:
    """Says whether a cell states a fact, or who a member is, rather than which household."""
    _, meaning, value = cell
    return not is_blank(value) and meaning is not None and meaning != HOUSEHOLDS
