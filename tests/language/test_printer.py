"""`parse(to_text(tree)) == tree` for any tree, and every node knows where it was written."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calc.language.expression_error import Problem
from calc.language.parser import parse
from calc.language.printer import to_text
from calc.language.syntax_tree import (
    AndOr,
    Arithmetic,
    Call,
    Comparison,
    Conditional,
    Membership,
    Name,
    Negative,
    Node,
    Not,
    Numeral,
    TableHasRow,
    TableLookup,
    Truth,
    Word,
    children,
)
from calc.rules.toml_document import parse_toml, read_text
from tests.support.formulas import MEMBER, MONEYS, Formulas, Named
from tests.support.seeds import few_or_all, seeds

ROOT = Path(__file__).parents[2]
NAMES = ("工资", "x", "income_2", "CPI同比", "é", "month_start", "unknown", "_a", "ひと")
names = st.sampled_from(NAMES).map(Name)
numerals = st.builds(
    lambda whole, decimals: Numeral(whole if not decimals else _plain(Fraction(whole, 10**decimals))),
    st.integers(0, 10**20),
    st.integers(0, 9),
)
words = st.text(st.characters(exclude_categories=("Cs",)), max_size=8).map(Word)
leaves = names | numerals | words | st.booleans().map(Truth)


def _plain(value: Fraction) -> Any:
    return value.numerator if value.denominator == 1 else value


def larger(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    some = st.lists(inner, min_size=1, max_size=3).map(tuple)
    several = st.lists(inner, min_size=2, max_size=4).map(tuple)
    keyword = st.tuples(st.sampled_from(("to", "where", "empty", "其他")), inner)
    keywords = st.lists(keyword, max_size=2, unique_by=_first)
    return st.one_of(
        st.builds(Negative, inner),
        st.builds(Not, inner),
        st.builds(Arithmetic, st.sampled_from("+-*/"), inner, inner),
        st.builds(Comparison, st.sampled_from(("<", "<=", ">", ">=", "==", "!=")), inner, inner),
        st.builds(AndOr, st.sampled_from(("and", "or")), several),
        st.builds(Conditional, inner, inner, inner),
        st.builds(Membership, inner, some),
        st.builds(TableHasRow, some, names),
        st.builds(TableLookup, names, some),
        st.builds(Call, st.sampled_from(("min", "sum", "没有这个函数")), st.lists(inner, max_size=3).map(tuple),
                  keywords.map(tuple)),
    )  # fmt: skip


def _first(pair: tuple[str, Node]) -> str:
    return pair[0]


trees = st.recursive(leaves, larger, max_leaves=25)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")  # of the size of its own repr
@settings(max_examples=few_or_all(200, 1000))
@given(trees)
def test_a_printed_tree_reads_back_as_itself(tree: Node) -> None:
    assert parse(to_text(tree)) == tree


def made_formulas(seed: int) -> list[str]:
    """Formulas as the generator of rules files writes them, over Chinese names, some broken into lines."""
    random = Random(seed)
    formulas = Formulas(random, True)
    for kind in ("yes/no", "count", "number", "date", *MONEYS):
        short = kind.replace("/", "")
        formulas.names += [Named(f"{short}_月", kind, MEMBER), Named(f"某{short}𠀀", kind, MEMBER)]
    found = []
    for _ in range(60):
        text = formulas.make(random.choice(("yes/no", "count", "number", "date", *MONEYS)), MEMBER, 4)[0]
        text = random.choice(("", "", "\n  ", "  #说明\n")) + text
        found.append("".join(random.choice((one, one, "\n", " \t\n  ")) if one == " " else one for one in text))
    return found


def shipped_formulas() -> list[str]:
    found: list[str] = []
    for path in ("rules.toml", "tests/smallville.toml"):
        waiting: list[Any] = [parse_toml(read_text(str(ROOT / path)))]
        while waiting:
            one = waiting.pop()
            if isinstance(one, dict):
                found += [one[key] for key in ("formula", "amount", "applies_to") if isinstance(one.get(key), str)]
                waiting += one.values()
            elif isinstance(one, list):
                waiting += one
    assert len(found) > 100
    return found


@pytest.mark.parametrize("texts", [*seeds(range(25), 5), "shipped"])
def test_a_written_formula_prints_and_reads_back(texts: int | str) -> None:
    for text in shipped_formulas() if isinstance(texts, str) else made_formulas(texts):
        tree = parse(text)
        assert not isinstance(tree, Problem), text
        assert parse(to_text(tree)) == tree, text


@pytest.mark.parametrize("texts", [*seeds(range(25), 5), "shipped"])
def test_what_a_node_spans_reads_as_that_node(texts: int | str) -> None:
    for text in shipped_formulas() if isinstance(texts, str) else made_formulas(texts):
        tree = parse(text)
        assert not isinstance(tree, Problem), text
        waiting: list[Any] = [(tree, False)]
        while waiting:
            node, in_chain = waiting.pop()
            start, end = node.span
            written = text.encode()[start:end].decode()
            chain = isinstance(node, AndOr) and all(isinstance(one, Comparison) for one in node.operands)
            if not in_chain:
                assert parse(written) == node, f"{written!r} in {text!r}"
            waiting += [(child, chain) for child in children(node)]
