"""Values as people read them: no digit is lost or made up, and what is not exact says so."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calc.engine.unknown import Unknown
from calc.exact import read_number
from calc.households.dates import day_text
from calc.language.types import CHOICE, DATE, MONEYS, SHARE, TEXT, YES_NO
from calc.report.format_values import as_plain, show, word
from calc.rules.plan import Plan
from tests.support.small import plan_of

FINITE = st.builds(lambda whole, places: Fraction(whole, 10**places), st.integers(-(10**9), 10**9), st.integers(0, 6))
ANY = FINITE | st.fractions(max_denominator=999)
KIND = st.sampled_from(sorted(MONEYS))


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_of(
        '[facts.household]\nc = { kind = "choice", options = ["好", "坏"], options_en = ["good", "bad"] }\n'
        '[benefits.b]\nto = "household"\nrequires = ["c == \'好\'"]\ncite = "d 1"\n'
    )


@given(value=FINITE, kind=KIND)
def test_an_exact_amount_reads_back_as_itself(plan: Plan, value: Fraction, kind: str) -> None:
    for text in (show(value, kind, plan, "en"), as_plain(value, kind, plan.decimals)):
        assert read_number(text) == value
        assert len(text.partition(".")[2]) >= plan.decimals


@pytest.mark.slow
@given(value=st.fractions(max_denominator=999), kind=KIND)
def test_an_amount_that_no_decimals_write_is_near_and_marked(plan: Plan, value: Fraction, kind: str) -> None:
    text = show(value, kind, plan, "zh")
    is_exact = not text.startswith("≈")
    denominator = value.denominator
    for factor in (2, 5):
        while denominator % factor == 0:
            denominator //= factor
    assert is_exact == (denominator == 1)
    assert abs(read_number(text.lstrip("≈")) - value) <= (0 if is_exact else Fraction(1, 2 * 10**plan.decimals))


@given(value=FINITE)
def test_a_share_is_a_hundred_times_as_many_percent(plan: Plan, value: Fraction) -> None:
    text = show(value, SHARE, plan, "en")
    assert text.endswith("%") and read_number(text[:-1]) == value * 100
    assert read_number(as_plain(value, SHARE, 2)) == value


@given(value=st.dates())
def test_a_day_is_its_iso_date(plan: Plan, value: object) -> None:
    number = int(str(value).replace("-", ""))
    assert day_text(number) == show(number, DATE, plan, "zh") == as_plain(number, DATE, 2) == str(value)


@pytest.mark.parametrize("kind", [*sorted(MONEYS), SHARE, DATE, CHOICE, TEXT, YES_NO])
def test_an_unknown_is_no_number(plan: Plan, kind: str) -> None:
    for value in (None, Unknown(1)):
        assert as_plain(value, kind, 2) is None
        assert not any(one.isdigit() for one in show(value, kind, plan, "en") + show(value, kind, plan, "zh"))


def test_words_are_in_the_language_where_the_rules_have_them(plan: Plan) -> None:
    assert [word(one, plan, "en") for one in ("好", "坏", "x")] == ["good", "bad", "x"]
    assert [word(one, plan, "zh") for one in ("好", "坏", "x")] == ["好", "坏", "x"]
    assert show("好", CHOICE, plan, "en") == "good" and as_plain("好", CHOICE, 2) == "好"
    assert [show(one, YES_NO, plan, "en") for one in (True, False)] == ["yes", "no"]
    assert as_plain(True, YES_NO, 2) is True
