"""Writes simplified terms as trees of a query over scaled whole numbers, as `calc.engine.python.lower_terms` does.

Both branches of a choice are computed, so nothing may fail in the one that is not taken.
A value that is used more than once becomes a column.
"""

from __future__ import annotations

from sqlglot import exp

from calc.engine.simple_plan import Missing
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.dialects import TRUTH, Dialect
from calc.engine.sql.identifiers import PLACE
from calc.engine.sql.integer_arithmetic import IntegerArithmetic
from calc.engine.sql.lookup_cells import LookedUp
from calc.engine.sql.needs_bits import NeedWords
from calc.engine.sql.null_rules import Strict
from calc.engine.sql.sql_value import (
    NUMBER,
    Cell,
    Lowered,
    Needs,
    SqlQuotient,
    constant,
    grid,
    kind_of,
    never_known,
    paired,
)
from calc.engine.sql.stages import StageColumns
from calc.language.typed_tree import (
    Aggregate,
    Amount,
    Constant,
    Definition,
    Fact,
    HasRow,
    If,
    Logic,
    Lookup,
    Me,
    Operation,
    Received,
    Term,
)
from calc.language.types import MOST_MEMBERS, NUMERIC
from calc.record import replace


class SqlLowering(Strict):
    """Writes terms of a layer; `names`, `received` and `aggregates` have the cells of values computed before."""

    def __init__(self, dialect: Dialect, words: NeedWords, columns: StageColumns) -> None:
        super().__init__(dialect, columns)
        self.words = words
        self.names: dict[str, Cell] = {}
        self.received: dict[str, Cell] = {}
        self.aggregates: dict[int, Cell] = {}

    def cell(self, term: Term) -> Cell:
        """Writes a term that is not a quotient."""
        lowered = self.lower(term)
        assert isinstance(lowered, Cell), "a quotient passed the checker"
        return lowered

    def lower(self, term: Term) -> Lowered:
        """Writes a term; puts heavy parts into columns."""
        lowered = self.form(term)
        if isinstance(lowered, SqlQuotient):
            return SqlQuotient(self.light(lowered.numerator), self.light(lowered.denominator))
        return self.light(lowered)

    def form(self, term: Term) -> Lowered:
        """Writes a term by its form."""
        match term:
            case Constant(value=value):
                return constant(value, term.type.kind in NUMERIC)
            case Missing(unknown=unknown):
                return never_known(kind_of(term.type), self.words.constant(unknown.needs))
            case Operation(operator="ask_after", operands=(after, missing)):
                first, own = self.atom(self.cell(after)), self.cell(missing).needs
                needs = self.masked([(build.is_null(first.value), first.needs)], own) if first.unknown else own
                return never_known(kind_of(term.type), needs)
            case Fact(name=name) | Definition(name=name) | Amount(name=name):
                return self.names[name]
            case Me():
                return Cell(build.column(PLACE), NUMBER, high=MOST_MEMBERS - 1)
            case Received(name=name):
                return self.received[name]
            case Operation():
                return self.applied(term, [self.lower(operand) for operand in term.operands])
            case Logic(operator="not", operands=(operand,)):
                truth = self.cell(operand)
                return replace(truth, value=build.negation(truth.value), constant=None)
            case Logic(operator=operator, operands=operands):
                return self.logic(operator, [self.cell(operand) for operand in operands])
            case If():
                return self.choice(term)
            case Lookup() | HasRow():
                return self.looked_up(term)
            case Aggregate():
                return self.aggregates[id(term)]
        raise AssertionError(f"no tree for {term!r}")

    # forms that can absorb an unknown

    def logic(self, operator: str, operands: list[Cell]) -> Cell:
        """Writes Kleene's `and` and `or`, which are SQL's; an unknown result has the needs of its operands."""
        combine = build.both if operator == "and" else build.either
        unsure = [one for one in operands if one.unknown]
        tree = combine(*(one.value for one in operands))
        if not unsure:
            return Cell(tree, TRUTH)
        value = self.column(tree, self.wanted)
        united = self.sums.united(*(one.needs for one in unsure))
        return Cell(value, TRUTH, needs=self.masked([(build.is_null(value), united)], {}))

    def choice(self, term: If) -> Lowered:
        test, then, otherwise = self.cell(term.test), self.lower(term.then), self.lower(term.otherwise)
        if isinstance(then, SqlQuotient) or isinstance(otherwise, SqlQuotient):
            return self.chosen_quotient(test, paired(then), paired(otherwise))
        return self.chosen(test, then, otherwise)

    def chosen(self, test: Cell, then: Cell, otherwise: Cell) -> Cell:
        """Writes a choice of two; an unknown test gives a known value only if both are known and equal."""
        then, otherwise = self.alike(then, otherwise)
        shape = then if otherwise.is_never_known else otherwise
        if not (then.is_never_known or otherwise.is_never_known) and shape.kind == NUMBER:
            low, high = min(then.low, otherwise.low), max(then.high, otherwise.high)
            shape = replace(shape, low=low, high=high, width=max(then.width, otherwise.width))
        shape = replace(shape, constant=None)
        if then.unknown or test.unknown or otherwise.unknown:
            test = self.atom(test)
        if not test.unknown:
            unsure = then.unknown or otherwise.unknown
            needs = self.masked([(test.value, then.needs)], otherwise.needs) if unsure else {}
            return replace(shape, value=self.either_value(test.value, then, otherwise), needs=needs)
        then, otherwise = self.atom(then), self.atom(otherwise)
        is_false = build.negation(test.value)
        united = self.sums.united(test.needs, then.needs, otherwise.needs)
        branches = [(test.value, then.value), (is_false, otherwise.value)]
        rows = [(test.value, then.needs), (is_false, otherwise.needs)]
        if then.is_never_known or otherwise.is_never_known:
            if then.is_never_known and otherwise.is_never_known:
                return replace(shape, value=build.null(), needs=self.masked(rows, united))
            return replace(shape, value=build.case(branches), needs=self.masked(rows, united))
        equal = build.binary(exp.EQ, then.value, otherwise.value)
        value = build.case([*branches, (equal, then.value)])
        return replace(shape, value=value, needs=self.masked([*rows, (equal, {})], united))

    def alike(self, then: Cell, otherwise: Cell) -> tuple[Cell, Cell]:
        """Converts two numbers to one unit."""
        if then.kind != NUMBER or then.is_never_known or otherwise.is_never_known:
            return then, otherwise
        unit = grid(then, otherwise)
        return self.sums.in_unit(then, unit), self.sums.in_unit(otherwise, unit)

    def either_value(self, test: Tree, then: Cell, otherwise: Cell) -> Tree:
        if then.is_never_known and otherwise.is_never_known:
            return build.null()
        if self.dialect.types_literals and then.kind == NUMBER:
            then = replace(then, value=self.dialect.cast(then.value, then.width))
        return build.case([(test, then.value)], otherwise.value)

    def chosen_quotient(self, test: Cell, then: SqlQuotient, otherwise: SqlQuotient) -> SqlQuotient:
        """Writes a choice of quotients; the denominator of the branch not taken may be zero or unknown."""
        if not test.unknown:
            test = self.atom(test)
            return SqlQuotient(
                self.chosen(test, then.numerator, otherwise.numerator),
                self.chosen(test, then.denominator, otherwise.denominator),
            )
        test = self.atom(test)
        one, other = (SqlQuotient(self.atom(two.numerator), self.atom(two.denominator)) for two in (then, otherwise))
        is_same = self.atom(self.comparison("==", one, other))
        united = self.sums.united(test.needs, is_same.needs)
        tests = [test.value, build.negation(test.value), *([] if is_same.is_never_known else [is_same.value])]
        needs = [_needs(self.sums, one), _needs(self.sums, other), {}][: len(tests)]
        open_needs = {word: self.column(tree, f"{self.wanted} needs")
                      for word, tree in self.masked(list(zip(tests, needs, strict=True)), united).items()}  # fmt: skip
        parts = []
        for first, second in ((one.numerator, other.numerator), (one.denominator, other.denominator)):
            first, second = self.alike(first, second)
            rows = [(tests[0], first.value), (tests[1], second.value), *((same, first.value) for same in tests[2:])]
            never = first.is_never_known and second.is_never_known
            shape = first if second.is_never_known else second
            low, high = min(first.low, second.low), max(first.high, second.high)
            value = build.null() if never else build.case(rows)
            width = max(first.width, second.width)
            parts.append(Cell(value, NUMBER, shape.unit, low, high, width, open_needs))
        return SqlQuotient(*parts)

    def looked_up(self, term: Lookup | HasRow) -> Cell:
        keys = [self.atom(self.cell(key)) for key in term.keys]
        needs = self.sums.united(*(key.needs for key in keys))
        if any(key.is_never_known for key in keys):
            return never_known(TRUTH if isinstance(term, HasRow) else kind_of(term.type), needs)
        unsure = [build.is_null(key.value) for key in keys if key.unknown]
        look = LookedUp(term, keys, self)
        value = replace(look.value, value=look.kept(self.unless(unsure, look.value.value), self.wanted))
        if look.unset is None:
            return replace(value, needs=needs)
        own = self.words.where(look.kept(look.unset, f"{self.wanted} unset"), term.name)
        if needs:
            own = self.masked([(build.either(*unsure), needs)], own)
        return replace(value, needs=own)

    def unless(self, unsure: list[Tree], tree: Tree) -> Tree:
        """Writes NULL where one of the tests is true, else the tree: an unknown key would go to ELSE otherwise."""
        if not unsure or build.is_null_value(tree):
            return tree
        return build.case([(build.either(*unsure), build.null())], tree)


def _needs(sums: IntegerArithmetic, quotient: SqlQuotient) -> Needs:
    return sums.united(quotient.numerator.needs, quotient.denominator.needs)
