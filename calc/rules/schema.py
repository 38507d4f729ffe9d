"""Lists the keys of each kind of entry in a rules file, and the values each may have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from calc.language.types import KINDS, MONEYS
from calc.rules.toml_document import BadNumber, day_number, month_number

Test = Callable[[Any], bool]


def is_text(value: Any) -> bool:
    """Says whether a value is a text that is not empty."""
    return isinstance(value, str) and not isinstance(value, BadNumber) and bool(value.strip())


def is_text_list(value: Any) -> bool:
    """Says whether a value is a list of texts, at least one."""
    return isinstance(value, list) and bool(value) and all(is_text(one) for one in value)


def is_whole(value: Any) -> bool:
    """Says whether a value is a whole number from 0 to 9."""
    return value.__class__ is int and 0 <= value <= 9


LARGEST_BITS = 160
"""Bits of a number as written; TOML's own integers have 64."""


def is_number(value: Any) -> bool:
    """Says whether a value is an exact number that is not too long."""
    if isinstance(value, (bool, str)) or not hasattr(value, "denominator"):
        return False
    return bool(abs(value.numerator).bit_length() <= LARGEST_BITS)


def _one_of(*words: str) -> Test:
    return lambda value: isinstance(value, str) and value in words


def _is_word_table(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(words, list) and words and all(is_text(one) or _is_word_group(one) for one in words)
        for words in value.values()
    )


def _is_option_table(value: Any) -> bool:
    return isinstance(value, dict) and all(map(is_text_list, value.values()))


def _is_word_group(value: Any) -> bool:
    if not isinstance(value, dict) or value.keys() != {"words", "sets"}:
        return False
    return is_text_list(value["words"]) and isinstance(value["sets"], dict) and bool(value["sets"])


EVIDENCE, ACT, NO_REMEDY = REMEDIES = ("evidence", "act", "none")
"""Words for what can be done about a fact: it may be so and not be recorded, people decide it, or nothing."""

_TEXT = (is_text, "a text")
_TEXTS = (is_text_list, "a list of texts")
_TEXT_OR_TEXTS = (lambda value: is_text(value) or is_text_list(value), "a text or a list of texts")
_FORMULA = (lambda value: is_text(value) or isinstance(value, bool) or is_number(value), "a formula, as a text")
_BOUND = (lambda value: is_number(value) or day_number(value) is not None, "a number or a date")
_SWITCH = (lambda value: isinstance(value, bool), "true or false")
_TABLE = (lambda value: isinstance(value, dict), "a table of keys")

_IN_CHINESE = {
    "a text": "文字",
    "a list of texts": "文字的列表",
    "a text or a list of texts": "文字，或文字的列表",
    "a formula, as a text": "写成文字的公式",
    "a number or a date": "数字或日期",
    "a number": "数字",
    "true or false": "true 或 false",
    "a table of keys": "由键组成的表",
    "a table of entries": "由条目组成的表",
    "a table of fact names": "事项名称的表",
    "a list, written [[cases]]": "列表，写作 [[cases]]",
    "a list of conditions": "条件的列表",
    "a kind of fact": "事项可用的类别",
    "a value": "值",
    "three capitals": "三个大写字母",
    'a month like "2022-06"': '月份，如 "2022-06"',
    "a date like 2021-07-01": "日期，如 2021-07-01",
    "a whole number from 0 to 9": "0 至 9 的整数",
    "published, derived, assumed or unset": "published、derived、assumed 或 unset",
    "household or member": "household 或 member",
    "evidence, act or none": "evidence、act 或 none",
    "month, once or year": "month、once 或 year",
    "identity-number or disability-certificate": "identity-number 或 disability-certificate",
    "a table with a list of texts, or of groups with words and sets, for each option": (
        "每个选项一个列表的表，列表中是文字，或带 words 和 sets 的组"
    ),
}


def wanted_in_both(english: str) -> tuple[str, str]:
    """Says what a key should be, in English and Chinese."""
    return english, _IN_CHINESE.get(english, english)


def _is_cite_table(value: object) -> bool:
    return isinstance(value, dict) and all(is_text(one) or is_text_list(one) for one in value.values())


COMMON: dict[str, tuple[Test, str]] = {
    "label": _TEXT,
    "en": _TEXT,
    "cite": _TEXT_OR_TEXTS,
    "basis": (_one_of("published", "derived", "assumed", "unset"), "published, derived, assumed or unset"),
    "note": _TEXT,
    "note_en": _TEXT,
    "from": _TABLE,
    "remove": (lambda value: value is True, "true"),
    "ends": _SWITCH,
}
_KIND = (_one_of(*KINDS), ", ".join(KINDS))
_FAILS = {"fails": _TEXT, "fails_en": _TEXT}

LETTER_KINDS = ("granted", "denied", "changed", "ended", "undetermined")
"""Kinds of decision that a letter tells."""

SHAPES: dict[str, dict[str, tuple[Test, str]]] = {
    "rules": {
        "title": _TEXT,
        "en": _TEXT,
        "currency": (lambda v: isinstance(v, str) and len(v) == 3 and v.isascii() and v.isupper(), "three capitals"),
        "version": _TEXT,
        "from": (lambda value: month_number(value) is not None, 'a month like "2022-06"'),
        "confirmed_until": (lambda value: month_number(value) is not None, 'a month like "2022-06"'),
        "extends": _TEXT,
        "cases": _TEXT_OR_TEXTS,
        "money_words": _TEXTS,
        "set_aside_words": _TEXTS,
        "not_known_words": _TEXTS,
        "head_words": _TEXTS,
        "payment_words": _TEXTS,
        "household_id_words": _TEXTS,
        "note": _TEXT,
        "note_en": _TEXT,
    },
    "documents": {
        "title": _TEXT,
        "en": _TEXT,
        "number": _TEXT,
        "in_force": (lambda value: day_number(value) is not None, "a date like 2021-07-01"),
        "url": _TEXT,
        "note": _TEXT,
        "note_en": _TEXT,
        "remove": COMMON["remove"],
    },
    "parameters": {
        **COMMON,
        "kind": _KIND,
        "options": _TEXTS,
        "options_en": _TEXTS,
        "axes": _TEXTS,
        "holds": (_one_of("month"), "month"),
        "value": (lambda value: True, "a value"),
    },
    "facts": {
        **COMMON,
        **_FAILS,
        "kind": _KIND,
        "min": _BOUND,
        "max": _BOUND,
        "decimals": (is_whole, "a whole number from 0 to 9"),
        "options": _TEXTS,
        "options_en": _TEXTS,
        "aliases": _TEXTS,
        "words": (_is_word_table, "a table with a list of texts, or of groups with words and sets, for each option"),
        "also_holds": _TEXTS,
        "several": (_is_option_table, "a table with a list of options for each option"),
        "unit": _TEXT,
        "default": _FORMULA,
        "remedy": (_one_of(*REMEDIES), "evidence, act or none"),
        "question": _TEXT,
        "question_en": _TEXT,
        "format": (_one_of("identity-number", "disability-certificate"), "identity-number or disability-certificate"),
        "derives": (lambda v: isinstance(v, dict) and all(is_text(one) for one in v.values()), "a table of fact names"),
    },
    "definitions": {**COMMON, **_FAILS, "kind": _KIND, "formula": _FORMULA},
    "benefits": {
        **COMMON,
        "short": _TEXT,
        "short_en": _TEXT,
        "words": _TEXTS,
        "to": (_one_of("household", "member"), "household or member"),
        "per": (_one_of("month", "once", "year"), "month, once or year"),
        "requires": (lambda value: value == [] or is_text_list(value), "a list of conditions"),
        "amount": _FORMULA,
        "persons": _FORMULA,
        "applies_to": _FORMULA,
    },
    "checks": {**COMMON, "formula": _FORMULA},
    "topics": {
        **{key: COMMON[key] for key in ("label", "en", "note", "note_en", "remove")},
        "facts": _TEXTS,
        "expected": _SWITCH,
        **dict.fromkeys(("question", "question_en", "who", "who_en"), _TEXT),
        "not_asked": _TEXTS,
        "people": _SWITCH,
        "for": _TEXT,
    },
    "letters": {
        **{key: COMMON[key] for key in ("cite", "note", "note_en", "remove")},
        "for": (_one_of(*LETTER_KINDS), ", ".join(LETTER_KINDS)),
        "benefits": _TEXTS,
        "title": _TEXT,
        "title_en": _TEXT,
        "paragraphs": _TEXTS,
        "paragraphs_en": _TEXTS,
        "remedy": _TEXT_OR_TEXTS,
        "cite_for": (_is_cite_table, "a table with citations for benefits"),
    },
    "cases": {
        "title": _TEXT,
        "source": _TEXT,
        "month": (lambda value: month_number(value) is not None, 'a month like "2022-06"'),
        "household": _TABLE,
        "expect": _TABLE,
        "set": _TABLE,
        "note": _TEXT,
    },
}

REQUIRED: dict[str, tuple[str, ...]] = {
    "rules": ("title", "currency"),
    "documents": ("title",),
    "parameters": ("kind",),
    "facts": ("kind",),
    "benefits": ("to",),
    "topics": ("facts",),
    "letters": ("for", "title", "paragraphs"),
    "cases": ("title", "month", "household", "expect"),
}

COMPLETE: dict[str, tuple[str, ...]] = {
    "definitions": ("formula",),
    "benefits": ("requires", "amount"),
    "checks": ("formula",),
    "parameters": ("value",),
    "facts": ("kind",),
}
"""An entry is in force where one of these keys has a value."""

_TEXTS_OF_ENTRIES = {*COMMON, "question", "question_en", "options_en", "aliases", "unit", "remedy"}
MEANING = {section: frozenset(SHAPES[section]) - _TEXTS_OF_ENTRIES for section in COMPLETE}
"""The keys of each kind of entry that decide results; the others are labels, sources, reasons and headings."""

PERIODS = dict(zip(("month", "year", "once"), MONEYS, strict=True))
"""The kind of a benefit's amount, by its key `per`."""

CURRENCY_DECIMALS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "KWD": 3, "BHD": 3, "OMR": 3, "JOD": 3, "TND": 3}
"""ISO 4217 minor units that are not 2."""
