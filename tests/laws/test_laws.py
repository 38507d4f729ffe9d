"""What holds of every household, whatever the rules: money, order, knowledge.

A *need* is a fact together with the member it is missing of. `stating` gives a household one fact more.
The laws of knowledge speak of facts without default: a default is an answer, and stating another changes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from calc.diagnostics.diagnostic import InputErrors
from calc.engine.facts import Household, Member
from calc.engine.outcomes import DENIED, GRANTED, NOT_APPLICABLE, UNDETERMINED, Outcome, Result
from calc.engine.python.row_engine import RowEngine
from calc.engine.traced.decisive_facts import failures
from calc.engine.traced.interpreter import Trace
from calc.engine.unknown import Unknown
from calc.households.member_references import references_of
from calc.language.lookup_tables import LookupTable
from calc.language.types import HOUSEHOLD, LIMITS, MEMBER
from calc.record import replace
from calc.rules.in_force import change_months
from calc.rules.plan import Plan
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from calc.vary.next_questions import next_questions
from tests.support.households import Generator
from tests.support.rulefiles import rules_file
from tests.support.seeds import few_or_all, seeds
from tests.support.shrink import shown
from tests.support.small import plan_of

ROOT = Path(__file__).parents[2]
SHIPPED = [("tests/smallville.toml", 0), ("tests/smallville.toml", -1), ("rules.toml", 0), ("rules.toml", -1)]


def made(at: int) -> list[tuple[Plan, Generator, list[Household]]]:
    """A plan with its households, and a generator that has made nothing yet; for -1 many plans of generated files."""
    return [(plan, Generator(plan, 5), households) for plan, households in _made(at)]


@cache
def _made(at: int) -> list[tuple[Plan, list[Household]]]:
    if at >= 0:
        path, month = SHIPPED[at]
        rulebook = read_rules(str(ROOT / path))
        plan = plan_for(rulebook, change_months(rulebook)[month])
        (seed, *_) = seeds([11 + at], 1)
        generator = Generator(plan, seed)
        return [(plan, [generator.household(place) for place in range(few_or_all(30, 300))])]
    found: list[tuple[Plan, list[Household]]] = []
    for seed in seeds(range(10_000, 10_150), 20):
        try:
            plan = plan_of(rules_file(seed), head="")
        except InputErrors:
            continue
        generator = Generator(plan, seed)
        found.append((plan, [generator.household(place) for place in range(8)]))
    return found


over_all = pytest.mark.parametrize("at", [*range(len(SHIPPED)), -1], ids=[*(f"{p} {m}" for p, m in SHIPPED), "made"])


def stating(household: Household, name: str, member: int | None, value: Any) -> Household:
    if member is None:
        return replace(household, facts={**household.facts, name: value})
    members = list(household.members)
    members[member] = Member(members[member].id, {**members[member].facts, name: value})
    return replace(household, members=tuple(members))


def unstated(plan: Plan, household: Household) -> list[tuple[str, int | None]]:
    """The facts without default that nobody has stated."""
    found: list[tuple[str, int | None]] = []
    for name, fact in plan.facts.items():
        if fact.default is not None:
            continue
        if fact.type.level != MEMBER:
            found += [(name, None)] if name not in household.facts else []
        else:
            found += [(name, place) for place, one in enumerate(household.members) if name not in one.facts]
    return found


def sampled(generator: Generator, found: list[Any], most: int) -> list[Any]:
    return generator.random.sample(found, min(most, len(found)))


def answer(outcome: Outcome) -> tuple[bool, Any]:
    """What is paid; denied and not applicable are the same answer."""
    assert outcome.status in (NOT_APPLICABLE, GRANTED, DENIED)
    return outcome.status == GRANTED, outcome.amount


@pytest.mark.slow
@over_all
def test_amounts_are_never_negative_and_on_the_grid(at: int) -> None:
    for plan, _, households in made(at):
        engine = RowEngine(plan)
        for household in households:
            for outcome in engine.assess(household).outcomes:
                if outcome.amount is None:
                    assert outcome.status == UNDETERMINED
                    continue
                assert outcome.amount >= 0, shown(household)
                assert (Fraction(outcome.amount) * 10**plan.decimals).denominator == 1, shown(household)
                assert outcome.status == GRANTED or outcome.amount == 0, shown(household)
                assert bool(outcome.failed) == (outcome.status == DENIED), shown(household)


@pytest.mark.slow
@over_all
def test_the_total_is_the_sum_or_open(at: int) -> None:
    for plan, _, households in made(at):
        engine = RowEngine(plan)
        for household in households:
            result = engine.assess(household)
            amounts: dict[bool, list[Any]] = {True: [], False: []}
            for outcome in result.outcomes:
                amounts[plan.benefits[outcome.benefit].per == "year"].append(outcome.amount)
            known = sum(one for one in amounts[False] if one is not None)
            assert result.total_at_least == known
            assert result.total == (None if None in amounts[False] + amounts[True] else known)
            assert result.yearly == (None if None in amounts[True] else sum(amounts[True]))


@pytest.mark.slow
@over_all
def test_the_order_of_members_with_ids_does_not_matter(at: int) -> None:
    for plan, generator, households in made(at):
        engine = RowEngine(plan)
        for household in [*households, *(twins(one, generator) for one in households)]:
            order = list(range(len(household.members)))
            generator.random.shuffle(order)
            other = in_order(household, order, plan)
            assert by_id(engine.assess(household), household) == by_id(engine.assess(other), other), shown(household)


def in_order(household: Household, order: list[int], plan: Plan) -> Household:
    """The household with its members in another order; who refers to a member refers to the same one."""
    names = [name for level in (HOUSEHOLD, MEMBER) for name in references_of(plan, level)]
    moved = {old: new for new, old in enumerate(order)}

    def referring(facts: Mapping[str, Any]) -> dict[str, Any]:
        return {name: moved.get(value, value) if name in names else value for name, value in facts.items()}

    members = [household.members[place] for place in order]
    moved_members = tuple(Member(one.id, referring(one.facts)) for one in members)
    return replace(household, facts=referring(household.facts), members=moved_members)


def twins(household: Household, generator: Generator) -> Household:
    """Members who state the same but for one fact, so that ranks have ties to settle."""
    if not household.members:
        return household
    members = []
    for member in household.members:
        changed = sampled(generator, sorted(member.facts.items(), key=str), generator.random.choice((0, 0, 1)))
        members.append(Member(member.id, {**household.members[0].facts, **dict(changed)}))
    return replace(household, members=tuple(members))


def by_id(result: Result, household: Household) -> Any:
    outcomes = {
        (one.benefit, None if one.member is None else household.members[one.member].id): replace(one, member=None)
        for one in result.outcomes
    }
    return outcomes, result.total, result.total_at_least, result.yearly, result.failed_checks


@pytest.mark.slow
@over_all
def test_more_known_facts_never_change_a_determined_answer(at: int) -> None:
    for plan, generator, households in made(at):
        for household in households:
            before = Trace(plan, household).result
            for name, member in sampled(generator, unstated(plan, household), 4):
                value = generator.value(plan.facts[name])
                after = Trace(plan, stating(household, name, member, value)).result
                told = f"{name} of {member} = {value!r} in {shown(household)}"
                for old, new in zip(before.outcomes, after.outcomes, strict=True):
                    if old.status != UNDETERMINED:
                        assert new.status != UNDETERMINED, f"{new.benefit} is open with {told}"
                        assert answer(new) == answer(old), f"{new.benefit}: {old} → {new} with {told}"
                assert set(before.failed_checks) <= set(after.failed_checks), told
                assert before.total in (None, after.total), told
                assert before.total_at_least <= after.total_at_least, told


@over_all
def test_a_failed_check_names_only_what_is_stated(at: int) -> None:
    for plan, _, households in made(at):
        for household in households:
            failed = Trace(plan, household).result.failed_checks
            found = failures(plan, household, failed)
            assert tuple(dict.fromkeys(one.check.name for one in found)) == failed, shown(household)
            for name, member in (used for one in found for used in one.used):
                facts = household.facts if member is None else household.members[member].facts
                assert name in facts or name in plan.parameters, f"{name} in {shown(household)}"


@over_all
def test_needs_name_only_what_is_not_stated(at: int) -> None:
    for plan, _, households in made(at):
        for household in households:
            for outcome in Trace(plan, household).result.outcomes:
                assert (outcome.status == UNDETERMINED) == bool(outcome.missing or outcome.unset), shown(household)
                assert outcome.needs == tuple(dict.fromkeys(name for name, _ in outcome.missing))
                for name, member in outcome.missing:
                    facts = household.facts if member is None else household.members[member].facts
                    assert name not in facts, f"{outcome.benefit} needs {name}, in {shown(household)}"
                for name in outcome.unset:
                    value = plan.parameters[name].value
                    assert value is None or (isinstance(value, LookupTable) and None in value.cells.values())


@pytest.mark.slow
@over_all
def test_stating_all_needs_determines_the_benefit_or_asks_for_others(at: int) -> None:
    for plan, generator, households in made(at):
        for household in households:
            for place, outcome in enumerate(Trace(plan, household).result.outcomes):
                if outcome.status != UNDETERMINED or generator.random.random() < 0.6:
                    continue
                given, asked = household, set()
                while outcome.missing:
                    assert not asked & {*outcome.missing}, f"{outcome.benefit} asks again in {shown(given)}"
                    asked |= {*outcome.missing}
                    for name, member in outcome.missing:
                        given = stating(given, name, member, generator.value(plan.facts[name]))
                    outcome = Trace(plan, given).result.outcomes[place]
                assert (outcome.status == UNDETERMINED) == bool(outcome.unset), shown(given)


@pytest.mark.slow
@over_all
def test_an_answer_opens_only_the_questions_that_may_come_next(at: int) -> None:
    """So a household that lacks one fact only is settled by any answer to it, where nothing comes after that fact."""
    for plan, generator, households in made(at):
        after = next_questions(plan.facts, plan)
        for household in households:
            for place, outcome in enumerate(Trace(plan, household).result.outcomes):
                given = household
                for name, member in outcome.missing:
                    given = stating(given, name, member, generator.value(plan.facts[name]))
                opened = Trace(plan, given).result.outcomes[place]
                expected = set().union(outcome.unset, *(after[name] for name in outcome.needs))
                assert {*opened.needs, *opened.unset} <= expected, f"{outcome} → {opened} of {shown(given)}"


@pytest.mark.slow
@over_all
def test_what_is_not_needed_does_not_settle_an_open_benefit(at: int) -> None:
    for plan, generator, households in made(at):
        for household in households:
            before = Trace(plan, household).result
            if before.is_determined:
                continue
            for name, member in sampled(generator, unstated(plan, household), 4):
                value = generator.value(plan.facts[name])
                after = Trace(plan, stating(household, name, member, value)).result
                for old, new in zip(before.outcomes, after.outcomes, strict=True):
                    if old.status == UNDETERMINED and (name, member) not in old.missing:
                        assert new == old, f"{name} of {member} = {value!r} in {shown(household)}: {old} → {new}"


@over_all
def test_no_fact_is_outside_its_bounds_by_default_either(at: int) -> None:
    for plan, _, households in made(at):
        bounded = [fact for fact in plan.facts.values() if fact.type.kind in LIMITS]
        for fact in bounded:
            step = 1 if fact.type.kind == "date" else Fraction(1, 10**fact.decimals)
            seen: Any = (fact.type.low, fact.type.high)
            for own, end, limit in zip(seen, fact.stated_bounds, LIMITS[fact.type.kind], strict=True):
                assert end == limit or abs(own - end) < step, f"formulas see more of {fact.name} than can be stated"
        for household in households:
            trace = Trace(plan, household)
            for name in (fact.name for fact in bounded):
                places = [None] if name in trace.of_household else range(len(household.members))
                for place in places:
                    value: Any = trace.value(name, place)
                    if not isinstance(value, Unknown):
                        low, high = plan.facts[name].type.low, plan.facts[name].type.high
                        assert low <= value <= high, f"{name} is {value} in {shown(household)}"


@pytest.mark.slow
@over_all
def test_the_same_household_gets_the_same_result(at: int) -> None:
    """Also after other households, in another order, by another engine of the same plan."""
    for plan, _, households in made(at):
        copies = [replace(one, facts={**one.facts}) for one in households]
        engine = RowEngine(plan)
        first = list(engine.assess_all(households))
        assert list(engine.assess_all(reversed(households))) == first[::-1]
        assert list(RowEngine(plan).assess_all(households)) == first
        assert households == copies, "an engine changed a household"


@pytest.mark.slow
def test_the_same_text_makes_the_same_plan() -> None:
    for seed in range(20):
        texts = {rules_file(seed) for _ in range(2)}
        assert len(texts) == 1
    plans = [plan_for(read_rules(str(ROOT / "rules.toml")), 202206) for _ in range(2)]
    assert plans[0].steps == plans[1].steps and plans[0].sha256 == plans[1].sha256
