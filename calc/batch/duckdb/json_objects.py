"""Decided households → JSON Lines: an object a household, or one a benefit and member."""

from __future__ import annotations

import json
from collections.abc import Sequence

from calc.batch.duckdb.household_outcomes import OutcomeQuery, is_status, tree_of
from calc.batch.duckdb.household_sums import Sums, own_columns
from calc.batch.duckdb.result_cells import BenefitRows, Form, HouseholdRow, text
from calc.batch.duckdb.sql_templates import joined_text, phrase
from calc.engine.outcomes import GRANTED, STATUS_NAMES, UNDETERMINED
from calc.engine.sql import build
from calc.engine.sql.benefit_columns import OutcomeColumns
from calc.engine.sql.build import Tree
from calc.language.types import MEMBER
from calc.report.result_rows import HouseholdTable
from calc.rules.plan import BenefitPlan


def quoted(word: str) -> str:
    """A word as JSON has it."""
    return json.dumps(word, ensure_ascii=False)


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
        status = build.case([(is_status(outcome, at, table), text(name)) for at, name in enumerate(STATUS_NAMES)])
        cells = {
            "status": status,
            "amount": build.coalesce(self.money(tree_of(outcome.amount, table)), text("")),
            "per": text(benefit.per),
            "failed": self.failed(benefit, tree_of(outcome.failed, table), ";"),
            "needs": self.names(outcome.needs, False, ";", table),
            "unset": self.names(outcome.needs, True, ";", table),
            "persons": build.case([(is_status(outcome, GRANTED, table), persons)], text("")),
        }
        return [one for key, cell in cells.items() for one in self.keyed(key, cell)]

    def keyed(self, key: str, cell: Tree) -> list[Tree]:
        """A key with its cell."""
        is_empty = phrase(":cell = ''", cell=cell)
        value = build.case([(is_empty, text("null"))], joined_text([text('"'), cell, text('"')]))
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
        status = build.case([(is_status(outcome, at), text(name)) for at, name in enumerate(STATUS_NAMES)])
        amount = joined_text([text('"'), self.money(tree_of(outcome.amount)), text('"')])
        is_unknown = build.is_null(tree_of(outcome.amount))
        parts = [text(f', {{"benefit": {quoted(benefit.name)}, "member": '), *member, text(', "status": "'), status,
                 text('", "amount": '), build.case([(is_unknown, text("null"))], amount),
                 text(f', "per": {quoted(benefit.per)}')]  # fmt: skip
        if persons is not None:
            counted = build.coalesce(persons, text("null"))
            granted = is_status(outcome, GRANTED)
            parts.append(build.case([(granted, joined_text([text(', "persons": '), counted]))], text("")))
        if outcome.failed != 0:
            failed = tree_of(outcome.failed)
            listed = joined_text([text(', "failed": ['), self.failed(benefit, failed, ", "), text("]")])
            parts.append(build.case([(phrase(":f <> 0", f=failed), listed)], text("")))
        facts, parameters = (self.names(outcome.needs, is_parameter, ", ", None) for is_parameter in (False, True))
        listed = joined_text([text(', "needs": ['), facts, text('], "unset": ['), parameters, text("]")])
        parts.append(build.case([(is_status(outcome, UNDETERMINED), listed)], text("")))
        return [*parts, text("}")]

    def text_of_member(self, at: int, outcome: OutcomeColumns) -> Tree:
        """The object of a member's outcome."""
        member = [text('"'), build.column("id"), text('"')]
        return joined_text(self.outcome(self.benefits[at], outcome, member, None))

    def text_of_household(self, decided: OutcomeQuery) -> Tree:
        """The object of a household."""
        assert isinstance(self.table, HouseholdTable)
        sums, money, null = Sums(decided), self.money, text("null")
        mark = text('"')

        def amount(tree: Tree) -> Tree:
            return joined_text([mark, money(tree), mark])

        parts = [
            text('{"id": "'), self.id, text(f'", "month": "{self.table.month}", "members": '), self.size,
            build.case([(sums.is_open, text(', "status": "undetermined"'))], text(', "status": "determined"')),
            text(', "total": '), build.case([(sums.is_open, null)], amount(sums.monthly)),
            text(', "total_at_least": '), amount(sums.monthly),
        ]  # fmt: skip
        if self.table.is_yearly:
            parts += [text(', "yearly": '), build.case([(sums.is_open_yearly, null)], amount(sums.yearly))]
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
