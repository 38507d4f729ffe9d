"""Lines break where Chinese and English may, keep to the width, and lose nothing."""

from __future__ import annotations

import re
from itertools import pairwise
from random import Random

import pytest

from calc.diagnostics.source import display_width
from calc.report.explain import explained
from calc.report.line_breaks import fitted, packed, wrapped
from tests.support.seeds import seeds
from tests.support.traces import traces_of_cases

CLOSING, OPENING = "，。；：、！？）》」』】”％)", "（《「『【“("
PIECES = [
    "低保",
    "家庭收入",
    "644.00",
    "≥",
    " ",
    " ",
    "（",
    "）",
    "，",
    "。",
    "《办法》",
    "“",
    "”",
    "12%",
    "：",
    "word",
    "；",
    "[",
    "]",
]


def must_be_well_broken(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for at, line in enumerate(lines):
        assert not (at and line[:1] in CLOSING), lines
        assert not (at + 1 < len(lines) and line[-1:] in OPENING), lines


@pytest.mark.slow
@pytest.mark.parametrize("width", [40, 74])
def test_explanations_are_broken_where_lines_may_break(width: int) -> None:
    for trace in traces_of_cases()[::4]:
        for line in explained(trace, "zh"):
            must_be_well_broken(line, width)
            assert all(display_width(one) <= width for one in wrapped(line, width))


@pytest.mark.parametrize("seed", seeds(range(400), 60))
def test_any_text_keeps_its_letters_and_the_rules_of_its_marks(seed: int) -> None:
    random = Random(seed)
    must_be_well_broken("".join(random.choices(PIECES, k=random.randint(0, 40))), random.randint(8, 30))


def test_a_mark_stays_with_the_word_before_it() -> None:
    assert wrapped("低保标准，", 8) == ["低保标", "准，"]
    assert wrapped("家庭（户）", 6) == ["家庭", "（户）"]
    assert wrapped("", 10) == [""]


@pytest.mark.parametrize("seed", seeds(range(40), 20))
def test_a_line_of_columns_is_broken_under_its_last_one(seed: int) -> None:
    chance = Random(seed)
    columns = ["".join(chance.choices(PIECES, k=chance.randrange(1, 60))).strip() or "x" for _ in range(3)]
    line = "  " + "  ".join(columns)
    width = chance.choice([40, 80, 120])
    lines = fitted(line, width)
    assert "".join("".join(lines).split()) == "".join(line.split())
    assert lines == [line] if display_width(line) <= width else len(lines) > 1
    assert all(one.startswith("  ") for one in lines)
    narrow = [one for one in lines if display_width(one) > width]
    assert not narrow or max(display_width(one) for one in re.findall(r"\S+", line)) > width // 2


def test_what_follows_stands_under_its_column() -> None:
    assert fitted("  A03  低保 916.80 → 308.40：郑玉梅离开（−608.40）", 30) == [
        "  A03  低保 916.80 → 308.40：",
        "       郑玉梅离开（−608.40）",
    ]
    assert fitted("  用于: 家庭人均收入低于低保标准；低保差额", 24) == [
        "  用于: 家庭人均收入低",
        "    于低保标准；低保差额",
    ]


@pytest.mark.parametrize("seed", seeds(range(60), 20))
def test_a_list_is_broken_between_its_items(seed: int) -> None:
    random = Random(seed)
    words = ["1 工资", "2 养老金（不含基础养老金）", "3 填的养老金含基础养老金", "4 other relative", "5 车"]
    items = [random.choice(words) for _ in range(random.randint(1, 12))]
    width = random.randint(30, 80)
    lines = packed("   ".join(items), width)
    assert [one for line in lines for one in line.split("   ")] == items
    assert all(display_width(line) <= width for line in lines)
    for line, after in pairwise(lines):
        assert display_width(line + "   " + after.split("   ")[0]) > width
