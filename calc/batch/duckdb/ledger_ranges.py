"""Read and group a ledger in DuckDB, and walk through its plain households range by range."""

from __future__ import annotations

from itertools import pairwise

from calc.batch.duckdb.estimate_fallback import require_worth
from calc.batch.duckdb.group_households import GroupedHouseholds, grouped
from calc.batch.duckdb.household_facts import HouseholdFactsTable
from calc.batch.duckdb.load_rows import Loaded, Loader, at_a_time
from calc.batch.duckdb.loose_rows import LooseRows, attach_loose_rows
from calc.batch.duckdb.row_shape import RowShape, levels_of
from calc.batch.duckdb.run_state import BEHIND, LedgerRun
from calc.batch.duckdb.sql_templates import phrase, select, sql
from calc.batch.job import ResultSink, ResultSpec
from calc.engine.fact_keys import fact_keys
from calc.engine.sql import build
from calc.engine.sql.duckdb_session import Connection, stated
from calc.engine.sql.input_tables import Inputs
from calc.ledger.ledger import Ledger
from calc.record import Record, replace
from calc.rules.plan import Plan

FAILING_ROWS = "failing_rows"


class Gathered(Record):
    """A ledger in the database: the columns of its rows, where they are, and its households."""

    shape: RowShape
    loaded: Loaded
    loose: LooseRows
    found: GroupedHouseholds


class LedgerRanges(LedgerRun):
    """A ledger in DuckDB. `gather` reads it; month by month, queries then see the households of one range."""

    def __init__(
        self,
        ledger: Ledger,
        plans: list[Plan],
        wanted: ResultSpec,
        connection: Connection,
        folder: str,
        sink: ResultSink,
    ) -> None:
        super().__init__(ledger, plans, wanted, sink)
        self.connection = connection
        self.folder = folder

    def do(self, tree: build.Tree) -> None:
        """Run a statement."""
        self.connection.execute(sql(tree))

    def gather(self, may_stop: bool) -> Gathered:
        """Read and group the ledger; raises NotWorthIt if that is allowed and the row engine would do most of it."""
        shape = self.open(self.connection, self.folder)
        if may_stop:
            require_worth(self.connection, self.sources, shape)
        loaded = Loader(shape, self.sources, self.connection).run()
        loose = attach_loose_rows(self.connection, self.ledger, loaded)
        owns = HouseholdFactsTable(self.connection, self.ledger, shape) if self.ledger.owns is not None else None
        found = grouped(self.connection, shape, loaded, owns)
        self.ledger.set_scan(found.scan, owns.memberless() if owns is not None else [])
        return Gathered(shape, loaded, loose, found)

    def inputs(self, shape: RowShape) -> list[Inputs]:
        """Make the views that the queries of a range read; lists the input of each month's query."""
        own, of_members = levels_of(shape)
        views = {
            "range_households": ["household", "first", *own],
            "range_members": ["household", "place", "id", *of_members],
        }
        for name, columns in views.items():
            source = name.removeprefix("range_")
            if source == "members" and not self.ledger.plan.has_members:
                continue
            self.do(build.view_of(name, select(source, [build.column(one) for one in columns])))
        about = ["household", "first", "id", "size", *shape.kept_columns()]
        self.do(build.view_of("about", select("households", [build.column(one) for one in about])))
        members = "range_members" if self.ledger.plan.has_members else None
        made = []
        for plan in self.plans:
            stated_in = {key: shape.facts[key] for key in fact_keys(plan) if key in shape.facts}
            inputs = Inputs("range_households", members, stated_in)
            made.append(replace(inputs, pattern=stated(self.connection, plan, inputs)))
        return made

    def ranges(self, found: GroupedHouseholds, each: int) -> list[tuple[int, int]]:
        """Ranges of positions with as many plain households as memory allows, none cut in two; the last is open.

        `each` are the bytes that a household takes while it is decided.
        """
        count = max(1, -(-found.plain // at_a_time(self.connection, each)))
        low, last = found.span
        width = (last + 1 - low) // count + 1
        bounds = [0]
        for at in range(1, count):
            query = phrase("SELECT min(first) FROM households WHERE first >= :place", place=low + at * width)
            begin = self.connection.execute(sql(query)).fetchone()
            if begin is not None and begin[0] is not None and begin[0] > bounds[-1]:
                bounds.append(int(begin[0]))
        return [*pairwise([*bounds, BEHIND])]

    def narrow(self, low: int, high: int, is_adjacent: bool) -> None:
        """Have the month's queries see the households of a range only."""
        for name in ("households", "members") if self.ledger.plan.has_members else ("households",):
            place = "first" if name == "households" else "position" if is_adjacent else "household"
            condition = phrase(":at >= :low AND :at < :high", at=build.column(place), low=low, high=high)
            columns = self.connection.execute(sql(build.shape_of(f"range_{name}"))).description
            chosen = select(name, [build.column(one[0]) for one in columns]).where(condition, copy=False)
            self.do(build.view_of(f"range_{name}", chosen))

    def find_failing_rows(self) -> bool:
        """Say whether data of plain households fail a check in some month; the row path, which knows cells, rejects
        these by their rows."""
        found = self.connection.execute(sql(phrase("SELECT count(*) FROM failing"))).fetchone()
        if found is None or not found[0]:
            return False
        rows = phrase("SELECT about.first AS household, rows.position, rows.id FROM failing JOIN about "
                      "ON failing.household = about.household JOIN rows ON rows.id = about.id")  # fmt: skip
        self.do(build.table_from(FAILING_ROWS, rows))
        return True
