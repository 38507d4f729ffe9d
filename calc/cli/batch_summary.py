"""What `doudi batch` says beside its results: columns it does not know, what was rejected, the summary."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from calc.cli.options import remark

if TYPE_CHECKING:
    from calc.batch.row_pipeline import Summary
    from calc.ledger.header import UnknownColumn
    from calc.ledger.ledger import Ledger
    from calc.rules.plan import Plan


def warn_of_unknown_columns(
    unknown_ones: Iterable[tuple[str, UnknownColumn]], language: str, code: str = "unknown-column"
) -> None:
    """The headings or keys that mean nothing, once for each, with what may have been meant; each with its file."""
    from calc.diagnostics.messages import LEVELS, help_text, message
    from calc.households.household_reader import quoted

    told: set[str] = set()
    for path, unknown in unknown_ones:
        if unknown.heading in told:
            continue
        told.add(unknown.heading)
        level = LEVELS[language][False]
        text = message(code, {"heading": quoted(unknown.heading)}, language)
        near = f"; {help_text('did-you-mean', {'name': unknown.near}, language)}" if unknown.near else ""
        remark(f"{path}: {level}[unknown-column]: {text}{near}", False)


def print_summary(summary: Summary, ledger: Ledger, plans: list[Plan], rejects: str | None, language: str) -> None:
    """The totals and, last, how many households were read, assessed and rejected."""
    from calc.report import totals
    from calc.report.as_text import warning
    from calc.report.result_rows import merge_orders
    from calc.report.ui_text import say

    warn_of_unknown_columns(ledger.unknown_keys(), language, "unknown-column/key")
    plan = plans[-1]
    labels = {
        name: next(one.benefits[name] for one in reversed(plans) if name in one.benefits).about.label_in(language)
        for name in merge_orders(one.benefits for one in plans)
    }
    currency = str(plan.title["currency"])
    if summary.tally.groups:
        remark(totals.text(summary.tally, labels, plan.decimals, currency, language) + "\n", False)
    old = warning(plan, language)
    if old:
        remark(old, False)
    scattered = len(ledger.scan.scattered)
    if scattered:
        remark(say("scattered", language, count=scattered), False)
    numbers = {"rows": summary.rows, "read": summary.read, "assessed": summary.assessed, "rejected": summary.rejected}
    remark(say("batch-summary", language, **numbers), False)
    if summary.undetermined:
        remark(say("batch-undetermined", language, count=summary.undetermined), False)
    if summary.rejected:
        where = say("rejects-in", language, path=rejects) if rejects else say("rejects-nowhere", language)
        remark(where, False)
