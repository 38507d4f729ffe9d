"""Versions that end and begin again, in a file and by its child: nothing they had is lost without a word."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from calc.diagnostics.diagnostic import Diagnostic, InputErrors
from calc.engine.outcomes import GRANTED
from calc.rules.check_all_months import check_all
from calc.rules.in_force import version_in
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from calc.rules.rulebook import Rulebook
from tests.support.seeds import seeds
from tests.support.small import HEAD, assessed, household

CHILD = '[rules]\ntitle = "Child"\nextends = "rules.toml"\n'
FACTS = """
[facts.household]
yes = { kind = "yes/no" }
n = { kind = "count", max = 9 }
[parameters]
p = { kind = "money/month", cite = "d 1", from.2024-01 = 10 }
"""
BENEFIT = '[benefits.b]\nto = "household"\nper = "month"\ncite = "d 1"\n'
TO_MEMBERS = "from.2024-01 = { requires = [], amount = 'p', applies_to = 'yes', persons = 'n' }\n"


def book(folder: Path, text: str, child: str | None = None) -> Rulebook:
    (folder / "rules.toml").write_text(HEAD + FACTS + text, "utf-8")
    if child is None:
        return read_rules(str(folder / "rules.toml"))
    (folder / "child.toml").write_text(CHILD + child, "utf-8")
    return read_rules(str(folder / "child.toml"))


def mistakes(folder: Path, text: str, child: str | None = None) -> list[Diagnostic]:
    try:
        return check_all(book(folder, text, child))[0]
    except InputErrors as faulty:
        return faulty.diagnostics


def lost(folder: Path, text: str, child: str | None = None) -> list[tuple[str, str, str]]:
    return [(one.code, one.values["key"], one.values["month"]) for one in mistakes(folder, text, child)
            if one.code.startswith("missing-key/")]  # fmt: skip


AMOUNT, CITE = "amount = 'p * 2'", "cite = 'd 2'"
ENDED, REPLACED = "missing-key/ended", "missing-key/replaced"
DEFINITION = "[definitions]\nd = { cite = 'd 1', from.2024-01 = { formula = 'n' }"
FACT = "[facts.household.f]\nkind = 'count'\n"


@pytest.mark.parametrize(
    ("text", "child", "found"),
    [
        pytest.param(f"{BENEFIT}{TO_MEMBERS}from.2024-03 = {{ requires = [] }}\n", None, [], id="nothing ends"),
        pytest.param(
            f"{BENEFIT}{TO_MEMBERS}from.2024-03 = {{ {AMOUNT} }}\n", '[benefits.b]\nfrom.2024-01 = "ends"\n',
            [(ENDED, key, "2024-03") for key in ("applies_to", "persons", "requires")], id="by a child",
        ),
        pytest.param(
            f'{BENEFIT}{TO_MEMBERS}from.2024-03 = {{ {AMOUNT} }}\n', '[benefits.b]\nfrom.2024-02 = "ends"\n',
            [(ENDED, key, "2024-03") for key in ("applies_to", "persons", "requires")], id="by a child, later",
        ),
        pytest.param(
            f'{BENEFIT}{TO_MEMBERS}from.2024-03 = "ends"\nfrom.2024-05 = {{ {AMOUNT} }}\n', None,
            [(ENDED, key, "2024-05") for key in ("applies_to", "persons", "requires")], id="in one file",
        ),
        pytest.param(
            f'{BENEFIT}requires = ["yes"]\n{AMOUNT}\nfrom.2024-03 = "ends"\nfrom.2024-05 = {{ {CITE} }}\n', None, [],
            id="keys without from are not of a version",
        ),
        pytest.param(
            f"{BENEFIT}{TO_MEMBERS}", f"[benefits.b]\nfrom.2024-01 = {{ {AMOUNT} }}\n",
            [(REPLACED, key, "2024-01") for key in ("applies_to", "persons", "requires")], id="replaced by a child",
        ),
        pytest.param(
            f"{BENEFIT}{TO_MEMBERS}", f"[benefits.b]\nrequires = []\napplies_to = 'True'\npersons = 'n'\n"
            f"from.2024-01 = {{ {AMOUNT} }}\n", [], id="replaced by a child that has the keys",
        ),
        pytest.param(
            f"{DEFINITION}, from.2024-03 = 'ends', from.2024-04 = {{ {CITE} }} }}\n", None,
            [(ENDED, "formula", "2024-04")], id="a definition",
        ),
        pytest.param(
            f"{FACT}from.2024-01 = {{ min = 1, max = 3, default = '2', note = 'n' }}\nfrom.2024-03 = 'ends'\n"
            "from.2024-04 = { max = 4 }\n", None, [(ENDED, key, "2024-04") for key in ("default", "min")], id="a fact",
        ),
        pytest.param(
            "[checks]\nc = { from.2024-01 = { formula = 'yes' }, from.2024-03 = 'ends', from.2024-04 = {} }\n", None,
            [(ENDED, "formula", "2024-04")], id="a check",
        ),
        pytest.param(
            "[parameters.t]\nkind = 'count'\ncite = 'd 1'\n"
            "from.2024-01 = { axes = ['n'], value = [[1, 1], ['*', 2]] }\n"
            "from.2024-03 = 'ends'\nfrom.2024-04 = [[1, 1], ['*', 2]]\n", None,
            [(ENDED, "axes", "2024-04")], id="a table",
        ),
        pytest.param(
            "[parameters.q]\nkind = 'count'\ncite = 'd 1'\nfrom.2024-01 = 1\nfrom.2024-03 = 'ends'\n"
            "from.2024-04 = { basis = 'unset', note = 'n' }\n", None, [], id="a parameter that is not known any more",
        ),
    ],
)  # fmt: skip
def test_a_version_without_keys_that_it_had_is_a_mistake(
    tmp_path: Path, text: str, child: str | None, found: list[tuple[str, str, str]]
) -> None:
    assert sorted(lost(tmp_path, text, child)) == found


def test_the_place_is_that_of_the_version(tmp_path: Path) -> None:
    text = f"{BENEFIT}{TO_MEMBERS}from.2024-03 = {{ {AMOUNT} }}\n"
    found = mistakes(tmp_path, text, '[benefits.b]\nfrom.2024-01 = "ends"\n')[0]
    start, end = found.place.offsets()
    assert found.place.source.text[start:end] == "from.2024-03"
    assert found.place.source.path.endswith("rules.toml")


KEYS = {
    "requires": "requires = []",
    "amount": "amount = 'p'",
    "applies_to": "applies_to = 'yes'",
    "cite": "cite = 'd 2'",
}


def random_changes(random: Random) -> dict[int, tuple[str, ...] | None]:
    """Months of 2024 with the keys that change there, or None for an end."""
    months = sorted(random.sample(range(1, 8), random.randint(0, 4)))
    return {
        month: None if random.random() < 0.3 else tuple(random.sample(sorted(KEYS), random.randint(1, len(KEYS))))
        for month in months
    }


def as_toml(changes: dict[int, tuple[str, ...] | None]) -> str:
    return "".join(
        f'from.2024-{month:02} = "ends"\n' if keys is None
        else f"from.2024-{month:02} = {{ {', '.join(KEYS[key] for key in keys)} }}\n"
        for month, keys in changes.items()
    )  # fmt: skip


def test_no_version_lacks_what_one_before_it_had_in_either_file(tmp_path: Path) -> None:
    """Only where nothing is lost is a file accepted; and some files are, some are not."""
    accepted = refused = 0
    for seed in seeds(range(300), 150):
        random = Random(seed)
        base = "".join(f"{KEYS[key]}\n" for key in random.sample(sorted(KEYS), random.choice((0, 0, 1))))
        parent, child = random_changes(random), random_changes(random)
        text, own = BENEFIT.replace("cite = ", "note = ") + base + as_toml(parent), f"[benefits.b]\n{as_toml(child)}"
        try:
            rulebook = book(tmp_path, text, own)
        except InputErrors as faulty:
            refused += any(one.code.startswith("missing-key/") for one in faulty.diagnostics)
            continue
        accepted += 1
        had: set[str] = set()
        for month in range(1, 9):
            version = version_in(rulebook.entries["b"], 202400 + month)
            had |= {*(parent.get(month) or ()), *(child.get(month) or ())} - {"cite"}
            assert version is None or had <= version.values.keys(), f"{text}\n{own}\nin month {month}"
    assert accepted > 20 and refused > 20


MEMBERS = """
[facts.member]
w = { kind = "money/month", min = 0 }
[definitions]
poor = { cite = "d 1", formula = "w < p" }
more = { formula = "w * 0.5" }
last = { formula = "month_end" }
[benefits.b]
to = "member"
per = "year"
cite = "d 1"
from.2024-03 = { requires = ["poor"], amount = "yearly(p)" }
[benefits.c]
to = "household"
per = "year"
cite = "d 1"
requires = ["not any(receives(b))", "any(poor) or n > 1"]
amount = "max(0, yearly(p) * 3 - sum(b) + round_down(yearly(sum(more, where=not poor)), to=0.01))"
"""


@pytest.mark.parametrize(
    ("never", "granted"),
    [
        ("", {202402: "480", 202404: None}),
        ("[benefits]\nb = { ends = true }\n", {202402: "480", 202404: "480"}),
        ("[benefits]\nb = { ends = true }\n[definitions]\nmore = { ends = true }\n", {202402: "360", 202404: "360"}),
        ("[definitions]\npoor = { ends = true }\n", {202402: None, 202404: None}),
    ],
)
def test_what_never_existed_is_no_or_zero_for_what_names_it(
    tmp_path: Path, never: str, granted: dict[int, str | None]
) -> None:
    rulebook = book(tmp_path, MEMBERS, never)
    assert check_all(rulebook)[0] == []
    for month, amount in granted.items():
        result = assessed(plan_for(rulebook, month), household({"n": 1}, {"w": 500}, {"w": 2000}))
        found = next(one for one in result.outcomes if one.benefit == "c")
        assert (str(found.amount) if found.status == GRANTED else None) == amount


def test_a_grandchild_may_say_that_it_did_exist(tmp_path: Path) -> None:
    book(tmp_path, MEMBERS, "[benefits]\nb = { ends = true }\n")
    path = tmp_path / "grandchild.toml"
    path.write_text('[rules]\ntitle = "G"\nextends = "child.toml"\n[benefits]\nb = { ends = false }\n', "utf-8")
    assert plan_for(read_rules(str(path)), 202404).benefits["b"].in_force


@pytest.mark.parametrize(
    ("never", "codes"),
    [
        ("[parameters]\np = { ends = true }\n", ["not-in-force"]),
        ("[facts.household]\nn = { ends = true }\n", ["not-in-force"]),
        ("[definitions]\nlast = { ends = true }\n", ["wrong-value/never"]),
        ("[checks]\nc = { ends = true, formula = 'n > 1' }\n", []),
    ],
)
def test_what_has_no_zero_is_refused_where_it_is_named(tmp_path: Path, never: str, codes: list[str]) -> None:
    assert sorted({one.code for one in mistakes(tmp_path, MEMBERS, never)}) == codes
