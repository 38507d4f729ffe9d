"""Write what changed between two pictures as one page: the sums, three charts, and the changes themselves."""

from __future__ import annotations

from collections.abc import Sequence

from calc.report.cause_text import CauseWords
from calc.report.comparison import (
    CAUSE_ORDER,
    kind_word,
    range_words,
    size_table,
    sorted_ranges,
    sums_headings,
    sums_row,
    thousands_signed,
)
from calc.report.html_page import bars, page, paragraph, section, table
from calc.report.ui_text import say
from calc.rules.toml_document import month_text
from calc.vary.comparison import ChangeSums, ComparisonSummary

MOST_ROWS = 5_000
"""Changes that a page lists; all of them are in the file of changes."""
Row = tuple[str, str, str, str, str, str, str]
"""Household, kind, benefit, before, after, difference, causes: all as people read them."""


class ComparisonPage:
    """Takes changes as they come; `text` then writes the page."""

    def __init__(self, words: CauseWords, is_paid: bool) -> None:
        self.words = words
        self.is_paid = is_paid
        self.rows: list[Row] = []
        self.left_out = 0

    def add(self, rows: Sequence[Row]) -> None:
        """Takes the rows of a household."""
        room = max(0, MOST_ROWS - len(self.rows))
        self.rows += rows[:room]
        self.left_out += len(rows[room:])

    def text(self, summary: ComparisonSummary, currency: str) -> str:
        """Writes the page."""
        words, language = self.words, self.words.language
        months = month_text(words.old.month), month_text(words.new.month)
        title = say("page-title", language, before=months[0], after=months[1])
        kinds = [
            (kind_word(kind, language, self.is_paid), one) for kind, one in summary.kinds.items() if one.households
        ]
        whole = summary.whole()
        sums = [sums_row(name, one, words) for name, one in (*kinds, (say("compare-all", language), whole))]
        parts = [section(say("page-sums", language, currency=currency),
                         table(["", *sums_headings(language)], sums, range(1, 6), last_is_sum=True))]  # fmt: skip
        parts += self._charts(summary)
        if set(summary.groups) != {""}:
            from calc.vary.comparison import added

            groups = [sums_row(name or "—", added(one.values()), words) for name, one in summary.groups.items()]
            parts.append(
                section(say("page-groups", language), table(["", *sums_headings(language)], groups, range(1, 6)))
            )
        if len(summary.sizes) > 1:
            parts.append(section(say("page-sizes", language), table(*size_table(summary, words), range(1, 6))))
        headings = [say(key, language) for key in ("household", "kind-of-change", "benefit", "compare-before",
                                                   "compare-after", "compare-change", "causes-heading")]  # fmt: skip
        notes = [] if summary.has_causes else [say("compare-no-causes", language)]
        notes += [say("page-left-out", language, count=self.left_out)] if self.left_out else []
        parts.append(section(say("page-changes", language), table(headings, self.rows, (3, 4, 5)),
                             *(paragraph(note, "note") for note in notes)))  # fmt: skip
        return page(title, language, parts)

    def _charts(self, summary: ComparisonSummary) -> list[str]:
        words, language = self.words, self.words.language

        def bar(label: str, amount: int) -> tuple[str, int, str]:
            return label, amount, thousands_signed(amount, words)

        def change(sums: ChangeSums) -> int:
            return sums.after - sums.before

        order = {**dict.fromkeys(words.new.benefits), **dict.fromkeys(words.old.benefits)}
        benefits = [bar(words.benefit((name, "")), change(summary.benefits[name]))
                    for name in order if name in summary.benefits and change(summary.benefits[name])]  # fmt: skip
        causes = [bar(say(f"causes-{kind}", language), summary.causes[kind])
                  for kind in CAUSE_ORDER if summary.causes[kind]]  # fmt: skip
        spread = [(range_words(one, language), one[0] * summary.spread[one], f"{summary.spread[one]:,}")
                  for one in sorted_ranges(summary.spread)]  # fmt: skip
        charts = (("page-by-benefit", benefits), ("page-by-cause", causes), ("page-spread", spread))
        return [section(say(key, language), bars(say(key, language), values)) for key, values in charts if values]
