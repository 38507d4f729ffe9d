"""Word usage errors in the language of the user; click itself speaks English only."""

from __future__ import annotations

import click

from calc.cli.locale import with_headings


def format_usage_error(error: click.ClickException, language: str) -> str:
    """Formats the whole message: usage, how to get help, what is wrong."""
    context = getattr(error, "ctx", None)
    lines = []
    if context is not None:
        usage = context.get_usage()
        path = context.command_path
        if language == "zh":
            lines += [with_headings(usage, language), f"帮助：{path} --help", ""]
        else:
            lines += [usage, f"Try '{path} --help' for help.", ""]
    lines.append(f"错误：{_chinese(error)}" if language == "zh" else f"Error: {error.format_message()}")
    return "\n".join(lines)


def _chinese(error: click.ClickException) -> str:
    match error:
        case click.MissingParameter():
            return f"缺少参数 {_hint(error)}"
        case click.NoSuchOption(option_name=name, possibilities=near):
            return f"没有选项 {name}" + (f"，是否想用 {'、'.join(sorted(near))}？" if near else "")
        case click.BadOptionUsage(option_name=name):
            return f"选项 {name} 的用法不对：{error.message}"
        case click.BadParameter() if error.param is not None:
            return f"{_hint(error)} 的值不对：{error.message}"
    return error.format_message()


def _hint(error: click.BadParameter) -> str:
    if error.param is None or error.ctx is None:
        return ""
    return error.param.get_error_hint(error.ctx)
