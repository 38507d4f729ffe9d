"""The results of a month as one relation of typed cells: trees for any database, over the outcomes of its query.

decided           the outcomes of households, a row a household
decided_members   the outcomes of members, a row a member; only where results have each benefit of each member
about             household, first (its position), id, size, and its extra columns k0, k1, …

The relation has a row a household, or a row a benefit and member. Its first columns give the order of its rows:
`first`, the position of the household; `turn`, of the month and benefit within it; and for members their `place`.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from calc.batch.duckdb.household_outcomes import MEMBERS, OutcomeQuery, tree_of
from calc.batch.duckdb.household_sums import Sums, amount_of, amount_type, lacking_of, own_columns, totals_of
from calc.batch.duckdb.json_objects import household_objects
from calc.batch.duckdb.result_cells import NameLists
from calc.batch.duckdb.sql_templates import joined_text, named, phrase, select, within
from calc.batch.job import ResultSpec
from calc.engine.outcomes import GRANTED, STATUS_NAMES
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.identifiers import HOUSEHOLD, ID, PLACE
from calc.engine.sql.query import Query
from calc.language.types import MEMBER
from calc.report.result_rows import HouseholdTable, ResultTable, table
from calc.rules.plan import Plan

TEXT, COUNT = "VARCHAR", "INTEGER"
Shape = list[tuple[str, str]]
"""Columns with their types, in DuckDB's words."""


class ResultQuery:
    """The relation of the results of a month. `plans` are those of all months, `query` makes the month's query, with
    or without the ids of members."""

    def __init__(self, plan: Plan, plans: list[Plan], spec: ResultSpec, query: Callable[[bool], Query]) -> None:
        self.plan = plan
        self.spec = spec
        self.query = query(spec.is_in_full)
        self.decided = OutcomeQuery(plan, self.query, spec.is_in_full)
        self.table: ResultTable = table(spec.by, plan, spec.kept, False, plans)
        self.lists = NameLists(plan, self.query.program.words, spec)
        self.checks = len(self.query.program.failed_checks)
        self.is_object = is_object(spec)

    def results(self, turn: int) -> exp.Select:
        """The results of the month; `turn` is its place among the months."""
        if self.is_object:
            assert isinstance(self.table, HouseholdTable)
            return household_objects(self.table, self.household_rows(turn), self.benefit_rows(turn))
        return self.household_rows(turn) if self.spec.by == "household" else self.benefit_rows(turn)

    def totals(self) -> exp.Select:
        """The totals of the month, a row a group: see `calc.batch.duckdb.totals`."""
        return totals_of(self.decided, self.spec.group, self._words_of_facts())

    def lacking(self) -> exp.Select | None:
        """The needs of the month's undetermined households with their numbers: see `household_sums.lacking_of`."""
        return lacking_of(self.decided, self.spec.group, self._words_of_facts())

    def _words_of_facts(self) -> dict[int, int]:
        words = self.query.program.words
        return words.words(sum(words.bits[name] for name in words.names if name in self.plan.facts))

    def failed_words(self) -> list[Tree]:
        """The words of the failed checks."""
        return [self.decided.column(f"failed_{word}") for word in range(self.checks)]

    # a row a household

    def household_rows(self, turn: int) -> exp.Select:
        """The household's totals, the amount of each benefit, for how many people, and the undetermined ones."""
        assert isinstance(self.table, HouseholdTable)
        decided, sums = self.decided, Sums(self.decided)
        cells: dict[str, Tree] = {
            "household": build.column("id", "about"),
            "month": build.word(self.table.month),
            "members": build.column("size", "about"),
            "status": build.case([(sums.is_open, build.word("undetermined"))], build.word("determined")),
            "total": build.case([(sums.is_open, build.null())], amount_of(self.plan, sums.monthly)),
            "total_at_least": amount_of(self.plan, sums.monthly),
            "yearly": build.case([(sums.is_open_yearly, build.null())], amount_of(self.plan, sums.yearly)),
        }
        for at, place in self.table.column.items():
            if decided.can("g", at):
                cells[f"paid_{place}"] = build.case([(decided.of("g", at), amount_of(self.plan, decided.of("a", at)))])
        granted, opened = [], []
        for at in sums.order:
            name = build.word(f"{self.table.benefits[at].name}:")
            if decided.can("g", at):
                counted = joined_text([name, self._persons(at)])
                granted.append(build.case([(decided.of("g", at), counted)]))
            if decided.can("o", at):
                count = decided.of("o", at)
                opened.append(build.case([(phrase(":o > 0", o=count), joined_text([name, as_text(count)]))]))
        cells["granted"] = _semicolons(granted)
        cells["undetermined"] = build.case([(sums.is_open, _semicolons(opened))])
        needs = {word: decided.column(f"w_{word}") for word in range(decided.words)}
        cells["needs"], cells["unset"] = self.lists.needs(needs, True), self.lists.needs(needs, False)
        return self._with_about("decided", household_shape(self.table), cells, build.whole(turn))

    def _persons(self, at: int) -> Tree:
        """The number of people a benefit is granted for, as text; ? where it is not known."""
        is_counted = self.table.benefits[at].type.level == MEMBER or self.decided.says_persons(at)
        persons = self.decided.of("p", at) if is_counted else build.column("size", "about")
        return build.coalesce(as_text(persons), build.word("?"))

    # a row a benefit and member

    def benefit_rows(self, turn: int) -> exp.Select:
        """The outcome of each benefit of a household or of each of its members."""
        names = ("benefit", "member", "per", "failed", "needs", "unset")
        union: exp.Query | None = None
        for at in range(len(self.table.benefits)):
            part = self._outcome_rows(at)
            if part is not None:
                union = part if union is None else exp.Union(this=union, expression=part, distinct=False)
        if union is None:
            nothing = [named(build.null(), name) for name in ("turn", PLACE, "status", "amount", "persons", *names)]
            union = select("decided", [build.column(HOUSEHOLD), *nothing]).where(build.truth(False), copy=False)
        cells: dict[str, Tree] = {name: build.column(name, "outcomes") for name in names}
        status, persons = build.column("status", "outcomes"), build.column("persons", "outcomes")
        cells["household"] = build.column("id", "about")
        cells["month"] = build.word(self.table.month)
        cells["status"] = build.case([
            (phrase(":s = :at", s=status, at=at), build.word(name)) for at, name in enumerate(STATUS_NAMES)
        ])  # fmt: skip
        cells["amount"] = amount_of(self.plan, build.column("amount", "outcomes"))
        counted = build.coalesce(persons, as_text(build.column("size", "about")))
        cells["persons"] = build.case([(phrase(":s = :granted", s=status, granted=GRANTED), counted)])
        rank = phrase(":month + :turn", month=turn * len(self.table.benefits), turn=build.column("turn", "outcomes"))
        place = build.column(PLACE, "outcomes")
        return self._with_about(within(union, "outcomes"), benefit_shape(self.table), cells, rank, place)

    def _outcome_rows(self, at: int) -> exp.Select | None:
        """The rows of a benefit; `persons` is NULL where a grant counts for the whole household."""
        benefit, outcome = self.table.benefits[at], self.query.program.outcomes[at]
        is_member = benefit.type.level == MEMBER
        if is_member and not self.query.has_members:
            return None
        place, member, persons = build.whole(0), build.null(), build.null()  # type: tuple[Tree, Tree, Tree]
        if is_member:
            place, member, persons = build.column(PLACE), build.column(ID), build.word("1")
        else:
            outcome = own_columns(at, outcome)
            if self.decided.says_persons(at):
                persons = self._persons(at)
        needs = {word: tree_of(field) for word, field in outcome.needs.items()}
        cells: dict[str, Tree] = {
            "household": build.column(HOUSEHOLD),
            "turn": build.whole(at),
            PLACE: place,
            "benefit": build.word(benefit.name),
            "member": member,
            "status": tree_of(outcome.status),
            "amount": tree_of(outcome.amount),
            "per": build.word(benefit.per),
            "failed": self.lists.failed(benefit, tree_of(outcome.failed)),
            "needs": self.lists.needs(needs, True),
            "unset": self.lists.needs(needs, False),
            "persons": persons,
        }
        source = MEMBERS if is_member else "decided"
        return select(source, [named(tree, name) for name, tree in cells.items()])

    # both

    def _with_about(
        self, source: Tree | str, shape: Shape, cells: dict[str, Tree], turn: Tree, place: Tree | None = None
    ) -> exp.Select:
        """Cells of outcomes with the household's own; an empty cell is NULL, as is each without a tree."""
        for name in _extra(self.table):
            cells[name] = phrase("NULLIF(:cell, '')", cell=build.column(name, "about"))
        typed = [
            named(exp.Cast(this=cells.get(name, build.null()), to=exp.DataType.build(kind, dialect="duckdb")), name)
            for name, kind in shape
        ]
        order = [build.column("first", "about"), named(turn, "turn"), *([] if place is None else [named(place, PLACE)])]
        query = select(source, [*order, *typed])
        of = "decided" if isinstance(source, str) else "outcomes"
        on = build.binary(exp.EQ, build.column(HOUSEHOLD, of), build.column(HOUSEHOLD, "about"))
        return query.join(build.relation("about"), on=on, copy=False)


def keys_of(spec: ResultSpec) -> Shape:
    """The columns by which the rows of the relation are ordered."""
    return [("first", "BIGINT"), ("turn", "INTEGER"), *([(PLACE, "BIGINT")] if spec.by == "benefit" else [])]


def shape_of(spec: ResultSpec, table: ResultTable) -> Shape:
    """The columns behind the keys: one for each heading, or the JSON object of a household."""
    if is_object(spec):
        return [("object", TEXT)]
    return household_shape(table) if isinstance(table, HouseholdTable) else benefit_shape(table)


def is_object(spec: ResultSpec) -> bool:
    """Says whether a row of results is a household as a JSON object."""
    return spec.by == "household" and spec.format == "jsonl"


def household_shape(table: HouseholdTable) -> Shape:
    """The columns of a row a household."""
    amount = amount_type(table.plans)
    amounts = ["total", "total_at_least", *(["yearly"] if table.has_yearly else [])]
    amounts += [f"paid_{place}" for place in range(len(table.paying))]
    return [
        ("household", TEXT), ("month", TEXT), ("members", COUNT), ("status", TEXT),
        *((name, amount) for name in amounts),
        *((name, TEXT) for name in ("granted", "undetermined", "needs", "unset", *_extra(table))),
    ]  # fmt: skip


def benefit_shape(table: ResultTable) -> Shape:
    """The columns of a row a benefit and member."""
    names = ("household", "month", "benefit", "member", "status", "amount", "per", "failed", "needs", "unset",
             "persons", *_extra(table))  # fmt: skip
    return [(name, amount_type(table.plans) if name == "amount" else TEXT) for name in names]


def _extra(table: ResultTable) -> list[str]:
    return [f"k{at}" for at in range(len(table.kept))]


def as_text(tree: Tree) -> Tree:
    """A number as text."""
    return phrase("CAST(:number AS VARCHAR)", number=tree)


def _semicolons(cells: list[Tree]) -> Tree:
    """A list; NULL where it is empty."""
    listed = build.call("CONCAT_WS", build.word(";"), *cells)
    return phrase("NULLIF(:list, '')", list=listed) if cells else build.null()
