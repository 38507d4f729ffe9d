"""A rules file and a household on which two engines differ, made as small as they get, as a rules file with a case."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from calc.diagnostics.diagnostic import InputErrors
from calc.engine.facts import NOT_KNOWN, Declared, Household
from calc.engine.outcomes import STATUS_NAMES, Outcome
from calc.engine.traced.interpreter import Trace
from calc.exact import plain
from calc.households.cell_values import fact_value_text
from calc.language.types import DATE, MEMBER, NUMERIC
from calc.rules.plan import FactPlan, Plan
from calc.rules.toml_document import month_text
from tests.support.shrink import shrunk
from tests.support.small import plan_of

Differs = Callable[[Plan, Household], bool]
_ENTRY = re.compile(r"^(?=\[|[^\s\[#][^=\n]* = \{)", re.M)
"""Where something that may be left out begins: a table, or an entry on a line of its own."""
_TABLE = re.compile(r"^(?=\[)", re.M)
_HEAD = re.compile(r"\[(rules|documents)\b")


def as_case(text: str, month: int, household: Household, differs: Differs) -> str:
    """The smallest rules file and household that still differ, as text that `doudi rules test` reads.

    The expectation is what the trace gives, which is the meaning; the other engine gives something else.
    """
    text = text.partition("[[cases]]")[0]  # by our convention cases come last
    whole = plan_of(text, month, head="")
    household = shrunk(household, lambda one: differs(whole, one))
    smaller = next((one for one in _fewer_entries(text) if _still(one, month, household, differs)), None)
    while smaller is not None:
        text = smaller
        smaller = next((one for one in _fewer_entries(text) if _still(one, month, household, differs)), None)
    plan = plan_of(text, month, head="")
    household = shrunk(household, lambda one: differs(plan, one))
    return f"{text.rstrip()}\n\n{_case(plan, household)}"


def _fewer_entries(text: str) -> Iterator[str]:
    """The text with a table or one entry less; the last ones first, as others lean on the first."""
    for begins in (_TABLE, _ENTRY):
        starts = [match.start() for match in begins.finditer(text)]
        for start, end in reversed(list(zip(starts, [*starts[1:], len(text)], strict=True))):
            if not _HEAD.match(text, start):
                yield text[:start] + text[end:]


def _still(text: str, month: int, household: Household, differs: Differs) -> bool:
    try:
        plan = plan_of(text, month, head="")
    except InputErrors:
        return False
    stated = {*household.facts, *(name for member in household.members for name in member.facts)}
    stated = {name.removesuffix(NOT_KNOWN) for name in stated}
    return stated <= plan.facts.keys() and differs(plan, household)


def _case(plan: Plan, household: Household) -> str:
    ids = [member.id for member in household.members]
    if len(set(ids)) < len(ids):  # a case cannot have two of the same id
        ids = [f"{id}-{at}" for at, id in enumerate(ids)]
    expect: dict[str, list[str]] = {}
    for one in Trace(plan, household).result.outcomes:
        text = _outcome(one)
        expect.setdefault(one.benefit, []).append(text if one.member is None else f'"{ids[one.member]}" = {text}')
    of_members = {name for name, benefit in plan.benefits.items() if benefit.type.level == MEMBER}
    lines = ["[[cases]]", 'title = "two engines differ"', 'source = "made up"']
    lines += [f'month = "{month_text(plan.month)}"', "[cases.household]"]
    lines += [_line(plan, name, value) for name, value in household.facts.items()]
    members = []
    for id, member in zip(ids, household.members, strict=True):
        facts = [_line(plan, name, value) for name, value in member.facts.items()]
        members.append("  { " + ", ".join([f'id = "{id}"', *facts]) + " },\n")
    lines += [f"members = [\n{''.join(members)}]"] if plan.has_members else []
    lines.append("[cases.expect]")
    for name, found in expect.items():
        lines.append(f'"{name}" = {"{ " + ", ".join(found) + " }" if name in of_members else found[0]}')
    return "\n".join([*lines, ""])


def _outcome(outcome: Outcome) -> str:
    found = [f'status = "{STATUS_NAMES[outcome.status]}"']
    if outcome.amount is not None:
        found.append(f"amount = {plain(outcome.amount)}")
    for key in ("failed", "needs", "unset"):
        listed = ", ".join(f"'{name}'" for name in getattr(outcome, key))
        found.append(f"{key} = [{listed}]")
    return "{ " + ", ".join(found) + " }"


def _line(plan: Plan, name: str, value: Declared) -> str:
    if name.endswith(NOT_KNOWN):
        return f'"{name.removesuffix(NOT_KNOWN)}" = "unknown"'
    return f'"{name}" = {_written(plan.facts[name], value)}'


def _written(fact: FactPlan, value: Declared) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if fact.type.kind == DATE or fact.type.kind in NUMERIC:
        return str(fact_value_text(fact, value))
    return f'"{value}"'
