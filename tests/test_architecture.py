"""How the program is put together: which way imports run, what stays out, and what the tools say.

The layers, top to bottom; a module imports from its own layer and from those below it.
"""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import tomli

ROOT = Path(__file__).parents[1]
CALC = ROOT / "calc"
MODULES = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in sorted(CALC.rglob("*.py"))}
LAYERS = (
    ("calc.__main__",),
    ("calc.cli",),
    ("calc.batch",),
    ("calc.report", "calc.cases"),
    ("calc.ledger",),
    ("calc.households",),
    ("calc.engine",),
    ("calc.rules",),
    ("calc.language",),
    ("calc.diagnostics",),
    ("calc.exact", "calc.record", "calc"),
)
ON_TERMINALS = ("click", "rich")
HEAVY = ("rich", "duckdb", "sqlglot", "openpyxl", "python_calamine", "xlsxwriter", "pyspark")
LONGEST = 400


def layer_of(module: str) -> int:
    """The place of a module's layer; the package itself, which holds the version, is at the bottom."""
    while True:
        for place, names in enumerate(LAYERS):
            if module in names:
                return place
        module = module.rpartition(".")[0]


def imports_of(module: str) -> list[tuple[int, str]]:
    """Every module of calc or elsewhere that a module imports, with the line; those for the type checker left aside."""
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    found: list[tuple[int, str]] = []
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            waiting += node.orelse
            continue
        if isinstance(node, ast.Import):
            found += [(node.lineno, one.name) for one in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            assert node.level == 0, f"{module}:{node.lineno}: a relative import"
            whole = [f"{node.module}.{one.name}" for one in node.names]
            found += [(node.lineno, one if one in MODULES else node.module) for one in whole]
        waiting += ast.iter_child_nodes(node)
    return found


@pytest.mark.parametrize("module", MODULES)
def test_imports_run_downwards(module: str) -> None:
    module = module.removesuffix(".__init__")
    name = module if module in MODULES else f"{module}.__init__"
    upward = [
        f"{MODULES[name].relative_to(ROOT)}:{line}: {other}"
        for line, other in imports_of(name)
        if other.partition(".")[0] == "calc" and layer_of(other) < layer_of(module)
    ]
    assert not upward


@pytest.mark.parametrize("module", [name for name in MODULES if not name.startswith(("calc.cli", "calc.report"))])
def test_nothing_below_the_commands_and_the_presentation_draws(module: str) -> None:
    drawn = [other for _, other in imports_of(module) if other.partition(".")[0] in ON_TERMINALS]
    assert not drawn


def test_no_module_of_calc_imports_itself_in_a_circle() -> None:
    """Module-level imports only: those inside functions are made late on purpose."""
    needs: dict[str, set[str]] = {}
    for module, path in MODULES.items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        own = {node.lineno for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))}
        needs[module] = {other for line, other in imports_of(module) if line in own and other in MODULES} - {module}
    left = dict(needs)
    while left:
        free = [module for module, others in left.items() if not others & set(left)]
        assert free, f"a circle among {sorted(left)}"
        for module in free:
            del left[module]


@pytest.mark.parametrize("module", MODULES)
def test_a_module_is_short_or_says_why_not(module: str) -> None:
    text = MODULES[module].read_text(encoding="utf-8")
    lines = len(text.splitlines())
    reason = "Over 400 lines on purpose" in (ast.get_docstring(ast.parse(text)) or "")
    assert lines <= LONGEST or reason, f"{lines} lines"


DISTRICT = re.compile(r"dibao|tekun|wubao|linshi|低保|特困|孤儿|残疾|临时救助|高龄|重病|五保|务工|户主", re.IGNORECASE)


READERS = ("calc.households", "calc.ledger")


@pytest.mark.parametrize("module", [name for name in MODULES if not name.startswith(READERS)])
def test_no_benefit_or_standard_of_the_district_is_named_in_the_program(module: str) -> None:
    lines = MODULES[module].read_text(encoding="utf-8").splitlines()
    assert not [f"{at}: {line.strip()}" for at, line in enumerate(lines, 1) if DISTRICT.search(line)]


def test_no_name_of_the_rules_file_is_named_in_the_program() -> None:
    rules = tomli.loads((ROOT / "rules.toml").read_text(encoding="utf-8"))
    names = {name for section in ("parameters", "definitions", "benefits") for name in rules[section]}
    names = {name for name in names if len(name) > 3}
    texts = {module: path.read_text(encoding="utf-8") for module, path in MODULES.items()}
    quoted = {module: {text for text in names if re.search(rf"[\"'`]{re.escape(text)}[\"'`]", one)}
              for module, one in texts.items()}  # fmt: skip
    assert not {module: found for module, found in quoted.items() if found}


PIPED = (["--version"], ["assess"], ["assess", "--format", "json"], ["assess", "--format", "csv"])


@pytest.mark.parametrize("arguments", PIPED, ids=" ".join)
def test_a_piped_command_loads_nothing_heavy(arguments: list[str]) -> None:
    given = [*arguments, *(["examples/household.toml", "--month", "2022-06"] if "assess" in arguments else [])]
    command = [sys.executable, "-X", "importtime", "-m", "calc", *given]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert done.returncode == 0 and done.stdout, done.stderr
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert "calc" in loaded
    assert not [name for name in HEAVY if name in loaded]


LEDGERS = (["--help"], ["batch", "--help"], ["assess", "examples/household.toml", "--month", "2022-06"],
           ["assess", "--help"], ["rules", "check"],
           ["batch", "examples/ledger.csv", "--month", "2022-06", "--engine", "rows", "--allow-rejects"],
           ["batch", "examples/ledger.csv", "--month", "2022-06", "--allow-rejects"])  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("arguments", LEDGERS, ids=" ".join)
def test_the_second_engine_is_loaded_only_where_it_runs(arguments: list[str]) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "calc", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert done.returncode == 0, done.stderr
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert "calc" in loaded and not {"duckdb", "sqlglot", "pyspark"} & loaded


def test_duckdb_runs_without_spark() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "calc", "batch", "examples/ledger.csv", "--month", "2022-06",
               "--engine", "duckdb", "--allow-rejects"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert done.returncode == 0, done.stderr
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert "duckdb" in loaded and "pyspark" not in loaded


def tool(name: str) -> str:
    found = shutil.which(name, path=f"{Path(sys.executable).parent}") or shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


@pytest.mark.slow
def test_the_types_hold() -> None:
    settings = tomli.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]
    assert settings["strict"] is True and "calc" in settings["packages"]
    done = subprocess.run([tool("mypy")], capture_output=True, text=True, cwd=ROOT, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("what", ["calc", "tests", "bench"])
def test_ruff_finds_nothing(what: str) -> None:
    command = [tool("ruff"), "check", "--output-format", "concise", what]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def entries() -> list[Any]:
    rules = tomli.loads((ROOT / "rules.toml").read_text(encoding="utf-8"))
    facts = [pytest.param(f"facts.{level}", name, entry, id=f"{level} {name}")
             for level, found in rules["facts"].items() for name, entry in found.items()]  # fmt: skip
    others = [pytest.param(section, name, entry, id=f"{section} {name}")
              for section in ("parameters", "definitions", "benefits", "checks")
              for name, entry in rules.get(section, {}).items()]  # fmt: skip
    return [*facts, *others]


@pytest.mark.parametrize(("section", "name", "entry"), entries())
def test_an_entry_of_the_shipped_rules_can_be_read_in_english(section: str, name: str, entry: dict[str, Any]) -> None:
    if section.startswith(("facts", "parameters", "benefits")):
        assert entry.get("en", "").strip()
    if entry.get("options") and section.startswith("facts"):
        assert len(entry["options_en"]) == len(entry["options"])
    versions = [entry, *(one for one in entry.get("from", {}).values() if isinstance(one, dict))]
    for version in versions:
        if version.get("basis") in ("assumed", "unset"):
            assert version.get("note", "").strip() and version.get("note_en", "").strip(), version
