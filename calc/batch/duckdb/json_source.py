"""A file of JSON Lines as DuckDB reads it: plain lines as records of cells, all other lines left to the row path.

DuckDB's reader of JSON lets much pass (commas too many, infinity, keys given twice) and reads numbers as binary ones.
So it is only shown lines in which none of that can be. What a plain line says is then the same as cells of CSV say, but
for a few kinds of values, which make their record a misfit.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlglot import exp

from calc.batch.duckdb.canonical_cells import is_form
from calc.batch.duckdb.json_columns import Keys, LineKeys, path
from calc.batch.duckdb.json_line_form import is_plain, misread
from calc.batch.duckdb.sql_templates import named, phrase, select, sql, within
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.duckdb_session import AT_ONCE, Connection
from calc.households.headings import HOUSEHOLDS
from calc.ledger.header import Header
from calc.ledger.household_runs import LedgerFileReader

STRIDE = 1024
"""Numbers for the members that stand on one line; a line with as many is not plain."""


class JsonLines:
    """The lines of one file in a table.

    `columns` are what they say; `relation` the records of plain lines with their cells, the number `row` of each and
    whether it is a `misfit`. `stride` numbers go to a line. `kept` are the places of what is carried along.
    """

    def __init__(
        self, part: LedgerFileReader, asked: Sequence[str], records: Tree, connection: Connection, has_members: bool
    ):
        self.connection = connection
        self.lines, self.strange = f"lines_{part.at}", f"strange_lines_{part.at}"
        lines, strange = build.relation(self.lines), build.relation(self.strange)
        connection.execute("SET preserve_insertion_order = true")  # the rowid tells the line
        self._do(build.table_from(self.lines, select(records, [build.column("line"), named(is_plain(), "plain")])))
        connection.execute("SET preserve_insertion_order = false")
        self.keys = LineKeys(part.columns.naming, asked, connection, self.lines, has_members)
        self.stride = 1 if self.keys.members is None else STRIDE
        self._find_strange()
        self.number = self._number(phrase("SELECT count(*) FROM :lines", lines=lines))
        """How many lines there are, the last of them perhaps blank."""
        plain = self._number(phrase("SELECT count(*) FROM :lines WHERE plain", lines=lines))
        self.plain = plain - self._number(phrase("SELECT count(*) FROM :strange WHERE plain", strange=strange))
        """How many of them are read."""
        found = self.keys.all()
        headings = [next(iter((*one.own, *one.of_members)), HOUSEHOLDS) for one in found]
        self.columns = Header(headings, part.columns.naming, [one.meaning for one in found])
        places = {one.own[0]: at for at, one in enumerate(found) if one.meaning is None}
        self.kept = [places.get(name) for name in asked]
        self.relation = self._relation(found)

    def _do(self, tree: Tree) -> Any:
        return self.connection.execute(sql(tree))

    def _number(self, query: Tree) -> int:
        return int(self._do(query).fetchone()[0])

    def strange_lines(self) -> Iterator[int]:
        """The numbers from 0 on of the lines that the row path has to read."""
        cursor = self.connection.cursor()
        cursor.execute(sql(phrase("SELECT row FROM :strange ORDER BY row", strange=build.relation(self.strange))))
        while rows := cursor.fetchmany(AT_ONCE):
            yield from (row for (row,) in rows)

    def close(self) -> None:
        """Let go of the lines, once their records were read."""
        for table in (self.lines, self.strange):
            self._do(phrase("DROP TABLE :table", table=build.relation(table)))

    # lines that are not plain

    def _find_strange(self) -> None:
        """A table of the lines that are not plain after all; those with blanks alone say nothing."""
        plain, line = build.column("plain"), build.column("line")
        columns = [named(build.column("rowid"), "row"), line, plain,
                   named(build.case([(plain, phrase("json_keys(line)"))]), "keys")]  # fmt: skip
        if self.keys.members is not None:
            keys = phrase("json_keys(line, :path)", path=path(self.keys.members, "[*]"))
            columns.append(named(build.case([(plain, keys)]), "of_members"))
        inner = within(select(self.lines, columns), "lines")
        fits = build.case([(plain, build.both(*self._conditions()))], build.truth(False))
        strange = phrase("NOT coalesce(:fits, FALSE) AND trim(line) <> ''", fits=fits)
        query = select(inner, [build.column("row"), plain]).where(strange, copy=False)
        self._do(build.table_from(self.strange, query))

    def _conditions(self) -> list[Tree]:
        """What has to hold of a line that is plain by its form."""
        found = [phrase("list_unique(keys) = len(keys)"), *(self._is_id(key) for key in self.keys.said[HOUSEHOLDS].own)]
        if len(self.keys.said[HOUSEHOLDS].own) > 1:
            found.append(phrase("len(list_intersect(keys, :few)) <= 1", few=_texts(self.keys.said[HOUSEHOLDS].own)))
        for key in self.keys.lists:
            if key != self.keys.members:
                found.append(phrase("coalesce(json_type(line, :path) <> 'ARRAY', TRUE)", path=path(key)))
        if self.keys.members is not None:
            found.append(phrase("len(of_members) BETWEEN 1 AND :most", most=STRIDE - 1))
            found.append(phrase(
                "list_aggregate([list_unique(one) = len(one) AND len(one) > 0 FOR one IN of_members], 'bool_and')"
            ))  # fmt: skip
        if self.keys.unusable:
            keys = phrase("keys" if self.keys.members is None else "list_concat(keys, flatten(of_members))")
            found.append(phrase("len(list_intersect(:keys, :few)) = 0", keys=keys, few=_texts(self.keys.unusable)))
        return found

    def _is_id(self, key: str) -> Tree:
        """Whether a value is a text or a whole number, or is not there: of others the row path makes texts."""
        return phrase("coalesce(json_type(line, :path) IN ('VARCHAR', 'UBIGINT', 'BIGINT', 'NULL'), TRUE)",
                      path=path(key))  # fmt: skip

    # records

    def _relation(self, columns: Sequence[Keys]) -> Tree:
        """The records of plain lines."""
        own = {key: "VARCHAR" for one in columns for key in one.own}
        of_members = {key: "VARCHAR" for one in columns for key in one.of_members}
        shape: dict[str, Any] = dict(own)
        if self.keys.members is not None:
            shape[self.keys.members] = [of_members or "JSON"]
        said = phrase("json_transform(line, :shape)", shape=json.dumps(shape, ensure_ascii=False))
        said = named(said if shape else build.null(), "said")
        known = phrase("plain AND rowid NOT IN (SELECT row FROM :strange)", strange=build.relation(self.strange))
        lines = select(self.lines, [named(build.column("rowid"), "number"), said])
        lines = lines.where(known, copy=False)
        row: Tree = build.column("number")
        if self.keys.members is not None:
            each = _under("said", self.keys.members)
            found = [named(build.call("UNNEST", each), "member"),
                     named(phrase("unnest(range(len(:each)))", each=each), "place")]  # fmt: skip
            lines = select(within(lines, "lines"), [exp.Star(), *found])
            row = phrase("number * :stride + place", stride=STRIDE)
        cells = [named(_cell(one), f"c{at}") for at, one in enumerate(columns)]
        records = select(within(lines, "lines"), [named(row, "row"), *cells, named(_is_crowded(columns), "crowded")])
        odd = [build.column("crowded"), *(is_form(build.column(f"c{at}"), form) for at, one in enumerate(columns)
                                           if (form := misread(one.meaning)) is not None)]  # fmt: skip
        shown = [build.column("row"), *(build.column(f"c{at}") for at in range(len(columns)))]
        return within(select(within(records, "cells"), [*shown, named(build.either(*odd), "misfit")]), "records")


def _cell(one: Keys) -> Tree:
    """What is said under any of the keys, as a text; an empty one where nothing is."""
    return exp.Coalesce(this=_values(one)[0], expressions=[*_values(one)[1:], build.word("")]) if _values(one) else (
        build.word(""))  # fmt: skip


def _values(one: Keys) -> list[Tree]:
    return [*(_under("member", key) for key in one.of_members), *(_under("said", key) for key in one.own)]


def _is_crowded(columns: Iterable[Keys]) -> Tree:
    """Whether one thing is said under two keys."""
    found: list[Tree] = []
    for one in columns:
        stated = [build.is_not_null(value) for value in _values(one)]
        found += [build.both(first, second) for at, first in enumerate(stated) for second in stated[:at]]
    return build.either(*found) if found else build.truth(False)


def _under(name: str, key: str) -> Tree:
    return build.call("STRUCT_EXTRACT", build.column(name), build.word(key))


def _texts(words: Iterable[str]) -> Tree:
    return exp.Array(expressions=[build.word(one) for one in words])
