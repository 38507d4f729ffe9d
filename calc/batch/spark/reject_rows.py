"""The rows of the table of rejects: mistakes that were found when the tables were made, and failed checks."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from calc.batch.duckdb.sql_templates import named, phrase, select
from calc.batch.facts_folder import REJECTS, WARNINGS
from calc.batch.job import BatchJob
from calc.diagnostics.diagnostic import cell_place
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.needs_bits import WORD_BITS
from calc.households.failed_checks import mistake
from calc.report import rejects

_BEHIND_CHECKS = 1 << 20
"""A household's warnings are listed behind its failed checks."""


class RejectRelation:
    """Selects over the views `rejects`, `warnings`, `failing`, `about` and `checks`, which has a row a check."""

    def __init__(self, job: BatchJob, kept: Sequence[str]) -> None:
        self.job = job
        self.kept = kept
        self.headings = rejects.headings(job.kept)
        self.message = f"message_{job.language}"

    def tables(self, anybody_fails: bool) -> list[str]:
        """The tables of mistakes that the rows are made of."""
        return [REJECTS, WARNINGS] if anybody_fails else [REJECTS]

    def checks(self, words: int) -> Tree:
        """The checks of all months: the month's turn, the place of the check, its message, and its bit in each word."""
        found: list[exp.Query] = []
        for turn, plan in enumerate(self.job.plans):
            for at, check in enumerate(plan.checks):
                finding = mistake(check, cell_place("", 0))
                word, place = divmod(at, WORD_BITS)
                bits = [named(phrase("CAST(:b AS BIGINT)", b=1 << place if one == word else 0), f"b{one}")
                        for one in range(words)]  # fmt: skip
                columns = [named(build.whole(turn), "turn"), named(build.whole(at), "place"),
                           named(build.word(finding.name), "code"),
                           named(build.word(finding.message(self.job.language)), "message"), *bits]  # fmt: skip
                found.append(exp.select(*columns, copy=False))
        return _union(found)

    def rows(self, anybody_fails: bool, words: int) -> Tree:
        """All rows as `first` and `place`, which order them, and one column for each heading."""
        found = [self._mistakes(REJECTS)]
        if anybody_fails:
            warned = self._mistakes(WARNINGS)
            on = phrase("failing.household = warnings.household")
            found += [self._failed(words), warned.join(build.relation("failing"), on=on, copy=False)]
        return _union(found)

    def _mistakes(self, name: str) -> exp.Select:
        """The mistakes of one of the tables."""
        own = [build.column(one, name) for one in ("id", "file", "line", "column", "code", "fact", self.message)]
        kept = [build.column(one, name) for one in self.kept]
        place: Tree = build.column("place", name)
        if name == WARNINGS:
            place = phrase(":place + :behind", place=place, behind=_BEHIND_CHECKS)
        return select(name, _columns(build.column("household", name), place, [*own, *kept]))

    def _failed(self, words: int) -> exp.Select:
        """A row for each check that a household fails, in the first month in which it fails any."""
        about = [phrase("about.id"), phrase("about.file"), phrase("CAST(about.line AS VARCHAR)")]
        own: list[Tree] = [build.null(), phrase("checks.code"), build.null(), phrase("checks.message")]
        kept = [build.column(f"k{at}", "about") for at in range(len(self.kept))]
        query = select("failing", _columns(phrase("about.household"), phrase("checks.place"), [*about, *own, *kept]))
        fails = build.either(*(
            phrase("(:x & :b) <> 0", x=build.column(f"x{at}", "failing"), b=build.column(f"b{at}", "checks"))
            for at in range(words)
        ))  # fmt: skip
        on = build.both(phrase("failing.turn = checks.turn"), fails)
        query = query.join(build.relation("checks"), on=on, copy=False)
        on = phrase("failing.household = about.household")
        return query.join(build.relation("about"), on=on, copy=False)


def _columns(first: Tree, place: Tree, cells: Sequence[Tree]) -> list[Tree]:
    """The columns that order a row, and its cells as texts; an empty one is NULL, as in every file of tables."""
    texts = [named(phrase("NULLIF(CAST(:c AS VARCHAR), '')", c=cell), f"c{at}") for at, cell in enumerate(cells)]
    return [named(first, "first"), named(phrase("CAST(:p AS BIGINT)", p=place), "place"), *texts]


def _union(queries: Sequence[exp.Query]) -> Tree:
    found = queries[0]
    for one in queries[1:]:
        found = exp.Union(this=found, expression=one, distinct=False)
    return found
