"""Layers of generated plans: each value comes after all it uses, the household's in even ones, members' in odd ones."""

from __future__ import annotations

import pytest

from calc.engine.schedule import AggregateItem, BenefitItem, CheckItem, Item, Layering, NamedItem, PersonsItem
from calc.engine.simple_plan import ALWAYS, MAYBE
from calc.engine.specialize import simplified
from calc.language.typed_tree import Aggregate, Amount, Definition, Fact, Received, Term, parts
from calc.language.types import MEMBER
from calc.rules.plan import Plan
from tests.support.seeds import seeds
from tests.support.small import generated_plan, plan_of


def terms_of(item: Item) -> list[Term]:
    match item:
        case NamedItem(term=term, default=default):
            return [] if default is None and isinstance(term, Fact) else [term if default is None else default]
        case AggregateItem(term=term):
            return [one for one in (term.operand, term.where) if one is not None]
        case BenefitItem(benefit=benefit):
            return [benefit.applies_to, *benefit.conditions, benefit.amount]
        case PersonsItem(term=term) | CheckItem(term=term):
            return [term]
    raise AssertionError(item)


def is_of_member(plan: Plan, item: Item) -> bool:
    match item:
        case NamedItem(name=name):
            return (plan.facts.get(name) or plan.definitions[name]).type.level == MEMBER
        case AggregateItem():
            return True
        case BenefitItem(benefit=benefit):
            return benefit.level == MEMBER
        case PersonsItem():
            return False
        case CheckItem(place=place):
            return plan.checks[place].term.type.level == MEMBER
    raise AssertionError(item)


def used(term: Term) -> list[str | Aggregate]:
    """Names and aggregates that a term uses itself; what an aggregate runs over is its own affair."""
    if isinstance(term, Aggregate):
        return [term] if term.empty is None else [term, *used(term.empty)]
    own: list[str | Aggregate] = [term.name] if isinstance(term, (Fact, Definition, Amount, Received)) else []
    return own + [one for part in parts(term) for one in used(part)]


@pytest.mark.parametrize("often", [ALWAYS, MAYBE])
@pytest.mark.parametrize("seed", seeds(range(100), 30))
def test_layers_of_generated_plans(seed: int, often: int) -> None:
    plan = generated_plan(seed)
    layering = Layering(simplified(plan, dict.fromkeys(plan.facts, often)))
    items = layering.run()
    made: dict[str, tuple[int, int]] = {}
    aggregates: dict[int, int] = {}
    for at, item in enumerate(items):
        assert item.layer % 2 == is_of_member(plan, item), item
        if isinstance(item, NamedItem):
            assert item.name not in made
            made[item.name] = at, item.layer
        elif isinstance(item, BenefitItem):
            made[item.benefit.name] = at, item.layer
        elif isinstance(item, AggregateItem):
            aggregates[id(item.term)] = item.layer
    for at, item in enumerate(items):
        for one in (found for term in terms_of(item) for found in used(term)):
            if isinstance(one, Aggregate):
                assert aggregates[id(one)] < item.layer, f"{item} uses an aggregate of its own pass or a later one"
            else:
                place, layer = made[one]
                assert layer < item.layer or (layer == item.layer and place < at), f"{item} uses {one}"


def test_layers_are_no_more_than_are_needed() -> None:
    plan = plan_of('[facts.member]\na = { kind = "count", max = 9 }\n[definitions]\nmine = { formula = "a + 1" }\n'
                   'ours = { formula = "sum(mine)" }\nrest = { formula = "ours - mine" }\n'
                   '[benefits.b]\nto = "household"\nrequires = ["sum(rest) > 3"]\ncite = "d 1"\n')  # fmt: skip
    layering = Layering(simplified(plan, dict.fromkeys(plan.facts, ALWAYS)))
    layering.run()
    assert layering.layer_of == {"a": 1, "mine": 1, "ours": 2, "rest": 3, "b": 4}
