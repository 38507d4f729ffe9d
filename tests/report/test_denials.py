"""A denial states what does not hold, in words that are never those of a grant."""

from __future__ import annotations

import pytest

from calc.engine.outcomes import DENIED
from calc.report.as_text import rows
from calc.report.explain import explained
from calc.report.trace_phrases import TracePhrases
from tests.support.traces import SYSTEMS, plan_in, traces_of_cases


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("rules", SYSTEMS)
def test_the_reason_of_a_denial_is_never_the_label_of_what_would_grant(rules: str, language: str) -> None:
    denials = 0
    for trace in traces_of_cases(rules):
        phrases = TracePhrases(trace, language)
        for name, benefit in trace.plan.benefits.items():
            labels = {one.name: one.about.label_in(language) for one in benefit.conditions}
            for outcomes in phrases.grouped(name, DENIED):
                for condition in outcomes[0].failed:
                    text = phrases.failed(benefit, condition, outcomes).removeprefix("✗ ")
                    assert not text.startswith(labels[condition])
                    denials += 1
    assert denials


def test_every_condition_of_the_shipped_rules_has_words_for_its_failure() -> None:
    for month in (202206, 202512, 202607):
        for benefit in plan_in(month).benefits.values():
            for condition in benefit.conditions:
                assert condition.about.fails and condition.about.fails_en, condition.name


def test_a_condition_without_such_words_has_not_met_before_its_label() -> None:
    texts = [
        TracePhrases(trace, "en").failed(trace.plan.benefits[name], outcome.failed[0], [outcome])
        for trace in traces_of_cases("tests/systems/harbour.toml")
        for name, outcomes in trace.outcomes.items()
        for outcome in outcomes
        if outcome.status == DENIED
    ]
    assert texts
    assert all(text.startswith("✗ not met: ") for text in texts)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "words"), [("zh", "已符合低保，不作边缘认定"), ("en", "Entitled to dibao, so not an edge household")]
)
def test_edge_status_is_denied_because_the_household_is_on_dibao(language: str, words: str) -> None:
    denied = [
        one for one in traces_of_cases() if any(o.failed == ("不符合低保条件",) for o in one.outcomes["dibao_edge"])
    ]
    assert denied
    for trace in denied:
        assert words in "\n".join(row.reason for row in rows(trace, language))
        assert words in "\n".join(explained(trace, language, "dibao_edge"))
