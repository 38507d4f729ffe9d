"""Typed rows → the plain households with their members, and the rows of all others for the row path.

households   household (the position of the first row), id, size, facts, what is carried along
members      household, place, id, facts
odd_rows     household, position, id: the rows of every household that is not plain
"""

from __future__ import annotations

from sqlglot import exp

from calc.batch.columns.loading import Loaded
from calc.batch.columns.phrases import named, phrase, select, sql
from calc.batch.columns.typed import Shape, levels_of
from calc.engine.columns import pieces
from calc.engine.columns.duck import Connection
from calc.engine.columns.pieces import Tree
from calc.intake.ledger.survey import Survey, Where
from calc.language.kinds import MOST_MEMBERS


class Grouped:
    """What grouping found: how many rows and plain households there are, and what stands out."""

    def __init__(self, rows: int, plain: int, span: tuple[int, int], survey: Survey) -> None:
        self.rows = rows
        self.plain = plain
        self.span = span
        self.survey = survey


def grouped(connection: Connection, shape: Shape, loaded: Loaded, is_named: bool) -> Grouped:
    """Group the view `rows`; `is_named` says whether members have ids or names of their own."""
    return _Grouping(connection, shape, loaded, is_named).run()


class _Grouping:
    def __init__(self, connection: Connection, shape: Shape, loaded: Loaded, is_named: bool) -> None:
        self.connection = connection
        self.shape = shape
        self.loaded = loaded
        self.is_named = is_named
        self.has_files = len(loaded.bases) > 1
        self.own, self.of_members = levels_of(shape)

    def do(self, tree: Tree) -> None:
        self.connection.execute(sql(tree))

    def run(self) -> Grouped:
        self.do(pieces.table_from("groups", self.groups()))
        clashing = self.clashing()
        twins = self.twins()
        if self.shape.plan.has_members:
            self.members()
        columns = ["household", "id", "size", *self.own, *self.shape.kept_columns()]
        plain = select("groups", [pieces.column(one) for one in columns]).where(phrase("NOT odd"), copy=False)
        self.do(pieces.table_from("households", plain))
        self.do(pieces.table_from("odd_rows", self.odd_rows()))
        counted = self.connection.execute(sql(phrase("SELECT count(*) FROM rows"))).fetchone()
        found = self.connection.execute(
            sql(phrase("SELECT count(*), min(household), max(household) FROM households"))).fetchone()  # fmt: skip
        assert counted is not None and found is not None
        return Grouped(int(counted[0]), int(found[0]), (found[1] or 0, found[2] or 0),
                       Survey(int(counted[0]), {}, clashing, twins))  # fmt: skip

    def keys(self) -> list[Tree]:
        return [*([pieces.column("file")] if self.has_files else []), pieces.column("id")]

    def groups(self) -> Tree:
        """A row a household that has an id."""
        unlike = [phrase("coalesce(min(:f) <> max(:f), FALSE)", f=pieces.column(one)) for one in self.own]
        most = MOST_MEMBERS if self.shape.plan.has_members else 1
        odd = [phrase("bool_or(odd)"), phrase("count(*) > :most", most=most)]
        if self.shape.plan.has_members and not self.is_named:  # they are called by their place
            odd.append(phrase("max(position) - min(position) + 1 <> count(*)"))
        size = phrase("count(*)") if self.shape.plan.has_members else pieces.whole(0)
        columns = [
            *self.keys(), named(phrase("min(position)"), "household"), named(size, "size"),
            *(named(phrase("min(:f)", f=pieces.column(one)), one) for one in self.own),
            *(named(phrase("coalesce(arg_min(:k, position) FILTER (WHERE :k <> ''), '')", k=pieces.column(one)), one)
              for one in self.shape.kept_columns()),
            named(pieces.either(*odd, *unlike), "odd"),
        ]  # fmt: skip
        query = select("rows", columns).where(phrase("id IS NOT NULL"), copy=False)
        return query.group_by(*self.keys(), copy=False)

    def same(self, one: str, other: str) -> Tree:
        keys = [key.name for key in self.keys()]
        return pieces.both(*(pieces.binary(exp.EQ, pieces.column(key, one), pieces.column(key, other)) for key in keys))

    def clashing(self) -> frozenset[str]:
        """Ids that stand in more than one file; their households are odd."""
        if not self.has_files:
            return frozenset()
        query = phrase("SELECT id FROM groups GROUP BY id HAVING count(*) > 1")
        self.do(pieces.table_from("clashing", query))
        self.do(phrase("UPDATE groups SET odd = TRUE WHERE id IN (SELECT id FROM clashing)"))
        return frozenset(row[0] for row in self.connection.execute(sql(phrase("SELECT id FROM clashing"))).fetchall())

    def twins(self) -> dict[str, list[Where]]:
        """Who stands more than once, with every place; their households are odd."""
        self.do(pieces.table_from("twins", phrase(
            "SELECT person FROM rows WHERE person IS NOT NULL GROUP BY person HAVING count(*) > 1")))  # fmt: skip
        places = select("rows", [phrase("rows.position"), phrase("rows.id"), phrase("rows.person")])
        places = places.join(pieces.relation("twins"), on=phrase("rows.person = twins.person"), copy=False)
        self.do(pieces.table_from("twin_rows", places))
        found: dict[str, list[Where]] = {}
        rows = self.connection.execute(sql(phrase("SELECT position, id, person FROM twin_rows ORDER BY position")))
        for position, id, person in rows.fetchall():
            file, line = self.loaded.place_of(position)
            where = file, self.loaded.id_of(id), line, self.loaded.shown[file]
            found.setdefault(f"{person:017d}", []).append(where)
        if found:
            condition = phrase("SELECT id FROM twin_rows WHERE id IS NOT NULL")
            self.do(phrase("UPDATE groups SET odd = TRUE WHERE id IN (:ids)", ids=condition))
        return found

    def members(self) -> None:
        """The members of plain households; those of whom two have one id are not plain."""
        who = "coalesce(rows.who, CAST(rows.position - groups.household + 1 AS VARCHAR))"
        columns = [
            phrase("groups.household"), named(phrase("CAST(rows.position - groups.household AS INTEGER)"), "place"),
            named(phrase(who), "id"), *(pieces.column(one, "rows") for one in self.of_members),
        ]  # fmt: skip
        query = select("rows", columns).join(pieces.relation("groups"), on=self.same("rows", "groups"), copy=False)
        self.do(pieces.table_from("members", query.where(phrase("NOT groups.odd"), copy=False)))
        if not self.is_named:
            return
        twice = phrase("SELECT DISTINCT household FROM (SELECT household FROM members GROUP BY household, hash(id) "
                       "HAVING count(*) > 1)")  # fmt: skip
        self.do(pieces.table_from("namesakes", twice))
        self.do(phrase("UPDATE groups SET odd = TRUE WHERE household IN (SELECT household FROM namesakes)"))
        self.do(phrase("DELETE FROM members WHERE household IN (SELECT household FROM namesakes)"))

    def odd_rows(self) -> Tree:
        """The rows of all other households. A row without an id is one of its own."""
        columns = [named(phrase("coalesce(groups.household, rows.position)"), "household"), phrase("rows.position"),
                   named(phrase("coalesce(rows.id, '')"), "id")]  # fmt: skip
        query = select("rows", columns)
        query = query.join(pieces.relation("groups"), on=self.same("rows", "groups"), join_type="left", copy=False)
        return query.where(phrase("rows.id IS NULL OR groups.odd"), copy=False)
