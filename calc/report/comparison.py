"""Writes what changed between two pictures: a table for people, a row or an object for each change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from calc.report.aligned import aligned, thousands
from calc.report.cause_text import CauseWords
from calc.report.result_rows import Row
from calc.report.ui_text import say
from calc.rules.plan import Plan
from calc.vary.answers import NOTHING, Grant, Line
from calc.vary.causes import FACTS, NEEDS, PEOPLE, REASONS, REFUSED, RULES, TIME, Cause
from calc.vary.comparison import STEPS, Range
from calc.vary.granted_instead import granted_instead
from calc.vary.kinds import REJECTED

if TYPE_CHECKING:
    from calc.vary.comparison import ChangeSums, ComparisonSummary, HouseholdChange

HEADINGS = (
    "household", "change", "benefit", "member", "before", "after", "difference", "cause_kinds", "causes", "needs",
    "unset", "group",
)  # fmt: skip
AMOUNTS = (4, 5, 6)
CAUSE_ORDER = (RULES, TIME, PEOPLE, FACTS, NEEDS, REFUSED, REASONS)
Reason = Callable[["HouseholdChange", str], str]
Needs = Callable[["HouseholdChange", Line], "tuple[list[str], list[str]]"]


class ChangeRows:
    """Writes rows and objects of changes.

    `needs` lists the missing facts and unset parameters of an open line, `reason` says why a household gets or does
    not get a benefit, where only amounts are compared.
    """

    def __init__(self, words: CauseWords, needs: Needs, reason: Reason) -> None:
        self.words = words
        self.needs = needs
        self.reason = reason

    def rows(self, change: HouseholdChange) -> Iterator[Row]:
        """Yields a row for each benefit that changed or is open; one without a benefit where none is."""
        lines = change.lines()
        for line, old, new in lines:
            causes = _causes_of(change, line)
            facts, unset = self.needs(change, line) if old is None or new is None else ([], [])
            difference = "" if old is None or new is None else self._plain(new[1] - old[1])
            yield [
                change.id, change.kind, line[0], line[1], self._cell(old), self._cell(new), difference,
                ";".join(dict.fromkeys(one.kind for one in causes)), self._causes(change, line, facts, unset),
                ";".join(facts), ";".join(unset), change.group,
            ]  # fmt: skip
        if not lines:
            kinds = ";".join(dict.fromkeys(one.kind for one in change.causes))
            text = self.words.semicolon.join(self._text(change, one) for one in change.causes)
            yield [change.id, change.kind, "", "", "", "", "", kinds, text, "", "", change.group]

    def object(self, change: HouseholdChange) -> dict[str, Any]:
        """Makes a change as a value for JSON."""
        lines: list[dict[str, Any]] = []
        for line, old, new in change.lines():
            facts, unset = self.needs(change, line) if old is None or new is None else ([], [])
            lines.append({
                "benefit": line[0], "member": line[1] or None, "before": self._cell(old) or None,
                "after": self._cell(new) or None,
                "causes": [self._cause(change, one, line) for one in _causes_of(change, line) if one.kind != NEEDS],
                "needs": facts, "unset": unset,
            })  # fmt: skip
            if instead := _instead(change, line, self.words.new):
                lines[-1]["instead"] = [{"benefit": name, "member": member or None} for name, member in instead]
        return {"id": change.id, "change": change.kind, "group": change.group, "benefits": lines}

    def sentences(self, change: HouseholdChange) -> Iterator[str]:
        """Yields a line for each benefit that changed, for people; where all is open, one with what is missing."""
        words = self.words
        lines = [one for one in change.lines() if one[1] is not None or one[2] is not None]
        for line, old, new in lines:
            facts, unset = self.needs(change, line) if old is None or new is None else ([], [])
            text = f"{change.id}  {words.benefit(line)} {' → '.join(self._sides(change, line, old, new))}"
            reason = self._causes(change, line, facts, unset)
            yield f"{text}{words.colon}{reason}" if reason else text
        if not lines:
            text = f"{change.id}  {say(f'kind-{change.kind}', words.language)}"
            lacks = self._lacks(change)
            yield f"{text}{words.colon}{lacks}" if lacks else text

    def page_rows(self, change: HouseholdChange, is_paid: bool) -> Iterator[tuple[str, str, str, str, str, str, str]]:
        """Yields a row for each benefit that changed, as people read it."""
        words = self.words
        kind = kind_word(change.kind, words.language, is_paid)
        lines = [one for one in change.lines() if one[1] is not None or one[2] is not None]
        for line, old, new in lines:
            facts, unset = self.needs(change, line) if old is None or new is None else ([], [])
            difference = "" if old is None or new is None else thousands_signed(new[1] - old[1], words)
            yield (change.id, kind, words.benefit(line), *self._sides(change, line, old, new), difference,
                   self._causes(change, line, facts, unset))  # fmt: skip
        if not lines:
            yield change.id, kind, "", "", "", "", self._lacks(change)

    def _lacks(self, change: HouseholdChange) -> str:
        """Writes what a household lacks of whose benefits none is settled on either side."""
        found = [self.needs(change, line) for line, old, new in change.lines() if old is None or new is None]
        facts, unset = (list(dict.fromkeys(one for lacks in found for one in lacks[at])) for at in (0, 1))
        return self.words.semicolon.join(self.words.lacks(facts, unset))

    def _sides(self, change: HouseholdChange, line: Line, *grants: Grant | None) -> tuple[str, str]:
        """Writes a line of both pictures; a household that is rejected in one of them is not assessed there."""
        rejected = [change.kind == REJECTED and side is not None and side.answer is None
                    for side in (change.before, change.after)]  # fmt: skip
        before, after = (
            say("not-assessed", self.words.language)
            if is_rejected and grant == NOTHING
            else self.words.amount(line, grant)
            for grant, is_rejected in zip(grants, rejected, strict=True)
        )
        return before, after

    def _causes(self, change: HouseholdChange, line: Line, facts: list[str], unset: list[str]) -> str:
        words = self.words
        texts = []
        for one in _causes_of(change, line):
            amount = one.parts[line][1]
            if one.kind != NEEDS:
                is_part = one.kind not in (REFUSED, REASONS) and amount
                text = self._text(change, one)
                texts.append(words.bracketed(text, words.signed(amount)) if is_part else text)
        instead = _instead(change, line, words.new)
        return words.semicolon.join(
            [*texts, *([words.instead(instead)] if instead else []), *words.lacks(facts, unset)]
        )

    def _cause(self, change: HouseholdChange, cause: Cause, line: Line) -> dict[str, str]:
        amount = self._plain(cause.parts[line][1])
        return {"kind": cause.kind, "text": self._text(change, cause), "amount": amount}

    def _text(self, change: HouseholdChange, cause: Cause) -> str:
        is_reason = cause.kind == REASONS
        return self.reason(change, cause.changes[0].name) if is_reason else self.words.cause(cause)

    def _cell(self, grant: Grant | None) -> str:
        return "" if grant is None or not grant[0] else self.words.amounts[grant[1]]

    def _plain(self, amount: int) -> str:
        return ("-" if amount < 0 else "") + self.words.amounts[abs(amount)]


def _causes_of(change: HouseholdChange, line: Line) -> list[Cause]:
    """Lists the causes that bring a line something, or keep it open."""
    return [one for one in change.causes
            if line in one.parts and (one.parts[line] != NOTHING or one.kind in (NEEDS, REFUSED))]  # fmt: skip


def _instead(change: HouseholdChange, line: Line, plan: Plan) -> list[Line]:
    """Lists what a household is granted in the place of a line that it lost."""
    old, new = change.answers()
    if change.before is None or change.after is None or change.after.facts is None or change.kind == REJECTED:
        return []
    if not (old.grant(line) or NOTHING)[0] or new.grant(line) != NOTHING:
        return []
    gained = [one for one in new.grants if one not in old.grants and one not in old.open]
    return granted_instead(plan, change.after.facts.household(), line, gained)


def kind_word(kind: str, language: str, is_paid: bool) -> str:
    """Names a kind of change; of what was paid against what is due in the words of audits."""
    return say(f"paid-{kind}" if is_paid and kind not in ("unsettled", "rejected", "new") else f"kind-{kind}", language)


def sums_headings(language: str) -> list[str]:
    """Lists the headings of sums, but for the first column."""
    keys = ("households-n", "compare-people", "compare-before", "compare-after", "compare-change")
    return [say(key, language) for key in keys]


def sums_row(title: str, sums: ChangeSums, words: CauseWords) -> list[str]:
    """Writes sums as a row of texts."""
    return [title, f"{sums.households:,}", f"{sums.people:,}", *_money(sums, words)]


def thousands_signed(amount: int, words: CauseWords) -> str:
    """Writes an amount with its sign and commas; 0 without."""
    signed = words.signed(amount)
    return signed[0] + thousands(signed[1:]) if amount else "0"


def summary_lines(summary: ComparisonSummary, words: CauseWords, currency: str, is_paid: bool) -> list[str]:
    """Writes the counts and sums for a terminal of 80 columns."""
    language = words.language
    table = [["", *sums_headings(language)]]
    table += [sums_row(kind_word(kind, language, is_paid), one, words)
              for kind, one in summary.kinds.items() if one.households]  # fmt: skip
    whole = summary.whole()
    lines = aligned([*table, sums_row(say("compare-all", language), whole, words)])
    benefits = [["", *sums_headings(language)[2:]]]
    order = {**dict.fromkeys(words.new.benefits), **dict.fromkeys(words.old.benefits)}
    for name in order:
        one = summary.benefits.get(name)
        if one is not None and (one.before or one.after):
            benefits.append([words.benefit((name, "")), *_money(one, words)])
    if len(benefits) > 1:
        lines += ["", *aligned(benefits)]
    kinds = [one for one in CAUSE_ORDER if summary.causes[one]]
    if kinds:
        texts = [f"{say(f'causes-{kind}', language)} {thousands_signed(summary.causes[kind], words)}" for kind in kinds]
        lines += ["", f"{say('compare-causes', language)}{words.colon}{' · '.join(texts)} = "
                      f"{thousands_signed(whole.after - whole.before, words)} {currency}"]  # fmt: skip
    return lines


def group_lines(groups: Mapping[str, ChangeSums], words: CauseWords) -> list[str]:
    """Writes the sums of groups."""
    return aligned([["", *sums_headings(words.language)], *(sums_row(name or "—", one, words)
                                                           for name, one in groups.items())])  # fmt: skip


def size_table(summary: ComparisonSummary, words: CauseWords) -> tuple[list[str], list[list[str]]]:
    """Makes the headings and rows of the sums by the number of people of a household."""
    headings = [say("compare-size", words.language), *sums_headings(words.language)]
    return headings, [sums_row(str(size), summary.sizes[size], words) for size in sorted(summary.sizes)]


def size_lines(summary: ComparisonSummary, words: CauseWords) -> list[str]:
    """Writes the sums by the number of people of a household."""
    headings, rows = size_table(summary, words)
    return aligned([headings, *rows])


def cost_lines(summary: ComparisonSummary, words: CauseWords, currency: str) -> list[str]:
    """Writes what other rules cost a month and a year, and how many households gain or lose how much by the month."""
    language, whole = words.language, summary.whole()
    month = whole.after - whole.before
    amounts = {name: thousands_signed(one, words) for name, one in (("month", month), ("year", 12 * month))}
    lines = [say("compare-cost", language, **amounts, currency=currency)]
    if summary.spread:
        table = [[say("compare-spread", language), say("households-n", language)]]
        table += [[range_words(one, language), f"{summary.spread[one]:,}"] for one in sorted_ranges(summary.spread)]
        lines += ["", *aligned(table)]
    return lines


def sorted_ranges(spread: Iterable[Range]) -> list[Range]:
    """Sorts ranges from the largest loss to the largest gain."""
    return sorted(spread, key=lambda one: one[0] * (one[1] + 1))


def range_words(one: Range, language: str) -> str:
    """Names a range of gains or losses."""
    sign, place = one
    low, mark = STEPS[place], "+" if sign > 0 else "−"
    if place + 1 == len(STEPS):
        return say("page-over", language, mark=mark, low=low)
    return say("page-range", language, mark=mark, low=low, high=STEPS[place + 1])


def _money(sums: ChangeSums, words: CauseWords) -> list[str]:
    before, after = (thousands(words.amounts[one]) for one in (sums.before, sums.after))
    return [before, after, thousands_signed(sums.after - sums.before, words)]
