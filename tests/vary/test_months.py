"""Months in which an answer may change by itself: an assessment of every month finds no others."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from calc import read_rules
from calc.diagnostics.diagnostic import InputErrors
from calc.engine.facts import Declared, Household, Member
from calc.engine.traced.interpreter import Trace
from calc.rules.rulebook import Rulebook
from calc.vary.months import Timeline
from tests.support.households import Generator
from tests.support.rulefiles import rules_file
from tests.support.seeds import seeds
from tests.support.small import HEAD

ROOT = Path(__file__).parents[2]
MANY = 30
"""Months that are tried one by one."""


def answers(timeline: Timeline, household: Household) -> dict[int, object]:
    """The whole answer of each month."""
    found = {}
    for month in timeline.months:
        result = Trace(timeline.plan(month), household).result
        outcomes = [(one.status, one.amount, one.failed, one.needs, one.unset, one.missing) for one in result.outcomes]
        found[month] = outcomes, result.failed_checks
    return found


def changed_months(timeline: Timeline, household: Household) -> list[int]:
    found = answers(timeline, household)
    pairs = zip(timeline.months, timeline.months[1:], strict=False)
    return [after for before, after in pairs if found[before] != found[after]]


def events(timeline: Timeline, household: Household) -> list[int]:
    return [*timeline.events(household.facts, {one.id: one.facts for one in household.members})]


def book_of(tmp_path: Path, text: str) -> Rulebook:
    path = tmp_path / "rules.toml"
    path.write_text(text, encoding="utf-8")
    return read_rules(str(path))


@pytest.mark.parametrize("seed", seeds(range(400), 40))
def test_an_answer_changes_in_no_other_month(seed: int, tmp_path: Path) -> None:
    try:
        timeline = Timeline(book_of(tmp_path, rules_file(seed)), 202401, MANY)
        make = Generator(timeline.plan(202401), seed)
        for month in timeline.months:
            timeline.plan(month)
    except InputErrors:
        return
    for at in range(6):
        household = make.household(at)
        assert set(changed_months(timeline, household)) <= set(events(timeline, household))


class Dated:
    """Random rules in which dates and the month enter in every form, and households with dates of those months."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def rules(self) -> str:
        conditions = [self.truth(3) for _ in range(4)]
        benefits = [
            f"[benefits.b{at}]\nto = 'household'\nper = 'month'\ncite = 'd 1'\namount = 'rate'\nrequires = ['{one}']\n"
            for at, one in enumerate(conditions)
        ]
        return HEAD + DATED + "".join(benefits)

    def household(self) -> Household:
        members = tuple(Member(f"m{at}", self.facts("born", "left")) for at in range(self.random.randint(1, 3)))
        return Household("h", {**self.facts("since"), "n": self.random.randint(0, 12)}, members)

    def facts(self, *names: str) -> dict[str, Declared]:
        return {name: self.day() for name in names if self.random.random() < 0.8}

    def day(self) -> int:
        random = self.random
        year = random.choice((2024, 2024, 2025, 2025, 2026, 2020, 2007))
        return year * 10000 + random.randint(1, 12) * 100 + random.choice((1, 1, 2, 15, 28))

    def date(self, depth: int) -> str:
        random = self.random
        if depth and random.random() < 0.3:
            one, other = self.date(depth - 1), self.date(depth - 1)
            return random.choice((f"max({one}, {other})", f"min({one}, {other})", f"({one} if n > 3 else {other})"))
        aggregate = f"{random.choice(('max_of', 'min_of'))}({random.choice(('born', 'left'))}, empty=month_start)"
        fixed = f"date({random.randint(2024, 2026)}, {random.randint(1, 12)}, {random.choice((1, 15, 28))})"
        return random.choice(("since", "month_start", "month_start", "month_end", fixed, aggregate))

    def number(self, depth: int) -> str:
        random = self.random
        if depth and random.random() < 0.4:
            one, other = self.number(depth - 1), self.number(depth - 1)
            joined = random.choice(("{} + {}", "{} - {}", "{} * {}", "min({}, {})", "max({}, {})", "abs({} - {})"))
            return f"({joined.format(one, other)})"
        span = f"{random.choice(('full_years', 'full_months'))}({self.date(1)}, {self.date(1)})"
        members = random.choice(
            ("sum(age)", "max_of(age, empty=0)", "count(where=age >= 18)", "count(where=place == 1 and born >= since)")
        )
        part = f"{random.choice(('year', 'month'))}({self.date(1)})"
        steps = f"steps[clamp({span}, 0, 9)]"
        return random.choice((span, span, span, part, members, steps, "n", str(random.randint(0, 18))))

    def truth(self, depth: int) -> str:
        random = self.random
        if depth and random.random() < 0.3:
            return f"({self.truth(depth - 1)} {random.choice(('and', 'or'))} {self.truth(depth - 1)})"
        sign = random.choice(("<", "<=", ">", ">=", "==", "!="))
        if random.random() < 0.3:
            return f"{self.date(1)} {sign} {self.date(1)}"
        other = random.choice((str(random.choice((0, 1, 6, 12, 17, 18, 19, 2025))), self.number(1)))
        return f"{self.number(2)} {sign} {other}"


DATED = """
[parameters.rate]
kind = "money/month"
cite = "d 1"
from.2024-01 = 10
from.2025-01 = 20
[parameters.steps]
kind = "count"
cite = "d 1"
axes = ["x"]
from.2024-01 = [[0, 1], ["1..4", 2], ["5..", 18]]
[facts.household."since"]
kind = "date"
[facts.household."n"]
kind = "count"
[facts.member."born"]
kind = "date"
[facts.member."left"]
kind = "date"
default = "max(born, month_start)"
note = "n"
[facts.member."age"]
kind = "count"
default = "clamp(full_years(born, month_start), 0, 150)"
note = "n"
[definitions."place"]
formula = "rank(left)"
"""


@pytest.mark.parametrize("seed", seeds(range(2000), 60))
def test_dates_in_every_form(seed: int, tmp_path: Path) -> None:
    make = Dated(seed)
    timeline = Timeline(book_of(tmp_path, make.rules()), 202401, MANY)
    try:
        timeline.plan(202401)
    except InputErrors:
        return
    for _ in range(4):
        household = make.household()
        missed = set(changed_months(timeline, household)) - set(events(timeline, household))
        assert not missed, (household, make)


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(range(40), 4))
def test_nothing_is_missed_in_the_shipped_rules(seed: int) -> None:
    timeline = Timeline(read_rules(str(ROOT / "rules.toml")), 202205, MANY)
    make = Generator(timeline.plan(202205), seed)
    for at in range(5):
        household = make.household(at)
        assert set(changed_months(timeline, household)) <= set(events(timeline, household))


RULES = """
[facts.household."born"]
kind = "date"
[facts.household."since"]
kind = "date"
[facts.household."unstated"]
kind = "date"
[facts.household."age"]
kind = "count"
default = "full_years(born, month_start)"
note = "n"
[parameters.rate]
kind = "money/month"
cite = "d 1"
from.2024-01 = 10
[benefits.b]
to = "household"
per = "month"
cite = "d 1"
requires = ["age >= 18"]
amount = "rate"
"""
BORN = {"born": 20060502}


@pytest.mark.parametrize(
    ("more", "facts", "expected"),
    [
        ("", BORN, [202406]),
        ("", {"born": 20060501}, [202405]),
        ("", {"born": 20040229}, []),
        ("", {}, []),
        ('[definitions.d]\nformula = "1 if age == 19 else 0"\n', BORN, [202406]),
        ('[definitions.d]\nformula = "age * 2"\n', BORN, [202406]),
    ],
)
def test_only_months_in_which_something_is_decided(
    more: str, facts: dict[str, int], expected: list[int], tmp_path: Path
) -> None:
    timeline = Timeline(book_of(tmp_path, HEAD + RULES + more), 202401, MANY)
    assert events(timeline, Household("h", dict(facts))) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("age in (18, 20)", [202406, 202506, 202606]),
        ("age + 1 >= 19", [202406, 202506, 202606]),
        ("age * 0 + 1 > 0", [202406, 202506, 202606]),
        ("not full_months(since, month_start) < 6", [202409]),
        ("full_months(month_start, since) > 0", [202402]),
        ("month_end > since", [202403]),
        ("month_end >= since", [202402]),
        ("month_start > since", [202403]),
        ("since == month_end", [202402, 202403]),
        ("year(month_start) > 2025", [202601]),
        ("month(month_start) + month(unstated) > 5", []),
        ("month(month_start) == 3", [202403, 202404, 202501, 202503, 202504, 202601, 202603, 202604]),
        ("max(since, date(2024, 9, 15)) <= month_start", [202403, 202410]),
        ("month_start < date(2024, 3, 1)", [202403]),
        ("since < date(2024, 3, 1)", []),
    ],
)
def test_each_form_of_a_date_in_a_condition(condition: str, expected: list[int], tmp_path: Path) -> None:
    text = HEAD + RULES.replace("age >= 18", condition)
    timeline = Timeline(book_of(tmp_path, text), 202401, MANY)
    household = Household("h", {**BORN, "since": 20240229})
    assert events(timeline, household) == expected
    assert set(changed_months(timeline, household)) <= set(expected)
