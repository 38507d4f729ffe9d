"""Why a condition holds or fails, in one line: the comparison that decided, with its values and the difference."""

from __future__ import annotations

from typing import Any

from calc.engine.traced.interpreter import Trace
from calc.engine.unknown import Unknown
from calc.language.primitives import COMPARISONS, OPPOSITE
from calc.language.typed_tree import (
    Aggregate,
    Composed,
    Constant,
    Definition,
    Fact,
    If,
    Logic,
    Operation,
    Received,
    Term,
)
from calc.language.types import DATE, NUMERIC
from calc.report.format_values import show
from calc.report.ui_text import say

SIGNS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "=", "!=": "≠"}
DEEPEST = 6


def reason(trace: Trace, term: Term, member: int | None, language: str, depth: int = 0) -> str | None:
    """What decided a yes/no term, or None where its own label says it all."""
    if depth > DEEPEST:
        return None
    value = trace.evaluate(term, member)
    if value.__class__ is Unknown:
        return None
    match term:
        case Operation(operator=operator) if operator in COMPARISONS:
            return _comparison(trace, term, member, language)
        case Operation(operator="in", operands=operands):
            return _labelled(trace, operands[0], member, language)
        case Logic(operator="not", operands=(inner,)):
            return _negated(trace, inner, member, language, depth)
        case Logic(operator=operator, operands=operands):
            return _combined(trace, operator, operands, value, member, language, depth)
        case Definition(name=name):
            plan = trace.plan.definitions[name]
            return reason(trace, plan.term, member, language, depth + 1)
        case Fact(name=name):
            return f"{trace.plan.facts[name].about.label_in(language)}: {show(value, 'yes/no', trace.plan, language)}"
        case Received(name=name):
            return _receiving(trace, name, value, language)
        case If(test=test, then=then, otherwise=otherwise):
            taken = trace.evaluate(test, member)
            if taken.__class__ is Unknown:
                return None
            return reason(trace, then if taken else otherwise, member, language, depth + 1)
        case Composed(meaning=meaning):
            return reason(trace, meaning, member, language, depth + 1)
    return None


def _comparison(trace: Trace, term: Operation, member: int | None, language: str) -> str:
    left, right = term.operands
    one, other = trace.evaluate(left, member), trace.evaluate(right, member)
    holds = trace.evaluate(term, member)
    sign = term.operator if holds else OPPOSITE[term.operator]
    kind = left.type.kind if left.type.kind != "literal" else right.type.kind
    if kind == DATE:
        for side in (left, right):
            if isinstance(side, Fact) and not _stated(trace, side.name, member):
                return say("not-stated", language, fact=trace.plan.about(side.name).label_in(language))
    label = f"{_label(trace, left, language)} " if _label(trace, left, language) else ""
    text = f"{label}{show(one, kind, trace.plan, language)} {SIGNS[sign]} {show(other, kind, trace.plan, language)}"
    if not holds and kind in NUMERIC and kind != DATE and one != other and term.operator not in ("==", "!="):
        difference = show(abs(one - other), kind, trace.plan, language)
        text += _brackets(say("over-by" if one > other else "failed-by", language, difference=difference), language)
    return text


def _stated(trace: Trace, name: str, member: int | None) -> bool:
    household = trace.household
    return name in household.facts or (member is not None and name in household.members[member].facts)


def _brackets(text: str, language: str) -> str:
    return f"（{text}）" if language == "zh" else f" ({text})"


def _label(trace: Trace, term: Term, language: str) -> str | None:
    """The label of a term that is just a name."""
    if isinstance(term, (Fact, Definition)):
        return trace.plan.about(term.name).label_in(language)
    return None


def _labelled(trace: Trace, term: Term, member: int | None, language: str) -> str | None:
    label = _label(trace, term, language)
    if label is None:
        return None
    return f"{label}: {show(trace.evaluate(term, member), term.type.kind, trace.plan, language)}"


def _receiving(trace: Trace, name: str, value: bool, language: str) -> str:
    benefit = trace.plan.benefits.get(name)
    label = benefit.about.label_in(language) if benefit is not None else name
    return say("receiving" if value else "not-receiving", language, benefit=label)


def _negated(trace: Trace, inner: Term, member: int | None, language: str, depth: int) -> str | None:
    found = reason(trace, inner, member, language, depth + 1)
    if found is None and isinstance(inner, (Definition, Fact)):
        return _labelled(trace, inner, member, language)
    return found


def _combined(
    trace: Trace, operator: str, operands: tuple[Term, ...], value: Any, member: int | None, language: str, depth: int
) -> str | None:
    """Of `and` the first part that fails, of `or` all that fail; where it holds the other way round."""
    decisive = operator == "or"
    if value is decisive:
        for operand in operands:
            if trace.evaluate(operand, member) is decisive:
                return part(trace, operand, member, language, depth)
    told = [found for operand in operands if (found := part(trace, operand, member, language, depth))]
    shown = list(dict.fromkeys(told))
    if not shown:
        return None
    text = ("；" if language == "zh" else "; ").join(shown[:3])
    return text + (" …" if len(shown) > 3 else "")


def part(trace: Trace, term: Term, member: int | None, language: str, depth: int) -> str | None:
    """A part of a condition: by its label where it has one, with what decided it."""
    if isinstance(term, Definition):
        definition = trace.plan.definitions[term.name]
        value = trace.evaluate(term, member)
        if isinstance(definition.term, Operation):
            return reason(trace, definition.term, member, language, depth + 1)
        return f"{definition.about.label_in(language)}: {show(value, 'yes/no', trace.plan, language)}"
    if isinstance(term, (Aggregate, Constant)):
        return None
    return reason(trace, term, member, language, depth + 1)
