"""How the program is put together: which way imports run, what stays out, and what the tools say.

The layers, top to bottom; a module imports from its own layer and from those below it.
"""

from __future__ import annotations

import ast
import io
import re
import shutil
import subprocess
import sys
import tokenize
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import tomli

ROOT = Path(__file__).parents[1]
CALC = ROOT / "calc"


def name_of(path: Path) -> str:
    """Names a module as an import does: a package by its folder."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {name_of(path): path for path in sorted(CALC.rglob("*.py"))}
TEXTS = {module: path.read_text(encoding="utf-8") for module, path in MODULES.items()}
TREES = {module: ast.parse(text) for module, text in TEXTS.items()}
LAYERS = (
    ("calc.__main__",),
    ("calc.cli",),
    ("calc.compare",),
    ("calc.batch",),
    ("calc.report", "calc.cases", "calc.expectations", "calc.assess_households"),
    ("calc.interview",),
    ("calc.vary",),
    ("calc.ledger",),
    ("calc.households",),
    ("calc.engine",),
    ("calc.rules",),
    ("calc.language",),
    ("calc.diagnostics",),
    ("calc.exact", "calc.record", "calc.text_forms", "calc"),
)
ON_TERMINALS = ("click", "rich")
HEAVY = ("rich", "duckdb", "sqlglot", "openpyxl", "python_calamine", "xlsxwriter", "pyspark")


def layer_of(module: str) -> int:
    """Finds the number of a module's layer, 0 at the top; the package itself, with the version, is at the bottom."""
    while True:
        for place, names in enumerate(LAYERS):
            if module in names:
                return place
        module = module.rpartition(".")[0]


def imports_of(module: str) -> list[tuple[int, str]]:
    """Lists every module that a module imports, with the line: at its top, inside functions and for types alone."""
    found: list[tuple[int, str]] = []
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.Import):
            found += [(node.lineno, one.name) for one in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            assert node.level == 0, f"{module}:{node.lineno}: a relative import"
            whole = [f"{node.module}.{one.name}" for one in node.names]
            found += [(node.lineno, one if one in MODULES else node.module) for one in whole]
    return found


@pytest.mark.parametrize("module", MODULES)
def test_imports_run_downwards(module: str) -> None:
    upward = [
        f"{MODULES[module].relative_to(ROOT)}:{line}: {other}"
        for line, other in imports_of(module)
        if other.partition(".")[0] == "calc" and layer_of(other) < layer_of(module)
    ]
    assert not upward


@pytest.mark.parametrize("module", [name for name in MODULES if not name.startswith(("calc.cli", "calc.report"))])
def test_nothing_below_the_commands_and_the_presentation_draws(module: str) -> None:
    drawn = [other for _, other in imports_of(module) if other.partition(".")[0] in ON_TERMINALS]
    assert not drawn


def shortest_circle(needs: dict[str, list[str]]) -> list[str] | None:
    """Finds the shortest way from a module back to itself; None where there is none."""
    best: list[str] | None = None
    for start in needs:
        ways = {start: [start]}
        waiting = [start]
        for module in waiting:
            for other in needs[module]:
                way = [*ways[module], other]
                if other == start and (best is None or len(way) < len(best)):
                    best = way
                if other not in ways:
                    ways[other] = way
                    waiting.append(other)
    return best


@pytest.mark.slow
def test_no_module_of_calc_imports_itself_in_a_circle() -> None:
    """Imports inside functions and for types alone count: such a circle only hides that two modules are one."""
    needs = {
        module: sorted({other for _, other in imports_of(module) if other in MODULES} - {module}) for module in MODULES
    }
    circle = shortest_circle(needs)
    assert circle is None, " -> ".join(circle or ())


def test_a_circle_is_found_and_the_shortest_is_named() -> None:
    assert shortest_circle({"a": ["b"], "b": ["c"], "c": []}) is None
    assert shortest_circle({"a": ["b"], "b": ["c"], "c": ["a", "d"], "d": ["c"]}) == ["c", "d", "c"]


MOST_LINES, MOST_FUNCTION_LINES, MOST_PARAMETERS = 300, 60, 6


def functions_in(module: str) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(TREES[module]) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


def oversized(module: str) -> list[str]:
    """Lists a module and its functions that are over a limit and do not say why at their top."""
    found = []
    lines = len(TEXTS[module].splitlines())
    if lines > MOST_LINES and f"Over {MOST_LINES} lines: " not in (ast.get_docstring(TREES[module]) or ""):
        found.append(f"{module}: {lines} lines")
    for function in functions_in(module):
        about = ast.get_docstring(function) or ""
        length = (function.end_lineno or function.lineno) - function.lineno + 1
        if length > MOST_FUNCTION_LINES and f"Over {MOST_FUNCTION_LINES} lines: " not in about:
            found.append(f"{module}.{function.name}: {length} lines")
        given = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        count = len([one for one in given if one.arg not in ("self", "cls")])
        if count > MOST_PARAMETERS and "More than six parameters: " not in about:
            found.append(f"{module}.{function.name}: {count} parameters")
    return found


@pytest.mark.parametrize("module", MODULES)
def test_modules_and_functions_are_short_or_say_why_not(module: str) -> None:
    assert not oversized(module)


RETIRED = re.compile(
    r"\b(?:told|stands|whose they are|carried along|what came of it|leans? on|at hand|put by|beside it|so many|anew"
    r"|mend|mends|spelt|for nobody knows)\b",
    re.IGNORECASE,
)
OPENING = re.compile(r"(?:what|who|whose|which|how|where|whether)\b", re.IGNORECASE)


def docstrings_of(module: str) -> list[tuple[int, str]]:
    """Lists the texts that stand alone as statements: docstrings of modules, classes, functions and constants."""
    return [(node.lineno, node.value.value) for node in ast.walk(TREES[module]) if isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)]  # fmt: skip


def comments_of(module: str) -> list[tuple[int, str]]:
    tokens = tokenize.generate_tokens(io.StringIO(TEXTS[module]).readline)
    return [(token.start[0], token.string) for token in tokens if token.type == tokenize.COMMENT]


@pytest.mark.parametrize("module", MODULES)
def test_docstrings_and_comments_use_plain_words(module: str) -> None:
    docstrings = docstrings_of(module)
    texts = [*docstrings, *comments_of(module)]
    retired = [f"{line}: {found.group()}" for line, text in texts if (found := RETIRED.search(text))]
    openings = [f"{line}: begins with {found.group()}" for line, text in docstrings if (found := OPENING.match(text))]
    assert not [*retired, *openings]


@pytest.mark.slow
def test_no_two_classes_have_one_name() -> None:
    classes = [(node.name, module) for module, tree in TREES.items() for node in ast.walk(tree)
               if isinstance(node, ast.ClassDef)]  # fmt: skip
    counts = Counter(name for name, _ in classes)
    assert not sorted((name, module) for name, module in classes if counts[name] > 1)


DISTRICT = re.compile(r"dibao|tekun|wubao|linshi|低保|特困|孤儿|残疾|临时救助|高龄|重病|五保|务工|户主", re.IGNORECASE)


READERS = ("calc.households", "calc.ledger")


@pytest.mark.parametrize("module", [name for name in MODULES if not name.startswith(READERS)])
def test_no_benefit_or_standard_of_the_district_is_named_in_the_program(module: str) -> None:
    lines = TEXTS[module].splitlines()
    assert not [f"{at}: {line.strip()}" for at, line in enumerate(lines, 1) if DISTRICT.search(line)]


@pytest.mark.slow
def test_no_name_of_the_rules_file_is_named_in_the_program() -> None:
    rules = tomli.loads((ROOT / "rules.toml").read_text(encoding="utf-8"))
    names = {name for section in ("parameters", "definitions", "benefits") for name in rules[section]}
    names = {name for name in names if len(name) > 3}
    quoted = {module: {text for text in names if re.search(rf"[\"'`]{re.escape(text)}[\"'`]", one)}
              for module, one in TEXTS.items()}  # fmt: skip
    assert not {module: found for module, found in quoted.items() if found}


PIPED = (["--version"], ["assess"], ["assess", "--format", "json"], ["assess", "--format", "csv"])


@pytest.mark.parametrize("arguments", PIPED, ids=" ".join)
def test_a_piped_command_loads_nothing_heavy(arguments: list[str]) -> None:
    given = [*arguments, *(["examples/household.toml", "--month", "2022-06"] if "assess" in arguments else [])]
    command = [sys.executable, "-X", "importtime", "-m", "calc", *given]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=300)
    assert done.returncode == 0 and done.stdout, done.stderr
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert "calc" in loaded
    assert not [name for name in HEAVY if name in loaded]
    assert "calc.engine.python.row_engine" not in loaded, "one household is assessed without the compiled engine"


@pytest.mark.slow
def test_help_in_chinese_is_laid_out_where_it_is_asked_for_alone() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "calc", "assess", "examples/household.toml", "--lang", "zh"]
    for more, is_help in ((["--month", "2022-06"], False), (["--help"], True)):
        done = subprocess.run([*command, *more], capture_output=True, text=True, cwd=ROOT, timeout=300)
        assert done.returncode == 0 and ("calc.cli.chinese_help" in done.stderr) is is_help


LEDGERS = (["--help"], ["batch", "--help"], ["assess", "examples/household.toml", "--month", "2022-06"],
           ["assess", "--help"], ["rules", "check"],
           ["batch", "examples/ledger.csv", "--month", "2022-06", "--engine", "rows", "--allow-rejects"],
           ["batch", "examples/ledger.csv", "--month", "2022-06", "--allow-rejects"])  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("arguments", LEDGERS, ids=" ".join)
def test_the_second_engine_is_loaded_only_where_it_runs(arguments: list[str]) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "calc", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=300)
    assert done.returncode == 0, done.stderr
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert "calc" in loaded and not {"duckdb", "sqlglot", "pyspark"} & loaded


@pytest.mark.slow
def test_duckdb_runs_without_spark() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "calc", "batch", "examples/ledger.csv", "--month", "2022-06",
               "--engine", "duckdb", "--allow-rejects"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=300)
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
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=300)
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


@pytest.mark.slow
def test_temporary_folders_are_those_that_a_later_run_removes() -> None:
    """A folder with rows of a ledger stays behind where a process is killed."""
    found = [module for module, tree in TREES.items() for node in ast.walk(tree)
             if isinstance(node, ast.Attribute) and node.attr in ("TemporaryDirectory", "mkdtemp")]  # fmt: skip
    assert found == ["calc.temporary_folder"]
