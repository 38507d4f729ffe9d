"""Writes one Python function for a simplified plan, which returns the summary of a household.

    run(H, M, I): failed checks as bits, and the summary

Results by household have what is granted and what is open, and not the conditions by which the rest was denied:
conditions are tested only until one is false, and outcomes that are not granted are not made.
"""

from __future__ import annotations

from calc.engine.python.function_writer import Emitter
from calc.engine.python.python_expression import Code, nested, number, scaled
from calc.engine.schedule import BenefitItem
from calc.engine.simple_plan import SimplePlan
from calc.language.typed_tree import Constant
from calc.language.types import MEMBER, smallest_step
from calc.record import Record, replace


class _Found(Record):
    """The locals with the result of a benefit: granted or outcome, amount; for benefits of members also counts."""

    is_open: bool
    granted: str
    amount: str
    people: str = ""
    open_people: str = ""


class SummaryEmitter(Emitter):
    """Writes functions that return summaries."""

    def __init__(self, simple: SimplePlan, is_alone: bool, household: Emitter | None = None) -> None:
        super().__init__(simple, is_alone, household)
        self.found: dict[str, _Found] = {}

    def benefit(self, item: BenefitItem) -> None:
        benefit, layer = item.benefit, item.layer
        terms = [benefit.applies_to, *benefit.conditions]
        if any(isinstance(term, Constant) and term.value is False for term in terms):
            self.lowering.names[benefit.name] = number(0)
            self.lowering.received[benefit.name] = self.lowering.constant(False, False)
            return
        step = smallest_step("money", self.plan.decimals)
        applies = self.code(benefit.applies_to, layer)
        conditions = [self.code(term, layer) for term in benefit.conditions]
        amount = self.code(benefit.amount, layer)
        paid = scaled(amount, step)
        unsure = applies.unknown or any(code.unknown for code in conditions)
        if unsure or amount.unknown:
            found = self.may_be_open(layer, applies, conditions, paid, benefit.name)
        else:
            wanted = [code.text for code in (applies, *conditions) if code.constant is not True]
            granted, amount_text = self.variable("v") if wanted else "True", self.variable("v")
            tests = [f"{granted} = True"] if wanted else []
            then, otherwise = [*tests, f"{amount_text} = {paid}"], [f"{granted} = False", f"{amount_text} = 0"]
            self.lines(layer).extend(nested(wanted, then, otherwise))
            found = _Found(False, granted, amount_text)
            received = Code(granted) if wanted else self.lowering.constant(True, False)
            self.lowering.names[benefit.name] = Code(amount_text, step)
            self.lowering.received[benefit.name] = received
        self.found[benefit.name] = self.counted(layer, benefit.name, found) if benefit.level == MEMBER else found

    def may_be_open(self, layer: int, applies: Code, conditions: list[Code], paid: str, name: str) -> _Found:
        """Writes a benefit that may be unknown: its outcome is made where no condition is false.

        The summary does not tell a benefit that does not apply from one that is denied.
        """
        raw = self.variable("r")
        if applies.unknown:
            applies = Code(self.lowering.atom(applies.text), None, True)
        terms = [applies, *(replace(code, text=self.lowering.atom(code.text)) for code in conditions)]
        tests = [f"{code.text} is not False" if code.unknown else code.text
                 for code in terms if code.constant is not True]  # fmt: skip
        texts = "".join(f"{code.text}, " for code in terms if code.unknown)
        granted = [f"{raw} = opened(({texts}), {paid})"]
        self.lines(layer).extend(nested(tests, granted, [f"{raw} = (2, 0, 0, 0, False)"]))
        step = smallest_step("money", self.plan.decimals)
        paid = f"{raw}[1] if {raw}[0] != 3 else unknown({raw}[3])"
        self.lowering.names[name] = Code(self.put(layer, paid), step, True)
        received = f"{raw}[4] if {raw}[4].__class__ is bool else unknown({raw}[4])" if texts else f"{raw}[4]"
        self.lowering.received[name] = Code(self.put(layer, received), None, bool(texts))
        return _Found(True, raw, f"{raw}[1]")

    def counted(self, layer: int, name: str, found: _Found) -> _Found:
        """Adds a benefit up over the members."""
        out = self.lines(layer)
        money, people = self.slot(("money", name), "0"), self.slot(("people", name), "0")
        if not found.is_open:
            out.append(f"if {found.granted}: {people} += 1; {money} += {found.amount}")
            return _Found(False, people, money, people)
        lacking, needs = self.slot(("lacking", name), "0"), self.slot("needs", "0")
        out.append(f"if {found.granted}[0] == 1: {people} += 1; {money} += {found.amount}")
        out.append(f"elif {found.granted}[0] == 3: {lacking} += 1; {needs} |= {found.granted}[3]")
        return _Found(True, people, money, people, lacking)

    def opening(self) -> list[str]:
        return ["G = []; U = []; T = Y = N = 0; Z = False"]

    def ending(self) -> list[str]:
        lines: list[str] = []
        places = {name: at for at, name in enumerate(self.plan.benefits)}
        for name in sorted(self.found, key=lambda one: (self.plan.benefits[one].type.level, places[one])):
            lines += self.entered(name, places[name], self.found[name])
        needs = f"N | {self.slots['needs']}" if "needs" in self.slots else "N"
        lines.append(f"return {self.failed()}, (G, U, T, None if U else T, None if Z else Y, {needs})")
        return lines

    def entered(self, name: str, at: int, found: _Found) -> list[str]:
        """Writes the lines that enter a benefit in the summary."""
        is_yearly = self.plan.benefits[name].per == "year"
        total = "Y" if is_yearly else "T"
        late = "; Z = True" if is_yearly else ""
        if found.people:
            lines = [f"if {found.people}: G.append(({at}, {found.amount}, {found.people})); {total} += {found.amount}"]
            if found.open_people:
                lines.append(f"if {found.open_people}: U.append(({at}, {found.open_people})){late}")
            return lines
        counted = self.persons.get(name)
        persons = "len(M)" if counted is None else f"{counted} if {counted}.__class__ is int else None"
        granted = f"{found.granted}[0] == 1" if found.is_open else found.granted
        lines = [f"if {granted}: G.append(({at}, {found.amount}, {persons})); {total} += {found.amount}"]
        if found.is_open:
            lines.append(f"elif {found.granted}[0] == 3: U.append(({at}, 1)); N |= {found.granted}[3]{late}")
        return lines
