"""Decided households → the text of their rows in a result file, byte by byte what the row path writes.

Ids and carried columns are plain, and so are the names of benefits (`fit` asks before); lists of other names are
quoted where a name in them asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from calc.batch.duckdb.household_outcomes import OutcomeQuery, is_status, tree_of
from calc.batch.duckdb.household_sums import Money, Sums, own_columns
from calc.batch.duckdb.sql_templates import joined_text, phrase
from calc.engine.outcomes import GRANTED, STATUS_NAMES
from calc.engine.sql import build
from calc.engine.sql.benefit_columns import Field, OutcomeColumns
from calc.engine.sql.build import Tree
from calc.engine.sql.compile_plan import Program
from calc.engine.sql.needs_bits import WORD_BITS
from calc.language.types import MEMBER
from calc.report.result_rows import HouseholdTable, ResultTable
from calc.rules.plan import BenefitPlan

ABOUT = "about"
"""The relation with a household's id, size and carried columns; `decided` has what was decided, `lacks` needs."""


def text(word: str) -> Tree:
    """A fixed text."""
    return build.word(word)


FORMULA = r"=+\-@\t\r\n＝＋－＠"
_PLAIN = re.compile(r"\w[^\"',\r\n]*")
BEFORE, BEHIND = "\x01", "\x02"
"""Marks of what a household says before and behind each of its rows."""


class Form:
    """One form of results. `text_of_member` is asked for inside the month's query, `text_of_household` behind it.

    `guards`: no cell begins as formulas do.
    """

    def __init__(self, table: ResultTable, kept: int, guards: bool) -> None:
        self.table = table
        self.guards = guards
        self.plan = table.plan
        self.benefits = table.benefits
        self.money = Money(table.plan)
        self.kept = [build.column(f"k{at}", ABOUT) for at in range(kept)]
        self.id = build.column("id", ABOUT)
        self.size = phrase("CAST(:size AS VARCHAR)", size=build.column("size", ABOUT))
        self.program: Program | None = None

    wants_members = True
    """Whether it has a text for each member."""

    def text_of_member(self, at: int, outcome: OutcomeColumns) -> Tree:
        """The text of a benefit's outcome for a member."""
        raise AssertionError("a form says")

    def text_of_household(self, decided: OutcomeQuery) -> Tree:
        """The text of a household."""
        raise AssertionError("a form says")

    def names(self, needs: dict[int, Field], parameters: bool, between: str, table: str | None) -> Tree:
        """The facts or the unset parameters of a set of needs, with something between them; NULL for none."""
        assert self.program is not None
        words, found = self.program.words, []
        for place, name in enumerate(words.names):
            word = place // WORD_BITS
            if (name in self.plan.facts) == parameters or needs.get(word, 0) == 0:
                continue
            bit = build.whole(1 << place % WORD_BITS)
            has = phrase("(:needs & :bit) <> 0", needs=tree_of(needs[word], table), bit=bit)
            found.append(build.case([(has, text(self.name(name)))]))
        if not found:
            return text("")
        return self.listed(build.call("CONCAT_WS", text(between), *found), words.names)

    def listed(self, cell: Tree, names: Sequence[str]) -> Tree:
        """A cell that lists some of the names."""
        return cell

    def failed(self, benefit: BenefitPlan, failed: Tree, between: str) -> Tree:
        """The failed conditions with something between them."""
        found = [
            build.case([(phrase("(:failed & :bit) <> 0", failed=failed, bit=1 << at), text(self.name(one.name)))])
            for at, one in enumerate(benefit.conditions)
        ]
        if not found:
            return text("")
        return self.listed(build.call("CONCAT_WS", text(between), *found), [one.name for one in benefit.conditions])

    def name(self, name: str) -> str:
        """A name as the form writes it within a list."""
        return name

    def persons(self, at: int, decided: OutcomeQuery) -> Tree:
        """How many people a household's grant counts for, as text; NULL where it is not known."""
        return phrase("CAST(:p AS VARCHAR)", p=decided.of("p", at)) if decided.says_persons(at) else self.size


class HouseholdRow(Form):
    """CSV, a row a household."""

    wants_members = False

    def text_of_household(self, decided: OutcomeQuery) -> Tree:
        """The row."""
        cells = self.cells(decided, self.money, text(""))
        between = [one for cell in cells for one in (cell, text(","))]
        return joined_text([*between[:-1], text("\n")])

    def cells(self, decided: OutcomeQuery, money: Callable[[Tree], Tree], empty: Tree) -> list[Tree]:
        """The cells of the row; what amounts are and what stands for none is given."""
        assert isinstance(self.table, HouseholdTable)
        sums = Sums(decided)
        status = build.case([(sums.is_open, text("undetermined"))], text("determined"))
        total = build.case([(sums.is_open, empty)], money(sums.monthly))
        cells = [self.id, text(self.table.month), self.size, status, total, money(sums.monthly)]
        if self.table.has_yearly:
            cells.append(build.case([(sums.is_open_yearly, empty)], money(sums.yearly)))
        places = {place: at for at, place in self.table.column.items()}
        for place in range(len(self.table.paying)):
            if (at := places.get(place)) is None:  # a benefit of another month
                cells.append(empty)
                continue
            paid = build.case([(decided.of("g", at), money(decided.of("a", at)))], empty)
            cells.append(paid if decided.can("g", at) else empty)
        told, opened = [], []
        for at in sums.order:
            name = self.benefits[at].name
            if self.benefits[at].type.level == MEMBER:
                persons = phrase("CAST(:p AS VARCHAR)", p=decided.of("p", at))
            else:
                persons = build.coalesce(self.persons(at, decided), text("?"))
            count = phrase("CAST(:o AS VARCHAR)", o=decided.of("o", at))
            is_open = phrase(":o > 0", o=decided.of("o", at))
            if decided.can("g", at):
                told.append(build.case([(decided.of("g", at), joined_text([text(f"{name}:"), persons]))]))
            if decided.can("o", at):
                opened.append(build.case([(is_open, joined_text([text(f"{name}:"), count]))]))
        # most households lack nothing, and so many texts need not be put together
        for listed, is_any in ((told, None), (opened, sums.is_open)):
            cell = build.call("CONCAT_WS", text(";"), *listed) if listed else text("")
            cells.append(cell if is_any is None else build.case([(is_any, cell)], text("")))
        return [*cells, build.column("facts", "lacks"), build.column("parameters", "lacks"), *self.kept]


class BenefitRows(Form):
    """CSV, a row a benefit and member. Rows of members begin behind the household's part, which comes before each."""

    def listed(self, cell: Tree, names: Sequence[str]) -> Tree:
        """A cell that lists some of the names, quoted as Python's csv does it."""
        if all(_PLAIN.fullmatch(name) for name in names):
            return cell
        if self.guards:
            starts = build.case([(phrase("regexp_matches(:c, :f)", c=cell, f=f"^[{FORMULA}]"), text("'"))], text(""))
            cell = joined_text([starts, cell])
        inner = phrase("replace(:c, :mark, :twice)", c=cell, mark='"', twice='""')
        has_mark = phrase("regexp_matches(:c, :f)", c=cell, f='[",\\r\\n]')
        return build.case([(has_mark, joined_text([text('"'), inner, text('"')]))], cell)

    def head(self, benefit: BenefitPlan) -> str:
        """What stands before the member."""
        return f",{self.table.month},{benefit.name},"

    def outcome(self, benefit: BenefitPlan, outcome: OutcomeColumns, persons: Tree, table: str | None) -> list[Tree]:
        """The cells from the status on."""
        comma, empty = text(","), text("")
        status = build.case([(is_status(outcome, at, table), text(name)) for at, name in enumerate(STATUS_NAMES)])
        amount = build.coalesce(self.money(tree_of(outcome.amount, table)), empty)
        return [
            status, comma, amount, text(f",{benefit.per},"), self.failed(benefit, tree_of(outcome.failed, table), ";"),
            comma, self.names(outcome.needs, False, ";", table), comma, self.names(outcome.needs, True, ";", table),
            comma, build.case([(is_status(outcome, GRANTED, table), persons)], empty),
        ]  # fmt: skip

    def member(self, id: Tree | None) -> list[Tree]:
        """The member, or an empty cell, with the comma behind it."""
        return [*([] if id is None else [id]), text(",")]

    def begin(self) -> Tree:
        """What stands before every row of the household."""
        return self.id

    def end(self) -> Tree:
        """What stands behind every row of the household."""
        return joined_text([*(one for kept in self.kept for one in (text(","), kept)), text("\n")])

    def text_of_member(self, at: int, outcome: OutcomeColumns) -> Tree:
        """A row without what stands before and behind it in every row of the household, which is marked."""
        benefit = self.benefits[at]
        parts = [text(BEFORE + self.head(benefit)), *self.member(build.column("id"))]
        return joined_text([*parts, *self.outcome(benefit, outcome, text("1"), None), text(BEHIND)])

    def text_of_household(self, decided: OutcomeQuery) -> Tree:
        """All rows: those of members get the household's id and carried columns in the place of the marks."""
        parts: list[Tree] = []
        for at, benefit in enumerate(self.benefits):
            outcome = decided.query.program.outcomes[at]
            if benefit.type.level == MEMBER:
                parts.append(decided.column(f"t_{at}"))
                continue
            row = own_columns(at, outcome)
            persons = build.coalesce(self.persons(at, decided), text("?"))
            parts += [text(BEFORE + self.head(benefit)), *self.member(None)]
            parts += self.outcome(benefit, row, persons, None)
            parts.append(text(BEHIND))
        return phrase("replace(replace(:all, :before, :id), :behind, :end)", all=joined_text(parts), before=BEFORE,
                      id=self.begin(), behind=BEHIND, end=self.end())  # fmt: skip
