"""Writes the code that reads facts: stated, stated as not known, or their defaults."""

from __future__ import annotations

from calc.engine.facts import not_known
from calc.engine.python.python_expression import Code, grid, scaled
from calc.engine.python.writer_state import Lines
from calc.engine.schedule import NamedItem
from calc.engine.simple_plan import ALWAYS, Missing, SimplePlan
from calc.engine.used_facts import number_of_values
from calc.exact import divide
from calc.language.types import MEMBER, NUMERIC, smallest_step


class FactReads(Lines):
    """Writes the code of facts. `reads` are the locals that those of a member are read into.

    Each has its number of values, one more for the unknown, or 0 where there are many.
    """

    def __init__(self, simple: SimplePlan, is_alone: bool, household: FactReads | None) -> None:
        super().__init__(simple, is_alone, household)
        self.reads: dict[str, int] = {}

    def fact(self, item: NamedItem) -> Code:
        code = self.fact_code(item)
        fact = self.plan.facts[item.name]
        if fact.type.level == MEMBER and code.text.isidentifier():
            values = number_of_values(fact)
            self.reads[code.text] = 0 if values is None else values + 1
        return code

    def fact_code(self, item: NamedItem) -> Code:
        fact = self.plan.facts[item.name]
        numeric = fact.type.kind in NUMERIC
        own = smallest_step(fact.type.kind, fact.decimals) if numeric else None
        facts = "m" if fact.type.level == MEMBER else "H"
        key = self.keep(item.name)
        if self.simple.pattern.get(item.name) == ALWAYS:
            return Code(self.put(item.layer, f"{facts}[{key}]"), own)
        assert item.default is not None
        default = self.code(item.default, item.layer)
        declared = Code("d", own)
        unit = grid(declared, default) if numeric and default.unit is not None else own
        text = scaled(default, unit) if numeric and unit is not None else default.text
        if item.not_known is not None:
            missing = self.lowering.code(item.not_known).text
            text = f"({missing} if {self.keep(not_known(item.name))} in {facts} else {text})"
        factor = 1 if own is None or unit is None else divide(own, unit)
        is_cheap = default.constant is not None or isinstance(item.default, Missing)
        if factor == 1 and is_cheap and item.not_known is None:
            value = f"{facts}.get({key}, {text})"
        else:
            temporary = self.lowering.temporary()
            stated = temporary if factor == 1 else f"{temporary} * {factor}"
            value = f"({stated} if ({temporary} := {facts}.get({key})) is not None else {text})"
        return Code(self.put(item.layer, value), unit, default.unknown or item.not_known is not None)
