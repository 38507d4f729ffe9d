"""Writes the columns of a benefit: status, amount, failed conditions, needs; and those of failed checks."""

from __future__ import annotations

from typing import Union

from sqlglot import exp

from calc.engine.outcomes import DENIED, GRANTED, NOT_APPLICABLE, UNDETERMINED
from calc.engine.schedule import BenefitItem, CheckItem, PersonsItem
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.dialects import LONG
from calc.engine.sql.lower_terms import SqlLowering
from calc.engine.sql.needs_bits import WORD_BITS
from calc.engine.sql.sql_value import NUMBER, Cell, Needs, constant
from calc.engine.sql.unsupported import UnsupportedPlan
from calc.exact import Number
from calc.language.types import Type
from calc.record import Record, replace

Field = Union[str, int]
"""The name of a column, or the value that all rows have."""


class OutcomeColumns(Record):
    """The columns with the outcome of a benefit, in the rows of its level. `needs` are words by their number.

    `width` is the number of bits of the amount. `persons` is the number of people a grant to the household counts for,
    None where the rules do not say; it may be unknown, by `persons_needs`.
    """

    benefit: str
    status: Field = NOT_APPLICABLE
    amount: Field = 0
    failed: Field = 0
    needs: dict[int, Field] = {}
    width: int = LONG
    persons: Field | None = None
    persons_needs: dict[int, Field] = {}

    def columns(self) -> list[str]:
        """Lists the names of the columns."""
        needs = *self.needs.values(), *self.persons_needs.values()
        fields = (self.status, self.amount, self.failed, self.persons, *needs)
        return [field for field in fields if isinstance(field, str)]


class Outcomes:
    """Writes benefits and checks."""

    def __init__(self, lowering: SqlLowering, step: Number) -> None:
        self.lowering = lowering
        self.columns = lowering.columns
        self.step = step
        self.checks: dict[int, list[tuple[int, Tree]]] = {}

    def benefit(self, item: BenefitItem, type_: Type) -> OutcomeColumns:
        """Writes the columns of a benefit; makes its amount and receipt available to formulas."""
        benefit, name, lowering = item.benefit, item.benefit.name, self.lowering
        lowering.begin(item.layer, name)
        applies = lowering.cell(benefit.applies_to)
        if applies.constant is False:
            lowering.names[name], lowering.received[name] = constant(0), constant(False)
            return OutcomeColumns(name)
        if len(benefit.conditions) > WORD_BITS:
            raise UnsupportedPlan("too-many", name, most=WORD_BITS)
        conditions = [lowering.kept(lowering.cell(term), f"{name} {at}") for at, term in enumerate(benefit.conditions)]
        truths = [one for one in (applies, *conditions) if one.constant is not True]
        received = self.named(self.all_of(truths), f"{name} received")
        lowering.begin(item.layer, name)
        amount = lowering.tightened(lowering.cell(benefit.amount), type_)
        paid = self.paid(amount, received, name)
        applies_tree = None if applies.constant is True else build.own(lowering.atom(applies).value)
        status = self.status(name, applies_tree, received, amount)
        failed: Field = 0
        bits = [
            build.case([(build.negation(one.value), build.whole(1 << at))], build.whole(0))
            for at, one in enumerate(conditions)
            if one.constant is not True
        ]
        if bits:
            total = bits[0]
            for one in bits[1:]:
                total = build.binary(exp.Add, total, one)
            if applies_tree is not None:
                total = build.case([(build.negation(applies_tree), build.whole(0))], total)
            failed = self.field(total, f"{name} failed")
        lowering.names[name], lowering.received[name] = paid, received
        needs = {word: self.field(tree, f"{name} needs") for word, tree in paid.needs.items()}
        return OutcomeColumns(name, status, self.field(paid.value, name), failed, needs, max(LONG, paid.width))

    def all_of(self, truths: list[Cell]) -> Cell:
        """Tests that all are true, with the needs where that is unknown."""
        if not truths:
            return constant(True)
        return truths[0] if len(truths) == 1 else self.lowering.logic("and", truths)

    def named(self, cell: Cell, name: str) -> Cell:
        return self.lowering.kept(cell, name)

    def paid(self, amount: Cell, received: Cell, name: str) -> Cell:
        """Writes the amount paid: 0 unless received, unknown if either is unknown."""
        sums, zero = self.lowering.sums, build.whole(0)
        unsure = received.unknown or amount.unknown
        if not amount.is_never_known:
            amount = sums.in_unit(amount, self.step)
        needs: Needs = {}
        if unsure:
            amount = self.lowering.atom(amount)
            united = sums.united(received.needs, amount.needs)
            if received.constant is True:
                needs = united
            elif received.unknown and not amount.unknown:
                needs = received.needs
            elif not received.unknown:
                needs = self.lowering.masked([(received.value, united)], {})
            else:
                needs = self.lowering.masked([(build.negation(received.value), {})], united)
        if received.constant is True:
            value = amount.value
        elif received.unknown:
            is_denied = build.negation(received.value)
            value = build.case([(is_denied, zero), (received.value, amount.value)])
        else:
            value = build.case([(received.value, amount.value)], zero)
        if build.is_null_value(value):
            value = self.lowering.dialect.cast(value, LONG)
        low, high = min(0, amount.low), max(0, amount.high)
        cell = Cell(value, NUMBER, self.step, low, high, amount.width, needs)
        return self.lowering.kept(cell, name)

    def status(self, name: str, applies: Tree | None, received: Cell, amount: Cell) -> Field:
        branches: list[tuple[Tree, Tree]] = []
        if applies is not None:
            branches.append((build.negation(applies), build.whole(NOT_APPLICABLE)))
        if received.constant is not True:
            branches.append((build.negation(received.value), build.whole(DENIED)))
        if not received.unknown and not amount.unknown:
            if not branches:
                return GRANTED
            return self.field(build.case(branches, build.whole(GRANTED)), f"{name} status")
        if amount.is_never_known:
            return (
                self.field(build.case(branches, build.whole(UNDETERMINED)), f"{name} status")
                if branches
                else (UNDETERMINED)
            )
        tests = [] if received.constant is True else [build.own(received.value)]
        if amount.unknown:
            tests.append(build.is_not_null(self.lowering.atom(amount).value))
        branches.append((build.both(*tests), build.whole(GRANTED)))
        return self.field(build.case(branches, build.whole(UNDETERMINED)), f"{name} status")

    def field(self, tree: Tree, name: str) -> Field:
        """Finds or makes the column of this level with the value of a tree; returns its name."""
        if isinstance(tree, exp.Column) and self.columns.made[tree.name].layer % 2 == self.lowering.layer % 2:
            return tree.name
        if isinstance(tree, exp.Literal):
            return int(tree.this)
        return self.columns.put(self.lowering.layer, name, tree).name

    def counted(self, outcome: OutcomeColumns, item: PersonsItem) -> OutcomeColumns:
        """Adds the number of people an outcome counts for."""
        lowering = self.lowering
        lowering.begin(item.layer, f"{item.name} persons", item.name)
        cell = lowering.cell(item.term)
        if cell.is_never_known:
            cell = replace(cell, value=lowering.dialect.cast(cell.value, LONG))
        else:
            cell = lowering.sums.in_unit(cell, 1)
        name = f"{item.name} persons"
        needs = {word: self.field(tree, f"{name} needs") for word, tree in cell.needs.items()}
        return replace(outcome, persons=self.field(cell.value, name), persons_needs=needs)

    # checks

    def check(self, item: CheckItem, name: str) -> None:
        """Notes the test of a check; an unknown check passes."""
        lowering = self.lowering
        lowering.begin(item.layer, name)
        cell = lowering.cell(item.term)
        self.checks.setdefault(item.layer, []).append((item.place, build.negation(lowering.atom(cell).value)))

    def failed_checks(self, last: int, count: int) -> tuple[Field, ...]:
        """Writes the words with the failed checks of a household, in its last layer."""
        words = -(-count // WORD_BITS)
        return tuple(self._word(word, last) for word in range(words))

    def _word(self, word: int, last: int) -> Field:
        parts: list[Tree] = []
        for layer, found in self.checks.items():
            bits = [
                build.case([(test, build.whole(1 << place % WORD_BITS))], build.whole(0))
                for place, test in found
                if place // WORD_BITS == word
            ]
            if not bits:
                continue
            total = bits[0]
            for one in bits[1:]:
                total = build.binary(exp.Add, total, one)
            if layer % 2:
                over_all = self.columns.group(layer, "failed checks", self.lowering.dialect.bits(total))
                total = self.columns.put(layer + 1, "failed checks", build.coalesce(over_all, build.whole(0)))
            parts.append(total)
        if not parts:
            return 0
        total = parts[0]
        for one in parts[1:]:
            total = self.lowering.dialect.union(build.operand(total), build.operand(one))
        self.lowering.begin(last, "failed checks")
        return self.field(total, "failed checks")
