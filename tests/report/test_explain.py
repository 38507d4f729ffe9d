"""An explanation of one benefit shows what decided, in few lines, and in words that people use."""

from __future__ import annotations

import re

import pytest

from calc.engine.outcomes import GRANTED
from calc.report.assumptions import assumed_behind
from calc.report.explain import MOST_LINES_OF_ONE, Explanation, explained
from tests.support.traces import SYSTEMS, traces_of_cases

DIFFERENCE_OF_AGES = re.compile(r"(年龄|Age|等级|level) \d+[^；;\n]*[（(](short by|over by|差|超出)")


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("rules", SYSTEMS)
def test_why_is_short_and_has_titles_and_no_differences_of_ages(rules: str, language: str) -> None:
    for trace in traces_of_cases(rules):
        for name in trace.plan.benefits:
            lines = explained(trace, language, name)
            assert 0 < len(lines) <= MOST_LINES_OF_ONE
            text = "\n".join(lines)
            assert not [key for key in trace.plan.documents if f"[{key}" in text or f"{key} " in text]
            assert not DIFFERENCE_OF_AGES.search(text)
            assert "else unknown" not in text and "[]" not in text


@pytest.mark.parametrize("rules", SYSTEMS)
def test_an_explanation_of_a_grant_is_hardly_cut(rules: str) -> None:
    for trace in traces_of_cases(rules):
        for name, outcomes in trace.outcomes.items():
            granted = [one for one in outcomes if one.status == GRANTED]
            if len(granted) == 1:
                whole = Explanation(trace, "zh", True)
                whole.granted(trace.plan.benefits[name], granted[0])
                whole.assumed([name])
                assert len(whole.lines) <= MOST_LINES_OF_ONE + 2, "\n".join(whole.lines)


@pytest.mark.parametrize("rules", SYSTEMS)
def test_assumptions_behind_a_figure_are_among_those_the_benefit_can_reach(rules: str) -> None:
    for trace in traces_of_cases(rules):
        for name, outcomes in trace.outcomes.items():
            reachable = {name, *trace.plan.benefits[name].assumptions}
            for outcome in outcomes:
                behind = assumed_behind(trace, outcome)
                assert set(behind) <= reachable
                assert all(trace.plan.about(one).basis == "assumed" for one in behind)


def test_a_figure_that_rests_on_fewer_assumptions_lists_fewer() -> None:
    found = {
        len(assumed_behind(trace, outcome))
        for trace in traces_of_cases()
        for outcome in trace.outcomes["dibao"]
        if outcome.status == GRANTED
    }
    assert len(found) > 2 and max(found) < 12


@pytest.mark.slow
def test_income_per_head_shows_the_heads() -> None:
    texts = ["\n".join(explained(trace, "zh", "dibao")) for trace in traces_of_cases()]
    assert any(re.search(r"家庭收入人均 ≈?[\d.]+ < 644.00（3人共 [\d.]+ < 1932.00）", text) for text in texts)
    assert not any(re.search(r"（1人共|取大\(0, 0", text) for text in texts)
