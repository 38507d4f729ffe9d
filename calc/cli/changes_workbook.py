"""Write the changes that `doudi compare` finds as a workbook: all changes, their sums, and a sheet for each kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from calc.batch.atomic_files import Outputs
from calc.batch.writers.file_form import FileForm
from calc.batch.writers.formats import XLSX
from calc.batch.writers.open_writers import workbook_to
from calc.record import replace
from calc.report.cause_text import CauseWords
from calc.report.comparison import kind_word
from calc.report.comparison_sums import sums_rows, sums_shape
from calc.report.result_rows import Row
from calc.report.table_shape import changes_shape
from calc.vary.comparison import ComparisonSummary
from calc.vary.kinds import KINDS, SAME

_KIND = 1
"""The column of a change with its kind."""


class ChangesWorkbook:
    """Collects changes for a workbook; only kinds that occur have a sheet."""

    def __init__(self, files: Outputs, path: str, words: CauseWords, is_paid: bool, form: FileForm) -> None:
        self.words = words
        self.is_paid, self.language = is_paid, form.words(XLSX)
        language = self.language
        self.sums = sums_shape(language)
        self.shape = changes_shape(words.old, words.new, is_paid, language)
        book = workbook_to(files, path, words.new.decimals)
        self._write = book.add_sheet(self.shape)
        self._write_sums = book.add_sheet(self.sums)
        self._of_kind: dict[str, Callable[[Iterable[Sequence[str]]], None]] = {}
        for kind in (one for one in KINDS if one != SAME):
            title = kind if language is None else kind_word(kind, language, is_paid)
            self._of_kind[kind] = book.add_sheet(replace(self.shape, name=title), is_optional=True)

    def write(self, rows: Iterable[Row]) -> None:
        """Add the rows of a change, to the sheet of all changes and to that of its kind."""
        for row in rows:
            shown = [self.shape.row(row)]
            self._write(shown)
            self._of_kind[row[_KIND]](shown)

    def close(self, summary: ComparisonSummary) -> None:
        """Add the sums, which are known at the end."""
        self._write_sums(self.sums.row(row) for row in sums_rows(summary, self.words, self.is_paid, self.language))
