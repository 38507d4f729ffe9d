"""Writes the steps of a calculation, line by line: each definition with its value, its formula and its clause."""

from __future__ import annotations

from calc.diagnostics.punctuation import listed
from calc.engine.traced.interpreter import Trace
from calc.engine.unknown import Unknown
from calc.language.typed_tree import Term
from calc.language.types import MEMBER
from calc.report.arithmetic import NumberWriter
from calc.report.decided import Leaf, Part, decided, inside, leaves, truths
from calc.report.format_values import by_id, show
from calc.report.reasons import reason
from calc.report.silence import by_silence_alone
from calc.report.trace_phrases import TracePhrases


class Steps(TracePhrases):
    """Collects lines, with the depth of each; `in_full` also with what chose the branches."""

    def __init__(self, trace: Trace, language: str, in_full: bool) -> None:
        super().__init__(trace, language)
        self.in_full = in_full
        self.arithmetic = NumberWriter(trace, language)
        self.lines: list[str] = []
        self.depths: list[int] = []
        self.explained: set[tuple[str, int | None]] = set()
        self.cited: tuple[str, ...] = ()

    def line(self, text: str, depth: int = 0, cite: tuple[str, ...] = (), mark: bool = False) -> None:
        """Adds a line, with its clauses unless the line before has the same."""
        if self.language == "zh":
            text = (f"{text[:-1]}：" if text.endswith(":") else text).replace(": ", "：")
        star = " *" if mark else ""
        source = f"  [{self.clauses(cite)}]" if cite and cite != self.cited else ""
        self.cited = cite or self.cited
        self.lines.append(f"{'  ' * depth}{text}{star}{source}")
        self.depths.append(depth)

    def steps(self, term: Term, member: int | None, depth: int) -> None:
        """Explains the definitions that decided the value of a number."""
        part = decided(self.trace, term, member)
        if part is not None:
            self.inner(part, depth)

    def inner(self, part: Part, depth: int) -> None:
        """Explains the definitions among the leaves of a calculation."""
        for leaf in leaves(part):
            self.leaf(leaf, depth)
        for test, place in part.because if self.in_full else ():
            if not by_silence_alone(self.trace, test, place):
                self.why_chosen(test, place, depth)

    def why_chosen(self, test: Term, member: int | None, depth: int) -> None:
        """Explains a yes/no definition that chose a branch, in one line."""
        for term, place in truths(self.trace, test, member):
            name = getattr(term, "name", "")
            if name in self.plan.definitions and self.is_new(name, place):
                found = reason(self.trace, self.plan.definitions[name].term, place, self.language)
                value = show(self.trace.value(name, place), "yes/no", self.plan, self.language)
                who = self.member(place) if term.type.level == MEMBER else ""
                about = self.plan.about(name)
                text = f"{about.label_in(self.language)}{who}: {value}"
                self.line(f"{text} — {found}" if found else text, depth, about.cite[:1], about.basis == "assumed")
            return

    def is_new(self, name: str, member: int | None) -> bool:
        """Notes that a definition is explained; says whether it was not before."""
        definition = self.plan.definitions[name]
        key = name, member if definition.type.level == MEMBER else None
        if key in self.explained:
            return False
        self.explained.add(key)
        return True

    def leaf(self, leaf: Leaf, depth: int) -> None:
        """Explains a definition by its calculation; one that only repeats another number is passed over."""
        if leaf.name not in self.plan.definitions:
            return
        about = self.plan.about(leaf.name)
        label, marked = about.label_in(self.language), about.basis == "assumed"
        found = [(place, part) for place, part in inside(self.trace, leaf) if self.is_new(leaf.name, place)]
        if len(found) > 2:
            values = [self.each(place, part) for place, part in found]
            self.line(f"{label}: {listed(values, self.language)}", depth, about.cite[:1], marked)
            return
        for place, part in found:
            because, inner_place = self.arithmetic.because(part), place
            if isinstance(part, Leaf) and part.counted:
                who = self.names(list(part.members)).strip() or self.say("no-members-named")
                self.line(f"{label} {self.arithmetic.shown(part)} = {who}", depth, about.cite[:1], marked)
                continue
            if not because:
                part, inner_place = self.passed_over(part, place)
                because = self.arithmetic.because(part)
            if not (isinstance(part, Leaf) and part.name is None):
                formula = f"{self.arithmetic.bare(part, labels=True)}{because}"
                who = "" if inner_place in (None, place) else self.bracketed(self.member(inner_place).strip())
                text = f"{label}{self.member(place)} {self.arithmetic.shown(part)} = {formula}{who}"
                self.line(text, depth, about.cite[:1], marked)
                self.inner(part, depth + 1)

    def passed_over(self, part: Part, place: int | None) -> tuple[Part, int | None]:
        """Passes over definitions that only repeat another number, to the calculation of that one."""
        while isinstance(part, Leaf) and part.name in self.plan.definitions:
            found = inside(self.trace, part)
            if len(found) != 1 or self.plan.about(part.name).basis == "assumed":
                break
            inner_place, inner = found[0]
            if self.arithmetic.because(inner) or (isinstance(inner, Leaf) and inner.name is None):
                break
            if not self.is_new(part.name, inner_place):
                break
            part, place = inner, place if inner_place is None else inner_place
        return part, place

    def each(self, place: int | None, part: Part) -> str:
        """Writes the value of one member."""
        return f"{self.member(place).strip()} {self.arithmetic.shown(part)}"

    def step(self, name: str, member: int | None, depth: int) -> None:
        """Explains a definition by its name: its value, and how it came about."""
        definition = self.plan.definitions[name]
        places = [member]
        if definition.type.level == MEMBER and member is None:
            places = list(range(len(self.trace.household.members)))
        for place in places:
            value = self.trace.value(name, place)
            label = f"{definition.about.label_in(self.language)}{self.member(place)}"
            kind = definition.type.kind
            text = f"{label} {show(by_id(value, kind, self.trace.household), kind, self.plan, self.language)}"
            part = decided(self.trace, definition.term, place)
            if part is not None:
                formula = f"{self.arithmetic.bare(part, labels=True)}{self.arithmetic.because(part)}"
                self.line(f"{text} = {formula}", depth, definition.about.cite[:1])
                self.inner(part, depth + 1)
            elif value.__class__ is Unknown:
                self.line(text + self.bracketed(self.missing_of(value)), depth, definition.about.cite[:1])
            else:
                found = reason(self.trace, definition.term, place, self.language)
                self.line(f"{text} — {found}" if found else text, depth, definition.about.cite[:1])
