"""A month's query in a form of results: trees for any database, over what was decided and what is known beside it.

decided   what the query decided, a row a household
about     household, first, id, size, what is carried along
lacks     the sets of needs there are, each in words
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence

from sqlglot import exp

from calc.batch.duckdb.household_outcomes import OutcomeQuery
from calc.batch.duckdb.json_objects import FORMS
from calc.batch.duckdb.result_cells import HouseholdRow
from calc.batch.duckdb.sql_templates import named, phrase, select
from calc.batch.job import ResultSpec
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.query import Query
from calc.report.encode_rows import safe
from calc.report.result_rows import table
from calc.rules.plan import Plan


class ResultQuery:
    """The form and the trees, for one of the `plans` of the results.

    `query` makes the month's query, with or without the ids of members.
    """

    def __init__(self, plan: Plan, plans: list[Plan], wanted: ResultSpec, query: Callable[[bool], Query]) -> None:
        self.plan = plan
        self.table = table(wanted.by, plan, wanted.kept, False, plans)
        format = "csv" if wanted.format == "rows" else wanted.format
        self.form = FORMS[wanted.by, format](self.table, len(wanted.kept), wanted.format == "csv")
        self.query = query(self.form.wants_members)
        self.form.program = self.query.program
        text = self.form.text_of_member if self.form.wants_members else None
        self.decided = OutcomeQuery(plan, self.query, text)
        self.checks = len(self.query.program.failed_checks)

    def failed_words(self) -> list[Tree]:
        """The words of the failed checks."""
        return [self.decided.column(f"failed_{word}") for word in range(self.checks)]

    def texts(self) -> exp.Select:
        """The text of each household as `text`, with the position of the household as `first`."""
        return self._of_households([named(self.form.text_of_household(self.decided), "text")])

    def cells(self, turn: int, kinds: list[str]) -> Tree:
        """The cells of the households' rows, as c0, c1, … of these types, behind `first` and `turn`."""
        assert isinstance(self.form, HouseholdRow), "rows of benefits are made as text"
        cells = self.form.cells(self.decided, self.form.money.exact, build.null())
        typed = []
        for at, (cell, kind) in enumerate(zip(cells, kinds, strict=True)):
            filled = build.call("NULLIF", cell, build.word("")) if kind == "VARCHAR" else cell
            typed.append(named(exp.Cast(this=filled, to=exp.DataType.build(kind, dialect="duckdb")), f"c{at}"))
        return self._of_households([named(build.whole(turn), "turn"), *typed])

    def _of_households(self, columns: list[Tree]) -> exp.Select:
        """Columns made from what was decided, with what is known of a household and what it lacks."""
        query = select("decided", [build.column("first", "about"), *columns])
        on = phrase("decided.household = about.household")
        query = query.join(build.relation("about"), on=on, copy=False)
        if not self.form.wants_members:
            words = [phrase(":w = :l", w=self.decided.column(f"w_{word}"), l=build.column(f"l_{word}", "lacks"))
                     for word in range(self.decided.words)]  # fmt: skip
            same = build.both(*words) if words else build.truth(True)
            query = query.join(build.relation("lacks"), on=same, copy=False)
        return query

    # what households lack, in words

    def lacking(self) -> exp.Select | None:
        """The sets of needs there are, each once; None where nobody can lack anything."""
        if not self.decided.words:
            return None
        columns = [named(self.decided.column(f"w_{word}"), f"w_{word}") for word in range(self.decided.words)]
        return select("decided", columns).distinct(copy=False)

    def lack_shape(self) -> list[tuple[str, str]]:
        """The columns of `lacks`, with DuckDB's types."""
        words = [(f"l_{word}", "BIGINT") for word in range(self.decided.words)]
        return [*words, ("facts", "VARCHAR"), ("parameters", "VARCHAR")]

    def lack_rows(self, found: Iterable[Sequence[int]], as_cells: bool) -> Iterator[tuple[object, ...]]:
        """The rows of `lacks` for sets of needs: lists of names as they are, or as cells of CSV."""
        for words in found:
            bits = self.query.program.words.plan_bits(dict(enumerate(words)))
            listed = self.table.needs(bits)
            yield (*words, *(map(self._cell, listed) if as_cells else listed))

    def _cell(self, cell: str) -> str:
        """A list of names as a cell of CSV."""
        out = io.StringIO()
        csv.writer(out, lineterminator="").writerow(["", safe(cell) if self.form.guards else cell])
        return out.getvalue()[1:]
