"""The outcomes of a month's query, a row a household: of each benefit what is granted, for how many, and what is open.

`OutcomeQuery.of` gives for a benefit (its place in the plan) `g`: whether it is granted to anybody, `a`: the amount
of all together, `p`: for how many people (NULL: not known), `o`: for how many it is open. Columns are only what these
are made from and what differs between households: of a household's benefit `s_b`, `m_b`, `p_b` (status, amount, NULL
while open, people), of one of members `a_b` and `counts_0` …, in which three benefits share a word. `w_0`, `w_1` …
are the needs of all that is open, `failed_0` … the words of the failed checks. Where each benefit of each member is
wanted there are, of a household's benefit, `f_b`, `n_b_0`: failed conditions and needs; and the outcomes of members
are a relation of their own (`members`), from which households are then summed.
"""

from __future__ import annotations

from fractions import Fraction

from sqlglot import exp

from calc.batch.duckdb.sql_templates import named, phrase
from calc.engine.outcomes import GRANTED, UNDETERMINED
from calc.engine.sql import build
from calc.engine.sql.benefit_columns import Field, OutcomeColumns
from calc.engine.sql.build import Tree
from calc.engine.sql.identifiers import HOUSEHOLD, ID, PLACE
from calc.engine.sql.query import Query
from calc.language.types import MEMBER, MOST_MEMBERS
from calc.rules.plan import Plan

BITS, IN_A_WORD = 10, 3
"""Members are counted in ten bits, and three benefits in a word: one sum instead of six counts."""
MEMBERS = "decided_members"
"""The relation of the outcomes of members."""


def tree_of(field: Field | None, table: str | None = None) -> Tree:
    """A column, or the value that all rows have."""
    if field is None:
        return build.null()
    return build.column(field, table) if isinstance(field, str) else build.whole(field)


def is_status(outcome: OutcomeColumns, status: int, table: str | None = None) -> Tree:
    """Says whether an outcome has a status."""
    if isinstance(outcome.status, int):
        return build.truth(outcome.status == status)
    return build.binary(exp.EQ, build.column(outcome.status, table), build.whole(status))


def most_paid(plan: Plan) -> int:
    """More than all benefits of a household can come to, in steps of the currency."""
    most: Fraction | int = 0
    for one in plan.benefits.values():
        high = one.type.high if one.amount is None else one.amount.type.high
        most += (high or 0) * (MOST_MEMBERS if one.type.level == MEMBER else 1)
    return int(most * 10**plan.decimals) + 1


class OutcomeQuery:
    """The select of a month's outcomes, from its query; `in_full` with each benefit of each member."""

    def __init__(self, plan: Plan, query: Query, in_full: bool) -> None:
        self.plan = plan
        self.query = query
        self.in_full = in_full
        self.benefits = list(plan.benefits.values())
        self.words = query.program.words.count
        self.is_yearly = [one.per == "year" for one in self.benefits]
        self.whole = "BIGINT" if most_paid(plan) < 10**17 else "HUGEINT"
        self.columns: dict[str, Tree] = {}
        self.fixed: dict[str, Tree] = {}
        """Values that are the same for all households, which need no column."""
        for at, outcome in enumerate(query.program.outcomes):
            if query.program.level_of(outcome) == MEMBER:
                self._gathered(at)
            else:
                self._own(at, outcome)
        self._together()
        for word, field in enumerate(query.program.failed_checks):
            self._put(f"failed_{word}", tree_of(field, query.households))

    def _put(self, name: str, tree: Tree) -> None:
        (self.fixed if build.is_settled(tree) and not isinstance(tree, exp.Column) else self.columns)[name] = tree

    def column(self, name: str) -> Tree:
        """Finds a decided value by its name: a column, or a value that all households share."""
        return self.fixed[name].copy() if name in self.fixed else build.column(name)

    def of(self, what: str, at: int) -> Tree:
        """Makes a value of a benefit: granted `g`, amount `a`, people `p`, number of undetermined outcomes `o`."""
        if self.benefits[at].type.level == MEMBER:
            if not self._is_gathered(at):
                return build.truth(False) if what == "g" else build.whole(0)
            if what == "a":
                return self.column(f"a_{at}")
            count = self._count(at, what == "o")
            return phrase(":p > 0", p=count) if what == "g" else count
        if what == "p":
            return self.column(f"p_{at}")
        status = self.column(f"s_{at}")
        if what in "ga" and isinstance(status, exp.Literal):
            granted: Tree = build.truth(status.this == str(GRANTED))
        else:
            granted = build.binary(exp.EQ, status, build.whole(GRANTED))
        if what == "g":
            return granted
        if what == "a":
            return build.case([(granted, self.column(f"m_{at}"))], build.whole(0))
        return build.case([(build.binary(exp.EQ, status, build.whole(UNDETERMINED)), build.whole(1))],
                           build.whole(0))  # fmt: skip

    @property
    def may_fail(self) -> bool:
        """Says whether any household may fail a check of the rules."""
        return any(field != 0 for field in self.query.program.failed_checks)

    def can(self, what: str, at: int) -> bool:
        """Says whether any household may have a benefit granted, or open: `g`, `o`."""
        outcome = self.query.program.outcomes[at]
        wanted = GRANTED if what == "g" else UNDETERMINED
        if self.benefits[at].type.level == MEMBER and not self.query.has_members:
            return False
        return isinstance(outcome.status, str) or outcome.status == wanted

    def select(self) -> exp.Query:
        """A row a household."""
        query = self.query
        own = build.column(HOUSEHOLD, query.households)
        columns = [named(own, HOUSEHOLD), *(named(tree, name) for name, tree in self.columns.items())]
        found = exp.select(*columns, copy=False).from_(build.relation(query.households), copy=False)
        members = self._members()
        if members is not None:
            on = build.binary(exp.EQ, own, build.column(HOUSEHOLD, "of_members"))
            found = found.join(members, on=on, join_type="left", copy=False)
        return query.with_relations(found)

    # of members

    def members(self) -> exp.Query | None:
        """The relation `decided_members`, a row a member: household, place, id and outcomes; None for no such rows."""
        query = self.query
        if not (self.in_full and query.has_members):
            return None
        columns = [build.column(name) for name in (HOUSEHOLD, PLACE, ID, *query.member_columns())]
        found = exp.select(*columns, copy=False).from_(build.relation(query.members), copy=False)
        return query.with_relations(found)

    def _members(self) -> Tree | None:
        """Makes the sums over members by household; None if no benefit is paid to members."""
        columns: list[Tree] = []
        gathered = self._members_benefits()
        for at in gathered:
            outcome = self.query.program.outcomes[at]
            if outcome.amount != 0:  # 0 unless it is granted, and NULL while it is open
                columns.append(named(self._sum(tree_of(outcome.amount)), f"a_{at}"))
        for word in range(-(-len(gathered) // IN_A_WORD)):
            counted: Tree = build.whole(0)
            for place, at in enumerate(gathered[word * IN_A_WORD : (word + 1) * IN_A_WORD]):
                counted = phrase(":all + :one", all=counted, one=self._counted(at, place))
            columns.append(named(phrase("CAST(sum(:all) AS BIGINT)", all=counted), f"counts_{word}"))
        for word in range(self.words):
            needs = [self.query.program.outcomes[at].needs.get(word) for at in gathered]
            total = _union([tree_of(field) for field in needs if field is not None])
            if total is not None:
                columns.append(named(build.call("BIT_OR", total), f"n_{word}"))
        columns += self._more_of_members(gathered)
        if not columns or not self.query.has_members:
            return None
        household = build.column(HOUSEHOLD)
        source = build.relation(MEMBERS if self.in_full else self.query.members)
        select = exp.select(household, *columns, copy=False).from_(source, copy=False)
        grouped = select.group_by(build.own(household), copy=False)
        return exp.Subquery(this=grouped, alias=exp.TableAlias(this=exp.to_identifier("of_members", quoted=True)))

    def _more_of_members(self, gathered: list[int]) -> list[Tree]:
        """More columns that are gathered from members, given their benefits; none here."""
        return []

    def _members_benefits(self) -> list[int]:
        """The benefits of which members give their household something."""
        program = self.query.program
        return [at for at, outcome in enumerate(program.outcomes)
                if program.level_of(outcome) == MEMBER and self._is_gathered(at)]  # fmt: skip

    def _counted(self, at: int, place: int) -> Tree:
        """One in the place where grants of a benefit are counted, or in that where open ones are."""
        outcome = self.query.program.outcomes[at]
        granted = is_status(outcome, GRANTED), build.whole(1 << 2 * BITS * place)
        opened = is_status(outcome, UNDETERMINED), build.whole(1 << 2 * BITS * place + BITS)
        return phrase("CAST(:one AS BIGINT)", one=build.case([granted, opened], build.whole(0)))

    def _count(self, at: int, is_open: bool) -> Tree:
        """The count of grants, or of open outcomes, of a benefit among the members."""
        word, place = divmod(self._members_benefits().index(at), IN_A_WORD)
        shift = 2 * BITS * place + BITS * is_open
        counts = self.column(f"counts_{word}")
        return phrase("(:counts >> :shift) & :mask", counts=counts, shift=shift, mask=(1 << BITS) - 1)

    def _is_gathered(self, at: int) -> bool:
        outcome = self.query.program.outcomes[at]
        if not self.query.has_members:
            return False
        return isinstance(outcome.status, str) or outcome.status in (GRANTED, UNDETERMINED)

    def _gathered(self, at: int) -> None:
        if not self._is_gathered(at):
            return
        word, place = divmod(self._members_benefits().index(at), IN_A_WORD)
        if place == 0:
            counts = build.column(f"counts_{word}", "of_members")
            self._put(f"counts_{word}", build.coalesce(counts, build.whole(0)))
        amount: Tree = build.whole(0)
        if self.query.program.outcomes[at].amount != 0:
            amount = build.coalesce(build.column(f"a_{at}", "of_members"), build.whole(0))
        self._put(f"a_{at}", amount)

    def _sum(self, tree: Tree) -> Tree:
        """The sum over members, as wide as the sums of all benefits may be."""
        return exp.Cast(this=build.call("SUM", tree), to=exp.DataType.build(self.whole, dialect="duckdb"))

    # of the household

    def _own(self, at: int, outcome: OutcomeColumns) -> None:
        own = self.query.households
        self._put(f"s_{at}", tree_of(outcome.status, own))
        self._put(f"m_{at}", tree_of(outcome.amount, own))
        if outcome.persons is not None:
            self._put(f"p_{at}", tree_of(outcome.persons, own))
        if self.in_full:
            self._put(f"f_{at}", tree_of(outcome.failed, own))
            for word, field in outcome.needs.items():
                self._put(f"n_{at}_{word}", tree_of(field, own))

    def says_persons(self, at: int) -> bool:
        """Says whether the rules say for how many people a household's grant counts."""
        return self.query.program.outcomes[at].persons is not None

    # all together

    def _together(self) -> None:
        program = self.query.program
        for word in range(self.words):
            own = [tree_of(outcome.needs.get(word), self.query.households) for outcome in program.outcomes
                   if program.level_of(outcome) != MEMBER and word in outcome.needs]  # fmt: skip
            if any(word in program.outcomes[at].needs for at in self._members_benefits()):
                own.append(build.coalesce(build.column(f"n_{word}", "of_members"), build.whole(0)))
            self._put(f"w_{word}", _union(own) or build.whole(0))


def _union(trees: list[Tree]) -> Tree | None:
    """Sets of needs put together."""
    total: Tree | None = None
    for tree in trees:
        total = tree if total is None else exp.BitwiseOr(this=build.operand(total), expression=build.operand(tree))
    return total
