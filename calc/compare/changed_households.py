"""Find in two decided pictures the households that may differ, and sum up those that certainly do not.

A household is certainly the same if nothing is undetermined on either side, it gets the same of every benefit, and
where members get something the same members get the same. All others are read and assessed again, one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlglot import exp

from calc.batch.duckdb.load_rows import escape_invalid_bytes, fill_table
from calc.batch.duckdb.sql_templates import named, phrase, select, sql
from calc.compare.decide_picture import DecidedLines, DecidedPicture
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.duckdb_session import AT_ONCE, Connection
from calc.households.identity_numbers import check_digit
from calc.record import Record

_NO_LINES = (
    "SELECT CAST(0 AS BIGINT) AS first, '' AS id, CAST(0 AS BIGINT) AS size, '' AS k0, FALSE AS is_open WHERE FALSE"
)
_NO_PEOPLE = "SELECT '' AS id, [['']] AS people WHERE FALSE"


class SameHouseholds(Record):
    """The sums of households of a group and a size that are the same: how many, their people, what they get.

    `size` is that in the earlier ledger; `first` is the position of the first of them in the later ledger.
    """

    group: str
    size: int
    first: int
    households: int
    people: int
    benefits: dict[str, int]


class ChangedHouseholds:
    """The tables `earlier` and `later` have the rows of the households that may differ (see FallbackHouseholds)."""

    def __init__(self, connection: Connection, old: DecidedPicture, new: DecidedPicture) -> None:
        self.connection = connection
        self.old, self.new = old, new
        self.has_group = new.job.group_by is not None
        for name, picture in (("old", old), ("new", new)):
            self._open(name, picture)
        is_changed = build.negation(build.coalesce(self._is_same(), build.truth(False)))
        ids = [named(build.column(one, f"{name}_lines"), new) for name in ("old", "new")
               for one, new in (("first", name), ("id", f"{name}_id"))]  # fmt: skip
        query = self._with_people(self._both("full", ids)).where(is_changed, copy=False)
        self._do(build.table_from("changed", query))
        for name, table in (("old", "earlier"), ("new", "later")):
            rows = [named(build.column(name, "changed"), "household"), build.column("position", f"{name}_rows"),
                    build.column("id", f"{name}_rows")]  # fmt: skip
            on = build.binary(exp.EQ, build.column("id", f"{name}_rows"), build.column(f"{name}_id", "changed"))
            query = select(f"{name}_rows", rows).join(build.relation("changed"), on=on, copy=False)
            self._do(build.table_from(table, query))

    def _do(self, tree: Tree) -> None:
        self.connection.execute(sql(tree))

    def _open(self, name: str, picture: DecidedPicture) -> None:
        def parquet(files: str) -> Tree:
            return build.select_all(build.call("READ_PARQUET", build.word(f"{picture.folder}/{files}.parquet")))

        lines: Tree = parquet("lines-*") if picture.has_lines else phrase(_NO_LINES)
        has_lists = any(one.members for one in picture.benefits.values())
        people: Tree = parquet("people") if has_lists else phrase(_NO_PEOPLE)
        self._do(build.view_of(f"{name}_people", people))
        self._do(build.view_of(f"{name}_lines", lines))
        self._do(build.view_of(f"{name}_rows", parquet("rows")))
        ids = ((escape_invalid_bytes(id),) for id in picture.positions)
        fill_table(self.connection, f"{name}_others", [("id", "VARCHAR")], ids)

    def _both(self, kind: str, columns: list[Tree]) -> exp.Select:
        on = phrase("old_lines.id = new_lines.id")
        query = select("old_lines", columns)
        return query.join(build.relation("new_lines"), on=on, join_type=kind, copy=False)

    def _with_people(self, query: exp.Select) -> exp.Select:
        for name in ("old", "new"):
            on = build.binary(exp.EQ, build.column("id", f"{name}_people"), build.column("id", f"{name}_lines"))
            query = query.join(build.relation(f"{name}_people"), on=on, join_type="left", copy=False)
        return query

    def _is_same(self) -> Tree:
        """Says whether a household is certainly the same."""
        parts: list[Tree] = [phrase("old_lines.id = new_lines.id AND NOT old_lines.is_open AND NOT new_lines.is_open")]
        listed: list[Tree] = []
        for name in dict.fromkeys((*self.old.benefits, *self.new.benefits)):
            before, after = self.old.benefits.get(name), self.new.benefits.get(name)
            old = [build.column(one, "old_lines") for one in (before.amount, before.members) if one] if before else []
            new = [build.column(one, "new_lines") for one in (after.amount, after.members) if one] if after else []
            if len(old) == len(new) and self._is_paid_alike(name):
                parts += [phrase(":old IS NOT DISTINCT FROM :new", old=one, new=other)
                          for one, other in zip(old, new, strict=True)]  # fmt: skip
                listed += old[1:]
            else:
                parts += [build.is_null(one) for one in (*old[:1], *new[:1])]
        if listed:
            people = phrase("old_people.people IS NOT DISTINCT FROM new_people.people")
            parts.append(build.either(build.both(*map(build.is_null, listed)), people))
        return build.both(*parts)

    def _is_paid_alike(self, name: str) -> bool:
        plans = self.old.reader.plan, self.new.reader.plan
        return len({plan.benefits[name].per for plan in plans if name in plan.benefits}) == 1

    def same(self) -> Iterable[SameHouseholds]:
        """Lists the sums of the households that are the same, for each group and size."""
        names = [name for name in self.old.benefits if name in self.new.benefits]
        group = build.column("k0", "old_lines") if self.has_group else build.word("")
        size = build.column("size", "old_lines")
        columns = [named(group, "name"), size, phrase("min(new_lines.first)"), phrase("count(*)"),
                   phrase("sum(greatest(old_lines.size, new_lines.size))")]  # fmt: skip
        for name in names:
            amount = build.column(self.new.benefits[name].amount, "new_lines")
            columns += [phrase("count(:b)", b=amount), phrase("sum(:b)", b=amount)]
        is_same = phrase("old_lines.id NOT IN (SELECT old_id FROM changed WHERE old_id IS NOT NULL)")
        query = self._both("inner", columns).where(is_same, copy=False)
        query = query.group_by(build.own(group), build.own(size), copy=False)
        for key, size_of, first, count, people, *numbers in self.connection.execute(sql(query)).fetchall():
            if count:
                paid = {name: int(amount) for name, had, amount in
                        zip(names, numbers[::2], numbers[1::2], strict=True) if had}  # fmt: skip
                yield SameHouseholds(key or "", int(size_of), first, count, int(people), paid)

    def lines(self, picture: str) -> Iterator[DecidedLines]:
        """Yields the lines of the changed households of `old` or `new`, in the order of its ledger."""
        decided, name = (self.old if picture == "old" else self.new), f"{picture}_lines"
        columns = [build.column(one, name) for one in ("first", "is_open", *decided.columns())]
        on = build.binary(exp.EQ, build.column("id", name), build.column(f"{picture}_id", "changed"))
        query = select(name, columns).join(build.relation("changed"), on=on, copy=False)
        cursor = self.connection.cursor()
        cursor.execute(sql(query.order_by(build.column("first", name), copy=False)))
        while rows := cursor.fetchmany(AT_ONCE):
            yield from rows

    def homes(self, picture: str) -> dict[str, str]:
        """Finds households that are the same, of `old` or `new`, with somebody whom the other picture has elsewhere.

        Gives the household of each such person by the identity number.
        """
        other = "new" if picture == "old" else "old"
        text = (
            "SELECT person, id FROM :own AS own WHERE person IS NOT NULL "
            "AND id NOT IN (SELECT :own_id FROM changed WHERE :own_id IS NOT NULL) "
            "AND id NOT IN (SELECT id FROM :known) "
            "AND person IN (SELECT person FROM :other WHERE person IS NOT NULL AND id IN "
            "(SELECT :other_id FROM changed UNION ALL SELECT id FROM :unknown))"
        )
        query = phrase(text, own=build.relation(f"{picture}_rows"), own_id=build.column(f"{picture}_id"),
                       known=build.relation(f"{picture}_others"), other=build.relation(f"{other}_rows"),
                       other_id=build.column(f"{other}_id"), unknown=build.relation(f"{other}_others"))  # fmt: skip
        found = {}
        for person, id in self.connection.execute(sql(query)).fetchall():
            digits = f"{person:017d}"
            found[digits + check_digit(digits)] = id
        return found
