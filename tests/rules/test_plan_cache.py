"""A kept plan is the plan that would be made; with anything else than it was made of, it is not used."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from calc.assess_households import assess
from calc.engine.traced.interpreter import Trace
from calc.record import Record
from calc.report import as_json, as_text
from calc.rules import plan_cache
from calc.rules.plan import Plan
from calc.rules.plan_cache import MOST_FILES, VARIABLE, keep_plan, kept_plan
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from tests.support.rulefiles import rules_file
from tests.support.seeds import seeds
from tests.support.small import HEAD

ROOT = Path(__file__).parents[2]
SHIPPED = str(ROOT / "rules.toml")
CHILD = '[rules]\nextends = "parent.toml"\n'
RULES = (
    HEAD
    + """
[parameters.standard]
label = "标准"
en = "Standard"
kind = "money/month"
cite = "d 1"
from.2022-01 = 644
"""
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Sets a folder of kept plans that is not there yet."""
    path = tmp_path / "cache" / "doudi"
    monkeypatch.setenv(VARIABLE, str(path))
    return path


def planned(path: str, month: int = 202205) -> Plan:
    return plan_for(read_rules(path), month)


def kept(path: str, month: int = 202205) -> Plan:
    """Keeps a plan and returns what is found of it."""
    keep_plan(path, planned(path, month))
    found = kept_plan(path, month)
    assert found is not None
    return found


def exactly(one: Any, other: Any) -> bool:
    """Says whether two values are equal in all fields and classes; `==` overlooks spans, and 1 is Fraction(1)."""
    if one.__class__ is not other.__class__:
        return False
    if isinstance(one, Record):
        return all(exactly(getattr(one, field), getattr(other, field)) for field in one._fields)
    if isinstance(one, dict):
        return list(one) == list(other) and all(map(exactly, one.values(), other.values()))
    if isinstance(one, (tuple, list)):
        return len(one) == len(other) and all(map(exactly, one, other))
    return bool(one == other)


def answers(plan: Plan) -> list[str]:
    """Writes all that is said of a household, in every form."""
    traces: tuple[Trace, ...] = assess(plan, str(ROOT / "examples" / "household.toml")).traces
    texts = [as_text.document(plan, traces, language, True, None, {}) for language in ("zh", "en")]
    return [*texts, as_json.dumped(as_json.document(plan, traces, [], True))]


@pytest.mark.slow
@pytest.mark.parametrize("month", [202201, 202205, 202607])
def test_a_kept_plan_is_the_plan(folder: Path, month: int) -> None:
    assert kept_plan(SHIPPED, month) is None
    plan, found = planned(SHIPPED, month), kept(SHIPPED, month)
    assert exactly(found, plan)
    assert found.sha256 == plan.sha256
    assert answers(found) == answers(plan)


@pytest.mark.parametrize("seed", seeds(range(12), 4))
def test_plans_of_generated_rules(folder: Path, tmp_path: Path, seed: int) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(rules_file(seed), encoding="utf-8")
    assert exactly(kept(str(path), 202406), planned(str(path), 202406))


def test_only_the_same_texts_month_and_path_are_used(folder: Path, tmp_path: Path) -> None:
    parent, child = tmp_path / "parent.toml", tmp_path / "child.toml"
    parent.write_text(RULES, encoding="utf-8")
    child.write_text(CHILD, encoding="utf-8")
    assert kept(str(child)).parameters["standard"].value == 644
    assert kept_plan(str(child), 202206) is None
    assert kept_plan(str(parent), 202205) is None
    about = parent.stat()
    parent.write_text(RULES.replace("644", "645"), encoding="utf-8")
    os.utime(parent, ns=(about.st_atime_ns, about.st_mtime_ns))  # the size and the time are as they were
    assert kept_plan(str(child), 202205) is None
    assert kept(str(child)).parameters["standard"].value == 645
    parent.unlink()
    assert kept_plan(str(child), 202205) is None


def test_places_are_named_as_the_file_is_named_now(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rules.toml").write_text(RULES, encoding="utf-8")
    keep_plan(str(tmp_path / "rules.toml"), planned(str(tmp_path / "rules.toml")))
    monkeypatch.chdir(tmp_path)
    assert kept_plan("rules.toml", 202205) is None  # messages would name the other path
    assert kept("rules.toml").sources[0].path == "rules.toml"


@pytest.mark.slow
def test_other_code_makes_another_plan(folder: Path, tmp_path: Path) -> None:
    """Copies the program, keeps a plan with it, and changes one of its files without changing its size."""
    (tmp_path / "rules.toml").write_text(RULES, encoding="utf-8")
    shutil.copytree(ROOT / "calc", tmp_path / "calc", ignore=shutil.ignore_patterns("__pycache__"))
    code = "import sys; from calc.rules.plan_cache import *; from calc.rules.plan_cache import kept_plan as k;"
    code += "from calc.rules.plan_month import plan_for; from calc.rules.read_rulebook import read_rules;"
    code += (
        "print(k('rules.toml', 202205) is None); keep_plan('rules.toml', plan_for(read_rules('rules.toml'), 202205))"
    )

    def is_new() -> str:
        command = [sys.executable, "-c", code]
        env = {**os.environ, "PYTHONPATH": str(tmp_path)}
        return subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=True).stdout.strip()

    assert [is_new(), is_new()] == ["True", "False"]
    changed = tmp_path / "calc" / "language" / "checker.py"
    os.utime(changed, ns=(0, changed.stat().st_mtime_ns + 1))
    assert [is_new(), is_new()] == ["True", "False"]


@pytest.mark.slow
@pytest.mark.parametrize("at", [0, 9, 40, 300, -1])
def test_a_damaged_file_is_not_used(folder: Path, at: int) -> None:
    kept(SHIPPED)
    (file,) = folder.iterdir()
    data = bytearray(file.read_bytes())
    data[at] ^= 1
    file.write_bytes(data)
    assert kept_plan(SHIPPED, 202205) is None
    file.write_bytes(data[: len(data) // 2])
    assert kept_plan(SHIPPED, 202205) is None
    file.write_bytes(b"")
    assert kept_plan(SHIPPED, 202205) is None
    assert kept(SHIPPED) == planned(SHIPPED)


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="rights as Unix has them")
def test_only_a_private_folder_and_file_are_used(folder: Path) -> None:
    kept(SHIPPED)
    (file,) = folder.iterdir()
    assert (folder.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)
    file.chmod(0o620)
    assert kept_plan(SHIPPED, 202205) is None
    file.chmod(0o600)
    folder.chmod(0o777)
    assert kept_plan(SHIPPED, 202205) is None
    file.unlink()
    keep_plan(SHIPPED, planned(SHIPPED))
    assert not [*folder.iterdir()]


class Call:
    """Runs a function when it is read by an ordinary unpickler."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, ("reached",)


def test_what_is_kept_cannot_call_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    data = pickle.dumps(Call())
    with pytest.raises(ValueError, match="mkdir"):
        plan_cache._PlanUnpickler(data).load()
    for name in (b"calc.cli\nmain", b"calc.rules.plan\nFactPlan.settled", b"builtins\neval"):
        with pytest.raises(ValueError, match=name.decode().split("\n")[1]):
            plan_cache._PlanUnpickler(b"c" + name + b"\n(tR.").load()
    assert not (tmp_path / "reached").exists()


def test_few_files_are_kept(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(RULES, encoding="utf-8")
    for at in range(MOST_FILES + 3):
        kept(str(path), 202201 + at % 12 + at // 12 * 100)
    (folder / "other.txt").write_text("not ours", encoding="utf-8")
    assert kept_plan(str(path), 202201) is None
    assert len([*folder.glob("*.plan")]) == MOST_FILES
    assert (folder / "other.txt").exists()


@pytest.mark.parametrize("off", ["off", "OFF", "0", "no"])
def test_off(off: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(VARIABLE, off)
    keep_plan(SHIPPED, planned(SHIPPED))
    assert kept_plan(SHIPPED, 202205) is None
    assert not [*tmp_path.iterdir()]


def test_a_folder_that_cannot_be_made_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "file" / "doudi"))
    keep_plan(SHIPPED, planned(SHIPPED))
    assert kept_plan(SHIPPED, 202205) is None


@pytest.mark.slow
def test_parameters_set_for_a_run_are_not_kept(folder: Path) -> None:
    keep_plan(SHIPPED, plan_for(read_rules(SHIPPED), 202205, {"低保标准": 700}))
    assert kept_plan(SHIPPED, 202205) is None


@pytest.mark.slow
def test_several_processes_at_once(folder: Path) -> None:
    command = [sys.executable, "-m", "calc", "assess", "examples/household.toml", "--month", "2022-05", "-f", "json"]

    def said(_: int) -> bytes:
        return subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout

    with ThreadPoolExecutor(4) as pool:
        outputs = set(pool.map(said, range(8)))
    assert len(outputs) == 1
    assert [file.suffix for file in folder.iterdir()] == [".plan"]
