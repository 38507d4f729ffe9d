"""Writes what a household gets as one fact moves: a table of pieces, the jumps in words, a chart of characters."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from calc.engine.outcomes import DENIED, GRANTED, UNDETERMINED, Outcome
from calc.exact import Number, divide, magnitude, plain
from calc.language.types import MONEYS
from calc.report.aligned import aligned, thousands
from calc.report.ui_text import say
from calc.rules.plan import Plan
from calc.vary.curve import Curve, CurvePiece
from calc.vary.pieces import Sweep

_BLOCKS = " ▁▂▃▄▅▆▇█"
_WIDTH, _HEIGHT = 60, 10
HEADINGS = (
    "from", "to", "total_from", "total_to", "slope", "undetermined", "change_before", "what_changes", "made_up_at",
)  # fmt: skip


class FactWords:
    """Writes numbers and changes of a fact that moves in a language."""

    def __init__(self, sweep: Sweep, language: str) -> None:
        self.sweep, self.language = sweep, language
        self.plan: Plan = sweep.plan
        fact, members, place = sweep.fact, sweep.household.members, sweep.member
        label = fact.about.label_in(language)
        self.title = label if place is None else say("of", language, fact=label, member=members[place].id)
        self.decimals = max(fact.decimals, self.plan.decimals) if fact.type.kind in MONEYS else fact.decimals

    def value(self, steps: int) -> str:
        """A value of the fact."""
        return thousands(plain(divide(steps, self.sweep.unit), self.decimals))

    def money(self, amount: Number) -> str:
        """An amount of money."""
        return thousands(plain(amount, self.plan.decimals))

    def signed(self, amount: Number) -> str:
        """An amount with its sign."""
        return ("−" if amount < 0 else "+") + self.money(magnitude(amount))

    def changes(self, outcomes: Iterable[tuple[Outcome, Outcome]]) -> str:
        """Says which benefits begin and end, and by which condition, between outcomes before and after."""
        found = [text for old, new in outcomes if (text := self._change(old, new))]
        return (", " if self.language == "en" else "、").join(dict.fromkeys(found))

    def _change(self, old: Outcome, new: Outcome) -> str:
        language, benefit = self.language, self.plan.benefits[new.benefit]
        name = benefit.about.label_in(language)
        if new.member is not None:
            name = say("of", language, fact=name, member=self.sweep.household.members[new.member].id)
        if new.status == UNDETERMINED:
            return say("sweep-open", language, benefit=name)
        if new.status == GRANTED:
            return say("sweep-begins", language, benefit=name)
        if old.status not in (GRANTED, UNDETERMINED):
            return ""
        reasons = [one.about.label_in(language) for one in benefit.conditions if one.name in new.failed]
        if new.status == DENIED and reasons:
            joined = ("; " if language == "en" else "；").join(reasons)
            return say("sweep-ends-by", language, benefit=name, reason=joined)
        return say("sweep-ends", language, benefit=name)


class SweepWords(FactWords):
    """Writes the pieces of a curve in a language; `rules` names the rules where there are several."""

    def __init__(self, curve: Curve, language: str, rules: str = "") -> None:
        super().__init__(curve.sweep, language)
        self.curve, self.rules = curve, rules

    def total(self, one: CurvePiece) -> str:
        """The totals at the ends of a piece, one if they are equal; at least so much where something is open."""
        first, last = self.money(one.first), self.money(one.last)
        text = first if first == last else f"{first} → {last}"
        return say("at-least", self.language, amount=text) if one.is_open else text

    def kept(self, one: CurvePiece) -> str:
        """Writes how much of a unit more of income is kept; for other facts how much a unit more brings."""
        kept = one.slope + 1 if self.curve.is_income else one.slope
        return plain(kept, 2) if one.piece.low < one.piece.high else ""


def as_text(words: SweepWords) -> Iterator[str]:
    """Yields the lines for people: the chart, the pieces, the jumps."""
    curve, language = words.curve, words.language
    yield from chart(words)
    yield ""
    kept = "sweep-kept" if curve.is_income else "sweep-more"
    rows = [[say(key, language) for key in ("sweep-from", "sweep-to", "sweep-total", kept)]]
    rows += [[words.value(one.piece.low), words.value(one.piece.high), words.total(one), words.kept(one)]
             for one in curve.pieces]  # fmt: skip
    lines = aligned(rows)
    yield lines[0]
    for at, line in enumerate(lines[1:]):
        yield line
        if at < len(curve.jumps):
            jump = curve.jumps[at]
            if not jump.change and not words.changes(jump.outcomes):
                continue  # the slope changes, which the table shows
            mark = "▲" if jump.change > 0 else "▼" if jump.change < 0 else "·"
            change = f" {words.signed(jump.change)}" if jump.change else ""
            yield f"  {mark} {words.value(jump.at)}{change}  {words.changes(jump.outcomes)}".rstrip()
            if jump.made_up is not None:
                yield "    " + say("sweep-made-up", language, value=words.value(jump.made_up))


def chart(words: SweepWords) -> Iterator[str]:
    """Draws the total along the fact in block characters, eight steps a line."""
    curve, language = words.curve, words.language
    span = curve.high - curve.low
    width = min(_WIDTH, span + 1)
    values = [curve.low + span * at // max(width - 1, 1) for at in range(width)]
    totals = [curve.total_at(value) for value in values]
    top = max(*totals, 1)
    yield say("sweep-title", language, fact=words.title)
    levels = [math.floor(total * _HEIGHT * 8 / top) for total in totals]
    edge = max(len(words.money(top)), 8)
    for row in range(_HEIGHT, 0, -1):
        mark = words.money(top) if row == _HEIGHT else words.money(0) if row == 1 else ""
        yield f"{mark:>{edge}} ▏" + "".join(_BLOCKS[max(0, min(8, level - (row - 1) * 8))] for level in levels).rstrip()
    low, high = words.value(curve.low), words.value(curve.high)
    yield " " * (edge + 2) + low + " " * max(1, width - len(low) - len(high)) + high


def rows(words: SweepWords) -> Iterator[list[str]]:
    """Yields the rows of a file: a piece each, with what changes at its beginning."""
    curve = words.curve
    unit, money, decimals = curve.sweep.unit, words.plan.decimals, words.decimals
    for at, one in enumerate(curve.pieces):
        jump = curve.jumps[at - 1] if at else None
        made_up = "" if jump is None or jump.made_up is None else plain(divide(jump.made_up, unit), decimals)
        yield [
            plain(divide(one.piece.low, unit), decimals), plain(divide(one.piece.high, unit), decimals),
            plain(one.first, money), plain(one.last, money), plain(one.slope),
            "yes" if one.is_open else "no", "" if jump is None else plain(jump.change, money),
            "" if jump is None else words.changes(jump.outcomes), made_up,
        ]  # fmt: skip
