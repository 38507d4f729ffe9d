"""Pieces tell of a fact that moves exactly what an assessment of every single value tells."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from calc import assess, plan_for, read_rules
from calc.engine.facts import Household
from calc.engine.outcomes import GRANTED, Outcome
from calc.engine.python.row_engine import RowEngine
from calc.engine.traced.interpreter import Trace
from calc.language.types import DATE
from calc.rules.plan import FactPlan, Plan
from calc.vary.pieces import Sweep, SweepPiece, TooManyParts, can_move, places_of, with_value
from tests.support.households import Generator
from tests.support.seeds import seeds
from tests.support.small import generated_plan

ROOT = Path(__file__).parents[2]
MOST = 60
"""Values of a fact that are tried one by one."""


def told(plan: Plan, household: Household) -> tuple[object, ...]:
    found = Trace(plan, household).result
    outcomes = ((one.status, one.failed, one.needs, one.unset, one.amount) for one in found.outcomes)
    return found.failed_checks, *outcomes


def day(year: int, month: int, of_month: int) -> int:
    return date(year, month, of_month).toordinal()


def ranges(fact: FactPlan) -> list[tuple[int, int]]:
    """A short range at the lower end of a fact, and one around its middle; of dates days around 29 February."""
    if fact.type.kind == DATE:
        return [(day(2003, 12, 28), day(2004, 3, 2)), (day(2020, 2, 25), day(2020, 4, 2))]
    low, high = (int(one * 10**fact.decimals) for one in fact.stated_bounds)
    low = max(low, 0) if high >= 0 else low
    middle = (low + min(high, low + 3000 * 10**fact.decimals)) // 2
    return [(low, min(high, low + MOST)), (middle, min(high, middle + MOST))]


def must_be_every_value(plan: Plan, household: Household, fact: FactPlan, member: int | None) -> None:
    sweep = Sweep(plan, household, fact.name, member, None, True)
    for low, high in ranges(fact):
        found = sweep.pieces(low, high)
        assert [one.low for one in found] == [low, *(one.high + 1 for one in found[:-1])]
        assert found[-1].high == high
        for piece in found:
            for value in range(piece.low, piece.high + 1):
                answer = told(plan, with_value(household, fact, member, stated(sweep, value)))
                inside(piece, value, answer, 10**fact.decimals)


def stated(sweep: Sweep, place: int) -> int:
    assert sweep.scale is not None
    return sweep.scale.stated(place)


def inside(piece: SweepPiece, value: int, answer: tuple[object, ...], unit: int) -> None:
    """An answer within a piece: the decisions of its ends, and amounts that follow its slopes but for roundings."""
    assert piece.failed_checks == answer[0]
    lines = zip(piece.first, piece.slopes, piece.slack, answer[1:], strict=True)
    for first, slope, slack, (status, failed, needs, unset, amount) in lines:  # type: ignore[misc]
        assert (first.status, first.failed, first.needs, first.unset) == (status, failed, needs, unset)
        if first.amount is None:
            assert amount is None
        else:
            assert abs(amount - first.amount - slope * Fraction(value - piece.low, unit)) <= slack


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(range(60), 10))
def test_pieces_are_every_value_in_generated_rules(seed: int) -> None:
    plan = generated_plan(seed)
    make = Generator(plan, seed)
    household = make.household()
    for fact in plan.facts.values():
        if can_move(fact) or fact.type.kind == DATE:
            for member in list(places_of(fact, household))[:1]:
                must_be_every_value(plan, household, fact, member)


@pytest.fixture(scope="module")
def district() -> tuple[Plan, Household]:
    plan = plan_for(read_rules(str(ROOT / "rules.toml")), 202205)
    (trace,) = assess(plan, str(ROOT / "examples" / "household.toml")).traces
    return plan, trace.household


def test_a_wage_has_the_pieces_that_a_curve_shows(district: tuple[Plan, Household]) -> None:
    plan, household = district
    found = Sweep(plan, household, "工资", 0).pieces(0, 600_000)

    def total(outcomes: tuple[Outcome, ...]) -> Fraction:
        return Fraction(sum(one.amount or 0 for one in outcomes if one.status == GRANTED))

    assert [(one.low, one.high, total(one.first), total(one.last)) for one in found] == [
        (0, 60_000, Fraction("2275.20"), Fraction("2275.20")),
        (60_001, 253_199, Fraction("2275.20"), Fraction("344.20")),
        (253_200, 349_799, Fraction("794"), Fraction("794")),
        (349_800, 600_000, Fraction("75"), Fraction("75")),
    ]


def test_pieces_of_a_wage_are_what_the_row_engine_says(district: tuple[Plan, Household]) -> None:
    plan, household = district
    fact = plan.facts["工资"]
    engine, found = RowEngine(plan), Sweep(plan, household, "工资", 0).pieces(0, 600_000)
    ends = [end + step for one in found for end in (one.low, one.high) for step in (-1, 0, 1)]
    for value in sorted({*range(0, 600_001, 7001), *ends}):
        if 0 <= value <= 600_000:
            piece = next(one for one in found if one.low <= value <= one.high)
            result = engine.assess(with_value(household, fact, 0, value))
            answer = tuple((one.status, one.failed, one.needs, one.unset, one.amount) for one in result.outcomes)
            answer = (), *answer
            inside(piece, value, answer, 100)


SEVERAL = [115, 116, 161, 163, 165, 172, 174, 187, 189, 190, 191]
"""Seeds with several pieces that are found at once; others have one, or hundreds of thousands."""


@pytest.mark.parametrize("seed", seeds([*SEVERAL, *(one for one in range(100, 300) if one not in SEVERAL)], 11))
def test_every_threshold_of_a_long_range_and_the_steps_beside_it(seed: int) -> None:
    plan = generated_plan(seed)
    household = Generator(plan, seed).household()
    dates = [one for one in plan.facts.values() if one.type.kind == DATE]
    for fact in [*[one for one in plan.facts.values() if can_move(one)][:2], *dates]:
        member = next(iter(places_of(fact, household)))
        sweep = Sweep(plan, household, fact.name, member, None, True)
        assert sweep.scale is not None
        low, high = max(sweep.scale.low, -(10**6)), min(sweep.scale.high, 10**6)
        try:
            found = sweep.pieces(low, high)
        except TooManyParts:
            continue
        if len(found) > MOST:
            found = found[:: len(found) // MOST]
        for piece in found:
            for value in beside(piece):
                if piece.low <= value <= piece.high:
                    answer = told(plan, with_value(household, fact, member, stated(sweep, value)))
                    inside(piece, value, answer, 10**fact.decimals)


def beside(piece: SweepPiece) -> list[int]:
    """The ends of a piece, and the values beside them."""
    return sorted({end + step for end in (piece.low, piece.high) for step in (-1, 0, 1)})


@pytest.mark.slow
@pytest.mark.parametrize("fact", ["出生日期", "低保确认日期", "单人保确认日期", "失联起始日期", "渐退首月"])
def test_a_date_has_the_pieces_that_every_first_of_a_month_and_the_days_beside_it_give(
    district: tuple[Plan, Household], fact: str
) -> None:
    plan, household = district
    for member in list(places_of(plan.facts[fact], household)):
        sweep = Sweep(plan, household, fact, member, None, True)
        found = sweep.pieces(day(1995, 1, 1), day(2024, 2, 29))
        assert (found[0].low, found[-1].high) == (day(1995, 1, 1), day(2024, 2, 29))
        assert all(one.high + 1 == later.low for one, later in pairwise(found))
        firsts = {day(year, month, 1) for year in range(1995, 2025, 3) for month in (1, 3, 6, 9)}
        tried = {one + step for one in firsts for step in (-1, 0, 1)} | {
            value for one in found for value in beside(one)
        }
        for value in tried:
            for piece in found:
                if piece.low <= value <= piece.high:
                    given = with_value(household, plan.facts[fact], member, stated(sweep, value))
                    inside(piece, value, told(plan, given), 1)


def test_the_benefits_that_an_age_decides_change_on_a_birthday(district: tuple[Plan, Household]) -> None:
    plan, household = district
    sweep = Sweep(plan, household, "出生日期", 0, None, True)
    found = sweep.pieces(day(1900, 1, 1), day(2022, 12, 31))
    begins = [19000101, 19010502, 19620502, 20040502, 20060502, 20220601]
    assert [stated(sweep, one.low) for one in found] == begins
    assert [bool(one.failed_checks) for one in found] == [True, False, False, False, False, True]
