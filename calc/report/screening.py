"""Writes the households of a screened list: a row each with the next step in words, and the sums of groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from calc.diagnostics.punctuation import semicolon
from calc.engine.outcomes import GRANTED
from calc.exact import divide
from calc.late_pattern import late_pattern
from calc.report.aligned import aligned, thousands
from calc.report.format_values import show
from calc.report.result_rows import Amounts
from calc.report.table_shape import TableShape
from calc.report.ui_text import say
from calc.rules.plan import About, FactPlan, Plan
from calc.vary.pieces import SweepPiece
from calc.vary.screening import (
    AS_DUE,
    CONTRADICTED,
    ENTITLED,
    GROUPS,
    NOTHING,
    REJECTED,
    UNCLEAR,
    Offer,
    Screened,
    Undue,
)

HEADINGS = (
    "household", "group", "next", "amount", "entitled", "not_due", "fact", "member", "answers", "needs", "unset",
    "members",
)  # fmt: skip
AMOUNTS = (3,)
_NAME = late_pattern(r"^[^/:]+")
_LISTS = ("entitled", "not_due", "answers", "needs", "unset")
Said = tuple[str, str]
"""The values of a fact that lead to the same, and what they bring, in words."""


class ScreenRows:
    """Writes rows and objects of screened households in a language."""

    def __init__(self, plan: Plan, language: str, kept: Sequence[str] = ()) -> None:
        self.plan, self.language = plan, language
        self.headings = [*HEADINGS, *kept]
        self.benefits = list(plan.benefits.values())
        self.amounts = Amounts(plan.decimals)
        self.comma, self.semicolon = "、" if language == "zh" else ", ", semicolon(language)
        self._idle = {group: say(f"screen-next-{group}", language) for group in (AS_DUE, NOTHING)}
        self._short = [short_label(one.about, language) for one in self.benefits]

    def row(self, one: Screened, pieces: Sequence[SweepPiece] | None = None) -> list[str]:
        """The row of a household; `pieces` are the values of a number that decides."""
        if one.group in self._idle and one.settled is None:
            return [one.id, one.group, self._idle[one.group], *[""] * 8, str(len(one.ids)), *one.cells]
        said = self.said(one, pieces)
        decides = one.one
        return [
            one.id, one.group, self.next_step(one, said), self.amounts[one.money] if one.money else "",
            ";".join(self._code(at, place, one, amount) for at, place, amount, _ in one.offers),
            ";".join(self._code(at, place, one) for at, place, _ in one.undue),
            decides.fact if decides is not None else "",
            one.ids[decides.member] if decides is not None and decides.member is not None else "",
            ";".join(f"{values}: {effect}" for values, effect in said),
            ";".join(f"{name}/{one.ids[place]}" if place is not None else name
                     for name, places in one.lacking for place in places),
            ";".join(one.unset), str(len(one.ids)) if one.group != REJECTED else "", *one.cells,
        ]  # fmt: skip

    def shape(self, language: str | None) -> TableShape:
        """Describes the table, with words in a language, or ids where it is None."""
        counts = (HEADINGS.index("members"),)
        if language is None:
            return TableShape(say("sheet-screen", "en"), self.headings, AMOUNTS, counts)
        headings = [say(f"screen-column-{one}", language) for one in HEADINGS]
        plan, join = self.plan, semicolon(language)
        labels = {name: short_label(one.about, language) for name, one in plan.benefits.items()}
        labels |= {name: plan.about(name).label_in(language) for name in (*plan.facts, *plan.parameters)}

        def words(text: str) -> str:
            return join.join(_NAME.sub(lambda found: labels.get(found[0], found[0]), one) for one in text.split(";"))

        cells = {HEADINGS.index(name): words for name in ("entitled", "not_due", "fact", "needs", "unset")}
        cells[HEADINGS.index("group")] = lambda text: say(f"screen-{text}", language)
        return TableShape(
            say("sheet-screen", language), [*headings, *self.headings[len(HEADINGS) :]], AMOUNTS, counts, cells
        )

    def object(self, row: Sequence[str]) -> dict[str, Any]:
        """The row of a household as a value for JSON."""
        cells = dict(zip(HEADINGS, row, strict=False))
        found: dict[str, Any] = {"id": cells.pop("household")}
        for name, cell in cells.items():
            found[name] = (cell.split(";") if cell else []) if name in _LISTS else cell or None
        kept = self.headings[len(HEADINGS) :]
        if kept:
            found["kept"] = dict(zip(kept, row[len(HEADINGS) :], strict=True))
        return found

    def next_step(self, one: Screened, said: Sequence[Said] = ()) -> str:
        """Says in words what to do next about a household."""
        if one.group == CONTRADICTED:
            texts = self.semicolon.join(each.message(self.language) for each in one.mistakes)
            return say(f"screen-next-{one.group}", self.language, what=texts)
        if one.group in (REJECTED, UNCLEAR):
            first = one.mistakes[0].message(self.language) if one.mistakes else ""
            where = one.mistakes[0].place.heading if one.mistakes else None
            text = f"{where}{'：' if self.language == 'zh' else ': '}{first}" if where else first
            return say(f"screen-next-{one.group}", self.language, what=text)
        steps = []
        if one.offers:
            steps.append(say("screen-apply", self.language, what=self._offered(one, one.offers)))
        if one.undue:
            steps.append(say("screen-check", self.language, what=self._undue(one, one.undue)))
        if one.one is not None:
            answers = self.semicolon.join(
                say("screen-answer", self.language, values=values, effect=effect) for values, effect in said
            )
            key = "screen-ask" if one.one.is_whole or said else "screen-ask-number"
            steps.append(say(key, self.language, fact=self._fact(one.one.fact, one.one.member, one), answers=answers))
        elif one.lacking:
            facts = [self._fact(name, place, one) for name, places in one.lacking for place in places]
            steps.append(say("screen-find-out", self.language, facts=self.comma.join(dict.fromkeys(facts))))
        if one.unset:
            labels = [self.plan.about(name).label_in(self.language) for name in one.unset]
            steps.append(say("unset", self.language, parameters=self.comma.join(labels)))
        if not steps:
            steps.append(say(f"screen-next-{one.group}", self.language))
        if one.settled is not None:
            fact = self._fact(one.settled.fact, one.settled.member, one)
            steps.append(say("screen-settled", self.language, fact=fact))
        return self.semicolon.join(steps)

    def said(self, one: Screened, pieces: Sequence[SweepPiece] | None = None) -> list[Said]:
        """Groups the answers to the deciding fact by what they lead to; those that lead to nothing come last."""
        decides = one.one
        if decides is None:
            return []
        fact = self.plan.facts[decides.fact]
        if not decides.is_whole:
            return [] if pieces is None else self._pieces(fact, pieces, one)
        groups: dict[tuple[tuple[Offer, ...], tuple[Undue, ...]], list[Any]] = {}
        for value, offers, undue in one.priced:
            groups.setdefault((offers, undue), []).append(value)
        found = []
        for (offers, undue), values in sorted(groups.items(), key=lambda each: not (each[0][0] or each[0][1])):
            is_rest = not offers and not undue and len(groups) > 1 and len(values) > 1
            texts = [self._value(fact, value, one) for value in values]
            shown = say("screen-rest", self.language) if is_rest else self.comma.join(texts)
            found.append((shown, self.effect(one, offers, undue)))
        return found

    def effect(self, one: Screened, offers: Sequence[Offer], undue: Sequence[Undue]) -> str:
        """Says what an answer brings."""
        texts = [self._offered(one, offers)] if offers else []
        if undue:
            texts.append(say("screen-not-due", self.language, what=self._undue(one, undue)))
        return self.comma.join(texts) or say("screen-brings-nothing", self.language)

    def _pieces(self, fact: FactPlan, pieces: Sequence[SweepPiece], one: Screened) -> list[Said]:
        """Says what a number brings, piece by piece; neighbours that bring the same are one."""
        names, steps = list(self.plan.benefits), 10**self.plan.decimals
        found: list[tuple[int, int, str]] = []
        for piece in pieces:
            texts = []
            for start, end in zip(piece.first, piece.last, strict=True):
                at = names.index(start.benefit)
                if start.status != GRANTED or at not in one.offerable:
                    continue
                low, high = (self.amounts[int((each.amount or 0) * steps)] for each in (start, end))
                amount = low if low == high else f"{low}…{high}"
                texts.append(self._paid(at, start.member, one, amount))
            text = self.comma.join(texts) or say("screen-brings-nothing", self.language)
            if found and found[-1][2] == text and "…" not in text:
                found[-1] = found[-1][0], piece.high, text
            else:
                found.append((piece.low, piece.high, text))
        said: list[Said] = []
        for number, (start_at, end_at, text) in enumerate(found):
            first, last = self._value(fact, start_at, one), self._value(fact, end_at, one)
            if number == len(found) - 1 and number:
                said.append((say("screen-from", self.language, value=first), text))
            else:
                said.append((first if start_at == end_at else f"{first} … {last}", text))
        return said

    def _value(self, fact: FactPlan, value: Any, one: Screened) -> str:
        if fact.type.kind == "member" and isinstance(value, int) and value >= 0:
            return one.ids[value]
        is_number = isinstance(value, int) and not isinstance(value, bool) and fact.decimals
        return show(divide(value, 10**fact.decimals) if is_number else value, fact.type.kind, self.plan, self.language)

    def _offered(self, one: Screened, offers: Sequence[Offer]) -> str:
        return self.comma.join(self._paid(at, place, one, self.amounts[amount]) for at, place, amount, _ in offers)

    def _paid(self, at: int, place: int | None, one: Screened, amount: str) -> str:
        name = self._name(at, place, one)
        return f"{name}{amount}" if name.endswith("）") else f"{name} {amount}"

    def _undue(self, one: Screened, undue: Sequence[Undue]) -> str:
        texts = []
        for at, place, failed in undue:
            conditions = self.benefits[at].conditions
            reasons = [self._failure(each.about) for bit, each in enumerate(conditions) if failed >> bit & 1]
            name = self._name(at, place, one)
            why = self.comma.join(reasons) or say("not_applicable", self.language)
            texts.append(f"{name}（{why}）" if self.language == "zh" else f"{name} ({why})")
        return self.comma.join(texts)

    def _failure(self, about: About) -> str:
        label = say("not-met", self.language, condition=about.label_in(self.language))
        return about.fails_in(self.language) or label

    def _fact(self, name: str, place: int | None, one: Screened) -> str:
        label = self.plan.facts[name].about.label_in(self.language)
        return label if place is None else say("of", self.language, fact=label, member=one.ids[place])

    def _name(self, at: int, place: int | None, one: Screened) -> str:
        short = self._short[at]
        return short if place is None else say("of", self.language, fact=short, member=one.ids[place])

    def _code(self, at: int, place: int | None, one: Screened, amount: int | None = None) -> str:
        name = self.benefits[at].name
        whose = name if place is None else f"{name}/{one.ids[place]}"
        return whose if amount is None else f"{whose}:{self.amounts[amount]}"


def short_label(about: About, language: str) -> str:
    """The short label of a benefit, else its label."""
    return about.short[-1 if language == "en" else 0] if about.short else about.label_in(language)


class ScreenSums:
    """Counts the households and people of each group, and for each benefit those who could enter."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.groups = {group: [0, 0, 0] for group in GROUPS}
        """By group the households, their people and the money."""
        self.entering: dict[int, list[int]] = {}
        """By place of a benefit: households that could enter it, people, money, households one fact away from it."""
        self.leaving: Counter[int] = Counter()

    def add(self, one: Screened) -> None:
        """Counts a household."""
        group = self.groups[one.group]
        group[0] += 1
        group[1] += len(one.ids)
        group[2] += one.money if one.group == ENTITLED else 0
        if one.offers:
            for at in {at for at, *_ in one.offers}:
                self._of(at)[0] += 1
            for at, _, amount, people in one.offers:
                self._of(at)[1] += people or 0
                self._of(at)[2] += amount
        if one.priced:
            for at in {at for _, offers, _ in one.priced for at, *_ in offers}:
                self._of(at)[3] += 1
        if one.undue:
            self.leaving.update({at for at, *_ in one.undue})

    def _of(self, at: int) -> list[int]:
        return self.entering.setdefault(at, [0, 0, 0, 0])

    def lines(self, language: str) -> list[str]:
        """Writes the sums for a terminal of 80 columns."""
        amounts, benefits = Amounts(self.plan.decimals), list(self.plan.benefits.values())
        table = [["", *(say(key, language) for key in ("households-n", "compare-people", "screen-money"))]]
        whole = [0, 0, 0]
        for group, counts in self.groups.items():
            whole = [one + other for one, other in zip(whole, counts, strict=True)]
            if counts[0]:
                table.append([say(f"screen-{group}", language), *_cells(counts, amounts)])
        lines = aligned([*table, [say("compare-all", language), *_cells(whole, amounts)]])
        if self.entering or self.leaving:
            keys = ("screen-enter", "compare-people", "screen-money", "screen-one-away", "screen-leave")
            table = [["", *(say(key, language) for key in keys)]]
            for at, one in enumerate(benefits):
                if at in self.entering or at in self.leaving:
                    counts = self.entering.get(at, [0, 0, 0, 0])
                    label = (
                        one.about.short[-1 if language == "en" else 0]
                        if one.about.short
                        else one.about.label_in(language)
                    )
                    table.append([label, *_cells(counts[:3], amounts), f"{counts[3]:,}", f"{self.leaving[at]:,}"])
            lines += ["", *aligned(table)]
        return lines


def _cells(counts: Sequence[int], amounts: Amounts) -> list[str]:
    households, people, money = counts
    return [f"{households:,}", f"{people:,}", thousands(amounts[money])]
