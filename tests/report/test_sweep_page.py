"""The page of a sweep says all that the text says, loads nothing, and fits a phone and paper."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from calc import assess, plan_for, read_rules
from calc.record import replace
from calc.report.sweep_page import curves_page, words_page
from calc.report.sweep_text import FactWords, SweepWords, as_text
from calc.report.word_rows_text import WordRowsText
from calc.vary.curve import Curve
from calc.vary.pieces import Sweep
from calc.vary.word_rows import word_rows
from tests.cli.run import EXAMPLE, RULES
from tests.report.test_assessment_page import Structure
from tests.report.test_html_page import BROWSER, title_in_browser

PLAN = plan_for(read_rules(RULES), 202205)
(TRACE,) = assess(PLAN, EXAMPLE).traces
HOUSEHOLD = replace(TRACE.household, id="<b>示例</b>")


def curve(fact: str, low: int, high: int, language: str, rules: str = "") -> SweepWords:
    return SweepWords(Curve(Sweep(PLAN, HOUSEHOLD, fact, 0, None, True), low, high), language, rules)


def sound(text: str) -> str:
    """Checks the markup of a page, and returns its text."""
    found = Structure()
    found.feed(text)
    assert not found.wrong and not found.open
    assert "<b>示例" not in text and "<main>" in text and "<header>" in text
    assert not re.search(r"(src|href)=|url\((?!#)|@import|https?://(?!www\.w3\.org/2000/svg)", text)
    assert text.count("<th ") == text.count('<th scope="col"') > 0
    return found.text


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("fact", "low", "high"), [("工资", 0, 600_000), ("出生日期", 694_000, 738_500)])
def test_the_page_says_all_that_the_text_says(fact: str, low: int, high: int, language: str) -> None:
    words = curve(fact, low, high, language)
    said = sound(curves_page([words]))
    lines = [line.strip() for line in as_text(words)]
    for line in lines[lines.index("") + 1 :]:
        for cell in re.split(r" {2,}", re.sub(r"^([▲▼·]) [\d.,-]+ ?", r"\1 ", line)):
            assert cell.strip("· ") in said, cell
    assert said.count(words.value(low)) >= 2, "in the table and in the description of the picture"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_words_have_a_table(language: str) -> None:
    sweep = Sweep(PLAN, HOUSEHOLD, "性别", 1)
    text = WordRowsText(FactWords(sweep, language), word_rows(sweep), "男")
    said = sound(words_page(text))
    assert all(part.strip() in said for line in text.lines() for part in re.split(r" {2,}", line))


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="needs Chromium")
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_window_or_paper(tmp_path: Path, width: int) -> None:
    several = [curve("工资", 0, 600_000, "zh", f"{'长' * 40}{at}.toml") for at in range(2)]
    shown = title_in_browser(
        tmp_path, curves_page(several), width,
        f"""
          const inner = frames[0].document, wide = [...inner.querySelectorAll("h1, h2, p, .scroll")];
          const text = inner.querySelector("svg text").getBoundingClientRect();
          document.title = [inner.documentElement.scrollWidth <= {width},
            wide.every(one => one.getBoundingClientRect().right <= {width}), text.height > 9,
            inner.querySelectorAll("svg[role=img] > title").length];""",
    )  # fmt: skip
    assert shown == "true,true,true,1"


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="needs Chromium")
def test_it_prints_on_paper(tmp_path: Path) -> None:
    import subprocess

    page = tmp_path / "page.html"
    page.write_text(curves_page([curve("工资", 0, 600_000, "en")]), encoding="utf-8")
    target = tmp_path / "page.pdf"
    options = ["--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    subprocess.run([str(BROWSER), *options, f"--print-to-pdf={target}", page.as_uri()], check=True, timeout=120,
                   capture_output=True)  # fmt: skip
    assert re.findall(rb"/Type\s*/Page\b", target.read_bytes()), "a document with pages"
