"""Under which keys the lines of a file say what: facts, whose they are, what is carried along, members.

A file has a member a line, or a household with its members a line, which is what most of its lines are. One thing may
be said under several keys, in two languages for instance.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from calc.batch.duckdb.sql_templates import named, phrase, select, sql, within
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.duckdb_session import AT_ONCE, Connection
from calc.households.headings import HOUSEHOLDS, ID, MEMBERS, word_of
from calc.ledger.header import IGNORED, Meaning, Naming
from calc.ledger.json_keys import UnknownJsonKeys
from calc.record import Record, replace
from calc.rules.plan import FactPlan


class Keys(Record):
    """The keys that say one thing: on the line itself, and in the objects of members; most frequent first."""

    meaning: Meaning
    own: tuple[str, ...] = ()
    of_members: tuple[str, ...] = ()


class LineKeys:
    """The keys in a table of lines. `asked` are those that are carried along.

    `members` is the key of the members where a line is a household, `lists` all keys that may hold members, `carried`
    the keys that are carried along and are there; a line with one of `unusable` is not plain.
    """

    def __init__(
        self, naming: Naming, asked: Sequence[str], connection: Connection, lines: str, has_members: bool
    ) -> None:
        self.naming = naming
        self.asked = asked
        self.connection = connection
        self.lines = build.relation(lines)
        self.unknown = UnknownJsonKeys(naming)
        self.said: dict[str, Keys] = {HOUSEHOLDS: Keys(HOUSEHOLDS)}
        """What is said, by its name; who has the line comes first."""
        own = self._counted(phrase("json_keys(line)"))
        self.lists = [key for key in own if word_of(key) == MEMBERS and _is_addressable(key)]
        self.unusable = [key for key in own if word_of(key) == MEMBERS and not _is_addressable(key)]
        self.members = self._members() if has_members else None
        self.carried: set[str] = set()
        self._take(own, False)
        for key in self.lists:
            # of a list that is given twice DuckDB takes the first
            of_members = self._counted(phrase(
                "CASE WHEN list_unique(json_keys(line)) = len(json_keys(line)) "
                "THEN flatten(json_keys(line, :path)) END", path=path(key, "[*]")))  # fmt: skip
            if key == self.members:
                self._take(of_members, True)

    def all(self) -> list[Keys]:
        """Everything that is said, then what is carried along."""
        return [*self.said.values(), *(Keys(None, (name,)) for name in self.asked if name in self.carried)]

    def _counted(self, keys: Tree) -> list[str]:
        """The keys under which anything is read, of as many as there may be; most frequent first."""
        each = select(within(phrase("SELECT * FROM :lines WHERE plain", lines=self.lines), "lines"),
                      [named(build.call("UNNEST", keys), "key")])  # fmt: skip
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
                       path=path(key), lines=self.lines)  # fmt: skip
        found = self.connection.execute(sql(query)).fetchone()
        return key if found is not None and 2 * found[0] > found[1] else None

    def _take(self, keys: Iterable[str], is_member: bool) -> None:
        """Note under which keys each thing is said; keys that cannot be addressed or told apart are unusable."""
        taken: set[str] = set()
        for key in keys:
            meaning = self._meaning(key, is_member)
            is_list, is_carried = key == self.members and not is_member, key in self.asked and not is_member
            if meaning is None and not is_list and not is_carried:
                continue
            is_taken = key.casefold() in taken  # names in DuckDB differ by more than case
            if not _is_addressable(key) or is_taken or self._is_second_number(meaning, is_member):
                self.unusable.append(key)
                continue
            taken.add(key.casefold())
            if is_carried:
                self.carried.add(key)
            if meaning is not None and not is_list:
                name = meaning.name if isinstance(meaning, FactPlan) else meaning
                known = self.said.get(name) or Keys(meaning)
                level = {"of_members": (*known.of_members, key)} if is_member else {"own": (*known.own, key)}
                self.said[name] = replace(known, **level)

    def _is_second_number(self, meaning: Meaning, is_member: bool) -> bool:
        """Whether a number that tells who somebody is stands where another may; which of them counts, the row path
        knows."""
        if not isinstance(meaning, FactPlan) or not meaning.derives:
            return False
        return meaning.name in self.said or (self.members is not None and not is_member)

    def _meaning(self, key: str, is_member: bool) -> Meaning:
        """What a key means where it stands, as the row path reads it; None where nothing is read."""
        meaning = self.naming.meaning(key)
        if meaning == IGNORED or (is_member and meaning == HOUSEHOLDS):
            return None
        is_whole = self.members is not None and not is_member
        return HOUSEHOLDS if is_whole and meaning == ID else meaning


def path(key: str, behind: str = "") -> str:
    """Where a key stands in a line, to DuckDB."""
    return f'$."{key}"{behind}'


def _is_addressable(key: str) -> bool:
    """Whether a path can name a key, and nothing in the key is more than a name."""
    return key.isprintable() and bool(key) and not {*'"\\*'} & {*key}
