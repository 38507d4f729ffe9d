"""A district's own rules file: `extends = "doudi"` from anywhere, and `doudi rules init`, which writes one."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from calc.rules.read_rulebook import read_rules
from tests.cli.run import EXAMPLE, ROOT, RULES, doudi

pytestmark = pytest.mark.slow

try:
    import tomllib
except ModuleNotFoundError:
    import tomli as tomllib  # type: ignore[no-redef]

ZH = "zh_CN.UTF-8"


def dibao(rules: str, cwd: Path, month: str = "2023-01") -> str:
    ran = doudi("assess", EXAMPLE, "--rules", rules, "-m", month, "--value", "dibao", cwd=cwd)
    assert ran.status == 0, ran.err
    return ran.out.strip()


@pytest.mark.parametrize("lang", [ZH, "en_US.UTF-8"])
def test_the_file_is_in_force_at_once_and_its_lines_only_need_their_number(tmp_path: Path, lang: str) -> None:
    ran = doudi("rules", "init", "-m", "2023-01", lang=lang, cwd=tmp_path)
    assert (ran.status, ran.out) == (0, "") and ran.err.startswith(
        "已生成 rules.toml\nrules.toml：没有错误" if lang == ZH else "rules.toml: written\nrules.toml: no mistakes"
    )
    path = tmp_path / "rules.toml"
    text = path.read_text("utf-8")
    assert len(text.splitlines()) < 20 and 'extends = "doudi"' in text
    by_itself = doudi("assess", EXAMPLE, "-m", "2023-01", "--value", "dibao", cwd=tmp_path).out.strip()
    assert by_itself == dibao("rules.toml", tmp_path) == dibao(RULES, tmp_path) == "225.20"
    head, lines = text.rsplit(":\n" if lang != ZH else "。\n", 1)
    path.write_text(head + "\n" + re.sub(r"(?m)^# ", "", lines).replace("644.00", "700"), "utf-8")
    checked = doudi("rules", "check", "rules.toml", "--strict", cwd=tmp_path)
    assert checked.status == 0, checked.err + checked.out
    assert dibao("rules.toml", tmp_path) == "410.00"


def test_a_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text("mine", "utf-8")
    for file in ("rules.toml", str(path), "./rules.toml"):
        ran = doudi("rules", "init", file, lang=ZH, cwd=tmp_path)
        assert ran.status == 2 and "文件已存在" in ran.err and path.read_text("utf-8") == "mine"
    assert [one.name for one in tmp_path.iterdir()] == ["rules.toml"]
    assert doudi("rules", "init", "rules.xlsx", cwd=tmp_path).status == 2
    assert doudi("rules", "init", "missing/rules.toml", cwd=tmp_path).status == 2


def test_a_town_extends_the_file_of_its_district_wherever_both_are(tmp_path: Path) -> None:
    own = (ROOT / "examples" / "own-standards.toml").read_text("utf-8").replace("../rules.toml", "doudi")
    (tmp_path / "区 甲").mkdir()
    (tmp_path / "区 甲" / "区.toml").write_text(own, "utf-8")
    (tmp_path / "镇").mkdir()
    ran = doudi("rules", "init", "镇/镇.toml", "--extends", "区 甲/区.toml", "-m", "2023-01", "-q", cwd=tmp_path)
    assert (ran.status, ran.out, ran.err) == (0, "", "")
    assert 'extends = "../区 甲/区.toml"' in (tmp_path / "镇" / "镇.toml").read_text("utf-8")
    assert "700.00" in (tmp_path / "镇" / "镇.toml").read_text("utf-8"), "the numbers of the district"
    assert dibao("镇/镇.toml", tmp_path) == "410.00"


def test_doudi_names_the_shipped_file_in_every_place(tmp_path: Path) -> None:
    (tmp_path / "doudi").write_text("not rules", "utf-8")
    (tmp_path / "rules.toml").write_text('[rules]\ntitle = "T"\nextends = "doudi"\n', "utf-8")
    assert dibao("doudi", tmp_path) == dibao("rules.toml", tmp_path) == "225.20"
    (tmp_path / "rules.toml").write_text('[rules]\ntitle = "T"\nextends = "./doudi"\n', "utf-8")
    assert "doudi" in doudi("assess", EXAMPLE, "--rules", "rules.toml", cwd=tmp_path).err, "a path is a path"
    same = doudi("rules", "diff", "doudi", RULES, "-m", "2022-06", cwd=tmp_path)
    assert same.status == 0, same.err


def test_the_program_finds_its_rules_where_the_package_has_them(tmp_path: Path) -> None:
    """The package as pyproject.toml builds it, without the repository around it."""
    build = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert build["packages"] == ["calc"]
    shutil.copytree(ROOT / "calc", tmp_path / "calc", ignore=shutil.ignore_patterns("__pycache__"))
    for source, place in build["force-include"].items():
        shutil.copy(ROOT / source, tmp_path / place)
    (tmp_path / "mine.toml").write_text('[rules]\ntitle = "T"\nextends = "doudi"\n', "utf-8")
    program = (
        "import importlib.resources as r; from calc.rules.shipped import shipped_rules as s;"
        "from calc.rules.read_rulebook import read_rules;"
        "assert str(r.files('calc') / 'rules.toml') == s(), s(); print(len(read_rules('mine.toml').entries))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, env={"PYTHONPATH": str(tmp_path)}
    )
    assert done.stdout.strip() == str(len(read_rules(RULES).entries)), done.stderr
