"""The sentence of arithmetic before a granted amount is true, for every rules file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

import pytest

from calc.assess_households import assess
from calc.engine.outcomes import GRANTED, Outcome
from calc.engine.traced.interpreter import Trace
from calc.language.typed_tree import Term
from calc.report.arithmetic import NumberWriter
from calc.report.decided import decided, recomputed
from tests.support.traces import SYSTEMS, plan_in, traces_of_cases

NUMBER = r"[−-]?\d+(?:\.\d+)?%?"
EQUATION = re.compile(rf"([−(]*{NUMBER}[\d.%×÷+−() ]*) ([=≈]) ({NUMBER})")


def granted(rules: str) -> Iterator[tuple[Trace, Outcome, Term]]:
    for trace in traces_of_cases(rules):
        for name, outcomes in trace.outcomes.items():
            amount = trace.plan.benefits[name].amount
            yield from ((trace, one, amount) for one in outcomes if one.status == GRANTED and amount is not None)


def number(text: str) -> Fraction:
    plain = text.replace("−", "-")
    return Fraction(plain[:-1]) / 100 if plain.endswith("%") else Fraction(plain)


def computed(text: str) -> Fraction:
    """The value of a calculation as it is printed."""
    code = re.sub(r"\d+(?:\.\d+)?%?", lambda found: f"F('{number(found[0])}')", text)
    for sign, plain in (("×", "*"), ("÷", "/"), ("−", "-")):
        code = code.replace(sign, plain)
    return eval(code, {"F": Fraction})  # only digits and signs, by EQUATION


def value_at_the_end(sentence: str) -> Fraction:
    """What a sentence comes to: its last number, with what is added, taken off or rounded behind it."""
    last = re.split("[;；]", sentence)[-1]
    pieces = re.split(r"(?=, (?:plus|less|rounded|but not below) )|(?=，[加减进舍四取不])", last)
    numbers = [number(re.findall(NUMBER, piece)[-1]) for piece in pieces]
    total = numbers[0]
    for piece, value in zip(pieces[1:], numbers[1:], strict=True):
        if re.match(r", plus|，加", piece):
            total += value
        elif re.match(r", less|，减", piece):
            total -= value
        else:
            total = value
    return total


@pytest.mark.slow
@pytest.mark.parametrize("rules", SYSTEMS)
def test_what_decided_an_amount_comes_to_it(rules: str) -> None:
    for trace, outcome, amount in granted(rules):
        part = decided(trace, amount, outcome.member)
        assert part is not None and part.value == outcome.amount
        assert recomputed(part) == outcome.amount


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("rules", SYSTEMS)
def test_every_equation_is_true_and_the_sentence_comes_to_the_amount(rules: str, language: str) -> None:
    equations = 0
    for trace, outcome, amount in granted(rules):
        sentence = NumberWriter(trace, language).sentence(amount, outcome.member)
        assert sentence is not None
        for left, sign, right in EQUATION.findall(sentence):
            apart = abs(computed(left) - number(right))
            assert apart == 0 if sign == "=" else apart < Fraction(1, 10_000), sentence
            equations += 1
        assert value_at_the_end(sentence) == outcome.amount, sentence
    assert equations


def person(id: str, relation: str, born: str, **facts: object) -> dict[str, object]:
    return {"id": id, "与户主关系": relation, "出生日期": born, **facts}


def test_the_sentence_of_four_persons_with_uplifts() -> None:
    household = {
        "家庭经济状况已核对": True,
        "members": [
            person("甲", "户主", "1980-01-01", 养老金=1650),
            person("乙", "配偶", "1981-01-01", 重病认定=True),
            person("丙", "子女", "2012-01-01"),
            person("丁", "父母", "1945-01-01"),
        ],
    }
    (trace,) = assess(plan_in(202206), household).traces
    amount = trace.plan.benefits["dibao"].amount
    assert amount is not None
    assert NumberWriter(trace, "en").sentence(amount, None) == "644 × 4 − 1650 = 926, plus Uplift 322.00"
    assert NumberWriter(trace, "zh").sentence(amount, None) == "644 × 4 − 1650 = 926，加上浮金 322.00"
