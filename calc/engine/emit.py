"""A simplified plan → one Python function that takes a household and gives its outcomes.

    run(H, M, I): H the household's facts, M the members' facts, I the members' ids

The text is made from whole numbers and names invented here; names of the rules file enter as keys of a table
of constants, never as code.
"""

from __future__ import annotations

from typing import Any

from calc.engine.codes import Code, grid, number, scaled
from calc.engine.layers import AggregateItem, BenefitItem, CheckItem, Item, Layering, NamedItem, PersonsItem
from calc.engine.lower import Lowering
from calc.engine.simplify import ALWAYS, Missing, SimplePlan
from calc.engine.unknown import (
    Unknown,
    both,
    choose,
    choose_quotient,
    counted,
    either,
    extended,
    negation,
    outcome,
    ranks,
    strict,
)
from calc.engine.unused import drop_unused, names_in
from calc.exact import ROUNDINGS, divide
from calc.language.kinds import MEMBER, NUMERIC, smallest_step
from calc.language.operations import full_months
from calc.language.terms import Constant, Fact, Term
from calc.record import replace


def round_quotient(mode: Any, numerator: int, denominator: int) -> int:
    """A quotient rounded by a mode; 0 below a guard that keeps the denominator from being zero."""
    return mode(numerator, denominator) if denominator else 0  # type: ignore[no-any-return]


def one_of(*truths: bool) -> bool:
    """Whether one of some truths holds."""
    return True in truths


_GLOBALS: dict[str, Any] = {
    "one_of": one_of,
    "Unknown": Unknown,
    "both": both,
    "either": either,
    "negation": negation,
    "choose": choose,
    "choose_quotient": choose_quotient,
    "strict": strict,
    "counted": counted,
    "extended": extended,
    "ranks": ranks,
    "outcome": outcome,
    "full_months": full_months,
    "round_quotient": round_quotient,
    **ROUNDINGS,
}


_NOBODY = "(0, 0, 0, 0)"
"""The outcome of a benefit that does not apply."""


def emit(simple: SimplePlan) -> Any:
    """The function of a simplified plan."""
    return Emitter(simple).function()


class Emitter:
    """Writes the function of a simplified plan."""

    def __init__(self, simple: SimplePlan) -> None:
        self.simple = simple
        self.plan = simple.plan
        self.space = dict(_GLOBALS)
        self.kept: dict[Any, str] = {}
        self.lowering = Lowering(self.keep, simple.bits)
        self.layering = Layering(simple)
        self.items = self.layering.run()
        self.before: dict[int, list[str]] = {}
        self.inside: dict[int, list[str]] = {}
        self.after: dict[int, list[str]] = {}
        self.made_in: dict[str, int] = {}
        self.numbers = 0
        self.results: dict[str, str] = {}
        self.persons: dict[str, str] = {}

    def keep(self, value: Any) -> str:
        """A global name for a value that is not code."""
        key = (value.__class__, value.needs if isinstance(value, Unknown) else id(value) if callable(value) else value)
        name = self.kept.get(key)
        if name is None:
            name = self.kept[key] = f"k{len(self.kept)}"
            self.space[name] = value
        return name

    def variable(self, prefix: str) -> str:
        self.numbers += 1
        return f"{prefix}{self.numbers}"

    def function(self) -> Any:
        for item in self.items:
            self.item(item)
        groups = (self.before, self.inside, self.after)
        ending = self.ending()
        drop_unused([lines for group in groups for lines in group.values()], names_in(ending))
        self.used_in = {layer: names_in(lines) & self.made_in.keys() for layer, lines in self.inside.items()}
        lines = ["def run(H, M, I):"]
        for layer in range(max([0, *self.inside, *self.before, *self.after]) + 2):
            lines += [f"    {line}" for line in self.before.get(layer, [])]
            if layer % 2 and layer in self.inside:
                lines += self.loop(layer)
            lines += [f"    {line}" for line in self.after.get(layer, [])]
        lines[1:1] = [f"    {line}" for line in self.opening()]
        lines += [f"    {line}" for line in ending]
        exec(compile("\n".join(lines), "<plan>", "exec"), self.space)  # our own text: see the head of this module
        return self.space["run"]

    def opening(self) -> list[str]:
        """The lines before all others."""
        return ["R = 0"] if self.has_checks() else []

    def ending(self) -> list[str]:
        """The lines that give back what was found."""
        listed = "".join(f"{self.results[name]}, " for name in self.plan.benefits)
        persons = "".join(f"{self.persons.get(name)}, " for name in self.plan.benefits)
        return [f"return {'R' if self.has_checks() else '0'}, ({listed}), ({persons})"]

    def has_checks(self) -> bool:
        return any(isinstance(item, CheckItem) for item in self.items)

    def loop(self, layer: int) -> list[str]:
        """The pass over the members of a layer, with the values of earlier passes at hand and later ones put by."""
        later = sorted(
            {name for other, names in self.used_in.items() if other > layer for name in names}
            & {name for name, made in self.made_in.items() if made == layer}
        )
        wanted: dict[int, list[str]] = {}
        for name in sorted(self.used_in[layer]):
            made = self.made_in[name]
            if made != layer:
                wanted.setdefault(made, []).append(name)
        targets, sources = ["m"], ["M"]
        for made, names in wanted.items():
            for name in names:
                targets.append(name)
                sources.append(f"S{name}" if made % 2 else name.replace("v", "L"))
        lines = [f"    S{name} = []" for name in later]
        if len(sources) == 1:
            lines.append("    for m in M:")
        else:
            lines.append(f"    for {', '.join(targets)} in zip({', '.join(sources)}):")
        body = [*self.inside[layer], *(f"S{name}.append({name})" for name in later)] or ["pass"]
        return [*lines, *(f"        {line}" for line in body)]

    # items

    def item(self, item: Item) -> None:
        match item:
            case NamedItem():
                self.named(item)
            case AggregateItem():
                self.aggregate(item)
            case BenefitItem():
                self.benefit(item)
            case PersonsItem():
                code = self.code(item.term, item.layer)
                self.persons[item.benefit] = self.put(item.layer, scaled(code, 1))
            case CheckItem():
                self.check(item)

    def lines(self, layer: int) -> list[str]:
        """Where statements of a layer go: into its loop for members, plainly for the household."""
        return self.inside.setdefault(layer, []) if layer % 2 else self.before.setdefault(layer, [])

    def code(self, term: Term, layer: int) -> Code:
        """The code of a term used in a layer."""
        self.lowering.lines = self.lines(layer)
        return self.lowering.code(term)

    def put(self, layer: int, text: str, prefix: str = "v") -> str:
        """Assign an expression to a new local; returns its name."""
        name = self.variable(prefix)
        self.lines(layer).append(f"{name} = {text}")
        if layer % 2:
            self.made_in[name] = layer
        return name

    def named(self, item: NamedItem) -> None:
        names, layer = self.lowering.names, item.layer
        if isinstance(item.term, Fact) and item.term.name == item.name:
            names[item.name] = self.fact(item)
        elif isinstance(item.term, (Constant, Missing)):
            names[item.name] = self.lowering.code(item.term)
        else:
            code = self.code(item.term, layer)
            names[item.name] = Code(self.put(layer, code.text), code.unit, code.unknown)

    def fact(self, item: NamedItem) -> Code:
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
        factor = 1 if own is None or unit is None else divide(own, unit)
        if factor == 1 and (default.constant is not None or isinstance(item.default, Missing)):
            value = f"{facts}.get({key}, {text})"
        else:
            temporary = self.lowering.temporary()
            stated = temporary if factor == 1 else f"{temporary} * {factor}"
            value = f"({stated} if ({temporary} := {facts}.get({key})) is not None else {text})"
        return Code(self.put(item.layer, value), unit, default.unknown)

    def benefit(self, item: BenefitItem) -> None:
        benefit, layer = item.benefit, item.layer
        in_loop = benefit.level == MEMBER
        result = self.variable("o")
        self.results[benefit.name] = result
        step = smallest_step("money", self.plan.decimals)
        if isinstance(benefit.applies_to, Constant) and not benefit.applies_to.value:
            everyone = f"[{_NOBODY}] * len(M)" if in_loop else _NOBODY
            self.before.setdefault(layer, []).append(f"{result} = {everyone}")
            self.lowering.names[benefit.name] = number(0)
            self.lowering.received[benefit.name] = self.lowering.constant(False, False)
            return
        raw = result
        if in_loop:
            self.before.setdefault(layer, []).append(f"{result} = []")
            raw = self.variable("r")
        applies = self.code(benefit.applies_to, layer)
        if applies.unknown:
            applies = Code(self.lowering.atom(applies.text), None, True)
        conditions = [self.code(term, layer) for term in benefit.conditions]
        amount = self.code(benefit.amount, layer)
        paid = scaled(amount, step)
        out = self.lines(layer)
        unsure = applies.unknown or any(code.unknown for code in conditions)
        if unsure or amount.unknown:
            conditions = [replace(code, text=self.lowering.atom(code.text)) for code in conditions]
            failed = " | ".join(
                f"({code.text} is False) << {at}" for at, code in enumerate(conditions) if code.constant is not True
            )
            denied = f"(2, 0, f, 0) if (f := {failed})" if failed else ""
            amount_code, received = self.open(layer, raw, applies, conditions, paid, denied, unsure)
        else:
            failed = " | ".join(
                f"(not {code.text}) << {at}" for at, code in enumerate(conditions) if code.constant is not True
            )
            text = f"(2, 0, f, 0) if (f := {failed}) else (1, {paid}, 0, 0)" if failed else f"(1, {paid}, 0, 0)"
            if applies.constant is not True:
                text = f"({text}) if {applies.text} else {_NOBODY}"
            out.append(f"{raw} = {text}")
            amount_code = Code(self.put(layer, f"{raw}[1]"), step)
            received = Code(self.put(layer, f"{raw}[0] == 1"))
        if in_loop:
            out.append(f"{result}.append({raw})")
        self.lowering.names[benefit.name] = amount_code
        self.lowering.received[benefit.name] = received

    def open(
        self, layer: int, raw: str, applies: Code, conditions: list[Code], paid: str, denied: str, unsure: bool
    ) -> tuple[Code, Code]:
        """Assign the outcome of a benefit of which something may be unknown; gives its amount and its receipt.

        `denied` is what comes before `else` where a condition is false: that denies whatever is unknown, and most
        benefits are denied to most people.
        """
        texts = "".join(f"{code.text}, " for code in conditions)
        whole = f"outcome({applies.text}, ({texts}), {paid})"
        whole = f"({denied} else {whole})" if denied else whole
        if applies.unknown:
            whole = f"{_NOBODY} if {applies.text} is False else {whole}"
        elif applies.constant is not True:
            whole = f"{whole} if {applies.text} else {_NOBODY}"
        self.lines(layer).append(f"{raw} = {whole}")
        step = smallest_step("money", self.plan.decimals)
        amount = Code(self.put(layer, f"{raw}[1] if {raw}[0] != 3 else Unknown({raw}[3])"), step, True)
        all_of = f"{applies.text}, {texts}" if applies.constant is not True else texts
        known = f"both({all_of})" if unsure else "True"
        return amount, Code(self.put(layer, f"{raw}[0] == 1 if {raw}[0] != 3 else {known}"), None, unsure)

    def check(self, item: CheckItem) -> None:
        code = self.code(item.term, item.layer)
        test = f"{code.text} is False" if code.unknown else f"not {code.text}"
        self.lines(item.layer).append(f"if {test}: R |= {1 << item.place}")

    # aggregates

    def aggregate(self, item: AggregateItem) -> None:
        term, layer = item.term, item.layer
        where = None if term.where is None else self.code(term.where, layer)
        operand = None if term.operand is None else self.code(term.operand, layer)
        unsure = (where is not None and where.unknown) or (operand is not None and operand.unknown)
        name = self.variable("v")
        if term.function == "count" and where is None:
            self.after.setdefault(layer, []).append(f"{name} = len(M)")
            self.inside.setdefault(layer, []).append("pass")
            self.lowering.aggregates[id(term)] = Code(name, 1)
            return
        start, out = self.before.setdefault(layer, []), self.inside.setdefault(layer, [])
        if term.function in ("sum", "count"):
            unit = 1 if operand is None else grid(operand)
            element = "1" if operand is None else scaled(operand, unit)
            start.append(f"{name} = 0")
            if where is None:
                out.append(f"{name} += {element}")
            elif where.unknown:
                inside = self.lowering.atom(where.text)
                out.append(f"if {inside} is True: {name} += {element}")
                out.append(f"elif {inside} is not False: {name} += counted({inside}, {element})")
            else:
                out.append(f"if {where.text}: {name} += {element}")
            code = Code(name, unit, unsure)
        elif term.function in ("any", "all"):
            code = self.some_or_every(term, name, where, operand, unsure, start, out)
        elif term.function == "rank":
            code = self.rank(layer, name, where, operand, unsure, start, out)
        else:
            code = self.greatest_or_least(term, layer, name, where, operand, unsure, start, out)
        self.lowering.aggregates[id(term)] = code

    def some_or_every(
        self, term: Any, name: str, where: Code | None, operand: Any, unsure: bool, start: list[str], out: list[str]
    ) -> Code:
        decisive = term.function == "any"
        start.append(f"{name} = {not decisive}")
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
        else:
            test = operand.text if decisive else f"not {operand.text}"
            out.append(f"if {test if where is None else f'{where.text} and {test}'}: {name} = {decisive}")
        return Code(name, None, unsure)

    def rank(
        self, layer: int, name: str, where: Code | None, operand: Any, unsure: bool, start: list[str], out: list[str]
    ) -> Code:
        keys, wheres, ranked = (name.replace("v", prefix) for prefix in ("K", "W", "L"))
        start.append(f"{keys} = []; {wheres} = []")
        out.append(f"{keys}.append({operand.text}); {wheres}.append({'True' if where is None else where.text})")
        self.after.setdefault(layer, []).append(f"{ranked} = ranks({keys}, {wheres}, I)")
        self.made_in[name] = layer + 1
        return Code(name, 1, unsure)

    def greatest_or_least(
        self,
        term: Any,
        layer: int,
        name: str,
        where: Code | None,
        operand: Any,
        unsure: bool,
        start: list[str],
        out: list[str],
    ) -> Code:
        ready = self.layering.aggregates[id(term)]
        empty = self.code(term.empty, ready)
        numeric = operand.unit is not None and empty.unit is not None
        unit = grid(operand, empty) if numeric else None
        element = operand.text if unit is None else scaled(operand, unit)
        nobody = empty.text if unit is None else scaled(empty, unit)
        start.append(f"{name} = None")
        function = "max" if term.function == "max_of" else "min"
        condition = "True" if where is None else where.text
        if unsure:
            out.append(f"{name} = extended({function}, {name}, {condition}, {element})")
        else:
            sign = ">" if function == "max" else "<"
            temporary = self.lowering.temporary()
            out.append(f"{temporary} = {element}")
            better = f"({name} is None or {temporary} {sign} {name})"
            out.append(f"if {better if where is None else f'{where.text} and {better}'}: {name} = {temporary}")
        result = self.variable("v")
        self.before.setdefault(ready, []).append(f"{result} = {nobody} if {name} is None else {name}")
        return Code(result, unit, unsure or empty.unknown)
