"""Decide the households of a picture with DuckDB, and keep what each gets in files until another picture is decided.

    lines-*.parquet   what each household gets (see `calc.batch.duckdb.household_lines`)
    rows.parquet      position, id, person: the rows of the ledger that name a household
    people.parquet    id, people: who the members are of households with a benefit of a member

Households that only Python reads, and those whose data fail a check, are assessed at once and kept in a spool.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from calc.batch.duckdb.fallback_households import FallbackHouseholds
from calc.batch.duckdb.household_lines import LineQuery
from calc.batch.duckdb.job_database import job_database
from calc.batch.duckdb.ledger_ranges import FAILING_ROWS, Gathered, LedgerRanges
from calc.batch.duckdb.run_state import BEHIND
from calc.batch.duckdb.signal_errors import SignalsFirst
from calc.batch.duckdb.sql_templates import named, phrase, select
from calc.batch.job import AUTO, BatchJob, ResultSink
from calc.compare.read_picture import PictureLedger
from calc.compare.spool import Spool
from calc.diagnostics.diagnostic import Reject
from calc.engine.sql import build
from calc.record import Record
from calc.vary.answers import Answer, Grant, Line

if TYPE_CHECKING:
    from calc.engine.sql.duckdb_session import Connection
    from calc.ledger.ledger import LedgerHousehold

BYTES = 4000
"""Bytes that a household takes while it is decided."""
DecidedLines = tuple[Any, ...]
"""Of a household its position, whether anything is open, and a value for each of `DecidedPicture.columns`."""


class LineColumns(Record):
    """The columns of a benefit: of the amount, and of the list of members, "" where it has none."""

    amount: str
    members: str


class DecidedPicture:
    """A picture whose households are decided. `positions` has the place of those that are in the spool.

    `benefits` has the columns of each benefit that anybody may have.
    """

    def __init__(self, job: BatchJob, reader: PictureLedger, spool: Spool, folder: str) -> None:
        self.job = job
        self.reader = reader
        self.spool = spool
        self.folder = folder
        self.positions: dict[str, int] = {}
        self.rejects: list[tuple[int, Reject]] = []
        self.benefits: dict[str, LineColumns] = {}
        self.has_lines = False
        self.gathered: Gathered | None = None

    def decide(self, sink: ResultSink) -> None:
        """Decides every household. Raises EngineFailed, and UnsupportedPlan for rules without a query."""
        with job_database(self.job) as (connection, folder), SignalsFirst():
            run = _LineRun(self.reader.ledger, [self.reader.plan], self.job.spec(), connection, folder, sink)
            run.run(self, self.job.engine == AUTO)

    def take(self, position: int, entry: LedgerHousehold | Reject, answer: Answer | None = None) -> None:
        """Keeps a household with its answer; assesses it where none is given."""
        side = self.reader.side(entry, answer)
        if side.answer is None:
            self.rejects.append((position, self.reader.rejects.pop()))
        self.positions.setdefault(entry.id, position)
        self.spool.add(entry.id, side)

    def read_again(self, connection: Connection, table: str, lines: Iterator[DecidedLines]) -> None:
        """Keeps the households of a table of rows; `lines` has those of each, in the order of the ledger.

        Only households of which something is open are assessed again, for their needs.
        """
        assert self.gathered is not None
        households = FallbackHouseholds(connection, self.reader.ledger, self.gathered.loaded, table).households()
        for (position, entry), (first, is_open, *values) in zip(households, lines, strict=True):
            assert position == first
            self.take(position, entry, None if is_open else self._answer(values))

    def columns(self) -> list[str]:
        """Lists the columns of lines that `_answer` takes: of lists of members where there are, else of amounts."""
        return [one.members or one.amount for one in self.benefits.values()]

    def _answer(self, values: Sequence[Any]) -> Answer:
        grants: dict[Line, Grant] = {}
        for (name, one), value in zip(self.benefits.items(), values, strict=True):
            if value is not None:
                for member, amount in value if one.members else (("", value),):
                    grants[name, member] = 1, int(amount)
        return Answer(grants, {})

    def settle(self) -> None:
        """Brings households and rejects into the order of the ledger."""
        self.spool.places = dict(sorted(self.spool.places.items(), key=lambda one: self.positions[one[0]]))
        self.rejects.sort(key=lambda one: one[0])


class _LineRun(LedgerRanges):
    def run(self, picture: DecidedPicture, may_stop: bool) -> None:
        """Decide all households; raises NotWorthIt if that is allowed and the row engine would do most of it."""
        gathered = picture.gathered = self.gather(may_stop)
        found, loaded = gathered.found, gathered.loaded
        for position, entry in FallbackHouseholds(self.connection, self.ledger, loaded).households():
            picture.take(position, entry)
        for at, one in enumerate(self.ledger.without_members()):
            picture.take(BEHIND + at, one)
        if found.plain:
            (inputs,) = self.inputs(gathered.shape)
            month = LineQuery(self.plans[0], inputs, self.wanted.group is not None, self.connection)
            ranges = self.ranges(found, BYTES)
            for at, (low, high) in enumerate(ranges):
                self.narrow(low, high, found.is_adjacent)
                month.decide(False)
                month.keep_failing()
                self._copy(picture, f"lines-{at}", month.lines())
                if self.find_failing_rows():
                    for position, entry in FallbackHouseholds(
                        self.connection, self.ledger, loaded, FAILING_ROWS
                    ).households():
                        picture.take(position, entry)
                self.sink.progress(
                    "assess", at + 1, len(ranges), min((at + 1) * found.plain // len(ranges), found.rows)
                )
            picture.has_lines = True
            names, lists = list(self.plans[0].benefits), month.lists
            picture.benefits = {names[at]: LineColumns(f"b_{at}", f"l_{at}" if f"l_{at}" in lists else "")
                                for at in month.granted}  # fmt: skip
            self._copy_people(picture, lists)
        rows = select("rows", [build.column(one) for one in ("position", "id", "person")])
        self._copy(picture, "rows", rows.where(phrase("id IS NOT NULL"), copy=False))

    def _copy_people(self, picture: DecidedPicture, lists: list[str]) -> None:
        if not lists:
            return
        is_listed = build.either(*(build.is_not_null(build.column(one)) for one in lists))
        listed = select(
            build.call("READ_PARQUET", build.word(f"{picture.folder}/lines-*.parquet")), [build.column("id")]
        )
        people = phrase("array_agg([:member, CAST(person AS VARCHAR)] ORDER BY position)",
                        member=build.column("member_key"))  # fmt: skip
        query = select("rows", [build.column("id"), named(people, "people")])
        query = query.where(phrase("id IN (:listed)", listed=listed.where(is_listed, copy=False)), copy=False)
        self._copy(picture, "people", query.group_by(build.column("id"), copy=False))

    def _copy(self, picture: DecidedPicture, name: str, query: build.Tree) -> None:
        self.do(build.copy_to(f"{picture.folder}/{name}.parquet", query))
