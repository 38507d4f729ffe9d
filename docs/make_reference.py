"""Writes the generated pages: messages and functions, in English and Chinese.

`python docs/make_reference.py` writes them; with `--check` it writes nothing and fails if one is out of date.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

DOCS = Path(__file__).parent
ROOT = DOCS.parent
sys.path.insert(0, str(ROOT))

from calc.diagnostics.messages import MESSAGES, WARNINGS  # noqa: E402
from calc.language.function_table import TABLE, Function  # noqa: E402 - the path first

ERRORS = ROOT / "tests" / "errors"
MOST_MESSAGES = 3
WIDEST = 160
_PLACE = re.compile(r"^(?P<path>[^\s:]+):(?:(?P<line>\d+):(?:\d+:)?)? (?:error|warning|错误|警告)\[", re.MULTILINE)
FOLDERS = {"en": DOCS, "zh": DOCS / "zh"}
_MESSAGES = {
    "en": (
        "# Messages",
        "",
        "Every mistake that Doudi reports has a code, printed in brackets: `rules.toml:41:12: error[unknown-name]: …`.",
        "An error stops the rules from being used, or rejects the household; a warning does neither.",
        "Each code has a folder in [tests/errors]({up}/tests/errors) with files that provoke it and the exact output "
        "in both languages.",
        "Words in braces are replaced by names and values of the file.",
        "In Chinese: [zh/errors.md](zh/errors.md).",
        "",
        "{count} codes: ",
    ),
    "zh": (
        "# 消息",
        "",
        "兜底报告的每个错误都有代码，写在方括号里：`rules.toml:41:12: 错误[unknown-name]：…`。",
        "有错误的规则不能使用，有错误的家庭退回；警告只是提醒，不影响使用。",
        "每个代码在 [tests/errors]({up}/tests/errors) 中有一个文件夹，里面是会引出它的文件，以及两种语言的准确输出。",
        "花括号里的词，输出时换成文件中的名称和数值。",
        "英文见 [../errors.md](../errors.md)。",
        "",
        "共 {count} 个代码：",
    ),
}
_LEVELS = {"en": ("An error", "A warning", ". Files: "), "zh": ("错误", "警告", "。例子：")}
_EXPECTED = {"en": "expected.txt", "zh": "expected.zh.txt"}


def errors_page(language: str) -> str:
    """Writes the page of messages: every code with its sentences, a file that provokes it, and the output."""
    codes = list(dict.fromkeys(code.partition("/")[0] for code in MESSAGES))
    intro = [line.format(up=_up(language), count=len(codes)) for line in _MESSAGES[language]]
    intro[-1] += " · ".join(f"[{code}](#{code})" for code in codes)
    return "\n".join([*intro, *(line for code in codes for line in _code(code, language))]) + "\n"


def _up(language: str) -> str:
    """Writes the way from a page of a language to the folder of the project."""
    return "/".join([".."] * len(FOLDERS[language].relative_to(ROOT).parts))


def _code(code: str, language: str) -> list[str]:
    sentences = [texts for key, texts in MESSAGES.items() if key.partition("/")[0] == code]
    error, warning, files = _LEVELS[language]
    folder = f"[tests/errors/{code}]({_up(language)}/tests/errors/{code})"
    lines = ["", f"## {code}", "", f"{warning if code in WARNINGS else error}{files}{folder}", ""]
    lines += ["| English | 中文 |" if language == "en" else "| 中文 | 英文 |", "|---|---|"]
    for sentence in sentences:
        first, second = map(_cell, sentence if language == "en" else sentence[::-1])
        lines.append(f"| {first} | {second} |")
    printed, more = _first_messages((ERRORS / code / _EXPECTED[language]).read_text("utf-8"))
    for format_, excerpt in _excerpts(code, printed):
        lines += ["", *_fenced(excerpt, format_)]
    return [*lines, "", *_fenced([*printed, *(["…"] if more else [])], "text")]


def _first_messages(expected: str) -> tuple[list[str], bool]:
    """Finds the first messages of the first run that has any, and whether there are more."""
    runs = re.split(r"^exit \d+\n", expected, flags=re.MULTILINE)
    lines = next(run for run in runs if _PLACE.search(run)).splitlines()
    starts = [at for at, line in enumerate(lines) if _PLACE.match(line)]
    end = starts[MOST_MESSAGES] if len(starts) > MOST_MESSAGES else len(lines)
    shown = [_narrow(line) for line in lines[starts[0] : end]]
    while not (_PLACE.match(shown[-1]) or re.match(r" |\d+ \|", shown[-1])):
        shown.pop()  # the closing count, the line that a household is rejected, blank lines
    return shown, len(_PLACE.findall(expected)) > min(MOST_MESSAGES, len(starts))


def _excerpts(code: str, printed: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Finds the paragraphs to which messages point, file by file, with the format of the file."""
    places: dict[Path, set[int]] = {}
    for match in _PLACE.finditer("\n".join(printed)):
        path = ERRORS / code / match["path"]
        if path.is_file() and path.suffix in (".toml", ".json", ".csv") and path.name not in _EXPECTED.values():
            places.setdefault(path, set()).add(int(match["line"] or 1) - 1)
    for path, wanted in places.items():
        try:
            lines = path.read_text("utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        shown: list[str] = []
        for start, end in _paragraphs(lines):
            if wanted & set(range(start, end)):
                shown += [*([""] if shown else []), *(_narrow(line) for line in lines[start:end])]
        if shown:
            yield path.suffix[1:], shown


def _paragraphs(lines: list[str]) -> list[tuple[int, int]]:
    ends = [at for at, line in enumerate(lines) if not line.strip()] + [len(lines)]
    starts = [0, *(end + 1 for end in ends[:-1])]
    return [(start, end) for start, end in zip(starts, ends, strict=True) if start < end]


def functions_table() -> str:
    """Writes the table of functions for `language.md`."""
    rows = ["| function | gives | 说明 | examples |", "|---|---|---|---|"]
    for function in TABLE.values():
        rows.append(f"| `{function.signature}` | {_cell(function.en)} | {_cell(function.zh)} | {_examples(function)} |")
    rows += [
        "",
        "`to=` is a positive number or a parameter. `to=` and `empty=` are required; `where=` may be left out.",
    ]
    return "\n".join(rows)


def functions_page() -> str:
    """Writes the page of functions in Chinese."""
    lines = [
        "# 公式的函数",
        "",
        "规则文件的公式里可以使用的函数。",
        "`doudi rules show functions` 显示同一张表，`doudi rules show 函数名` 只显示一个。",
        "公式的其他写法见 [../language.md](../language.md)（英文）。",
        "`to=` 是正数或参数，必须写；`empty=` 也必须写；`where=` 可以不写。",
        "",
        "| 函数 | 说明 | 例子 |",
        "|---|---|---|",
    ]
    rows = (f"| `{one.signature}` | {_cell(one.zh)} | {_examples(one)} |" for one in TABLE.values())
    return "\n".join([*lines, *rows]) + "\n"


def _examples(function: Function) -> str:
    return "<br>".join(f"`{example}`" for example in function.examples)


def with_functions(page: str) -> str:
    """Puts the table between its markers in the page of the language."""
    begin, end = "<!-- functions: written by docs/make_reference.py -->", "<!-- end of functions -->"
    head, _, rest = page.partition(begin)
    if not rest:
        head = page[: page.index("## Functions")] + "## Functions\n\n"
        rest = end + "\n"
    return f"{head}{begin}\n{functions_table()}\n{end}{rest.partition(end)[2]}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _narrow(line: str) -> str:
    return line if len(line) <= WIDEST else line[: WIDEST - 1] + "…"


def _fenced(lines: list[str], language: str) -> list[str]:
    return [f"```{language}", *lines, "```"]


def pages() -> dict[Path, str]:
    """Writes every generated page into memory."""
    language = DOCS / "language.md"
    return {
        **{folder / "errors.md": errors_page(one) for one, folder in FOLDERS.items()},
        language: with_functions(language.read_text("utf-8")),
        FOLDERS["zh"] / "functions.md": functions_page(),
    }


def main(arguments: list[str]) -> int:
    """Writes the pages, or with `--check` names those that are out of date."""
    stale = {path: text for path, text in pages().items() if not path.exists() or path.read_text("utf-8") != text}
    if "--check" in arguments:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is out of date: run python docs/make_reference.py", file=sys.stderr)
        return 1 if stale else 0
    for path, text in stale.items():
        path.write_text(text, "utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
