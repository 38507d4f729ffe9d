"""What changes by itself: the compiled engine finds what the traced one does, and what an assessment of all months."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from calc import read_rules
from calc.diagnostics.diagnostic import InputErrors
from calc.engine.facts import Household
from calc.engine.outcomes import UNDETERMINED, Outcome
from calc.engine.traced.interpreter import Trace
from calc.record import replace
from calc.rules.rulebook import Rulebook
from calc.vary.answers import HouseholdPicture, PictureEngine, picture_of
from calc.vary.months import Timeline
from calc.vary.next_changes import MonthChange, NextChanges
from tests.support.households import Generator
from tests.support.rulefiles import rules_file
from tests.support.seeds import seeds
from tests.support.small import HEAD
from tests.vary.test_months import Dated, book_of

ROOT = Path(__file__).parents[2]
AHEAD = 14


def shown(outcome: Outcome) -> tuple[object, ...]:
    """What the rows of an outcome are made of."""
    is_open = outcome.status == UNDETERMINED
    lacks = (outcome.needs, outcome.unset) if is_open else ()
    return outcome.benefit, outcome.member, outcome.status, outcome.amount, lacks


def told(changes: Sequence[MonthChange]) -> list[object]:
    return [
        (one.month, [tuple(map(shown, line)) for line in one.lines], one.reached, one.causes, one.failed_checks)
        for one in changes
    ]


def of_all_months(timeline: Timeline, household: Household) -> list[object]:
    """The same, without causes, by an assessment of every month."""
    found: list[object] = []
    results = [(month, Trace(timeline.plan(month), household).result) for month in timeline.months]
    for (_, before), (month, after) in pairwise(results):
        if after.failed_checks:
            return [*found, (month, [], after.failed_checks)]
        pairs = zip(map(shown, before.outcomes), map(shown, after.outcomes), strict=True)
        lines = [pair for pair in pairs if pair[0] != pair[1]]
        if lines:
            found.append((month, lines, ()))
    return found


def same_for_both(book: Rulebook, first: int, households: Sequence[HouseholdPicture], ahead: int = AHEAD) -> int:
    """Asserts that both engines find what all months have; returns how many changes there are."""
    timeline = Timeline(book, first, ahead)
    traced, compiled = NextChanges(timeline), NextChanges(timeline, PictureEngine)
    count = 0
    for one in households:
        if Trace(timeline.plan(first), one.household()).result.failed_checks:
            continue
        wanted = [*traced.of(one)]
        assert told([*compiled.of(one)]) == told(wanted)
        assert [(each.month, [tuple(map(shown, line)) for line in each.lines], each.failed_checks)
                for each in wanted] == of_all_months(timeline, one.household())  # fmt: skip
        count += len(wanted)
    return count


@pytest.mark.parametrize("seed", seeds(range(200), 12))
def test_both_engines_find_what_all_months_have_by_generated_rules(seed: int, tmp_path: Path) -> None:
    try:
        book = book_of(tmp_path, rules_file(seed))
        timeline = Timeline(book, 202401, AHEAD)
        make = Generator(timeline.plan(202401), seed)
        for month in timeline.months:
            timeline.plan(month)
    except InputErrors:
        return
    same_for_both(book, 202401, [picture_of(make.household(at)) for at in range(5)])


@pytest.mark.parametrize("seed", seeds(range(200), 12))
def test_both_engines_find_what_all_months_have_where_dates_decide(seed: int, tmp_path: Path) -> None:
    dated = Dated(seed)
    same_for_both(book_of(tmp_path, dated.rules()), 202402, [picture_of(dated.household()) for _ in range(4)])


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(range(30), 1))
def test_both_engines_find_what_all_months_have_by_the_shipped_rules(seed: int) -> None:
    book = replace(read_rules(str(ROOT / "rules.toml")), checks={})
    make = Generator(Timeline(book, 202205, 0).plan(202205), seed, stated=Random(seed).choice((0.1, 0.3)))
    households = [picture_of(make.household(at)) for at in range(4)]
    assert same_for_both(book, 202205, households, 6) > 0


UNSET = """
kind = "money/month"
cite = "d 1"
basis = "unset"
note = "n"
"""


def test_needs_are_compared_by_name_where_a_new_parameter_moves_their_bits(tmp_path: Path) -> None:
    text = f"""{HEAD}
[parameters.early]{UNSET}
[parameters.new]
kind = "money/month"
cite = "d 1"
from.2024-03 = {{ basis = "unset", note = "n" }}
[parameters.late]{UNSET}
[benefits.b]
to = "household"
per = "month"
cite = "d 1"
from.2024-01 = {{ amount = "late" }}
from.2024-03 = {{ amount = "new" }}
[facts.household."n"]
kind = "count"
"""
    assert same_for_both(book_of(tmp_path, text), 202401, [HouseholdPicture("h", {"n": 1}, {})], 4) == 1


def test_a_value_of_one_month_needs_no_note_to_be_compared_with(tmp_path: Path) -> None:
    text = f"""{HEAD}
[parameters.rate]
kind = "money/month"
cite = "d 1"
holds = "month"
from.2024-02 = 10
[parameters.share]
kind = "number"
cite = "d 1"
from.2024-01 = 1
from.2024-04 = 2
[parameters.more]
kind = "money/month"
cite = "d 1"
from.2024-01 = 1
from.2024-04 = 2
[benefits.b]
to = "household"
per = "month"
cite = "d 1"
amount = "n * share + more if n > 0 else rate"
[facts.household."n"]
kind = "money/month"
"""
    households = [HouseholdPicture("h", {"n": one}, {}) for one in (0, 500)]
    assert same_for_both(book_of(tmp_path, text), 202401, households, 6) == 3
