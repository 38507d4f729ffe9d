"""Rules files with large tables of several axes: sparse rows, hundreds of words, `*`, bands, equal and unset cells."""

from __future__ import annotations

import json
from random import Random

HEAD = '[rules]\ntitle = "Tables"\ncurrency = "EUR"\nfrom = "2024-01"\n[documents]\nd = { title = "D" }\n'
AXES = {
    "many": [f"word {at}" for at in range(300)],
    "some": [f"'{at}" for at in range(25)],
    "own": ["a", "A", "ä", "*x", 'b"'],
}
"""Choices of the household (`many`, `some`) and of a member (`own`)."""


def large_tables(seed: int, rows: int) -> str:
    """The text of a rules file with three tables of up to so many rows each, and benefits that look into them."""
    random = Random(seed)
    parts = [HEAD, '[parameters]\nu = { kind = "money/month", cite = "d", from.2024-01 = 1 }', "[facts.household]"]
    parts += [f'{name} = {{ kind = "choice", options = {json.dumps(AXES[name], ensure_ascii=False)} }}'
              for name in ("many", "some")]  # fmt: skip
    parts += ['flag = { kind = "yes/no" }', 'income = { kind = "money/month", min = -50, max = 400 }']
    parts += ["[facts.member]", f'own = {{ kind = "choice", options = {json.dumps(AXES["own"], ensure_ascii=False)} }}',
              'age = { kind = "count", min = 0, max = 130 }']  # fmt: skip
    for at in range(3):
        parts += _table(random, f"t{at}", rows)
    return "\n".join(parts)


def _table(random: Random, name: str, rows: int) -> list[str]:
    axes = random.sample(["many", "some", "flag", "income", "own", "age"], random.choice((2, 2, 3, 3, 4)))
    if "many" not in axes and random.random() < 0.7:
        axes[random.randrange(len(axes))] = "many"
    if axes[-1] == "many" and random.random() < 0.7:
        axes.reverse()
    keys = [_keys(random, axis) for axis in axes]
    across = keys[-1] if len(keys[-1]) < 30 or random.random() < 0.3 else random.sample(keys[-1], 12)
    leading = {tuple(random.choice(column) for column in keys[:-1]) for _ in range(rows)}
    if random.random() < 0.3:
        leading.add(("*",) * (len(axes) - 1))
    kind, options = random.choice(("money/month", "money/month", "count", "yes/no", "choice")), ["x", "y'", "z"]
    cells = {"money/month": ["0.5", "12", "300"], "count": ["0", "1", "70000"], "yes/no": ["true", "false"],
             "choice": [json.dumps(one) for one in options]}[kind]  # fmt: skip
    cells = cells[: random.choice((1, 2, 3))]
    if kind in ("money/month", "count") and random.random() < 0.3:
        cells = [str(at) for at in range(500)]
    if random.random() < 0.3:
        cells = [*cells, *cells, *cells, '"unset"']
    lines = [json.dumps([*[""] * (len(axes) - 1), *across], ensure_ascii=False)]
    for row in sorted(leading, key=repr):
        written = [json.dumps(one, ensure_ascii=False) for one in row]
        several = (
            [random.choice(cells)] * len(across) if random.random() < 0.2 else random.choices(cells, k=len(across))
        )
        lines.append(f"[{', '.join([*written, *several])}]")
    text = ",\n  ".join(lines)
    more = f"options = {json.dumps(options)}\n" if kind == "choice" else ""
    found = [f'[parameters.{name}]\nkind = "{kind}"\n{more}axes = {json.dumps(axes)}\ncite = "d"',
             f"from.2024-01 = [\n  {text},\n]"]  # fmt: skip
    return found + _uses(random, name, kind, axes)


def _keys(random: Random, axis: str) -> list[object]:
    """The keys of an axis, in any order, perhaps with `*`."""
    keys: list[object]
    if axis == "flag":
        keys = [True, False]
    elif axis == "income":
        keys = ["..<0", "0..<99.5", "99.5..200", 201, "300.."][random.randrange(2) :]
    elif axis == "age":
        keys = [*range(0, 100, random.choice((1, 2)))] if random.random() < 0.5 else ["0..3", "4..64", 65, "70.."]
    else:
        keys = list(AXES[axis])
    random.shuffle(keys)
    return [*keys, "*"] if random.random() < 0.4 else keys


def _uses(random: Random, name: str, kind: str, axes: list[str]) -> list[str]:
    """A benefit that looks into a table: guarded, in a condition, inside another formula, or summed over members."""
    keys = [axis if axis not in ("many", "some") or random.random() < 0.85 else repr(random.choice(AXES[axis]))
            for axis in axes]  # fmt: skip
    key = ", ".join(keys)
    cell, has_row = f"{name}[{key}]", f"({key}) in {name}"
    value = {"yes/no": f"(u if {cell} else 2 * u)", "choice": f"(3 * u if {cell} == 'x' else 4 * u)",
             "count": f"u * {cell}", "money/month": cell}[kind]  # fmt: skip
    amount = f"({value} if {has_row} else 7 * u)"
    if random.random() < 0.4:
        amount = f"({amount} + (0 if {has_row} and {value} > 5 * u else u))"
    level, condition = "household", "flag"
    if not {"own", "age"} & {*axes}:
        condition = f"flag or {has_row}"
    elif random.random() < 0.5:
        level, condition = "member", f"flag or {has_row}"
    else:
        amount = f"sum({amount}, where={has_row} or age > 40)"
    return [f'[benefits.b_{name}]\nto = "{level}"\nper = "month"\ncite = "d"',
            f"requires = ['''{condition}''']\namount = '''max(0, {amount})'''"]  # fmt: skip
