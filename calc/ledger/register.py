"""Reads registers: files with a row a person, who is named by an identity number.

A register is read by the readers of ledgers, each row as if it were a household of its own; so its headings, words and
shapes are those of a ledger, and it needs no household numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from calc.diagnostics.diagnostic import Diagnostic, InputErrors, Place, cell_place
from calc.diagnostics.source import Source
from calc.engine.facts import NOT_KNOWN, Declared
from calc.ledger.household_runs import LedgerFileReader, Run
from calc.ledger.ledger import Ledger, LedgerHousehold
from calc.ledger.open_files import LedgerFile
from calc.ledger.person_numbers import first_number, person_in
from calc.ledger.prescan import number_lines
from calc.ledger.read_options import ReadOptions
from calc.ledger.unclear_columns import UnknownColumn
from calc.record import Record
from calc.rules.plan import FactPlan, Plan


class Statement(Record):
    """A row of a register: the facts that it states of a person and of the household, and where it is."""

    facts: dict[str, Declared]
    own: dict[str, Declared]
    part: LedgerFileReader
    line: int

    def place(self, name: str) -> Place:
        """Finds the cell that states a fact; the whole row where the fact follows from another cell."""
        return place_in(self.part, self.line, name)


def place_in(part: LedgerFileReader, line: int, name: str) -> Place:
    """Finds the cell of a fact on a line of a file; the whole line where the fact has no column."""
    columns = part.columns.facts
    found = (one.heading for one in columns if isinstance(one.meaning, FactPlan) and one.meaning.name == name)
    return cell_place(part.file.shown, line, next(found, None))


class Register:
    """A register as it was read. `people` has by identity number (17 digits) the rows of each person.

    `unread` has what is wrong with rows that cannot be read, by the number of the person; `nameless` are the mistakes
    of those rows that name nobody. `facts` are all facts that are stated, `unknown` the headings that mean nothing.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.people: dict[str, list[Statement]] = {}
        self.unread: dict[str, list[Diagnostic]] = {}
        self.nameless: list[Diagnostic] = []
        self.facts: set[str] = set()
        self.set_aside = 0
        self.unknown: Sequence[tuple[str, UnknownColumn]] = ()

    def lines_of(self, number: str) -> list[int]:
        """Lists the lines about a person."""
        wrong = [one.line for one in self.unread.get(number, ())]
        return sorted({*wrong, *(one.line for one in self.people.get(number, ()))})


def read_register(path: str, files: list[LedgerFile], plan: Plan, options: ReadOptions, number: str) -> Register:
    """Reads a register, whose people are named by the fact `number`. Raises InputErrors for one without numbers."""
    ledger, register = Ledger(files, plan, options), Register(path)
    mistakes = [_without_numbers(part, plan, number) for part in ledger.parts if not _has_numbers(ledger, part)]
    if mistakes:
        raise InputErrors(mistakes)
    number_lines(ledger.parts, ledger.order, [ledger.scanner.seen(*key) for key in ledger.order])
    for file, place in ledger.order:
        runs = [*_rows(ledger.parts[file], place, register)]
        for run, entry in zip(runs, ledger.entries(file, runs), strict=True):
            if isinstance(entry, LedgerHousehold):
                _add(register, entry, number)
            else:
                people = (person_in(row, ledger.scanner.people[file]) for _, row in run.rows)
                named = [one for one in people if one is not None]
                for one in named:
                    register.unread.setdefault(one, []).extend(entry.mistakes)
                register.nameless += () if named else entry.mistakes
    register.unknown = [*ledger.unknown(), *ledger.unknown_keys()]
    return register


def _has_numbers(ledger: Ledger, part: LedgerFileReader) -> bool:
    return bool(ledger.scanner.people[part.at])


def _without_numbers(part: LedgerFileReader, plan: Plan, number: str) -> Diagnostic:
    """Makes the mistake of a register that names nobody."""
    about = plan.facts[number].about
    place = (
        Place(Source(part.file.shown, "")) if part.json is not None else part.columns.place_in(part.file.shown, None)
    )
    wanted = " / ".join(dict.fromkeys((about.label, about.en)))
    return Diagnostic("missing-column/register", place, {"wanted": wanted}, ("map-person", {"name": about.label}))


def _rows(part: LedgerFileReader, place: int, register: Register) -> Iterator[Run]:
    """Yields each row of a block that is no total, as a run of its own; records of one line of JSON are together."""
    for line, same in groupby(part.rows(place), key=lambda one: one[0]):
        rows = []
        for _, row in same:
            if part.is_set_aside(row, ""):
                register.set_aside += 1
            else:
                rows.append((line, row))
        if rows:
            yield Run(str(line), rows)


def _add(register: Register, entry: LedgerHousehold, number: str) -> None:
    for facts in entry.members:
        found = first_number([(facts.get(number), False)])
        if found is None:
            register.nameless.append(Diagnostic("no-household/number", cell_place(entry.part.file.shown, entry.line)))
            continue
        register.people.setdefault(found, []).append(Statement(facts, entry.facts, entry.part, entry.line))
        register.facts.update(one.removesuffix(NOT_KNOWN) for one in (*facts, *entry.facts))
