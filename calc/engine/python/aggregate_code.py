"""Writes the code of aggregates: what each member adds, and the final value."""

from __future__ import annotations

from typing import Any

from calc.engine.python.fact_code import FactReads
from calc.engine.python.python_expression import Code, grid, number, scaled
from calc.engine.schedule import AggregateItem
from calc.engine.simple_plan import Contribution, SimplePlan
from calc.language.typed_tree import Aggregate, Term

_RANK = (("keys", "[]"), ("wheres", "[]"), ("ranks", "None"))
"""Slots of a rank: the keys of all members, their `where`, and the ranks once all keys are known."""
_PAIRED = (("theirs", "[]"), ("mine", "[]"), *_RANK)
"""Slots of an aggregate for each member: also the two references of all members; `keys` are its elements."""


class Aggregates(FactReads):
    """Writes aggregates. `units` are the grids of their numbers, the same for all members."""

    def __init__(self, simple: SimplePlan, is_alone: bool, household: Aggregates | None) -> None:
        super().__init__(simple, is_alone, household)
        self.units: dict[int, Any] = {} if household is None else household.units
        self.added: dict[int, Contribution] = {id(one.to): one for one in simple.contributions}
        if household is not None:
            self.lowering.aggregates = household.lowering.aggregates

    def aggregate(self, item: AggregateItem) -> None:
        """Writes what a member adds to an aggregate; in the household's function also the final value."""
        term, layer = item.term, item.layer
        parts_of_member = self.added.get(id(term), term)
        if term.theirs is not None:
            self.paired(term, layer, parts_of_member)
            return
        where = self.optional(parts_of_member.where, layer)
        if where is not None and where.constant is False and term.function != "rank":
            return
        where = None if where is not None and where.constant is True else where
        operand = self.optional(parts_of_member.operand, layer)
        unsure = (where is not None and where.unknown) or (operand is not None and operand.unknown)
        if term.function in ("sum", "count"):
            code = self.total(term, layer, where, operand, unsure)
        elif term.function in ("any", "all"):
            code = self.some_or_every(term, layer, where, operand, unsure)
        elif term.function == "rank":
            code = self.rank(term, layer, where, operand)
        else:
            code = self.greatest_or_least(term, layer, where, operand, unsure)
        if self.household is None:
            self.lowering.aggregates[id(term)] = code

    def optional(self, term: Term | None, layer: int) -> Code | None:
        return None if term is None else self.code(term, layer)

    def total(self, term: Aggregate, layer: int, where: Code | None, operand: Code | None, unsure: bool) -> Code:
        key = ("total", id(term))
        if term.function == "count" and term.where is None:
            return number(1) if self.is_alone else Code(self.slot(key, "len(M)"), 1)
        if self.household is None:
            self.units[id(term)] = 1 if operand is None else grid(operand)
        name, unit, out = self.slot(key, "0"), self.units[id(term)], self.lines(layer)
        element = "1" if operand is None else scaled(operand, unit)
        if operand is not None and operand.constant == 0:
            pass
        elif where is None:
            out.append(f"{name} += {element}")
        elif where.unknown:
            inside = self.lowering.atom(where.text)
            lines = f"{name} += {element}", f"{name} += counted({inside}, {element})"
            _add_to(out, (f"if {inside} is True: ", f"elif {inside} is not False: "), lines)
        else:
            _add_to(out, (f"if {where.text}: ",), (f"{name} += {element}",))
        return Code(name, unit, unsure)

    def some_or_every(self, term: Aggregate, layer: int, where: Code | None, operand: Any, unsure: bool) -> Code:
        decisive = term.function == "any"
        name, out = self.slot(("truth", id(term)), str(not decisive)), self.lines(layer)
        if unsure:
            element = self.lowering.atom(operand.text)
            inside = "True" if where is None else self.lowering.atom(where.text)
            matters, settles = f"{element} is not {not decisive}", f"{element} is {decisive}"
            if where is not None:
                matters, settles = f"{matters} and {inside} is not False", f"{settles} and {inside} is True"
            if decisive:
                combined = f"either({name}, both({inside}, {element}))"
            else:
                combined = f"both({name}, either(negation({inside}), {element}))"
            out.append(f"if {matters}: {name} = {decisive} if {settles} else {combined}")
        elif operand.constant is None or operand.constant is decisive:
            test = operand.text if decisive else f"not {operand.text}"
            out.append(f"if {test if where is None else f'{where.text} and {test}'}: {name} = {decisive}")
        return Code(name, None, unsure)

    def rank(self, term: Aggregate, layer: int, where: Code | None, operand: Any) -> Code:
        keys, wheres, ranked = (self.slot((part, id(term)), start) for part, start in _RANK)
        if self.household is None:
            self.units[id(term)] = None if operand.unit is None else grid(operand)
            self.lines(layer + 1).append(f"{ranked} = ranks({keys}, {wheres}, I)")
            self.lowering.uses_place = True
        unit = self.units[id(term)]
        key, inside = operand.text if unit is None else scaled(operand, unit), "True" if where is None else where.text
        self.lines(layer).append(f"{keys}.append({key}); {wheres}.append({inside})")
        return Code(f"{ranked}[i]", 1, operand.unknown or (where is not None and where.unknown))

    def paired(self, term: Aggregate, layer: int, parts: Aggregate | Contribution) -> None:
        """Writes an aggregate that has a value for each member: computed once the parts of all members are known."""
        slots = [self.slot((part, id(term)), start) for part, start in _PAIRED]
        written = [self.optional(part, layer) for part in (parts.theirs, parts.mine, parts.operand, parts.where)]
        operand = written[2]
        ready = self.layering.aggregates[id(term)]
        if self.household is None:
            empty = None if term.empty is None else self.code(term.empty, ready)
            numbers = [one for one in (operand, empty) if one is not None]
            is_number = all(one.unit is not None for one in numbers)
            unit = self.units[id(term)] = (grid(*numbers) if numbers else 1) if is_number else None
            nothing = "None" if empty is None else empty.text if unit is None else scaled(empty, unit)
            self.lines(ready).append(f"{slots[-1]} = paired({self.keep(term.function)}, {', '.join(slots[:2])}, "
                                     f"{slots[3]}, {slots[2]}, {nothing})")  # fmt: skip
            unsure = any(one is not None and one.unknown for one in (*written, empty))
            self.lowering.uses_place = True
            self.lowering.aggregates[id(term)] = Code(f"{slots[-1]}[i]", unit, unsure)
        unit = self.units[id(term)]
        element = "1" if operand is None else operand.text if unit is None else scaled(operand, unit)
        texts = [element if at == 2 else "True" if code is None else code.text for at, code in enumerate(written)]
        self.lines(layer).append("; ".join(f"{slot}.append({text})" for slot, text in zip(slots, texts, strict=False)))

    def greatest_or_least(self, term: Aggregate, layer: int, where: Code | None, operand: Any, unsure: bool) -> Code:
        function = "max" if term.function == "max_of" else "min"
        name, out = self.slot(("extreme", id(term)), "None"), self.lines(layer)
        ready = self.layering.aggregates[id(term)]
        nothing = number(0)
        if self.household is None:
            assert term.empty is not None
            nothing = self.code(term.empty, ready)
            is_number = operand.unit is not None and nothing.unit is not None
            self.units[id(term)] = grid(operand, nothing) if is_number else None
        unit = self.units[id(term)]
        element = operand.text if unit is None else scaled(operand, unit)
        if unsure or (self.household is not None and self.lowering.aggregates[id(term)].unknown):  # or of other members
            condition = "True" if where is None else where.text
            out.append(f"{name} = extended({function}, {name}, {condition}, {element})")
        else:
            sign = ">" if function == "max" else "<"
            temporary = self.lowering.temporary()
            out.append(f"{temporary} = {element}")
            better = f"({name} is None or {temporary} {sign} {name})"
            out.append(f"if {better if where is None else f'{where.text} and {better}'}: {name} = {temporary}")
        if self.household is not None:
            return number(0)
        empty = nothing.text if unit is None else scaled(nothing, unit)
        result = self.slot(("result", id(term)), "None")
        self.lines(ready).append(f"{result} = {empty} if {name} is None else {name}")
        return Code(result, unit, unsure or nothing.unknown)


def _add_to(lines: list[str], tests: tuple[str, ...], statements: tuple[str, ...]) -> None:
    """Adds statements under tests; joins them to the last lines where the tests are the same, as of many sums."""
    last = lines[-len(tests) :]
    if len(last) == len(tests) and all(line.startswith(test) for line, test in zip(last, tests, strict=True)):
        lines[-len(tests) :] = [f"{line}; {one}" for line, one in zip(last, statements, strict=True)]
    else:
        lines += [test + one for test, one in zip(tests, statements, strict=True)]
