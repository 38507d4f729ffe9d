"""Amounts and sums of what was decided, as trees: what every form of results tells of a household."""

from __future__ import annotations

from collections.abc import Sequence

from calc.batch.duckdb.household_outcomes import OutcomeQuery, most_paid
from calc.batch.duckdb.sql_templates import phrase
from calc.engine.sql import build
from calc.engine.sql.benefit_columns import Field, OutcomeColumns
from calc.engine.sql.build import Tree
from calc.language.types import MEMBER
from calc.rules.plan import Plan


class Money:
    """Amounts as text, in the currency's decimals."""

    def __init__(self, plan: Plan) -> None:
        self.decimals = plan.decimals
        self.width = 18 if most_paid(plan) < 10 ** (17 - plan.decimals) else 38 - plan.decimals

    def __call__(self, amount: Tree) -> Tree:
        """The text of whole steps of the currency."""
        return phrase("CAST(:a AS VARCHAR)", a=self.exact(amount))

    def exact(self, amount: Tree) -> Tree:
        """Whole steps of the currency as an amount."""
        if not self.decimals:
            return amount
        step = "0." + "1".rjust(self.decimals, "0")
        return phrase(f"CAST(:a AS DECIMAL({self.width}, 0)) * CAST({step} AS DECIMAL({self.decimals + 1}, "
                      f"{self.decimals}))", a=amount)  # fmt: skip


def own_columns(at: int, outcome: OutcomeColumns) -> OutcomeColumns:
    """Where the outcome of a household's benefit stands in what was decided."""

    def field(given: Field, name: str) -> Field:
        return name if isinstance(given, str) else given

    needs = {word: field(given, f"n_{at}_{word}") for word, given in outcome.needs.items()}
    status, amount, failed = field(outcome.status, f"s_{at}"), field(outcome.amount, f"m_{at}"), outcome.failed
    return OutcomeColumns(outcome.benefit, status, amount, field(failed, f"f_{at}"), needs, outcome.width)


class Sums:
    """What a household gets in all, from what was decided."""

    def __init__(self, decided: OutcomeQuery) -> None:
        benefits = decided.benefits
        own = [at for at, one in enumerate(benefits) if one.type.level != MEMBER]
        self.order = [*own, *(at for at, one in enumerate(benefits) if one.type.level == MEMBER)]
        paid, opened = ([at for at in self.order if decided.can(what, at)] for what in "go")
        self.monthly = _sum([decided.of("a", at) for at in paid if not decided.is_yearly[at]])
        self.yearly = _sum([decided.of("a", at) for at in paid if decided.is_yearly[at]])
        self.is_open = _any([decided.of("o", at) for at in opened])
        self.is_open_yearly = _any([decided.of("o", at) for at in opened if decided.is_yearly[at]])


def _any(counts: Sequence[Tree]) -> Tree:
    return build.either(*(phrase(":o > 0", o=one) for one in counts)) if counts else build.truth(False)


def _sum(trees: Sequence[Tree]) -> Tree:
    total: Tree = build.whole(0)
    for tree in trees:
        total = phrase(":total + :tree", total=total, tree=tree)
    return total
