"""A simplified plan → Python functions that take a household and give its outcomes.

    run(H, M, I)        H the household's facts, M the members' facts, I the members' ids
    member(m, A, i)     m a member's facts, i the member's place; yields behind each pass over the members

For a household of one member all is in `run`. For any other, `run` does what is the household's, and in between goes
on with `member` once for each of them: general code, or code for what just this member states. What members add up,
and what the household has found that they need, lies in the list `A`, whose places are the same for all of them.
The text is made from whole numbers and names invented here; names of the rules file enter as keys of a table
of constants, never as code.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from calc.engine.python.aggregate_code import Aggregates
from calc.engine.python.dead_code import drop_unused, names_in
from calc.engine.python.python_expression import Code, grid, number, scaled
from calc.engine.schedule import AggregateItem, BenefitItem, CheckItem, Item, NamedItem, PersonsItem
from calc.engine.specialize import ALWAYS, Missing, SimplePlan, of_members
from calc.exact import divide
from calc.language.typed_tree import Aggregate, Amount, Constant, Definition, Fact, Received, Term, parts
from calc.language.types import MEMBER, NUMERIC, smallest_step
from calc.record import replace

_NOBODY = "(0, 0, 0, 0)"
"""The outcome of a benefit that does not apply."""


class Emitter(Aggregates):
    """Writes the functions of a simplified plan.

    `is_alone`: for households of one member. `household`: for members who state the same, in households that another
    emitter wrote the function for.
    """

    def __init__(self, simple: SimplePlan, is_alone: bool, household: Emitter | None = None) -> None:
        super().__init__(simple, is_alone, household)
        self.results: dict[str, str] = {}
        self.persons: dict[str, str] = {}
        self.shared: set[tuple[type[Term], str]] = set()
        if household is not None:
            self.take_over(household)
        elif not is_alone:
            self.shared = set(_asked_of_household(self.items, simple))

    def take_over(self, household: Emitter) -> None:
        """What members find that is the household's: values where it put them, constants as they are."""
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
        """The function for households of one member."""
        self.write()
        ending = self.ending()
        drop_unused(list(self.layers.values()), names_in(ending))
        lines = [*self.opening(), *self.start, "(m,) = M", *(["i = 0"] if self.has_ranks() else [])]
        for layer in sorted(self.layers):
            lines += self.layers[layer]
        return self.made("run(H, M, I)", [*lines, *ending])

    def several(self, members: Callable[[Emitter, Callable[..., Any]], Any]) -> Callable[..., Any]:
        """The function for households of any number of members. `members` is given this emitter and the general
        function of a member, and gives what has a function for each member by the names of the facts stated."""
        self.write()
        ending = self.ending()
        drop_unused(list(self.layers.values()), names_in(ending))
        last = max(self.layers, default=0)
        lines = [*self.opening(), f"A = [{', '.join(self.start)}]", *self.layers.get(0, [])]
        if last:
            general = self.member_function()
            self.space["K"] = members(self, general)
            made = "(m, A, i) for i, m in enumerate(M)" if self.has_ranks() else "(m, A) for m in M"
            lines.append(f"X = [K[tuple(m)]{made}]")
        for layer in range(1, last + 1, 2):
            if layer in self.layers:
                lines.append("for x in X: next(x, None)")
            lines += self.layers.get(layer + 1, [])
        return self.made("run(H, M, I)", [*lines, *ending])

    def member(self, stated: Collection[str]) -> Callable[..., Any]:
        """The function for members who state just these facts, in the households of this emitter."""
        own = self.__class__(of_members(self.simple, stated), False, self)
        own.write()
        drop_unused(list(own.layers.values()), ())
        return own.member_function()

    def member_function(self) -> Callable[..., Any]:
        """The passes over a member. Everybody's are as many, so that all are in the same one."""
        whose = self.household or self
        lines: list[str] = []
        for layer in sorted(layer for layer in whose.layers if layer % 2):
            lines += [*self.layers.get(layer, []), "yield"]
        while lines[-1] == "yield" and "yield" in lines[:-1]:
            lines.pop()  # a function that has come to its end is put away faster than one that waits
        return self.made("member(m, A, i=0)", lines)

    def made(self, head: str, lines: list[str]) -> Callable[..., Any]:
        """A function of our own text: see the head of this module."""
        text = "\n".join([f"def {head}:", *(f"    {line}" for line in lines)])
        exec(compile(text, "<plan>", "exec"), self.space)
        found: Callable[..., Any] = self.space[head.partition("(")[0]]
        return found

    def write(self) -> None:
        """The lines of all items, each in its layer."""
        for item in self.items:
            self.item(item)
        if self.household is None:
            for item in self.items:
                self.lines(item.layer)  # a pass may be of use only to some of the members

    def has_ranks(self) -> bool:
        return any(isinstance(item, AggregateItem) and item.term.function == "rank" for item in self.items)

    def opening(self) -> list[str]:
        """The lines before all others."""
        return []

    def ending(self) -> list[str]:
        """The lines that give back what was found."""
        listed = "".join(f"{self.results[name]}, " for name in self.plan.benefits)
        persons = "".join(f"{self.persons.get(name)}, " for name in self.plan.benefits)
        return [f"return {self.failed()}, ({listed}), ({persons})"]

    def failed(self) -> str:
        """What holds the checks that failed, as bits."""
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
                names[benefit.name] = self.at_hand(Amount, benefit.name, layer, names[benefit.name])
                received[benefit.name] = self.at_hand(Received, benefit.name, layer, received[benefit.name])
            case PersonsItem():
                code = self.code(item.term, item.layer)
                self.persons[item.benefit] = self.put(item.layer, scaled(code, 1))
            case CheckItem():
                self.check(item)

    def at_hand(self, form: type[Term], name: str, layer: int, code: Code) -> Code:
        """What the household has found, put where the members look for it, if they do."""
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
        names[item.name] = self.at_hand(Definition, item.name, layer, code)

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
            amount_code, received = self.open(layer, raw, applies, conditions, paid, denied, unsure)
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
        self.lines(item.layer).append(f"if {test}: {self.slot('checks', '0')} |= {1 << item.place}")


def _is_for_nobody(simple: SimplePlan, name: str) -> bool:
    applies = simple.benefits[name].applies_to
    return isinstance(applies, Constant) and not applies.value


def _asked_of_household(items: Collection[Item], simple: SimplePlan) -> set[tuple[type[Term], str]]:
    """The names of the household's that terms of members use, each as a value, an amount or a receipt."""
    plan = simple.plan
    waiting: list[Term | None] = []
    for item in items:
        if not item.layer % 2:
            continue
        match item:
            case NamedItem(term=term, default=default):
                waiting += [default] if isinstance(term, Fact) and term.name == item.name else [term]
            case BenefitItem(benefit=benefit):
                waiting += [benefit.applies_to, *benefit.conditions, benefit.amount]
            case AggregateItem(term=term):
                waiting += [term.operand, term.where]
            case CheckItem(term=term):
                waiting.append(term)
    found: set[tuple[type[Term], str]] = set()
    while waiting:
        match waiting.pop():
            case Fact(name=name) | Definition(name=name):
                if (plan.facts.get(name) or plan.definitions[name]).type.level != MEMBER:
                    found.add((Definition, name))
            case (Amount(name=name) | Received(name=name)) as term:
                if plan.benefits[name].type.level != MEMBER:
                    found.add((term.__class__, name))
            case None | Aggregate():
                pass
            case term:
                waiting += parts(term)
    return found
