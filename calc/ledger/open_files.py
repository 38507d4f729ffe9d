"""A ledger as it was given → a file that can be read in blocks: its format, its encoding, how its cells are divided.

Whatever cannot be read in blocks as it is — standard input, UTF-16, lines that end in a bare return, a spreadsheet —
is copied to a temporary file that can. Offsets and line numbers are those of the copy, and lines stay lines.
"""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO

from calc.diagnostics.diagnostic import Diagnostic, InputErrors, Place
from calc.diagnostics.foreign_reasons import system_reason
from calc.diagnostics.source import Source
from calc.record import Record, replace
from calc.temporary_folder import TemporaryFolder

if TYPE_CHECKING:
    from calc.ledger.header import Naming
    from calc.ledger.xlsx.to_csv import SheetsRead

CSV, JSON_LINES, PARQUET = "csv", "jsonl", "parquet"
PARQUET_START = b"PAR1"
DELIMITERS = (",", ";", "\t", "|")
ENCODINGS = ("utf-8", "gb18030")
_CHINESE = ("gbk", "gb2312", "cp936", "hz")
SAMPLE = 1 << 18
_NO_TEXT = bytes([*range(9), *range(14, 27)])
"""Signs that a table of text does not have."""
_MANY = 1 << 20
_PLAIN_ONES = 20
MOST_UNENDED = 16_000_000
"""Bytes of a stream within which the first line has to end, and which are read of a device at most."""
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class LedgerFile(Record):
    """A file to be read in blocks: its name in messages, what is opened, and the byte at which its text begins.

    `unlined` are the lines at its head, such as headings, that do not count: rows of Parquet are numbered from 1.
    `line_at` is the column that gives the line of each record, where it does not follow from the record's own place.
    `folder` is where copies of it may be put, which are gone when it is closed. `sheets` are those of its workbook.
    `is_guessed` says that nobody gave the delimiter. `set_aside` are totals and signatures that are not in a copy.
    `is_of_households` marks a sheet of household facts beside one of members.
    """

    shown: str
    path: str
    format: str
    encoding: str
    delimiter: str
    begin: int
    size: int
    unlined: int = 0
    line_at: int | None = None
    folder: str = ""
    is_guessed: bool = False
    sheets: SheetsRead | None = None
    set_aside: int = 0
    is_of_households: bool = False


class FileOptions(Record):
    """Options for reading files; None means that the program finds out."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    divides_sheets: bool = False


def sheets_of(files: Iterable[LedgerFile]) -> list[SheetsRead]:
    """Lists the workbooks among files with more than one sheet, each once."""
    found = {id(one.sheets): one.sheets for one in files if one.sheets is not None}
    return [one for one in found.values() if len(one.read) + len(one.left_out) > 1]


@contextlib.contextmanager
def opened(paths: tuple[str, ...], reading: FileOptions, naming: Naming | None = None) -> Iterator[list[LedgerFile]]:
    """The files, ready to be read; copies are gone afterwards. Raises InputErrors for what cannot be read.

    `naming` finds what the columns of a spreadsheet hold, which decides how some cells are read.
    """
    with TemporaryFolder() as folder:
        yield [one for at, path in enumerate(paths) for one in _opened(path, at, folder, reading, naming)]


def _opened(path: str, at: int, folder: str, reading: FileOptions, naming: Naming | None) -> list[LedgerFile]:
    shown = path
    if path.lower().endswith(".toml") and os.path.isfile(path):
        raise InputErrors([Diagnostic("cannot-read/household", Place(Source(path, "")))])
    try:
        if path == "-" or flows(path):
            path = copy_stream(path, os.path.join(folder, f"stream-{at}"))
        with open(path, "rb") as file:
            sample = file.read(SAMPLE)
    except (OSError, ValueError) as error:
        raise cannot_read(shown, error) from None
    if sample.startswith(PARQUET_START):
        return [LedgerFile(shown, path, PARQUET, "utf-8", "", 0, os.path.getsize(path))]
    if is_workbook(sample) or (path.lower().endswith((".xlsx", ".xlsm")) and not _is_text(sample)):
        from calc.ledger.xlsx.to_csv import copy_sheets

        found = copy_sheets(
            path, shown, os.path.join(folder, f"sheet-{at}"), reading.sheet, naming, reading.divides_sheets
        )
        return [
            LedgerFile(
                found.shown(name),
                copied,
                CSV,
                "utf-8",
                ",",
                0,
                os.path.getsize(copied),
                sheets=found,
                is_of_households=name in found.of_households,
            )
            for name, copied in zip(found.read, found.paths, strict=True)
        ]
    known = b"", encoding_named(reading.encoding)
    bom, encoding = next(((bom, name) for bom, name in _BOMS if sample.startswith(bom)), known)
    begin = len(bom)
    if encoding is None:
        encoding = _utf_16_in(sample) or encoding_of(path)
    if encoding not in ENCODINGS or (b"\r" in sample and b"\n" not in sample):
        if encoding in ("utf-16", "utf-32"):  # without a mark: the zeros of plain characters tell the order
            encoding += "-be" if sample.startswith(b"\0") else "-le"
        copied = os.path.join(folder, f"copy-{at}")
        _copy_as_utf8(path, copied, encoding, begin)
        path, begin, encoding = copied, 0, "utf-8"
    with open(path, "rb") as file:
        file.seek(begin)
        text = file.read(SAMPLE).decode(encoding, "replace")
    format = JSON_LINES if is_json(shown, text) else CSV
    delimiter = reading.delimiter or (delimiter_of(text) if format == CSV else "")
    is_guessed = format == CSV and reading.delimiter is None
    size = os.path.getsize(path)
    made = LedgerFile(shown, path, format, encoding, delimiter, begin, size, folder=folder, is_guessed=is_guessed)
    is_markup = format == CSV and text.lstrip()[:1] == "<"
    return [(_page(at, made, text, naming) if is_markup else None) or made]


def _page(at: int, file: LedgerFile, text: str, naming: Naming | None) -> LedgerFile | None:
    """Copies the tables of a web page; None for a text that is none. Raises InputErrors for one without a table."""
    from calc.ledger.web_page import copy_page, is_page
    from calc.ledger.xlsx.to_csv import SheetsRead
    from calc.ledger.xlsx.zip_archive import BadWorkbook

    copied = os.path.join(file.folder, f"page-{at}")
    try:
        if not is_page(text):
            return None
        with open(file.path, "rb") as source:
            source.seek(file.begin)
            copy_page(source, file.encoding, copied, naming)
    except BadWorkbook as unfit:
        raise InputErrors([Diagnostic(unfit.code, Place(Source(file.shown, "")), unfit.values)]) from None
    sheets = SheetsRead(file.shown, (file.shown,), (copied,), (), False)
    return replace(file, path=copied, encoding="utf-8", delimiter=",", begin=0, size=os.path.getsize(copied),
                   is_guessed=False, sheets=sheets)  # fmt: skip


def _is_text(sample: bytes) -> bool:
    """Says whether a file holds text, whatever its name: a table of text may have the name of a workbook."""
    plain = sample[2:] if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else sample
    return bool(plain) and (plain is not sample or not any(one in sample for one in _NO_TEXT))


def cannot_read(path: str, error: Exception) -> InputErrors:
    """Makes the error for a file that the system does not give."""
    return InputErrors([Diagnostic("cannot-read", Place(Source(path, "")), {"reason": system_reason(error)})])


def flows(path: str) -> bool:
    """Says whether a path is a pipe or the like, which can be read only once."""
    return os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path)


def copy_stream(path: str, to: str) -> str:
    """Copies standard input (`-`) or a pipe to a file. Raises InputErrors for one that would never end."""
    if path == "-" and sys.stdin is None:
        raise ValueError("standard input is closed")
    with contextlib.ExitStack() as stack:
        source = sys.stdin.buffer if path == "-" else stack.enter_context(open(path, "rb"))
        copy = stack.enter_context(open(to, "wb"))
        is_device, has_line = _is_device(source), False
        while block := source.read(_MANY):
            has_line = has_line or b"\n" in block or b"\r" in block or _is_binary(block)
            copy.write(block)
            if copy.tell() > MOST_UNENDED and (is_device or not has_line):
                code = "too-large" if is_device else "too-large/line"
                raise InputErrors([Diagnostic(code, Place(Source(path, "")), {"most": MOST_UNENDED // 1_000_000})])
    return to


def _is_device(source: BinaryIO) -> bool:
    """Says whether bytes come from a device that never ends, such as `/dev/zero`; a terminal is none."""
    try:
        number = source.fileno()
    except OSError:  # bytes in memory
        return False
    return stat.S_ISCHR(os.fstat(number).st_mode) and not os.isatty(number)


def _is_binary(begin: bytes) -> bool:
    """Says whether a file that begins so has no lines."""
    return begin.startswith(PARQUET_START) or is_workbook(begin)


def encoding_named(name: str | None) -> str | None:
    """The encoding as Python names it; the older Chinese ones are part of GB18030. Raises LookupError for none."""
    if name is None:
        return None
    found = codecs.lookup(name)
    if not getattr(found, "_is_text_encoding", True) or found.name in ("idna", "punycode", "undefined"):
        raise LookupError(name)
    return "gb18030" if found.name in _CHINESE else "utf-8" if found.name == "utf-8-sig" else found.name


def is_workbook(sample: bytes) -> bool:
    """Says whether a file begins as spreadsheets do: a zip archive, or the older compound file."""
    return sample.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0"))


def is_json(path: str, text: str) -> bool:
    """Says whether a text is JSON Lines: by the path's ending, else by its first character."""
    return path.lower().endswith((".jsonl", ".ndjson", ".json")) or text.lstrip()[:1] == "{"


def encoding_of(path: str) -> str:
    """UTF-8 or GB18030, by the first bytes that are not ASCII.

    A text that is UTF-8 but for a few damaged bytes stays UTF-8: nearly every character of a GB18030 text is
    damaged when it is read so.
    """
    with open(path, "rb") as file:
        while block := file.read(_MANY):
            if not block.isascii():
                return _encoding_in(block)
    return "utf-8"


def _utf_16_in(sample: bytes) -> str | None:
    """Finds UTF-16 without a mark: of each plain character, such as a digit or a comma, one byte is zero."""
    first, second = sample[::2].count(0), sample[1::2].count(0)
    if max(first, second) * _PLAIN_ONES < len(sample) or min(first, second) * _PLAIN_ONES > max(first, second):
        return None
    return "utf-16-le" if second > first else "utf-16-be"


def _encoding_in(block: bytes) -> str:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(block)  # the block may end within a character
        return "utf-8"
    except UnicodeDecodeError:
        pass
    read = block.decode("utf-8", "replace")
    damaged = read.count("�")
    foreign = sum(not character.isascii() for character in read)
    if damaged * 10 < foreign:
        return "utf-8"
    damaged_too = block.decode("gb18030", "replace").count("�")
    return "gb18030" if damaged_too < damaged else "utf-8"


def delimiter_of(text: str) -> str:
    """The character that divides most cells of the first lines, in the same number on each."""
    lines = [line for line in text.splitlines()[:20] if line.strip()]

    def fit(delimiter: str) -> tuple[int, int]:
        """Counts the lines that have it equally often, and how often."""
        counts = [count for line in lines if (count := line.count(delimiter))]
        usual = max(set(counts), key=counts.count, default=0)
        return counts.count(usual), usual

    return max(DELIMITERS, key=fit)


def _copy_as_utf8(path: str, copied: str, encoding: str, begin: int) -> None:
    with open(path, "rb") as raw, open(copied, "w", encoding="utf-8", errors="surrogateescape", newline="\n") as copy:
        raw.seek(begin)
        for block in _texts(raw, encoding):
            copy.write(block)


def _texts(raw: BinaryIO, encoding: str) -> Iterator[str]:
    """The text in blocks, every line end as `\\n`."""
    text = io.TextIOWrapper(raw, encoding, "surrogateescape" if encoding == "utf-8" else "replace", newline=None)
    while block := text.read(_MANY):
        yield block
