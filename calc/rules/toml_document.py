"""Reads a TOML file as Python values with exact numbers; reports anything that is not such a file."""

from __future__ import annotations

import datetime
import os
from codecs import BOM_UTF8
from typing import Any

from calc.diagnostics.diagnostic import Diagnostic, InputErrors, Place
from calc.diagnostics.foreign_reasons import system_reason, toml_reason
from calc.diagnostics.source import Source
from calc.exact import Number, read_number

LARGEST = 4_000_000
"""Bytes; a larger file is refused at once rather than read slowly."""


class BadNumber(str):
    """A number that TOML accepts and Doudi does not (`inf`, `1e9`); the check of its key reports it."""


def exact_or_bad(text: str) -> Number | BadNumber:
    """Reads an exact number; used as tomli's `parse_float`."""
    try:
        return read_number(text)
    except ValueError:
        return BadNumber(text)


def read_text(path: str, largest: int = LARGEST) -> Source:
    """Reads a file in UTF-8, line ends as `\\n`.

    Raises InputErrors for a missing or unreadable file, one too large, or another encoding.
    """
    try:
        if os.path.isfile(path) and os.path.getsize(path) > largest:
            raise InputErrors([Diagnostic("too-large", Place(Source(path, "")), {"most": largest // 1_000_000})])
        with open(path, "rb") as file:
            data = file.read(largest + 1)
    except (OSError, ValueError) as error:
        raise InputErrors(
            [Diagnostic("cannot-read", Place(Source(path, "")), {"reason": system_reason(error)})]
        ) from None
    return decode(path, data, largest)


def decode(path: str, data: bytes, largest: int = LARGEST) -> Source:
    """Decodes bytes already read; raises InputErrors as `read_text` does."""
    if len(data) > largest:
        raise InputErrors([Diagnostic("too-large", Place(Source(path, "")), {"most": largest // 1_000_000})])
    data = data.removeprefix(BOM_UTF8)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        try:
            data.decode("gb18030")
            code = "not-utf8/gb18030"
        except UnicodeDecodeError:
            code = "not-utf8"
        shown = Source(path, "\n" * (line - 1))
        raise InputErrors([Diagnostic(code, Place(shown, (), line - 1, line - 1), {"line": line})]) from None
    return Source(path, text.replace("\r\n", "\n") if "\r" in text else text)


def parse_toml(source: Source) -> dict[str, Any]:
    """Parses a document into Python values. Raises InputErrors with the place of a syntax error."""
    import tomli

    try:
        return tomli.loads(source.text, parse_float=exact_or_bad)
    except tomli.TOMLDecodeError as error:
        at = min(getattr(error, "pos", 0), max(0, len(source.text) - 1))
        reason = toml_reason(getattr(error, "msg", str(error)))
        from calc.diagnostics.toml_hints import toml_hint

        place, help_ = Place(source, (), at, at + 1), toml_hint(source.text, at)
        raise InputErrors([Diagnostic("toml-syntax", place, {"reason": reason}, help_)]) from None
    except RecursionError:
        raise InputErrors([Diagnostic("toml-syntax/deep", Place(source))]) from None
    except (ValueError, OverflowError) as error:  # an integer of more digits than Python reads
        raise InputErrors([Diagnostic("toml-syntax", Place(source), {"reason": str(error)})]) from None


def day_number(value: object) -> int | None:
    """Turns a date into a number like 20220531; None for anything else."""
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value.year * 10000 + value.month * 100 + value.day
    return None


def month_number(text: object) -> int | None:
    """Reads `"2022-06"` as 202206; None for anything else."""
    if isinstance(text, str) and len(text) == 7 and text[4] == "-" and text.isascii():
        year, month = text[:4], text[5:]
        if year.isdigit() and month.isdigit() and 1 <= int(month) <= 12 and int(year) >= 1900:
            return int(year) * 100 + int(month)
    return None


def month_text(month: int) -> str:
    """Writes 202206 as `"2022-06"`."""
    return f"{month // 100:04d}-{month % 100:02d}"


def month_before(month: int) -> int:
    """Returns the month before a month, both like 202206."""
    return month - 1 if month % 100 > 1 else month - 89


def month_after(month: int) -> int:
    """Returns the month after a month, both like 202206."""
    return month + 1 if month % 100 < 12 else month + 89
