"""Holds the state of checking one expression: the names in scope, the mistakes found, and the guards that apply.

The checks of functions and aggregates take a `CheckContext`; `Checker`, which knows every form of expression and
calls them, is built on top of it.
"""

from __future__ import annotations

from typing import Any

from calc.language.expression_error import Help, Problem, did_you_mean
from calc.language.narrowing import Guards, merged
from calc.language.symbols import Scope
from calc.language.syntax_tree import Name, Node
from calc.language.type_inference import Mismatch
from calc.language.typed_tree import Term
from calc.language.types import YES_NO


class CheckContext:
    """Checks the parts of one expression; `problems` collects the mistakes found."""

    def __init__(self, scope: Scope, in_default: bool = False) -> None:
        self.scope = scope
        self.in_default = in_default
        self.problems: list[Problem] = []
        self.guards: Guards = {}
        self.is_inside = False
        """True inside an aggregate, where names mean the member that is being visited."""

    def check(self, node: Node) -> Term | None:
        """Checks a node of any form; None where a mistake was noted."""
        raise NotImplementedError

    def check_all(self, nodes: tuple[Node, ...]) -> list[Term] | None:
        """Checks several nodes; None where one has a mistake."""
        terms = [self.check(node) for node in nodes]
        known = [term for term in terms if term is not None]
        return known if len(known) == len(terms) else None

    def check_truth(self, node: Node) -> Term | None:
        """Checks a node that has to be a yes or no."""
        term = self.check(node)
        if term is not None and term.type.kind != YES_NO:
            self.problem("wrong-kind/truth", node, kind=term.type.kind)
            return None
        return term

    def check_under(self, guards: Guards, node: Node) -> Term | None:
        """Checks a node that is evaluated only where the guards hold."""
        before = self.guards
        self.guards = merged(before, guards) if guards else before
        term = self.check(node)
        self.guards = before
        return term

    def problem(self, code: str, node: Node, help: Help | None = None, **values: object) -> None:
        """Notes a mistake at a node."""
        self.problems.append(Problem(code, node.span, values, help))  # type: ignore[attr-defined]

    def wrong_argument(self, node: Node, wanted: str, term: Term) -> None:
        """Notes that an argument has another kind than the wanted one."""
        self.problem("wrong-kind/argument", node, wanted=wanted, kind=term.type.kind)

    def unknown_name(self, node: Name) -> None:
        """Notes that a name is not known, and suggests the closest one that is."""
        if self.scope.state_of(node.name) == "not-in-force":
            self.problem("not-in-force", node, name=node.name)
            return
        if node.name.casefold() in ("true", "yes", "是", "false", "no", "否"):
            written = "True" if node.name.casefold() in ("true", "yes", "是") else "False"
            self.problem("unknown-name", node, ("write-instead", {"text": written}), name=node.name)
            return
        self.problem("unknown-name", node, did_you_mean(node.name, self.scope.known_names()), name=node.name)

    def mismatch(self, mismatch: Mismatch, node: Node, table: str = "") -> None:
        """Notes that kinds do not go together; in the row of a table, if the mismatch has one."""
        values: dict[str, Any] = dict(mismatch.values)
        row = values.pop("row", None)
        help_: Help | None = None
        if mismatch.code == "unknown-word":
            listed = [f"`{word}`" for word in values["options"]]
            help_ = did_you_mean(str(values["word"]), values["options"]) or ("one-of", {"options": listed})
        elif mismatch.code == "wrong-period":
            help_ = ("convert-period", {})
        elif mismatch.code == "money-literal":
            help_ = ("make-parameter", {})
        place = None if row is None else (table, *row)
        self.problems.append(Problem(mismatch.code, node.span, values, help_, place))  # type: ignore[attr-defined]
