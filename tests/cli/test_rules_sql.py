"""`doudi rules sql`: one query, readable, with its sources; and one line where what it needs is not installed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("sqlglot", reason="needs doudi[columns]")
from calc.engine.sql.dialects import DIALECTS
from tests.cli.run import ROOT, RULES, doudi

MONTH = ("--rules", RULES, "--month", "2022-06")


@pytest.mark.slow
@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_query_names_benefits_and_sources(dialect: str) -> None:
    ran = doudi("rules", "sql", "--dialect", dialect, *MONTH)
    assert ran.status == 0 and ran.err == ""
    assert "dibao: Minimum living allowance (dibao)" in ran.out and "dibao-2021 第二十三条" in ran.out
    assert ran.out.startswith("-- ") and ran.out.endswith(";\n")
    quote = "`" if dialect in ("spark", "mysql") else '"'
    assert f"AS {quote}家庭收入{quote}" in ran.out, "names are kept"


@pytest.mark.slow
def test_it_can_be_a_view_and_speak_chinese() -> None:
    ran = doudi("rules", "sql", "--as-view", "result", *MONTH, lang="zh_CN.UTF-8")
    assert 'CREATE OR REPLACE VIEW "result" AS' in ran.out
    assert "dibao: 最低生活保障金" in ran.out
    assert "输出" in doudi("rules", "--help", lang="zh_CN.UTF-8").out


def test_a_dialect_that_is_not_there_is_wrong_usage() -> None:
    ran = doudi("rules", "sql", "--dialect", "oracle", *MONTH)
    assert ran.status == 2 and "oracle" in ran.err and ran.out == ""


@pytest.mark.slow
def test_what_a_dialect_cannot_say_is_told_in_one_line(tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text(
        '[rules]\ntitle = "T"\ncurrency = "EUR"\nfrom = "2024-01"\n[documents]\nd = { title = "D" }\n'
        '[facts.household]\nx = { kind = "money/month", min = 0 }\nn = { kind = "count" }\n'
        '[definitions]\nshare = { formula = "round_up(x * n / (n + 1), to=0.01)" }\n'
        '[benefits.b]\nto = "household"\nper = "month"\namount = "share"\ncite = "d"\n'
    )
    wanted = ("rules", "sql", "--rules", str(rules), "--month", "2024-06", "--dialect")
    english, chinese = "Error: `share`: Spark has no exact", "错误：`share`: Spark 不能"
    for lang, told in (("en_US.UTF-8", english), ("zh_CN.UTF-8", chinese)):
        ran = doudi(*wanted, "spark", lang=lang)
        assert ran.status == 2 and ran.err.startswith(told) and ran.err.count("\n") == 1
    assert doudi(*wanted, "postgres").status == 0


@pytest.mark.parametrize(
    ("lang", "told"), [("en_US.UTF-8", "Error: this needs sqlglot"), ("zh_CN.UTF-8", "错误：需要先安装 sqlglot")]
)
def test_a_missing_extra_is_one_line_that_says_what_to_install(lang: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "sqlglot.py").write_text("raise ModuleNotFoundError(\"No module named 'sqlglot'\", name='sqlglot')\n")
    command = [sys.executable, "-m", "calc", "rules", "sql", *MONTH]
    environment = {**os.environ, "LANG": lang, "LC_ALL": lang, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, timeout=60)
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith(told) and "pip install 'doudi[columns]'" in done.stderr
    assert done.stderr.count("\n") == 1
