"""Define the command `doudi`: a thin layer of click over the program, a file a command, loaded when called."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from typing import Any

import click

from calc import __version__
from calc.cli.locale import ChineseContext, NobodyReads, chosen_language, first_paragraph, pick

_COMPLETE = "_DOUDI_COMPLETE"
_COMMANDS = {
    "assess": "calc.cli.assess",
    "ask": "calc.cli.ask",
    "sweep": "calc.cli.sweep",
    "near": "calc.cli.near",
    "next": "calc.cli.next",
    "letter": "calc.cli.letter",
    "map": "calc.cli.map",
    "batch": "calc.cli.batch",
    "compare": "calc.cli.compare",
    "screen": "calc.cli.screen",
    "totals": "calc.cli.totals",
    "template": "calc.cli.template",
    "rules": "calc.cli.rules",
}
RULES_COMMANDS = {
    "init": "calc.cli.rules_init",
    "check": "calc.cli.rules_check",
    "test": "calc.cli.rules_test",
    "show": "calc.cli.rules_show",
    "diff": "calc.cli.rules_diff",
    "sql": "calc.cli.rules_sql",
}


class LazyGroup(click.Group):
    """A group whose commands are modules with a function `command(language)`, imported when needed."""

    def __init__(self, modules: dict[str, str], language: str, **attributes: Any) -> None:
        super().__init__(**attributes, short_help=first_paragraph(attributes["help"]))
        self.modules = modules
        self.language = language
        if language == "zh":
            self.context_class = ChineseContext

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the commands, the most useful first."""
        return list(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in self.modules:
            return None
        command: click.Command = importlib.import_module(self.modules[cmd_name]).command(self.language)
        if os.environ.get(_COMPLETE):
            from calc.cli.completion import attach

            attach(command)
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Find a command as click does, and suggest the most similar name for an unknown one."""
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in self.modules:
            from calc.language.expression_error import close_match

            near = close_match(name, list(self.modules))
            hint = pick(self.language, f" Did you mean `{near}`?", f"是否想用 `{near}`？") if near else ""
            text = pick(self.language, f"There is no command `{name}`.", f"没有命令 `{name}`。")
            raise click.UsageError(text + hint, ctx)
        return super().resolve_command(ctx, args)


def root(language: str) -> click.Group:
    """The command `doudi` with all below it.

    Over 60 lines: one text in two languages.
    """
    help_ = pick(
        language,
        """What a household is entitled to, under which clause, and which facts are missing.

        \b
        Examples:
          doudi assess household.toml                  what it gets this month
          doudi assess household.toml --explain        every figure with its clause
          doudi ask -o household.toml                  asks a family what matters
          doudi sweep household.toml --over 张三.wage  at any other wage
          doudi near household.toml                    what a denied benefit lacks
          doudi next household.toml                    what will change by itself
          doudi template household -o household.toml   an empty file with every fact
          doudi map ledger.csv                         what its columns are taken for
          doudi batch ledger.csv -o results.csv        a whole ledger, row by row
          doudi compare june.csv --against may.csv     what changed, and why
          doudi screen list.csv --receiving HEADING    who could have something
          doudi totals results.csv                     households and money
          doudi rules check                            all mistakes of the rules file
          doudi rules show NAME                        what is in force, and why
        """,
        """一个家庭可以享受哪些待遇、依据哪一条、还缺哪些事项。

        \b
        示例：
          doudi assess 家庭.toml                     本月可享受的待遇
          doudi assess 家庭.toml --explain           逐项列出金额的来历和依据
          doudi ask -o 家庭.toml                     逐项询问，只问还会影响结果的
          doudi sweep 家庭.toml --over 张三.工资     工资变化时应得多少
          doudi near 家庭.toml                       不符合的待遇差在哪里
          doudi next 家庭.toml                       今后哪个月会自行变动
          doudi template household -o 家庭.toml      生成空白文件，列出全部可填的事项
          doudi map 台账.csv                         先看台账各列是什么、哪些读不了
          doudi batch 台账.csv -o 结果.csv           整本台账，每一行都有着落
          doudi compare 六月.csv --against 五月.csv  有哪些变动及原因
          doudi screen 名单.csv --receiving 列名     谁可以享受什么，下一步做什么
          doudi totals 结果.csv                      户数、人次、金额汇总
          doudi rules check                          检查规则文件的全部错误
          doudi rules show 名称                      生效的标准及其出处
        """,
    )
    group = LazyGroup(
        _COMMANDS,
        language,
        name="doudi",
        help=help_,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    group.params.append(
        click.Option(
            ["--lang"],
            type=click.Choice(["zh", "en"]),
            expose_value=False,
            help=pick(language, "Language of the output (default: from the locale).", "输出语言；默认按系统设置。"),
        )
    )
    group.params.append(
        click.Option(
            ["--version"],
            is_flag=True,
            expose_value=False,
            is_eager=True,
            help=pick(language, "Print the version.", "显示版本。"),
            callback=_print_version,
        )
    )
    return group


def _print_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value:
        click.echo(f"doudi {__version__}")
        ctx.exit()


def main() -> None:
    """Run the command line; the exit status is that of design 6: 0 done, 1 something was found, 2 could not run."""
    gc.set_threshold(100_000, 50, 50)  # hardly anything here is in circles, and looking for them takes 5 % of a start
    status = run(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)  # nothing is left to do, and taking a rules file's objects apart one by one costs 5 ms


def run(arguments: list[str]) -> int:
    """Run with arguments; returns the exit status."""
    import warnings

    warnings.simplefilter("ignore")  # Python's warnings about the text of formulas
    language = chosen_language(arguments, os.environ)
    _settle_streams()
    if os.environ.get(_COMPLETE):
        return _complete(language)
    try:
        result = root(language).main(arguments, prog_name="doudi", standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except click.ClickException as error:
        if error.__class__.__name__ == "NoArgsIsHelpError":
            click.echo(error.format_message())
            return 0
        from calc.cli.usage_errors import format_usage_error

        click.echo(format_usage_error(error, language), err=True)
        return 2
    except (click.Abort, KeyboardInterrupt):
        click.echo(pick(language, "interrupted", "已中断"), err=True)
        return 130
    except (BrokenPipeError, NobodyReads):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader is gone: that is success
        return 0
    except Exception as error:
        return _failed(error, arguments, language)


def _complete(language: str) -> int:
    """Answers a shell that completes a line: with nothing where anything is wrong, and without a message."""
    from calc.cli.bash_completion import register

    register()
    try:
        root(language).main([], prog_name="doudi", complete_var=_COMPLETE, standalone_mode=False)
    except SystemExit as leave:  # click ends the process with its answer
        return leave.code if isinstance(leave.code, int) else 1
    except Exception:
        return 1
    return 0


def _failed(error: Exception, arguments: list[str], language: str) -> int:
    from calc.diagnostics.diagnostic import InputErrors, render_all

    if isinstance(error, InputErrors):
        click.echo(render_all(error.diagnostics, language), err=True)
        return 2
    if "--debug" in arguments or os.environ.get("DOUDI_DEBUG"):
        raise error
    from calc.report.ui_text import say

    if isinstance(error, OSError):  # a full disk, no more processes: no fault of the program
        from calc.diagnostics.foreign_reasons import system_reason

        reason = pick(language, *system_reason(error))
        format_usage_error = f"{error.filename}: {reason}" if error.filename else reason
        click.echo(say("system-refused", language, reason=format_usage_error), err=True)
        return 2
    format_usage_error = f"{error.__class__.__name__}: {error}"
    click.echo(say("fault", language, version=__version__, error=format_usage_error), err=True)
    return 2


def _settle_streams() -> None:
    """Write UTF-8 to pipes whatever the code page of the system; let no character stop output to a terminal."""
    for stream in (sys.stdout, sys.stderr):
        if not hasattr(stream, "reconfigure"):
            continue
        if stream.isatty():
            stream.reconfigure(errors="replace")
        else:
            stream.reconfigure(encoding="utf-8", errors="surrogateescape")
