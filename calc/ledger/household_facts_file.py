"""Household facts from a file of their own, one row a household, held by the household's id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from calc.diagnostics.diagnostic import Diagnostic, InputErrors, Place
from calc.diagnostics.source import Source
from calc.households.household_reader import shown_id
from calc.ledger.header import Meaning, Naming, UnknownColumn
from calc.ledger.household_runs import file_reader
from calc.ledger.json_keys import UnknownJsonKeys
from calc.ledger.open_files import JSON_LINES, LedgerFile
from calc.ledger.prescan import BlockScanner, number_lines
from calc.rules.plan import Plan

Cell = tuple[str, Meaning, Any]
"""Heading, what it means, what stands there."""
HouseholdFacts = dict[str, tuple[str, int, list[Cell]]]
"""By household: its path, the line, the cells."""


def read_household_facts(
    files: list[LedgerFile], plan: Plan, mapped: Mapping[str, str], show_ids: bool
) -> tuple[HouseholdFacts, list[tuple[str, UnknownColumn]]]:
    """What files of households say, by household, and their headings that mean nothing, each with its file.

    A household that stands twice is a mistake of the file.
    """
    naming = Naming(plan, mapped, at_household=True)
    owns: HouseholdFacts = {}
    unknown: list[tuple[str, UnknownColumn]] = []
    mistakes: list[Diagnostic] = []
    for at, file in enumerate(files):
        part = file_reader(at, file, naming, False)
        unknown += [(file.shown, one) for one in part.columns.unknown]
        if file.format != JSON_LINES:
            mistakes += part.columns.mistakes(file.shown)
            if mistakes:
                continue
        surveyor, places = BlockScanner([part], plan), range(len(part.blocks))
        seen = [surveyor.seen(0, place) for place in places]
        number_lines([part], [(at, place) for place in places], seen)
        keys = UnknownJsonKeys(naming)
        for one in seen:
            keys.add(one.unknown)
        unknown += [(file.shown, naming.unknown(key)) for key in keys.first()]
        for place in places:
            for line, row in part.rows(place):
                id = part.id_of(row)
                if not id:
                    mistakes.append(_at_line("no-household", file, line, {}))
                elif id in owns:
                    mistakes.append(_at_line("household-twice", file, line, {"id": shown_id(id, show_ids)}))
                elif isinstance(row, list):
                    if not part.fits(row):
                        values = {"given": len(row), "wanted": part.columns.width}
                        mistakes.append(_at_line("wrong-cell-count", file, line, values))
                        continue
                    columns = zip(part.columns.all, row, strict=False)
                    owns[id] = file.shown, line, [(one.heading, one.meaning, v) for one, v in columns if v]
                elif isinstance(row, dict):
                    owns[id] = file.shown, line, [(key, naming.meaning(key), value) for key, value in row.items()]
                else:
                    mistakes.append(_at_line(row.code, file, line, row.values))
    if mistakes:
        raise InputErrors(mistakes)
    return owns, unknown


def _at_line(code: str, file: LedgerFile, line: int, values: dict[str, Any]) -> Diagnostic:
    return Diagnostic(code, Place(Source(file.shown, "", line=line)), values)
