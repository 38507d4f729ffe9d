"""One month's query over a range of households in DuckDB: who fails a check, texts or cells, needs in words."""

from __future__ import annotations

from calc.batch.duckdb.load_rows import fill_table
from calc.batch.duckdb.result_query import ResultQuery
from calc.batch.duckdb.sql_templates import named, phrase, select, sql, within
from calc.batch.job import ResultSpec
from calc.engine.sql import build
from calc.engine.sql.duckdb_session import Connection
from calc.engine.sql.input_tables import Inputs
from calc.engine.sql.needs_bits import WORD_BITS
from calc.engine.sql.read_rows import query_of
from calc.rules.plan import Plan


class MonthQuery:
    """A plan's query in a form of results."""

    def __init__(
        self, plan: Plan, plans: list[Plan], inputs: Inputs, wanted: ResultSpec, connection: Connection
    ) -> None:
        self.plan = plan
        self.connection = connection
        self.shown = ResultQuery(plan, plans, wanted, lambda with_ids: query_of(plan, inputs, with_ids=with_ids))
        self.decided = self.shown.decided
        self.checks = self.shown.checks

    def do(self, tree: build.Tree) -> None:
        self.connection.execute(sql(tree))

    def find_failing(self, is_first: bool) -> None:
        """Before several months are decided: who fails a check in any, with the first such month."""
        if is_first:
            self._no_failing()
        if self.decided.may_fail:
            found = within(self._failing("month"), "found")
            known = "household IN (SELECT household FROM failing)"
            self.do(phrase(f"INSERT INTO failing SELECT * FROM :found WHERE NOT {known}", found=found))

    def keep_failing(self) -> None:
        """Who fails a check, from what was decided."""
        self._no_failing()
        if self.decided.may_fail:
            self.do(phrase("INSERT INTO failing SELECT * FROM :found", found=within(self._failing(None), "found")))
            found = self.connection.execute(sql(phrase("SELECT count(*) FROM failing"))).fetchone()
            if found is not None and found[0]:
                self.do(phrase("DELETE FROM decided WHERE household IN (SELECT household FROM failing)"))

    def _no_failing(self) -> None:
        columns = [("household", "BIGINT"), ("month", "INTEGER"), ("bits", "HUGEINT")]
        self.do(build.table_of("failing", columns))

    def _failing(self, source: str | None) -> build.Tree:
        bits: build.Tree = build.whole(0)
        for word in range(self.checks):
            bits = phrase("CAST(:bits AS HUGEINT) + CAST(:word AS HUGEINT) * CAST(:scale AS HUGEINT)", bits=bits,
                          word=self.decided.column(f"failed_{word}"), scale=1 << WORD_BITS * word)  # fmt: skip
        relation = "decided" if source is None else within(self.decided.select(), source)
        columns = [build.column("household"), named(build.whole(self.plan.month), "month"), named(bits, "bits")]
        failed = build.either(*(phrase(":w <> 0", w=word) for word in self.shown.failed_words()))
        return select(relation, columns).where(failed, copy=False)

    def decide(self, failing_is_known: bool) -> None:
        """Make the table `decided`; without those who fail a check, if that is known."""
        self.do(build.table_from("decided", self.decided.select()))
        if failing_is_known:
            self.do(phrase("DELETE FROM decided WHERE household IN (SELECT household FROM failing)"))

    def make_texts(self, name: str) -> None:
        """Make a table of the households' texts from `decided`, each with the position of its household."""
        self._make_lacks(True)
        self.do(build.table_from(name, self.shown.texts()))

    def cells(self, turn: int, kinds: list[str]) -> build.Tree:
        """The cells of the households' rows from `decided`, as c0, c1, … of these types, behind `first` and `turn`."""
        self._make_lacks(False)
        return self.shown.cells(turn, kinds)

    def _make_lacks(self, as_cells: bool) -> None:
        """The needs there are, in words, as the table of results lists them."""
        if self.shown.form.wants_members:
            return
        query = self.shown.lacking()
        found = [()] if query is None else self.connection.execute(sql(query)).fetchall()
        fill_table(self.connection, "lacks", self.shown.lack_shape(), self.shown.lack_rows(found, as_cells))
