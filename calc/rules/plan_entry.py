"""Builds the plan of one entry in one month, and checks about it what its formulas alone do not show."""

from __future__ import annotations

from calc.exact import lies_on
from calc.language.narrowing import known_constant
from calc.language.syntax_tree import Name, Numeral, Truth
from calc.language.type_inference import settled
from calc.language.typed_tree import Constant, Definition
from calc.language.types import COUNT, LITERAL, MONEYS, NUMERIC, PURE, YES_NO
from calc.record import replace
from calc.rules.entry_context import EntryContext
from calc.rules.expressions import Expression
from calc.rules.in_force import never_existed
from calc.rules.plan import BROKEN, Built, DefinitionPlan
from calc.rules.plan_benefits import benefit
from calc.rules.plan_facts import fact, parameter
from calc.rules.rulebook import Entry, Version


def plan_entry(
    context: EntryContext, entry: Entry, version: Version, expressions: list[Expression], skip_default: bool
) -> Built:
    """Builds the plan and the symbol of an entry; the symbol of a broken one is Silent."""
    if any(expression.node is None for expression in expressions):
        context.about(entry, version)
        return BROKEN
    if entry.section == "parameters":
        return parameter(context, entry, version)
    if entry.section == "definitions":
        return definition(context, entry, version, expressions[0])
    if entry.section == "benefits":
        return benefit(context, entry, version, expressions)
    return fact(context, entry, version, [] if skip_default else expressions)


def definition(context: EntryContext, entry: Entry, version: Version, expression: Expression) -> Built:
    """Builds a definition: the kind of its formula is the declared one, or can be taken for it.

    One that never existed is no or zero for everybody, with the kind and level of its formula.
    """
    about = context.about(entry, version)
    term = context.checked(expression)
    if term is None:
        return BROKEN
    type_ = settled(term.type)
    declared = version.values.get("kind")
    if declared is not None and declared != type_.kind:
        whole = declared != COUNT or (type_.unit and lies_on(type_.unit, 1))
        free = term.type.kind == LITERAL and term.type.constant == 0
        if not (declared in PURE and type_.kind in PURE and whole) and not (free and declared in MONEYS):
            values = {"declared": declared, "kind": type_.kind}
            context.found.append(expression.diagnostic("wrong-kind/declared", None, values))
            return BROKEN
        type_ = replace(type_, kind=declared)
    context.check_fails(entry.name, version, type_.kind)
    if type_.quotient:
        context.found.append(expression.diagnostic("stray-quotient", None, None, ("round-it", {})))
        return BROKEN
    node = expression.node
    assert node is not None
    if never_existed(entry):
        if type_.kind != YES_NO and type_.kind not in NUMERIC:
            context.report("wrong-value/never", version, "ends", kind=type_.kind)
            return BROKEN
        type_ = type_ if type_.kind == YES_NO else replace(type_, unit=0, low=0, high=0)
        node = Truth(False) if type_.kind == YES_NO else Numeral(0)
        term = Constant(type_, node, node.value)
    plan = DefinitionPlan(entry.name, type_, term, about, node)
    return plan, Definition(type_, Name(entry.name), entry.name, known_constant(term))
