"""Define `doudi rules check`: every mistake of a rules file, in all its months."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from calc.cli.options import build, option, remark, rules_file

if TYPE_CHECKING:
    from calc.diagnostics.diagnostic import Diagnostic
    from calc.rules.plan import Plan

_HELP = (
    """All errors and warnings of a rules file, with places.

    Prints nothing on standard output if there are none.

    \b
    Examples:
      doudi rules check
      doudi rules check other.toml --strict
      doudi rules check --format json

    Exit status: 0 no errors, 1 errors (with --strict also warnings, but none of a parent), 2 the file cannot be read.
    """,
    """检查规则文件，列出全部错误和警告及其位置。

    没有错误和警告时标准输出为空。

    \b
    示例：
      doudi rules check
      doudi rules check 其他.toml --strict
      doudi rules check --format json

    退出码：0 没有错误；1 有错误（--strict 时警告也算，上级文件的警告除外）；2 文件无法读取。
    """,
)


def command(language: str) -> click.Command:
    """Builds the command."""
    params: list[click.Parameter] = [
        click.Argument(["file"], metavar="[FILE]", required=False),
        option("--strict", is_flag=True, language=language, en="Warnings count as errors.", zh="警告也算错误。"),
        option(
            "--format",
            "format_",
            type=click.Choice(["text", "json"]),
            default="text",
            language=language,
            en="Format of the messages; JSON has one object per line.",
            zh="消息格式；JSON 每行一条。",
        ),
    ]
    return build("check", language, _HELP, params, check)


def check(
    language: str,
    file: str | None,
    strict: bool,
    format_: str,
    rules_path: str | None,
    lang: str | None,
    quiet: bool,
    debug: bool,
) -> int:
    """Check and print; returns the exit status.

    More than six parameters: click passes each option by its name.
    """
    from calc.cases import untested
    from calc.diagnostics.diagnostic import InputErrors, as_json, in_file_order, render_all
    from calc.report.ui_text import say
    from calc.rules.check_all_months import check_all
    from calc.rules.read_rulebook import read_rules

    path = rules_file(file or rules_path)
    months = 0
    try:
        rulebook = read_rules(path)
        found, months = check_all(rulebook, _without_query)
        if not any(one.is_error for one in found):
            found = [*found, *untested(rulebook)]
    except InputErrors as faulty:
        found = faulty.diagnostics
    if format_ == "json":
        import json

        for one in in_file_order(found):
            click.echo(json.dumps(as_json(one, language), ensure_ascii=False))
    elif found:
        click.echo(render_all(found, language))
    elif not quiet:
        remark(say("rules-fine", language, path=path, months=months), quiet)
    sys.stdout.flush()
    if any(one.name in ("cannot-read", "too-large", "not-utf8") for one in found):
        return 2
    own = os.path.realpath(path)  # warnings about a parent are its own
    return 1 if any(one.is_error or (strict and os.path.realpath(one.path) == own) for one in found) else 0


def _without_query(plans: list[Plan]) -> list[Diagnostic]:
    """Finds months without a query; none where the libraries that write queries are not installed."""
    from calc.engine.sql.without_query import without_query

    try:
        return list(without_query(plans))
    except ImportError:
        return []
