"""Writes what changes in a household by itself, month by month: as text, as rows of a table, as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from calc.diagnostics.punctuation import semicolon
from calc.diagnostics.source import display_width
from calc.engine.facts import Household
from calc.engine.outcomes import DENIED, GRANTED, NOT_APPLICABLE, UNDETERMINED, Outcome, Result
from calc.exact import Number, magnitude, plain
from calc.households.dates import day_text
from calc.report.aligned import thousands
from calc.report.cause_text import CauseWords
from calc.report.ui_text import say
from calc.rules.toml_document import month_before, month_text
from calc.vary.causes import TIME, Change
from calc.vary.granted_instead import granted_instead
from calc.vary.months import Reached, Timeline
from calc.vary.next_changes import MonthChange

SCHEMA = "doudi.next/1"
HEADINGS = (
    "household", "month", "benefit", "member", "status_before", "status", "amount_before", "amount", "change", "causes",
    "needs", "unset",
)  # fmt: skip
AMOUNTS = (6, 7, 8)
"""Columns of amounts."""
_WIDTH = 80


class NextWords:
    """Writes the changes of a household in a language."""

    def __init__(self, timeline: Timeline, household: Household, language: str) -> None:
        self.timeline, self.household, self.language = timeline, household, language
        self.comma = "、" if language == "zh" else ", "

    def lines(self, changes: Sequence[MonthChange]) -> Iterator[str]:
        """Yields the lines for people, in 80 columns as far as labels are short."""
        first, last = self.timeline.months[0], self.timeline.months[-1]
        title = self.say("next-title", first=month_text(first), last=month_text(last))
        yield f"{self.household.id}{'　' if self.language == 'zh' else '  '}{title}"
        yield from (f"  {one}" for one in self._remarks())
        for change in changes:
            yield ""
            yield from _fitting(f"{month_text(change.month)}  ", self.causes(change), self._parts(change))
            if change.failed_checks:
                plan = self.timeline.plan(change.month)
                checks = {one.name: one.about.label_in(self.language) for one in plan.checks}
                named = [checks.get(name, name) for name in change.failed_checks]
                yield "    " + self.say("next-rejected", checks=self.comma.join(named))
                continue
            rows = [[self.benefit(change, new), *self._sides(old, new)] for old, new in change.lines]
            if _total(change.before.result) != _total(change.after.result):
                rows.append([self.say("total-n-of"), *self._totals(change)])
            widest = max(display_width(row[0]) for row in rows)
            for at, row in enumerate(rows):
                yield f"    {row[0]}{' ' * (widest - display_width(row[0]))}  {'  '.join(filter(None, row[1:]))}"
                if at < len(change.lines) and (reason := self._reason(change, *change.lines[at])):
                    yield f"      {reason}"
            yield from (f"    {one}" for one in self._lacks(change))
        if not (changes and changes[-1].failed_checks):
            yield ""
            yield self.say("next-then" if changes else "next-nothing", last=month_text(last))

    def say(self, key: str, **values: Any) -> str:
        """Writes a text of the user interface."""
        return say(key, self.language, **values)

    def benefit(self, change: MonthChange, outcome: Outcome) -> str:
        """The label of a benefit, and whose it is."""
        label = self.timeline.plan(change.month).benefits[outcome.benefit].about.label_in(self.language)
        return self._of(label, self._member(outcome.member))

    def causes(self, change: MonthChange) -> str:
        """Names what a change comes from; with amounts where it comes from several things."""
        return semicolon(self.language).join(self._causes(change))

    def _causes(self, change: MonthChange) -> list[str]:
        if not change.causes:
            return [self.time(change) if change.reached else self.say("next-check")]
        words = _Words(self, change)
        amounts = [words.signed(one.amount) if len(change.causes) > 1 and one.amount else "" for one in change.causes]
        texts = [words.cause(one) for one in change.causes]
        return [words.bracketed(text, amount) if amount else text for text, amount in zip(texts, amounts, strict=True)]

    def _parts(self, change: MonthChange) -> list[str]:
        """The causes as lines of their own, and what one is made of where its line is too long."""
        words, found = _Words(self, change), []
        for cause, text in zip(change.causes, self._causes(change), strict=False):
            is_long = display_width(text) > _WIDTH - 9 and len(cause.changes) > 1
            found += [words.change(one) for one in cause.changes] if is_long else [text]
        return found or self._causes(change)

    def time(self, change: MonthChange) -> str:
        """Names the dates that come to a value in a month."""
        texts = list(dict.fromkeys(self.reached(one, change.month) for one in change.reached))
        return self.comma.join(texts) or self.say("next-calendar")

    def reached(self, one: Reached, month: int) -> str:
        """Says which count of a date came to which value."""
        plan, clock = self.timeline.plan(month), one.clock
        if clock.label and clock.fact:
            name = self._of(plan.about(clock.label).label_in(self.language), one.member)
            return self.say("from-to", name=name, before=one.before, after=one.after)
        if clock.fact:
            date = self._of(plan.about(clock.fact).label_in(self.language), one.member)
            return self.say(f"next-{clock.function}", date=date, count=one.after)
        for day in (clock.start, clock.end):
            if isinstance(day, int):
                return self.say(f"next-{clock.function}", date=day_text(day), count=one.after)
        if not clock.guard:
            return self.say("next-calendar")
        facts = self.comma.join(plan.about(name).label_in(self.language) for name in sorted(clock.guard))
        return self.say("next-counted", facts=facts)

    def _of(self, label: str, member: str) -> str:
        return self.say("of", fact=label, member=member) if member else label

    def _member(self, place: int | None) -> str:
        return "" if place is None else self.household.members[place].id

    def _sides(self, old: Outcome, new: Outcome) -> list[str]:
        texts = [self._outcome(one) for one in (old, new)]
        change = (new.amount or 0) - (old.amount or 0)
        is_known = UNDETERMINED not in (old.status, new.status)
        return [f"{texts[0]} → {texts[1]}", self._signed(change) if is_known and change else ""]

    def _outcome(self, outcome: Outcome) -> str:
        if outcome.status == GRANTED and outcome.amount:
            return self._money(outcome.amount)
        return self.say(outcome.status_name)

    def _totals(self, change: MonthChange) -> list[str]:
        def text(result: Result) -> str:
            if result.total is not None:
                return self._money(result.total)
            return self.say("at-least", amount=self._money(result.total_at_least))

        before, after = change.before.result.total, change.after.result.total
        difference = self._signed(after - before) if before is not None and after is not None else ""
        return [f"{text(change.before.result)} → {text(change.after.result)}", difference]

    def _reason(self, change: MonthChange, old: Outcome, new: Outcome) -> str:
        """Says why a benefit ends, and what is granted in its place."""
        if old.status != GRANTED or new.status not in (DENIED, NOT_APPLICABLE):
            return ""
        plan = self.timeline.plan(change.month)
        abouts = [one.about for one in plan.benefits[new.benefit].conditions if one.name in new.failed]
        texts = [
            one.fails_in(self.language) or self.say("not-met", condition=one.label_in(self.language)) for one in abouts
        ]
        gained = [(one.benefit, self._member(one.member)) for before, one in change.lines
                  if one.status == GRANTED and before.status not in (GRANTED, UNDETERMINED)]  # fmt: skip
        instead = granted_instead(plan, self.household, (new.benefit, self._member(new.member)), gained)
        if instead:
            texts.append(_Words(self, change).instead(instead))
        return semicolon(self.language).join(texts)

    def _lacks(self, change: MonthChange) -> list[str]:
        """Names what is missing for the benefits that become undetermined."""
        plan = self.timeline.plan(change.month)
        parts = []
        for key, field in (("facts", "needs"), ("parameters", "unset")):
            named = dict.fromkeys(name for _, new in change.lines for name in getattr(new, field))
            if named:
                labels = self.comma.join(plan.about(name).label_in(self.language) for name in named)
                parts.append(self.say(field, **{key: labels}))
        return parts

    def _money(self, amount: Number) -> str:
        return thousands(plain(amount, self.timeline.plan(self.timeline.months[0]).decimals))

    def _signed(self, amount: Number) -> str:
        return ("−" if amount < 0 else "+") + self._money(magnitude(amount))

    def _remarks(self) -> Iterator[str]:
        """Says what the look ahead cannot see: counts that are stated themselves, and standards that may be new."""
        plan = self.timeline.plan(self.timeline.months[0])
        found: dict[str, list[str]] = {}
        for name in self.timeline.counted:
            for member, facts in (("", self.household.facts), *((one.id, one.facts) for one in self.household.members)):
                if name in facts:
                    found.setdefault(name, []).append(member)
        for name, members in found.items():
            label = self._of(plan.about(name).label_in(self.language), self.comma.join(filter(None, members)))
            yield self.say("next-stated", fact=label)
        if plan.confirmed_until is not None and plan.confirmed_until < self.timeline.months[-1]:
            yield self.say("next-confirmed", last=month_text(plan.confirmed_until))

    # for programs

    def rows(self, changes: Sequence[MonthChange]) -> Iterator[list[str]]:
        """Yields a row for each outcome that changes."""
        for change in changes:
            month, causes = month_text(change.month), self.causes(change)
            if change.failed_checks:
                yield [self.household.id, month, "", "", "", "rejected", "", "", "", causes,
                       "", "", ]  # fmt: skip
            for old, new in change.lines:
                amounts = [None if one.status == UNDETERMINED else one.amount for one in (old, new)]
                yield [
                    self.household.id, month, new.benefit, self._member(new.member), old.status_name, new.status_name,
                    *(self._plain(one) for one in amounts), self._plain(_difference(*amounts)), causes,
                    ";".join(new.needs), ";".join(new.unset),
                ]  # fmt: skip

    def object(self, changes: Sequence[MonthChange]) -> dict[str, Any]:
        """Makes the changes as values for JSON."""
        return {
            "id": self.household.id,
            "remarks": [*self._remarks()],
            "changes": [
                {
                    "month": month_text(one.month),
                    "causes": self.causes(one),
                    "total_before": self._plain(one.before.result.total) or None,
                    "total": self._plain(one.after.result.total) or None,
                    "failed_checks": [*one.failed_checks],
                    "benefits": [self._line(old, new) for old, new in one.lines],
                }
                for one in changes
            ],
        }

    def _line(self, old: Outcome, new: Outcome) -> dict[str, Any]:
        return {
            "id": new.benefit,
            "member": self._member(new.member) or None,
            "status_before": old.status_name,
            "status": new.status_name,
            "amount_before": self._plain(old.amount) or None,
            "amount": self._plain(new.amount) or None,
            "needs": [*new.needs],
            "unset": [*new.unset],
        }

    def _plain(self, amount: Number | None) -> str:
        return "" if amount is None else plain(amount, self.timeline.plan(self.timeline.months[0]).decimals)


class _Words(CauseWords):
    """Writes the causes of a month; time is named by the dates that come to a value."""

    def __init__(self, words: NextWords, change: MonthChange) -> None:
        old, new = (words.timeline.plan(one) for one in (month_before(change.month), change.month))
        super().__init__(old, new, words.language)
        self._time = words.time(change)

    def change(self, change: Change) -> str:
        return self._time if change.kind == TIME else super().change(change)


def _fitting(head: str, text: str, parts: Sequence[str]) -> Iterator[str]:
    """Yields a text behind a head, or its parts on lines of their own where it is too long for a terminal."""
    if display_width(head + text) <= _WIDTH:
        yield head + text
        return
    for at, part in enumerate(parts):
        yield (head if at == 0 else " " * display_width(head)) + part


def _total(result: Result) -> tuple[Number | None, Number]:
    return result.total, result.total_at_least


def _difference(before: Number | None, after: Number | None) -> Number | None:
    return None if before is None or after is None else after - before
