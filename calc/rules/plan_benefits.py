"""Builds the plan of a benefit or a check: conditions are yes or no at the right level, the amount can be paid."""

from __future__ import annotations

from typing import Any

from calc.exact import lies_on
from calc.language.syntax_tree import Name
from calc.language.typed_tree import Amount, Term
from calc.language.types import (
    COUNT,
    HOUSEHOLD,
    LITERAL,
    MEMBER,
    MONEYS,
    NUMBER,
    YES_NO,
    Type,
)
from calc.rules.entry_context import EntryContext, about_of
from calc.rules.expressions import Expression
from calc.rules.name_the_bound import LOW, reason_of
from calc.rules.plan import BROKEN, About, BenefitPlan, Built, CheckPlan, ConditionPlan
from calc.rules.rulebook import Entry, Version
from calc.rules.schema import PERIODS


def benefit(context: EntryContext, entry: Entry, version: Version, expressions: list[Expression]) -> Built:
    """Builds the plan and symbol of a benefit."""
    values, name = version.values, entry.name
    about = context.about(entry, version)
    level = MEMBER if values["to"] == "member" else HOUSEHOLD
    before = len(context.found)
    if level == MEMBER and not context.scope.has_members:
        context.report("wrong-level/no-members", version, "to", name=name)
    conditions = []
    applies_to = amount = persons = None
    for expression in expressions:
        if expression.key == "amount":
            amount = amount_term(context, version, expression, level)
            continue
        if expression.key == "persons":
            persons = persons_term(context, expression, level)
            continue
        term = condition(context, expression, level)
        if term is None:
            continue
        if expression.key == "applies_to":
            applies_to = term
        else:
            conditions.append(condition_plan(context, expression, term, about))
    if len(context.found) > before:
        return BROKEN
    if amount is None:
        type_ = Type(PERIODS[values.get("per", "month")], level, 0, 0, 0)
    else:
        kind = PERIODS[values["per"]]
        high = amount.type.high
        assert high is not None
        type_ = Type(kind, level, context.grid, 0, max(0, high))
    per = values.get("per", "month")
    plan = BenefitPlan(name, type_, per, tuple(conditions), amount, applies_to, about, persons)
    return plan, Amount(type_, Name(name), name)


def condition(context: EntryContext, expression: Expression, level: int) -> Term | None:
    """Checks a condition; None where it is no yes or no of the level."""
    term = context.checked(expression)
    if term is None:
        return None
    if term.type.kind != YES_NO:
        context.found.append(expression.diagnostic("wrong-kind/truth", None, {"kind": term.type.kind}))
        return None
    if term.type.level > level:
        context.found.append(expression.diagnostic("wrong-level/household", None, None, ("aggregate-it", {})))
        return None
    return term


def condition_plan(context: EntryContext, expression: Expression, term: Term, benefit: About) -> ConditionPlan:
    """Builds the plan of a condition, with its label and sources."""
    node = expression.node
    if isinstance(node, Name):
        entry = context.rulebook.entries[node.name]
        version = context.versions[node.name]
        values = version.values
        if entry.section == "definitions" and "cite" not in values and values.get("basis") != "assumed":
            context.report("missing-citation/condition", version, "", ("add-cite", {}), name=node.name)
        cite = values.get("cite") or benefit.cite
        return ConditionPlan(
            node.name, term, about_of(node.name, version, (cite,) if isinstance(cite, str) else tuple(cite))
        )
    text = " ".join(expression.text.split())
    return ConditionPlan(text, term, About(text, text, text, benefit.cite))


def amount_term(context: EntryContext, version: Version, expression: Expression, level: int) -> Term | None:
    """Checks that an amount can be paid: it has the right kind, is on the grid of the currency, never below zero."""
    if "per" not in version.values:
        context.report("missing-key", version, "", key="per", entry=expression.origin.keys[1])
        return None
    term = context.checked(expression)
    if term is None:
        return None
    kind, wanted = term.type.kind, PERIODS[version.values["per"]]
    code: str | None = None
    help_: tuple[str, dict[str, Any]] | None = None
    values: dict[str, Any] = {}
    if kind == YES_NO:
        code = "yes-no-amount"
    elif kind == LITERAL and term.type.constant != 0:
        code, help_, values = "money-literal", ("make-parameter", {}), {"value": term.type.constant}
    elif kind not in (wanted, LITERAL):
        period = kind in MONEYS
        code = "wrong-period/amount" if period else "wrong-kind/amount"
        values = {"wanted": wanted, "kind": kind}
        help_ = ("convert-period", {}) if period else None
    elif term.type.level > level:
        code, help_ = "wrong-level/household", ("aggregate-it", {})
    elif term.type.quotient:
        code, help_ = "stray-quotient", ("round-it", {})
    elif term.type.unit and not lies_on(term.type.unit, context.grid):
        code, help_, values = "off-grid", ("round-to-grid", {"step": context.grid}), {"step": context.grid}
    elif term.type.low is not None and term.type.low < 0:
        help_ = ("floor-at-zero", {})
        code, values = _negative(context, term)
    if code is None:
        return term
    context.found.append(expression.diagnostic(code, None, values, help_))
    return None


def _negative(context: EntryContext, term: Term) -> tuple[str, dict[str, Any]]:
    """Finds the message for an amount that may be negative: with what makes it so, where that is one entry."""
    found, low = reason_of(term, LOW, context.plans), {"low": term.type.low}
    if found is None:
        return "possibly-negative", low
    return f"possibly-negative/{found.reason}", {**low, "name": found.name, "end": found.end}


def persons_term(context: EntryContext, expression: Expression, level: int) -> Term | None:
    """Checks the number of persons a grant counts for: whole, of the household, not below zero."""
    term = context.checked(expression)
    if term is None:
        return None
    type_ = term.type
    if type_.kind not in (COUNT, NUMBER, LITERAL) or type_.quotient or not lies_on(type_.unit or 1, 1):
        wanted = {"wanted": COUNT, "kind": type_.kind}
        context.found.append(expression.diagnostic("wrong-kind/argument", None, wanted))
    elif type_.level == MEMBER or level == MEMBER:
        context.found.append(expression.diagnostic("wrong-level/household", None, None, ("aggregate-it", {})))
    elif type_.low is None or type_.low < 0:
        low = {"low": type_.low}
        context.found.append(expression.diagnostic("possibly-negative", None, low, ("floor-at-zero", {})))
    else:
        return term
    return None


def check(context: EntryContext, entry: Entry, version: Version, expressions: list[Expression]) -> CheckPlan | None:
    """Builds the plan of a check; None where it has a mistake."""
    about = context.about(entry, version)
    if expressions[0].node is None:
        return None
    term = condition(context, expressions[0], MEMBER)
    return None if term is None else CheckPlan(entry.name, term, about)
