"""Builds the plan of a parameter or a fact in one month."""

from __future__ import annotations

from fractions import Fraction
from typing import Union

from calc.exact import Number, grid_of, lies_on, simplify
from calc.language.checker import Checker
from calc.language.expression_error import Help
from calc.language.symbols import ScaleSymbol, TableSymbol
from calc.language.syntax_tree import Name
from calc.language.type_inference import Mismatch, common_type
from calc.language.typed_tree import Fact, Parameter, Term
from calc.language.types import (
    CHOICE,
    COUNT,
    DATE,
    DEFAULT_DECIMALS,
    HOUSEHOLD,
    LIMITS,
    MEMBER,
    MONEYS,
    NUMERIC,
    REFERENCE,
    SCALE,
    YES_NO,
    Type,
    bounds_of,
    smallest_step,
)
from calc.record import replace
from calc.rules.entry_context import EntryContext
from calc.rules.expressions import Expression
from calc.rules.name_the_bound import HIGH, LOW, UNSET, reason_of
from calc.rules.parameter_values import BadValue, cells_type, scalar, scale, table
from calc.rules.plan import BROKEN, Built, FactPlan, ParameterPlan
from calc.rules.plan_words import YES_NO_WORDS, several_options, spellings
from calc.rules.rulebook import Entry, Version
from calc.rules.schema import wanted_in_both
from calc.rules.toml_document import day_number, month_text
from calc.text_forms import folded_word


def parameter(context: EntryContext, entry: Entry, version: Version) -> Built:
    """Builds the plan and symbol of a parameter."""
    values, name = version.values, entry.name
    about = context.about(entry, version)
    kind = values["kind"]
    options = tuple(values.get("options") or ())
    if kind == REFERENCE:
        context.report("wrong-value", version, "kind", key="kind", wanted="a kind of parameter")
        return BROKEN
    unset = values.get("basis") == "unset" and name not in context.settings
    raw = None if unset else context.settings.get(name, values.get("value"))
    if kind == CHOICE and not options:
        context.report("missing-key", version, "", key="options", entry=name)
        return BROKEN
    try:
        if kind == SCALE:
            steps = None if unset else scale(raw)
            plan = ParameterPlan(name, Type(SCALE), steps, about, raw)
            return plan, ScaleSymbol(name, steps)
        if "axes" in values:
            built = None if unset else table(kind, options, len(values["axes"]), raw)
            cells = [None] if built is None else [*built.cells.values()]
            type_ = cells_type(kind, options, cells)
            return ParameterPlan(name, type_, built, about, raw), TableSymbol(name, type_, built, tuple(values["axes"]))
        value = None if unset else scalar(kind, raw, options)
    except BadValue as bad:
        context.report(bad.code, version, "value", None, bad.path, **bad.values)
        return BROKEN
    type_ = cells_type(kind, options, [value])
    if value is None and kind in NUMERIC:
        type_ = replace(type_, unit=step(context, kind, DEFAULT_DECIMALS.get(kind, 0)))
    return ParameterPlan(name, type_, value, about, raw), Parameter(type_, Name(name), name, value)


def step(context: EntryContext, kind: str, decimals: int) -> Union[int, Fraction]:
    """Returns the grid of amounts of money, or of numbers with the given decimals."""
    return context.grid if kind in MONEYS else smallest_step(kind, decimals)


def fact(context: EntryContext, entry: Entry, version: Version, expressions: list[Expression]) -> Built:
    """Builds the plan and symbol of a fact."""
    values, name, kind = version.values, entry.name, version.values["kind"]
    about = context.about(entry, version)
    options = tuple(values.get("options") or ())
    if kind == SCALE:
        context.report("wrong-value", version, "kind", key="kind", wanted=wanted_in_both("a kind of fact"))
        return BROKEN
    if kind == REFERENCE and not context.scope.has_members:
        context.report("wrong-level/no-members", version, "kind", name=name)
        return BROKEN
    if kind == CHOICE and not options:
        context.report("missing-key", version, "", key="options", entry=name)
        return BROKEN
    for word in options:
        other = context.rulebook.entries.get(word)
        if other is not None:
            context.report("duplicate-name/word", version, "options", name=word, section=other.section)
    if "options_en" in values and len(values["options_en"]) != len(options):
        context.report("wrong-value/options-en", version, "options_en", wanted=len(options))
    level = MEMBER if entry.section == "facts.member" else HOUSEHOLD
    decimals = context.rulebook.decimals if kind in MONEYS else values.get("decimals", DEFAULT_DECIMALS.get(kind, 0))
    type_ = fact_type(context, version, kind, level, decimals, options)
    if type_ is None:
        return BROKEN
    default, bounds = None, _stated_bounds(type_, decimals)
    if expressions:
        default = default_term(context, name, version, expressions[0], type_)
        if default is None:
            return BROKEN
        type_ = _widened(type_, default.type)
    check_derives(context, version, name)
    context.check_fails(name, version, kind)
    plan = FactPlan(
        name,
        type_,
        decimals,
        default,
        about,
        tuple(values.get("options_en") or ()),
        tuple(values.get("aliases") or ()),
        values.get("question"),
        values.get("question_en"),
        values.get("format"),
        values.get("derives") or {},
        spellings(context, version, YES_NO_WORDS if kind == YES_NO else options),
        values.get("unit"),
        frozenset(map(folded_word, context.rulebook.title.get("not_known_words", ()))),
        bounds,
        several=several_options(context, version, options),
        remedy=values.get("remedy"),
    )
    return plan, Fact(type_, Name(name), name)


def fact_type(
    context: EntryContext, version: Version, kind: str, level: int, decimals: int, options: tuple[str, ...]
) -> Type | None:
    """Makes the type of a fact from its keys; None where its bounds are wrong."""
    values = version.values
    if kind not in LIMITS:
        return Type(kind, level, options=options)
    ends = []
    for key in ("min", "max"):
        raw = values.get(key)
        end = day_number(raw) if kind == DATE else raw
        if raw is not None and (end is None or (kind != DATE and not hasattr(raw, "denominator"))):
            context.report("wrong-value/kind", version, key, kind=kind)
            return None
        ends.append(end)
    low, high = bounds_of(kind, ends[0], ends[1])
    if low > high:
        context.report("wrong-value/bounds", version, "max")
        return None
    return Type(kind, level, 0 if kind == DATE else step(context, kind, decimals), low, high, options)


def default_term(
    context: EntryContext, name: str, version: Version, expression: Expression, type_: Type
) -> Term | None:
    """Checks the default of a fact; None where it has a mistake."""
    if "note" not in version.values:
        context.report("default-without-note", version, "default", name=name)
    checker = Checker(context.scope, in_default=True)
    assert expression.node is not None
    term = checker.check(expression.node)
    context.take(checker, expression)
    if term is None:
        return None
    if term.type.level > type_.level:
        context.found.append(expression.diagnostic("wrong-level/default"))
        return None
    if term.type.kind == "unknown":
        return term
    try:
        both = common_type([type_, term.type])
    except Mismatch as mismatch:
        code = "wrong-kind/declared" if mismatch.code == "wrong-kind" else mismatch.code
        values = {**mismatch.values, "declared": type_.kind, "kind": term.type.kind}
        context.found.append(expression.diagnostic(code, None, values))
        return None
    if both.quotient:
        context.found.append(expression.diagnostic("stray-quotient", None, None, ("round-it", {})))
        return None
    return None if _leaves_bounds(context, name, version, expression, type_, term) else term


def _leaves_bounds(
    context: EntryContext, name: str, version: Version, expression: Expression, type_: Type, term: Term
) -> bool:
    """Notes a default that may be outside `min` or `max`, or that is no whole number where the fact is one.

    More than six parameters: the place of a default, and the types to compare.
    """
    (low, high), (least, most) = (term.type.low, term.type.high), (type_.low, type_.high)
    if low is None or high is None or least is None or most is None:
        return False
    found = None
    help_: Help = ("keep-inside", {})
    if type_.kind == COUNT and term.type.unit and not lies_on(term.type.unit, 1):
        code, value, end = "default-outside/whole", low, least
    elif "min" in version.values and low < least:
        code, value, end = "default-outside/low", low, least
        found = reason_of(term, LOW, context.plans, least)
    elif "max" in version.values and high > most:
        code, value, end = "default-outside/high", high, most
        found = reason_of(term, HIGH, context.plans)
    else:
        return False
    if found is not None and found.reason == UNSET:
        help_ = "keep-unset-inside", {"name": found.name}
    shown = [_day_text(int(one)) if type_.kind == DATE else one for one in (value, end)]
    context.found.append(expression.diagnostic(code, None, {"name": name, "value": shown[0], "end": shown[1]}, help_))
    return True


def _day_text(day: int) -> str:
    return f"{month_text(day // 100)}-{day % 100:02d}"


def _stated_bounds(type_: Type, decimals: int) -> tuple[Number, Number]:
    """Finds the least and the greatest number with the decimals of a fact, or date, within its bounds."""
    if type_.low is None or type_.high is None or type_.kind == DATE:
        return type_.low or 0, type_.high or 0
    step = smallest_step(type_.kind, decimals)
    return simplify(-(-type_.low // step) * step), simplify(type_.high // step * step)


def check_derives(context: EntryContext, version: Version, name: str) -> None:
    """Notes parts and facts under `derives` that do not exist."""
    allowed = {
        "identity-number": ("birth_date", "sex"),
        "disability-certificate": ("identity_number", "type", "level"),
        None: (),
    }[version.values.get("format")]
    for part, target in (version.values.get("derives") or {}).items():
        entry = context.rulebook.entries.get(target)
        if part not in allowed:
            context.report("unknown-key", version, "derives", None, (part,), key=part)
        elif entry is None or not entry.section.startswith("facts"):
            context.report("unknown-name", version, "derives", None, (part,), name=target)


def _widened(type_: Type, default: Type) -> Type:
    """Widens the type of a fact by the values its default may give.

    These are outside the limits of the kind at most: sums of amounts may be.
    """
    if default.low is None or default.high is None or type_.low is None or type_.high is None:
        return type_
    return replace(
        type_,
        unit=grid_of(type_.unit, default.unit) if type_.kind in NUMERIC else 0,
        low=min(type_.low, default.low),
        high=max(type_.high, default.high),
    )
