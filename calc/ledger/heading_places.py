"""Finds the place of each heading in its row of headings, for messages."""

from __future__ import annotations

import re
from collections.abc import Iterable

from calc.diagnostics.diagnostic import Place
from calc.diagnostics.punctuation import listed
from calc.diagnostics.source import Source
from calc.households.household_reader import quoted
from calc.households.identity_numbers import mask_in
from calc.record import Record
from calc.text_forms import folded, visible

MOST_LISTED = 12
"""Headings that a message lists."""
_LONGEST = 200
_UNNAMED = re.compile(r"unnamed:?\d*|(column|field|列|字段)\d+")
"""Headings that programs make up for columns that have none, folded."""


class HeadingPlaces(Record):
    """The row of headings of a file, and the first and last character of each; `spans` is empty for a workbook.

    A place in a workbook is the number of its row and of its column.
    """

    source: Source
    spans: tuple[tuple[int, int], ...] = ()

    def of(self, at: int | None) -> Place:
        """Finds the place of a heading; that of the whole row for None."""
        if at is None:
            return Place(self.source, start=0, end=len(self.source.text))
        if at < len(self.spans):
            return Place(self.source, start=self.spans[at][0], end=self.spans[at][1])
        return Place(Source(self.source.path, "", line=self.source.line), start=at, end=at)


def heading_places(path: str, line: int, raw: str | None, delimiter: str, width: int) -> HeadingPlaces:
    """Finds the headings in their record as a file has it, `raw`; None for what has no text, such as a workbook."""
    text = "" if raw is None else raw.rstrip("\r\n").replace("\r\n", "\n").replace("\r", "\n")
    text = text.encode("utf-8", "replace").decode("utf-8")
    spans = _spans(text, delimiter)
    if raw is None or len(spans) != width:
        return HeadingPlaces(Source(path, "", line=line))
    return HeadingPlaces(Source(path, text, hide=mask_in, line=line), spans)


def _spans(text: str, delimiter: str) -> tuple[tuple[int, int], ...]:
    """Finds the cells of a record, each without blanks around it and with its quotation marks."""
    sign = re.escape(delimiter)
    cell = re.compile(rf'(\s*"(?:[^"]|"")*"[^{sign}]*|[^{sign}]*)({sign}|\Z)')
    spans, at = [], 0
    while match := cell.match(text, at):
        inner = match[1].strip()
        begin = match.start(1) + (match[1].find(inner) if inner else 0)
        spans.append((begin, max(begin + len(inner), begin + 1)))
        at = match.end()
        if not match[2]:
            break
    return tuple(spans)


def listed_headings(headings: Iterable[str]) -> tuple[str, str]:
    """Lists headings for a message, in English and Chinese, and says how many are left out."""
    named = [quoted(one) for one in headings if visible(one).strip()]
    en, zh = (listed(named[:MOST_LISTED], language) or "—" for language in ("en", "zh"))
    more = len(named) - MOST_LISTED
    return (f"{en}, and {more} more", f"{zh}，另有 {more} 列") if more > 0 else (en, zh)


def is_unnamed(heading: str) -> bool:
    """Says whether a column has no heading, or one that a program made up for it."""
    plain = folded(heading) if len(heading) < _LONGEST else heading
    return not plain or _UNNAMED.fullmatch(plain) is not None


def unnamed_texts(at: int) -> tuple[str, str]:
    """Names a column without a heading by its place, in English and Chinese."""
    return f"column {at + 1}", f"第{at + 1}列"
