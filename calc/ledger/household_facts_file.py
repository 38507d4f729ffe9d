"""Household facts from a file of their own, one row a household, held by the household's id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from calc.diagnostics.diagnostic import Diagnostic, InputErrors, cell_place
from calc.households.headings import HOUSEHOLDS
from calc.households.household_reader import shown_id
from calc.language.types import HOUSEHOLD
from calc.ledger.cell_marks import fault_in
from calc.ledger.csv_blocks import cut, text_of
from calc.ledger.header import IGNORED, Meaning, Naming
from calc.ledger.household_runs import LedgerFileReader, file_reader
from calc.ledger.json_objects import BrokenLine, Cell, JsonRow, UnknownKeys, household_of, json_row, keys_of
from calc.ledger.open_files import JSON_LINES, LedgerFile
from calc.ledger.prescan import BlockScanner, number_lines
from calc.ledger.unclear_columns import UnknownColumn
from calc.rules.plan import FactPlan, Plan


class HouseholdFacts(dict[str, "tuple[str, int, list[Cell]]"]):
    """By household: its path, the line, the cells. Of the rows some were `set_aside`, totals and signatures.

    `facts` are the names of all facts in the cells.
    """

    set_aside = 0

    @cached_property
    def facts(self) -> frozenset[str]:
        meanings = {id(meaning): meaning for _, _, cells in self.values() for _, meaning, _ in cells}
        return frozenset(one.name for one in meanings.values() if isinstance(one, FactPlan))


def read_household_facts(
    files: list[LedgerFile], plan: Plan, mapped: Mapping[str, str], show_ids: bool
) -> tuple[HouseholdFacts, list[tuple[str, UnknownColumn]]]:
    """Reads files of household facts: the cells by household, and unknown headings, each with its file.

    A household that occurs twice is a mistake of the file.
    """
    ledger = Naming(plan, mapped)
    mapped = {heading: target for heading, target in mapped.items() if _is_own(ledger.target(heading, target))}
    naming = Naming(plan, mapped, at_household=True)
    owns = HouseholdFacts()
    unknown: list[tuple[str, UnknownColumn]] = []
    mistakes: list[Diagnostic] = []
    for at, file in enumerate(files):
        if file.format == JSON_LINES:
            keys = UnknownKeys(naming)
            rows = _of_json(file, naming, keys, mistakes)
        else:
            part = file_reader(at, file, naming, False)
            unknown += [(file.shown, one) for one in part.columns.unknown]
            mistakes += part.mistakes()
            rows = _of_csv(part, plan, mistakes) if not mistakes else iter(())
        for line, id, cells in rows:
            if cells is SET_ASIDE:
                owns.set_aside += 1
            elif not id or fault_in(id):
                mistakes.append(_at_line("no-household", file, line, {}))
            elif id in owns:
                mistakes.append(_at_line("household-twice", file, line, {"id": shown_id(id, show_ids)}))
            elif cells is not None:
                owns[id] = file.shown, line, cells
        if file.format == JSON_LINES:
            found = [naming.unknown(key) for key in keys.first()]
            mistakes += [one.mistake(file.shown, "unclear-column/key") for one in found if one.decides_money]
            unknown += [(file.shown, one) for one in found]
    if mistakes:
        raise InputErrors(mistakes)
    return owns, unknown


def _is_own(meaning: Meaning) -> bool:
    """Says whether a heading with a meaning may be one of a file of households; others are those of the ledger."""
    return meaning.type.level == HOUSEHOLD if isinstance(meaning, FactPlan) else meaning in (HOUSEHOLDS, IGNORED)


SET_ASIDE: list[Cell] = []
"""The cells of a row that is no household."""
Found = Iterator["tuple[int, str, list[Cell] | None]"]
"""The rows of a file: line, household, cells; no cells where they cannot be read."""


def _of_csv(part: LedgerFileReader, plan: Plan, mistakes: list[Diagnostic]) -> Found:
    """The rows of a CSV file."""
    surveyor, places = BlockScanner([part], plan), range(len(part.blocks))
    number_lines([part], [(0, place) for place in places], [surveyor.seen(0, place) for place in places])
    for place in places:
        for line, row in part.rows(place):
            id = part.id_of(row)
            if part.is_set_aside(row, id):
                yield line, id, SET_ASIDE
                continue
            if part.fits(row):
                columns = zip(part.columns.all, row, strict=False)
                yield line, id, [(one.heading, one.meaning, value) for one, value in columns if value]
                continue
            yield line, id, None
            if id:
                values = {"given": len(row), "wanted": part.columns.width}
                mistakes.append(_at_line("wrong-cell-count", part.file, line, values))


def _of_json(file: LedgerFile, naming: Naming, keys: UnknownKeys, mistakes: list[Diagnostic]) -> Found:
    """The lines of a file of JSON Lines, whose values stay what they are; its keys are taken in."""
    line = 1
    for block in cut(file, file.begin):
        text = text_of(block)
        for at, one in enumerate(text.split("\n"), line):
            row: JsonRow | None = json_row(one)
            if row is None:
                continue
            keys.add(keys_of(row))
            cells = None if isinstance(row, BrokenLine) else [(key, naming.meaning(key), row[key]) for key in row]
            yield at, household_of(row, naming), cells
        line += text.count("\n")


def _at_line(code: str, file: LedgerFile, line: int, values: dict[str, Any]) -> Diagnostic:
    return Diagnostic(code, cell_place(file.shown, line), values)
