"""Gives a roster without household numbers a column of them: each row of a head begins a household.

The copy has the lines of the file; the column is its last one. The number is made of the head's name and the line of
the head, as an identity number would be that of a person. Rows before the first head, totals and signatures get none:
the former are rejected, the latter set aside, as in any ledger.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
from collections.abc import Iterator
from typing import Any, TextIO

from calc.diagnostics.diagnostic import Diagnostic, InputErrors, Place
from calc.diagnostics.source import Source
from calc.households.cell_values import read_value
from calc.households.headings import LEDGER_HEADINGS, NAME, relation_to_head
from calc.ledger.csv_blocks import Block, cut, records, text_of
from calc.ledger.header import Naming
from calc.ledger.household_runs import LedgerFileReader, file_reader, is_empty
from calc.ledger.json_objects import is_whole, json_row
from calc.ledger.open_files import CSV, JSON_LINES, LedgerFile
from calc.ledger.parquet_to_csv import in_blocks
from calc.record import replace
from calc.rules.plan import FactPlan, Plan
from calc.temporary_folder import TemporaryFolder
from calc.text_forms import clean_id

HEADING = "户编号"
_LONGEST = 80
_BEYOND = "…"


@contextlib.contextmanager
def with_households(files: list[LedgerFile], naming: Naming) -> Iterator[list[LedgerFile]]:
    """Replaces each file by a copy with a column of households. Raises InputErrors where no column says who is head."""
    with TemporaryFolder() as folder, in_blocks(files) as texts:
        yield [_copied(at, file, naming, os.path.join(folder, f"households-{at}")) for at, file in enumerate(texts)]


class _Heads:
    """Makes the household of each row of a file, in their order."""

    def __init__(self, at: int, plan: Plan) -> None:
        self.prefix = "" if at == 0 else f"{at + 1}:"
        self.words = set(plan.title.get("head_words", ()))
        self.current = ""

    def household(self, fact: FactPlan, relation: Any, name: Any, line: int) -> str:
        """Returns the household of a row; "" before the first head."""
        if read_value(fact, relation) in self.words:
            text = clean_id(name) if isinstance(name, str) and name.isprintable() and len(name) < _LONGEST else ""
            self.current = f"{text}/{self.prefix}{line}"
        return self.current


def _copied(at: int, file: LedgerFile, naming: Naming, path: str) -> LedgerFile:
    fact = relation_to_head(naming.plan)
    with open(path, "w", encoding="utf-8", errors="surrogateescape", newline="") as copy:
        if file.format == JSON_LINES:
            if fact is None:
                raise _no_relation(file, fact)
            _copy_objects(file, naming, fact, _Heads(at, naming.plan), copy)
        else:
            part = file_reader(at, file, naming, False)
            if fact is None or all(one.meaning != fact for one in part.columns.all):
                raise _no_relation(file, fact)
            _copy_rows(part, fact, _Heads(at, naming.plan), copy)
    format, delimiter = (JSON_LINES, "") if file.format == JSON_LINES else (CSV, ",")
    size = os.path.getsize(path)
    return replace(file, path=path, format=format, encoding="utf-8", delimiter=delimiter, begin=0, size=size,
                   is_guessed=False)  # fmt: skip


def _no_relation(file: LedgerFile, fact: FactPlan | None) -> InputErrors:
    wanted = " / ".join(dict.fromkeys([fact.about.label, fact.about.en])) if fact is not None else "head_words"
    return InputErrors([Diagnostic("missing-column/head", Place(Source(file.shown, "")), {"wanted": wanted})])


def _copy_rows(part: LedgerFileReader, fact: FactPlan, heads: _Heads, copy: TextIO) -> None:
    """Copies a file with a cell more in each row that is to be read."""
    columns, width = part.columns, part.columns.width
    relation_at = next(one.at for one in columns.all if one.meaning == fact)
    name = columns.by_word.get(NAME)
    name_at = name.at if name is not None else width
    lines = _Lines(copy, 1 - part.file.unlined)
    start = part.blocks[0].start if part.blocks else part.file.size
    head = list(records(text_of(Block(part.file, part.file.begin, start)), part.file.delimiter))
    for line, row in head[:-1]:
        lines.write(line - part.file.unlined, row)
    if head:
        line, row = head[-1]
        lines.write(line - part.file.unlined, [*row, *[""] * (width - len(row)), HEADING])
    line = part.first_line
    for place, block in enumerate(part.blocks):
        part.blocks[place] = replace(block, line=line)
        text = text_of(block)
        for at, row in part.every(place, text):
            if is_empty(row) or part.set_aside.has(row):
                lines.write(at, row)
                continue
            relation = row[relation_at] if relation_at < len(row) else ""
            id = heads.household(fact, relation, row[name_at] if name_at < len(row) else "", at)
            beyond = row[width:] if len(row) >= columns.least_width else [_BEYOND]  # cells are missing: still a mistake
            lines.write(at, [*row[:width], *[""] * (width - len(row)), id, *beyond])
        line += _line_ends(text)


class _Lines:
    """Writes rows so that each begins on its line."""

    def __init__(self, copy: TextIO, line: int) -> None:
        self.copy = copy
        self.line = line

    def write(self, line: int, row: list[str]) -> None:
        """Writes a row on a line, empty ones before it where the file has more."""
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerow(row)
        text = "\n" * (line - self.line) + out.getvalue()
        self.line += _line_ends(text)
        self.copy.write(text)


def _line_ends(text: str) -> int:
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def _copy_objects(file: LedgerFile, naming: Naming, fact: FactPlan, heads: _Heads, copy: TextIO) -> None:
    """Copies JSON Lines with a key more on each line of a member."""
    line = 1
    for block in cut(file, file.begin):
        text = text_of(block)
        for at, one in enumerate(text.split("\n"), line):
            row = json_row(one)
            if isinstance(row, dict) and row and not is_whole(row):
                meanings = {key: naming.meaning(key) for key in row}
                relation = next((row[key] for key in row if meanings[key] == fact), None)
                name = next((row[key] for key in row if meanings[key] == NAME), None)
                id = heads.household(fact, relation, name, at)
                if id:
                    pair = f"{json.dumps(LEDGER_HEADINGS['households'][0])}: {json.dumps(id, ensure_ascii=False)}"
                    one = f"{one.rstrip()[:-1]}, {pair}}}"
            copy.write(one if at == line + text.count("\n") else f"{one}\n")
        line += text.count("\n")
