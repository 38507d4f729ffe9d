"""Files → a ledger whose households can be read, block by block, in any process.

Opened once: formats, headings, blocks. Then surveyed, which may be divided among processes. Then read: `households`
gives those that begin in a block, each as facts for an engine or as a reject, and every row belongs to one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from calc.diagnostics.diagnostic import Diagnostic, InputErrors, Reject, cell_place
from calc.engine.facts import Declared
from calc.engine.python.row_engine import StatedShape
from calc.households.cell_values import CellError, state
from calc.households.derived_facts import numbers_of
from calc.households.household_reader import shown_id
from calc.households.identity_numbers import is_cut
from calc.households.read_cell import read_cell
from calc.language.types import HOUSEHOLD, MEMBER
from calc.ledger.cell_caches import DAMAGED, MeetsNotKnown, NeedsFullReader
from calc.ledger.cell_marks import fault_in
from calc.ledger.fast_reader import FastReader, quick_reader
from calc.ledger.full_reader import FullReader
from calc.ledger.header import Naming
from calc.ledger.household_facts_file import HouseholdFacts
from calc.ledger.household_runs import LedgerFileReader, Run, file_reader
from calc.ledger.kept_cells import Kept, kept_cell, with_facts
from calc.ledger.ledger_map import GoneColumns, new_column
from calc.ledger.open_files import LedgerFile, sheets_of
from calc.ledger.prescan import BlockScan, BlockScanner, LedgerScan, attach_loose_rows, find_repeated, number_lines
from calc.ledger.read_options import ReadOptions
from calc.ledger.twin_findings import TWICE
from calc.ledger.unclear_columns import UnknownColumn
from calc.record import replace
from calc.rules.plan import FactPlan, Plan

_LONGEST_ID = 100
KEY = "unknown-column/key"


class LedgerHousehold:
    """A household of the ledger: facts, members' facts and ids as an engine takes them, and its place.

    `warnings` are findings that do not keep it from being assessed, `shape` what spares an engine looking at facts.
    """

    __slots__ = ("cells", "facts", "id", "ids", "members", "part", "run", "shape", "warnings")

    def __init__(
        self,
        id: str,
        facts: dict[str, Declared],
        members: list[dict[str, Declared]],
        ids: list[str],
        part: LedgerFileReader,
        run: Run,
        cells: tuple[str, ...],
        warnings: tuple[Diagnostic, ...] = (),
        shape: StatedShape | None = None,
    ) -> None:
        """More than six parameters: the fields of a household, of which there are millions."""
        self.id = id
        self.facts = facts
        self.members = members
        self.ids = ids
        self.part = part
        self.run = run
        self.cells = cells
        self.warnings = warnings
        self.shape = shape

    @property
    def line(self) -> int:
        """The line of its first row."""
        return self.run.rows[0][0]


class Ledger:
    """The files of a ledger under the facts of a plan."""

    def __init__(
        self, files: list[LedgerFile], plan: Plan, asked: ReadOptions, owns: HouseholdFacts | None = None
    ) -> None:
        self.files = files
        self.plan = plan
        self.asked = asked
        self.owns = owns
        self.naming = Naming(plan, asked.mapped, is_register=asked.is_register)
        self.parts: list[LedgerFileReader] = []
        self.gone = GoneColumns(asked.columns, self.naming)
        mistakes: list[Diagnostic] = []
        for at, file in enumerate(files):
            part = file_reader(at, file, self.naming, asked.fill_down, asked.kept)
            self.parts.append(part)
            mistakes += part.mistakes()
            self.gone.compare(part)
        mistakes += self.gone.mistakes(owns)
        if mistakes:
            raise InputErrors(mistakes)
        self.scanner = BlockScanner(self.parts, plan)
        self.order = self.scanner.order()
        self.scan = LedgerScan(0, {}, frozenset(), {})
        self.memberless: list[str] = []
        self.sheets = sheets_of(files)
        self._readers: dict[int, tuple[FastReader | None, FullReader, list[Kept]]] = {}

    def facts_expected(self) -> frozenset[str]:
        """Lists the facts that households and members may state: of columns, and what follows from their cells."""
        columns = [one.meaning for part in self.parts for one in part.columns.facts]
        facts = [one for one in columns if isinstance(one, FactPlan)]
        found = {name for one in facts for name in (one.name, *one.settled())}
        for fact in (*numbers_of(self.plan, HOUSEHOLD), *numbers_of(self.plan, MEMBER)):
            found |= set(fact.derives.values())
        for changes in (self.asked.settings.household, *self.asked.settings.members.values()):
            found |= changes.keys()
        if self.owns is not None:
            found |= self.owns.facts
        return frozenset(found)

    def unknown(self) -> list[tuple[str, UnknownColumn]]:
        """Lists unknown headings that are no extra columns, with their file."""
        kept = {one for part in self.parts for name in self.asked.kept if (one := part.columns.place_of(name))}
        found = [
            (part.file.shown, new_column(one, self.asked.columns))
            for part in self.parts
            if part.json is None
            for one in part.columns.unknown
            if not kept or part.columns.place_of(one.heading) not in kept
        ]
        return [*found, *self.gone.warnings]

    def unknown_keys(self) -> list[tuple[str, UnknownColumn]]:
        """The keys of JSON Lines that mean nothing and do not go into the results, with their file."""
        return [
            (part.file.shown, new_column(replace(self.naming.unknown(key), code=KEY), self.asked.columns))
            for part in self.parts
            if part.json is not None
            for key in part.json.unknown
            if key not in self.asked.kept
        ]

    def has_column(self, part: LedgerFileReader, name: str) -> bool:
        """Says whether what goes into the results may be a column of a file, or a fact of the household."""
        return part.json is not None or self._place_of(part, name) is not None

    def place_of_kept(self, part: LedgerFileReader, name: str) -> int | None:
        """The place of a column that goes into the results; None where it is none, or a fact of the household."""
        place = self._place_of(part, name)
        return place if isinstance(place, int) else None

    def is_fact_only(self, part: LedgerFileReader, name: str) -> bool:
        """Says whether what goes into the results is a fact of the household that has no column."""
        return isinstance(self._place_of(part, name), FactPlan)

    def set_scan(self, survey: LedgerScan, memberless: list[str]) -> None:
        """Take in what was found out in another way about the whole ledger, and the households that have no row."""
        self.scan = survey
        self.memberless = memberless
        self._readers = {}

    def apply_scan(self, seen: list[BlockScan]) -> bool:
        """Take in what the survey saw in every block, in their order; says whether it has to look again.

        It has where rows name no household: they are then read as rows of the household above.
        """
        if attach_loose_rows(self.parts, self.order, seen):
            return False
        number_lines(self.parts, self.order, seen)
        self.scan = find_repeated(self.parts, self.scanner, self.order, seen)
        self._readers = {}
        if self.owns:
            missing = {hash(id): id for id in self.owns}
            for one in seen:
                for start in one.starts:
                    missing.pop(start, None)
            self.memberless = list(missing.values())
        if not self.asked.fill_down:
            filled = sum(one.loose for (file, _), one in zip(self.order, seen, strict=True)
                         if self.parts[file].fill_down and not self.parts[file].rejects_loose)  # fmt: skip
            self.scan = replace(self.scan, filled=filled)
        return True

    def households(self, file: int, place: int) -> Iterator[LedgerHousehold | Reject]:
        """The households that begin in a block, in order."""
        return self.entries(file, self.runs(file, place))

    def runs(self, file: int, place: int) -> Iterator[Run]:
        """The rows of the households that begin in a block, each with all its rows."""
        runs = self.parts[file].runs(place)
        return self._whole(file, runs) if self.scan.scattered else runs

    def _whole(self, file: int, runs: Iterator[Run]) -> Iterator[Run]:
        """The runs, those of scattered households with all their rows at the place of the first."""
        scattered = self.scan.scattered
        for run in runs:
            whole = scattered.get((file, run.id), run)
            if whole.rows[0][0] == run.rows[0][0]:
                yield whole

    def entries(self, file: int, runs: Iterable[Run]) -> Iterator[LedgerHousehold | Reject]:
        """The households of runs, each of which has all its rows."""
        part = self.parts[file]
        quick, careful, kept = self._readers.get(file) or self._reader(file)
        for run in runs:
            id = run.id
            cells = tuple([kept_cell(part, run, at, name) for at, name in kept]) if kept else ()
            if quick is not None and id and len(id) <= _LONGEST_ID and id.isprintable() and not _is_bad(id):
                try:
                    facts, members, ids, shape = quick(run.rows)
                    if self.owns is not None:
                        self._add_own(id, facts)
                        shape = None
                    if id in self.scan.clashing:
                        raise NeedsFullReader
                except MeetsNotKnown:
                    quick = self._reopened(file)
                    yield self._carefully(careful, run, cells)
                except (NeedsFullReader, KeyError, ValueError):
                    yield self._carefully(careful, run, cells)
                else:
                    cells = with_facts(cells, kept, facts) if kept else ()
                    yield LedgerHousehold(id, facts, members, ids, part, run, cells, (), shape)
            else:
                yield self._carefully(careful, run, cells)

    def _add_own(self, id: str, facts: dict[str, Declared]) -> None:
        """Add what the file of households says. Raises Unusual where it is missing, cannot be read or disagrees."""
        own = (self.owns or HouseholdFacts()).get(id)
        if own is None:
            raise NeedsFullReader
        for _, meaning, value in own[2]:
            if isinstance(meaning, FactPlan):
                read, others = read_cell(meaning, value)
                if fault_in(value) or isinstance(read, CellError) or others:
                    raise NeedsFullReader
                if read is not None and state(facts, meaning, read):
                    raise NeedsFullReader

    def without_members(self) -> Iterator[Reject]:
        """Households of the file of households of which the ledger has no row."""
        for id in self.memberless:
            owns = self.owns or HouseholdFacts()
            path, line, _ = owns[id]
            mistake = owns.unread.get(id) or Diagnostic("no-members", cell_place(path, line))
            yield Reject(id, (mistake,), path, line, ("",) * len(self.asked.kept))

    def _reader(self, file: int) -> tuple[FastReader | None, FullReader, list[Kept]]:
        part, asked, survey = self.parts[file], self.asked, self.scan
        settings = asked.settings
        is_plain = not (part.fill_down or settings.household or settings.members)
        quick = quick_reader(part.columns, self.plan, survey.twins) if is_plain else None
        people_at = self.scanner.people[file]
        careful = FullReader(part, self.plan, settings, survey.twins, people_at, self.owns, asked.show_ids)
        kept = [(self._place_of(part, name), name) for name in asked.kept]
        self._readers[file] = quick, careful, kept
        return self._readers[file]

    def _reopened(self, file: int) -> FastReader | None:
        """Returns the quick reader of a file in which something is stated as not known, from now on."""
        _, careful, kept = self._readers[file]
        quick = quick_reader(self.parts[file].columns, self.plan, self.scan.twins, meets_not_known=True)
        self._readers[file] = quick, careful, kept
        return quick

    def _carefully(self, careful: FullReader, run: Run, cells: tuple[str, ...]) -> LedgerHousehold | Reject:
        household, findings = careful.read_all(run)
        kept = self._readers[careful.part.at][2]
        if run.id in self.scan.clashing:
            values = {"id": shown_id(run.id, self.asked.show_ids)}
            place = cell_place(careful.part.file.shown, run.rows[0][0])
            findings.append(Diagnostic("household-twice/files", place, values))
        errors = findings
        if not self.asked.reject_duplicates:
            errors = [one for one in findings if one.name != TWICE]
        if errors or household is None:
            rejected = careful.rejected(run, findings)
            return replace(rejected, cells=cells)
        members = [member.facts for member in household.members]
        ids = [member.id for member in household.members]
        warnings = careful.rejected(run, findings).mistakes if findings else ()
        cells = with_facts(cells, kept, household.facts)
        return LedgerHousehold(household.id, household.facts, members, ids, careful.part, run, cells, warnings)

    def failing(self, entry: LedgerHousehold, plan: Plan, names: Sequence[str]) -> Reject:
        """Makes the reject of a household that fails checks of a month, at the cells of the facts compared."""
        found = self._readers[entry.part.at][1].failed_checks(entry.run, plan, names)
        return Reject(entry.id, (*found, *entry.warnings), entry.part.file.shown, entry.line, entry.cells)

    def _place_of(self, part: LedgerFileReader, name: str) -> int | FactPlan | None:
        """The place of a column that goes into the results; of a fact that has none, the fact, which a household may
        have from elsewhere."""
        place = part.columns.place_of(name) if part.json is None else part.json.kept.get(name)
        if place is not None:
            return place
        meaning = self.naming.meaning(name)
        return meaning if isinstance(meaning, FactPlan) and meaning.type.level == HOUSEHOLD else None


def _is_bad(id: str) -> bool:
    return DAMAGED in id or is_cut(id)
