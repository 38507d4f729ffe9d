"""Define `doudi template`: an empty ledger or household file for the rules in use."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from calc.cli.options import bom_option, build, month_option, option, plan_asked, to_terminal

if TYPE_CHECKING:
    from calc.rules.plan import Plan

_HELP = (
    """An empty file to fill in, with a heading for every fact.

    It is made for the rules in use, so that no heading has to be guessed. `ledger` has a row for each person,
    `household` is one household with questions and defaults as comments. Only an Excel ledger has drop-down lists,
    checks what is typed, and explains each column on a second sheet.

    \b
    Examples:
      doudi template ledger -o ledger.xlsx
      doudi template ledger --bom -o ledger.csv      CSV that Excel opens as UTF-8
      doudi template household -o household.toml
      doudi template household --rules other.toml

    An existing file is not replaced. Exit status: 0 done, 2 could not run.
    """,
    """生成可填写的空白文件，列出全部事项。

    列名按所用规则生成，不必猜。`ledger` 为台账（每人一行）；`household` 为一户的文件，附问题和默认值。
    只有 Excel 台账带下拉选项、录入校验和逐列说明。

    \b
    示例：
      doudi template ledger -o 台账.xlsx
      doudi template ledger --bom -o 台账.csv        Excel 可直接打开的 CSV
      doudi template household -o 家庭.toml
      doudi template household --rules 其他.toml

    不覆盖已有文件。退出码：0 完成；2 无法运行。
    """,
)
_LEDGER, _HOUSEHOLD = "ledger", "household"
_FULL = "full toml"
"""The form of a household file with a line for every fact."""
_FORMATS = {_LEDGER: ("csv", "xlsx"), _HOUSEHOLD: ("toml",)}
"""Formats of each template; the first is the default."""


def command(language: str) -> click.Command:
    """Builds the command."""
    params: list[click.Parameter] = [
        click.Argument(["what"], metavar="ledger|household", type=click.Choice(list(_FORMATS)), required=True),
        option(
            "--output",
            "-o",
            metavar="FILE",
            language=language,
            en="File to write (default: standard output).",
            zh="写入的文件；默认为标准输出。",
        ),
        option(
            "--format",
            "format_",
            type=click.Choice(["csv", "toml", "xlsx"]),
            language=language,
            en="Format (default: by FILE's ending, else CSV for a ledger and TOML for a household).",
            zh="格式；默认按文件扩展名，否则台账为 CSV、家庭为 TOML。",
        ),
        month_option(language),
        option(
            "--full",
            is_flag=True,
            language=language,
            en="Household: a line for every fact, instead of one page.",
            zh="家庭文件：每个事项一行，不限一页。",
        ),
        bom_option(language),
    ]
    return build("template", language, _HELP, params, template)


def template(
    language: str,
    what: str,
    output: str | None,
    format_: str | None,
    month: str | None,
    full: bool,
    bom: bool | None,
    rules_path: str | None,
    lang: str | None,
    quiet: bool,
    debug: bool,
) -> int:
    """Write the file; returns the exit status.

    More than six parameters: click passes each option by its name.
    """
    from calc.batch.writers.file_form import FileForm

    output = None if output == "-" else output
    format_ = _format(what, format_, output, language)
    if full and format_ != "toml":
        raise _usage("full-is-toml", language)
    if bom and format_ != "csv":
        raise _usage("bom-is-csv", language)
    has_bom = FileForm(language, bom).has_bom(output, format_)
    if format_ == "xlsx" and output is None and to_terminal():
        raise _usage("xlsx-on-terminal", language)
    format_ = _FULL if full else format_
    plan = plan_asked(rules_path, month, language)
    if format_ == "xlsx":
        from calc.report.as_xlsx import require_writer

        require_writer(output or "-")
    if output is None:
        _print(plan, format_, language, has_bom)
    else:
        _write(output, plan, format_, language, has_bom)
    return 0


def _usage(key: str, language: str, **values: str) -> click.UsageError:
    from calc.report.ui_text import say

    return click.UsageError(say(key, language, **values))


def _format(what: str, asked: str | None, output: str | None, language: str) -> str:
    """Chooses the format asked for, else by the ending of the file, else the default."""
    from calc.batch.writers.formats import ending_mistake, ending_of, endings_for

    known = _FORMATS[what]
    ending = ending_of(output)
    format_ = asked or (ending if ending in ("csv", "toml", "xlsx") else known[0])
    if format_ not in known:
        raise _usage(f"{what}-format", language, format=format_.upper())
    mistake = ending_mistake(output, format_, asked is not None)
    if mistake == "wrong-ending" and asked is None:
        raise _usage(f"{what}-format", language, format=ending.upper())
    if mistake:
        endings = endings_for(*(known if asked is None else (asked,)))
        raise _usage(mistake, language, path=str(output), endings=endings)
    return format_


def _content(plan: Plan, format_: str, language: str, bom: bool) -> bytes:
    from calc.report import template

    if format_ == "toml":
        from calc.report.short_template import short_household

        text = short_household(plan, language)
    else:
        text = template.household_toml(plan, language) if format_ == _FULL else template.ledger_csv(plan, language)
    return text.encode("utf-8-sig" if bom else "utf-8")


def _write(output: str, plan: Plan, format_: str, language: str, bom: bool) -> None:
    from calc.batch.atomic_files import whole_file

    if os.path.isfile(output):
        from calc.diagnostics.diagnostic import Diagnostic, InputErrors, Place
        from calc.diagnostics.source import Source

        raise InputErrors([Diagnostic("cannot-write/exists", Place(Source(output, "")))])
    with whole_file(output) as path:
        if format_ == "xlsx":
            from calc.report.template_xlsx import write_ledger

            write_ledger(path, plan, language)
        else:
            with open(path, "wb") as file:
                file.write(_content(plan, format_, language, bom))


def _print(plan: Plan, format_: str, language: str, bom: bool) -> None:
    if format_ != "xlsx":
        content = _content(plan, format_, language, bom)
        click.echo(content if not to_terminal() else content.decode("utf-8"), nl=False)  # a terminal has its own code
        return
    from calc.report.template_xlsx import write_ledger
    from calc.temporary_folder import TemporaryFolder

    with TemporaryFolder() as folder:
        path = os.path.join(folder, "ledger.xlsx")
        write_ledger(path, plan, language)
        with open(path, "rb") as file:
            sys.stdout.buffer.write(file.read())
