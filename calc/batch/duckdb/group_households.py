"""Group typed rows into the households for SQL with their members, and the rows of all others for the row path.

    households     household, first (the position of its first row), id, size, facts, extra columns
    members        household, place, id, facts; `position` where the households are adjacent
    fallback_rows  household (the position of its first row), position, id: the rows of every household not plain

A household is adjacent if its rows are, as in most ledgers. Their rows are not copied: a household's
number is the hash of its id, which each row has by itself, and a range of positions holds whole households.
Otherwise rows are joined to households by id, once, and stored again.
"""

from __future__ import annotations

from sqlglot import exp

from calc.batch.duckdb.fallback_reasons import APART, OTHER, TWICE, leave
from calc.batch.duckdb.grouping_queries import Trees
from calc.batch.duckdb.household_facts import HouseholdFactsTable
from calc.batch.duckdb.load_rows import Loaded
from calc.batch.duckdb.row_shape import RowShape, levels_of
from calc.batch.duckdb.sql_templates import named, phrase, select, sql
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.duckdb_session import Connection
from calc.ledger.prescan import LedgerScan, MemberPlace
from calc.record import Record

FEW = 100
"""One household in this many may have scattered rows and go to the row path, so that other rows stay in place."""


class GroupedHouseholds(Record):
    """Counts of rows and of households for SQL, the range of their positions, and the scan of the ledger."""

    rows: int
    plain: int
    span: tuple[int, int]
    scan: LedgerScan
    is_adjacent: bool


def grouped(
    connection: Connection, shape: RowShape, loaded: Loaded, owned: HouseholdFactsTable | None = None
) -> GroupedHouseholds:
    """Group the view `rows`."""
    return _Grouping(connection, shape, loaded, owned).run()


class _Grouping:
    def __init__(
        self, connection: Connection, shape: RowShape, loaded: Loaded, owned: HouseholdFactsTable | None
    ) -> None:
        self.owned = owned
        self.connection = connection
        self.shape = shape
        self.loaded = loaded
        self.trees = Trees(shape, loaded.sources)
        self.own, self.of_members = levels_of(shape)

    def do(self, tree: Tree) -> None:
        self.connection.execute(sql(tree))

    def asked(self, tree: Tree) -> tuple[int, ...]:
        found = self.connection.execute(sql(tree)).fetchone()
        assert found is not None
        return tuple(int(one or 0) for one in found)

    def run(self) -> GroupedHouseholds:
        self.do(build.table_from("groups", self.trees.groups(named(self.key(), "key"))))
        if self.owned is not None:
            keys = [key.name for key in self.trees.own_keys()]
            columns = [*keys, "key", "first", "size", "is_apart", *self.own, *self.shape.kept_columns()]
            self.do(build.table_from("groups", self.owned.joined(columns)))
        clashing = self.clashing()
        twins = self.twins()
        if self.shape.plan.has_members and self.trees.is_named:
            self.namesakes()
        is_adjacent = self.is_adjacent()
        own = (
            [build.column(one) for one in self.own]
            if is_adjacent
            else self.trees.placed(self.own, "groups", phrase("first"))
        )
        shown = [*map(build.column, ("first", "id", "size")), *own, *map(build.column, self.shape.kept_columns())]
        household = named(build.column("key" if is_adjacent else "first"), "household")
        plain = select("groups", [household, *shown]).where(phrase("reason IS NULL"), copy=False)
        self.do(build.view_of("households", plain))
        self.do(build.table_from("fallback_groups", phrase("SELECT * FROM groups WHERE reason IS NOT NULL")))
        if self.shape.plan.has_members:
            self.do(build.view_of("members", self.adjacent_members()) if is_adjacent else
                    build.table_from("members", self.trees.members()))  # fmt: skip
        self.do(build.table_from("fallback_rows", self.trees.fallback_rows()))
        (rows,) = self.asked(phrase("SELECT count(*) FROM rows"))
        count, low, high = self.asked(phrase("SELECT count(*), min(first), max(first) FROM households"))
        return GroupedHouseholds(rows, count, (low, high), LedgerScan(rows, {}, clashing, twins), is_adjacent)

    def key(self) -> Tree:
        """A number that each row of a household has; that no other household has it is looked at."""
        return phrase("CAST(:hash >> 1 AS BIGINT)", hash=build.call("HASH", *self.trees.own_keys()))

    def is_adjacent(self) -> bool:
        """Says whether the rows of each household are adjacent and its number unique, perhaps with a few exceptions."""
        if self.shape.plan.has_members and not self.trees.all_named:
            return False  # the id of a member depends on the first position of its household
        count, keys = self.asked(phrase("SELECT count(*), count(DISTINCT key) FROM groups"))
        (apart,) = self.asked(phrase("SELECT count(*) FROM groups WHERE is_apart AND reason IS NULL"))
        if count != keys or apart * FEW > count:
            return False
        if apart:
            self.do(leave(phrase("is_apart"), APART))
        return True

    def clashing(self) -> frozenset[str]:
        """Ids that are in more than one file; their households need the fallback."""
        if not self.trees.has_files:
            return frozenset()
        query = phrase("SELECT id FROM groups GROUP BY id HAVING count(*) > 1")
        self.do(build.table_from("clashing", query))
        self.do(leave(phrase("id IN (SELECT id FROM clashing)"), OTHER))
        return frozenset(row[0] for row in self.connection.execute(sql(phrase("SELECT id FROM clashing"))).fetchall())

    def twins(self) -> dict[str, list[MemberPlace]]:
        """Finds the people who occur more than once, with every place; their households need the fallback."""
        self.do(build.table_from("twins", phrase(
            "SELECT person FROM rows WHERE person IS NOT NULL GROUP BY person HAVING count(*) > 1")))  # fmt: skip
        if not self.asked(phrase("SELECT count(*) FROM twins"))[0]:
            return {}
        places = select("rows", [phrase("rows.position"), phrase("rows.id"), phrase("rows.person")])
        places = places.join(build.relation("twins"), on=phrase("rows.person = twins.person"), copy=False)
        self.do(build.table_from("twin_rows", places))
        found: dict[str, list[MemberPlace]] = {}
        rows = self.connection.execute(sql(phrase("SELECT position, id, person FROM twin_rows ORDER BY position")))
        for position, id, person in rows.fetchall():
            found.setdefault(f"{person:017d}", []).append(self.loaded.where(position, id))
        condition = phrase("SELECT id FROM twin_rows WHERE id IS NOT NULL")
        self.do(leave(phrase("id IN (:ids)", ids=condition), TWICE))
        return found

    def namesakes(self) -> None:
        """Households in which two members have one id, or one name, need the fallback."""
        names = ["member_key", *(["name_key"] if self.trees.has_both_names else [])]
        for name in names:
            rows = select("rows", [named(self.key(), "key"), named(build.call("HASH", build.column(name)), "name")])
            rows = rows.where(phrase("id IS NOT NULL AND :name IS NOT NULL", name=build.column(name)), copy=False)
            listed = exp.Subquery(this=rows, alias=exp.TableAlias(this=exp.to_identifier("named")))
            twice = "SELECT DISTINCT key FROM (SELECT key FROM :rows GROUP BY key, name HAVING count(*) > 1)"
            self.do(build.table_from("namesakes", phrase(twice, rows=listed)))
            self.do(leave(phrase("key IN (SELECT key FROM namesakes)"), TWICE))

    def adjacent_members(self) -> Tree:
        """The members of plain households that are adjacent, as their rows are."""
        facts = [build.column(one) for one in self.of_members]
        columns = [named(self.key(), "household"), named(build.column("position"), "place"),
                   named(build.column("member_key"), "id"), build.column("position"), *facts]  # fmt: skip
        query = select("rows", columns).where(phrase("id IS NOT NULL"), copy=False)
        if not self.asked(phrase("SELECT count(*) FROM fallback_groups"))[0]:
            return query
        known = phrase("SELECT key FROM fallback_groups")
        return query.where(phrase(":key NOT IN (:known)", key=self.key(), known=known), copy=False)
