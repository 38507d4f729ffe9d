"""A cell says one thing or is refused: no dash, underscore or blank in it is dropped that would change what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calc.households.value_forms import day_in, number_in, word_in, yes_no_in
from calc.text_forms import folded, half_width

ROOT = Path(__file__).parent.parent.parent
MARKS = "-_ －＿　—–"
PIECES = ["yes", "no", "y", "n", "true", "false", "是", "否", "有", "无", "没有", "1", "0", "①", "子", "女", *MARKS]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=5).map("".join)


def documented() -> dict[str, bool]:
    """The spellings of yes and no in the table of docs/ledgers.md."""
    row = re.search(r"\| yes/no \| yes: (.*?) · no: (.*?) \(", (ROOT / "docs/ledgers.md").read_text("utf-8"))
    assert row is not None
    return {one.strip("`"): truth for words, truth in zip(row.groups(), (True, False), strict=True)
            for one in words.split()}  # fmt: skip


def test_every_documented_spelling_of_yes_and_no_is_read() -> None:
    for word, truth in documented().items():
        for text in (word, word.upper(), f" {word}　", word.translate({0x31: "１", 0x79: "ｙ"})):
            assert yes_no_in(text) is truth, text


@given(TEXTS)
def test_whatever_is_not_a_documented_yes_or_no_is_refused(text: str) -> None:
    assert yes_no_in(text) is documented().get(half_width(text).strip().lower())


@pytest.mark.parametrize("text", ["-1", "- 1", "1-", "_1", "y-e-s", "n_o", "- 是", "是-否", "没 有", "1 0", "①", "¹"])
def test_a_mark_before_or_within_a_yes_is_no_yes(text: str) -> None:
    assert yes_no_in(text) is None


OPTIONS = ("子", "女", "子女", "1", "12", "-1", "1-2", "single person", "co-op", "coop", "A-", "A")


@given(TEXTS | st.sampled_from(OPTIONS), st.text(alphabet=MARKS, max_size=2), st.integers(0, 6))
def test_a_word_with_marks_in_it_is_itself_or_refused(text: str, marks: str, at: int) -> None:
    """Blanks around and within Chinese words may go, a dash within a Latin one may be a blank; nothing else."""
    given = text[:at] + marks + text[at:]
    read = word_in(given, OPTIONS)
    assert read is None or (bare(given) == bare(read) and not re.search(r"\d\s+\d", given))


def bare(text: str) -> str:
    """A text without blanks, and without dashes between Latin letters."""
    return re.sub(r"(?<=[a-z])[-_]+(?=[a-z])", "", re.sub(r"\s", "", half_width(text).casefold()))


@pytest.mark.parametrize(
    ("text", "read"),
    [("子 女", "子女"), (" 女", "女"), ("Single_Person", "single person"), ("single-person", "single person"),
     ("-女", None), ("子-女", None), ("女-", None), ("_女", None), ("1 2", None), ("- 1", "-1"), ("1_2", None),
     ("-12", None), ("A -", "A-"), ("co op", None)],
)  # fmt: skip
def test_words_of_a_choice(text: str, read: str | None) -> None:
    assert word_in(text, OPTIONS) == read


@given(st.integers(0, 10**7), st.text(alphabet=MARKS, min_size=1, max_size=2), st.integers(0, 8))
def test_a_number_with_marks_in_it_is_the_number_its_negative_or_refused(number: int, marks: str, at: int) -> None:
    text = str(number)[:at] + marks + str(number)[at:]
    read = number_in(text, "money/month")
    is_negative = half_width(text).strip().startswith("-")
    assert read is None or (read == (-number if is_negative else number) and not re.search(r"\d\s+\d", text))


@given(st.integers(1, 12), st.integers(1, 28), st.text(alphabet=MARKS, min_size=1, max_size=2), st.integers(0, 8))
def test_a_day_with_marks_in_it_is_the_day_or_refused(month: int, day: int, marks: str, at: int) -> None:
    text = f"2022{month:02d}{day:02d}"
    assert day_in(text[:at] + marks + text[at:]) in (None, 20220000 + month * 100 + day)


@pytest.mark.parametrize("text", ["-收入", "收入-", "收入-1", "收入1", "1-收入", "1 2收入", "收入 1", "_收入"])
def test_headings_that_differ_by_more_than_how_they_are_typed_stay_apart(text: str) -> None:
    assert folded(text) != folded("收入") and folded("12收入") != folded(text)


def test_headings_are_found_however_they_are_typed() -> None:
    assert len({folded(one) for one in ("household id", "Household_ID", "household-id", "ＨouseholdId")}) == 1
    assert folded("姓  名") == folded("姓名") == folded("姓_名")
