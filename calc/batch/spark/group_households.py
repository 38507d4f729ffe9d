"""Typed rows on Spark → the plain households with their members, and the rows of all others for the row path.

The relations are those of `columns.grouping`, far apart; what that does by updates is done by joins here. A household's
number is the position of its first row.
"""

from __future__ import annotations

from calc.batch.duckdb.grouping_queries import Trees
from calc.batch.duckdb.household_facts import HouseholdFactsTable
from calc.batch.duckdb.load_rows import Loaded
from calc.batch.duckdb.sql_templates import named, phrase, select
from calc.batch.duckdb.typed_rows import RowShape
from calc.batch.spark.exchange import DriverExchange
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.ledger.household_runs import MOST_ROWS
from calc.ledger.prescan import LedgerScan, MemberPlace
from calc.record import Record


class SparkGroups(Record):
    """What grouping found: how many rows and plain households there are, and what stands out."""

    rows: int
    plain: int
    scan: LedgerScan


class SparkGrouping:
    """Groups the view `rows`."""

    def __init__(
        self, desk: DriverExchange, shape: RowShape, loaded: Loaded, owned: HouseholdFactsTable | None
    ) -> None:
        self.desk = desk
        self.shape = shape
        self.loaded = loaded
        self.owned = owned
        self.trees = Trees(shape, loaded.sources)

    def run(self) -> SparkGroups:
        """Make the views `households`, `members` and `about`, and the driver's table `odd_rows`."""
        desk, trees = self.desk, self.trees
        shown = ["first", "id", "size", *trees.own, *self.shape.kept_columns()]
        desk.view("groups", trees.groups())
        if self.owned is not None:
            keys = [key.name for key in trees.own_keys()]
            desk.view("owns", desk.session.read.parquet(desk.copied(build.select_all(build.relation("owns")))))
            desk.view("groups", self.owned.joined([*keys, *(one for one in shown if one not in keys), "is_apart"]))
        clashing, twins = self._clashing(), self._twins()
        desk.view("groups", desk.keep(desk.frame(self._flagged(bool(clashing), bool(twins)))))
        household = named(build.column("first"), "household")
        plain = select("groups", [household, *map(build.column, shown)]).where(phrase("NOT odd"), copy=False)
        desk.view("households", plain)
        desk.view("about", desk.all_of("households", ["household", "first", "id", "size", *self.shape.kept_columns()]))
        if self.shape.plan.has_members:
            desk.view("members", trees.members())
        desk.view("odd_groups", phrase("SELECT * FROM groups WHERE odd"))
        self._take_odd_rows()
        rows = desk.number(phrase("SELECT count(*) FROM rows"))
        count = desk.number(phrase("SELECT count(*) FROM households"))
        return SparkGroups(rows, count, LedgerScan(rows, {}, clashing, twins))

    def memberless(self) -> set[str]:
        """The households of the file of households that have no row in the ledger."""
        query = phrase("SELECT owns.id FROM owns LEFT JOIN groups ON owns.id = groups.id WHERE groups.id IS NULL")
        return {row[0] for row in self.desk.rows(query)}

    def _clashing(self) -> frozenset[str]:
        """Ids that stand in more than one file; their households are not plain."""
        if not self.trees.has_files:
            return frozenset()
        self.desk.view("clashing", phrase("SELECT id FROM groups GROUP BY id HAVING count(*) > 1"))
        return frozenset(row[0] for row in self.desk.rows(phrase("SELECT id FROM clashing")))

    def _twins(self) -> dict[str, list[MemberPlace]]:
        """Who stands more than once, with every place; their households are not plain."""
        self.desk.view("twins", phrase(
            "SELECT person FROM rows WHERE person IS NOT NULL GROUP BY person HAVING count(*) > 1"))  # fmt: skip
        self.desk.view("twin_rows", phrase("SELECT rows.position, rows.id, rows.person "
                                           "FROM rows JOIN twins ON rows.person = twins.person"))  # fmt: skip
        found: dict[str, list[MemberPlace]] = {}
        for position, id, person in self.desk.rows(phrase("SELECT * FROM twin_rows ORDER BY position")):
            found.setdefault(f"{person:017d}", []).append(self.loaded.where(position, id))
        return found

    def _flagged(self, has_clashing: bool, has_twins: bool) -> Tree:
        """The view `groups`, in which those are odd too that something stands against outside of them."""
        against: dict[str, Tree] = {}
        if has_clashing:
            against["clashing"] = phrase("clashing.id = groups.id")
            self.desk.view("clashing", phrase("SELECT DISTINCT id FROM clashing"))
        if has_twins:
            against["twins_of"] = phrase("twins_of.id = groups.id")
            self.desk.view("twins_of", phrase("SELECT DISTINCT id FROM twin_rows WHERE id IS NOT NULL"))
        if self.shape.plan.has_members and self.trees.is_named:
            against["namesakes"] = self.trees.same("namesakes", "groups")
            self.desk.view("namesakes", self._namesakes())
        keys = [key.name for key in self.trees.own_keys()]
        shown = ["first", "id", "size", *self.trees.own, *self.shape.kept_columns()]
        columns = [build.column(one, "groups") for one in [*keys, *(one for one in shown if one not in keys)]]
        odd = [phrase("groups.odd"), *(build.is_not_null(build.column("id", name)) for name in against)]
        query = select("groups", [*columns, named(build.either(*odd), "odd")])
        for name, on in against.items():
            query = query.join(build.relation(name), on=on, join_type="left", copy=False)
        return query

    def _namesakes(self) -> Tree:
        """Households in which two members have one id."""
        keys = self.trees.own_keys()
        rows = select("rows", keys).where(phrase("id IS NOT NULL AND who IS NOT NULL"), copy=False)
        twice = rows.group_by(*self.trees.own_keys(), build.column("who"), copy=False)
        return twice.having(phrase("count(*) > 1"), copy=False).distinct(copy=False)

    def _take_odd_rows(self) -> None:
        """Hand the rows of all other households to the driver: where they stand, not what they say."""
        shape = [("household", "BIGINT"), ("position", "BIGINT"), ("id", "VARCHAR")]
        self.desk.take("odd_rows", shape, self.trees.odd_rows())
        # of a household with very many rows it matters whether others stand between them
        spans = phrase("SELECT min(position), max(position) FROM odd_rows GROUP BY household HAVING count(*) > :most",
                       most=MOST_ROWS)  # fmt: skip
        between = [phrase("position BETWEEN :low AND :high", low=low, high=high)
                   for low, high in self.desk.connection.execute(spans.sql(dialect="duckdb")).fetchall()]  # fmt: skip
        among = build.either(*between) if between else build.truth(False)
        query = self.desk.all_of("rows", ["position"])
        self.desk.take("rows", [("position", "BIGINT")], query.where(among, copy=False))  # type: ignore[attr-defined]
