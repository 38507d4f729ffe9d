"""Print what `doudi assess` found: on a terminal, as text, JSON or CSV, or as one bare number."""

from __future__ import annotations

import os

import click

from calc.assess_households import Assessment
from calc.cli.household_output import print_warnings
from calc.cli.options import remark, to_terminal
from calc.engine.traced.interpreter import Trace
from calc.households.read_households import Reject
from calc.record import Record
from calc.rules.plan import Plan


class PrintOptions(Record):
    """The form of what is printed: `format` is text, json or csv, `why` a benefit, `value` a benefit or `total`.

    `before` are the households as they are without `settings`.
    """

    language: str
    format: str
    explain: bool
    why: str | None
    value: str | None
    values: bool
    settings: tuple[str, ...] = ()
    before: tuple[Trace, ...] = ()
    show_ids: bool = False
    html: str | None = None


def print_assessment(plan: Plan, assessment: Assessment, output: PrintOptions) -> int:
    """Print the answers, and on standard error the rejects. Returns the exit status."""
    traces, rejects, language = assessment.traces, assessment.rejects, output.language
    if output.html is not None and traces:
        _write_page(plan, traces, output.html, language)
    print_warnings(assessment.warnings, language)
    if rejects and output.format != "json":
        _print_rejects(rejects, output)
    if output.value is not None:
        _print_values(plan, traces, output.value, len(traces) + len(rejects) > 1)
        return _values_status(plan, assessment, output.value, language)
    changes = _changes(traces, output)
    if output.format == "json":
        from calc.report import as_json

        rejected = [as_json.rejected(one.id, one.mistakes, language) for one in rejects]
        click.echo(as_json.dumped(as_json.document(plan, traces, rejected, output.explain or output.values)))
    elif output.format == "csv":
        from calc.report import as_csv, encode_rows

        click.echo(encode_rows.csv_text(as_csv.rows(plan, traces)), nl=False)
    elif traces and to_terminal() and os.environ.get("TERM") != "dumb":
        from calc.report import terminal_table

        terminal_table.show(plan, traces, language, output.explain, output.why, changes)
    elif traces:
        from calc.report import as_text

        click.echo(as_text.document(plan, traces, language, output.explain, output.why, changes))
    return 1 if rejects else 0


def _write_page(plan: Plan, traces: tuple[Trace, ...], path: str, language: str) -> None:
    from calc.batch.atomic_files import whole_file
    from calc.report.assessment_page import assessment_page

    with whole_file(path) as part, open(part, "w", encoding="utf-8") as file:
        file.write(assessment_page(plan, traces, language))


def _changes(traces: tuple[Trace, ...], output: PrintOptions) -> dict[str, list[str]]:
    """Writes for each household what the settings changed, by its id."""
    if output.format != "text" or not output.before:
        return {}
    from calc.report.before_after import before_and_after

    before = {trace.result.id: trace for trace in output.before}
    return {
        trace.result.id: before_and_after(before[trace.result.id], trace, output.settings, output.language)
        for trace in traces
        if trace.result.id in before
    }


def _print_rejects(rejects: tuple[Reject, ...], output: PrintOptions) -> None:
    """Prints the mistakes of rejected households: of files with the text around them, of ledgers as `batch` does."""
    from calc.diagnostics.diagnostic import render
    from calc.households.household_reader import shown_id
    from calc.report.rejects import format_mistake
    from calc.report.ui_text import say

    for reject in rejects:
        id = shown_id(reject.id, output.show_ids) if reject.path else reject.id
        for one in reject.mistakes:
            remark(
                format_mistake(id, one, True, output.language) if reject.path else render(one, output.language) + "\n",
                False,
            )
        remark(say("rejected", output.language, household=id) + "\n", False)


def _amount(trace: Trace, value: str) -> object:
    if value == "total":
        return trace.result.total
    amounts = [outcome.amount for outcome in trace.outcomes[value]]
    return None if any(one is None for one in amounts) else sum(one for one in amounts if one is not None)


def _print_values(plan: Plan, traces: tuple[Trace, ...], value: str, several: bool) -> None:
    """One bare number; for several households a line each with the id before it, empty where undetermined."""
    from calc.exact import plain

    for trace in traces:
        amount = _amount(trace, value)
        number = "" if amount is None else plain(amount, plan.decimals)  # type: ignore[arg-type]
        if several:
            click.echo(f"{trace.household.id}\t{number}")
        elif number:
            click.echo(number)


def _value_name(plan: Plan, value: str, language: str) -> str:
    """Names a number as it was asked for; in Chinese by its label."""
    from calc.report.ui_text import say

    if language == "en":
        return value
    return say("total-n-of", language) if value == "total" else plan.benefits[value].about.label_in(language)


def _values_status(plan: Plan, assessment: Assessment, value: str, language: str) -> int:
    """0 where every household has its number; an undetermined one is named on standard error."""
    from calc.report.trace_phrases import TracePhrases
    from calc.report.ui_text import say

    status = 1 if assessment.rejects else 0
    for trace in assessment.traces:
        if _amount(trace, value) is not None:
            continue
        status = 1
        phrases = TracePhrases(trace, language)
        names = list(plan.benefits) if value == "total" else [value]
        missing = [need for name in names for outcome in trace.outcomes[name] for need in outcome.missing]
        values = {"household": trace.result.id, "name": _value_name(plan, value, language)}
        if missing:
            needs = phrases.say("needs", facts=phrases.listed(list(dict.fromkeys(missing))))
            remark(say("undetermined-value-needs", language, **values, needs=needs), False)
        else:
            remark(say("undetermined-value", language, **values), False)
    return status
