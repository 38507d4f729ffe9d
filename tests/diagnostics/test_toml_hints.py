"""What the help says to write is TOML of the same key, and never repeats a value."""

from __future__ import annotations

import pytest
import tomli
from hypothesis import given, settings
from hypothesis import strategies as st

from calc.diagnostics.diagnostic import InputErrors
from calc.diagnostics.source import Source
from calc.rules.toml_document import parse_toml

NAMES = st.sampled_from(["工资", "养老金（不含基础养老金）", "wage", "on benefit", "与户主关系"])
FORMS = st.sampled_from(["{}", '"{}"', "“{}”", "「{}」", "'{}'"])
SIGNS = st.sampled_from([" = ", "=", "＝", "：", " : "])
VALUES = st.sampled_from(
    ["900", "900元", "1970年3月", "1970-3-1", "张三", "“张三”", "是", "43060219790312123X", '"a"', "１２"]
)
REMARKS = st.sampled_from(["", "  # 是 | 否；已核对“是”？"])


def hint(text: str) -> str | None:
    """The help of the first mistake of a text; empty if it has none."""
    try:
        parse_toml(Source("h.toml", text))
    except InputErrors as found:
        one = found.diagnostics[0]
        return str(one.help[1].get("text", one.help[0])) if one.help else None
    return ""


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(NAMES, FORMS, SIGNS, VALUES, REMARKS)
def test_a_line_that_is_written_as_the_help_says_is_read(
    name: str, form: str, sign: str, value: str, remark: str
) -> None:
    found = hint(f'id = "a"\n{form.format(name)}{sign}{value}{remark}\nnext = 1\n')
    assert found is not None
    if found:
        key, _, shown = found.partition(" = ")
        assert shown in ("…", '"…"')
        written = value.strip("“”\"'")
        line = f"{key} = {shown.replace('…', value if shown == '…' else written)}"
        assert list(tomli.loads(line)) == [name]


def test_headings_of_tables_too() -> None:
    assert hint("[[成员]]\n") == '[["成员"]]'
    assert hint("[成员.“甲”]\n") == '["成员"."甲"]'
    assert hint("[parameters.低保标准]\n") == '[parameters."低保标准"]'


def test_what_is_inside_a_list_or_a_text_is_left_alone() -> None:
    assert hint('members = [{ 姓名 = "张三" }]') is None
    assert hint('name = "张三') is None
    assert hint("wage = [1,, 2]") is None
