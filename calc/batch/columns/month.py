"""One month's query over a range of households, with what is made of it: failing households, texts, needs in words."""

from __future__ import annotations

from sqlglot import exp

from calc.batch.block import Wanted
from calc.batch.columns.loading import fill_table
from calc.batch.columns.outcome import Decided
from calc.batch.columns.phrases import named, phrase, select, sql, within
from calc.batch.columns.texts import FORMS, HouseholdRow
from calc.engine.columns import pieces
from calc.engine.columns.answers import query_of
from calc.engine.columns.duck import Connection
from calc.engine.columns.inputs import Inputs
from calc.engine.columns.needs import WORD_BITS
from calc.present.results import table
from calc.rules.plan import Plan


class MonthQuery:
    """A plan's query in a form of results."""

    def __init__(self, plan: Plan, inputs: Inputs, wanted: Wanted, connection: Connection) -> None:
        self.plan = plan
        self.connection = connection
        self.table = table(wanted.by, plan, wanted.kept, False)
        format = "csv" if wanted.format == "rows" else wanted.format
        self.form = FORMS[wanted.by, format](self.table, len(wanted.kept), wanted.format == "csv")
        self.query = query_of(plan, inputs, with_ids=self.form.wants_members)
        self.form.program = self.query.program
        text = self.form.text_of_member if self.form.wants_members else None
        self.decided = Decided(plan, self.query, text)
        self.checks = len(self.query.program.failed_checks)

    def do(self, tree: pieces.Tree) -> None:
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
        self.do(pieces.table_of("failing", columns))

    def _failing(self, source: str | None) -> pieces.Tree:
        bits: pieces.Tree = pieces.whole(0)
        for word in range(self.checks):
            bits = phrase("CAST(:bits AS HUGEINT) + CAST(:word AS HUGEINT) * CAST(:scale AS HUGEINT)", bits=bits,
                          word=self.decided.column(f"failed_{word}"), scale=1 << WORD_BITS * word)  # fmt: skip
        relation = "decided" if source is None else within(self.decided.select(), source)
        columns = [pieces.column("household"), named(pieces.whole(self.plan.month), "month"), named(bits, "bits")]
        words = [self.decided.column(f"failed_{word}") for word in range(self.checks)]
        failed = pieces.either(*(phrase(":w <> 0", w=word) for word in words))
        return select(relation, columns).where(failed, copy=False)

    def decide(self, failing_is_known: bool) -> None:
        """Make the table `decided`; without those who fail a check, if that is known."""
        self.do(pieces.table_from("decided", self.decided.select()))
        if failing_is_known:
            self.do(phrase("DELETE FROM decided WHERE household IN (SELECT household FROM failing)"))

    def make_texts(self, name: str) -> None:
        """Make a table of the households' texts from `decided`, each with the position of its household."""
        self._make_lacks()
        self.do(
            pieces.table_from(name, self._of_households([named(self.form.text_of_household(self.decided), "text")]))
        )

    def cells(self, turn: int, kinds: list[str]) -> pieces.Tree:
        """The cells of the households' rows from `decided`, as c0, c1, … of these types, behind `first` and `turn`."""
        assert isinstance(self.form, HouseholdRow), "rows of benefits are made as text"
        self._make_lacks()
        cells = self.form.cells(self.decided, self.form.money.exact, pieces.null())
        typed = []
        for at, (cell, kind) in enumerate(zip(cells, kinds, strict=True)):
            filled = pieces.call("NULLIF", cell, pieces.word("")) if kind == "VARCHAR" else cell
            typed.append(named(exp.Cast(this=filled, to=exp.DataType.build(kind, dialect="duckdb")), f"c{at}"))
        return self._of_households([named(pieces.whole(turn), "turn"), *typed])

    def _of_households(self, columns: list[pieces.Tree]) -> pieces.Tree:
        """Columns made from what was decided, with what is known of a household and what it lacks."""
        query = select("decided", [pieces.column("first", "about"), *columns])
        on = phrase("decided.household = about.household")
        query = query.join(pieces.relation("about"), on=on, copy=False)
        if not self.form.wants_members:
            words = [phrase(":w = :l", w=self.decided.column(f"w_{word}"), l=pieces.column(f"l_{word}", "lacks"))
                     for word in range(self.decided.words)]  # fmt: skip
            same = pieces.both(*words) if words else pieces.truth(True)
            query = query.join(pieces.relation("lacks"), on=same, copy=False)
        return query

    def _make_lacks(self) -> None:
        """The needs there are, in words, as the table of results lists them.

        They are names that formulas use, so none has to be quoted or begins as formulas of spreadsheets do.
        """
        if self.form.wants_members:
            return
        words = range(self.decided.words)
        rows: list[tuple[object, ...]] = []
        if words:
            columns = [named(self.decided.column(f"w_{word}"), f"w_{word}") for word in words]
            distinct = select("decided", columns).distinct(copy=False)
            for found in self.connection.execute(sql(distinct)).fetchall():
                bits = self.query.program.words.plan_bits(dict(enumerate(found)))
                rows.append((*found, *self.table.needs(bits)))
        else:
            rows.append(("", ""))
        shape = [*((f"l_{word}", "BIGINT") for word in words), ("facts", "VARCHAR"), ("parameters", "VARCHAR")]
        fill_table(self.connection, "lacks", shape, rows)
