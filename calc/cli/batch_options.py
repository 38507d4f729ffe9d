"""Define the options of `doudi batch`, in both languages, and turn them into a job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from calc.cli.options import (
    bom_option,
    labels_option,
    month_option,
    month_wanted,
    option,
    plan_in_month,
    require_month,
    rules_file,
)

if TYPE_CHECKING:
    from calc.batch.job import BatchJob
    from calc.households.overrides import Settings
    from calc.ledger.ledger_map import LedgerMap
    from calc.rules.plan import Plan
    from calc.rules.rulebook import Rulebook

FORMATS = ("csv", "jsonl", "xlsx", "parquet")
ENGINES = ("auto", "rows", "duckdb", "spark")
MOST_MONTHS = 120


def batch_options(language: str) -> list[click.Parameter]:
    """Options for results, for reading the ledger, and for the engine.

    Over 60 lines: one table.
    """
    return [
        option("--output", "-o", metavar="FILE", language=language,
               en="File for the results (default: standard output).", zh="结果文件；默认为标准输出。"),
        option("--format", "format", type=click.Choice(FORMATS), language=language,
               en="Format of the results (default: by FILE's ending, else csv).",
               zh="结果格式；默认按文件扩展名，否则为 csv。"),
        option("--by", type=click.Choice(["household", "benefit"]), default="household", language=language,
               en="One row per household, or one per benefit and member.", zh="每户一行，或每项待遇每人一行。"),
        month_option(language),
        option("--months", metavar="YYYY-MM..YYYY-MM", language=language,
               en="Assess the ledger for each of these months.", zh="按其中每个月各认定一次。"),
        option("--rejects", metavar="FILE", language=language,
               en="File for rejected households, one row per mistake.", zh="退回清单，每个错误一行。"),
        option("--allow-rejects", is_flag=True, language=language,
               en="Exit with 0 even if households were rejected.", zh="有家庭被退回时退出码仍为 0。"),
        option("--facts-to", metavar="FOLDER", language=language,
               en="In place of results, write the facts: Parquet tables for `--engine spark`, or FILE.sql for psql.",
               zh="不写结果，而写出事项：供 `--engine spark` 读取的 Parquet 表，或供 psql 装入的 文件.sql。"),
        option("--explain", is_flag=True, language=language,
               en="Add a column with the reason in words (slower).", zh="附一列文字理由（较慢）。"),
        households_option(language),
        *reading_options(language),
        option("--keep", "keep", metavar="HEADING", multiple=True, language=language,
               en="Copy a column of the ledger into the results.", zh="把台账的一列保留到结果中。"),
        option("--group-by", metavar="HEADING", language=language,
               en="Totals by the values of a column (kept in the results too).",
               zh="按某列的值分组汇总（该列也保留到结果中）。"),
        option("--totals", metavar="FILE", language=language,
               en="Write the totals to a file (csv or json).", zh="汇总写入文件（csv 或 json）。"),
        duplicates_option(language),
        labels_option(language),
        bom_option(language),
        option("--engine", type=click.Choice(ENGINES), default="rows", language=language,
               en="`rows`, `duckdb` for large ledgers, `spark` on a cluster, or `auto`: duckdb from 4 MB, else rows.",
               zh="引擎：`rows` 逐户；`duckdb` 用于大台账；`spark` 用于集群；`auto` 自 4 MB 起 duckdb，否则 rows。"),
        option("--master", metavar="URL", language=language,
               en="Where the engine `spark` runs: local[2], spark://host:7077 (default: as spark-submit sets it).",
               zh="引擎 `spark` 的运行位置：local[2]、spark://主机:7077；默认按 spark-submit 的设置。"),
        option("--memory", metavar="SIZE", language=language,
               en="Memory for the engine `duckdb`, such as 500MB (default: 1GB); the rest goes to disk.",
               zh="引擎 `duckdb` 可用内存，如 500MB；默认 1GB，超出部分写入磁盘。"),
        option("--jobs", "-j", type=click.IntRange(1, 64), default=1, language=language,
               en="Number of processes that share the work.", zh="并行进程数。"),
        option("--set", "settings", metavar="NAME=VALUE", multiple=True, language=language,
               en="Change a fact or a parameter of this month.", zh="改设一项或本月参数的值。"),
    ]  # fmt: skip


def households_option(language: str) -> click.Option:
    """Makes the option for files of household facts."""
    return option("--households", "household_facts", metavar="FILE", multiple=True, language=language,
                  en="Household facts file: one row per household.", zh="家庭事项文件，每户一行。")  # fmt: skip


def duplicates_option(language: str) -> click.Option:
    """Makes the option for people who are given twice."""
    return option("--duplicates", type=click.Choice(["reject", "warn"]), default="reject", language=language,
                  en="Reject a person who appears twice, or only warn.",
                  zh="同一人重复出现时退回，或只警告。")  # fmt: skip


def reading_options(language: str) -> list[click.Parameter]:
    """Options that say how a ledger is read."""
    return [
        option("--map", "columns", metavar="HEADING=FACT", multiple=True, language=language,
               en="What a column holds: a fact, `household`, `id`, `name`; `-` ignores it.",
               zh="指定某列的含义：事项、`household`（户编号）、`id`、`name`；`-` 表示忽略。"),
        option("--columns", "columns_file", metavar="FILE", language=language,
               en="What the columns hold: a file that `doudi map` wrote (--map goes first).",
               zh="各列的含义：`doudi map` 生成的文件（--map 优先）。"),
        option("--without", "without", metavar="TOPIC", multiple=True, language=language,
               en="No household has anything of this topic of the rules (income, property), so no column is missing.",
               zh="各户都没有规则中的这一主题（收入、财产），因此不缺列。"),
        option("--fill-down", is_flag=True, language=language,
               en="A row without household id belongs to the household above it.",
               zh="户编号空白的行属于上一行的家庭。"),
        option("--household-by", type=click.Choice(["head"]), language=language,
               en="A ledger without household ids: a household begins with each row of a `head`.",
               zh="没有户编号的台账：`head` 表示每户从规则 `head_words` 所列的人开始。"),
        option("--encoding", metavar="NAME", language=language,
               en="Encoding of CSV: utf-8, gb18030, utf-16 (default: detected).",
               zh="CSV 编码：utf-8、gb18030、utf-16；默认自动识别。"),
        option("--delimiter", metavar="CHARACTER", language=language,
               en="Separator of cells: , ; or tab (default: detected).", zh="分隔符：, ; 或 tab；默认自动识别。"),
        option("--sheet", metavar="NAME", language=language,
               en="Sheet of a workbook, or `all` of households (default: all, if their columns are the same).",
               zh="工作簿中的工作表；`all` 为所有有户编号列的表；默认在列名相同时全部读入。"),
        option("--show-ids", is_flag=True, language=language,
               en="Do not mask identity numbers in messages.", zh="消息中不遮盖身份证号。"),
    ]  # fmt: skip


def job_of(language: str, options: dict[str, Any]) -> BatchJob:
    """Makes the job from the options of a command line; with `book` the rules are those, and not read again.

    Raises click.UsageError, and InputErrors for the rules.
    """
    from calc.batch.job import BatchJob

    given = dict(options)
    rules, month, months = (given.pop(name, None) for name in ("rules_path", "month", "months"))
    wanted = _months_asked(month, months, language)
    plans, settings = _plans(rules_file(rules), wanted, given.pop("settings", ()), language, given.pop("book", None))
    given["columns"] = mapping(given["columns"], language)
    given["ledger_map"] = ledger_map = _ledger_map(given.pop("columns_file"), plans[-1])
    if ledger_map is not None and ledger_map.words:
        from calc.ledger.ledger_map import with_words

        plans = [with_words(one, ledger_map) for one in plans]
    given["reject_duplicates"] = given.pop("duplicates", "reject") == "reject"
    return BatchJob(plans=tuple(plans), settings=settings, language=language, **given)


def _ledger_map(path: str | None, plan: Plan) -> LedgerMap | None:
    """Reads the map of the ledger, if there is one."""
    if path is None:
        return None
    from calc.ledger.ledger_map import read_ledger_map

    return read_ledger_map(path, plan)


def _plans(
    rules: str, wanted: list[int], settings: tuple[str, ...], language: str, known: Rulebook | None
) -> tuple[list[Plan], Settings]:
    """Makes the plan of each month, and the values set for households; `known` are the rules if they have been read."""
    from calc.households.overrides import Settings, parse_settings
    from calc.rules.kept_versions import KeptVersions
    from calc.rules.plan_month import plan_for
    from calc.rules.read_rulebook import read_rules

    kept = KeptVersions()
    if len(wanted) == 1:
        plans = [plan_in_month(rules, wanted[0], language, known)]
    else:
        known = known or read_rules(rules)
        require_month(known, wanted[0], language)
        plans = [plan_for(known, one, kept=kept) for one in wanted]
    changes = Settings()
    if settings:
        changes = parse_settings(settings, plans[-1])
        if changes.parameters:
            known = known or read_rules(rules)
            plans = [plan_for(known, one, changes.parameters, kept) for one in wanted]
    return plans, changes


def _months_asked(month: str | None, months: str | None, language: str) -> list[int]:
    """Lists the months of `--month` or `--months`. Raises click.UsageError."""
    from calc.report.ui_text import say

    if month and months:
        raise click.UsageError(say("month-or-months", language))
    return [month_wanted(month, language)] if months is None else _months(months, language)


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


def mapping(mapped: tuple[str, ...], language: str) -> dict[str, str]:
    """Reads `--map`: the target of each heading. Raises click.UsageError."""
    from calc.report.ui_text import say

    found = {}
    for one in mapped:
        heading, equals, target = one.rpartition("=")
        if not equals or not heading.strip() or not target.strip():
            raise click.UsageError(say("wrong-map", language, text=one))
        found[heading.strip()] = target.strip()
    return found
