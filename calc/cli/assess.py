"""`doudi assess`: what each household is entitled to, and why."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from calc.cli.options import build, month_option, option, plan_asked, remark, to_terminal

if TYPE_CHECKING:
    from calc.diagnostics.source import Source
    from calc.engine.traced.interpreter import Trace
    from calc.households.read_households import Reject
    from calc.rules.plan import Plan

_HELP = (
    """What each household is entitled to in a month: every benefit, granted, denied or undetermined.

    HOUSEHOLD is a TOML or JSON file; several may be given, `-` is standard input.

    \b
    Examples:
      doudi assess household.toml --month 2022-06
      doudi assess household.toml --explain              every figure with formula and clause
      doudi assess household.toml --why BENEFIT          one benefit in full, granted or denied
      doudi assess household.toml --set "*.wage=2500"    what if
      doudi assess household.toml --value total          one bare number, for scripts
      cat household.json | doudi assess - --format json

    Exit status: 0 done, 1 a household was rejected or a --value is undetermined, 2 could not run.
    """,
    """某月一个家庭可享受的各项待遇：享受、不符合或待定。

    HOUSEHOLD 为 TOML 或 JSON 文件，可给多个，`-` 为标准输入。

    \b
    示例：
      doudi assess 家庭.toml --month 2022-06
      doudi assess 家庭.toml --explain              逐项列出公式、数值和依据
      doudi assess 家庭.toml --why 待遇编号         详细说明一项待遇为何享受或不享受
      doudi assess 家庭.toml --set 李四.工资=2500   假如……会怎样
      doudi assess 家庭.toml --value total          只输出一个数字，供脚本使用
      cat 家庭.json | doudi assess - --format json

    退出码：0 完成；1 有家庭被退回，或 --value 所求待定；2 无法运行。
    """,
)
_LEDGERS = (".csv", ".tsv", ".xlsx", ".xlsm", ".xls")
"""Endings of files with a row for each person."""


def command(language: str) -> click.Command:
    """The command."""
    params: list[click.Parameter] = [
        click.Argument(["households"], metavar="HOUSEHOLD...", nargs=-1, required=True),
        month_option(language),
        option(
            "--explain",
            is_flag=True,
            language=language,
            en="Add every step with value and clause.",
            zh="列出每一步的数值和依据。",
        ),
        option(
            "--why", metavar="BENEFIT", language=language, en="Explain one benefit in full.", zh="详细说明一项待遇。"
        ),
        option(
            "--format",
            "format_",
            type=click.Choice(["text", "json", "csv"]),
            default="text",
            language=language,
            en="Form of the results; text if absent.",
            zh="输出格式；缺省为文本。",
        ),
        option(
            "--set",
            "settings",
            metavar="NAME=VALUE",
            multiple=True,
            language=language,
            en="Another value for a fact (`means_checked=yes`, `Li Si.wage=0`, `*.wage=0`) or a parameter this month.",
            zh="改设一个事实（`成员.工资=2500`）或本月参数的值。",
        ),
        option(
            "--value",
            metavar="BENEFIT|total",
            language=language,
            en="Print one bare number (of several households: id, tab, number).",
            zh="只输出一个数字（多户时每行为编号和数字）。",
        ),
        option(
            "--values", is_flag=True, language=language, en="JSON: add all derived values.", zh="JSON：附上全部推算值。"
        ),
    ]
    return build("assess", language, _HELP, params, assess)


def assess(
    language: str,
    households: tuple[str, ...],
    month: str | None,
    explain: bool,
    why: str | None,
    format_: str,
    settings: tuple[str, ...],
    value: str | None,
    values: bool,
    rules_path: str | None,
    lang: str | None,
    quiet: bool,
    debug: bool,
) -> int:
    """Assess the households of all files and print; nothing is printed before all have been read."""
    from calc.engine.traced.interpreter import Trace
    from calc.households.read_households import format_of, read_files

    rulebook, plan = plan_asked(rules_path, month, language)
    changes = None
    if settings:
        from calc.households.overrides import parse_settings
        from calc.rules.plan_month import plan_for

        changes = parse_settings(settings, plan)
        if changes.parameters:
            plan = plan_for(rulebook, plan.month, changes.parameters)
    if why is not None:
        _require_benefit(plan, why, language)
    if value not in (None, "total"):
        _require_benefit(plan, str(value), language)
    if (value is not None and (format_ != "text" or explain or why)) or (why is not None and format_ != "text"):
        from calc.report.ui_text import say

        raise click.UsageError(say("one-answer", language))
    if sum(path == "-" for path in households) > 1:
        from calc.report.ui_text import say

        raise click.UsageError(say("one-stdin", language))

    traces: list[Trace] = []
    sources = [_source(path) for path in households]
    read = [(source, format_of(source.path, source.text)) for source in sources]
    intake = read_files(read, plan, changes)
    rejects: list[Reject] = list(intake.rejects)
    for household in intake.households:
        trace = Trace(plan, household)
        if trace.result.failed_checks:
            rejects.append(_failed_checks(plan, trace, sources))
        else:
            traces.append(trace)
    _print(plan, traces, rejects, language, explain, why, format_, value, values, quiet)
    if value is not None:
        return _values_status(plan, traces, rejects, value, language)
    return 1 if rejects else 0


def _source(path: str) -> Source:
    from calc.rules.toml_document import decode, read_text

    if path == "-":
        return decode("-", sys.stdin.buffer.read())
    if path.lower().endswith(_LEDGERS) and os.path.isfile(path):
        from calc.diagnostics.diagnostic import Diagnostic, InputErrors, Place
        from calc.diagnostics.source import Source

        raise InputErrors([Diagnostic("cannot-read/ledger", Place(Source(path, "")))])
    return read_text(path)


def _require_benefit(plan: Plan, name: str, language: str) -> None:
    if name not in plan.benefits:
        from calc.report.ui_text import say
        from calc.rules.toml_document import month_text

        names = ", ".join(plan.benefits)
        raise click.UsageError(say("no-benefit", language, name=name, month=month_text(plan.month), names=names))


def _failed_checks(plan: Plan, trace: Trace, sources: list[Source]) -> Reject:
    """A household whose data fail a check of the rules, as a reject. Its file is known where there is only one."""
    from calc.diagnostics.diagnostic import Diagnostic, Place
    from calc.diagnostics.source import Source
    from calc.households.read_households import Reject

    found = []
    for check in plan.checks:
        if check.name in trace.result.failed_checks:
            values = {"label": (check.about.label_in("en"), check.about.label_in("zh")), "fact": None}
            source = sources[0] if len(sources) == 1 else Source(trace.household.id, "")
            found.append(Diagnostic("check-failed", Place(source), values))
    return Reject(trace.household.id, tuple(found))


def _print(
    plan: Plan,
    traces: list[Trace],
    rejects: list[Reject],
    language: str,
    explain: bool,
    why: str | None,
    format_: str,
    value: str | None,
    values: bool,
    quiet: bool,
) -> None:
    if rejects and format_ != "json":
        _tell_rejects(rejects, language)
    if value is not None:
        _print_values(plan, traces, value, len(traces) + len(rejects) > 1)
    elif format_ == "json":
        from calc.report import as_json

        rejected = [as_json.rejected(one.id, one.diagnostics, language) for one in rejects]
        click.echo(as_json.dumped(as_json.document(plan, traces, rejected, explain or values)))
    elif format_ == "csv":
        from calc.report import as_csv, encode_rows

        click.echo(encode_rows.csv_text(as_csv.rows(plan, traces)), nl=False)
    elif traces and to_terminal() and os.environ.get("TERM") != "dumb":
        from calc.report import terminal_table

        terminal_table.show(plan, traces, language, explain, why)
    elif traces:
        from calc.report import as_text

        click.echo(as_text.document(plan, traces, language, explain, why))


def _tell_rejects(rejects: list[Reject], language: str) -> None:
    from calc.diagnostics.diagnostic import render
    from calc.report.ui_text import say

    for reject in rejects:
        for one in reject.diagnostics:
            remark(render(one, language) + "\n", False)
        remark(f"{reject.id}: {say('rejected', language)}\n", False)


def _amount(trace: Trace, value: str) -> object:
    if value == "total":
        return trace.result.total
    amounts = [outcome.amount for outcome in trace.outcomes[value]]
    return None if any(one is None for one in amounts) else sum(one for one in amounts if one is not None)


def _print_values(plan: Plan, traces: list[Trace], value: str, several: bool) -> None:
    """One bare number; for several households a line each with the id before it, empty where undetermined."""
    from calc.exact import plain

    for trace in traces:
        amount = _amount(trace, value)
        number = "" if amount is None else plain(amount, plan.decimals)  # type: ignore[arg-type]
        if several:
            click.echo(f"{trace.household.id}\t{number}")
        elif number:
            click.echo(number)


def _values_status(plan: Plan, traces: list[Trace], rejects: list[Reject], value: str, language: str) -> int:
    """0 where every household has its number; an undetermined one is told on standard error."""
    from calc.report.trace_phrases import TracePhrases
    from calc.report.ui_text import say

    status = 1 if rejects else 0
    for trace in traces:
        if _amount(trace, value) is not None:
            continue
        status = 1
        phrases = TracePhrases(trace, language)
        names = list(plan.benefits) if value == "total" else [value]
        missing = [need for name in names for outcome in trace.outcomes[name] for need in outcome.missing]
        told = say("undetermined-value", language, name=value)
        if missing:
            told += f" ({say('needs', language, facts=phrases.listed(list(dict.fromkeys(missing))))})"
        remark(f"{trace.result.id}: {told}", False)
    return status
