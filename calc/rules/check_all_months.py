"""Checks all months of a rules file: each error once, with its months, and warnings about likely mistakes."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from calc.diagnostics.diagnostic import Diagnostic, InputErrors
from calc.language.syntax_tree import Name
from calc.language.typed_tree import Constant, Definition, Logic, Operation, Parameter, Term, walk
from calc.language.types import YES_NO
from calc.record import replace
from calc.rules.in_force import change_months, never_existed
from calc.rules.kept_versions import KeptVersions
from calc.rules.plan import Plan
from calc.rules.plan_month import plan_for
from calc.rules.read_letters import missing_letters
from calc.rules.rulebook import Rulebook
from calc.rules.toml_document import month_after, month_before, month_text

Look = Callable[[list[Plan]], Iterable[Diagnostic]]


def check_all(rulebook: Rulebook, look: Look = lambda plans: ()) -> tuple[list[Diagnostic], int]:
    """Returns the errors and warnings of all months, and the number of months checked.

    `look` finds further warnings in the plans of all months; it is called if there are no errors.
    """
    months = months_to_check(rulebook)
    found: list[Diagnostic] = []
    absent: dict[tuple[object, ...], list[int]] = {}
    seen: set[tuple[object, ...]] = set()
    plans: list[Plan] = []
    kept = KeptVersions()
    for month in months:
        try:
            plans.append(plan_for(rulebook, month, kept=kept))
        except InputErrors as faulty:
            for one in faulty.diagnostics:
                key = (one.place.source.path, one.place.keys, one.place.start, one.name, one.values.get("name"))
                if one.name == "not-in-force":
                    absent.setdefault(key, []).append(month)
                if key not in seen:
                    seen.add(key)
                    found.append(one)
    found = [_with_months(one, absent, months) for one in found]
    if not any(one.is_error for one in found):
        settled = (one for one in settled_conditions(plans) if not never_existed(rulebook.entries[one.place.keys[1]]))  # type: ignore[index]
        found += [*unused_parameters(rulebook, kept), *settled, *missing_letters(rulebook.letters, rulebook.entries)]
        found += look(plans)
    return found, len(months)


def months_to_check(rulebook: Rulebook) -> list[int]:
    """Returns every change month; for rules that use the calendar also the twelve months after the last."""
    months = change_months(rulebook)
    entries = rulebook.entries.values()
    written = str([[entry.values, *(changed for _, changed, _ in entry.changes)] for entry in entries])
    if "month_start" in written or "month_end" in written:
        month = months[-1]
        for _ in range(12):
            month = month_after(month)
            months.append(month)
    return months


def _with_months(one: Diagnostic, absent: dict[tuple[object, ...], list[int]], months: list[int]) -> Diagnostic:
    if one.name != "not-in-force":
        return one
    key = (one.place.source.path, one.place.keys, one.place.start, one.name, one.values.get("name"))
    return replace(one, values={**one.values, "months": month_spans(absent[key], months)})


def month_spans(found: list[int], months: list[int]) -> str:
    """Writes some of the months that were checked: what holds in one holds until the next."""
    runs: list[list[str]] = []
    for month in found:
        at = months.index(month)
        last = month_text(month_before(months[at + 1])) if at + 1 < len(months) else ""
        if runs and at and months[at - 1] in found:
            runs[-1][1] = last
        else:
            runs.append([month_text(month), last])
    return ", ".join(first if first == last else f"{first}…{last}" for first, last in runs)


def unused_parameters(rulebook: Rulebook, kept: KeptVersions) -> Iterable[Diagnostic]:
    """Finds parameters that no formula names in any version."""
    used: set[str] = set()
    for month in change_months(rulebook):
        for entries in (rulebook.entries, rulebook.checks):
            used.update(*(version.names for version in kept.in_month(entries, month).values()))
    for entry in rulebook.entries.values():
        if entry.section == "parameters" and entry.name not in used:
            yield Diagnostic("unused", entry.origin.place(on_key=True), {"name": entry.name})


def settled_conditions(plans: list[Plan]) -> Iterable[Diagnostic]:
    """Finds yes/no definitions that have one value for every household, whatever the parameters."""
    seen: set[str] = set()
    before: Plan | None = None
    for plan in plans:
        same = _same_definitions(plan, before) if before else set()
        for definition in plan.definitions.values():
            if definition.type.kind == YES_NO and definition.name not in seen and definition.name not in same:
                truth = decided(plan, definition.term)
                if truth is not None:
                    seen.add(definition.name)
                    origin = definition.about.origin
                    assert origin is not None
                    place = replace(origin.place(), keys=(*origin.keys, "formula"))
                    code = "always-true" if truth else "always-false"
                    yield Diagnostic(code, place, cite="; ".join(definition.about.cite) or None)
        before = plan


def _same_definitions(plan: Plan, before: Plan) -> set[str]:
    """Finds the definitions that another month has too, as have those that they use."""
    same: set[str] = set()
    for name in plan.steps:
        definition = plan.definitions.get(name)
        if definition is None or definition is not before.definitions.get(name):
            continue
        if all(need in same or need not in plan.definitions for need in plan.needs[name]):
            same.add(name)
    return same


def decided(plan: Plan, term: Term) -> bool | None:
    """Evaluates a yes/no term by bounds alone; None where it depends on a household, a parameter or the month."""
    match term:
        case Constant(value=bool() as value):
            return value
        case Logic(operator="not", operands=(inner,)):
            known = decided(plan, inner)
            return None if known is None else not known
        case Logic(operator=operator, operands=operands):
            parts = [decided(plan, operand) for operand in operands]
            decisive = operator == "or"
            if decisive in parts:
                return decisive
            return None if None in parts else not decisive
        case Definition(name=name):
            return None if name in plan.parameters else decided(plan, plan.definitions[name].term)
        case Operation(operator=operator, operands=(left, right)) if operator in ("<", "<=", ">", ">="):
            if _is_open(plan, left) or _is_open(plan, right):
                return None
            return _by_bounds(operator, left, right)
    return None


def _is_open(plan: Plan, term: Term) -> bool:
    """Says whether a value uses a parameter or the month, which may change."""
    for one in walk(term):
        if isinstance(one, Parameter) or (isinstance(one.node, Name) and one.node.name in ("month_start", "month_end")):
            return True
        if isinstance(one, Definition) and _is_open(plan, plan.definitions[one.name].term):
            return True
    return False


def _by_bounds(operator: str, left: Term, right: Term) -> bool | None:
    if operator in (">", ">="):
        left, right, operator = right, left, "<" if operator == ">" else "<="
    a, b, c, d = left.type.low, left.type.high, right.type.low, right.type.high
    if a is None or b is None or c is None or d is None or left.type.quotient or right.type.quotient:
        return None
    if operator == "<":
        return True if b < c else False if a >= d else None
    return True if b <= c else False if a > d else None
