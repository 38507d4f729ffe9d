"""A benefit or a check of one month → its plan: conditions are truths of the right level, the amount can be paid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
from calc.rules.expressions import Expression
from calc.rules.plan import BROKEN, About, BenefitPlan, Built, CheckPlan, ConditionPlan
from calc.rules.rulebook import Entry, Version
from calc.rules.schema import PERIODS

if TYPE_CHECKING:
    from calc.rules.plan_entry import Builder


def benefit(builder: Builder, entry: Entry, version: Version, expressions: list[Expression]) -> Built:
    """The plan and symbol of a benefit."""
    values, name = version.values, entry.name
    about = builder.about(entry, version)
    level = MEMBER if values["to"] == "member" else HOUSEHOLD
    before = len(builder.found)
    if level == MEMBER and not builder.scope.has_members:
        builder.report("wrong-level/no-members", version, "to", name=name)
    conditions = []
    applies_to = amount = persons = None
    for expression in expressions:
        if expression.key == "amount":
            amount = amount_term(builder, version, expression, level)
            continue
        if expression.key == "persons":
            persons = persons_term(builder, expression, level)
            continue
        term = condition(builder, expression, level)
        if term is None:
            continue
        if expression.key == "applies_to":
            applies_to = term
        else:
            conditions.append(condition_plan(builder, expression, term, about))
    if len(builder.found) > before:
        return BROKEN
    if amount is None:
        type_ = Type(PERIODS[values.get("per", "month")], level, 0, 0, 0)
    else:
        kind = PERIODS[values["per"]]
        high = amount.type.high
        assert high is not None
        type_ = Type(kind, level, builder.grid, 0, max(0, high))
    per = values.get("per", "month")
    plan = BenefitPlan(name, type_, per, tuple(conditions), amount, applies_to, about, persons)
    return plan, Amount(type_, Name(name), name)


def condition(builder: Builder, expression: Expression, level: int) -> Term | None:
    """The term of a condition, or None where it is no truth of the level."""
    term = builder.checked(expression)
    if term is None:
        return None
    if term.type.kind != YES_NO:
        builder.found.append(expression.diagnostic("wrong-kind/truth", None, {"kind": term.type.kind}))
        return None
    if term.type.level > level:
        builder.found.append(expression.diagnostic("wrong-level/household", None, None, ("aggregate-it", {})))
        return None
    return term


def condition_plan(builder: Builder, expression: Expression, term: Term, benefit: About) -> ConditionPlan:
    """A condition with what people read about it."""
    node = expression.node
    if isinstance(node, Name):
        entry = builder.rulebook.entries[node.name]
        version = builder.scope.versions[node.name]  # type: ignore[attr-defined]
        values = version.values
        if entry.section == "definitions" and "cite" not in values and values.get("basis") != "assumed":
            builder.report("missing-citation/condition", version, "", ("add-cite", {}), name=node.name)
        cite = values.get("cite") or benefit.cite
        about = About(
            node.name,
            values.get("label", node.name),
            values.get("en") or values.get("label", node.name),
            (cite,) if isinstance(cite, str) else tuple(cite),
            values.get("basis", "published"),
            values.get("note"),
            values.get("note_en"),
            version.origin(""),
        )
        return ConditionPlan(node.name, term, about)
    text = " ".join(expression.text.split())
    return ConditionPlan(text, term, About(text, text, text, benefit.cite))


def amount_term(builder: Builder, version: Version, expression: Expression, level: int) -> Term | None:
    """The term of an amount that can be paid: of the right kind, on the currency's grid, never below zero."""
    if "per" not in version.values:
        builder.report("missing-key", version, "", key="per", entry=expression.origin.keys[1])
        return None
    term = builder.checked(expression)
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
    elif term.type.unit and not lies_on(term.type.unit, builder.grid):
        code, help_, values = "off-grid", ("round-to-grid", {"step": builder.grid}), {"step": builder.grid}
    elif term.type.low is not None and term.type.low < 0:
        code, help_, values = "possibly-negative", ("floor-at-zero", {}), {"low": term.type.low}
    if code is None:
        return term
    builder.found.append(expression.diagnostic(code, None, values, help_))
    return None


def persons_term(builder: Builder, expression: Expression, level: int) -> Term | None:
    """How many people a grant counts for: a whole number of the household, not below zero."""
    term = builder.checked(expression)
    if term is None:
        return None
    type_ = term.type
    if type_.kind not in (COUNT, NUMBER, LITERAL) or type_.quotient or not lies_on(type_.unit or 1, 1):
        wanted = {"wanted": COUNT, "kind": type_.kind}
        builder.found.append(expression.diagnostic("wrong-kind/argument", None, wanted))
    elif type_.level == MEMBER or level == MEMBER:
        builder.found.append(expression.diagnostic("wrong-level/household", None, None, ("aggregate-it", {})))
    elif type_.low is None or type_.low < 0:
        low = {"low": type_.low}
        builder.found.append(expression.diagnostic("possibly-negative", None, low, ("floor-at-zero", {})))
    else:
        return term
    return None


def check(builder: Builder, entry: Entry, version: Version, expressions: list[Expression]) -> CheckPlan | None:
    """The plan of a check, or None where it has a mistake."""
    about = builder.about(entry, version)
    if expressions[0].node is None:
        return None
    term = condition(builder, expressions[0], MEMBER)
    return None if term is None else CheckPlan(entry.name, term, about)
