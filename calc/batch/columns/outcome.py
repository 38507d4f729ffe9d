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

BITS, IN_A_WORD = 10, 3
"""Members are counted in ten bits, and three benefits in a word: one sum instead of six counts."""
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
        gathered = self._members_benefits()
        for at in gathered:
            outcome = self.query.program.outcomes[at]
            if outcome.amount != 0:  # 0 unless it is granted, and NULL while it is open
                columns.append(named(self._sum(tree_of(outcome.amount)), f"a_{at}"))
            if self.text is not None:
                text = self.text(at, outcome)
                columns.append(named(phrase(f"string_agg(:text, '' ORDER BY {PLACE})", text=text), f"t_{at}"))
        for word in range(-(-len(gathered) // IN_A_WORD)):
            counted: Tree = pieces.whole(0)
            for place, at in enumerate(gathered[word * IN_A_WORD : (word + 1) * IN_A_WORD]):
                counted = phrase(":all + :one", all=counted, one=self._counted(at, place))
            columns.append(named(phrase("CAST(sum(:all) AS BIGINT)", all=counted), f"counts_{word}"))
        for word in range(self.words):
            needs = [self.query.program.outcomes[at].needs.get(word) for at in gathered]
            total = _union([tree_of(field) for field in needs if field is not None])
            if total is not None:
                columns.append(named(pieces.call("BIT_OR", total), f"n_{word}"))
        if not columns or not self.query.has_members:
            return None
        household = pieces.column(HOUSEHOLD)
        select = exp.select(household, *columns, copy=False).from_(pieces.relation(self.query.members), copy=False)
        grouped = select.group_by(pieces.own(household), copy=False)
        return exp.Subquery(this=grouped, alias=exp.TableAlias(this=exp.to_identifier("of_members", quoted=True)))

    def _members_benefits(self) -> list[int]:
        """The benefits of which members give their household something."""
        program = self.query.program
        return [at for at, outcome in enumerate(program.outcomes)
                if program.level_of(outcome) == MEMBER and self._is_gathered(at)]  # fmt: skip

    def _counted(self, at: int, place: int) -> Tree:
        """One in the place where grants of a benefit are counted, or in that where open ones are."""
        outcome = self.query.program.outcomes[at]
        granted = is_status(outcome, GRANTED), pieces.whole(1 << 2 * BITS * place)
        opened = is_status(outcome, UNDETERMINED), pieces.whole(1 << 2 * BITS * place + BITS)
        return phrase("CAST(:one AS BIGINT)", one=pieces.case([granted, opened], pieces.whole(0)))

    def _count(self, at: int, is_open: bool) -> Tree:
        """The count of grants, or of open outcomes, of a benefit among the members."""
        word, place = divmod(self._members_benefits().index(at), IN_A_WORD)
        counts = pieces.coalesce(pieces.column(f"counts_{word}", "of_members"), pieces.whole(0))
        shift = 2 * BITS * place + BITS * is_open
        return phrase("(:counts >> :shift) & :mask", counts=counts, shift=shift, mask=(1 << BITS) - 1)

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
        amount: Tree = pieces.whole(0)
        if self.query.program.outcomes[at].amount != 0:
            amount = pieces.coalesce(pieces.column(f"a_{at}", "of_members"), pieces.whole(0))
        count, opened = self._count(at, False), self._count(at, True)
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
        program = self.query.program
        words: list[Tree] = []
        for word in range(self.words):
            own = [tree_of(outcome.needs.get(word), self.query.households) for outcome in program.outcomes
                   if program.level_of(outcome) != MEMBER and word in outcome.needs]  # fmt: skip
            if any(word in program.outcomes[at].needs for at in self._members_benefits()):
                own.append(pieces.coalesce(pieces.column(f"n_{word}", "of_members"), pieces.whole(0)))
            words.append(named(_union(own) or pieces.whole(0), f"w_{word}"))
        return words


def _union(trees: list[Tree]) -> Tree | None:
    """Sets of needs put together."""
    total: Tree | None = None
    for tree in trees:
        total = tree if total is None else exp.BitwiseOr(this=pieces.operand(total), expression=pieces.operand(tree))
    return total
