"""Joins registers to the households of a list, person by person: what one source states, the others need not.

A fact that any source states is stated; "not known" in one gives way to a value in another. Two values that are not
the same contradict each other: nobody but a person can say which one is right.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Optional, Union

from calc.batch.job import BatchJob, WrongJob
from calc.batch.pipeline import read_options
from calc.diagnostics.diagnostic import Diagnostic, Place, Reject
from calc.engine.facts import NOT_KNOWN, Declared, household_of, not_known
from calc.households.cell_values import fact_value_text
from calc.households.choice_words import language_of
from calc.households.failed_checks import CheckReport, checks_in
from calc.households.household_reader import shown_id
from calc.ledger.header import Naming
from calc.ledger.household_runs import Run
from calc.ledger.ledger import LedgerHousehold
from calc.ledger.ledger_map import LedgerMap, with_words
from calc.ledger.members_across import with_members_down
from calc.ledger.open_files import FileOptions, opened
from calc.ledger.parquet_to_csv import in_blocks
from calc.ledger.person_numbers import first_number, person_in
from calc.ledger.register import Register, Statement, place_in, read_register
from calc.record import Record, replace
from calc.rules.plan import Plan
from calc.vary.people import number_fact

Cell = tuple[Optional[int], str]
"""The place of a member, or None for the household, and the name of a fact."""
RegisterFile = tuple[str, Optional[LedgerMap]]
"""The path of a register, and the map of its columns."""


class JoinedHousehold(Record):
    """A household of a list with what registers state of it. `places` has the rows that facts are from."""

    facts: dict[str, Declared]
    members: list[dict[str, Declared]]
    places: dict[Cell, Statement]
    contradictions: tuple[Diagnostic, ...] = ()
    unread: tuple[Diagnostic, ...] = ()


class Registers:
    """Registers that are joined to a list. `without_number` counts members of the list whom none can be joined to."""

    def __init__(self, registers: Sequence[Register], plan: Plan, number: str, show_ids: bool) -> None:
        self.registers = registers
        self.plan = plan
        self.number = number
        self.show_ids = show_ids
        self.facts = frozenset(name for one in registers for name in one.facts)
        self.without_number = 0
        self._met: set[str] = set()
        self._numbers = {one.name for one in plan.facts.values() if one.format is not None}

    def noted(self, runs: Iterator[Run], people_at: list[tuple[int, bool]]) -> Iterator[Run]:
        """Notes who is on the list, in households that can be assessed and in others."""
        for run in runs:
            for _, row in run.rows:
                number = person_in(row, people_at)
                if number is not None:
                    self._met.add(number)
            yield run

    def strangers(self, register: Register) -> list[str]:
        """Lists the people of a register who are in no household of the list, by their numbers."""
        return [one for one in (*register.people, *register.unread) if one not in self._met]

    def joined(self, entry: LedgerHousehold) -> Optional[JoinedHousehold]:
        """Joins the registers to a household; None where none of them has anybody of it."""
        join: Union[_Join, None] = None
        unread: list[Diagnostic] = []
        for place, facts in enumerate(entry.members):
            number = first_number([(facts.get(self.number), False)])
            if number is None:
                self.without_number += 1
                continue
            for register in self.registers:
                unread += map(_unread, register.unread.get(number, ()))
                for one in register.people.get(number, ()):
                    join = join or _Join(self, entry)
                    join.add(place, one)
        if join is None:
            return JoinedHousehold(entry.facts, entry.members, {}, (), tuple(unread)) if unread else None
        return JoinedHousehold(join.facts, join.members, join.places, tuple(join.found), tuple(unread))

    def failing(self, entry: LedgerHousehold, joined: JoinedHousehold, plan: Plan, bits: int) -> Reject:
        """Makes the reject of a household that fails checks, each at the cells of the facts compared."""

        def cell_of(name: str, member: int | None) -> Place:
            statement = joined.places.get((member, name))
            return statement.place(name) if statement is not None else _listed(entry, member, name)

        headings = [one.heading for one in entry.part.columns.all]
        report = CheckReport(plan, _listed(entry, None, ""), cell_of, self.show_ids, language_of(headings))
        household = household_of(entry.id, joined.facts, entry.ids, joined.members)
        found = report.mistakes(household, checks_in(plan, bits))
        return Reject(entry.id, (*found, *entry.warnings), entry.part.file.shown, entry.line, entry.cells)

    def is_number(self, name: str) -> bool:
        """Says whether a fact is a personal number: what follows from it is compared, not how it is written."""
        return name in self._numbers


class _Join:
    """Puts what registers state of one household together. `found` has the contradictions."""

    def __init__(self, registers: Registers, entry: LedgerHousehold) -> None:
        self.registers = registers
        self.entry = entry
        self.facts = dict(entry.facts)
        self.members = [dict(one) for one in entry.members]
        self.places: dict[Cell, Statement] = {}
        self.found: list[Diagnostic] = []

    def add(self, place: int, statement: Statement) -> None:
        """Adds a row about a member."""
        for name, value in statement.facts.items():
            self._state(self.members[place], (place, name), value, statement)
        for name, value in statement.own.items():
            self._state(self.facts, (None, name), value, statement)

    def _state(self, facts: dict[str, Declared], cell: Cell, value: Declared, statement: Statement) -> None:
        name = cell[1]
        if name.endswith(NOT_KNOWN):
            if name.removesuffix(NOT_KNOWN) not in facts:
                facts[name] = value
        elif name not in facts:
            facts[name] = value
            facts.pop(not_known(name), None)
            self.places[cell] = statement
        elif facts[name] != value and not self.registers.is_number(name):
            self.found.append(self._contradiction(cell, facts[name], value, statement))

    def _contradiction(self, cell: Cell, known: Declared, value: Declared, statement: Statement) -> Diagnostic:
        member, name = cell
        registers, entry = self.registers, self.entry
        fact = registers.plan.facts[name]
        other = self.places.get(cell)
        place, first = statement.place(name), _listed(entry, member, name) if other is None else other.place(name)
        what = f"`{name}`", f"`{name}`"
        if member is not None:
            whose = shown_id(entry.ids[member], registers.show_ids)
            what = f"`{name}` of {whose}", f"{whose}的 `{name}`"
        read, before = (fact_value_text(fact, one, registers.show_ids) for one in (value, known))
        values = {"what": what, "read": read, "other": before, "path": statement.part.file.shown,
                  "line": statement.line, "first": first.source.path, "at": first.source.line}  # fmt: skip
        return Diagnostic("disagreement/sources", place, values)


def _unread(one: Diagnostic) -> Diagnostic:
    """Makes the mistake of a household of a row that cannot be read."""
    what = one.message("en"), one.message("zh")
    return Diagnostic("disagreement/unread", one.place, {"path": one.path, "line": one.line, "what": what})


def _listed(entry: LedgerHousehold, member: int | None, name: str) -> Place:
    """Finds the cell of the list that states a fact; the row of the household where members have no rows."""
    rows = entry.run.rows
    line = rows[member][0] if member is not None and len(rows) == len(entry.ids) else entry.line
    return place_in(entry.part, line, name)


def read_registers(files: Sequence[RegisterFile], job: BatchJob) -> Registers:
    """Reads registers for the list of a job. Raises InputErrors for one that cannot be read."""
    plan = job.plans[0]
    number = number_fact(plan)
    if number is None:
        raise WrongJob("register-without-numbers")
    found = [_read(path, replace(job, ledger_map=given, keep=(), fill_down=False), number) for path, given in files]
    return Registers(found, plan, number, job.show_ids)


def _read(path: str, job: BatchJob, number: str) -> Register:
    plan = job.plans[0]
    if job.ledger_map is not None and job.ledger_map.words:
        plan = with_words(plan, job.ledger_map)
    options = replace(read_options(job), is_register=True)
    naming = Naming(plan, options.mapped, is_register=True)
    with contextlib.ExitStack() as stack:
        files = stack.enter_context(opened((path,), FileOptions(), naming))
        files = stack.enter_context(with_members_down(files, naming))
        return read_register(path, stack.enter_context(in_blocks(files)), plan, options, number)
