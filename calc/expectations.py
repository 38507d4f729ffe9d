"""Compares the trace of a household with the answers expected of it, as the cases of a rules file state them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from calc.diagnostics.diagnostic import Place
from calc.engine.outcomes import STATUS_NAMES
from calc.engine.traced.interpreter import Trace
from calc.engine.unknown import Unknown
from calc.exact import plain
from calc.language.types import DATE, MEMBER
from calc.record import Record
from calc.rules.plan import Plan
from calc.rules.rulebook import Origin
from calc.rules.schema import is_number
from calc.rules.toml_document import day_number

OUTCOME_KEYS = ("status", "amount", "failed", "needs", "unset")


class Difference(Record):
    """One expectation that was not met: of the benefit or definition `name`, for the member at a place."""

    name: str
    member: int | None
    expected: str
    actual: str
    place: Place


def is_texts(value: Any) -> bool:
    """Says whether a value is a text or a list of texts."""
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(one, str) for one in value))


def is_expectable(wanted: Any) -> bool:
    """Says whether conditions, needs and unset parameters are lists of texts, at every depth."""
    if not isinstance(wanted, dict):
        return True
    listed = all(is_texts(wanted[key]) and isinstance(wanted[key], list) for key in OUTCOME_KEYS[2:] if key in wanted)
    return listed and all(is_expectable(inner) for inner in wanted.values())


def compare_rejection(expected: Any, actual: Sequence[str], origin: Origin) -> Iterator[Difference]:
    """Compares the codes or checks that reject a household with the expected ones."""
    wanted = [expected] if isinstance(expected, str) else list(expected)
    if sorted(wanted) != sorted(set(actual)):
        place = Origin(origin.source, (*origin.keys, "rejected")).place()
        yield Difference("rejected", None, ", ".join(wanted) or "-", ", ".join(actual) or "-", place)


def compare(plan: Plan, trace: Trace, name: str, wanted: Any, at: Origin) -> list[Difference] | None:
    """Lists the differences of one expectation; None if there is no benefit or definition of that name."""
    result = trace.result
    place = at.place()
    if name in ("total", "total_at_least", "yearly"):
        actual = getattr(result, name)
        shown = "unknown" if actual is None else plain(actual)
        return [] if _same(wanted, actual) else [Difference(name, None, written(wanted), shown, place)]
    if name in plan.benefits:
        return list(_benefit(plan, trace, name, wanted, place))
    if name in plan.definitions:
        return list(_definition(plan, trace, name, wanted, place))
    return None


def _benefit(plan: Plan, trace: Trace, name: str, wanted: Any, place: Place) -> Iterator[Difference]:
    outcomes = trace.outcomes[name]
    ids = [member.id for member in trace.household.members]
    if isinstance(wanted, dict) and not set(wanted) <= set(OUTCOME_KEYS):
        for member, inner in wanted.items():
            if member not in ids:
                yield Difference(name, None, member, ", ".join(ids), place)
            else:
                yield from _outcome(plan, name, outcomes[ids.index(member)], inner, place)
    elif is_number(wanted) and plan.benefits[name].type.level == MEMBER:
        amounts = [outcome.amount for outcome in outcomes]
        total = None if None in amounts else sum(one for one in amounts if one is not None)
        if total != wanted:
            shown = "undetermined" if total is None else plain(total)
            member = next((outcome.member for outcome in outcomes if outcome.amount != 0), None)
            yield Difference(name, member, plain(wanted), shown, place)
    else:
        for outcome in outcomes:
            yield from _outcome(plan, name, outcome, wanted, place)


def _outcome(plan: Plan, name: str, outcome: Any, wanted: Any, place: Place) -> Iterator[Difference]:
    def different(expected: Any, actual: Any) -> Difference:
        return Difference(name, outcome.member, written(expected), written(actual), place)

    if isinstance(wanted, dict):
        for key, inner in wanted.items():
            actual = outcome.status_name if key == "status" else getattr(outcome, key)
            if key in ("failed", "needs", "unset"):
                if sorted(inner) != sorted(actual):
                    yield different(inner, list(actual))
            elif actual != inner:
                yield different(inner, actual)
    elif isinstance(wanted, str) and wanted in STATUS_NAMES:
        if outcome.status_name != wanted:
            yield different(wanted, outcome.status_name)
    elif not is_number(wanted) or outcome.amount != wanted:
        yield different(wanted, outcome.status_name if outcome.amount is None else outcome.amount)


def _definition(plan: Plan, trace: Trace, name: str, wanted: Any, place: Place) -> Iterator[Difference]:
    definition = plan.definitions[name]
    ids = [member.id for member in trace.household.members]
    if definition.type.level < MEMBER:
        pairs: list[tuple[int | None, Any, Any]] = [(None, wanted, trace.of_household[name])]
    elif isinstance(wanted, dict):
        absent = [member for member in wanted if member not in ids]
        if absent:
            yield Difference(name, None, absent[0], ", ".join(ids), place)
        known = [(ids.index(member), inner) for member, inner in wanted.items() if member in ids]
        pairs = [(at, inner, trace.of_members[name][at]) for at, inner in known]
    else:
        pairs = [(at, wanted, value) for at, value in enumerate(trace.of_members[name])]
    for at, inner, actual in pairs:
        expected = day_number(inner) if definition.type.kind == DATE else inner
        if not _same(expected, None if actual.__class__ is Unknown else actual):
            yield Difference(name, at, written(inner), written(None if actual.__class__ is Unknown else actual), place)


def _same(wanted: Any, actual: Any) -> bool:
    """Compares exactly; `"unknown"` is equal to an unknown value, and True is not 1."""
    if wanted == "unknown":
        return actual is None
    if isinstance(wanted, bool) or isinstance(actual, bool):
        return wanted is actual
    return bool(wanted == actual)


def written(value: Any) -> str:
    """Writes a value for a message."""
    if value is None:
        return "unknown"
    if isinstance(value, (list, tuple)):
        return ", ".join(str(one) for one in value) or "-"
    return plain(value) if is_number(value) else str(value)
