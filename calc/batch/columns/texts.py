"""Decided households → the text of their rows in a result file, byte by byte what the row path writes.

Ids and carried columns are plain, and so are the names of benefits (`fit` asks before); lists of other names are
quoted where a name in them asks for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence

from calc.batch.columns.outcome import Decided, is_status, most_paid, tree_of
from calc.batch.columns.phrases import joined_text, phrase
from calc.engine.columns import pieces
from calc.engine.columns.needs import WORD_BITS
from calc.engine.columns.outcomes import Field, OutcomeColumns
from calc.engine.columns.pieces import Tree
from calc.engine.columns.program import Program
from calc.engine.results import GRANTED, STATUS_NAMES, UNDETERMINED
from calc.language.kinds import MEMBER
from calc.present.results import HouseholdTable, Table
from calc.rules.plan import BenefitPlan, Plan

ABOUT = "about"
"""The relation with a household's id, size and carried columns; `decided` has what was decided, `lacks` needs."""


def text(word: str) -> Tree:
    """A fixed text."""
    return pieces.word(word)


def quoted(word: str) -> str:
    """A word as JSON has it."""
    return json.dumps(word, ensure_ascii=False)


FORMULA = r"=+\-@\t\r\n＝＋－＠"
_PLAIN = re.compile(r"\w[^\"',\r\n]*")
BEFORE, BEHIND = "\x01", "\x02"
"""Marks of what a household says before and behind each of its rows."""


class Money:
    """Amounts as text, in the currency's decimals."""

    def __init__(self, plan: Plan) -> None:
        self.decimals = plan.decimals
        self.width = 18 if most_paid(plan) < 10 ** (17 - plan.decimals) else 38 - plan.decimals

    def __call__(self, amount: Tree) -> Tree:
        """The text of whole steps of the currency."""
        return phrase("CAST(:a AS VARCHAR)", a=self.exact(amount))

    def exact(self, amount: Tree) -> Tree:
        """Whole steps of the currency as an amount."""
        if not self.decimals:
            return amount
        step = "0." + "1".rjust(self.decimals, "0")
        return phrase(f"CAST(:a AS DECIMAL({self.width}, 0)) * CAST({step} AS DECIMAL({self.decimals + 1}, "
                      f"{self.decimals}))", a=amount)  # fmt: skip


class Form:
    """One form of results. `text_of_member` is asked for inside the month's query, `text_of_household` behind it.

    `guards`: no cell begins as formulas do.
    """

    def __init__(self, table: Table, kept: int, guards: bool) -> None:
        self.table = table
        self.guards = guards
        self.plan = table.plan
        self.benefits = table.benefits
        self.money = Money(table.plan)
        self.kept = [pieces.column(f"k{at}", ABOUT) for at in range(kept)]
        self.id = pieces.column("id", ABOUT)
        self.size = phrase("CAST(:size AS VARCHAR)", size=pieces.column("size", ABOUT))
        self.program: Program | None = None

    wants_members = True
    """Whether it has a text for each member."""

    def text_of_member(self, at: int, outcome: OutcomeColumns) -> Tree:
        """The text of a benefit's outcome for a member."""
        raise AssertionError("a form says")

    def text_of_household(self, decided: Decided) -> Tree:
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
            bit = pieces.whole(1 << place % WORD_BITS)
            has = phrase("(:needs & :bit) <> 0", needs=tree_of(needs[word], table), bit=bit)
            found.append(pieces.case([(has, text(self.name(name)))]))
        if not found:
            return text("")
        return self.listed(pieces.call("CONCAT_WS", text(between), *found), words.names)

    def listed(self, cell: Tree, names: Sequence[str]) -> Tree:
        """A cell that lists some of the names."""
        return cell

    def failed(self, benefit: BenefitPlan, failed: Tree, between: str) -> Tree:
        """The failed conditions with something between them."""
        found = [
            pieces.case([(phrase("(:failed & :bit) <> 0", failed=failed, bit=1 << at), text(self.name(one.name)))])
            for at, one in enumerate(benefit.conditions)
        ]
        if not found:
            return text("")
        return self.listed(pieces.call("CONCAT_WS", text(between), *found), [one.name for one in benefit.conditions])

    def name(self, name: str) -> str:
        """A name as the form writes it within a list."""
        return name

    def persons(self, at: int, decided: Decided) -> Tree:
        """How many people a household's grant counts for, as text; NULL where it is not known."""
        return phrase("CAST(:p AS VARCHAR)", p=decided.of("p", at)) if decided.says_persons(at) else self.size


class HouseholdRow(Form):
    """CSV, a row a household."""

    wants_members = False

    def text_of_household(self, decided: Decided) -> Tree:
        """The row."""
        cells = self.cells(decided, self.money, text(""))
        between = [one for cell in cells for one in (cell, text(","))]
        return joined_text([*between[:-1], text("\n")])

    def cells(self, decided: Decided, money: Callable[[Tree], Tree], empty: Tree) -> list[Tree]:
        """The cells of the row; what amounts are and what stands for none is given."""
        assert isinstance(self.table, HouseholdTable)
        sums = Sums(decided)
        status = pieces.case([(sums.is_open, text("undetermined"))], text("determined"))
        total = pieces.case([(sums.is_open, empty)], money(sums.monthly))
        cells = [self.id, text(self.table.month), self.size, status, total, money(sums.monthly)]
        if self.table.yearly:
            cells.append(pieces.case([(sums.is_open_yearly, empty)], money(sums.yearly)))
        for at in self.table.paying:
            paid = pieces.case([(decided.of("g", at), money(decided.of("a", at)))], empty)
            cells.append(paid if decided.can("g", at) else empty)
        told, opened = [], []
        for at in sums.order:
            name = self.benefits[at].name
            if self.benefits[at].type.level == MEMBER:
                persons = phrase("CAST(:p AS VARCHAR)", p=decided.of("p", at))
            else:
                persons = pieces.coalesce(self.persons(at, decided), text("?"))
            count = phrase("CAST(:o AS VARCHAR)", o=decided.of("o", at))
            is_open = phrase(":o > 0", o=decided.of("o", at))
            if decided.can("g", at):
                told.append(pieces.case([(decided.of("g", at), joined_text([text(f"{name}:"), persons]))]))
            if decided.can("o", at):
                opened.append(pieces.case([(is_open, joined_text([text(f"{name}:"), count]))]))
        # most households lack nothing, and so many texts need not be put together
        for listed, is_any in ((told, None), (opened, sums.is_open)):
            cell = pieces.call("CONCAT_WS", text(";"), *listed) if listed else text("")
            cells.append(cell if is_any is None else pieces.case([(is_any, cell)], text("")))
        return [*cells, pieces.column("facts", "lacks"), pieces.column("parameters", "lacks"), *self.kept]


class BenefitRows(Form):
    """CSV, a row a benefit and member. Rows of members begin behind the household's part, which comes before each."""

    def listed(self, cell: Tree, names: Sequence[str]) -> Tree:
        """A cell that lists some of the names, quoted as Python's csv does it."""
        if all(_PLAIN.fullmatch(name) for name in names):
            return cell
        if self.guards:
            starts = pieces.case([(phrase("regexp_matches(:c, :f)", c=cell, f=f"^[{FORMULA}]"), text("'"))], text(""))
            cell = joined_text([starts, cell])
        inner = phrase("replace(:c, :mark, :twice)", c=cell, mark='"', twice='""')
        has_mark = phrase("regexp_matches(:c, :f)", c=cell, f='[",\\r\\n]')
        return pieces.case([(has_mark, joined_text([text('"'), inner, text('"')]))], cell)

    def head(self, benefit: BenefitPlan) -> str:
        """What stands before the member."""
        return f",{self.table.month},{benefit.name},"

    def outcome(self, benefit: BenefitPlan, outcome: OutcomeColumns, persons: Tree, table: str | None) -> list[Tree]:
        """The cells from the status on."""
        comma, empty = text(","), text("")
        status = pieces.case([(is_status(outcome, at, table), text(name)) for at, name in enumerate(STATUS_NAMES)])
        amount = pieces.coalesce(self.money(tree_of(outcome.amount, table)), empty)
        return [
            status, comma, amount, text(f",{benefit.per},"), self.failed(benefit, tree_of(outcome.failed, table), ";"),
            comma, self.names(outcome.needs, False, ";", table), comma, self.names(outcome.needs, True, ";", table),
            comma, pieces.case([(is_status(outcome, GRANTED, table), persons)], empty),
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
        parts = [text(BEFORE + self.head(benefit)), *self.member(pieces.column("id"))]
        return joined_text([*parts, *self.outcome(benefit, outcome, text("1"), None), text(BEHIND)])

    def text_of_household(self, decided: Decided) -> Tree:
        """All rows: those of members get the household's id and carried columns in the place of the marks."""
        parts: list[Tree] = []
        for at, benefit in enumerate(self.benefits):
            outcome = decided.query.program.outcomes[at]
            if benefit.type.level == MEMBER:
                parts.append(decided.column(f"t_{at}"))
                continue
            row = own_columns(at, outcome)
            persons = pieces.coalesce(self.persons(at, decided), text("?"))
            parts += [text(BEFORE + self.head(benefit)), *self.member(None)]
            parts += self.outcome(benefit, row, persons, None)
            parts.append(text(BEHIND))
        return phrase("replace(replace(:all, :before, :id), :behind, :end)", all=joined_text(parts), before=BEFORE,
                      id=self.begin(), behind=BEHIND, end=self.end())  # fmt: skip


class BenefitObjects(BenefitRows):
    """JSON Lines, an object a benefit and member; an empty cell is null."""

    def name(self, name: str) -> str:
        """A name as it stands within quotation marks."""
        return quoted(name)[1:-1]

    def listed(self, cell: Tree, names: Sequence[str]) -> Tree:
        """A cell that lists some of the names."""
        return cell

    def head(self, benefit: BenefitPlan) -> str:
        """What stands before the member, from the household's id on."""
        return f', "month": "{self.table.month}", "benefit": {quoted(benefit.name)}, "member": '

    def member(self, id: Tree | None) -> list[Tree]:
        """The member, or null."""
        return [text("null")] if id is None else [text('"'), id, text('"')]

    def outcome(self, benefit: BenefitPlan, outcome: OutcomeColumns, persons: Tree, table: str | None) -> list[Tree]:
        """The cells from the status on."""
        status = pieces.case([(is_status(outcome, at, table), text(name)) for at, name in enumerate(STATUS_NAMES)])
        cells = {
            "status": status,
            "amount": pieces.coalesce(self.money(tree_of(outcome.amount, table)), text("")),
            "per": text(benefit.per),
            "failed": self.failed(benefit, tree_of(outcome.failed, table), ";"),
            "needs": self.names(outcome.needs, False, ";", table),
            "unset": self.names(outcome.needs, True, ";", table),
            "persons": pieces.case([(is_status(outcome, GRANTED, table), persons)], text("")),
        }
        return [one for key, cell in cells.items() for one in self.keyed(key, cell)]

    def keyed(self, key: str, cell: Tree) -> list[Tree]:
        """A key with its cell."""
        is_empty = phrase(":cell = ''", cell=cell)
        value = pieces.case([(is_empty, text("null"))], joined_text([text('"'), cell, text('"')]))
        return [text(f", {quoted(key)}: "), value]

    def begin(self) -> Tree:
        """What stands before every row."""
        return joined_text([text('{"household": "'), self.id, text('"')])

    def end(self) -> Tree:
        """What stands behind every row."""
        kept = [one for name, cell in zip(self.table.kept, self.kept, strict=True) for one in self.keyed(name, cell)]
        return joined_text([*kept, text("}\n")])


class Objects(Form):
    """JSON Lines, an object a household."""

    def name(self, name: str) -> str:
        """A name within quotation marks that are part of what stands between."""
        return quoted(name)

    def outcome(
        self, benefit: BenefitPlan, outcome: OutcomeColumns, member: list[Tree], persons: Tree | None
    ) -> list[Tree]:
        """The object of an outcome, with the comma before it."""
        status = pieces.case([(is_status(outcome, at), text(name)) for at, name in enumerate(STATUS_NAMES)])
        amount = joined_text([text('"'), self.money(tree_of(outcome.amount)), text('"')])
        is_unknown = pieces.is_null(tree_of(outcome.amount))
        parts = [text(f', {{"benefit": {quoted(benefit.name)}, "member": '), *member, text(', "status": "'), status,
                 text('", "amount": '), pieces.case([(is_unknown, text("null"))], amount),
                 text(f', "per": {quoted(benefit.per)}')]  # fmt: skip
        if persons is not None:
            counted = pieces.coalesce(persons, text("null"))
            granted = is_status(outcome, GRANTED)
            parts.append(pieces.case([(granted, joined_text([text(', "persons": '), counted]))], text("")))
        if outcome.failed != 0:
            failed = tree_of(outcome.failed)
            listed = joined_text([text(', "failed": ['), self.failed(benefit, failed, ", "), text("]")])
            parts.append(pieces.case([(phrase(":f <> 0", f=failed), listed)], text("")))
        facts, parameters = (self.names(outcome.needs, is_parameter, ", ", None) for is_parameter in (False, True))
        listed = joined_text([text(', "needs": ['), facts, text('], "unset": ['), parameters, text("]")])
        parts.append(pieces.case([(is_status(outcome, UNDETERMINED), listed)], text("")))
        return [*parts, text("}")]

    def text_of_member(self, at: int, outcome: OutcomeColumns) -> Tree:
        """The object of a member's outcome."""
        member = [text('"'), pieces.column("id"), text('"')]
        return joined_text(self.outcome(self.benefits[at], outcome, member, None))

    def text_of_household(self, decided: Decided) -> Tree:
        """The object of a household."""
        assert isinstance(self.table, HouseholdTable)
        sums, money, null = Sums(decided), self.money, text("null")
        mark = text('"')

        def amount(tree: Tree) -> Tree:
            return joined_text([mark, money(tree), mark])

        parts = [
            text('{"id": "'), self.id, text(f'", "month": "{self.table.month}", "members": '), self.size,
            pieces.case([(sums.is_open, text(', "status": "undetermined"'))], text(', "status": "determined"')),
            text(', "total": '), pieces.case([(sums.is_open, null)], amount(sums.monthly)),
            text(', "total_at_least": '), amount(sums.monthly),
        ]  # fmt: skip
        if self.table.yearly:
            parts += [text(', "yearly": '), pieces.case([(sums.is_open_yearly, null)], amount(sums.yearly))]
        listed: list[Tree] = []
        for at, benefit in enumerate(self.benefits):
            if benefit.type.level == MEMBER:
                listed.append(decided.column(f"t_{at}"))
            else:
                outcome = own_columns(at, decided.query.program.outcomes[at])
                listed += self.outcome(benefit, outcome, [null], self.persons(at, decided))
        parts += [text(', "benefits": ['), phrase("substr(:all, 3)", all=joined_text(listed)), text("]")]
        for at, kept in enumerate(self.kept):
            name = quoted(self.table.kept[at])
            parts += [text((', "kept": {' if at == 0 else ", ") + f'{name}: "'), kept, text('"')]
        return joined_text([*parts, text("}}\n" if self.kept else "}\n")])


FORMS: dict[tuple[str, str], type[Form]] = {
    ("household", "csv"): HouseholdRow,
    ("benefit", "csv"): BenefitRows,
    ("household", "jsonl"): Objects,
    ("benefit", "jsonl"): BenefitObjects,
}


def own_columns(at: int, outcome: OutcomeColumns) -> OutcomeColumns:
    """Where the outcome of a household's benefit stands in what was decided."""

    def field(given: Field, name: str) -> Field:
        return name if isinstance(given, str) else given

    needs = {word: field(given, f"n_{at}_{word}") for word, given in outcome.needs.items()}
    status, amount, failed = field(outcome.status, f"s_{at}"), field(outcome.amount, f"m_{at}"), outcome.failed
    return OutcomeColumns(outcome.benefit, status, amount, field(failed, f"f_{at}"), needs, outcome.width)


class Sums:
    """What a household gets in all, from what was decided."""

    def __init__(self, decided: Decided) -> None:
        benefits = decided.benefits
        own = [at for at, one in enumerate(benefits) if one.type.level != MEMBER]
        self.order = [*own, *(at for at, one in enumerate(benefits) if one.type.level == MEMBER)]
        paid, opened = ([at for at in self.order if decided.can(what, at)] for what in "go")
        self.monthly = _sum([decided.of("a", at) for at in paid if not decided.is_yearly[at]])
        self.yearly = _sum([decided.of("a", at) for at in paid if decided.is_yearly[at]])
        self.is_open = _any([decided.of("o", at) for at in opened])
        self.is_open_yearly = _any([decided.of("o", at) for at in opened if decided.is_yearly[at]])


def _any(counts: Sequence[Tree]) -> Tree:
    return pieces.either(*(phrase(":o > 0", o=one) for one in counts)) if counts else pieces.truth(False)


def _sum(trees: Sequence[Tree]) -> Tree:
    total: Tree = pieces.whole(0)
    for tree in trees:
        total = phrase(":total + :tree", total=total, tree=tree)
    return total
