"""Writes the sums of a comparison as a table: by kind of change, by benefit, by cause, by group."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from calc.report.cause_text import CauseWords
from calc.report.comparison import CAUSE_ORDER, kind_word
from calc.report.result_rows import Row
from calc.report.table_shape import TableShape
from calc.report.ui_text import say
from calc.vary.comparison import added

if TYPE_CHECKING:
    from calc.vary.comparison import ChangeSums, ComparisonSummary

HEADINGS = ("by", "name", "households", "people", "before", "after", "difference")
AMOUNTS, COUNTS = (4, 5, 6), (2, 3)
_WORDS = (
    "sums-by", "needs-name", "households-n", "compare-people", "compare-before", "compare-after", "compare-change",
)  # fmt: skip
KIND, ALL, BENEFIT, CAUSE, GROUP = SECTIONS = ("kind", "all", "benefit", "cause", "group")
"""Sections of the table: sums of households of a kind, all, a benefit, a kind of cause, households of a group."""


def sums_shape(language: str | None) -> TableShape:
    """Describes the table; with words in a language, or ids where it is None."""
    if language is None:
        return TableShape(say("sheet-sums", "en"), HEADINGS, AMOUNTS, COUNTS)
    headings = [say(key, language) for key in _WORDS]
    return TableShape(
        say("sheet-sums", language), headings, AMOUNTS, COUNTS, {0: lambda text: say(f"sums-{text}", language)}
    )


def sums_rows(summary: ComparisonSummary, words: CauseWords, is_paid: bool, language: str | None) -> Iterator[Row]:
    """Yields the rows; names are ids where `language` is None."""
    for kind, one in summary.kinds.items():
        if one.households:
            yield _row(KIND, kind if language is None else kind_word(kind, language, is_paid), one, words)
    whole = summary.whole()
    yield _row(ALL, "", whole, words)
    for name in {**dict.fromkeys(words.new.benefits), **dict.fromkeys(words.old.benefits)}:
        of_benefit = summary.benefits.get(name)
        if of_benefit is not None and (of_benefit.before or of_benefit.after):
            title = name if language is None else words.benefit((name, ""))
            yield [BENEFIT, title, "", "", *_money(of_benefit, words)]
    for cause in CAUSE_ORDER:
        if summary.causes[cause]:
            title = cause if language is None else say(f"causes-{cause}", language)
            yield [CAUSE, title, "", "", "", "", _signed(summary.causes[cause], words)]
    if set(summary.groups) != {""}:
        for name, kinds in summary.groups.items():
            yield _row(GROUP, name, added(kinds.values()), words)


def _row(section: str, name: str, sums: ChangeSums, words: CauseWords) -> Row:
    return [section, name, str(sums.households), str(sums.people), *_money(sums, words)]


def _money(sums: ChangeSums, words: CauseWords) -> list[str]:
    return [words.amounts[sums.before], words.amounts[sums.after], _signed(sums.after - sums.before, words)]


def _signed(amount: int, words: CauseWords) -> str:
    return ("-" if amount < 0 else "") + words.amounts[abs(amount)]
