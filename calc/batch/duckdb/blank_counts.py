"""Count the blank cells of the households that SQL assesses: `calc.batch.blank_cells` for a range of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from calc.batch.blank_cells import CountedFacts
from calc.batch.duckdb.sql_templates import named, phrase, select, sql
from calc.engine.facts import not_known
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.duckdb_session import Connection


class BlankCounter:
    """Counts over `range_households` and `range_members`, without households that fail a check.

    `bases` are the first positions of the files, `columns` those of facts.
    """

    def __init__(
        self, connection: Connection, counted: Sequence[CountedFacts], bases: Sequence[int], columns: dict[str, str]
    ) -> None:
        self.connection = connection
        self.counted = counted
        self.bases = bases
        self.columns = columns

    def count(self, is_adjacent: bool) -> Counter[str]:
        """Counts by fact; `is_adjacent` if the place of a member is the position of its row, not in its household."""
        found = self._of("range_households", [one.household for one in self.counted], "first")
        place = "place" if is_adjacent else "household"
        return found + self._of("range_members", [one.members for one in self.counted], place)

    def _of(self, relation: str, names_of: list[tuple[str, ...]], place: str) -> Counter[str]:
        found: Counter[str] = Counter()
        names = [name for name in dict.fromkeys(name for names in names_of for name in names) if name in self.columns]
        if not names:
            return found
        counts = [self._stated(name) for name in names]
        is_one = len({*names_of}) == 1
        file = named(build.whole(0) if is_one else self._file(place), "file")
        query = select(relation, [file, build.count_all(), *counts])
        query = query.where(phrase("household NOT IN (SELECT household FROM failing)"), copy=False)
        for at, rows, *stated in self.connection.execute(sql(query.group_by("1", copy=False))).fetchall():
            for name, number in zip(names, stated, strict=True):
                if name in names_of[at] and number < rows:
                    found[name] += rows - number
        return found

    def _stated(self, name: str) -> Tree:
        """Counts the rows that state a fact, with a value or as not known."""
        count = phrase("count(:fact)", fact=build.column(self.columns[name]))
        column = self.columns.get(not_known(name))
        return count if column is None else phrase(":one + count(:open)", one=count, open=build.column(column))

    def _file(self, place: str) -> Tree:
        """The number of the file of a row."""
        position = build.column(place)
        branches = [(phrase(":at < :base", at=position, base=base), build.whole(at)) for at, base in
                    enumerate(self.bases[1:])]  # fmt: skip
        return build.case(branches, build.whole(len(self.bases) - 1))
