"""The page of an answer is whole, loads nothing, escapes what files hold, and fits a phone."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from calc.assess_households import assess
from calc.engine.traced.interpreter import Trace
from calc.record import replace
from calc.report.assessment_page import assessment_page
from calc.report.explain import explained
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from tests.cli.run import EXAMPLE, RULES
from tests.report.test_html_page import BROWSER, title_in_browser

pytestmark = pytest.mark.slow

VOID = {"meta", "rect", "line", "br"}


class Structure(HTMLParser):
    """Notes elements that are closed in another order than they were opened, and all text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_says_all_that_the_explanations_say(language: str) -> None:
    plan = plan_for(read_rules(RULES), 202205)
    (trace,) = assess(plan, EXAMPLE).traces
    named = Trace(plan, replace(trace.household, id="<b>示例</b>"))
    text = assessment_page(plan, [trace, named], language)
    found = Structure()
    found.feed(text)
    assert not found.wrong and not found.open
    assert "<b>示例" not in text
    assert not re.search(r"(src|href)=|url\((?!#)|@import|https?://(?!www\.w3\.org/2000/svg)", text)
    for name in plan.benefits:
        if any(one.status for one in trace.outcomes[name]):
            assert all(line.strip() in found.text for line in explained(trace, language, name))


@pytest.mark.skipif(BROWSER is None, reason="needs Chromium")
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_window(tmp_path: Path, width: int) -> None:
    plan = plan_for(read_rules(RULES), 202205)
    text = assessment_page(plan, assess(plan, EXAMPLE).traces, "zh")
    shown = title_in_browser(
        tmp_path,
        text,
        width,
        f"""
          const inner = frames[0].document;
          inner.querySelectorAll("details").forEach(one => one.open = true);
          const inside = inner.querySelector(".scroll");
          document.title = [inner.documentElement.scrollWidth <= {width}, inside.scrollWidth <= inside.clientWidth];""",
    )
    assert shown == "true,true"
