"""Writes the reason why a condition is true or false: the decisive comparison, with its values and the difference."""

from __future__ import annotations

from typing import Any

from calc.diagnostics.punctuation import colon, semicolon
from calc.engine.traced.interpreter import Trace
from calc.engine.unknown import Unknown
from calc.exact import divide
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
from calc.language.types import DATE, MONEYS
from calc.report.format_values import by_id, show
from calc.report.silence import is_silent
from calc.report.ui_text import say

SIGNS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "=", "!=": "≠"}
DEEPEST = 6


def reason(trace: Trace, term: Term, member: int | None, language: str) -> str | None:
    """Writes in one line why a yes/no term is true or false; None where its label says it, or it is unknown."""
    return _Reasons(trace, member, language).of(term)


class _Reasons:
    """Writes the reasons of terms about one member, or about the household."""

    def __init__(self, trace: Trace, member: int | None, language: str) -> None:
        self.trace = trace
        self.plan = trace.plan
        self.member = member
        self.language = language

    def of(self, term: Term, depth: int = 0) -> str | None:
        if depth > DEEPEST:
            return None
        value = self.value(term)
        if value.__class__ is Unknown:
            return None
        match term:
            case Operation(operator=operator) if operator in COMPARISONS:
                return self.comparison(term)
            case Operation(operator="in", operands=operands):
                return self.labelled(operands[0])
            case Logic(operator="not", operands=(inner,)):
                found = self.of(inner, depth + 1)
                return self.labelled(inner) if found is None else found
            case Logic(operator=operator, operands=operands):
                return self.combined(operator, operands, value, depth)
            case Definition(name=name):
                return self.of(self.plan.definitions[name].term, depth + 1)
            case Fact():
                return self.labelled(term)
            case Received(name=name):
                return self.receiving(name, value)
            case If(test=test, then=then, otherwise=otherwise):
                taken = self.value(test)
                return None if taken.__class__ is Unknown else self.of(then if taken else otherwise, depth + 1)
            case Composed(meaning=meaning):
                return self.of(meaning, depth + 1)
        return None

    def value(self, term: Term) -> Any:
        return self.trace.evaluate(term, self.member)

    def shown(self, value: Any, kind: str) -> str:
        return show(by_id(value, kind, self.trace.household), kind, self.plan, self.language)

    def label(self, term: Term) -> str | None:
        """Returns the label of a term that is only a name."""
        return self.plan.about(term.name).label_in(self.language) if isinstance(term, (Fact, Definition)) else None

    def labelled(self, term: Term) -> str | None:
        label = self.label(term)
        if label is None:
            return None
        shown = self.shown(self.value(term), term.type.kind)
        return f"{label}{colon(self.language)}{shown}{self.silence(term, shown)}"

    def silence(self, term: Term, shown: str) -> str:
        """Marks a fact that nobody stated, with the value it was taken to have."""
        if isinstance(term, Fact) and is_silent(self.trace, term.name, self.member):
            return say("taken-as", self.language, value=shown)
        return ""

    def comparison(self, term: Operation) -> str:
        left, right = term.operands
        one, other, holds = self.value(left), self.value(right), self.value(term)
        sign = term.operator if holds else OPPOSITE[term.operator]
        kind = left.type.kind if left.type.kind != "literal" else right.type.kind
        if kind == DATE:
            for side in (left, right):
                if isinstance(side, Fact) and is_silent(self.trace, side.name, self.member):
                    note = self.plan.facts[side.name].about.note_in(self.language)
                    return say("no-date", self.language, fact=self.label(side), note=note)
        label = self.label(left)
        shown = self.shown(one, kind)
        text = f"{shown}{self.silence(left, shown)} {SIGNS[sign]} {self.shown(other, kind)}"
        apart = ""
        if not holds and kind in MONEYS and one != other and term.operator not in ("==", "!="):
            key = "over-by" if one > other else "failed-by"
            apart = say(key, self.language, difference=self.shown(abs(one - other), kind))
        heads = self.heads(left) or self.heads(right)
        if heads is not None and heads > 1 and kind in MONEYS:
            per_head = f"{self.shown(divide(one, heads), kind)} {SIGNS[sign]} {self.shown(divide(other, heads), kind)}"
            all_heads = say("of-heads", self.language, heads=heads, comparison=text)
            text, apart = say("per-head", self.language, comparison=per_head), self.joined([all_heads, apart])
        if apart:
            text += f"（{apart}）" if self.language == "zh" else f" ({apart})"
        blank = "" if self.language == "zh" and text[:1] == "人" else " "
        return f"{label}{blank}{text}" if label else text

    def heads(self, term: Term) -> int | None:
        """Returns the number of members that a term is multiplied by; None if it is by none."""
        match term:
            case Operation(operator="*", operands=operands):
                return next((found for one in operands if (found := self.counted(one)) is not None), None)
            case Composed(meaning=meaning):
                return self.heads(meaning)
            case Definition(name=name):
                return self.heads(self.plan.definitions[name].term)
        return None

    def counted(self, term: Term) -> int | None:
        """Returns the value of a number of members; None for any other term."""
        if isinstance(term, Definition):
            return self.counted(self.plan.definitions[term.name].term)
        if isinstance(term, Aggregate) and term.function == "count":
            found: int = self.value(term)
            return found
        return self.heads(term) if isinstance(term, Operation) else None

    def joined(self, parts: list[str]) -> str:
        return ("，" if self.language == "zh" else ", ").join(part for part in parts if part)

    def receiving(self, name: str, value: bool) -> str:
        benefit = self.plan.benefits.get(name)
        label = benefit.about.label_in(self.language) if benefit is not None else name
        return say("receiving" if value else "not-receiving", self.language, benefit=label)

    def combined(self, operator: str, operands: tuple[Term, ...], value: Any, depth: int) -> str | None:
        """Writes the first false part of an `and`, all false parts of an `or`; if it is true the other way round."""
        decisive = operator == "or"
        if value is decisive:
            for operand in operands:
                if self.value(operand) is decisive:
                    return self.part(operand, depth)
        found = dict.fromkeys(text for operand in operands if (text := self.part(operand, depth)))
        text = semicolon(self.language).join([*found][:3])
        return text + (" …" if len(found) > 3 else "") if found else None

    def part(self, term: Term, depth: int) -> str | None:
        """Writes a part of a condition: by its label if it has one, else by its reason."""
        if isinstance(term, Definition):
            definition = self.plan.definitions[term.name]
            if isinstance(definition.term, Operation):
                return self.of(definition.term, depth + 1)
            label = definition.about.label_in(self.language)
            return f"{label}{colon(self.language)}{self.shown(self.value(term), 'yes/no')}"
        return None if isinstance(term, (Aggregate, Constant)) else self.of(term, depth + 1)
