"""Writes aggregates over members: grouped by household, then completed in the household's row.

SQL leaves NULL out of every aggregate, and gives NULL for an empty group; in the rules an unknown element makes the
result unknown, and an empty group gives 0, false, true or `empty`. So elements that can be unknown are grouped with
their needs: any need in the group comes from an unknown element that matters.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from calc.engine.schedule import AggregateItem
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.dialects import LONG, NARROW, TRUTH
from calc.engine.sql.identifiers import HOUSEHOLD, ID, PLACE
from calc.engine.sql.lower_terms import SqlLowering
from calc.engine.sql.sql_value import NUMBER, Cell, Needs, constant, grid, width_of
from calc.engine.sql.stages import Pairing
from calc.language.typed_tree import Aggregate
from calc.language.types import MOST_MEMBERS
from calc.record import replace


class GroupedAggregates:
    """Writes the columns of aggregates."""

    def __init__(self, lowering: SqlLowering) -> None:
        self.lowering = lowering
        self.columns = lowering.columns
        self.sums = lowering.sums
        self.layer = 0
        self.name = ""
        self.entry = ""
        self.pairing: Pairing | None = None
        self.after = 0
        self.if_paired: Needs = {}
        self.own: Needs = {}
        self.matters: Tree = build.truth(True)

    def aggregate(self, item: AggregateItem, ready: int, entry: str) -> Cell:
        """Writes an aggregate over the members of a layer; returns its cell, which is used from the layer `ready` on.

        `entry` is the entry whose formula it is part of.
        """
        term, self.layer, self.after, self.pairing = item.term, item.layer, item.layer + 1, None
        self.name, self.entry = _name_of(term), entry
        self.lowering.begin(item.layer, self.name, entry)
        where = None if term.where is None else self.lowering.cell(term.where)
        operand = None if term.operand is None else self.typed(self.lowering.cell(term.operand), term)
        if where is not None:
            where = self.typed(where, None)
        if term.theirs is not None and term.mine is not None:
            assert operand is not None or term.function == "count"
            where = None if where is None else self.lowering.atom(where)
            operand = None if operand is None else self.lowering.atom(operand)
            self.pair(term, where, operand)
            ready += 1
        match term.function:
            case "sum" | "count":
                return self.sum(where, constant(1) if operand is None else operand)
            case "any" | "all":
                assert operand is not None
                return self.some_or_every(term.function == "any", where, operand)
            case "rank":
                assert operand is not None
                return self.rank(where, operand)
        assert operand is not None
        return self.extreme(term, where, operand, ready)

    def typed(self, cell: Cell, term: Aggregate | None) -> Cell:
        """Gives a cell that is NULL itself a type, which an aggregate needs."""
        if not cell.is_never_known:
            return cell
        to: int | str = TRUTH if term is None or term.function in ("any", "all") else LONG
        if term is not None and term.function == "value_of" and cell.kind != NUMBER:
            to = cell.kind
        return replace(cell, value=self.lowering.dialect.cast(cell.value, to))

    # pairs of members

    def pair(self, term: Aggregate, where: Cell | None, operand: Cell | None) -> None:
        """Begins an aggregate for each member: puts into columns what pairs members, and what is needed in doubt.

        Where it is not known whether two members are a pair, an element that matters makes the result unknown.
        """
        assert term.theirs is not None and term.mine is not None
        lowering, self.after = self.lowering, self.layer + 2
        theirs, mine = (lowering.cell(one) for one in (term.theirs, term.mine))
        keys = [lowering.dialect.cast(one.value, NARROW) for one in (theirs, mine)]
        self.pairing = self.columns.pairing(self.layer, keys, mine.needs, not theirs.unknown and not mine.unknown)
        self.own = {word: build.column(name) for word, name in self.pairing.own_needs}
        without = [] if where is None else [build.negation(where.value)]
        if operand is not None and term.function == "sum" and operand.constant is None:
            without.append(build.binary(exp.EQ, operand.value, build.whole(0)))
        elif operand is not None and term.function in ("any", "all"):
            without.append(build.negation(operand.value) if term.function == "any" else build.own(operand.value))
        needs = self.sums.united(theirs.needs, *(one.needs for one in (where, operand) if one is not None))
        self.matters, self.if_paired = build.truth(True), needs
        if without:
            is_out = build.either(*without)
            self.matters = lowering.column(build.case([(is_out, build.truth(False))], build.truth(True)), self.name)
            self.if_paired = lowering.masked([(build.negation(self.matters), {})], needs)

    def grouped(self, gather: Callable[[Tree], Tree], element: Tree) -> Tree:
        """Groups an element over the household, or over the pairs that a member is surely in."""
        if self.pairing is None:
            return self.columns.group(self.layer, self.name, gather(element))
        element = self.lowering.column(element, self.name)
        if not self.pairing.is_sure:
            element = build.case([(self.in_doubt(self.pairing), build.null())], element)
        return self.columns.pair(self.layer, self.name, gather(element), self.pairing)

    def in_doubt(self, pairing: Pairing) -> Tree:
        """Tests whether it is not known if two members are a pair."""
        return build.either(*(build.is_null(build.column(one)) for one in (pairing.theirs, pairing.mine)))

    def grouped_over_pairs(self, pairing: Pairing, needs: Needs) -> Needs:
        """Unites the needs over the pairs of each member, those in doubt included."""
        found: Needs = {}
        zero = build.whole(0)
        doubted: Needs = {} if pairing.is_sure else self.sums.united(self.if_paired, self.own)
        for word in sorted({*needs, *doubted}):
            tree = self.lowering.column(needs.get(word, zero), f"{self.name} needs")
            if word in doubted:
                of_pair = self.lowering.column(self.if_paired.get(word, zero), f"{self.name} needs")
                own = build.case([(self.matters, self.own[word])], zero) if word in self.own else zero
                united = self.lowering.dialect.union(of_pair, own) if word in self.own else of_pair
                tree = build.case([(self.in_doubt(pairing), united)], tree)
            found[word] = self.columns.pair(self.layer, f"{self.name} needs", self.lowering.dialect.bits(tree), pairing)
        return found

    # needs

    def of_elements(self, where: Cell | None, operand: Cell, ignored: Tree | None = None) -> Needs:
        """Returns the needs an element adds: none outside `where`, nor if that is unknown and the element ignored."""
        if where is None:
            return operand.needs
        if not where.unknown:
            return self.lowering.masked([(where.value, operand.needs)], {}) if operand.unknown else {}
        is_out = build.negation(where.value)
        unsure = is_out if ignored is None else build.either(is_out, ignored)
        united = self.sums.united(where.needs, operand.needs)
        return self.lowering.masked([(where.value, operand.needs), (unsure, {})], united)

    def grouped_needs(self, needs: Needs) -> Needs:
        """Unites the needs of all members in the household's row, or those of pairs in the row of a member."""
        if self.pairing is not None:
            bits = self.grouped_over_pairs(self.pairing, needs)
        else:
            bits = {
                word: self.columns.group(self.layer, f"{self.name} needs", self.lowering.dialect.bits(tree))
                for word, tree in needs.items()
            }
        return {
            word: self.columns.put(self.after, f"{self.name} needs", build.coalesce(tree, build.whole(0)))
            for word, tree in bits.items()
        }

    def any_need(self, needs: Needs) -> Tree:
        """Tests for any need."""
        return build.either(*(build.binary(exp.NEQ, tree, build.whole(0)) for tree in needs.values()))

    def unless_open(self, needs: Needs, tree: Tree) -> Tree:
        return build.case([(self.any_need(needs), build.null())], tree) if needs else tree

    # the functions

    def sum(self, where: Cell | None, operand: Cell) -> Cell:
        """Writes `sum` and `count`; a zero adds nothing even if its `where` is unknown."""
        unit = grid(operand)
        element = operand if operand.is_never_known else self.sums.in_unit(operand, unit)
        low, high = min(0, element.low * MOST_MEMBERS), max(0, element.high * MOST_MEMBERS)
        width = max(LONG, width_of(low, high, self.sums.about))
        dialect = self.lowering.dialect
        needs: Needs = {}
        if where is not None or operand.unknown:
            if where is not None and (where.unknown or operand.unknown):
                element, where = self.lowering.atom(element), self.lowering.atom(where)
            is_zero = build.binary(exp.EQ, element.value, build.whole(0)) if element.constant is None else None
            needs = self.of_elements(where, element, is_zero)
        if element.constant is not None and element.low == 1:
            # a count leaves out NULL, and is a tenth faster here than the sum of ones or a filter
            counted: Tree = build.whole(1) if where is None else build.case([(where.value, build.whole(1))])
            if where is None and self.pairing is None:
                counted = exp.Star()
        else:
            value = element.value if dialect.sums_widen else self.sums.widened(element, width)
            counted = value if where is None else build.case([(where.value, value)], build.whole(0))
        is_count = element.constant is not None and element.low == 1

        def total(tree: Tree) -> Tree:  # DuckDB's sum of whole numbers is a HUGEINT, Postgres's a numeric
            return dialect.cast(exp.Count(this=build.own(tree)) if is_count else build.call("SUM", tree), width)

        raw = self.grouped(total, counted)
        settled = self.grouped_needs(needs)
        value = self.unless_open(settled, build.coalesce(raw, build.whole(0)))
        column = self.columns.put(self.after, self.name, value)
        return Cell(column, NUMBER, unit, low, high, width, settled)

    def some_or_every(self, is_any: bool, where: Cell | None, operand: Cell) -> Cell:
        """Writes `any` and `all`: Kleene's `or` and `and` over all members."""
        lowering = self.lowering
        if where is None:
            element = operand
        elif is_any:
            element = lowering.logic("and", [where, operand])
        else:
            outside = replace(where, value=build.negation(where.value))
            element = lowering.logic("or", [outside, operand])
        dialect = lowering.dialect
        gather = dialect.any_of if is_any else dialect.all_of
        raw = self.grouped(gather, element.value)
        known = build.coalesce(raw, build.truth(not is_any))
        if not element.needs and (self.pairing is None or self.pairing.is_sure):
            return Cell(self.columns.put(self.after, self.name, known), TRUTH)
        needs = self.grouped_needs(element.needs)
        decided = build.own(raw) if is_any else build.negation(raw)
        value = build.case(
            [(decided, build.truth(is_any)), (self.any_need(needs), build.null())], build.truth(not is_any)
        )
        column = self.columns.put(self.after, self.name, value)
        open_needs: Needs = {
            word: self.columns.put(self.after, f"{self.name} needs", tree)
            for word, tree in lowering.masked([(decided, {})], needs).items()
        }
        return Cell(column, TRUTH, needs=open_needs)

    def extreme(self, term: Aggregate, where: Cell | None, operand: Cell, ready: int) -> Cell:
        """Writes `max_of`, `min_of` and `value_of`; over no members `empty`."""
        lowering = self.lowering
        if where is not None and (where.unknown or operand.unknown):
            operand, where = lowering.atom(operand), lowering.atom(where)
        needs = self.of_elements(where, operand)
        if operand.unknown or where is not None:
            operand = lowering.atom(operand)
        inside = operand.value if where is None else build.case([(where.value, operand.value)])
        name = "MIN" if term.function == "min_of" else "MAX"  # of the one value of `value_of` either
        is_truth = operand.kind == TRUTH
        raw = self.grouped(lowering.dialect.any_of if is_truth else lambda tree: build.call(name, tree), inside)
        settled = self.grouped_needs(needs)
        lowering.begin(ready, self.name, self.entry)
        assert term.empty is not None
        empty = lowering.cell(term.empty)
        found = replace(operand, value=raw, needs=settled, constant=None)
        if not empty.is_never_known:
            found, empty = lowering.alike(found, empty)
        low, high = min(found.low, empty.low), max(found.high, empty.high)
        if empty.unknown:
            empty = lowering.atom(empty)
        nobody = build.is_null(raw)
        value = build.case([(nobody, empty.value)], found.value)
        unknown_needs = lowering.masked([(nobody, empty.needs)], {}) if empty.unknown else {}
        if settled:
            value = self.unless_open(settled, value)
            is_open = self.any_need(settled)
            unknown_needs = lowering.masked([(is_open, settled)], unknown_needs) if empty.unknown else settled
        width = max(found.width, empty.width, NARROW)
        shape = replace(found, value=value, low=low, high=high, width=width, needs=unknown_needs, constant=None)
        return lowering.kept(shape, self.name)

    def rank(self, where: Cell | None, operand: Cell) -> Cell:
        """Writes `rank`: a row number within `where`; one unknown makes all ranks unknown."""
        lowering = self.lowering
        operand = lowering.atom(operand)
        household = build.column(HOUSEHOLD)
        partition: list[Tree] = [household]
        is_out: Tree | None = None
        if where is not None:
            where = lowering.atom(where)
            is_out = build.negation(where.value)
            inside = build.case([(is_out, build.whole(0))], build.whole(1))
            partition.append(self.columns.put(self.layer, f"{self.name} inside", inside))
        name = lowering.dialect.by_code_point(build.column(ID))
        number = build.window(exp.RowNumber(), partition, [operand.value, name, build.column(PLACE)])
        ranked: Tree = self.columns.put(self.layer, self.name, lowering.dialect.cast(number, LONG))
        joint: Needs = {}
        for word, tree in self.of_elements(where, operand).items():
            own = lowering.column(tree, f"{self.name} needs")
            all_of = build.window(lowering.dialect.bits(own), [household])
            joint[word] = self.columns.put(self.layer, f"{self.name} needs", all_of)
        outside = [] if is_out is None else [(is_out, build.whole(0))]
        unknown = [(self.any_need(joint), build.null())] if joint else []
        value = build.case([*outside, *unknown], ranked) if outside or unknown else ranked
        needs = lowering.masked([(is_out, {})], joint) if is_out is not None and joint else joint
        return lowering.kept(Cell(value, NUMBER, 1, 0, MOST_MEMBERS, LONG, needs), self.name)


def _name_of(term: Aggregate) -> str:
    """Makes a name for the columns of an aggregate."""
    name = getattr(term.operand, "name", "") or getattr(term.where, "name", "")
    return f"{term.function} {name}".strip()
