"""Writes a household as a file that `doudi assess` reads: the facts that were stated, under their headings."""

from __future__ import annotations

from typing import Any

from calc.exact import plain
from calc.households.cell_values import read_value
from calc.households.dates import day_text
from calc.households.headings import MEMBERS, Headings
from calc.interview.state import Raw, State
from calc.language.types import DATE, HOUSEHOLD, MEMBER, NUMERIC, YES_NO
from calc.report.as_text import heading as title_of
from calc.report.template import household_heading, toml_key, toml_text
from calc.rules.plan import FactPlan, Plan


def household_file(plan: Plan, state: State, language: str) -> str:
    """Writes the file, facts in the order of the rules."""
    side = 1 if language == "zh" else 0
    headings = Headings(plan)
    lines = [f"# {title_of(plan, language)}", "", f"{toml_key(('id', '编号')[side])} = {toml_text(state.id)}"]
    lines += _facts(plan, headings, state.facts, HOUSEHOLD, language)
    for one in state.people:
        lines += ["", f"[[{toml_key((MEMBERS, '成员')[side])}]]"]
        lines += [f"{toml_key(('name', '姓名')[side])} = {toml_text(one.name)}"]
        lines += _facts(plan, headings, one.facts, MEMBER, language)
    return "\n".join(lines) + "\n"


def _facts(plan: Plan, headings: Headings, stated: Raw, level: int, language: str) -> list[str]:
    return [
        f"{household_heading(fact, headings, language)} = {_value(fact, stated[name], language)}"
        for name, fact in plan.facts.items()
        if name in stated and fact.type.level == level
    ]


def _value(fact: FactPlan, raw: Any, language: str) -> str:
    """Writes a value as TOML; the word of a choice as it was answered, since it may say more than the option."""
    read = read_value(fact, raw)
    if fact.type.kind == YES_NO and read.__class__ is bool:
        return "true" if read else "false"
    if fact.type.kind in NUMERIC and read.__class__ is int:
        from calc.exact import divide

        return plain(divide(read, 10**fact.decimals))
    if fact.type.kind == DATE and read.__class__ is int:
        return day_text(read)
    if raw in fact.type.options and language == "en" and fact.options_en:
        return toml_text(fact.options_en[fact.type.options.index(raw)])
    return toml_text(str(raw))


def state_of(plan: Plan, household: Any) -> State:
    """Makes the state of an interview of a household that was read from a file."""
    from calc.interview.state import NamedMember

    people = tuple(NamedMember(one.id, _raw(plan, one.facts, household)) for one in household.members)
    return State(household.id, _raw(plan, household.facts, household), people, bool(people))


def _raw(plan: Plan, facts: dict[str, Any], household: Any) -> Raw:
    from calc.exact import divide
    from calc.language.types import NOBODY, REFERENCE

    found: Raw = {}
    for key, value in facts.items():
        fact = plan.facts.get(key)
        if fact is None:
            found[key[:-1]] = "?"
        elif fact.type.kind in NUMERIC:
            found[key] = divide(value, 10**fact.decimals)
        elif fact.type.kind == DATE:
            found[key] = day_text(value)
        elif fact.type.kind == REFERENCE:
            found[key] = "nobody" if value == NOBODY else household.members[value].id
        else:
            found[key] = value
    return found
