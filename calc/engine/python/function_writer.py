"""Writes Python functions for a simplified plan, which take a household and return its outcomes.

    run(H, M, I)        H the household's facts, M the members' facts, I the members' ids
    member(m, A, i)     m a member's facts, i the member's place; yields after each pass over the members

For a household of one member everything is in `run`. For any other, `run` computes the values of the household, and
between its layers resumes `member` for each member: general code, or code for the facts this member states. The list
`A` holds the aggregates that members add to and the values of the household that they use.
The text consists of whole numbers and names made here; names of the rules file are keys of a table of constants,
never code.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from calc.engine.python.aggregate_code import Aggregates
from calc.engine.python.dead_code import names_in
from calc.engine.python.lazy_code import tidy
from calc.engine.python.python_expression import Code, number, scaled
from calc.engine.python.remembered_code import Rememberer
from calc.engine.python.writer_state import FUNCTIONS
from calc.engine.schedule import (
    AggregateItem,
    BenefitItem,
    CheckItem,
    Item,
    NamedItem,
    PersonsItem,
    used_by_members,
)
from calc.engine.simple_plan import Missing, Pattern, SimplePlan
from calc.engine.specialize_members import of_members
from calc.language.typed_tree import Amount, Constant, Definition, Fact, Received, Term
from calc.language.types import MEMBER, smallest_step
from calc.record import replace

_NOBODY = "(0, 0, 0, 0)"
"""The outcome of a benefit that does not apply."""


class Emitter(Aggregates):
    """Writes the functions of a simplified plan.

    `is_alone`: for households of one member. `household`: the emitter of the household's function, where this one
    writes a function for members who state the same facts.
    """

    def __init__(self, simple: SimplePlan, is_alone: bool, household: Emitter | None = None) -> None:
        super().__init__(simple, is_alone, household)
        self.results: dict[str, str] = {}
        self.persons: dict[str, str] = {}
        self.shared: set[tuple[type[Term], str]] = set()
        if household is not None:
            self.take_from(household)
        elif not is_alone:
            self.shared = used_by_members(self.items, simple.plan)

    def take_from(self, household: Emitter) -> None:
        """Takes over the code of the household's values that members use: their places in `A`, or constants."""
        lowering, theirs = self.lowering, household.lowering
        for form, name in household.shared:
            if form is Received:
                lowering.received[name] = theirs.received[name]
            else:
                term = household.simple.terms.get(name)
                is_known = isinstance(term, (Constant, Missing))
                lowering.names[name] = lowering.code(term) if is_known else theirs.names[name]  # type: ignore[arg-type]

    # functions

    def alone(self) -> Callable[..., Any]:
        """Makes the function for households of one member."""
        self.write()
        ending = self.ending()
        tidy(list(self.layers.values()), names_in(ending))
        lines = [*self.opening(), *self.start, "(m,) = M", *(["i = 0"] if self.lowering.uses_place else [])]
        for layer in sorted(self.layers):
            lines += self.layers[layer]
        return self.made("run(H, M, I)", [*lines, *ending])

    def several(self, members: Callable[[Emitter, Callable[..., Any]], Any]) -> Callable[..., Any]:
        """Makes the function for households of any number of members.

        `members` takes this emitter and the general function of a member. It returns a table with the function of a
        member by the names of the facts the member states.
        """
        self.write()
        ending = self.ending()
        if self.reads:
            self.remember([self.layers[layer] for layer in sorted(self.layers) if layer % 2])
        tidy(list(self.layers.values()), names_in(ending))
        last = max(self.layers, default=0)
        lines = [*self.opening(), f"A = [{', '.join(self.start)}]", *self.layers.get(0, [])]
        if last:
            general = self.member_function()
            self.space["K"] = members(self, general)
            made = "(m, A, i) for i, m in enumerate(M)" if self.lowering.uses_place else "(m, A) for m in M"
            lines.append(f"X = [K[tuple(m)]{made}]")
        for layer in range(1, last + 1, 2):
            if layer in self.layers:
                lines.append("for x in X: next(x, None)")
            lines += self.layers.get(layer + 1, [])
        return self.made("run(H, M, I)", [*lines, *ending])

    def member(self, stated: Pattern) -> Callable[..., Any]:
        """Makes the function for members who state facts as `stated` says, in the households of this emitter."""
        own = self.__class__(of_members(self.simple, stated), False, self)
        own.write()
        tidy(list(own.layers.values()), ())
        return own.member_function()

    def member_function(self) -> Callable[..., Any]:
        """Makes the function with the passes over a member: the same number for every member, empty ones included."""
        every = self.household or self
        lines: list[str] = []
        for layer in sorted(layer for layer in every.layers if layer % 2):
            lines += [*self.layers.get(layer, []), "yield"]
        while lines[-1] == "yield" and "yield" in lines[:-1]:
            lines.pop()  # a finished generator is freed faster than one that waits
        return self.made("member(m, A, i=0)", lines)

    def remember(self, lists: list[list[str]]) -> None:
        """Has what follows from a few words of a member remembered."""

        def made(locals_: list[str], lines: list[str], result: str) -> Callable[..., Any]:
            return self.made(f"found({', '.join(locals_)})", [*lines, f"return {result}"])

        Rememberer(self.reads, FUNCTIONS, made, self.keep).run(lists)

    def made(self, head: str, lines: list[str]) -> Callable[..., Any]:
        """Compiles a function from lines of text made here."""
        text = "\n".join([f"def {head}:", *(f"    {line}" for line in lines)])
        exec(compile(text, "<plan>", "exec"), self.space)
        found: Callable[..., Any] = self.space[head.partition("(")[0]]
        return found

    def write(self) -> None:
        """Writes the lines of all items, each in its layer."""
        for item in self.items:
            self.item(item)
        if self.household is None:
            for item in self.items:
                self.lines(item.layer)  # some passes have code for some of the members only

    def opening(self) -> list[str]:
        """Writes the lines before all others."""
        return []

    def ending(self) -> list[str]:
        """Writes the lines that return the result."""
        listed = "".join(f"{self.results[name]}, " for name in self.plan.benefits)
        persons = "".join(f"{self.persons.get(name)}, " for name in self.plan.benefits)
        return [f"return {self.failed()}, ({listed}), ({persons})"]

    def failed(self) -> str:
        """Returns the expression of the failed checks, as bits."""
        return self.slot("checks", "0") if any(isinstance(item, CheckItem) for item in self.items) else "0"

    # items

    def item(self, item: Item) -> None:
        match item:
            case NamedItem():
                self.named(item)
            case AggregateItem():
                self.aggregate(item)
            case BenefitItem(benefit=benefit, layer=layer):
                self.benefit(item)
                names, received = self.lowering.names, self.lowering.received
                names[benefit.name] = self.for_members(Amount, benefit.name, layer, names[benefit.name])
                received[benefit.name] = self.for_members(Received, benefit.name, layer, received[benefit.name])
            case PersonsItem():
                code = self.code(item.term, item.layer)
                self.persons[item.name] = self.put(item.layer, scaled(code, 1))
            case CheckItem():
                self.check(item)

    def for_members(self, form: type[Term], name: str, layer: int, code: Code) -> Code:
        """Puts a value of the household into `A` if members use it; returns its code."""
        if layer % 2 or (form, name) not in self.shared or code.constant is not None:
            return code
        place = self.slot((form, name), "None")
        self.lines(layer).append(f"{place} = {code.text}")
        return replace(code, text=place)

    def named(self, item: NamedItem) -> None:
        names, layer = self.lowering.names, item.layer
        if isinstance(item.term, (Constant, Missing)):
            names[item.name] = self.lowering.code(item.term)
            return
        if isinstance(item.term, Fact) and item.term.name == item.name:
            code = self.fact(item)
        else:
            code = self.code(item.term, layer)
            code = Code(self.put(layer, code.text), code.unit, code.unknown)
        names[item.name] = self.for_members(Definition, item.name, layer, code)

    def benefit(self, item: BenefitItem) -> None:
        benefit, layer = item.benefit, item.layer
        in_loop = benefit.level == MEMBER
        step = smallest_step("money", self.plan.decimals)
        if _is_for_nobody(self.simple, benefit.name):
            if self.household is None:
                everyone = f"[{_NOBODY}] * len(M)" if in_loop else _NOBODY
                self.results[benefit.name] = self.slot(("results", benefit.name), everyone)
            elif not _is_for_nobody(self.household.simple, benefit.name):
                self.lines(layer).append(f"{self.slot(('results', benefit.name), '')}.append({_NOBODY})")
            self.lowering.names[benefit.name] = number(0)
            self.lowering.received[benefit.name] = self.lowering.constant(False, False)
            return
        raw = self.variable("r")
        applies = self.code(benefit.applies_to, layer)
        if applies.unknown:
            applies = Code(self.lowering.atom(applies.text), None, True)
        conditions = [self.code(term, layer) for term in benefit.conditions]
        amount = self.code(benefit.amount, layer)
        paid = scaled(amount, step)
        unsure = applies.unknown or any(code.unknown for code in conditions)
        if unsure or amount.unknown:
            conditions = [replace(code, text=self.lowering.atom(code.text)) for code in conditions]
            failed = " | ".join(
                f"({code.text} is False) << {at}" for at, code in enumerate(conditions) if code.constant is not True
            )
            denied = f"(2, 0, f, 0) if (f := {failed})" if failed else ""
            amount_code, received = self.open(layer, raw, applies, conditions, paid, denied)
        else:
            failed = " | ".join(
                f"(not {code.text}) << {at}" for at, code in enumerate(conditions) if code.constant is not True
            )
            text = f"(2, 0, f, 0) if (f := {failed}) else (1, {paid}, 0, 0)" if failed else f"(1, {paid}, 0, 0)"
            if applies.constant is not True:
                text = f"({text}) if {applies.text} else {_NOBODY}"
            self.lines(layer).append(f"{raw} = {text}")
            amount_code = Code(self.put(layer, f"{raw}[1]"), step)
            received = Code(self.put(layer, f"{raw}[0] == 1"))
        self.results[benefit.name] = raw
        if in_loop:
            self.results[benefit.name] = self.slot(("results", benefit.name), "[]")
            self.lines(layer).append(f"{self.results[benefit.name]}.append({raw})")
        self.lowering.names[benefit.name] = amount_code
        self.lowering.received[benefit.name] = received

    def open(
        self, layer: int, raw: str, applies: Code, conditions: list[Code], paid: str, denied: str
    ) -> tuple[Code, Code]:
        """Assigns the outcome of a benefit that may be unknown to the local `raw`; returns its amount and its receipt.

        `denied` is the expression for a false condition, written before `else`: it is tested first, as a false
        condition denies whatever is unknown, and most benefits are denied to most people.
        """
        texts = "".join(f"{code.text}, " for code in conditions)
        whole = f"outcome({applies.text}, ({texts}), {paid})"
        whole = f"({denied} else {whole})" if denied else whole
        if applies.unknown:
            whole = f"{_NOBODY} if {applies.text} is False else {whole}"
        elif applies.constant is not True:
            whole = f"{whole} if {applies.text} else {_NOBODY}"
        self.lines(layer).append(f"{raw} = {whole}")
        return self.outcome_of(layer, raw, applies, conditions)

    def outcome_of(self, layer: int, raw: str, applies: Code, conditions: list[Code]) -> tuple[Code, Code]:
        """Writes the amount and the receipt of a benefit that may be unknown, from its outcome."""
        unsure = applies.unknown or any(code.unknown for code in conditions)
        texts = "".join(f"{code.text}, " for code in conditions)
        step = smallest_step("money", self.plan.decimals)
        amount = Code(self.put(layer, f"{raw}[1] if {raw}[0] != 3 else unknown({raw}[3])"), step, True)
        all_of = f"{applies.text}, {texts}" if applies.constant is not True else texts
        known = f"both({all_of})" if unsure else "True"
        return amount, Code(self.put(layer, f"{raw}[0] == 1 if {raw}[0] != 3 else {known}"), None, unsure)

    def check(self, item: CheckItem) -> None:
        code = self.code(item.term, item.layer)
        test = f"{code.text} is False" if code.unknown else f"not {code.text}"
        self.lines(item.layer).append(f"if {test}: {self.slot('checks', '0')} |= {1 << item.place}")


def _is_for_nobody(simple: SimplePlan, name: str) -> bool:
    applies = simple.benefits[name].applies_to
    return isinstance(applies, Constant) and not applies.value
