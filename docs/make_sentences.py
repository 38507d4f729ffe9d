"""Writes `sentences.md`: every sentence that the program can say, in English and Chinese, to be read in one go.

`python docs/make_sentences.py` writes it; with `--check` it writes nothing and fails if the page is out of date.
A pair is read off the program's text: two strings beside each other of which the second is Chinese.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

PAGE = Path(__file__).parent / "sentences.md"
ROOT = PAGE.parent.parent
INTRO = """# Sentences

Every sentence that Doudi can say, module by module, in English and Chinese, for whoever reads them through.
Words in braces are replaced by names and values; sentences about rules come from the rules file itself.
The page is written by `python docs/make_sentences.py`.
"""
_HAN = re.compile("[\u4e00-\u9fff]")
_LEAST_ALONE = 4
"""Chinese letters that make a string a sentence, and not a word that files are read by."""


def page() -> str:
    """Writes the page."""
    parts = [INTRO]
    for path in sorted((ROOT / "calc").rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        rows = [f"| {_cell(en)} | {_cell(zh)} |" for en, zh in sorted_pairs(tree)]
        if rows:
            parts.append("\n".join([f"## {path.relative_to(ROOT)}", "", "| English | 中文 |", "|---|---|", *rows, ""]))
    return "\n".join(parts)


def sorted_pairs(tree: ast.Module) -> list[tuple[str, str]]:
    """Lists the sentences of a module in the order of its lines; what is Chinese alone has no English beside it."""
    found: dict[int, tuple[int, str, str]] = {}
    for node in ast.walk(tree):
        for english, chinese in _beside(node):
            en, zh = _text(english), _text(chinese)
            if en is not None and zh is not None and _han(zh) > _han(en) and re.search("[A-Za-z]{2}|^[A-Za-z]$", en):
                found[id(chinese)] = english.lineno, en, zh
    inner = {id(one) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for one in ast.walk(node)}
    paired = {id(one) for node in ast.walk(tree) if id(node) in found for one in ast.walk(node)}
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    english = {one[1] for one in found.values()}
    for node in ast.walk(tree):
        text = None if id(node) in docstrings | paired or id(node) in inner else _text(node)
        if text is not None and text not in english and _han(text) >= _LEAST_ALONE and not re.search(r"[\\[|]", text):
            found[id(node)] = node.lineno, "", text  # type: ignore[attr-defined]
    return [(en, zh) for _, en, zh in sorted(found.values(), key=lambda one: one[0])]


def _beside(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Finds expressions beside each other: in a tuple, a call, or the branches of a choice."""
    if isinstance(node, ast.Tuple):
        row = node.elts
    elif isinstance(node, ast.Call):
        row = [*node.args, *(one.value for one in node.keywords if one.arg in ("en", "zh"))]
    elif isinstance(node, ast.IfExp):
        row = [node.orelse, node.body]
    else:
        return
    yield from pairwise(row)


def _text(node: ast.AST) -> str | None:
    """The text of a string, with the names of what is put into it in braces."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(one) or "" for one in node.values)
    return f"{{{ast.unparse(node.value)}}}" if isinstance(node, ast.FormattedValue) else None


def _han(text: str) -> int:
    return len(_HAN.findall(text))


def _cell(text: str) -> str:
    lines = [line.strip() for line in text.strip().replace("\b", "").splitlines()]
    return "<br>".join(line for line in lines if line).replace("|", "\\|")


if __name__ == "__main__":
    wanted = page()
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(wanted, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text("utf-8") != wanted:
        sys.exit(f"{PAGE.name} is out of date: python docs/make_sentences.py")
