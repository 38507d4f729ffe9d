"""Ask for the lines of each household of a month, so that two months can be compared household by household.

first      the position of the household
id, size   its id, and the number of its members
k0         its group, where one is asked for
is_open    whether anything is undetermined
b_n        what all get of a benefit together, by its place in the plan; NULL where it is not granted
l_n        of a benefit of members a list of each id with its amount; NULL where it is granted to none
"""

from __future__ import annotations

from sqlglot import exp

from calc.batch.duckdb.household_outcomes import OutcomeQuery, is_status
from calc.batch.duckdb.household_sums import Sums
from calc.batch.duckdb.month_query import DecidedMonth
from calc.batch.duckdb.sql_templates import named, phrase, select
from calc.engine.outcomes import GRANTED
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.duckdb_session import Connection
from calc.engine.sql.identifiers import ID, PLACE
from calc.engine.sql.input_tables import Inputs
from calc.engine.sql.read_rows import query_of
from calc.language.types import MEMBER
from calc.rules.plan import Plan


class _OutcomesWithLists(OutcomeQuery):
    """Outcomes with a list `l_n` of the members who have a benefit, each with the amount."""

    def _more_of_members(self, gathered: list[int]) -> list[Tree]:
        found = []
        for at in gathered:
            outcome = self.query.program.outcomes[at]
            amount: Tree = build.whole(outcome.amount) if isinstance(outcome.amount, int) else build.column(
                str(outcome.amount))  # fmt: skip
            text = "array_agg([:id, CAST(:amount AS VARCHAR)] ORDER BY :place) FILTER (WHERE :granted)"
            listed = phrase(text, id=build.column(ID), amount=amount, place=build.column(PLACE),
                            granted=is_status(outcome, GRANTED))  # fmt: skip
            found.append(named(listed, f"l_{at}"))
        return found

    def _gathered(self, at: int) -> None:
        super()._gathered(at)
        if self.has_list(at):
            self.columns[f"l_{at}"] = build.column(f"l_{at}", "of_members")

    def has_list(self, at: int) -> bool:
        """Says whether any member may have a benefit."""
        return self.benefits[at].type.level == MEMBER and at in self._members_benefits() and self.can("g", at)


class LineQuery(DecidedMonth):
    """A plan's query for the lines of households."""

    def __init__(self, plan: Plan, inputs: Inputs, has_group: bool, connection: Connection) -> None:
        self.outcomes = _OutcomesWithLists(plan, query_of(plan, inputs, with_ids=True), False)
        self.has_group = has_group
        super().__init__(plan, self.outcomes, connection)

    @property
    def lists(self) -> list[str]:
        """The columns that are lists of members."""
        return [f"l_{at}" for at in range(len(self.outcomes.benefits)) if self.outcomes.has_list(at)]

    @property
    def granted(self) -> list[int]:
        """The places of the benefits that anybody may have."""
        return [at for at in range(len(self.outcomes.benefits)) if self.outcomes.can("g", at)]

    def lines(self) -> exp.Select:
        """The lines of the decided households, a row a household."""
        outcomes = self.outcomes
        whole = exp.DataType.build("BIGINT" if outcomes.whole == "BIGINT" else "DECIMAL(38, 0)", dialect="duckdb")
        columns = [
            build.column("first", "about"), build.column("id", "about"), build.column("size", "about"),
            *([build.column("k0", "about")] if self.has_group else []),
            named(Sums(outcomes).is_open, "is_open"),
            *(named(exp.Cast(this=build.case([(outcomes.of("g", at), outcomes.of("a", at))]), to=whole), f"b_{at}")
              for at in self.granted),
            *(build.column(name, "decided") for name in self.lists),
        ]  # fmt: skip
        query = select("decided", columns)
        return query.join(build.relation("about"), on=phrase("decided.household = about.household"), copy=False)
