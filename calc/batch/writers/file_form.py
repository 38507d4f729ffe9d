"""Decide how files are written for their readers: with labels or ids, with or without a byte order mark."""

from __future__ import annotations

from calc.batch.atomic_files import is_ordinary_file
from calc.batch.writers.formats import CSV, XLSX


class FileForm:
    """Decides for each file whether it has labels or ids, and whether a CSV begins with a byte order mark.

    Where nobody asked (`labels`, `bom` None), what people open in a spreadsheet is for people: in Chinese, workbooks
    have labels, and CSV in a file has a mark, without which Excel misreads it. All else has ids and no mark.
    """

    def __init__(self, language: str, bom: bool | None = False, labels: bool | None = False) -> None:
        self.language = language
        self.bom = bom
        self.labels = labels

    def has_labels(self, format: str) -> bool:
        """Says whether a file of a format has labels."""
        return self.language == "zh" and format == XLSX if self.labels is None else self.labels

    def words(self, format: str) -> str | None:
        """The language of the labels in a file of a format; None for ids."""
        return self.language if self.has_labels(format) else None

    def has_bom(self, path: str | None, format: str) -> bool:
        """Says whether an output begins with a byte order mark; a path of None is standard output."""
        if format != CSV:
            return False
        if self.bom is None:
            return self.language == "zh" and path is not None and is_ordinary_file(path)
        return self.bom
