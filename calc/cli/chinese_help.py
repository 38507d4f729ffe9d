"""Lays out help texts in Chinese, in which a character takes two columns and no blanks divide words."""

from __future__ import annotations

import re
from collections.abc import Iterable

import click

from calc.diagnostics.source import display_width
from calc.report.line_breaks import wrapped

METAVARS = {
    "AMOUNT": "金额",
    "BENEFIT": "待遇",
    "CASES": "案例",
    "CHARACTER": "字符",
    "FACT": "事项",
    "FILE": "文件",
    "FOLDER": "文件夹",
    "HEADING": "列名",
    "MAP": "列名表",
    "HOUSEHOLD": "家庭文件",
    "ID": "编号",
    "LEDGER": "台账",
    "LIST": "名单",
    "NAME": "名称",
    "NEW": "新文件",
    "OLD": "旧文件",
    "PAGE": "网页",
    "RESULTS": "结果",
    "SIZE": "大小",
    "TOPIC": "主题",
    "URL": "地址",
    "VALUE": "值",
    "WORD": "写法",
}
"""Placeholders of values in help texts; a word that is not here stays as it is."""
_HEADINGS = {"Options": "选项", "Commands": "命令", "Arguments": "参数"}
_CLICK_WORDS = (
    ("[OPTIONS]", "[选项]"),
    ("COMMAND [ARGS]...", "命令 [参数]..."),
    ("INTEGER RANGE", "整数"),
    ("INTEGER", "整数"),
    ("[required]", "[必填]"),
    ("[default: ", "[默认 "),
    ("Show this message and exit.", "显示本说明。"),
)
"""Words that click itself writes into help texts, in English only."""
_WIDE = r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef“”]"
_LINE_END = re.compile(rf"(?<={_WIDE})\s*\n\s*|\s*\n\s*(?={_WIDE})")


def in_chinese(text: str) -> str:
    """Translates what click itself writes into a help text."""
    for english, chinese in _CLICK_WORDS:
        text = text.replace(english, chinese)
    return text


def with_placeholders(text: str) -> str:
    """Translates the placeholders of values in a line of usage or in an option."""
    return re.sub(r"(?<![\w$-])[A-Z]{2,}(?![\w-])", lambda found: METAVARS.get(found[0], found[0]), text)


class ChineseFormatter(click.HelpFormatter):
    """Writes the parts of a help text with the columns that characters take on a terminal."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Writes the line of usage."""
        prefix = f"用法：{prog} "
        first, *more = wrapped(with_placeholders(in_chinese(args)), max(self.width - display_width(prefix), 20))
        self.write(f"{prefix}{first}\n")
        for line in more:
            self.write(f"{' ' * display_width(prefix)}{line}\n")

    def write_heading(self, heading: str) -> None:
        """Writes a heading."""
        self.write(f"{' ' * self.current_indent}{_HEADINGS.get(heading, heading)}：\n")

    def write_text(self, text: str) -> None:
        """Writes paragraphs; one that begins with a backspace keeps its lines."""
        indent = " " * self.current_indent
        paragraphs = []
        for paragraph in re.split(r"\n[ \t]*\n", text.strip("\n")):
            mark, _, kept = paragraph.partition("\n")
            if mark.strip() == "\b":
                lines = kept.split("\n")
            else:
                lines = wrapped(_LINE_END.sub("", paragraph).replace("\n", " "), self.width - len(indent))
            paragraphs.append("\n".join(f"{indent}{line}".rstrip() for line in lines))
        self.write("\n\n".join(paragraphs) + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Writes a list of options or commands, each with its description."""
        pairs = [(with_placeholders(in_chinese(term)), in_chinese(text)) for term, text in rows]
        indent = " " * self.current_indent
        column = min(max(display_width(term) for term, _ in pairs), col_max)
        space = " " * (len(indent) + column + col_spacing)
        for term, text in pairs:
            lines = wrapped(text, max(self.width - len(space), 10))
            if display_width(term) > column:
                self.write(f"{indent}{term}\n")
            else:
                self.write(f"{indent}{term}{' ' * (column + col_spacing - display_width(term))}{lines.pop(0)}\n")
            for line in lines:
                self.write(f"{space}{line}\n")
