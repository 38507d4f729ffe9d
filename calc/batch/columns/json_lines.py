"""A file of JSON Lines as DuckDB reads it: plain lines as records of cells, all other lines left to the row path.

DuckDB's reader of JSON lets much pass (commas too many, infinity, keys given twice) and reads numbers as binary ones.
So it is only shown lines in which none of that can be: a regular expression says which are plain, a string has no
escapes but of characters by their number, a decimal number no more digits than come back from a binary one as they
were, and no object gives a key twice. What a plain line says is then the same as cells of CSV say, but for a few kinds
of values, which make their record a misfit.

A file has a member a line, or a household with its members a line; whatever most of its lines are not is left to the
row path too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlglot import exp

from calc.batch.columns.phrases import named, phrase, select, sql, within
from calc.batch.columns.plain import is_form
from calc.engine.columns import pieces
from calc.engine.columns.duck import AT_ONCE, Connection
from calc.engine.columns.pieces import Tree
from calc.intake.ledger.columns import IGNORED, Columns, Meaning
from calc.intake.ledger.keys import UnknownKeys
from calc.intake.ledger.rows import Part
from calc.intake.names import HOUSEHOLDS, ID, MEMBERS, word_of
from calc.language.kinds import DATE, NUMERIC, YES_NO
from calc.record import Record, replace
from calc.rules.plan import FactPlan

STRIDE = 1024
"""Numbers for the members that stand on one line; a line with as many is not plain."""
_STRING = r'"(?:[^"\\\x00-\x1f\x7f]|\\[u/])*"'
_SIMPLE = rf"(?:{_STRING}|-?[0-9]+(?:\.[0-9]+)?|true|false|null)"


def _listed(item: str) -> str:
    return rf"[ \t]*(?:{item}(?:[ \t]*,[ \t]*{item})*)?[ \t]*"


def _nested(value: str) -> str:
    """A value, a list of such or an object of such."""
    return rf"(?:{value}|\[{_listed(value)}\]|\{{{_listed(_pair(value))}\}})"


def _pair(value: str) -> str:
    return rf"{_STRING}[ \t]*:[ \t]*{value}"


FORM = rf"[ \t]*\{{{_listed(_pair(_nested(_nested(_nested(_SIMPLE)))))}\}}[ \t]*"
"""A line with an object in which lists and objects stand three deep: members, and in them what nobody reads."""
_LONG = r"[:\[,][ \t]*-?(?:[0-9]{19,}|[0-9]*\.[0-9]{5,}|[0-9]{11,}\.)"
"""A number that may come back from a binary one as another; where it stands in a text, the line is left out too."""
_CONTROL = r"\\u(?:00[01]|007[fF]|[dD][89a-fA-F])"
"""Characters that control, and halves of characters, by their number."""
_NO_TEXT = r"true|false|-?[0-9]+\.[0-9]+|[\[{].*"
"""What may have been no string and no whole number: as a text, an id or a word these are something else."""
_NO_DAY = r"-?[0-9]{1,7}|-?[0-9]{9,}|-[0-9]+|-?[0-9]+\.[0-9]+"
"""What may have been a number, and means another day as a text, or none."""


_NO_TRUTH = r"-[0-9.]+|[0-9]{2,}|[2-9]|[0-9]+\.[0-9]+"
"""What may have been a number, of which only two are a yes or no; as a text `-1` is one, for hyphens say nothing."""


class Keys(Record):
    """The keys that say one thing: on the line itself, and in the objects of members; most frequent first."""

    meaning: Meaning
    own: tuple[str, ...] = ()
    of_members: tuple[str, ...] = ()


class JsonLines:
    """The lines of one file in a table, and what follows from the keys in them.

    `columns` are what they say, in any spelling of a key; `relation` the records of plain lines with their cells, the
    number `row` of each and whether it is a `misfit`. `stride` numbers go to a line. `kept` are the places of what is
    carried along.
    """

    def __init__(self, part: Part, asked: Sequence[str], records: Tree, connection: Connection, is_of_members: bool):
        self.naming = part.columns.naming
        self.asked = asked
        self.connection = connection
        self.lines, self.strange = f"lines_{part.at}", f"strange_lines_{part.at}"
        plain = phrase(
            "regexp_full_match(line, :form) AND NOT regexp_matches(line, :long) AND NOT (contains(line, :number) "
            "AND regexp_matches(line, :control)) AND json_valid(line)",
            form=FORM, long=_LONG, number="\\u", control=_CONTROL)  # fmt: skip
        connection.execute("SET preserve_insertion_order = true")  # the rowid tells the line
        self._do(pieces.table_from(self.lines, select(records, [pieces.column("line"), named(plain, "plain")])))
        connection.execute("SET preserve_insertion_order = false")
        self.unknown = UnknownKeys(self.naming)
        own = self._counted(phrase("json_keys(line)"))
        self.lists = [key for key in own if word_of(key) == MEMBERS and _is_addressable(key)]
        self.members = self._members() if is_of_members else None
        self.stride = 1 if self.members is None else STRIDE
        self.unusable = [key for key in own if word_of(key) == MEMBERS and not _is_addressable(key)]
        self.keys: dict[str, Keys] = {HOUSEHOLDS: Keys(HOUSEHOLDS)}
        self.carried: set[str] = set()
        self._take(own, False)
        for key in self.lists:
            of_members = self._counted(phrase("flatten(json_keys(line, :path))", path=_path(key, "[*]")))
            if key == self.members:
                self._take(of_members, True)
        self._find_strange()
        count = phrase("SELECT count(*), count(*) FILTER (trim(line) <> '') FROM :lines",
                       lines=pieces.relation(self.lines))  # fmt: skip
        self.number: int
        self.number, said = self._do(count).fetchone()
        """How many lines there are, the last of them perhaps blank."""
        (strange,) = self._do(phrase("SELECT count(*) FROM :strange", strange=pieces.relation(self.strange))).fetchone()
        self.plain: int = said - strange
        """How many of them are read."""
        found = [*self.keys.values(), *(Keys(None, (name,)) for name in asked if name in self.carried)]
        headings = [next(iter((*one.own, *one.of_members)), HOUSEHOLDS) for one in found]
        self.columns = Columns(headings, self.naming, [one.meaning for one in found])
        places = {one.own[0]: at for at, one in enumerate(found) if one.meaning is None}
        self.kept = [places.get(name) for name in asked]
        self.relation = self._relation(found)

    def _do(self, tree: Tree) -> Any:
        return self.connection.execute(sql(tree))

    def strange_lines(self) -> Iterator[int]:
        """The numbers from 0 on of the lines that the row path has to read."""
        cursor = self.connection.cursor()
        cursor.execute(sql(phrase("SELECT row FROM :strange ORDER BY row", strange=pieces.relation(self.strange))))
        while rows := cursor.fetchmany(AT_ONCE):
            yield from (row for (row,) in rows)

    def close(self) -> None:
        """Let go of the lines, once their records were read."""
        for table in (self.lines, self.strange):
            self._do(phrase("DROP TABLE :table", table=pieces.relation(table)))

    # what keys say

    def _counted(self, keys: Tree) -> list[str]:
        """The keys under which anything is read, of as many as there may be; most frequent first."""
        each = select(self.lines, [named(pieces.call("UNNEST", keys), "key")]).where(phrase("plain"), copy=False)
        query = phrase("SELECT key FROM :each GROUP BY key ORDER BY count(*) DESC, key", each=within(each, "each"))
        found: list[str] = []
        cursor = self.connection.cursor()
        cursor.execute(sql(query))
        while rows := cursor.fetchmany(AT_ONCE):
            found += [key for (key,) in rows if self._says(key)]
            self.unknown.add(key for (key,) in rows)
        return found

    def _says(self, key: str) -> bool:
        return self.naming.meaning(key) not in (None, IGNORED) or key in self.asked or word_of(key) == MEMBERS

    def _members(self) -> str | None:
        """The key under which most lines have their members; None where most have none."""
        if not self.lists:
            return None
        key = self.lists[0]
        query = phrase("SELECT count(*) FILTER (json_type(line, :path) = 'ARRAY'), count(*) FROM :lines WHERE plain",
                       path=_path(key), lines=pieces.relation(self.lines))  # fmt: skip
        with_members, count = self._do(query).fetchone()
        return key if 2 * with_members > count else None

    def _take(self, keys: Iterable[str], is_member: bool) -> None:
        """Note under which keys each thing is said; keys that cannot be addressed or told apart are unusable."""
        taken: set[str] = set()
        for key in keys:
            meaning = self.naming.meaning(key)
            if self.members is not None and not is_member:
                meaning = HOUSEHOLDS if meaning == ID else meaning  # as the row path reads a whole household
            is_list = key == self.members and not is_member
            is_read = not is_list and meaning not in (None, IGNORED) and not (is_member and meaning == HOUSEHOLDS)
            is_carried = key in self.asked and not is_member
            if not (is_list or is_read or is_carried):
                continue
            if not _is_addressable(key) or key.casefold() in taken:  # to DuckDB names differ by more than case
                self.unusable.append(key)
                continue
            taken.add(key.casefold())
            if is_carried:
                self.carried.add(key)
            if is_read:
                name = meaning.name if isinstance(meaning, FactPlan) else str(meaning)
                known = self.keys.get(name) or Keys(meaning)
                level = {"of_members": (*known.of_members, key)} if is_member else {"own": (*known.own, key)}
                self.keys[name] = replace(known, **level)

    # lines that are not plain

    def _find_strange(self) -> None:
        """A table of the lines that are not plain after all; those with blanks alone say nothing."""
        plain, line = pieces.column("plain"), pieces.column("line")
        columns = [named(pieces.column("rowid"), "row"), line, plain,
                   named(pieces.case([(plain, phrase("json_keys(line)"))]), "keys")]  # fmt: skip
        if self.members is not None:
            keys = phrase("json_keys(line, :path)", path=_path(self.members, "[*]"))
            columns.append(named(pieces.case([(plain, keys)]), "of_members"))
        inner = within(select(self.lines, columns), "lines")
        fits = pieces.case([(plain, pieces.both(*self._conditions()))], pieces.truth(False))
        query = select(inner, [pieces.column("row")]).where(phrase("NOT coalesce(:fits, FALSE)", fits=fits), copy=False)
        self._do(pieces.table_from(self.strange, query.where(phrase("trim(line) <> ''"), copy=False)))

    def _conditions(self) -> list[Tree]:
        """What has to hold of a line that is plain by its form."""
        found = [phrase("list_unique(keys) = len(keys)"), *(self._is_id(key) for key in self.keys[HOUSEHOLDS].own)]
        if len(self.keys[HOUSEHOLDS].own) > 1:
            found.append(phrase("len(list_intersect(keys, :few)) <= 1", few=_texts(self.keys[HOUSEHOLDS].own)))
        for key in self.lists:
            if key != self.members:
                found.append(phrase("coalesce(json_type(line, :path) <> 'ARRAY', TRUE)", path=_path(key)))
        if self.members is not None:
            found.append(phrase("len(of_members) BETWEEN 1 AND :most", most=STRIDE - 1))
            found.append(phrase(
                "list_aggregate([list_unique(one) = len(one) AND len(one) > 0 FOR one IN of_members], 'bool_and')"
            ))  # fmt: skip
        if self.unusable:
            keys = phrase("keys" if self.members is None else "list_concat(keys, flatten(of_members))")
            found.append(phrase("len(list_intersect(:keys, :few)) = 0", keys=keys, few=_texts(self.unusable)))
        return found

    def _is_id(self, key: str) -> Tree:
        """Whether a value is a text or a whole number, or is not there: of others the row path makes texts."""
        return phrase("coalesce(json_type(line, :path) IN ('VARCHAR', 'UBIGINT', 'BIGINT', 'NULL'), TRUE)",
                      path=_path(key))  # fmt: skip

    # records

    def _relation(self, columns: Sequence[Keys]) -> Tree:
        """The records of plain lines."""
        own = {key: "VARCHAR" for one in columns for key in one.own}
        of_members = {key: "VARCHAR" for one in columns for key in one.of_members}
        shape: dict[str, Any] = dict(own)
        if self.members is not None:
            shape[self.members] = [of_members or "JSON"]
        said = phrase("json_transform(line, :shape)", shape=json.dumps(shape, ensure_ascii=False))
        said = named(said if shape else pieces.null(), "said")
        known = phrase("rowid NOT IN (SELECT row FROM :strange)", strange=pieces.relation(self.strange))
        lines = select(self.lines, [named(pieces.column("rowid"), "number"), said])
        lines = lines.where(pieces.both(known, phrase("trim(line) <> ''")), copy=False)
        row: Tree = pieces.column("number")
        if self.members is not None:
            each = _under("said", self.members)
            found = [named(pieces.call("UNNEST", each), "member"),
                     named(phrase("unnest(range(len(:each)))", each=each), "place")]  # fmt: skip
            lines = select(within(lines, "lines"), [exp.Star(), *found])
            row = phrase("number * :stride + place", stride=STRIDE)
        cells = [named(_cell(one), f"c{at}") for at, one in enumerate(columns)]
        records = select(within(lines, "lines"), [named(row, "row"), *cells, named(_is_crowded(columns), "crowded")])
        odd = [pieces.column("crowded"), *(is_form(pieces.column(f"c{at}"), form) for at, one in enumerate(columns)
                                           if (form := _misread(one.meaning)) is not None)]  # fmt: skip
        shown = [pieces.column("row"), *(pieces.column(f"c{at}") for at in range(len(columns)))]
        return within(select(within(records, "cells"), [*shown, named(pieces.either(*odd), "misfit")]), "records")


def _misread(meaning: Meaning) -> str | None:
    """The form of texts that may have been something else in JSON, and not of the same meaning."""
    kind = meaning.type.kind if isinstance(meaning, FactPlan) else None
    if kind in NUMERIC:
        return None  # whatever reads as a number reads alike
    return {DATE: _NO_DAY, YES_NO: _NO_TRUTH}.get(kind or "", _NO_TEXT)


def _cell(one: Keys) -> Tree:
    """What is said under any of the keys, as a text; an empty one where nothing is."""
    return exp.Coalesce(this=_values(one)[0], expressions=[*_values(one)[1:], pieces.word("")]) if _values(one) else (
        pieces.word(""))  # fmt: skip


def _values(one: Keys) -> list[Tree]:
    return [*(_under("member", key) for key in one.of_members), *(_under("said", key) for key in one.own)]


def _is_crowded(columns: Iterable[Keys]) -> Tree:
    """Whether one thing is said under two keys."""
    found: list[Tree] = []
    for one in columns:
        stated = [pieces.is_not_null(value) for value in _values(one)]
        found += [pieces.both(first, second) for at, first in enumerate(stated) for second in stated[:at]]
    return pieces.either(*found) if found else pieces.truth(False)


def _under(name: str, key: str) -> Tree:
    return pieces.call("STRUCT_EXTRACT", pieces.column(name), pieces.word(key))


def _texts(words: Iterable[str]) -> Tree:
    return exp.Array(expressions=[pieces.word(one) for one in words])


def _path(key: str, behind: str = "") -> str:
    """Where a key stands in a line, to DuckDB."""
    return f'$."{key}"{behind}'


def _is_addressable(key: str) -> bool:
    """Whether a path can name a key, and nothing in a name is more than a name."""
    return key.isprintable() and bool(key) and not {*'"\\*'} & {*key}
