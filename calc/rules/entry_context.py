"""Holds what the building of one month's entries shares: the names in scope, the rulebook, and the mistakes found.

The functions that build parameters, facts and benefits take an `EntryContext`; `plan_entry` calls them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from calc.diagnostics.diagnostic import Diagnostic
from calc.language.checker import Checker
from calc.language.expression_error import Help, Problem, did_you_mean
from calc.language.symbols import Scope
from calc.language.typed_tree import Term
from calc.language.types import YES_NO, smallest_step
from calc.record import replace
from calc.rules.expressions import Expression, citation_text
from calc.rules.parameter_values import key_path
from calc.rules.plan import About
from calc.rules.rulebook import Entry, Rulebook, Version
from calc.rules.toml_document import month_text


def about_of(name: str, version: Version, cites: tuple[str, ...]) -> About:
    """Collects the labels, notes and sources of an entry."""
    values = version.values
    label = values.get("label", name)
    return About(
        name,
        label,
        values.get("en") or label,
        cites,
        values.get("basis", "published"),
        values.get("note"),
        values.get("note_en"),
        version.origin(""),
        version.since,
        values.get("fails"),
        values.get("fails_en") or values.get("fails"),
        tuple(values[key] for key in ("short", "short_en") if key in values),
        tuple(values["words"]) if isinstance(values.get("words"), list) else (),
    )


class EntryContext:
    """Checks what all kinds of entries have in common; `found` collects the mistakes.

    `settings` are values given to parameters from outside; `grid` is the smallest amount of the currency; `plans` are
    those of the entries that are built.
    """

    def __init__(
        self,
        scope: Scope,
        rulebook: Rulebook,
        versions: Mapping[str, Version],
        settings: Mapping[str, Any],
        found: list[Diagnostic],
    ) -> None:
        self.scope = scope
        self.rulebook = rulebook
        self.versions = versions
        self.settings = settings
        self.found = found
        self.plans: dict[str, Any] = {}
        self.grid = smallest_step("money", rulebook.decimals)

    def report(
        self,
        code: str,
        version: Version,
        at_key: str,
        help: Help | None = None,
        at: tuple[object, ...] = (),
        **values: Any,
    ) -> None:
        """Notes a mistake at a key of the entry, or at a cell below it."""
        origin = version.origin(at_key)
        place = replace(origin.place(on_key=at_key not in version.values), keys=(*origin.keys, *at))
        self.found.append(Diagnostic(code, place, values, help, citation_text(version)))

    def about(self, entry: Entry, version: Version) -> About:
        """Collects labels and sources, and checks that what is cited exists and what is assumed has a note."""
        values = version.values
        cite = values.get("cite") or ()
        cites = (cite,) if isinstance(cite, str) else tuple(cite)
        for one in cites:
            key = one.split()[0]
            if key not in self.rulebook.documents:
                help_ = did_you_mean(key, self.rulebook.documents)
                self.report("unknown-document", version, "cite", help_, document=key)
        basis = values.get("basis", "published")
        if basis != "published" and "note" not in values and values.get("holds") != "month":
            self.report("assumed-without-note", version, "basis", name=entry.name, basis=basis)
        if not cites and entry.section in ("parameters", "benefits") and basis not in ("assumed", "unset"):
            self.report("missing-citation", version, "", ("add-cite", {}), name=entry.name)
        return about_of(entry.name, version, cites)

    def check_fails(self, name: str, version: Version, kind: str) -> None:
        """Checks the label of a failure: it is of a yes/no, and not its label, or a denial would state the opposite."""
        values = version.values
        for key, other in (("fails", "label"), ("fails_en", "en")):
            if key in values and kind != YES_NO:
                self.report("wrong-kind/fails", version, key, key=key)
            elif key in values and values[key] in (values.get(other), name):
                self.report("wrong-value/fails", version, key, key=key, other=other)

    def checked(self, expression: Expression) -> Term | None:
        """Checks a formula; None where it has a mistake."""
        assert expression.node is not None
        checker = Checker(self.scope)
        term = checker.check(expression.node)
        self.take(checker, expression)
        return term

    def take(self, checker: Checker, expression: Expression) -> None:
        """Adds the problems of a checker to `found`, each with its place in the file."""
        for problem in checker.problems:
            values = problem.values
            if problem.row is not None:
                self.report_row(problem, expression)
                continue
            if problem.code == "not-in-force":
                values = {**values, "months": month_text(self.scope.month_start // 100)}
            self.found.append(expression.diagnostic(problem.code, problem.span, values, problem.help))

    def report_row(self, problem: Problem, expression: Expression) -> None:
        """Notes a mistake in a row of a table, found where a formula looks it up."""
        assert problem.row is not None
        name, axis, place = problem.row
        version, keys = self.versions[name], expression.origin.keys
        at = key_path(version.values["value"], len(version.values["axes"]), axis, place)
        user = keys[2] if keys[0] == "facts" else keys[1]
        help_ = problem.help or ("looked-up-by", {"name": user})
        self.report(problem.code, version, "value", help_, at, **problem.values)
