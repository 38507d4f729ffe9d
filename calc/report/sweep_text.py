"""Writes what a household gets as one fact moves: a table of pieces, the jumps in words, a chart of characters."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from calc.diagnostics.punctuation import semicolon
from calc.engine.outcomes import DENIED, GRANTED, UNDETERMINED, Outcome
from calc.exact import Number, divide, magnitude, plain
from calc.households.dates import day_text
from calc.language.types import MONEYS
from calc.record import Record
from calc.report.aligned import aligned, thousands
from calc.report.chart_ticks import day_ticks, ticks
from calc.report.ui_text import say
from calc.rules.plan import Plan
from calc.vary.curve import Curve, CurvePiece
from calc.vary.pieces import Sweep

_BLOCKS = " ▁▂▃▄▅▆▇█"
_WIDTH, _HEIGHT = 60, 10
HEADINGS = (
    "from", "to", "total_from", "total_to", "slope", "undetermined", "change_before", "what_changes", "made_up_at",
    "rejected",
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

    @property
    def smallest_amount(self) -> Number:
        """The smallest amount of the currency."""
        return divide(1, 10**self.plan.decimals)

    def value(self, steps: int) -> str:
        """A value of the fact."""
        text = self.plain_value(steps)
        return text if self.sweep.is_date else thousands(text)

    def plain_value(self, steps: int) -> str:
        """A value of the fact, for programs."""
        if self.sweep.is_date:
            return day_text(self.sweep.day(steps))
        return plain(divide(steps, self.sweep.unit), self.decimals)

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
            joined = semicolon(language).join(reasons)
            return say("sweep-ends-by", language, benefit=name, reason=joined)
        return say("sweep-ends", language, benefit=name)

    def rejected(self, failed_checks: Iterable[str]) -> str:
        """Says which checks reject the household."""
        checks = {one.name: one.about.label_in(self.language) for one in self.plan.checks}
        joint = "、" if self.language == "zh" else ", "
        return say("sweep-rejected", self.language, checks=joint.join(checks[name] for name in failed_checks))


class Beginning(Record):
    """The words of what happens where a piece begins: a mark, the change of the total, what begins and ends, and up to
    where a drop is felt; each may be empty."""

    mark: str
    change: str
    changes: str
    made_up: str


class SweepWords(FactWords):
    """Writes the pieces of a curve in a language; `rules` names the rules where there are several."""

    def __init__(self, curve: Curve, language: str, rules: str = "") -> None:
        super().__init__(curve.sweep, language)
        self.curve, self.rules = curve, rules

    def total(self, one: CurvePiece) -> str:
        """The totals at the ends of a piece, one if they are equal; at least so much where something is open."""
        if one.failed_checks:
            return "—"
        first, last = self.money(one.first), self.money(one.last)
        text = first if first == last else f"{first} → {last}"
        return say("at-least", self.language, amount=text) if one.is_open else text

    def kept(self, one: CurvePiece) -> str:
        """Writes how much of a unit more of income is kept; for other facts how much a unit more brings."""
        if one.failed_checks or self.sweep.is_date or one.piece.low == one.piece.high:
            return ""
        return plain(one.slope + 1 if self.curve.is_income else one.slope, 2)

    def headings(self) -> list[str]:
        """The headings of pieces; those of dates have no slope."""
        keys = ["sweep-from", "sweep-to", "sweep-total"]
        keys += [] if self.sweep.is_date else ["sweep-kept" if self.curve.is_income else "sweep-more"]
        return [say(key, self.language) for key in keys]

    def cells(self, one: CurvePiece) -> list[str]:
        """The cells of a piece under `headings`."""
        cells = [self.value(one.piece.low), self.value(one.piece.high), self.total(one)]
        return cells if self.sweep.is_date else [*cells, self.kept(one)]

    def begins(self, at: int) -> Beginning:
        """Says what happens where a piece begins; nothing of a slope that changes, which the cells show."""
        failed = self.curve.pieces[at].failed_checks
        changes = self.rejected(failed) if failed else ""
        if at == 0:
            return Beginning("", "", changes, "")
        jump = self.curve.jumps[at - 1]
        changes = changes or self.changes(jump.outcomes)
        if not jump.change:
            return Beginning("·" if changes else "", "", changes, "")
        made_up = "" if jump.made_up is None else say("sweep-made-up", self.language, value=self.value(jump.made_up))
        return Beginning("▲" if jump.change > 0 else "▼", self.signed(jump.change), changes, made_up)

    def ticks(self, most: int) -> list[tuple[int, str]]:
        """Chooses the values that an axis names: round numbers, or first days of years or months."""
        curve, sweep = self.curve, self.sweep
        if sweep.is_date:
            return [(one, self.value(one)) for one in day_ticks(curve.low, curve.high, most)]
        grid = divide(1, sweep.unit)
        found = ticks(divide(curve.low, sweep.unit), divide(curve.high, sweep.unit), most, grid)
        return [(at := int(one * sweep.unit), self.value(at)) for one in found]


def as_text(words: SweepWords) -> Iterator[str]:
    """Yields the lines for people: the chart, the pieces, the jumps."""
    curve = words.curve
    yield from chart(words)
    yield ""
    lines = aligned([words.headings(), *map(words.cells, curve.pieces)])
    yield lines[0]
    for at, line in enumerate(lines[1:]):
        one = words.begins(at)
        if one.mark:
            place = f"{one.mark} {words.value(curve.pieces[at].piece.low)} {one.change}".rstrip()
            yield f"  {place}  {one.changes}".rstrip()
        if one.made_up:
            yield f"    {one.made_up}"
        yield line
        if one.changes and not one.mark:
            yield f"    {one.changes}"


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
    money = words.plan.decimals
    for at, one in enumerate(curve.pieces):
        jump = curve.jumps[at - 1] if at else None
        made_up = "" if jump is None or jump.made_up is None else words.plain_value(jump.made_up)
        amounts = [plain(one.first, money), plain(one.last, money), plain(one.slope)]
        yield [
            words.plain_value(one.piece.low), words.plain_value(one.piece.high),
            *(["", "", ""] if one.failed_checks else amounts),
            "yes" if one.is_open else "no", "" if jump is None or jump.change is None else plain(jump.change, money),
            words.begins(at).changes, made_up, "yes" if one.failed_checks else "no",
        ]  # fmt: skip
