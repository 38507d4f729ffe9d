"""Writes how an amount was computed: as one sentence of numbers, and step by step with labels."""

from __future__ import annotations

from calc.engine.traced.interpreter import Trace
from calc.exact import Number, decimals_of, magnitude, plain
from calc.language.typed_tree import Definition, Fact, Logic, Term
from calc.language.types import MONEYS, NUMBER, SHARE
from calc.record import replace
from calc.report.decided import Leaf, Part, Product, Rounded, Sum, decided, inside, leaves
from calc.report.format_values import show
from calc.report.silence import by_silence_alone, is_silent
from calc.report.ui_text import say

MOST_PARTS = 8
"""Parts of a sum that are written one by one."""
DEEPEST = 12


class NumberWriter:
    """Writes the numbers of one household's trace."""

    def __init__(self, trace: Trace, language: str) -> None:
        self.trace = trace
        self.plan = trace.plan
        self.language = language

    # one sentence

    def sentence(self, term: Term, member: int | None) -> str | None:
        """Writes what the value of a term is computed from, without the value itself at its end where a name says it.

        None if the value is unknown.
        """
        part = decided(self.trace, term, member)
        return None if part is None else self._sentence(self.opened(part))

    def opened(self, part: Part, depth: int = 0) -> Part:
        """Replaces a name by what it was computed from, as long as that is one name again or a calculation."""
        if isinstance(part, Leaf) and depth < DEEPEST:
            found = inside(self.trace, part)
            if len(found) == 1 and not (isinstance(found[0][1], Leaf) and found[0][1].name is None):
                return self.opened(found[0][1], depth + 1)
        return part

    def _sentence(self, part: Part) -> str:
        if isinstance(part, Leaf):
            return self.named(part)
        before, after = "", ""
        while isinstance(part, Rounded):
            after = self._then(part) + after
            part = self.opened(part.of)
        if isinstance(part, Sum) and part.parts[0][0] == 1 and isinstance(part.parts[0][1], Leaf):
            first = self.opened(part.parts[0][1])
            if not isinstance(first, Leaf):
                return self._sentence(first) + "".join(self._further(sign, one) for sign, one in part.parts[1:]) + after
        if not isinstance(part, Leaf):
            first = self.opened(next(leaves(part)))
            if not isinstance(first, Leaf):
                before = self._sentence(first) + self._word("; ", "；")
        if isinstance(part, Leaf):
            return self.named(part) + after
        return f"{before}{self.bare(part)} {self._equals(part)} {self.number(part)}{after}"

    def _further(self, sign: int, part: Part) -> str:
        key = "plus" if sign == 1 else "less"
        if isinstance(part, Leaf) and part.name is not None:
            return say(key, self.language, part=self.named(part))
        text = self.number(part) if isinstance(part, (Leaf, Rounded)) else f"{self.bare(part)} = {self.number(part)}"
        return say(key, self.language, part=f" {text}" if self.language == "zh" else text)

    def _then(self, part: Rounded) -> str:
        return say(f"then-{part.mode}", self.language, value=self.number(part))

    def _equals(self, part: Part) -> str:
        return "=" if decimals_of(part.value) is not None else "≈"

    def _word(self, en: str, zh: str) -> str:
        return zh if self.language == "zh" else en

    # formulas

    def bare(self, part: Part, labels: bool = False) -> str:
        """Writes a calculation with its numbers, or with the labels of its names before them."""
        match part:
            case Sum(parts=parts):
                text = ""
                for at, (sign, one) in enumerate(parts[:MOST_PARTS]):
                    if one.value < 0 and isinstance(one, Leaf) and not labels:
                        sign, one = -sign, replace(one, value=-one.value)
                    joint = ("" if sign == 1 else "−") if at == 0 else (" + " if sign == 1 else " − ")
                    whole = one.kind == SHARE and part.kind != SHARE
                    text += joint + self._operand(replace(one, kind=NUMBER) if whole else one, labels, sign == -1)
                return text + (" + …" if len(parts) > MOST_PARTS else "")
            case Product(factors=factors, divisors=divisors):
                text = " × ".join(self._operand(one, labels, True) for one in factors)
                return text + "".join(f" ÷ {self._operand(one, labels, True)}" for one in divisors)
            case Rounded(of=of) if labels:
                return f"{self.bare(of, labels)}{self._then(part)}"
            case Leaf() if labels:
                return self.named(part)
        return self.number(part)

    def _operand(self, part: Part, labels: bool, closely: bool) -> str:
        if isinstance(part, Rounded):
            return self.number(part)
        text = self.bare(part, labels)
        return f"({text})" if isinstance(part, Sum) and closely else text

    def named(self, leaf: Leaf) -> str:
        """Writes a leaf: its label and value; of one without a name the value alone."""
        if leaf.name is None:
            return self.number(leaf)
        about = self.plan.about(leaf.name)
        text = f"{about.label_in(self.language)} {self.shown(leaf)}"
        if len(leaf.members) < 2 and is_silent(self.trace, leaf.name, leaf.members[0] if leaf.members else None):
            text += say("not-stated-mark", self.language)
        return text

    def shown(self, part: Part) -> str:
        """Writes a value as explanations do: amounts with all decimals."""
        kind = "number" if part.kind == SHARE and magnitude(part.value) > 1 else part.kind
        return show(part.value, kind, self.plan, self.language)

    def number(self, part: Part) -> str:
        """Writes a value as a calculation does: whole amounts without decimals."""
        return self.digits(part.value, part.kind)

    def digits(self, value: Number, kind: str) -> str:
        """Writes a number; one that no decimals can write is rounded to some."""
        if kind == SHARE and magnitude(value) <= 1:
            return show(value, kind, self.plan, self.language)
        decimals = decimals_of(value)
        if decimals is None:
            text = plain(value, self.plan.decimals + 2)
        else:
            text = plain(value, max(self.plan.decimals, decimals) if kind in MONEYS and decimals else None)
        return text.replace("-", "−")

    def because(self, part: Part) -> str:
        """Writes in brackets the facts and definitions that chose a part; nothing where none did, or only silence."""
        found = []
        for term, member in part.because:
            label = self._test(term, member)
            if label is not None and not by_silence_alone(self.trace, term, member):
                found.append(label)
        if not found:
            return ""
        joined = self._word("; ", "；").join(dict.fromkeys(found))
        return f"（{joined}）" if self.language == "zh" else f" ({joined})"

    def _test(self, term: Term, member: int | None) -> str | None:
        if isinstance(term, Logic) and term.operator == "not":
            return self._test(term.operands[0], member)
        if not isinstance(term, (Fact, Definition)):
            return None
        value = show(self.trace.evaluate(term, member), term.type.kind, self.plan, self.language)
        return f"{self.plan.about(term.name).label_in(self.language)}{self._word(': ', '：')}{value}"
