"""One entry of one month → its plan, with everything about it checked that the formulas alone do not show."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Union

from calc.diagnostics import Diagnostic
from calc.exact import grid_of, lies_on
from calc.language.checker import Checker
from calc.language.guards import known_constant
from calc.language.infer import Mismatch, common_type, settled
from calc.language.kinds import (
    CHOICE,
    COUNT,
    DATE,
    DEFAULT_DECIMALS,
    HOUSEHOLD,
    LIMITS,
    LITERAL,
    MEMBER,
    MONEY_PER_MONTH,
    MONEYS,
    NUMERIC,
    PURE,
    SCALE,
    YES_NO,
    Type,
    bounds_of,
    smallest_step,
)
from calc.language.problem import close_match
from calc.language.scope import ScaleSymbol, Silent, Symbol, TableSymbol
from calc.language.terms import Amount, Definition, Fact, Parameter, Term
from calc.language.tree import Name
from calc.record import replace
from calc.rules.document import day_number, month_text
from calc.rules.entries import Entry, Rulebook, Version
from calc.rules.expressions import Expression, citation_text
from calc.rules.plan import About, BenefitPlan, CheckPlan, ConditionPlan, DefinitionPlan, FactPlan, ParameterPlan
from calc.rules.shapes import PERIODS
from calc.rules.values import BadValue, cells_type, scalar, scale, table

if TYPE_CHECKING:
    from calc.language.scope import Scope

Built = tuple[Union[ParameterPlan, FactPlan, DefinitionPlan, BenefitPlan, None], Symbol]
_BROKEN: Built = (None, Silent())


class Builder:
    """Builds the entries of one month, each after what it needs; mistakes go to `found`."""

    def __init__(self, scope: Scope, rulebook: Rulebook, settings: Mapping[str, Any], found: list[Diagnostic]) -> None:
        self.scope = scope
        self.rulebook = rulebook
        self.settings = settings
        self.found = found
        self.grid = smallest_step("money", rulebook.decimals)

    def build(self, entry: Entry, version: Version, expressions: list[Expression], skip_default: bool) -> Built:
        """The plan and the symbol of an entry; a broken one is Silent."""
        if any(expression.node is None for expression in expressions):
            self.about(entry, version)
            return _BROKEN
        if entry.section == "parameters":
            return self.parameter(entry, version)
        if entry.section == "definitions":
            return self.definition(entry, version, expressions[0])
        if entry.section == "benefits":
            return self.benefit(entry, version, expressions)
        return self.fact(entry, version, [] if skip_default else expressions)

    def report(
        self,
        code: str,
        version: Version,
        at_key: str,
        help: tuple[str, dict[str, Any]] | None = None,
        at: tuple[object, ...] = (),
        **values: Any,
    ) -> None:
        """Note a mistake at a key of the entry (or a cell below it)."""
        origin = version.origin(at_key)
        place = replace(origin.place(on_key=at_key not in version.values), keys=(*origin.keys, *at))
        self.found.append(Diagnostic(code, place, values, help, citation_text(version)))

    def about(self, entry: Entry, version: Version) -> About:
        """Labels and sources, checked: what is cited exists, what is assumed has a note."""
        values = version.values
        cite = values.get("cite") or ()
        cites = (cite,) if isinstance(cite, str) else tuple(cite)
        for one in cites:
            key = one.split()[0]
            if key not in self.rulebook.documents:
                near = close_match(key, list(self.rulebook.documents))
                self.report(
                    "unknown-document",
                    version,
                    "cite",
                    ("did-you-mean", {"name": near}) if near else None,
                    document=key,
                )
        basis = values.get("basis", "published")
        if basis != "published" and "note" not in values and values.get("holds") != "month":
            self.report("assumed-without-note", version, "basis", name=entry.name, basis=basis)
        if not cites and entry.section in ("parameters", "benefits") and basis not in ("assumed", "unset"):
            self.report("missing-citation", version, "", ("add-cite", {}), name=entry.name)
        return About(
            entry.name,
            values.get("label", entry.name),
            values.get("en") or values.get("label", entry.name),
            cites,
            basis,
            values.get("note"),
            values.get("note_en"),
            version.origin(""),
            version.since,
        )

    # parameters

    def parameter(self, entry: Entry, version: Version) -> Built:
        values, name = version.values, entry.name
        about = self.about(entry, version)
        kind = values["kind"]
        options = tuple(values.get("options") or ())
        unset = values.get("basis") == "unset" and name not in self.settings
        raw = None if unset else self.settings.get(name, values.get("value"))
        if kind == CHOICE and not options:
            self.report("missing-key", version, "", key="options", entry=name)
            return _BROKEN
        try:
            if kind == SCALE:
                steps = None if unset else scale(raw)
                plan = ParameterPlan(name, Type(SCALE), steps, about, raw)
                return plan, ScaleSymbol(name, steps)
            if "axes" in values:
                built = None if unset else table(kind, options, len(values["axes"]), raw)
                cells = [None] if built is None else [*built.cells.values()]
                type_ = cells_type(kind, options, cells)
                return ParameterPlan(name, type_, built, about, raw), TableSymbol(
                    name, type_, built, tuple(values["axes"])
                )
            value = None if unset else scalar(kind, raw, options)
        except BadValue as bad:
            self.report(bad.code, version, "value", None, bad.path, **bad.values)
            return _BROKEN
        type_ = cells_type(kind, options, [value])
        if value is None and kind in NUMERIC:
            type_ = replace(type_, unit=self.step(kind, DEFAULT_DECIMALS.get(kind, 0)))
        return ParameterPlan(name, type_, value, about, raw), Parameter(type_, Name(name), name, value)

    def step(self, kind: str, decimals: int) -> Union[int, Fraction]:
        """The grid of amounts of money, or of numbers with so many decimals."""
        return self.grid if kind in MONEYS else smallest_step(kind, decimals)

    # facts

    def fact(self, entry: Entry, version: Version, expressions: list[Expression]) -> Built:
        values, name, kind = version.values, entry.name, version.values["kind"]
        about = self.about(entry, version)
        options = tuple(values.get("options") or ())
        if kind == SCALE:
            self.report("wrong-value", version, "kind", key="kind", wanted="a kind of fact")
            return _BROKEN
        if kind == CHOICE and not options:
            self.report("missing-key", version, "", key="options", entry=name)
            return _BROKEN
        for word in options:
            other = self.rulebook.entries.get(word)
            if other is not None:
                self.report("duplicate-name/word", version, "options", name=word, section=other.section)
        if "options_en" in values and len(values["options_en"]) != len(options):
            self.report("wrong-value/options-en", version, "options_en", wanted=len(options))
        level = MEMBER if entry.section == "facts.member" else HOUSEHOLD
        decimals = self.rulebook.decimals if kind in MONEYS else values.get("decimals", DEFAULT_DECIMALS.get(kind, 0))
        type_ = self.fact_type(version, kind, level, decimals, options)
        if type_ is None:
            return _BROKEN
        default = None
        if expressions:
            default = self.default(name, version, expressions[0], type_)
            if default is None:
                return _BROKEN
            type_ = _widened(type_, default.type)
        self.check_derives(version, name)
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
        )
        return plan, Fact(type_, Name(name), name)

    def fact_type(
        self, version: Version, kind: str, level: int, decimals: int, options: tuple[str, ...]
    ) -> Type | None:
        values = version.values
        if kind not in LIMITS:
            return Type(kind, level, options=options)
        ends = []
        for key in ("min", "max"):
            raw = values.get(key)
            end = day_number(raw) if kind == DATE else raw
            if raw is not None and (end is None or (kind != DATE and not hasattr(raw, "denominator"))):
                self.report("wrong-value/kind", version, key, kind=kind)
                return None
            ends.append(end)
        low, high = bounds_of(kind, ends[0], ends[1])
        if low > high:
            self.report("wrong-value/bounds", version, "max")
            return None
        return Type(kind, level, 0 if kind == DATE else self.step(kind, decimals), low, high, options)

    def default(self, name: str, version: Version, expression: Expression, type_: Type) -> Term | None:
        if "note" not in version.values:
            self.report("default-without-note", version, "default", name=name)
        checker = Checker(self.scope, in_default=True)
        assert expression.node is not None
        term = checker.check(expression.node)
        self.take(checker, expression)
        if term is None:
            return None
        if term.type.level > type_.level:
            self.found.append(expression.diagnostic("wrong-level/default"))
            return None
        if term.type.kind == "unknown":
            return term
        try:
            both = common_type([type_, term.type])
        except Mismatch as mismatch:
            code = "wrong-kind/declared" if mismatch.code == "wrong-kind" else mismatch.code
            values = {**mismatch.values, "declared": type_.kind, "kind": term.type.kind}
            self.found.append(expression.diagnostic(code, None, values))
            return None
        if both.quotient:
            self.found.append(expression.diagnostic("stray-quotient", None, None, ("round-it", {})))
            return None
        return term

    def check_derives(self, version: Version, name: str) -> None:
        allowed = {
            "identity-number": ("birth_date", "sex"),
            "disability-certificate": ("identity_number", "type", "level"),
            None: (),
        }[version.values.get("format")]
        for part, target in (version.values.get("derives") or {}).items():
            entry = self.rulebook.entries.get(target)
            if part not in allowed:
                self.report("unknown-key", version, "derives", None, (part,), key=part)
            elif entry is None or not entry.section.startswith("facts"):
                self.report("unknown-name", version, "derives", None, (part,), name=target)

    # definitions

    def definition(self, entry: Entry, version: Version, expression: Expression) -> Built:
        about = self.about(entry, version)
        term = self.checked(expression)
        if term is None:
            return _BROKEN
        type_ = settled(term.type)
        declared = version.values.get("kind")
        if declared is not None and declared != type_.kind:
            whole = declared != COUNT or (type_.unit and lies_on(type_.unit, 1))
            free = term.type.kind == LITERAL and term.type.constant == 0
            if not (declared in PURE and type_.kind in PURE and whole) and not (free and declared in MONEYS):
                values = {"declared": declared, "kind": type_.kind}
                self.found.append(expression.diagnostic("wrong-kind/declared", None, values))
                return _BROKEN
            type_ = replace(type_, kind=declared)
        if type_.quotient:
            self.found.append(expression.diagnostic("stray-quotient", None, None, ("round-it", {})))
            return _BROKEN
        assert expression.node is not None
        plan = DefinitionPlan(entry.name, type_, term, about, expression.node)
        return plan, Definition(type_, Name(entry.name), entry.name, known_constant(term))

    def checked(self, expression: Expression) -> Term | None:
        """The checked term of a formula."""
        assert expression.node is not None
        checker = Checker(self.scope)
        term = checker.check(expression.node)
        self.take(checker, expression)
        return term

    def take(self, checker: Checker, expression: Expression) -> None:
        """Give the checker's problems their place in the file."""
        for problem in checker.problems:
            values = problem.values
            if problem.code == "not-in-force":
                values = {**values, "months": month_text(self.scope.month_start // 100)}
            self.found.append(expression.diagnostic(problem.code, problem.span, values, problem.help))

    # benefits

    def benefit(self, entry: Entry, version: Version, expressions: list[Expression]) -> Built:
        values, name = version.values, entry.name
        about = self.about(entry, version)
        level = MEMBER if values["to"] == "member" else HOUSEHOLD
        before = len(self.found)
        if level == MEMBER and not self.scope.has_members:
            self.report("wrong-level/no-members", version, "to", name=name)
        conditions = []
        applies_to = amount = None
        for expression in expressions:
            if expression.key == "amount":
                amount = self.amount(version, expression, level)
                continue
            term = self.condition(expression, level)
            if term is None:
                continue
            if expression.key == "applies_to":
                applies_to = term
            else:
                conditions.append(self.condition_plan(expression, term, about))
        if len(self.found) > before:
            return _BROKEN
        if amount is None:
            type_ = Type(MONEY_PER_MONTH, level, 0, 0, 0)
        else:
            kind = PERIODS[values["per"]]
            high = amount.type.high
            assert high is not None
            type_ = Type(kind, level, self.grid, 0, max(0, high))
        per = values.get("per", "month")
        plan = BenefitPlan(name, type_, per, tuple(conditions), amount, applies_to, about)
        return plan, Amount(type_, Name(name), name)

    def condition(self, expression: Expression, level: int) -> Term | None:
        term = self.checked(expression)
        if term is None:
            return None
        if term.type.kind != YES_NO:
            self.found.append(expression.diagnostic("wrong-kind/truth", None, {"kind": term.type.kind}))
            return None
        if term.type.level > level:
            self.found.append(expression.diagnostic("wrong-level/household", None, None, ("aggregate-it", {})))
            return None
        return term

    def condition_plan(self, expression: Expression, term: Term, benefit: About) -> ConditionPlan:
        node = expression.node
        if isinstance(node, Name):
            entry = self.rulebook.entries[node.name]
            version = self.scope.versions[node.name]  # type: ignore[attr-defined]
            values = version.values
            if entry.section == "definitions" and "cite" not in values and values.get("basis") != "assumed":
                self.report("missing-citation/condition", version, "", ("add-cite", {}), name=node.name)
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

    def amount(self, version: Version, expression: Expression, level: int) -> Term | None:
        if "per" not in version.values:
            self.report("missing-key", version, "", key="per", entry=expression.origin.keys[1])
            return None
        term = self.checked(expression)
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
        elif term.type.unit and not lies_on(term.type.unit, self.grid):
            code, help_, values = "off-grid", ("round-to-grid", {"step": self.grid}), {"step": self.grid}
        elif term.type.low is not None and term.type.low < 0:
            code, help_, values = "possibly-negative", ("floor-at-zero", {}), {"low": term.type.low}
        if code is None:
            return term
        self.found.append(expression.diagnostic(code, None, values, help_))
        return None

    # checks

    def check(self, entry: Entry, version: Version, expressions: list[Expression]) -> CheckPlan | None:
        """The plan of a check, or None where it has a mistake."""
        about = self.about(entry, version)
        if expressions[0].node is None:
            return None
        term = self.condition(expressions[0], MEMBER)
        return None if term is None else CheckPlan(entry.name, term, about)


def _widened(type_: Type, default: Type) -> Type:
    """The type of a fact, counting what its default may give."""
    if default.low is None or default.high is None or type_.low is None or type_.high is None:
        return type_
    return replace(  # type: ignore[no-any-return]
        type_,
        unit=grid_of(type_.unit, default.unit) if type_.kind in NUMERIC else 0,
        low=min(type_.low, default.low),
        high=max(type_.high, default.high),
    )
