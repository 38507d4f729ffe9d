"""Every form of the language as `expressions.toml` lists it: what it gives in both engines, or why it is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import tomli

from calc.engine.outcomes import DENIED, GRANTED, UNDETERMINED
from calc.language.expression_error import Problem
from calc.language.function_table import TABLE
from calc.language.parser import parse
from calc.language.printer import to_text
from calc.language.syntax_tree import Call, Node, Numeral, children
from tests.support.small import assessed, codes_of, household, plan_of

LISTED = tomli.loads((Path(__file__).parent / "expressions.toml").read_text(encoding="utf-8"))
GIVEN = household(LISTED["household"], *LISTED["members"])


def listed(key: str) -> Any:
    found = [one for one in LISTED["test"] if key in one]
    return pytest.mark.parametrize("one", found, ids=[one["name"] for one in found])


def asked(expression: str, member: bool = False) -> str:
    """A benefit that is granted where the expression is true."""
    to = "member" if member else "household"
    return LISTED["rules"] + f"[benefits.asked]\nto = \"{to}\"\ncite = \"d 1\"\nrequires = ['''{expression}''']\n"


def status_of(expression: str, member: bool = False) -> int:
    outcomes = assessed(plan_of(asked(expression, member)), GIVEN).outcomes
    return next(one.status for one in outcomes if one.benefit == "asked")


@listed("gives")
def test_gives(one: dict[str, Any]) -> None:
    expression, gives, member = one["expression"], one["gives"], one.get("member", False)
    if gives in ("True", "False"):
        assert status_of(expression, member) == (GRANTED if gives == "True" else DENIED)
        return
    if gives != "unknown":
        assert status_of(f"({expression}\n) == ({gives})", member) == GRANTED
        assert status_of(f"({expression}\n) != ({gives})", member) == DENIED
        return
    truth = any(f"<{expression}>".startswith(start) for start in ("<unsaid_flag", "<not", "<receives", "<any", "<all"))
    compared = any(sign in expression for sign in ("==", "<=", " in "))
    test = expression if truth or compared else f"({expression}) == ({expression})"
    assert status_of(test, member) == UNDETERMINED


@listed("error")
def test_is_refused(one: dict[str, Any]) -> None:
    expression = one["expression"]
    defined = LISTED["rules"] + f"[definitions.asked]\nformula = '''{expression}'''\n"
    text = asked(expression) if one.get("used") else defined
    assert {code.partition("/")[0] for code in codes_of(text)} == {one["error"]}


def test_the_rules_without_an_expression_pass_and_names_differ() -> None:
    assert codes_of(LISTED["rules"]) == []
    names = [one["name"] for one in LISTED["test"]]
    assert len(set(names)) == len(names) and len(names) > 200


def test_every_function_stands_in_the_list_or_has_an_example() -> None:
    written = " ".join(one["expression"] for one in LISTED["test"] if "gives" in one) + LISTED["rules"]
    assert not [name for name in TABLE if f"{name}(" not in written]


@pytest.mark.parametrize("formula", ["monthly(yearly_income)", "sum(wage + monthly(yen))"])
def test_a_twelfth_of_a_year_travels_like_any_quotient_by_a_literal(formula: str) -> None:
    assert codes_of(LISTED["rules"] + "[definitions.d]\nformula = 'yearly_income / 12'\n") == []
    assert codes_of(LISTED["rules"] + f"[definitions.d]\nformula = '{formula}'\n") == []


def test_a_yearly_status_without_amount_is_of_the_kind_its_per_says() -> None:
    status = '[benefits.s]\nto = "household"\nper = "year"\nrequires = []\ncite = "d 1"\n'
    used = "[definitions.d]\nformula = 's + yen'\n"
    assert codes_of(LISTED["rules"] + status + 'from.2024-06 = "ends"\n' + used) == []
    assert codes_of(LISTED["rules"] + status + used) == []


EXAMPLES = [example for function in TABLE.values() for example in function.examples]


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_holds_as_written(example: str) -> None:
    assert status_of(example) == GRANTED
    assert status_of(f"not {example}") == DENIED


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_holds_of_facts(example: str) -> None:
    """The same numbers and days, but stated by the household, so that nothing is worked out beforehand."""
    tree = parse(example)
    assert not isinstance(tree, Problem)
    values: dict[str, Any] = {}

    def as_fact(node: Node) -> str | None:
        if isinstance(node, Numeral) and node.span not in kept:
            return values.setdefault(f"v{len(values)}", int(node.value * 100)) and f"v{len(values) - 1}"
        if isinstance(node, Call) and node.function == "date":
            year, month, day = (part.value for part in node.arguments)  # type: ignore[attr-defined]
            values[f"day{len(values)}"] = year * 10000 + month * 100 + day
            return f"day{len(values) - 1}"
        return None

    kept = steps_in(tree)
    formula = to_text(tree, as_fact)
    benefit = '[benefits.b]\nto = "household"\ncite = "d 1"\nrequires = ["FORMULA"]\n'
    kinds = {name: '"date"' if name.startswith("day") else '"number", decimals = 2' for name in values}
    facts = "".join(f"{name} = {{ kind = {kind} }}\n" for name, kind in kinds.items())
    rules = f"[facts.household]\n{facts}" + benefit.replace("FORMULA", formula)
    assert assessed(plan_of(rules), household(values)).outcomes[0].status == GRANTED, formula
    short = household(dict(list(values.items())[1:]))
    assert assessed(plan_of(rules), short).outcomes[0].status == UNDETERMINED, formula


def steps_in(tree: Node) -> set[tuple[int, int]]:
    """Where the steps of roundings stand: they must be literals. Zero too, which is falsy as a fact's value here."""
    found: set[tuple[int, int]] = set()
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Call):
            found |= {value.span for _, value in node.named if isinstance(value, Numeral)}
        if isinstance(node, Numeral) and node.value == 0:
            found.add(node.span)
        waiting += children(node)
    return found
