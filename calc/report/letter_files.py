"""Writes letters as text, and as a page with one letter a sheet of paper."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from calc.report.html_page import page
from calc.report.letter import LetterText
from calc.report.line_breaks import wrapped

_WIDTH = 80
_RULE = "─" * 40
_FORBIDDEN = set('<>:"/\\|?*')
_STYLE = """
article { max-width: 42rem; margin: 0 auto 3rem; }
article h2 { text-align: center; font-size: 1.3rem; margin: 1rem 0; }
article ul { margin: .2rem 0 .8rem; padding-left: 2rem; }
article footer { margin-top: 3rem; text-align: right; }
header { position: absolute; clip-path: inset(50%); }
@media print { article { break-after: page; margin: 0; } article:last-child { break-after: auto; } }
"""


def as_text(letter: LetterText) -> str:
    """Writes a letter as lines of 80 columns."""
    lines = [letter.title, ""]
    for sentence, items in letter.paragraphs:
        lines += wrapped(sentence, _WIDTH)
        for at, item in enumerate(items, 1):
            first, *others = wrapped(item, _WIDTH - 5)
            lines += [f"  {at}. {first}", *(f"     {one}" for one in others)]
    return "\n".join(lines) + "\n"


def all_as_text(letters: Sequence[LetterText]) -> str:
    """Writes several letters after one another."""
    return f"\n{_RULE}\n\n".join(map(as_text, letters))


def as_page(letters: Sequence[LetterText], language: str) -> str:
    """Writes a page of letters, each an article that begins a sheet of paper."""
    return page(letters[0].title, language, [f"<style>{_STYLE}</style>\n", *map(_article, letters)])


def _article(letter: LetterText) -> str:
    parts = [f"<article>\n<h2>{escape(letter.title)}</h2>\n"]
    for sentence, items in letter.paragraphs:
        parts.append(f"<p>{escape(sentence)}</p>\n")
        if items:
            parts.append(f"<ul>\n{''.join(f'<li>{escape(one)}</li>{chr(10)}' for one in items)}</ul>\n")
    return "".join([*parts, "</article>\n"])


def file_names(letters: Sequence[LetterText], ending: str) -> list[str]:
    """Makes a file name for each letter, of household, benefit and recipient; no two are the same."""
    names: list[str] = []
    taken: set[str] = set()
    for one in letters:
        parts = [
            str(one.fields["household"]),
            one.benefit,
            *([one.recipient] if one.recipient != one.fields["household"] else []),
        ]
        stem = "".join("_" if sign in _FORBIDDEN or ord(sign) < 32 else sign for sign in "-".join(parts)).strip(" .")[
            :80
        ]
        name, count = stem, 1
        while name.casefold() in taken:
            count += 1
            name = f"{stem}-{count}"
        taken.add(name.casefold())
        names.append(f"{name}.{ending}")
    return names
