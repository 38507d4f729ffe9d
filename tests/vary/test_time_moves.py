"""Time moves nothing: then the answers of both months are the same, of either household and of any between them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from calc import plan_for, read_rules
from calc.diagnostics.diagnostic import InputErrors
from calc.vary.answers import HouseholdPicture, PictureEngine, picture_of
from calc.vary.causes import changed, differences
from calc.vary.rule_steps import held
from calc.vary.time_moves import TimeMoves
from tests.support.households import Generator
from tests.support.rulefiles import rules_file
from tests.support.seeds import seeds
from tests.support.small import HEAD
from tests.vary.test_causes import AID, HEADS, neighbour, person
from tests.vary.test_months import book_of

ROOT = Path(__file__).parents[2]
MONTHS = (202402, 202405)


def mixtures(random: Random, old: HouseholdPicture, new: HouseholdPicture) -> list[HouseholdPicture]:
    """Both households and some that have a part of their differences."""
    atoms = differences(old, new, False)
    return [old, new, *(changed(old, new, [one for one in atoms if random.random() < 0.5]) for _ in range(4))]


@pytest.mark.parametrize("seed", seeds(range(200), 20))
def test_where_time_matters_to_nobody_both_months_answer_alike(seed: int, tmp_path: Path) -> None:
    try:
        book = held(book_of(tmp_path, rules_file(seed)), MONTHS[1])
        engines = [PictureEngine(plan_for(book, month)) for month in MONTHS]
    except InputErrors:
        return
    moves = TimeMoves(engines[1].plan, *MONTHS)
    random, make = Random(seed), Generator(engines[1].plan, seed)
    for _ in range(8):
        old = picture_of(make.household())
        new = neighbour(random, make, old)
        if not moves.matter_to(old, new):
            for one in mixtures(random, old, new):
                assert engines[0].answer(one) == engines[1].answer(one)


@pytest.mark.slow
@pytest.mark.parametrize("months", [(202207, 202208), (202112, 202201)])
def test_time_matters_to_some_households_of_the_shipped_rules_and_not_to_all(months: tuple[int, int]) -> None:
    book = held(read_rules(str(ROOT / "rules.toml")), 202208)
    engines = [PictureEngine(plan_for(book, month)) for month in months]
    moves, random = TimeMoves(engines[1].plan, *months), Random(3)
    make = Generator(engines[1].plan, 3, stated=0.3)
    found: Counter[bool] = Counter()
    for _ in range(150):
        old = picture_of(make.household())
        new = neighbour(random, make, old)
        matters = moves.matter_to(old, new)
        found[matters] += 1
        if not matters:
            for one in mixtures(random, old, new):
                assert engines[0].answer(one) == engines[1].answer(one)
    assert found[True] and found[False]


def test_a_birthday_matters_in_its_month_alone(tmp_path: Path) -> None:
    plan = plan_for(book_of(tmp_path, f"{HEAD}{AID}"), 202407)
    one = HouseholdPicture("h", {}, HEADS)  # the younger one turns 17 in June
    grown = HouseholdPicture("h", {}, {"a": person(0, 19800101)})
    assert TimeMoves(plan, 202406, 202407).matter_to(one)
    assert TimeMoves(plan, 202407, 202406).matter_to(one)
    assert TimeMoves(plan, 202406, 202407).matter_to(grown, one)
    assert not TimeMoves(plan, 202407, 202408).matter_to(one)
    assert not TimeMoves(plan, 202406, 202407).matter_to(grown)
