"""Holds the state of writing a function: its lines by layer, its locals and constants, and its slots for members."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable
from typing import Any

from calc.engine.python.lower_terms import PythonLowering
from calc.engine.python.python_expression import Code
from calc.engine.schedule import Layering
from calc.engine.simple_plan import SimplePlan
from calc.engine.unknown import (
    Unknown,
    both,
    both_of,
    choose,
    choose_quotient,
    counted,
    either,
    either_of,
    extended,
    negation,
    opened,
    outcome,
    paired,
    ranks,
    strict,
    unknown,
)
from calc.exact import ROUNDINGS
from calc.language.primitives import full_months
from calc.language.typed_tree import Term


def round_quotient(mode: Any, numerator: int, denominator: int) -> int:
    """Rounds a quotient; gives 0 for a zero denominator, which only a branch that is not taken can have."""
    return mode(numerator, denominator) if denominator else 0  # type: ignore[no-any-return]


def one_of(*truths: bool) -> bool:
    """Says whether one of some truths is true."""
    return True in truths


FUNCTIONS: dict[str, Any] = {
    "bisect_right": bisect_right,
    "one_of": one_of,
    "Unknown": Unknown,
    "unknown": unknown,
    "both": both,
    "both_of": both_of,
    "either": either,
    "either_of": either_of,
    "negation": negation,
    "choose": choose,
    "choose_quotient": choose_quotient,
    "strict": strict,
    "counted": counted,
    "extended": extended,
    "paired": paired,
    "ranks": ranks,
    "outcome": outcome,
    "opened": opened,
    "full_months": full_months,
    "round_quotient": round_quotient,
    **ROUNDINGS,
}


class Lines:
    """Collects the lines of the functions of one simplified plan; see `calc.engine.python.function_writer`."""

    def __init__(self, simple: SimplePlan, is_alone: bool, household: Lines | None) -> None:
        self.simple = simple
        self.plan = simple.plan
        self.is_alone = is_alone
        self.household = household
        self.space = dict(FUNCTIONS)
        self.kept: dict[Any, str] = {}
        self.lowering = PythonLowering(self.keep, simple.bits)
        self.layering: Layering = Layering(simple, None if household is None else household.layering)
        self.items = self.layering.run()
        self.layers: dict[int, list[str]] = {}
        self.start: list[str] = []
        self.slots: dict[Hashable, str] = {}
        self.numbers = 0

    def keep(self, value: Any) -> str:
        """Gives a value that is not code a global name."""
        key = (value.__class__, value.needs if isinstance(value, Unknown) else id(value) if callable(value) else value)
        name = self.kept.get(key)
        if name is None:
            name = self.kept[key] = f"k{len(self.kept)}"
            self.space[name] = value
        return name

    def variable(self, prefix: str) -> str:
        self.numbers += 1
        return f"{prefix}{self.numbers}"

    def slot(self, key: Hashable, start: str) -> str:
        """Returns the slot of a key: a local where there is one member, else a place in the list `A` of all members."""
        if self.household is not None:
            return self.household.slots[key]
        name = self.slots.get(key)
        if name is None:
            if self.is_alone:
                name = self.variable("v")
                self.start.append(f"{name} = {start}")
            else:
                name = f"A[{len(self.start)}]"
                self.start.append(start)
            self.slots[key] = name
        return name

    def lines(self, layer: int) -> list[str]:
        """Returns the lines of a layer, to add to."""
        return self.layers.setdefault(layer, [])

    def code(self, term: Term, layer: int) -> Code:
        """Writes the code of a term used in a layer."""
        self.lowering.lines = self.lines(layer)
        return self.lowering.code(term)

    def put(self, layer: int, text: str) -> str:
        """Assigns an expression to a new local; returns its name."""
        name = self.variable("v")
        self.lines(layer).append(f"{name} = {text}")
        return name
