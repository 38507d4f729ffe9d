"""One entry of one month → its plan, with everything about it checked that the formulas alone do not show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from calc.diagnostics.diagnostic import Diagnostic
from calc.exact import lies_on
from calc.language.checker import Checker
from calc.language.expression_error import close_match
from calc.language.narrowing import known_constant
from calc.language.syntax_tree import Name
from calc.language.type_inference import settled
from calc.language.typed_tree import Definition, Term
from calc.language.types import (
    COUNT,
    LITERAL,
    MONEYS,
    PURE,
    smallest_step,
)
from calc.record import replace
from calc.rules.expressions import Expression, citation_text
from calc.rules.plan import BROKEN, About, Built, DefinitionPlan
from calc.rules.plan_benefits import benefit
from calc.rules.plan_facts import fact, parameter
from calc.rules.rulebook import Entry, Rulebook, Version
from calc.rules.toml_document import month_text

if TYPE_CHECKING:
    from calc.language.symbols import Scope


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
            return BROKEN
        if entry.section == "parameters":
            return parameter(self, entry, version)
        if entry.section == "definitions":
            return self.definition(entry, version, expressions[0])
        if entry.section == "benefits":
            return benefit(self, entry, version, expressions)
        return fact(self, entry, version, [] if skip_default else expressions)

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

    # definitions

    def definition(self, entry: Entry, version: Version, expression: Expression) -> Built:
        about = self.about(entry, version)
        term = self.checked(expression)
        if term is None:
            return BROKEN
        type_ = settled(term.type)
        declared = version.values.get("kind")
        if declared is not None and declared != type_.kind:
            whole = declared != COUNT or (type_.unit and lies_on(type_.unit, 1))
            free = term.type.kind == LITERAL and term.type.constant == 0
            if not (declared in PURE and type_.kind in PURE and whole) and not (free and declared in MONEYS):
                values = {"declared": declared, "kind": type_.kind}
                self.found.append(expression.diagnostic("wrong-kind/declared", None, values))
                return BROKEN
            type_ = replace(type_, kind=declared)
        if type_.quotient:
            self.found.append(expression.diagnostic("stray-quotient", None, None, ("round-it", {})))
            return BROKEN
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
