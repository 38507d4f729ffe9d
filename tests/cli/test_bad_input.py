"""What a tired person at an old PC would feed it: a clear message with its place, nothing half printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.run import EXAMPLE, assess

GOOD = """
"家庭经济状况已核对" = true
[["成员"]]
"姓名" = "张三"
"与户主关系" = "户主"
"出生日期" = 1979-03-12
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "status", "code", "line"),
    [
        ('"工资" = "一千"', 1, "not-an-amount", 7),
        ('"工资" = 1e30', 1, "not-an-amount", 7),
        ('"工资" = 1000000000000', 1, "out-of-range", 7),
        ('"工资" = 10.005', 1, "too-many-decimals", 7),
        ('"工資" = 100', 1, "unknown-fact", 7),
        ('"年龄" = -3', 1, "out-of-range", 7),
        ('"身份证号" = "430602197903121235"', 1, "bad-identity-number", 7),
        ('"身份证号" = 4.30602E+17', 1, "bad-identity-number", 7),
        ('"就读阶段" = "夜校"', 1, "not-a-word", 7),
        ('"重病认定" = "也许"', 1, "not-yes-no", 7),
        ('"出生日期" = 1980-01-01', 2, "toml-syntax", 7),
        ("工资 = 100", 2, "toml-syntax", 7),
    ],
)
def test_a_wrong_line_is_told_with_its_place(tmp_path: Path, change: str, status: int, code: str, line: int) -> None:
    path = tmp_path / "户.toml"
    path.write_text(GOOD + change + "\n", encoding="utf-8")
    for lang in ("en_US.UTF-8", "zh_CN.UTF-8"):
        ran = assess(str(path), lang=lang)
        assert (ran.status, ran.out) == (status, "")
        assert f"户.toml:{line}:" in ran.err and f"[{code}]" in ran.err
        assert "Traceback" not in ran.err and "fault" not in ran.err
    assert "430602197903121235" not in ran.err


@pytest.mark.slow
def test_a_date_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text(GOOD.replace("1979-03-12", "2023-02-30"), encoding="utf-8")
    assert (assess(str(path)).status, assess(str(path)).out) == (2, "")
    path.write_text(GOOD.replace("1979-03-12", '"2023-02-30"'), encoding="utf-8")
    ran = assess(str(path))
    assert (ran.status, ran.out) == (1, "")
    assert "a.toml:6:" in ran.err and "not-a-date" in ran.err


@pytest.mark.slow
def test_a_file_in_gb18030(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(GOOD.encode("gb18030"))
    ran = assess(str(path))
    assert (ran.status, ran.out) == (2, "")
    assert "GB18030" in ran.err


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"[", b"{", b'"a" = ', b"\xef\xbb\xbf"])
def test_a_file_that_is_no_household(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(content)
    ran = assess(str(path))
    assert ran.status in (1, 2) and ran.out == "" and "a.toml" in ran.err and "fault" not in ran.err


@pytest.mark.slow
def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "none.toml", tmp_path):
        ran = assess(str(path))
        assert (ran.status, ran.out) == (2, "")
        assert str(path) in ran.err


@pytest.mark.slow
def test_two_heads_no_members_and_four_hundred(tmp_path: Path) -> None:
    head = '\n[["成员"]]\n"姓名" = "{}"\n"与户主关系" = "户主"\n"出生日期" = 1979-03-12\n'
    for name, text, code in (
        ("heads", GOOD + head.format("李四"), "check-failed"),
        ("nobody", '"家庭经济状况已核对" = true\n', "no-members"),
        ("crowd", "".join(head.format(f"甲{at}") for at in range(400)), "too-many-members"),
    ):
        path = tmp_path / f"{name}.toml"
        path.write_text(text, encoding="utf-8")
        ran = assess(str(path))
        assert (ran.status, ran.out) == (1, "")
        assert f"[{code}]" in ran.err and f"{name}.toml" in ran.err


@pytest.mark.slow
def test_a_rejected_household_does_not_stop_the_others(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(GOOD + '"工资" = "一千"\n', encoding="utf-8")
    ran = assess(str(path), EXAMPLE, "--value", "total")
    assert (ran.status, ran.out) == (1, "示例一\t375.20\n")
    both = assess(str(path), EXAMPLE, "--format", "json")
    assert both.status == 1 and '"code": "not-an-amount"' in both.out and "375.20" in both.out
