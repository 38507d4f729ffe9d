"""Reads and checks identity numbers (GB 11643) and numbers of disability certificates.

The reason why a number is refused is a pair of sentences, English and Chinese.
Reasons never contain the number: it is personal, and the caller masks what it shows.
The area code is not checked: it is the area of first registration, in codes that have changed since.
"""

from __future__ import annotations

import re

from calc.households.dates import day_of
from calc.late_pattern import late_pattern
from calc.record import Record
from calc.text_forms import INVISIBLE, half_width, unwrapped

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
_BLANKS = late_pattern(r"\s+")
CUT = r"[0-9](\.[0-9]+)?[eE]\+[0-9]+|[0-9]\.[0-9]+[eE][0-9]{2}"
"""A number as a spreadsheet shows one of too many digits, also as a pattern of DuckDB."""
_POWER = late_pattern(r"\d(\.\d+)?[eE]\+?\d+")
_CUT = late_pattern(CUT)
_BETWEEN = rf"[\s{INVISIBLE}\-]?"
_NUMBERS = (
    late_pattern(r"(?<!\d)(?<!\d\.)\d{14,19}[\dXxＸｘ](?:\d\d)?(?!\d)"),
    late_pattern(rf"(?<!\d)(?<!\d\.)\d(?:{_BETWEEN}\d){{13,18}}{_BETWEEN}[\dXxＸｘ](?:\d\d)?(?!\d)"),
    late_pattern(r"(?<!\d)\d\.\d{13,}(?=[eE])"),
)
"""Runs of characters that may be a personal number: together, apart, as a spreadsheet writes a large number. Decimals
of an amount are none."""

Reason = tuple[str, str]

_SPREADSHEET: Reason = (
    "a spreadsheet has cut its digits; keep the column as text",
    "已被电子表格截断，请把该列设为文本后重新填写",
)
_CHECK: Reason = ("the check digit does not fit", "校验码不符")
_NO_DAY: Reason = ("the digits of the birth date are not a day", "其中的出生日期不存在")


class IdentityNumber(Record):
    """A number of 18 characters, and the birth date (19491231) and sex (`male`, `female`) in it."""

    number: str
    birth_date: int
    sex: str


class DisabilityCertificate(Record):
    """A certificate's number, its holder's identity number, type (1 visual … 7 multiple) and level (1 gravest … 4)."""

    number: str
    identity: IdentityNumber
    type: int
    level: int


def is_cut(id: str) -> bool:
    """Says whether a spreadsheet has cut an id of many digits to a rounded number: `4.30602E+17`."""
    return ("E" in id or "e" in id) and _CUT.fullmatch(half_width(id)) is not None


def bare(raw: str | int) -> str:
    """Cleans a number as people and spreadsheets write it: no blanks, no leading apostrophe, capitals."""
    return _BLANKS.sub("", half_width(unwrapped(str(raw)))).lstrip("'’‘`").upper()


def check_digit(digits: str) -> str:
    """Computes the 18th character from the first 17 digits."""
    return CHECK_DIGITS[sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True)) % 11]


def read_identity_number(raw: str | int) -> IdentityNumber | Reason:
    """Reads an identity number, or returns the reason why it is none. Old numbers of 15 digits get 18."""
    text = bare(raw)
    if _POWER.fullmatch(text):
        return _SPREADSHEET
    if len(text) not in (15, 18):
        given = len(text)
        return f"it has {given} characters where 18 are needed", f"有 {given} 个字符，应为 18 位"
    body = text[:-1] if len(text) == 18 else text
    if not (text.isascii() and body.isdigit() and text[-1] in "0123456789X"):
        return "it holds something other than digits and a last X", "含有数字和末位 X 以外的字符"
    if text[0] == "0":
        return "it does not begin with an area code", "前六位不是行政区划代码"
    if len(text) == 15:
        if text[-3:] in ("996", "997", "998", "999"):
            # kept for people over a hundred: 19 before the year might make them a century younger
            return "of 15 digits and ambiguous in its century; give all 18", "15 位旧号无法判断世纪，请填写 18 位号码"
        body = text[:6] + "19" + text[6:]
        text = body + check_digit(body)
    elif check_digit(body) != text[-1]:
        return _SPREADSHEET if text.endswith("000") else _CHECK
    birth_date = day_of(int(body[6:10]), int(body[10:12]), int(body[12:14]))
    if birth_date is None or birth_date < 1850_00_00:
        return _NO_DAY
    return IdentityNumber(text, birth_date, "male" if int(body[16]) % 2 else "female")


def read_disability_certificate(raw: str | int) -> DisabilityCertificate | Reason:
    """Reads a certificate's number, or returns the reason why it is none. A reissue may add `B1`, `B2` …"""
    text = bare(raw)
    if _POWER.fullmatch(text):
        return _SPREADSHEET
    match = re.fullmatch(r"(.{18})(\d)(\d)(B\d{1,2})?", text, re.ASCII)
    if match is None:
        given = len(text)
        return (
            f"it has {given} characters where 20 are needed: an identity number, type and level",
            f"有 {given} 个字符，应为 20 位（身份证号、残疾类别、残疾等级）",
        )
    identity = read_identity_number(match.group(1))
    if isinstance(identity, tuple):
        return f"its identity number: {identity[0]}", f"其中的身份证号：{identity[1]}"
    kind, level = int(match.group(2)), int(match.group(3))
    if not 1 <= kind <= 7:
        return f"its type is {kind}, which is not 1 to 7", f"残疾类别为 {kind}，应为 1 至 7"
    if not 1 <= level <= 4:
        return f"its level is {level}, which is not 1 to 4", f"残疾等级为 {level}，应为 1 至 4"
    return DisabilityCertificate(text, identity, kind, level)


def mask(number: str) -> str:
    """Masks a personal number for messages: `430602********1234`; a short one but for two characters."""
    if len(number) >= 15:
        return number[:6] + "*" * (len(number) - 10) + number[-4:]
    return number[:2] + "*" * max(0, len(number) - 2)


def masked_number(text: str) -> str:
    """Masks what was given for a personal number and is none, whatever else is in it."""
    hidden = mask_in(text)
    return hidden if hidden != text or _POWER.fullmatch(text) else mask(text)


def mask_in(text: str) -> str:
    """Masks the middle of every run of characters that may be an identity number; the length stays the same."""
    for numbers in _NUMBERS:
        text = numbers.sub(_masked_run, text)
    return text


def _masked_run(match: re.Match[str]) -> str:
    run = match.group()
    places = [at for at, character in enumerate(run) if character.isalnum()]
    stars = {at: "*" if run[at].isascii() else "＊" for at in places[6:-4]}  # as wide as the hidden characters
    return "".join(stars.get(at, character) for at, character in enumerate(run))
