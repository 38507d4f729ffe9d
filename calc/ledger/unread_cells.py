"""Count the cells of a column, and gather the texts among them that would not be read as its fact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from calc.households.cell_values import CellError, shown
from calc.households.headings import HEAD_NUMBER, HOUSEHOLDS, ID, NAME
from calc.households.identity_numbers import is_cut, mask_in
from calc.households.read_cell import read_cell
from calc.households.value_forms import yes_no_in
from calc.ledger.cell_caches import CellCache, NeedsFullReader
from calc.ledger.cell_marks import bad_cell, bad_text_of, fault_in
from calc.ledger.header import Meaning
from calc.ledger.json_objects import is_blank
from calc.rules.plan import FactPlan

MOST_TEXTS = 1000
_MOST_SAMPLES = 4
_WORDS = (HOUSEHOLDS, HEAD_NUMBER, ID, NAME)


class UnreadText:
    """A text that would not be read: its mistake, how often it occurs, and where first.

    `raw` is the text itself, None if it holds a personal number that must not be shown.
    """

    __slots__ = ("count", "line", "mistake", "path", "raw")

    def __init__(self, mistake: CellError, path: str, line: int, raw: str | None) -> None:
        self.mistake = mistake
        self.path = path
        self.line = line
        self.raw = raw
        self.count = 0


class ColumnCells:
    """The cells of a column: `filled` are not empty, `unread` those that would not be read, by what messages show.

    Of a column that is not read `samples` has its first texts, `answers` whether they are yes and no. `more` cells
    would not be read and are not listed.
    """

    def __init__(self, heading: str, meaning: Meaning, show_ids: bool) -> None:
        self.heading = heading
        self.meaning = meaning
        self.show_ids = show_ids
        self.filled = self.more = 0
        self.unread: dict[tuple[str, str], UnreadText] = {}
        self.samples: dict[str, None] = {}
        self.answers: set[tuple[bool, bool]] | None = set()
        self.cache = CellCache(meaning) if isinstance(meaning, FactPlan) else None

    @property
    def are_answers(self) -> bool:
        """Says whether all cells of a column that is not read are yes or no: some yes, and more than the number 1."""
        answers = self.answers or set()
        return any(is_yes for is_yes, _ in answers) and answers != {(True, True)}

    def add(self, path: str, counts: Counter[str], lines: Sequence[int], texts: Sequence[str]) -> None:
        """Takes in the cells of a block, the counts of their texts first."""
        for text, count in counts.items():
            if text and not is_blank(text):
                self._take(path, lambda one: lines[texts.index(one)], text, count)

    def add_value(self, path: str, line: int, value: Any) -> None:
        """Takes in one value of JSON."""
        if not is_blank(value):
            self._take(path, lambda _: line, value, 1)

    def _mistake(self, value: Any) -> CellError | None:
        """Finds the mistake in a cell, as a run would."""
        if self.cache is not None and isinstance(self.meaning, FactPlan):
            if value.__class__ is str:
                try:
                    self.cache[value]
                    return None
                except NeedsFullReader:
                    pass
            name = self.meaning.name
            if (wrong := self._mistake_of_text(name, value)) is not None:
                return wrong
            found, _ = read_cell(self.meaning, value, show_ids=self.show_ids)
            return found if isinstance(found, CellError) else None
        if self.meaning in _WORDS:
            return self._mistake_of_id(value)
        if self.answers is not None:
            answer = yes_no_in(value)
            self.answers = None if answer is None else self.answers | {(answer, str(value).strip().isdigit())}
        if len(self.samples) < _MOST_SAMPLES:
            self.samples.setdefault(_text(shown(str(value), self.show_ids)), None)
        return None

    def _mistake_of_text(self, name: str, value: Any) -> CellError | None:
        """Finds the mistake of a cell that a spreadsheet marks, or whose text is none, whatever it is to hold."""
        fault = fault_in(value)
        return bad_text_of(name, value, self.show_ids) if fault is None else bad_cell(fault, name, self.show_ids)

    def _mistake_of_id(self, value: Any) -> CellError | None:
        bad_text = self._mistake_of_text(self.heading, value)
        if bad_text is None and self.meaning != NAME and isinstance(value, str) and is_cut(value.strip()):
            return CellError("not-a-text/cut", {"fact": self.heading, "read": shown(value, self.show_ids)})
        return bad_text

    def _take(self, path: str, line_of: Callable[[Any], int], value: Any, count: int) -> None:
        """Counts cells with a value; the line of one that would not be read is looked for where it is new."""
        self.filled += count
        mistake = self._mistake(value)
        if mistake is None:
            return
        key = mistake.code, _text(mistake.values.get("read", ""))
        known = self.unread.get(key)
        if known is None:
            if len(self.unread) >= MOST_TEXTS:
                self.more += count
                return
            is_safe = isinstance(value, str) and (self.show_ids or mask_in(value) == value)
            known = self.unread[key] = UnreadText(mistake, path, line_of(value), value.strip() if is_safe else None)
        known.count += count


def _text(value: object) -> str:
    """A value of a message as one text."""
    return str(value[0] if isinstance(value, tuple) else value)
