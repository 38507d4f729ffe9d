"""Word usage errors in the language of the user; click itself speaks English only."""

from __future__ import annotations

import re

import click


def format_usage_error(error: click.ClickException, language: str) -> str:
    """Formats the whole message: usage, how to get help, what is wrong."""
    context = getattr(error, "ctx", None)
    lines = []
    if context is not None:
        usage = context.get_usage()
        path = context.command_path
        if language == "zh":
            lines += [usage, f"帮助：{path} --help", ""]
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
            takes_none = "not take a value" in error.message
            return f"选项 {name} 后面{'不能' if takes_none else '要'}写值"
        case click.BadParameter() if error.param is not None:
            return f"{_hint(error)} 的值不对：{_wanted(error.param.type, error.message)}"
    extra = re.fullmatch(r"Got unexpected extra arguments? \((.*)\)", error.format_message())
    return f"多了参数 {extra[1]}" if extra else error.format_message()


def _wanted(kind: object, message: str) -> str:
    """Says what a value of an option should be; the message itself where that is in Chinese."""
    if isinstance(kind, click.Choice):
        return f"只能是 {'、'.join(map(str, kind.choices))}"
    if isinstance(kind, click.IntRange):
        return f"应为 {kind.min} 至 {kind.max} 的整数"
    return message


def _hint(error: click.BadParameter) -> str:
    if error.param is None or error.ctx is None:
        return ""
    from calc.cli.chinese_help import with_placeholders

    return with_placeholders(error.param.get_error_hint(error.ctx).replace("'", "").replace(" / ", "、"))
