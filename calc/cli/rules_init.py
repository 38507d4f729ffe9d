"""Define `doudi rules init`: a rules file of one's own, which extends the shipped one."""

from __future__ import annotations

import os

import click

from calc.cli.options import build, month_option, month_wanted, option, remark, require_ending, require_month

_HELP = (
    """Write a rules file for a district of its own, and check it.

    It extends the rules that are installed with Doudi and has only what is different; `doudi` finds it by itself where
    it is called rules.toml and lies in the folder where you work. A file that exists is never overwritten.

    \b
    Examples:
      doudi rules init                            writes rules.toml
      doudi rules init district.toml -m 2023-01   with numbers from that month
      doudi rules init town.toml --extends district.toml
    """,
    """生成本区自己的规则文件，并立即检查。

    文件沿用随程序安装的规则，只写不同之处；文件名为 rules.toml 且在当前目录时，各命令自动使用。
    已有的文件不会被覆盖。

    \b
    示例：
      doudi rules init                            生成 rules.toml
      doudi rules init 本区.toml -m 2023-01       数字自该月起的写法
      doudi rules init 本镇.toml --extends 本区.toml
    """,
)


def command(language: str) -> click.Command:
    """Builds the command."""
    params: list[click.Parameter] = [
        click.Argument(["file"], metavar="[FILE]", required=False, default="rules.toml"),
        option("--extends", metavar="FILE", language=language,
               en="The rules to begin with (default: those installed with Doudi).",
               zh="沿用的规则文件；默认为随程序安装的规则。"),
        month_option(language),
    ]  # fmt: skip
    return build("init", language, _HELP, params, init)


def init(
    language: str,
    file: str,
    extends: str | None,
    month: str | None,
    rules_path: str | None,
    lang: str | None,
    quiet: bool,
    debug: bool,
) -> int:
    """Write and check the file; returns the exit status.

    More than six parameters: click passes each option by its name.
    """
    from calc.batch.writers.formats import TOML
    from calc.cli.rules_check import check
    from calc.report.district_file import district_toml
    from calc.report.ui_text import say
    from calc.rules.plan_month import plan_for
    from calc.rules.read_rulebook import read_rules
    from calc.rules.shipped import SHIPPED, shipped_rules

    require_ending(file, TOML, (TOML,), False, language)
    parent = extends or rules_path
    is_shipped = parent in (None, SHIPPED)
    book = read_rules(shipped_rules() if parent is None or is_shipped else parent)
    wanted = month_wanted(month, language)
    require_month(book, wanted, language)
    named = SHIPPED if parent is None or is_shipped else _relative(parent, file)
    text = district_toml(plan_for(book, wanted), named, language)
    if file == "-":
        click.echo(text, nl=False)
        return 0
    _write(file, text)
    remark(say("district-written", language, path=file), quiet)
    return check(language, file, False, "text", None, None, quiet, debug)


def _write(path: str, text: str) -> None:
    """Writes a file that does not exist yet. Raises InputErrors where it does, or where it cannot be written."""
    from calc.batch.atomic_files import whole_file
    from calc.diagnostics.diagnostic import Diagnostic, InputErrors, Place
    from calc.diagnostics.source import Source

    if os.path.lexists(path):
        raise InputErrors([Diagnostic("cannot-write/exists", Place(Source(path, "")))])
    with whole_file(path) as part, open(part, "w", encoding="utf-8", newline="\n") as output:
        output.write(text)


def _relative(parent: str, file: str) -> str:
    """The path of a parent as `extends` has it: from the folder of the file."""
    folder = os.path.dirname(os.path.abspath(file))
    try:
        return os.path.relpath(os.path.abspath(parent), folder).replace(os.sep, "/")
    except ValueError:  # another drive of Windows
        return os.path.abspath(parent).replace(os.sep, "/")
