"""Amounts, sums of households and totals of a run, as trees over the outcomes of households."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

from calc.batch.duckdb.household_outcomes import OutcomeQuery, most_paid
from calc.batch.duckdb.sql_templates import named, phrase, select
from calc.engine.sql import build
from calc.engine.sql.benefit_columns import Field, OutcomeColumns
from calc.engine.sql.build import Tree
from calc.language.types import MEMBER
from calc.rules.plan import Plan


def amount_type(plans: Sequence[Plan]) -> str:
    """The type of amounts in the results of these months, in DuckDB's words."""
    return f"DECIMAL({max(map(_width, plans))}, {plans[-1].decimals})"


def amount_of(plan: Plan, steps: Tree) -> Tree:
    """Whole steps of the currency as an amount with the currency's decimals."""
    decimals = plan.decimals
    if not decimals:
        return steps
    step = "0." + "1".rjust(decimals, "0")
    # the factor has no digit before the point, so that products are no wider than the amounts
    return phrase(f"CAST(:steps AS DECIMAL({_width(plan) - decimals}, 0)) * CAST({step} AS DECIMAL({decimals}, "
                  f"{decimals}))", steps=steps)  # fmt: skip


def _width(plan: Plan) -> int:
    return 18 if most_paid(plan) < 10 ** (18 - plan.decimals) else 38


def own_columns(at: int, outcome: OutcomeColumns) -> OutcomeColumns:
    """The columns of `decided` that hold the outcome of a household's benefit."""

    def field(given: Field, name: str) -> Field:
        return name if isinstance(given, str) else given

    needs = {word: field(given, f"n_{at}_{word}") for word, given in outcome.needs.items()}
    status, amount, failed = field(outcome.status, f"s_{at}"), field(outcome.amount, f"m_{at}"), outcome.failed
    return OutcomeColumns(outcome.benefit, status, amount, field(failed, f"f_{at}"), needs, outcome.width)


class Sums:
    """The sums of a household's benefits, from its outcomes."""

    def __init__(self, decided: OutcomeQuery) -> None:
        benefits = decided.benefits
        own = [at for at, one in enumerate(benefits) if one.type.level != MEMBER]
        self.order = [*own, *(at for at, one in enumerate(benefits) if one.type.level == MEMBER)]
        paid, opened = ([at for at in self.order if decided.can(what, at)] for what in "go")
        self.monthly = _sum([decided.of("a", at) for at in paid if not decided.is_yearly[at]])
        self.yearly = _sum([decided.of("a", at) for at in paid if decided.is_yearly[at]])
        self.is_open = _any([decided.of("o", at) for at in opened])
        self.is_open_yearly = _any([decided.of("o", at) for at in opened if decided.is_yearly[at]])


def totals_of(decided: OutcomeQuery, group: int | None, of_facts: Mapping[int, int]) -> exp.Select:
    """The totals of all decided households, a row a group; `group` is the place of the extra column that names it.

    `of_facts` are the bits of facts in the words of needs.
    """
    sums = Sums(decided)
    needs = [phrase("(:w & :bits) = 0", w=decided.column(f"w_{word}"), bits=build.whole(bits))
             for word, bits in of_facts.items()]  # fmt: skip
    only_unset = build.both(sums.is_open, *needs)
    key = build.word("") if group is None else build.column(f"k{group}", "about")
    columns = [named(key, "key"), phrase("min(about.first)"), phrase("count(*)"),
               phrase("count(*) FILTER (WHERE :o)", o=sums.is_open),
               phrase("count(*) FILTER (WHERE :o)", o=only_unset), phrase("sum(:m)", m=sums.monthly)]  # fmt: skip
    for at in counted_benefits(decided):
        benefit = decided.benefits[at]
        granted, opened = decided.of("g", at), phrase(":o > 0", o=decided.of("o", at))
        has_own = benefit.type.level == MEMBER or decided.says_persons(at)
        persons = decided.of("p", at) if has_own else build.column("size", "about")
        columns += [
            phrase("count(*) FILTER (WHERE :g)", g=granted),
            phrase("coalesce(sum(:p) FILTER (WHERE :g), 0)", p=persons, g=granted),
            phrase("coalesce(sum(:a), 0)", a=decided.of("a", at)),
            phrase("count(*) FILTER (WHERE :o)", o=opened),
            phrase("count(*) FILTER (WHERE :g AND :p IS NULL)", g=granted, p=persons),
        ]  # fmt: skip
    query = select("decided", columns)
    query = query.join(build.relation("about"), on=phrase("decided.household = about.household"), copy=False)
    return query.group_by(build.own(key), copy=False) if group is not None else query


def lacking_of(decided: OutcomeQuery, group: int | None, of_facts: Mapping[int, int]) -> exp.Select | None:
    """Counts undetermined households by their needs, where they lack a single thing or no fact; None where none can be.

    A row has the group, the words of needs and the number of households.
    """
    words = [decided.column(f"w_{word}") for word in range(decided.words)]
    if not words:
        return None
    bits_of = {word: build.whole(bits) for word, bits in of_facts.items()}
    tests = [phrase("(:w & :bits) = 0", w=words[word], bits=bits) for word, bits in bits_of.items()]
    no_fact = build.both(*tests) if tests else build.truth(True)
    one_bit = [phrase("(:w & (:w - 1)) = 0", w=one) for one in words]
    single = [
        build.both(one_bit[at], *(phrase(":w = 0", w=other) for place, other in enumerate(words) if place != at))
        for at in range(len(words))
    ]
    key = build.word("") if group is None else build.column(f"k{group}", "about")
    columns = [named(key, "key"), *(named(one, f"w{at}") for at, one in enumerate(words)), phrase("count(*)")]
    query = select("decided", columns)
    query = query.join(build.relation("about"), on=phrase("decided.household = about.household"), copy=False)
    query = query.where(build.both(Sums(decided).is_open, build.either(no_fact, *single)), copy=False)
    return query.group_by(*map(build.own, ([key] if group is not None else []) + words), copy=False)


def counted_benefits(decided: OutcomeQuery) -> list[int]:
    """The benefits that anybody may have granted, or open."""
    return [at for at in range(len(decided.benefits)) if decided.can("g", at) or decided.can("o", at)]


def _any(counts: Sequence[Tree]) -> Tree:
    return build.either(*(phrase(":o > 0", o=one) for one in counts)) if counts else build.truth(False)


def _sum(trees: Sequence[Tree]) -> Tree:
    total: Tree = build.whole(0)
    for tree in trees:
        total = phrase(":total + :tree", total=total, tree=tree)
    return total
