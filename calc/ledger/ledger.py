"""Files → a ledger whose households can be read, block by block, in any process.

Opened once: formats, headings, blocks. Then surveyed, which may be divided among processes. Then read: `households`
gives those that begin in a block, each as facts for an engine or as a reject, and every row belongs to one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from calc.diagnostics.diagnostic import Diagnostic, InputErrors
from calc.engine.facts import Declared
from calc.engine.python.row_engine import StatedShape
from calc.households.cell_values import CellError, fact_value_text, read_value
from calc.households.household_reader import shown_id
from calc.households.overrides import Settings
from calc.language.types import HOUSEHOLD
from calc.ledger.fast_reader import DAMAGED, FastReader, NeedsFullReader, quick_reader
from calc.ledger.full_reader import TWICE, FullReader, text_of_row
from calc.ledger.header import Naming, UnknownColumn
from calc.ledger.household_facts_file import HouseholdFacts
from calc.ledger.household_runs import LedgerFileReader, Run, file_reader
from calc.ledger.ledger_error import Finding, Rejected
from calc.ledger.open_files import JSON_LINES, LedgerFile
from calc.ledger.prescan import BlockScan, BlockScanner, LedgerScan, find_repeated, number_lines
from calc.record import Record
from calc.rules.plan import FactPlan, Plan

_LONGEST_ID = 100


class ReadOptions(Record):
    """What the user says of a ledger's reading. `kept` are headings of columns carried into the results."""

    mapped: dict[str, str] = {}
    kept: tuple[str, ...] = ()
    fill_down: bool = False
    reject_duplicates: bool = True
    show_ids: bool = False
    settings: Settings = Settings()


class LedgerHousehold:
    """A household of the ledger: facts, members' facts and ids as an engine takes them, and where it stands.

    `warnings` are findings that do not keep it from being assessed, `shape` what spares an engine looking at facts.
    """

    __slots__ = ("cells", "facts", "id", "ids", "line", "members", "part", "shape", "warnings")

    def __init__(
        self,
        id: str,
        facts: dict[str, Declared],
        members: list[dict[str, Declared]],
        ids: list[str],
        part: LedgerFileReader,
        line: int,
        cells: tuple[str, ...],
        warnings: tuple[Finding, ...] = (),
        shape: StatedShape | None = None,
    ) -> None:
        self.id = id
        self.facts = facts
        self.members = members
        self.ids = ids
        self.part = part
        self.line = line
        self.cells = cells
        self.warnings = warnings
        self.shape = shape


class Ledger:
    """The files of a ledger under the facts of a plan."""

    def __init__(
        self, files: list[LedgerFile], plan: Plan, asked: ReadOptions, owns: HouseholdFacts | None = None
    ) -> None:
        self.plan = plan
        self.asked = asked
        self.owns = owns
        self.naming = Naming(plan, asked.mapped)
        self.parts = [file_reader(at, file, self.naming, asked.fill_down) for at, file in enumerate(files)]
        mistakes: list[Diagnostic] = []
        for part in self.parts:
            if part.file.format != JSON_LINES:
                mistakes += part.columns.mistakes(part.file.shown)
        if mistakes:
            raise InputErrors(mistakes)
        self.scanner = BlockScanner(self.parts, plan)
        self.order = self.scanner.order()
        self.scan = LedgerScan(0, {}, frozenset(), {})
        self.memberless: list[str] = []
        self._readers: dict[int, tuple[FastReader | None, FullReader, list[Any]]] = {}

    def unknown(self) -> list[tuple[str, UnknownColumn]]:
        """The headings that mean nothing and are not carried along, with their file."""
        kept = {one for part in self.parts for name in self.asked.kept if (one := part.columns.place_of(name))}
        return [
            (part.file.shown, one)
            for part in self.parts
            for one in part.columns.unknown
            if part.columns.place_of(one.heading) not in kept
        ]

    def unknown_keys(self) -> list[tuple[str, UnknownColumn]]:
        """The keys of JSON Lines that mean nothing and are not carried along, with their file; after the survey."""
        return [
            (self.parts[file].file.shown, self.naming.unknown(key))
            for file, keys in self.scan.unknown.items()
            for key in keys
            if key not in self.asked.kept
        ]

    def has_column(self, part: LedgerFileReader, name: str) -> bool:
        """Whether what is to be carried along is a column of a file, or a fact of the household."""
        return not isinstance(self._place_of(part, name, False), str)

    def place_of_kept(self, part: LedgerFileReader, name: str) -> int | None:
        """The place of a column that is carried along; None where it is none, or a fact the household may have."""
        place = self._place_of(part, name, part.file.format == JSON_LINES)
        return place if isinstance(place, int) else None

    def is_fact_only(self, part: LedgerFileReader, name: str) -> bool:
        """Whether what is carried along is a fact of the household that has no column."""
        return isinstance(self._place_of(part, name, part.file.format == JSON_LINES), FactPlan)

    def set_scan(self, survey: LedgerScan, memberless: list[str]) -> None:
        """Take in what was found out in another way about the whole ledger, and the households that have no row."""
        self.scan = survey
        self.memberless = memberless
        self._readers = {}

    def apply_scan(self, seen: list[BlockScan]) -> None:
        """Take in what the survey saw in every block, in their order."""
        number_lines(self.parts, self.order, seen)
        self.scan = find_repeated(self.parts, self.scanner, self.order, seen)
        self._readers = {}
        if self.owns:
            missing = {hash(id): id for id in self.owns}
            for one in seen:
                for start in one.starts:
                    missing.pop(start, None)
            self.memberless = list(missing.values())

    def households(self, file: int, place: int) -> Iterator[LedgerHousehold | Rejected]:
        """The households that begin in a block, in order."""
        runs = self.parts[file].runs(place)
        return self.entries(file, self._whole(file, runs) if self.scan.scattered else runs)

    def _whole(self, file: int, runs: Iterator[Run]) -> Iterator[Run]:
        """The runs, those of scattered households with all their rows where the first of them stands."""
        scattered = self.scan.scattered
        for run in runs:
            whole = scattered.get((file, run.id), run)
            if whole.rows[0][0] == run.rows[0][0]:
                yield whole

    def entries(self, file: int, runs: Iterable[Run]) -> Iterator[LedgerHousehold | Rejected]:
        """The households of runs, each of which has all its rows."""
        part = self.parts[file]
        quick, careful, kept = self._readers.get(file) or self._reader(file)
        for run in runs:
            id = run.id
            cells = tuple([_kept(run, at) for at in kept]) if kept else ()
            if quick is not None and id and len(id) <= _LONGEST_ID and id.isprintable() and DAMAGED not in id:
                try:
                    facts, members, ids, shape = quick(run.rows)  # type: ignore[arg-type]
                    if self.owns is not None:
                        self._add_own(id, facts)
                        shape = None
                    if id in self.scan.clashing:
                        raise NeedsFullReader
                except (NeedsFullReader, KeyError, ValueError):
                    yield self._carefully(careful, run, cells)
                else:
                    cells = _with_facts(cells, kept, facts) if kept else ()
                    yield LedgerHousehold(id, facts, members, ids, part, run.rows[0][0], cells, (), shape)
            else:
                yield self._carefully(careful, run, cells)

    def _add_own(self, id: str, facts: dict[str, Declared]) -> None:
        """Add what the file of households says. Raises Unusual where it is missing, cannot be read or disagrees."""
        own = (self.owns or {}).get(id)
        if own is None:
            raise NeedsFullReader
        for _, meaning, value in own[2]:
            if isinstance(meaning, FactPlan):
                read = read_value(meaning, value)
                if isinstance(read, CellError) or (read is not None and facts.setdefault(meaning.name, read) != read):
                    raise NeedsFullReader

    def without_members(self) -> Iterator[Rejected]:
        """Households of the file of households of which the ledger has no row."""
        for id in self.memberless:
            path, line, _ = (self.owns or {})[id]
            yield Rejected(id, path, line, (Finding("no-members", {}, path, line),), ("",) * len(self.asked.kept))

    def _reader(self, file: int) -> tuple[FastReader | None, FullReader, list[Any]]:
        part, asked, survey = self.parts[file], self.asked, self.scan
        settings = asked.settings
        is_json = part.file.format == JSON_LINES
        is_plain = not (is_json or asked.fill_down or settings.household or settings.members)
        quick = quick_reader(part.columns, self.plan, survey.twins) if is_plain else None
        people_at = self.scanner.people[file]
        careful = FullReader(part, self.plan, settings, survey.twins, people_at, self.owns, asked.show_ids)
        kept = [self._place_of(part, name, is_json) for name in asked.kept]
        self._readers[file] = quick, careful, kept
        return self._readers[file]

    def _carefully(self, careful: FullReader, run: Run, cells: tuple[str, ...]) -> LedgerHousehold | Rejected:
        household, findings = careful.read_all(run)
        kept = self._readers[careful.part.at][2]
        if run.id in self.scan.clashing:
            values = {"id": shown_id(run.id, self.asked.show_ids)}
            findings.append(Finding("household-twice/files", values, careful.part.file.shown, run.rows[0][0]))
        errors = findings
        if not self.asked.reject_duplicates:
            errors = [one for one in findings if one.name != TWICE]
        if errors or household is None:
            rejected = careful.rejected(run, findings)
            return Rejected(rejected.id, rejected.path, rejected.line, rejected.findings, cells)
        members = [member.facts for member in household.members]
        ids = [member.id for member in household.members]
        warnings = careful.rejected(run, findings).findings if findings else ()
        cells = _with_facts(cells, kept, household.facts)
        return LedgerHousehold(
            household.id, household.facts, members, ids, careful.part, run.rows[0][0], cells, warnings
        )

    def _place_of(self, part: LedgerFileReader, name: str, is_json: bool) -> Any:
        """Where a column that is carried along stands; of a fact that has none, the fact, which a household may have
        from elsewhere."""
        place = None if is_json else part.columns.place_of(name)
        if place is not None:
            return place
        meaning = self.naming.meaning(name)
        return meaning if isinstance(meaning, FactPlan) and meaning.type.level == HOUSEHOLD else name


def _kept(run: Run, at: Any) -> str:
    """A column's cell in the first row that has one; "" for what is a fact, which is not known yet."""
    if isinstance(at, FactPlan):
        return ""
    return next((text for _, row in run.rows if (text := text_of_row(row, at))), "")


def _with_facts(cells: tuple[str, ...], kept: list[Any], facts: dict[str, Declared]) -> tuple[str, ...]:
    """The cells, with the facts among them as results write them."""
    if not any(isinstance(one, FactPlan) for one in kept):
        return cells
    shown = []
    for cell, one in zip(cells, kept, strict=True):
        value = facts.get(one.name) if isinstance(one, FactPlan) else None
        text = cell if value is None else value if isinstance(value, str) else fact_value_text(one, value)
        shown.append(text if isinstance(text, str) else text[0])
    return tuple(shown)
