"""Text that is no formula: refused with a code and a place, at once, and never with an exception."""

from __future__ import annotations

import time
import warnings
from random import Random

import pytest

from calc.language.expression_error import Problem
from calc.language.parser import parse
from tests.support.seeds import seeds

REFUSED = [
    ("", "syntax/empty", ""),
    ("  \n\t ", "syntax/empty", " "),
    ("# only a remark", "syntax/empty", "#"),
    ("a +", "syntax", None),
    ("a = b", "syntax", "="),
    ("a b", "syntax", None),
    ("a if b", "syntax", None),
    ("(a", "syntax", None),
    ("a)", "syntax", None),
    ("'open", "syntax", None),
    ("a == == b", "syntax", None),
    ("工资 + 补贴 若 真", "syntax", None),
    ("（a + b）", "full-width", "（"),
    ("a ＋ b", "full-width", "＋"),
    ("min(工资，补贴)", "full-width", "，"),
    ("收入 ≥ 标准", "full-width", "≥"),
    ("“甲” == x", "full-width", "“"),
    ("工资\u3000+", "full-width", "\u3000"),
    ("a；b", "full-width", "；"),
    ("a.b", "not-allowed", "a.b"),
    ("x + a.b", "not-allowed", "a.b"),
    ("a ** 2", "not-allowed", "a ** 2"),
    ("a // 2", "not-allowed", "a // 2"),
    ("a % 2", "not-allowed", "a % 2"),
    ("a @ b", "not-allowed", "a @ b"),
    ("a | b", "not-allowed", "a | b"),
    ("+a", "not-allowed", "+a"),
    ("~a", "not-allowed", "~a"),
    ("a is b", "not-allowed", None),
    ("a in [b]", None, None),
    ("[a, b]", "not-allowed", "[a, b]"),
    ("(a, b)", "not-allowed", "(a, b)"),
    ("()", "not-allowed", "()"),
    ("a in ()", "not-allowed", None),
    ("a[()]", "not-allowed", "()"),
    ("{a}", "not-allowed", "{a}"),
    ("{a: b}", "not-allowed", "{a: b}"),
    ("[x for x in y]", "not-allowed", "[x for x in y]"),
    ("sum(x for x in y)", "not-allowed", None),
    ("lambda: 1", "not-allowed", "lambda: 1"),
    ("(x := 1)", "not-allowed", "x := 1"),
    ("f'{x}'", "not-allowed", "f'{x}'"),
    ("b'x'", "not-allowed", "b'x'"),
    ("u'x'", "not-allowed", "u'x'"),
    ("r'x'", "not-allowed", "r'x'"),
    ("...", "not-allowed", "..."),
    ("None", "not-allowed", "None"),
    ("1e5", "not-allowed", "1e5"),
    ("1.", "not-allowed", "1."),
    ("0x1F", "not-allowed", "0x1F"),
    ("2j", "not-allowed", "2j"),
    ("a[1:2]", "not-allowed", "1:2"),
    ("a[b][c]", "not-allowed", "a[b][c]"),
    ("f(a)(b)", "not-allowed", "f(a)"),
    ("(a + b)(c)", "not-allowed", None),
    ("f(*a)", "not-allowed", "*a"),
    ("f(**a)", "not-allowed", "a"),
    ("await x", None, None),
    ("(yield)", None, None),
    ("a if b else c if", "syntax", None),
    ("import os", "syntax", None),
    ("a; b", "syntax", None),
    ("a\\\nb", None, None),
    ("'\\N{BAD}'", "syntax", None),
    ("𠀀 +* 丙", "syntax", None),
    ("1" * 41, "not-allowed", "1" * 41),
    ("x" * 4001, "too-long", None),
    ("-" * 500 + "x", "too-deep", None),
    ("(" * 3000, None, None),
    ("(" * 150 + "x" + ")" * 150, None, None),
    ("not " * 500 + "x", "too-deep", None),
    ("x + " * 900 + "x", "too-deep", None),
    ("a if b else " * 300 + "c", "too-deep", None),
    ("f(" * 180 + ")" * 180, "too-deep", None),
    ("t[" * 180 + "x" + "]" * 180, "too-deep", None),
    ("\0", None, None),
    ("x \0", None, None),
    ("\x0c x", None, None),
    ("\ufeffx", None, None),
    ("\u202ex", None, None),
    ("😀", "syntax", None),
    ("x\r\n+", "syntax", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "written"), REFUSED, ids=[repr(text)[:30] for text, *_ in REFUSED])
def test_refused_at_once_with_a_place(text: str, code: str | None, written: str | None) -> None:
    started = time.perf_counter()
    problem = parse(text)
    assert time.perf_counter() - started < 2
    if code is None and not isinstance(problem, Problem):
        return  # read in some way; that it is read without an exception is what matters
    assert isinstance(problem, Problem)
    assert code in (None, problem.code)
    start, end = problem.span
    assert 0 <= start <= end <= max(1, len(text.encode()))
    if written is not None:
        assert text.encode()[start:end].decode().startswith(written[:1])


WIDE = [*zip("（），＋－×÷＝［］＜＞；、", "(),+-*/=[]<>;,", strict=True), ("≥", ">="), ("≤", "<="), ("≠", "!=")]


@pytest.mark.parametrize(("wide", "narrow"), WIDE)
def test_a_wide_sign_is_named_with_what_to_write(wide: str, narrow: str) -> None:
    problem = parse(f"甲 + 乙{wide}丙")
    assert isinstance(problem, Problem) and problem.code == "full-width"
    assert problem.values["character"] == wide
    assert problem.help is not None and problem.help[1]["text"] == narrow
    start, end = problem.span
    assert f"甲 + 乙{wide}丙".encode()[start:end].decode() == wide


@pytest.mark.parametrize("seed", seeds(range(20), 5))
def test_noise_is_read_or_refused(seed: int) -> None:
    random = Random(seed)
    bits = [*"abx()[]{}+-*/<>=!,.:'\"#\\ \n\t0179_", "甲", "（", "，", " if ", " else ", " and ", " in ", " not ",
            "min(", "lambda ", "0x", "1e", "\0", "é", "𠀀", "==", "to=", "**", "'''", ";"]  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(400):
            text = "".join(random.choice(bits) for _ in range(random.randint(1, 25)))
            found = parse(text)
            start, end = found.span  # type: ignore[union-attr, attr-defined]
            assert 0 <= start < end <= len(text.encode()) or not text.strip(), repr(text)


@pytest.mark.parametrize("remark", ["first", "第一项"])
def test_a_remark_stands_in_for_blanks_and_keeps_places(remark: str) -> None:
    text = f"甲 # {remark}\n  + '#不是注释' * 乙.丙 # (\n"
    problem = parse(text)
    assert isinstance(problem, Problem) and problem.code == "not-allowed"
    start, end = problem.span
    assert text.encode()[start:end].decode(errors="replace") == "乙.丙"


@pytest.mark.parametrize("text", ["1if True else 2", "x if n>0else y", "3in t"])
def test_reading_says_nothing_on_the_side(text: str) -> None:
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        parse(text)
    assert not said
