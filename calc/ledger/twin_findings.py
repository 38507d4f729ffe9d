"""Finds members whose identity number occurs elsewhere in a ledger too."""

from __future__ import annotations

from itertools import islice

from calc.diagnostics.diagnostic import Diagnostic, cell_place
from calc.households.derived_facts import numbers_of
from calc.households.household_reader import shown_id, shown_number
from calc.households.identity_numbers import check_digit
from calc.language.types import MEMBER
from calc.ledger.household_runs import LedgerFileReader, Run
from calc.ledger.person_numbers import person_in
from calc.ledger.prescan import MemberPlace
from calc.rules.plan import Plan

TWICE = "identity-number-twice"
MOST_PLACES = 10
"""Most other places of a number in messages: a made-up number may be in every household of a ledger."""


def twin_findings(
    part: LedgerFileReader,
    plan: Plan,
    run: Run,
    twins: dict[str, list[MemberPlace]],
    people_at: list[tuple[int, bool]],
    show_ids: bool,
) -> list[Diagnostic]:
    """Reports the members of a run that are among the twins; those twice in one household are found by its reader."""
    findings: list[Diagnostic] = []
    fact = next((one.name for one in numbers_of(plan, MEMBER) if one.format == "identity-number"), "")
    heading = None
    if part.json is None and people_at:  # the keys of other lines may be others
        heading = part.columns.all[people_at[0][0]].heading
    for line, row in run.rows:
        number = person_in(row, people_at)
        places = () if number is None else twins.get(number, ())
        elsewhere = (one for one in places if one[:2] != (part.at, run.id) or (not run.id and one[2] != line))
        for _, other, there, path in islice(elsewhere, MOST_PLACES):
            assert number is not None
            values = {
                "fact": fact,
                "read": shown_number(number + check_digit(number), show_ids),
                "other": shown_id(other, show_ids) or "—",
                "line": there,
                "path": path,
            }
            findings.append(Diagnostic(f"{TWICE}/lines", cell_place(part.file.shown, line, heading), values))
    return findings
