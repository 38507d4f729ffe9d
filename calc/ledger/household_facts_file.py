"""Household facts from a file of their own, one row a household, held by the household's id.

A file may name its households by the identity number of the head, with or without an id.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from calc.diagnostics.diagnostic import Diagnostic, InputErrors, Place, cell_place
from calc.households.cell_values import shown
from calc.households.headings import HEAD_NUMBER, HOUSEHOLDS, LEDGER_WORDS, NAME
from calc.households.household_reader import shown_id
from calc.language.types import HOUSEHOLD
from calc.ledger.cell_marks import HEAD, bad_cell, fault_in, marked
from calc.ledger.csv_blocks import cut, text_of
from calc.ledger.header import IGNORED, Meaning, Naming
from calc.ledger.household_ids import HeadNumbers, Heads, Person, made_id
from calc.ledger.household_runs import LedgerFileReader, file_reader
from calc.ledger.json_objects import BrokenLine, Cell, JsonRow, UnknownKeys, household_of, json_row, keys_of
from calc.ledger.open_files import JSON_LINES, LedgerFile
from calc.ledger.prescan import BlockScanner, number_lines
from calc.ledger.unclear_columns import UnknownColumn
from calc.rules.plan import FactPlan, Plan
from calc.text_forms import folded


class HouseholdFacts(dict[str, "tuple[str, int, list[Cell]]"]):
    """By household: its path, the line, the cells. Of the rows some were `set_aside`, totals and signatures.

    `facts` are the names of all facts in the cells.
    `numbers` are the identity numbers of heads, `made` the ids of households that are given by them alone.
    `unread` has what is wrong with the other numbers.
    """

    def __init__(self) -> None:
        super().__init__()
        self.set_aside = 0
        self.numbers = HeadNumbers()
        self.made: set[str] = set()
        self.unread: dict[str, Diagnostic] = {}

    def joined(self, numbered: Mapping[str, str]) -> HouseholdFacts:
        """Gives households the ids that a ledger has for the identity numbers of their heads."""
        ids = {id: numbered[number] for number, id in self.numbers.items() if number in numbered}
        found = HouseholdFacts()
        found.update((ids.get(id, id), own) for id, own in self.items())
        found.set_aside, found.unread = self.set_aside, self.unread
        return found

    @cached_property
    def facts(self) -> frozenset[str]:
        meanings = {id(meaning): meaning for _, _, cells in self.values() for _, meaning, _ in cells}
        return frozenset(one.name for one in meanings.values() if isinstance(one, FactPlan))


def read_household_facts(
    files: list[LedgerFile], plan: Plan, mapped: Mapping[str, str], show_ids: bool
) -> tuple[HouseholdFacts, list[tuple[str, UnknownColumn]]]:
    """Reads files of household facts: the cells by household, and unknown headings, each with its file.

    A household that occurs twice is a mistake of the file, as is an identity number of two heads.
    """
    ledger = Naming(plan, mapped)
    mapped = {heading: target for heading, target in mapped.items() if _is_own(ledger.target(heading, target))}
    naming = Naming(plan, mapped, at_household=True)
    owns = HouseholdFacts()
    owns.numbers.is_complete = True
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
        own_ids = _OwnIds(at, file, naming, owns, show_ids)
        for line, id, cells in rows:
            if cells is SET_ASIDE:
                owns.set_aside += 1
                continue
            settled = own_ids.settled(id, line, cells or [], mistakes)
            if settled is None:
                continue
            id = settled
            if not id or fault_in(id):
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
    words = (HOUSEHOLDS, HEAD_NUMBER, IGNORED)
    return meaning.type.level == HOUSEHOLD if isinstance(meaning, FactPlan) else meaning in words


class _OwnIds:
    """Settles the id of each row of a file, and notes the identity number of its head."""

    def __init__(self, at: int, file: LedgerFile, naming: Naming, owns: HouseholdFacts, show_ids: bool) -> None:
        self.at = at
        self.file = file
        self.naming = naming
        self.owns = owns
        self.show_ids = show_ids
        self.heads = Heads(naming.plan)

    def settled(self, id: str, line: int, cells: list[Cell], mistakes: list[Diagnostic]) -> str | None:
        """Returns the id of a row, made where it has none but the number of the head; None for a row that is wrong."""
        heading, value = next((one for one in self._numbers(cells)), ("", None))
        number = self.heads.number(Person(None, None, None, value))[1]
        if not isinstance(number, str) or fault_in(number) is not None:
            if number is None:
                return id
            wrong = self._wrong(line, heading, value)
            if id:
                self.owns.unread[id] = wrong
                return id
            mistakes.append(wrong)
            return None
        if number in self.owns.numbers:
            values = {"fact": heading, "read": shown(number, self.show_ids), "line": self._line_of(number)}
            mistakes.append(Diagnostic("household-twice/head", self._place(line, heading), values))
            return None
        if not id:
            id = made_id(self._name(cells), self.at, line)
            self.owns.made.add(id)
        self.owns.numbers[number] = id
        return id

    def _numbers(self, cells: list[Cell]) -> Iterator[tuple[str, Any]]:
        return ((heading, value) for heading, _, value in cells if self.naming.meaning(heading) == HEAD_NUMBER)

    def _name(self, cells: list[Cell]) -> Any:
        """Finds the name of the head of a household."""
        names = (value for heading, _, value in cells
                 if NAME in (self.naming.of_head(heading)[1], LEDGER_WORDS.get(folded(heading))))  # fmt: skip
        return next(names, None)

    def _line_of(self, number: str) -> int:
        found = self.owns.get(self.owns.numbers[number])
        return found[1] if found is not None else 0

    def _wrong(self, line: int, heading: str, value: Any) -> Diagnostic:
        """Makes the mistake of a number that is none."""
        fault = fault_in(value) or fault_in(marked(HEAD, "", str(value)))
        assert fault is not None
        wrong = bad_cell(fault, heading, self.show_ids)
        return Diagnostic(wrong.code, self._place(line, heading), wrong.values)

    def _place(self, line: int, heading: str) -> Place:
        return cell_place(self.file.shown, line, heading)


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
            named = part.id_of(row)
            id = "" if part.columns.is_by_head else named
            if part.is_set_aside(row, id):
                yield line, id, SET_ASIDE
                continue
            if part.fits(row):
                columns = zip(part.columns.all, row, strict=False)
                yield line, id, [(one.heading, one.meaning, value) for one, value in columns if value]
                continue
            yield line, named, None
            if named:
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
