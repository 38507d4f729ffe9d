"""Random formulas of a wanted kind and level, in every form of the language; most of them pass the checker.

`Formulas` knows the names made so far; `make` gives a text and its level. What divides is guarded,
what may travel as a quotient is rounded or compared, tables are asked for their row where they may lack one.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import NamedTuple

FIXED, HOUSEHOLD, MEMBER = 0, 1, 2
MONEYS = ("money/month", "money/year", "money")
ROUNDINGS = ("round_up", "round_down", "round_half_up", "round_half_even")
STEPS = ("0.01", "0.05", "0.1", "1", "5", "10", "0.25", "7", "0.3")
Made = tuple[str, int]


class Named(NamedTuple):
    """A name that formulas may use; `words` are a choice's."""

    name: str
    kind: str
    level: int
    words: tuple[str, ...] = ()


class TableName(NamedTuple):
    """A table that formulas may look up; an axis is a kind and the words of its choice."""

    name: str
    kind: str
    axes: tuple[tuple[str, tuple[str, ...]], ...]
    total: bool
    words: tuple[str, ...] = ()


class Formulas:
    """Makes formulas out of the names it was told of."""

    def __init__(self, random: Random, has_members: bool) -> None:
        self.random = random
        self.has_members = has_members
        self.names: list[Named] = []
        self.tables: list[TableName] = []
        self.scales: list[str] = []
        self.benefits: list[tuple[str, int]] = []
        self.is_inside = False

    def make(self, kind: str, level: int, depth: int, words: tuple[str, ...] = ()) -> Made:
        """A formula of a kind, at most of a level."""
        kind = "number" if kind == "share" else kind
        if depth <= 0 or self.random.random() < 0.2:
            return self.leaf(kind, level, words)
        if kind == "choice":
            return self.chosen_word(level, depth - 1, words)
        if kind == "text":
            return self.leaf(kind, level)
        if kind == "member":
            return self.choice(kind, level, 0)
        forms = {"yes/no": _TRUTHS, "date": _DATES, "count": _COUNTS, "number": _NUMBERS}.get(kind, _AMOUNTS)
        return self.random.choice(forms)(self, kind, level, depth - 1)

    def join(self, template: str, *made: Made) -> Made:
        """The template filled with texts; the level of the highest."""
        return template.format(*(text for text, _ in made)), max((level for _, level in made), default=FIXED)

    def leaf(self, kind: str, level: int, words: tuple[str, ...] = ()) -> Made:
        """A name or a literal."""
        random = self.random
        kinds = ("number", "share", "count") if kind == "number" else (kind,)
        found = [one for one in self.names if one.kind in kinds and one.level <= level and one.words == words]
        if found and (kind in MONEYS or kind == "text" or random.random() < 0.8):
            high = [one for one in found if one.level == level]
            one = random.choice(high if high and random.random() < 0.6 else found)
            return one.name, one.level
        literals: dict[str, Callable[[], str]] = {
            "yes/no": lambda: random.choice(("True", "False")),
            "date": lambda: random.choice(("month_start", "month_end", "date(2004, 2, 29)", "date(1999, 12, 31)")),
            "count": lambda: str(random.randint(0, 6)),
            "number": lambda: random.choice(("0.25", "0.5", "2", "3", "1.5", "0.125")),
            "choice": lambda: random.choice([*words, f'"{words[0]}"']),
            "text": lambda: '"甲"',
            "member": lambda: "me" if level == MEMBER and not self.is_inside and random.random() < 0.5 else "nobody",
        }
        text = literals[kind]() if kind in literals else "0"
        return text, MEMBER if text == "me" else FIXED

    # numbers of any kind

    def plus(self, kind: str, level: int, depth: int) -> Made:
        sign = self.random.choice(("+", "+", "-"))
        return self.join("({} " + sign + " {})", self.make(kind, level, depth), self.make(kind, level, depth))

    def times(self, kind: str, level: int, depth: int) -> Made:
        pure = "count" if kind == "count" else "number"
        parts = [self.make(kind, level, depth), self.make(pure, level, min(depth, 1))]
        self.random.shuffle(parts)
        return self.join("({} * {})", *parts)

    def fixed_quotient(self, kind: str, level: int, depth: int) -> Made:
        divisor = self.random.choice(("3", "12", "divisor", "0.7"))
        return self.join("({} / " + divisor + ")", self.make(kind, level, depth))

    def quotient(self, kind: str, level: int, depth: int) -> Made:
        """A quotient, guarded where it must be: to be rounded or compared."""
        random, depth = self.random, min(depth, 1)
        above, other = self.make(kind, level, depth), self.make(kind, level, depth)
        if kind == "number" and random.random() < 0.5:
            money = random.choice(MONEYS)
            above, below = self.make(money, level, depth), self.make(money, level, depth)
            guarded = "({0} / {1} if {1} > 0 else {2})"
        else:
            below = self.make(random.choice(("count", "number")), level, depth)
            guarded = random.choice(("({0} / {1} if {1} > 0 else {2})", "({2} if {1} <= 0 else {0} / {1})",
                                     "({0} / {1} if {1} != 0 else {2})", "({2} if {1} >= 0 else {0} / {1})",
                                     "({0} / (abs({1}) + 1))"))  # fmt: skip
        made = self.join(guarded, above, below, other)
        if below[1] == FIXED:  # it may be zero, and no guard helps what is known
            made = self.join("({} / divisor)", other)
        match random.randint(0, 9):
            case 0:
                return self.join("({} + {})", made, other)
            case 1:
                return self.join("max({}, {})", made, other)
            case 2:
                return self.join("(-{})", made)
            case 3:
                return self.join("({} if {} else {})", made, self.make("yes/no", level, 1), other)
            case 4:
                return self.join("({} * {})", made, self.leaf("number", level))
            case 5:
                return self.join("abs({})", made)
            case _:
                return made

    def rounded(self, kind: str, level: int, depth: int) -> Made:
        random = self.random
        inner = self.quotient(kind, level, depth) if random.random() < 0.5 else self.make(kind, level, depth)
        step = "1" if kind == "count" else random.choice(STEPS)
        return self.join(random.choice(ROUNDINGS) + "({}, to=" + step + ")", inner)

    def extreme(self, kind: str, level: int, depth: int) -> Made:
        parts = [self.make(kind, level, depth) for _ in range(self.random.choice((2, 2, 3)))]
        return self.join(f"{self.random.choice(('min', 'max'))}({', '.join(['{}'] * len(parts))})", *parts)

    def clamped(self, kind: str, level: int, depth: int) -> Made:
        return self.join("clamp({}, 0, {})", self.make(kind, level, depth), self.leaf(kind, level))

    def absolute(self, kind: str, level: int, depth: int) -> Made:
        return self.join(self.random.choice(("abs({})", "abs(-{})", "max(0, -{})")), self.make(kind, level, depth))

    def scaled(self, kind: str, level: int, depth: int) -> Made:
        if not self.scales or depth < 1:
            return self.leaf(kind, level)
        return self.join("scale({}, " + self.random.choice(self.scales) + ")", self.leaf(kind, level))

    def period(self, kind: str, level: int, depth: int) -> Made:
        if kind == "money/month":
            return self.join("round_half_even(monthly({}), to=0.01)", self.leaf("money/year", level))
        if kind == "money/year":
            return self.join("yearly({})", self.leaf("money/month", level))
        return self.join("for_months({}, {})", self.leaf("money/month", level), self.make("count", level, 1))

    # any kind

    def choice(self, kind: str, level: int, depth: int) -> Made:
        test = self.make("yes/no", level, depth)
        return self.join("({} if {} else {})", self.make(kind, level, depth), test, self.make(kind, level, depth))

    def looked_up(self, kind: str, level: int, depth: int) -> Made:
        tables = [one for one in self.tables if one.kind == kind and not one.words]
        return self.cell(self.random.choice(tables), level, depth) if tables else self.leaf(kind, level)

    def cell(self, table: TableName, level: int, depth: int) -> Made:
        random = self.random
        keys = [self.make(kind, level, min(depth, 1), words) for kind, words in table.axes]
        holes = ", ".join(f"{{{at}}}" for at in range(len(keys)))
        look = f"{table.name}[{holes}]"
        if table.total and random.random() < 0.8:
            return self.join(look, *keys)
        other = self.leaf(table.kind, level, table.words)
        asked = f"({holes})" if len(keys) > 1 else holes
        kept = random.choice((f"({look} if {asked} in {table.name} else {{{len(keys)}}})",
                              f"({{{len(keys)}}} if {asked} not in {table.name} else {look})"))  # fmt: skip
        return self.join(kept, *keys, other)

    def chosen_word(self, level: int, depth: int, words: tuple[str, ...]) -> Made:
        tables = [one for one in self.tables if one.words == words]
        if self.random.random() < 0.3 and (paired := self.over_pairs("choice", level, depth, words)) is not None:
            return paired
        if tables and self.random.random() < 0.4:
            return self.cell(self.random.choice(tables), level, depth)
        then, test = self.leaf("choice", level, words), self.make("yes/no", level, depth)
        return self.join("({} if {} else {})", then, test, self.leaf("choice", level, words))

    # aggregates

    def over_members(self, kind: str, level: int, depth: int) -> Made:
        """`sum max_of min_of` of a kind; `count rank` too where it is a count."""
        random = self.random
        if not self.has_members:
            return self.leaf(kind, level)
        if random.random() < 0.4 and (paired := self.over_pairs(kind, level, depth)) is not None:
            return paired
        options = ["max_of", "min_of"]
        if kind != "date":
            options += ["sum", "sum"]
        if kind == "count":
            options += ["count", "count", *(("rank", "rank") if level == MEMBER else ())]
        function = random.choice(options)
        if function == "count":
            return ("count()" if random.random() < 0.2 else f"count(where={self.where(depth)})"), HOUSEHOLD
        if function == "rank":
            kind = random.choice(("date", "count", *MONEYS))
        inside, inner_level = self.inside(kind, min(depth, 2))
        text = f"{function}({inside}"
        if inner_level < MEMBER or random.random() < 0.6:
            text += f", where={self.where(depth)}"
        if function in ("max_of", "min_of"):
            text += f", empty={self.make(kind, HOUSEHOLD, min(depth, 1))[0]}"
        return text + ")", MEMBER if function == "rank" else HOUSEHOLD

    def over_pairs(self, kind: str, level: int, depth: int, words: tuple[str, ...] = ()) -> Made | None:
        """An aggregate over the members whom a reference names, or who name this one."""
        random = self.random
        found = [one for one in self.names if one.kind == "member" and one.level <= level]
        if not found:
            return None
        reference = random.choice(found)
        follows = reference.level < MEMBER or random.random() < 0.5
        written = self.leaf("member", reference.level)[0] if random.random() < 0.2 else reference.name
        if written in ("me", "nobody"):
            written = reference.name
        where = f"me == {written}" if follows else f"{written} == me"
        if random.random() < 0.5:
            where = random.choice((f"{where} and {self.where(0)}", f"{self.where(depth)} and {where}"))
        functions = {"yes/no": ["any", "all"], "choice": [], "date": ["max_of", "min_of"]}.get(
            kind, ["sum", "sum", "max_of", "min_of"]
        )
        if follows and reference.level == MEMBER:
            functions = [*functions, "value_of"]
        if kind == "count":
            functions += ["count", "count"]
        if not functions:
            return None
        function = random.choice(functions)
        text = function + "("
        if function != "count":
            text += f"{self.inside(kind, min(depth, 2), words)[0]}, "
        text += f"where={where}"
        if function in ("max_of", "min_of", "value_of"):
            text += f", empty={self.make(kind, HOUSEHOLD, min(depth, 1), words)[0]}"
        return text + ")", reference.level

    def inside(self, kind: str, depth: int, words: tuple[str, ...] = ()) -> Made:
        """A formula of a member, inside an aggregate."""
        before, self.is_inside = self.is_inside, True
        made = self.make(kind, MEMBER, depth, words)
        self.is_inside = before
        return made

    def where(self, depth: int) -> str:
        text, level = self.inside("yes/no", min(depth, 2))
        return text if level == MEMBER else f"{self.of_member()} and ({text})"

    def of_member(self) -> str:
        found = [one.name for one in self.names if one.kind == "yes/no" and one.level == MEMBER]
        return self.random.choice(found)

    def some(self, kind: str, level: int, depth: int) -> Made:
        if not self.has_members:
            return self.leaf(kind, level)
        if self.random.random() < 0.4 and (paired := self.over_pairs(kind, level, depth)) is not None:
            return paired
        where = f", where={self.where(depth)}" if self.random.random() < 0.5 else ""
        return f"{self.random.choice(('any', 'all'))}({self.where(depth)}{where})", HOUSEHOLD

    # truths, dates, counts

    def compared(self, kind: str, level: int, depth: int) -> Made:
        random = self.random
        of = random.choice((*MONEYS, "count", "number", "date"))
        left = self.quotient(of, level, depth) if of != "date" and random.random() < 0.25 else None
        left, right = left or self.make(of, level, depth), self.make(of, level, depth)
        sign = random.choice(("<", "<=", ">", ">=", "==", "!="))
        if random.random() < 0.15:
            return self.join("({} <= {} " + sign + " {})", self.leaf(of, level), left, right)
        return self.join("{} " + sign + " {}", left, right) if random.random() < 0.5 else self.join(
            "({} " + sign + " {})", left, right
        )  # fmt: skip

    def guarded(self, kind: str, level: int, depth: int) -> Made:
        below, of = self.leaf("count", level), self.random.choice(MONEYS)
        if below[1] == FIXED:
            return self.compared(kind, level, depth)
        template = self.random.choice(("({1} > 0 and {0} / {1} < {2})", "({1} == 0 or {0} / {1} >= {2})"))
        return self.join(template, self.leaf(of, level), below, self.leaf(of, level))

    def worded(self, kind: str, level: int, depth: int) -> Made:
        random = self.random
        found = [one for one in self.names if one.kind in ("choice", "text") and one.level <= level]
        if not found:
            return self.leaf(kind, level)
        one = random.choice(found)
        left = self.make(one.kind, level, min(depth, 1), one.words)
        if random.random() < 0.3 and one.words:
            items = [*one.words[: random.randint(1, len(one.words))]]
            return self.join("{} in (" + ", ".join(items) + ",)", left)
        sign = random.choice(("==", "!="))
        return self.join("{} " + sign + " {}", left, self.leaf(one.kind, level, one.words))

    def among(self, kind: str, level: int, depth: int) -> Made:
        of = self.random.choice(("count", "number", *MONEYS))
        left = self.quotient(of, level, depth) if self.random.random() < 0.2 else self.make(of, level, depth)
        return self.join("{} in (0, {})", left, self.leaf(of, level))

    def same_member(self, kind: str, level: int, depth: int) -> Made:
        if not self.has_members:
            return self.leaf(kind, level)
        left, right = self.make("member", level, min(depth, 1)), self.leaf("member", level)
        return self.join(self.random.choice(("({} == {})", "({} != {})", "({} in (nobody, {}))")), left, right)

    def logic(self, kind: str, level: int, depth: int) -> Made:
        word = self.random.choice((" and ", " or "))
        parts = [self.make("yes/no", level, depth) for _ in range(self.random.choice((2, 2, 3)))]
        return self.join(f"({word.join(['{}'] * len(parts))})", *parts)

    def negation(self, kind: str, level: int, depth: int) -> Made:
        return self.join("(not {})", self.make("yes/no", level, depth))

    def received(self, kind: str, level: int, depth: int) -> Made:
        found = [one for one in self.benefits if one[1] <= level]
        if not found:
            return self.leaf(kind, level)
        name, own = self.random.choice(found)
        return f"receives({name})", own

    def has_row(self, kind: str, level: int, depth: int) -> Made:
        if not self.tables:
            return self.leaf(kind, level)
        table = self.random.choice(self.tables)
        keys = [self.make(of, level, min(depth, 1), words) for of, words in table.axes]
        asked = f"({', '.join(['{}'] * len(keys))})" if len(keys) > 1 else "{}"
        return self.join(f"{asked} in {table.name}", *keys)

    def picked_day(self, kind: str, level: int, depth: int) -> Made:
        sign = self.random.choice(("min", "max"))
        return self.join(sign + "({}, {})", self.make("date", level, depth), self.make("date", level, depth))

    def time(self, kind: str, level: int, depth: int) -> Made:
        function = self.random.choice(("full_years", "full_months", "year", "month"))
        if function.startswith("full"):
            return self.join(function + "({}, {})", self.leaf("date", level), self.make("date", level, min(depth, 1)))
        return self.join(function + "({})", self.make("date", level, min(depth, 1)))


_COMMON = [Formulas.choice, Formulas.looked_up, Formulas.over_members]
_NUMBERS = [*_COMMON, Formulas.plus, Formulas.times, Formulas.fixed_quotient, Formulas.rounded, Formulas.rounded,
            Formulas.extreme, Formulas.clamped, Formulas.absolute]  # fmt: skip
_AMOUNTS = [*_NUMBERS, Formulas.scaled, Formulas.period]
_COUNTS = [*_COMMON, Formulas.over_members, Formulas.plus, Formulas.times, Formulas.rounded, Formulas.extreme,
           Formulas.time, Formulas.time, Formulas.absolute]  # fmt: skip
_DATES = [*_COMMON, Formulas.picked_day]
_TRUTHS = [Formulas.compared, Formulas.compared, Formulas.guarded, Formulas.worded, Formulas.among, Formulas.logic,
           Formulas.logic, Formulas.negation, Formulas.received, Formulas.has_row, Formulas.some,
           Formulas.same_member, Formulas.choice,
           Formulas.looked_up]  # fmt: skip
