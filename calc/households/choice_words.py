"""Quotes the words of a choice in the language of a file, with those of the output beside them where they differ."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from calc.rules.plan import FactPlan

_MOST_OPTIONS = 12


def language_of(headings: Iterable[object]) -> str | None:
    """Finds the language of a file by its headings: the one of most of them, None where no letter tells."""
    chinese = english = 0
    for one in headings:
        if _is_chinese(one):
            chinese += 1
        elif isinstance(one, str) and any("a" <= letter <= "z" for letter in one.lower()):
            english += 1
    return None if not chinese and not english else "zh" if chinese >= english else "en"


def listed_words(fact: FactPlan, raw: Any, language: str | None) -> tuple[str, str]:
    """Lists the words of a choice for the message about a cell of a file, in English and Chinese."""
    words = [_both(fact, word, _is_chinese(raw) or language == "zh") for word in fact.type.options[:_MOST_OPTIONS]]
    more = "…" if len(fact.type.options) > _MOST_OPTIONS else ""
    return ", ".join(one for one, _ in words) + more, "、".join(one for _, one in words) + more


def quoted_word(fact: FactPlan, word: str, language: str | None) -> tuple[str, str]:
    """Quotes one word of a choice that a file in a language gives."""
    return _both(fact, word, language == "zh", '"')


def _both(fact: FactPlan, word: str, is_own: bool, quote: str = "") -> tuple[str, str]:
    """Writes a word in English and Chinese messages: as the file has it, with its translation behind it."""
    english = fact.options_en[fact.type.options.index(word)] if fact.options_en else word
    first, second = (word, english) if is_own else (english, word)
    first = f"{quote}{first}{quote}"
    if english == word:
        return first, first
    return (f"{first} ({second})", first) if is_own else (first, f"{first}（{second}）")


def _is_chinese(text: object) -> bool:
    return isinstance(text, str) and any("\u4e00" <= one <= "\u9fff" for one in text)
