"""Random whole rules files as TOML text: every form of entry and of formula; most pass the checker, some are spoilt.

    rules_file(seed) → text

Entries are made in random order, each out of names made before, so that defaults lean on definitions
and definitions on benefits; the file then lists them shuffled within their sections.
"""

from __future__ import annotations

from random import Random

from tests.support.formulas import FIXED, HOUSEHOLD, MEMBER, MONEYS, Formulas, Named, TableName

CURRENCIES = {"EUR": "0.01", "JPY": "1", "KWD": "0.001"}
FAMILIES = (("red", "green", "blue"), ("甲类", "乙类"), ("red", "n1", "n2", "n3"))
PERIODS = {"money/month": "month", "money/year": "year", "money": "once"}
LEVELS = {HOUSEHOLD: "household", MEMBER: "member"}
SPOILT = 0.12
OUTSIDE = 0.02
"""Share of defaults that may be outside the bounds of their fact, which is a mistake."""
MISTAKES = (
    (" + ", " * "), ("> 0", ">= 0"), ('kind = "count"', 'kind = "date"'), ("min(", "mim("), (", to=", ", at="),
    ("month_start", "month_begin"), ("'''", "''' ("), ('cite = "d 1"', 'cite = "e 1"'), (" if ", " 若 "),
    ('to = "member"', 'to = "household"'), (", where=", ", "), ("empty=", "emtpy="), ("(", "（"),
)  # fmt: skip


def rules_file(seed: int) -> str:
    """The text of a random rules file."""
    return _File(seed).text()


class _File:
    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.currency = self.random.choice(("EUR", "EUR", "EUR", "JPY", "KWD"))
        self.has_members = self.random.random() < 0.92
        self.formulas = Formulas(self.random, self.has_members)
        self.entries: dict[str, list[str]] = {}
        self.made = 0

    def text(self) -> str:
        random = self.random
        self.basics()
        kinds = [self.parameter] * 3 + [self.table] * 2 + [self.fact] * 4 + [self.definition] * 7 + [self.benefit] * 4
        for make in random.choices(kinds, k=random.randint(12, 26)):
            make()
        self.benefit()
        for _ in range(random.choice((0, 0, 1, 2))):
            self.check()
        head = f'[rules]\ntitle = "Made"\ncurrency = "{self.currency}"\nfrom = "2024-01"\n'
        head += '[documents]\nd = { title = "D" }\n'
        parts = []
        for section in random.sample(sorted(self.entries), len(self.entries)):
            random.shuffle(self.entries[section])
            parts += [f"[{section}.{entry}" for entry in self.entries[section]]
        text = head + "\n".join(parts)
        return self.spoil(text) if random.random() < SPOILT else text

    def add(self, section: str, name: str, *lines: str) -> None:
        self.entries.setdefault(section, []).append("\n".join([f'"{name}"]', *lines, ""]))

    def name(self, kind: str) -> str:
        self.made += 1
        return f"{self.random.choice(('值' if kind != 'b' else 'b', kind))}{self.made}"

    def basics(self) -> None:
        """Names without which some forms could not be made."""
        self.add("parameters", "divisor", 'kind = "number"', 'cite = "d 1"', "from.2024-01 = 7", "from.2024-09 = 2.5")
        for kind in (*MONEYS, "share"):
            self.parameter(kind)
        for words in FAMILIES:
            self.fact("choice", HOUSEHOLD, words, plain=True)
        for level in (HOUSEHOLD, MEMBER) if self.has_members else (HOUSEHOLD,):
            for kind in ("yes/no", "count", "money/month", self.random.choice(("date", "choice", "money", "text"))):
                self.fact(kind, level, plain=True)
        for level in (MEMBER, MEMBER, HOUSEHOLD) if self.has_members else ():
            if self.random.random() < 0.5:
                self.fact("member", level)

    # parameters

    def parameter(self, kind: str = "") -> None:
        random = self.random
        kind = kind or random.choice((*MONEYS, "share", "number", "count", "yes/no", "date", "choice", "scale"))
        name, words = self.name("p"), random.choice(FAMILIES) if kind == "choice" else ()
        lines = [f'kind = "{kind}"', 'cite = "d 1"']
        if words:
            lines.append(f"options = {list(words)}")
        style = random.random()
        if style < 0.06:
            lines += ['basis = "unset"', 'note = "n"']
        elif style < 0.12:
            lines += ['holds = "month"', f"from.2024-03 = {self.value(kind, words)}"]
        else:
            lines.append(f"from.2024-01 = {self.value(kind, words)}")
            if random.random() < 0.4:
                lines.append(f"from.2024-06 = {self.value(kind, words)}")
            if random.random() < 0.08:
                lines.append('from.2024-09 = { basis = "unset", note = "n" }')
            elif random.random() < 0.01:
                lines.append('from.2024-09 = "ends"')
        self.add("parameters", name, *lines)
        if kind == "scale":
            self.formulas.scales.append(name)
        else:
            self.formulas.names.append(Named(name, kind, FIXED, words))

    def value(self, kind: str, words: tuple[str, ...] = ()) -> str:
        random = self.random
        if kind == "scale":
            starts = sorted(random.sample(range(0, 5000, 50), random.randint(1, 4)))
            return str([[start, random.choice((0, 0.04, 0.125, 1, -0.1))] for start in starts])
        if kind in MONEYS:
            return str(random.choice((0, 1, 600, 644, 1200, 12.35, 0.5, 33.3, -5)))
        values = {
            "share": (0, 0.3, 0.125, 1, 0.0005),
            "number": (0, 2, 2.5, -1, 100),
            "count": (0, 1, 3, 12),
            "yes/no": ("true", "false"),
            "date": ("2020-02-29", "2006-05-31"),
            "choice": [f'"{word}"' for word in words],
        }
        return str(random.choice(values[kind]))

    def table(self) -> None:
        random = self.random
        kind = random.choice((*MONEYS, "count", "number", "yes/no", "date", "choice"))
        words = random.choice(FAMILIES) if kind == "choice" else ()
        axes: list[tuple[str, tuple[str, ...]]] = []
        for _ in range(random.choice((1, 1, 2))):
            of = random.choice(("count", "count", "number", "choice", "yes/no"))
            axes.append((of, random.choice(FAMILIES) if of == "choice" else ()))
        columns = [self.keys(of, own) for of, own in axes]
        total = all(column[1] for column in columns)
        each_more = len(axes) == 1 and axes[0][0] == "count" and kind in MONEYS and random.random() < 0.5
        name, versions = self.name("t"), []
        for month in ("2024-01", *(("2024-06",) if random.random() < 0.3 else ())):
            if each_more:
                rows = [f"[{at}, {self.cell(kind, words)}]" for at in range(random.randint(0, 1), 4)]
                rows.append(f'["each more", {random.choice((25, 0.5, 0, -3))}]')
            elif len(axes) == 1:
                rows = [f"[{key}, {self.cell(kind, words)}]" for key in columns[0][0]]
            else:
                rows = [f'["", {", ".join(columns[1][0])}]']
                for key in columns[0][0]:
                    rows.append(f"[{key}, {', '.join(self.cell(kind, words) for _ in columns[1][0])}]")
            versions.append(f"from.{month} = [{', '.join(rows)}]")
        labels = [f"axis {at}" for at in range(len(axes))]
        lines = [f'kind = "{kind}"', 'cite = "d 1"', f"axes = {labels}", *versions]
        self.add("parameters", name, *lines, *([f"options = {list(words)}"] if words else []))
        self.formulas.tables.append(TableName(name, kind, tuple(axes), total and not each_more, words))

    def keys(self, kind: str, words: tuple[str, ...]) -> tuple[list[str], bool]:
        """The keys of an axis, and whether they leave nothing out."""
        random = self.random
        if kind == "choice":
            if random.random() < 0.5:
                return [f'"{word}"' for word in words], True
            return ['"*"', f'"{words[0]}"'], True
        if kind == "yes/no":
            return (["true", "false"], True) if random.random() < 0.8 else (["true"], False)
        options = ((['"..<0"', '"0..5"', '"6.."'], kind == "count"), (["0", "1", '"2..3"'], False),
                   (['"*"', "1", '"4..<7"'], True), (['"..<0"', '"0..<2.5"', '"2.5.."'], True))  # fmt: skip
        return random.choice(options)

    def cell(self, kind: str, words: tuple[str, ...]) -> str:
        return '"unset"' if self.random.random() < 0.03 else self.value(kind, words)

    # facts

    def fact(self, kind: str = "", level: int = 0, words: tuple[str, ...] = (), plain: bool = False) -> None:
        random, formulas = self.random, self.formulas
        kind = kind or random.choice((*MONEYS, "share", "number", "count", "yes/no", "date", "choice", "text"))
        level = level or random.choice((HOUSEHOLD, MEMBER) if self.has_members else (HOUSEHOLD,))
        name, words = self.name("f"), words or (random.choice(FAMILIES) if kind == "choice" else ())
        lines = [f'kind = "{kind}"']
        if words:
            lines.append(f"options = {list(words)}")
        bounds: tuple[int, ...] = ()
        if kind in (*MONEYS, "share", "number", "count"):
            bounds = random.choice(((0,), (0, 100), (1, 31), (0,), ()))
            lines += [f"{key} = {end}" for key, end in zip(("min", "max"), bounds, strict=False)]
        if kind in ("share", "number") and random.random() < 0.5:
            lines.append(f"decimals = {random.randint(0, 3)}")
        if not plain and random.random() < 0.45:
            default = self.inside(kind, bounds, formulas.make(kind, level, 2, words)[0])
            style = random.random()
            if style < 0.4:
                default = f"{default} if {formulas.make('yes/no', level, 2)[0]} else unknown"
            elif style < 0.5:
                test = formulas.make("yes/no", level, 1)[0]
                after = f"ask_after({formulas.make('yes/no', level, 1)[0]})" if random.random() < 0.5 else "unknown"
                default = f"{after} if {test} else {default}"
            elif style < 0.55:
                default = "unknown"
            lines += [f"default = '''{default}'''", 'note = "n"']
        self.add(f"facts.{LEVELS[level]}", name, *lines)
        formulas.names.append(Named(name, kind, level, words))

    def inside(self, kind: str, bounds: tuple[int, ...], default: str) -> str:
        """A default that keeps to the bounds of its fact; one in fifty does not."""
        if not bounds or self.random.random() < OUTSIDE:
            return default
        if kind not in MONEYS:
            return f"max({default}, {bounds[0]})" if len(bounds) == 1 else f"clamp({default}, {bounds[0]}, {bounds[1]})"
        return "0" if bounds[-1] == 100 else "unknown" if bounds[0] else f"max({default}, 0)"

    # definitions, benefits, checks

    def definition(self) -> None:
        random, formulas = self.random, self.formulas
        kind = random.choice((*MONEYS, "number", "count", "yes/no", "yes/no", "yes/no", "date", "choice"))
        if self.has_members and random.random() < 0.05:
            kind = "member"
        words = random.choice(FAMILIES) if kind == "choice" else ()
        level = random.choice((HOUSEHOLD, MEMBER, MEMBER) if self.has_members else (HOUSEHOLD,))
        depth = random.choice((1, 2, 2, 3, 4))
        made = [formulas.make(kind, level, depth, words) for _ in range(random.choice((1, 1, 1, 2)))]
        name, lines = self.name("d"), [f"formula = '''{made[0][0]}'''", 'cite = "d 1"']
        if kind in (*MONEYS, "yes/no") and made[0][0] != "0" and random.random() < 0.2:
            lines.append(f'kind = "{kind}"')
        if len(made) > 1 and made[0][1] == made[1][1]:
            lines.append(f"from.2024-06 = {{ formula = '''{made[1][0]}''' }}")
        self.add("definitions", name, *lines)
        formulas.names.append(Named(name, kind, made[0][1], words))

    def benefit(self) -> None:
        random, formulas = self.random, self.formulas
        kind, step = random.choice(MONEYS), CURRENCIES[self.currency]
        level = random.choice((HOUSEHOLD, MEMBER) if self.has_members else (HOUSEHOLD,))
        name = self.name("b")
        names = [one.name for one in formulas.names if one.kind == "yes/no" and one.level <= level]
        requires = [random.choice(names) if random.random() < 0.5 else formulas.make("yes/no", level, 2)[0]
                    for _ in range(random.choice((0, 1, 2, 3)))]  # fmt: skip
        conditions = ", ".join(f"'''{one}'''" for one in requires)
        lines = [f'to = "{LEVELS[level]}"', f'per = "{PERIODS[kind]}"', 'cite = "d 1"', f"requires = [{conditions}]"]
        if random.random() < 0.85:
            mode = random.choice(("round_up", "round_down", "round_half_up", "round_half_even"))
            step = random.choice((step, step, "1", "5"))
            inner = formulas.quotient(kind, level, 2) if random.random() < 0.2 else formulas.make(kind, level, 3)
            lines.append(f"amount = '''max(0, {mode}({inner[0]}, to={step}))'''")
        if random.random() < 0.3:
            lines.append(f"applies_to = '''{formulas.make('yes/no', level, 2)[0]}'''")
        if level == HOUSEHOLD and random.random() < 0.4:
            lines.append(f"persons = '''max(0, round_up({formulas.make('count', level, 2)[0]}, to=1))'''")
        if random.random() < 0.15:
            lines.append(random.choice(('from.2024-06 = "ends"', "from.2024-06 = { requires = [] }")))
        self.add("benefits", name, *lines)
        formulas.benefits.append((name, level))
        if any(line.startswith("amount") for line in lines):
            formulas.names.append(Named(name, kind, level))

    def check(self) -> None:
        level = MEMBER if self.has_members else HOUSEHOLD
        formula = self.formulas.make("yes/no", level, 2)[0]
        self.add("checks", self.name("c"), f"formula = '''{formula}'''")

    # mistakes

    def spoil(self, text: str) -> str:
        """The text with one mistake in it, most likely."""
        random = self.random
        usable = [swap for swap in MISTAKES if swap[0] in text]
        if random.random() < 0.2 or not usable:
            at = random.randrange(len(text))
            return text[:at] + text[at + random.randint(1, 6) :]
        old, new = random.choice(usable)
        places = [at for at in range(len(text)) if text.startswith(old, at)]
        at = random.choice(places)
        return text[:at] + new + text[at + len(old) :]
