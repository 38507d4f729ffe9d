"""Compiles a simplified plan to the columns of its query, and the fields of every outcome."""

from __future__ import annotations

from collections.abc import Mapping

from calc.engine.facts import not_known
from calc.engine.schedule import AggregateItem, BenefitItem, CheckItem, Item, Layering, NamedItem, PersonsItem, terms_of
from calc.engine.simple_plan import ALWAYS, Missing, SimplePlan
from calc.engine.sql import build
from calc.engine.sql.aggregates import GroupedAggregates
from calc.engine.sql.benefit_columns import Field, OutcomeColumns, Outcomes
from calc.engine.sql.dialects import LONG, NARROW, TRUTH, WORD, Dialect
from calc.engine.sql.identifiers import HOUSEHOLD, ID, PLACE, Names
from calc.engine.sql.lower_terms import SqlLowering
from calc.engine.sql.needs_bits import NeedWords
from calc.engine.sql.sql_value import Cell, kind_of, whole_bounds, width_of
from calc.engine.sql.stages import StageColumns
from calc.engine.sql.unsupported import UnsupportedPlan
from calc.language.typed_tree import Aggregate, Constant, Fact, walk
from calc.language.types import DATE, MEMBER, MOST_MEMBERS, NOBODY, NUMERIC, REFERENCE, Type, smallest_step
from calc.record import Record, replace
from calc.rules.plan import FactPlan


class Program(Record):
    """The columns of a query, those of each outcome, and the layer of each benefit."""

    simple: SimplePlan
    dialect: Dialect
    words: NeedWords
    columns: StageColumns
    outcomes: tuple[OutcomeColumns, ...]
    failed_checks: tuple[Field, ...]
    layers: dict[str, int]

    def outputs(self) -> set[str]:
        """Lists the names of the columns of the result."""
        found = {field for field in self.failed_checks if isinstance(field, str)}
        return found.union(*(one.columns() for one in self.outcomes))

    def level_of(self, outcome: OutcomeColumns) -> int:
        """Returns the level of a benefit."""
        return self.simple.plan.benefits[outcome.benefit].type.level


def program(simple: SimplePlan, dialect: Dialect, inputs: Mapping[str, str]) -> Program:
    """Compiles a simplified plan; `inputs` has the column of each fact that is stated by its pattern.

    Raises UnsupportedPlan where there is no exact query.
    """
    try:
        return _PlanCompiler(simple, dialect, inputs).run()
    except RecursionError:
        raise UnsupportedPlan("too-deep") from None


class _PlanCompiler:
    def __init__(self, simple: SimplePlan, dialect: Dialect, inputs: Mapping[str, str]) -> None:
        self.simple = simple
        self.plan = simple.plan
        self.dialect = dialect
        self.inputs = inputs
        self.layering = Layering(simple)
        self.items = self.layering.run()
        self.words = NeedWords(simple, self.items)
        self.columns = StageColumns(Names(dialect, (HOUSEHOLD, PLACE, ID)))
        self.lowering = SqlLowering(dialect, self.words, self.columns)
        self.grouping = GroupedAggregates(self.lowering)
        self.outcomes = Outcomes(self.lowering, smallest_step("money", self.plan.decimals))
        self.found: dict[str, OutcomeColumns] = {}
        self.entries = _entries_of_aggregates(self.items)

    def run(self) -> Program:
        for item in self.items:
            self.item(item)
        last = max([0, *(made.layer + made.layer % 2 for made in self.columns.made.values())])
        checked = max([0, *(layer + layer % 2 for layer in self.outcomes.checks)])
        checks = self.outcomes.failed_checks(max(last, checked), len(self.plan.checks))
        outcomes = tuple(self.found[name] for name in self.plan.benefits)
        layers = {item.benefit.name: item.layer for item in self.items if isinstance(item, BenefitItem)}
        return Program(self.simple, self.dialect, self.words, self.columns, outcomes, checks, layers)

    def item(self, item: Item) -> None:
        match item:
            case NamedItem():
                self.lowering.names[item.name] = self.named(item)
            case AggregateItem(term=term):
                cell = self.grouping.aggregate(item, self.layering.aggregates[id(term)], self.entries.get(id(term), ""))
                self.lowering.aggregates[id(term)] = cell
            case BenefitItem(benefit=benefit):
                self.found[benefit.name] = self.outcomes.benefit(item, self.amount_type(benefit.name))
            case PersonsItem(name=name):
                self.found[name] = self.outcomes.counted(self.found[name], item)
            case CheckItem(place=place):
                self.outcomes.check(item, self.plan.checks[place].name)

    def amount_type(self, name: str) -> Type:
        """Returns the type of a benefit's amount, with the bounds proven for it."""
        benefit = self.plan.benefits[name]
        return benefit.type if benefit.amount is None else benefit.amount.type

    def named(self, item: NamedItem) -> Cell:
        self.lowering.begin(item.layer, item.name)
        if isinstance(item.term, Fact) and item.term.name == item.name:
            return self.fact(self.plan.facts[item.name], item)
        cell = self.lowering.cell(item.term)
        if isinstance(item.term, (Constant, Missing)):
            return cell
        step = self.plan.definitions.get(item.name) or self.plan.facts[item.name]
        return self.lowering.kept(self.lowering.tightened(cell, step.type), item.name)

    def fact(self, fact: FactPlan, item: NamedItem) -> Cell:
        """Writes a declared fact, with its default where it is not stated."""
        always = self.simple.pattern.get(fact.name) == ALWAYS
        plain = always or (isinstance(item.default, Missing) and item.not_known is None)
        stated = self.stated(fact, fact.name if plain else f"{fact.name} stated")
        if always:
            return stated
        assert item.default is not None
        default = self.lowering.cell(item.default)
        is_absent = build.is_null(stated.value)
        if item.not_known is not None:
            default = self.open_default(fact, item.not_known, default)
        if default.is_never_known:
            needs = self.lowering.masked([(is_absent, default.needs)], {})
            return self.lowering.kept(replace(stated, needs=needs), fact.name)
        if default.unknown:
            default = self.lowering.atom(default)
        stated, default = self.lowering.alike(stated, default)
        needs = self.lowering.masked([(is_absent, default.needs)], {}) if default.unknown else {}
        low, high = min(stated.low, default.low), max(stated.high, default.high)
        value = build.coalesce(stated.value, default.value)
        cell = replace(stated, value=value, low=low, high=high, width=max(stated.width, default.width), needs=needs)
        return self.lowering.kept(cell, fact.name)

    def open_default(self, fact: FactPlan, missing: Missing, default: Cell) -> Cell:
        """Writes the default of a fact that some state as not known: these have none."""
        is_member = fact.type.level == MEMBER
        given = self.dialect.cast(build.column(self.inputs[not_known(fact.name)]), TRUTH)
        given = self.columns.source(1 if is_member else 0, f"{fact.name} not known", given)
        says_so = build.coalesce(given, build.truth(False))
        default = self.lowering.atom(default)
        value = build.null() if default.is_never_known else build.case([(says_so, build.null())], default.value)
        needs = self.lowering.masked([(says_so, self.words.constant(missing.unknown.needs))], default.needs)
        return replace(default, value=value, needs=needs, constant=None)

    def stated(self, fact: FactPlan, name: str) -> Cell:
        """Reads a fact from its column of the input."""
        type_ = fact.type
        cell = self.shape(type_, fact.decimals)
        column = self.inputs.get(fact.name)  # none where it is only stated as not known
        given: build.Tree = build.null() if column is None else build.column(column)
        to: int | str = cell.kind if cell.kind in (TRUTH, WORD) else cell.width
        tree = self.dialect.cast(given, to)
        if cell.kind == WORD:
            tree = self.dialect.compared(tree)
        return replace(cell, value=self.columns.source(1 if type_.level == MEMBER else 0, name, tree))

    def shape(self, type_: Type, decimals: int) -> Cell:
        """Finds the grid, bounds and width of a fact's numbers."""
        if type_.kind == REFERENCE:
            return Cell(build.null(), kind_of(type_), 1, NOBODY, MOST_MEMBERS - 1)
        if type_.kind not in NUMERIC and type_.kind != DATE:
            return Cell(build.null(), kind_of(type_))
        unit = smallest_step(type_.kind, decimals) if type_.kind in NUMERIC else 1
        bounds = whole_bounds(type_.low, type_.high, unit)
        assert bounds is not None, "a fact without bounds"
        least = NARROW if type_.kind == DATE else LONG
        return Cell(build.null(), kind_of(type_), unit, *bounds, max(least, width_of(*bounds, self.lowering.wanted)))


def _entries_of_aggregates(items: list[Item]) -> dict[int, str]:
    """Finds the name of the definition, fact or benefit whose formula has each aggregate."""
    return {
        id(one): item.name
        for item in items
        if isinstance(item, (NamedItem, BenefitItem, PersonsItem))
        for term in terms_of(item)
        for one in walk(term)
        if isinstance(one, Aggregate)
    }
