"""Read the cells of extra columns of the results; a fact of the household may be one that has no column."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Union

from calc.engine.facts import Declared
from calc.households.cell_values import fact_value_text
from calc.ledger.cell_marks import without_mark
from calc.ledger.household_runs import LedgerFileReader, Run
from calc.ledger.json_records import MARK
from calc.rules.plan import FactPlan

Kept = tuple[Union[int, FactPlan, None], str]
"""Extra column of the results: the place of its column, or the fact, and its name."""


def kept_cell(part: LedgerFileReader, run: Run, at: int | FactPlan | None, name: str) -> str:
    """A column's cell in the first row that has one; "" for what is a fact, which is not known yet."""
    return next((text for _, text in row_texts(part, run, at, name) if text), "")


def row_texts(
    part: LedgerFileReader, run: Run, at: int | FactPlan | None, name: str
) -> Iterator[tuple[int, str]]:  # fmt: skip
    """Yields a column's cell in each row, with the line; nothing for what is a fact."""
    if not isinstance(at, int):
        return
    for line, row in run.rows:
        text = without_mark(row[at].strip()) if at < len(row) else ""
        if part.json is not None and text == MARK:
            text = part.json.kept_text(line, name)
        yield line, text


def with_facts(cells: tuple[str, ...], kept: list[Kept], facts: dict[str, Declared]) -> tuple[str, ...]:
    """The cells, with the facts among them as results write them."""
    if not any(isinstance(one, FactPlan) for one, _ in kept):
        return cells
    shown = []
    for cell, (one, _) in zip(cells, kept, strict=True):
        value = facts.get(one.name) if isinstance(one, FactPlan) else None
        text = cell if value is None or not isinstance(one, FactPlan) else fact_value_text(one, value)
        text = value if isinstance(value, str) else text
        shown.append(text if isinstance(text, str) else text[0])
    return tuple(shown)
