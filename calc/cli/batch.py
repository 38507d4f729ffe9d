"""`doudi batch`: a whole ledger, every row accounted for."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from calc.cli.batch_options import batch_options
from calc.cli.options import build, month_wanted, remark, require_month, rules_file

if TYPE_CHECKING:
    from calc.batch.assess_block import ResultSpec
    from calc.batch.row_pipeline import Summary
    from calc.cli.batch_engine import Assess, Choice
    from calc.households.overrides import Settings
    from calc.ledger.ledger import Ledger
    from calc.rules.plan import Plan

_HELP = (
    """A whole ledger: what every household in it is entitled to, with every row accounted for.

    LEDGER is CSV, JSON Lines, XLSX or Parquet, one row a member; several may be given, `-` is standard input.
    `doudi template ledger` writes an empty one.

    \b
    Examples:
      doudi batch ledger.csv --month 2022-06 -o results.csv --rejects rejects.csv
      doudi batch ledger.xlsx -o results.xlsx --by benefit --explain
      doudi batch town1.csv town2.csv -o all.csv --group-by township --totals totals.csv
      doudi batch ledger.csv --months 2022-01..2022-12 -o year.csv --jobs 2
      doudi batch ledger.csv --map "户籍号=household" --map "月收入=wage" -o results.csv
      cat ledger.csv | doudi batch - | grep ,undetermined,

    The rows of a household need not be adjacent; where they are, memory does not grow with the ledger
    (but for some 25 bytes a household). Files appear whole or not at all.

    Exit status: 0 done, 1 a household was rejected (0 with --allow-rejects), 2 could not run, 130 interrupted.
    """,
    """整本台账：每户可享受的待遇，每一行都有着落。

    LEDGER 为 CSV、JSON Lines、XLSX 或 Parquet，每人一行；可给多个，`-` 为标准输入。
    `doudi template ledger` 可生成空白台账。

    \b
    示例：
      doudi batch 台账.csv --month 2022-06 -o 结果.csv --rejects 退回.csv
      doudi batch 台账.xlsx -o 结果.xlsx --by benefit --explain
      doudi batch 甲镇.csv 乙镇.csv -o 全区.csv --group-by 乡镇 --totals 汇总.csv
      doudi batch 台账.csv --months 2022-01..2022-12 -o 全年.csv --jobs 2
      doudi batch 台账.csv --map 户籍号=household --map 月收入=工资 -o 结果.csv
      cat 台账.csv | doudi batch - | grep ,undetermined,

    同一户的各行不必相邻；相邻时，内存不随台账增大（每户约 25 字节除外）。输出文件要么完整，要么不出现。

    退出码：0 完成；1 有家庭被退回（加 --allow-rejects 则为 0）；2 无法运行；130 中断。
    """,
)
MOST_MONTHS = 120


def command(language: str) -> click.Command:
    """The command."""
    ledgers = click.Argument(["ledgers"], metavar="LEDGER...", nargs=-1, required=True)
    return build("batch", language, _HELP, [ledgers, *batch_options(language)], batch)


def batch(
    language: str,
    ledgers: tuple[str, ...],
    output: str | None,
    format_: str | None,
    by: str,
    month: str | None,
    months: str | None,
    rejects: str | None,
    allow_rejects: bool,
    explain: bool,
    owns: tuple[str, ...],
    mapped: tuple[str, ...],
    kept: tuple[str, ...],
    group_by: str | None,
    totals: str | None,
    duplicates: str,
    fill_down: bool,
    encoding: str | None,
    delimiter: str | None,
    sheet: str | None,
    labels: bool,
    bom: bool,
    engine: str,
    master: str | None,
    memory: str | None,
    jobs: int,
    settings: tuple[str, ...],
    show_ids: bool,
    rules_path: str | None,
    lang: str | None,
    quiet: bool,
    debug: bool,
) -> int:
    """Assess the ledger; files appear at the end, all at once."""
    from calc.batch.assess_block import ResultSpec
    from calc.batch.row_pipeline import plan_of_reading
    from calc.batch.writers.open_writers import format_of
    from calc.cli.batch_engine import ROWS, SPARK, Choice, EngineFailed, by_duckdb, by_spark, chosen
    from calc.cli.batch_summary import warn_of_unknown_columns
    from calc.engine.sql.unsupported import UnsupportedPlan
    from calc.ledger.header import Naming
    from calc.ledger.household_facts_file import read_household_facts
    from calc.ledger.ledger import Ledger, ReadOptions
    from calc.ledger.open_files import FileOptions, opened
    from calc.ledger.parquet_to_csv import in_blocks
    from calc.report.ui_text import say

    if sum(path == "-" for path in (*ledgers, *owns)) > 1:
        raise click.UsageError(say("one-stdin", language))
    plans, changes = _plans(rules_path, month, months, settings, language)
    reading_plan = plan_of_reading(plans)
    if reading_plan is None:
        raise click.UsageError(say("facts-change", language))
    if master is not None and engine != SPARK:
        raise click.UsageError(say("master-without-spark", language))
    output = None if output == "-" else output
    form = format_ or format_of(output)
    if form == "xlsx" and output is None:
        raise click.UsageError(say("xlsx-to-file", language))
    if form == "parquet" and output is None:
        raise click.UsageError(say("parquet-to-file", language))
    if form == "jsonl" and labels:
        raise click.UsageError(say("labels-are-for-people", language))
    _require_distinct((output, rejects, totals), (*ledgers, *owns), language)
    carried = tuple(dict.fromkeys((*kept, *((group_by,) if group_by else ()))))
    asked = ReadOptions(_mapping(mapped, language), carried, fill_down, duplicates == "reject", show_ids, changes)
    group = carried.index(group_by) if group_by else None
    wanted = ResultSpec(
        by, "rows" if form in ("xlsx", "parquet") else form, carried, group, explain, language, show_ids, labels
    )
    reading = FileOptions(_encoding(encoding, language), _delimiter(delimiter, language), sheet)
    days = Naming(reading_plan, asked.mapped).days_of_headings
    paths = output, rejects, totals
    with (
        _process_settings(),
        opened(ledgers, reading, days) as files,
        opened(owns, reading, days) as own_files,
        _refusals(language),
    ):
        with in_blocks(own_files) as texts:
            own, unknown = read_household_facts(texts, reading_plan, asked.mapped, show_ids) if owns else (None, [])
        ledger = Ledger(files, reading_plan, asked, own)
        _require_columns(ledger, carried, language)
        if not quiet:
            warn_of_unknown_columns([*ledger.unknown(), *unknown], language)
        to_stdout = output is None or "-" in (rejects, totals)
        choice = chosen(engine, ledger, plans, wanted, form, to_stdout)
        if choice.engine != ROWS:
            in_spark = choice.engine == SPARK
            assess = by_spark(master, memory, language, debug) if in_spark else by_duckdb(memory, jobs, language)
            try:
                summary = _run(ledger, plans, wanted, 1, form, paths, bom, quiet, choice, assess)
                return 1 if summary.rejected and not allow_rejects else 0
            except (UnsupportedPlan, EngineFailed) as failed:
                if engine == choice.engine:
                    raise
                reason = failed.told(language) if isinstance(failed, UnsupportedPlan) else failed.message
                remark(say("engine-instead", language, reason=reason), False)
                choice = Choice(ROWS, say("why-failed", language))
        with in_blocks(files) as texts:
            if texts is not files:
                ledger = Ledger(texts, reading_plan, asked, own)
            summary = _run(ledger, plans, wanted, jobs, form, paths, bom, quiet, choice)
    return 1 if summary.rejected and not allow_rejects else 0


@contextlib.contextmanager
def _refusals(language: str) -> Iterator[None]:
    """What the second engine refuses, as one line."""
    from calc.engine.sql.unsupported import UnsupportedPlan

    try:
        yield
    except UnsupportedPlan as refused:
        raise click.ClickException(refused.told(language)) from None


@contextlib.contextmanager
def _process_settings() -> Iterator[None]:
    """Sets how this process ends when asked to and how often it collects garbage; puts both back afterwards."""
    import gc

    is_main = threading.current_thread() is threading.main_thread()
    thresholds = gc.get_threshold()
    handler = signal.signal(signal.SIGTERM, _leave) if is_main else None
    gc.set_threshold(500_000, 20, 20)  # rows come and go without circles
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        if is_main:
            signal.signal(signal.SIGTERM, signal.SIG_DFL if handler is None else handler)


def _leave(number: int, frame: object) -> None:
    """Asked to end: leave as after an error, with nothing half written and no process behind."""
    raise SystemExit(128 + number)


def _run(
    ledger: Ledger,
    plans: list[Plan],
    wanted: ResultSpec,
    jobs: int,
    form: str,
    paths: tuple[str | None, str | None, str | None],
    bom: bool,
    quiet: bool,
    choice: Choice,
    by_columns: Assess | None = None,
) -> Summary:
    from calc.batch.atomic_files import outputs
    from calc.batch.fork_pool import WorkerLost
    from calc.batch.row_pipeline import assess, scan
    from calc.batch.writers.open_writers import format_of, rejects_to, results_to, write_totals
    from calc.cli.batch_summary import print_summary
    from calc.cli.progress import progress
    from calc.households.household_reader import shown_id
    from calc.ledger.ledger_error import Finding, Rejected
    from calc.report.rejects import Examples
    from calc.report.result_rows import table
    from calc.report.translated_rows import RowTranslator
    from calc.report.ui_text import say

    language, (output, rejects, totals) = wanted.language, paths
    examples = Examples()
    first = table(wanted.by, plans[0], wanted.kept, wanted.explain, plans)
    headings = RowTranslator(first, language).headings if wanted.labels else first.headings
    with outputs() as files, progress(quiet, language) as told:
        write = results_to(files, output, form, bom, first, headings)
        write_reject = rejects_to(files, rejects, bom, wanted.kept, language)

        def reject(one: Rejected) -> None:
            write_reject(one)
            examples.add(shown_id(one.id, wanted.show_ids), one.findings, True)

        def warn(household: str, findings: tuple[Finding, ...]) -> None:
            examples.add(household, findings, False)

        try:
            if by_columns is not None:
                summary = by_columns(ledger, plans, wanted, write, reject, warn, told)
            else:
                scan(ledger, jobs, told)
                summary = assess(ledger, plans, wanted, jobs, write, reject, warn, told)
        except WorkerLost:
            raise click.ClickException(say("worker-lost", language)) from None
        if totals is not None:
            path = None if totals == "-" else totals
            write_totals(files, path, format_of(totals), bom, summary.tally, plans)
    if not quiet:
        for line in examples.lines(language):
            remark(line, False)
        print_summary(summary, ledger, plans, rejects, language)
        if choice.why:
            remark(say("engine-ran", language, engine=choice.engine, why=choice.why), False)
    return summary


def _plans(
    rules_path: str | None, month: str | None, months: str | None, settings: tuple[str, ...], language: str
) -> tuple[list[Plan], Settings]:
    """The plan of each month asked for, and what is set for households."""
    from calc.households.overrides import Settings, parse_settings
    from calc.report.ui_text import say
    from calc.rules.plan_month import plan_for
    from calc.rules.read_rulebook import read_rules

    if month and months:
        raise click.UsageError(say("month-or-months", language))
    wanted = [month_wanted(month, language)] if months is None else _months(months, language)
    rulebook = read_rules(rules_file(rules_path))
    require_month(rulebook, wanted[0], language)
    plans = [plan_for(rulebook, one) for one in wanted]
    changes = Settings()
    if settings:
        changes = parse_settings(settings, plans[-1])
        if changes.parameters:
            plans = [plan_for(rulebook, one, changes.parameters) for one in wanted]
    return plans, changes


def _months(text: str, language: str) -> list[int]:
    from calc.report.ui_text import say
    from calc.rules.toml_document import month_after

    first, dots, last = text.partition("..")
    begin = month_wanted(first, language)
    end = month_wanted(last, language) if dots else begin
    if end < begin or (end // 100 - begin // 100) * 12 + end % 100 - begin % 100 >= MOST_MONTHS:
        raise click.UsageError(say("wrong-months", language, text=text, most=MOST_MONTHS))
    found = [begin]
    while found[-1] < end:
        found.append(month_after(found[-1]))
    return found


def _mapping(mapped: tuple[str, ...], language: str) -> dict[str, str]:
    from calc.report.ui_text import say

    found = {}
    for one in mapped:
        heading, equals, target = one.rpartition("=")
        if not equals or not heading.strip() or not target.strip():
            raise click.UsageError(say("wrong-map", language, text=one))
        found[heading.strip()] = target.strip()
    return found


def _encoding(text: str | None, language: str) -> str | None:
    from calc.ledger.open_files import encoding_named
    from calc.report.ui_text import say

    try:
        return encoding_named(text)
    except (LookupError, ValueError):
        raise click.UsageError(say("wrong-encoding", language, text=str(text))) from None


def _delimiter(text: str | None, language: str) -> str | None:
    from calc.report.ui_text import say

    if text is None:
        return None
    delimiter = {"tab": "\t", "\\t": "\t"}.get(text.lower(), text)
    if len(delimiter) != 1 or delimiter in '"\r\n' or not delimiter.isascii():
        raise click.UsageError(say("wrong-delimiter", language, text=text))
    return delimiter


def _require_distinct(written: tuple[str | None, ...], read: tuple[str, ...], language: str) -> None:
    """No file is written twice, and none that is read."""
    from calc.report.ui_text import say

    seen = {os.path.realpath(path) for path in read if path != "-"}
    for path in ("-" if written[0] is None else written[0], *written[1:]):
        if path is None:
            continue
        real = "-" if path == "-" else os.path.realpath(path)
        if real in seen:
            raise click.UsageError(say("same-file", language, path=path))
        if real == "-" or not os.path.exists(real) or os.path.isfile(real):  # others, as /dev/null, take everything
            seen.add(real)


def _require_columns(ledger: Ledger, carried: tuple[str, ...], language: str) -> None:
    """What is to be carried along has a column in every file; JSON Lines have none to look at beforehand."""
    from calc.households.household_reader import quoted
    from calc.report.ui_text import say

    for name in carried:
        for part in ledger.parts:
            if part.columns.all and not ledger.has_column(part, name):
                headings = ", ".join(quoted(one.heading) for one in part.columns.all[:12])
                values = {"name": name, "path": part.file.shown, "headings": headings}
                raise click.UsageError(say("no-column", language, **values))
