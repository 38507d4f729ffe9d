"""What the month's query decides, a row a household: of each benefit what is granted, for how many, and what is open.

For a benefit `b` (its place in the plan) there are `g_b` whether it is granted to anybody, `a_b` the amount of all
together, `p_b` for how many people (NULL: not known), `o_b` for how many it is open; `w_0`, `w_1` … are the needs of
all that is open. `monthly`, `yearly` are the sums of what is granted, `is_open`, `is_open_yearly` whether some is not
decided. `failed_0` … are the words of the failed checks. Where texts of members are wanted there is `t_b`, and of a
household's benefit `s_b`, `m_b`, `f_b`, `n_b_0`: status, amount (NULL while open), failed conditions and needs.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from calc.batch.columns.phrases import named, phrase
from calc.engine.columns import pieces
from calc.engine.columns.names import HOUSEHOLD, PLACE
from calc.engine.columns.outcomes import Field, OutcomeColumns
from calc.engine.columns.pieces import Tree
from calc.engine.columns.query import Query
from calc.engine.results import GRANTED, UNDETERMINED
from calc.language.kinds import MEMBER, MOST_MEMBERS
from calc.rules.plan import Plan

MemberText = Callable[[int, OutcomeColumns], Tree]
"""The text of a benefit's outcome for one member, from its columns and the member's `id`."""


def tree_of(field: Field | None, table: str | None = None) -> Tree:
    """A column, or the value that all rows have."""
    if field is None:
        return pieces.null()
    return pieces.column(field, table) if isinstance(field, str) else pieces.whole(field)


def is_status(outcome: OutcomeColumns, status: int, table: str | None = None) -> Tree:
    """Whether an outcome has a status."""
    if isinstance(outcome.status, int):
        return pieces.truth(outcome.status == status)
    return pieces.binary(exp.EQ, pieces.column(outcome.status, table), pieces.whole(status))


def most_paid(plan: Plan) -> int:
    """More than all benefits of a household can come to, in steps of the currency."""
    highs = [one.type.high if one.amount is None else one.amount.type.high for one in plan.benefits.values()]
    return int(sum(high or 0 for high in highs) * MOST_MEMBERS * 10**plan.decimals)


class Decided:
    """The select of a month's outcomes, from its query."""

    def __init__(self, plan: Plan, query: Query, text: MemberText | None) -> None:
        self.plan = plan
        self.query = query
        self.text = text
        self.benefits = list(plan.benefits.values())
        self.words = query.program.words.count
        self.is_yearly = [one.per == "year" for one in self.benefits]
        self.whole = "BIGINT" if most_paid(plan) < 10**17 else "HUGEINT"

    def select(self) -> exp.Query:
        """A row a household."""
        query = self.query
        own = pieces.column(HOUSEHOLD, query.households)
        columns: list[Tree] = [named(own, HOUSEHOLD)]
        for at, outcome in enumerate(query.program.outcomes):
            if query.program.level_of(outcome) == MEMBER:
                columns += self._gathered(at)
            else:
                columns += self._own(at, outcome)
        columns += self._together()
        checks = enumerate(query.program.failed_checks)
        columns += [named(tree_of(field, query.households), f"failed_{word}") for word, field in checks]
        found = exp.select(*columns, copy=False).from_(pieces.relation(query.households), copy=False)
        members = self._members()
        if members is not None:
            on = pieces.binary(exp.EQ, own, pieces.column(HOUSEHOLD, "of_members"))
            found = found.join(members, on=on, join_type="left", copy=False)
        return query.with_relations(found)

    # of members

    def _members(self) -> Tree | None:
        """What members give, by household; None where no benefit is theirs."""
        columns: list[Tree] = []
        for at, outcome in enumerate(self.query.program.outcomes):
            if self.query.program.level_of(outcome) != MEMBER or not self._is_gathered(at):
                continue
            granted, is_open = is_status(outcome, GRANTED), is_status(outcome, UNDETERMINED)
            amount = tree_of(outcome.amount)
            columns += [
                named(self._sum(pieces.case([(granted, amount)], pieces.whole(0))), f"a_{at}"),
                named(phrase("CAST(count(*) FILTER (WHERE :granted) AS BIGINT)", granted=granted), f"p_{at}"),
                named(phrase("CAST(count(*) FILTER (WHERE :is_open) AS BIGINT)", is_open=is_open), f"o_{at}"),
                *(named(pieces.call("BIT_OR", tree_of(field)), f"n_{at}_{word}")
                  for word, field in outcome.needs.items()),
            ]  # fmt: skip
            if self.text is not None:
                text = self.text(at, outcome)
                columns.append(named(phrase(f"string_agg(:text, '' ORDER BY {PLACE})", text=text), f"t_{at}"))
        if not columns or not self.query.has_members:
            return None
        household = pieces.column(HOUSEHOLD)
        select = exp.select(household, *columns, copy=False).from_(pieces.relation(self.query.members), copy=False)
        grouped = select.group_by(pieces.own(household), copy=False)
        return exp.Subquery(this=grouped, alias=exp.TableAlias(this=exp.to_identifier("of_members", quoted=True)))

    def _is_gathered(self, at: int) -> bool:
        outcome = self.query.program.outcomes[at]
        if not self.query.has_members:
            return False
        return bool(self.text) or isinstance(outcome.status, str) or outcome.status in (GRANTED, UNDETERMINED)

    def _gathered(self, at: int) -> list[Tree]:
        if not self._is_gathered(at):
            return [named(pieces.whole(0), f"{what}_{at}") for what in ("a", "p", "o")] + [
                named(pieces.truth(False), f"g_{at}"), *([named(pieces.word(""), f"t_{at}")] if self.text else [])
            ]  # fmt: skip
        amount, count, opened = (
            pieces.coalesce(pieces.column(f"{what}_{at}", "of_members"), pieces.whole(0)) for what in "apo"
        )
        found = [named(amount, f"a_{at}"), named(count, f"p_{at}"), named(opened, f"o_{at}"),
                 named(phrase(":p > 0", p=count), f"g_{at}")]  # fmt: skip
        if self.text is not None:
            found.append(named(phrase("coalesce(:t, '')", t=pieces.column(f"t_{at}", "of_members")), f"t_{at}"))
        return found

    def _sum(self, tree: Tree) -> Tree:
        """The sum over members, as wide as the sums of all benefits may be."""
        return exp.Cast(this=pieces.call("SUM", tree), to=exp.DataType.build(self.whole, dialect="duckdb"))

    # of the household

    def _own(self, at: int, outcome: OutcomeColumns) -> list[Tree]:
        own = self.query.households
        granted = is_status(outcome, GRANTED, own)
        opened = pieces.case([(is_status(outcome, UNDETERMINED, own), pieces.whole(1))], pieces.whole(0))
        amount = pieces.case([(granted, tree_of(outcome.amount, own))], pieces.whole(0))
        columns = [named(amount, f"a_{at}"), named(opened, f"o_{at}"), named(granted, f"g_{at}")]
        if self.benefits[at].persons is not None and outcome.persons is not None:
            columns.append(named(tree_of(outcome.persons, own), f"p_{at}"))
        if self.text is not None:
            columns.append(named(tree_of(outcome.amount, own), f"m_{at}"))
            columns += [named(tree_of(outcome.status, own), f"s_{at}"), named(tree_of(outcome.failed, own), f"f_{at}")]
            columns += [named(tree_of(field, own), f"n_{at}_{word}") for word, field in outcome.needs.items()]
        return columns

    def says_persons(self, at: int) -> bool:
        """Whether the rules say for how many people a household's grant counts."""
        return self.query.program.outcomes[at].persons is not None

    # all together

    def _together(self) -> list[Tree]:
        zero = pieces.whole(0)
        words: list[Tree] = []
        for word in range(self.words):
            parts = [self._needs_of(at, word) for at in range(len(self.benefits))]
            known = [one for one in parts if one is not None]
            total = known[0] if known else zero
            for one in known[1:]:
                total = exp.BitwiseOr(this=total, expression=one)
            words.append(named(total, f"w_{word}"))
        return words

    def _needs_of(self, at: int, word: int) -> Tree | None:
        outcome = self.query.program.outcomes[at]
        field = outcome.needs.get(word)
        if field is None:
            return None
        if self.query.program.level_of(outcome) == MEMBER:
            if not self._is_gathered(at):
                return None
            return phrase("coalesce(:n, 0)", n=pieces.column(f"n_{at}_{word}", "of_members"))
        return pieces.operand(tree_of(field, self.query.households))
