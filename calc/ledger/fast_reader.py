"""Columns of a file → one Python function that reads the rows of a household, where nothing about them is unusual.

    read(rows) gives H, the household's facts, M, the members' facts, I, the members' ids, S, its shape

It raises `NeedsFullReader` for anything out of the ordinary — a cell that cannot be read, facts that disagree, a
number that is not plain — and the full reader
(`calc.ledger.full_reader`) then reads the household and says what is wrong.
So the meaning of a cell is written once: what is remembered here was read by `read_value`.
The text of the function is made of whole numbers and names invented here; nothing of a file or a rules file enters it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container
from typing import Any

from calc.engine.facts import Declared, not_known
from calc.engine.python.row_engine import StatedShape, is_open
from calc.engine.used_facts import number_of_values
from calc.households.cell_values import NOT_KNOWN, state
from calc.households.derived_facts import derive, numbers_of
from calc.households.headings import ID, NAME
from calc.households.identity_numbers import CHECK_DIGITS
from calc.households.member_references import KnownMembers, references_of
from calc.language.types import CHOICE, DATE, HOUSEHOLD, MEMBER, MONEYS, MOST_MEMBERS
from calc.ledger.cell_caches import (
    DAMAGED,
    SHORTEST_NUMBER,
    CellCache,
    IdentityParts,
    NeedsFullReader,
    ShortCells,
)
from calc.ledger.csv_blocks import Line
from calc.ledger.header import LOOK_UP, PLACE, Column, Header
from calc.ledger.identity_facts import IdentityFacts
from calc.rules.plan import FactPlan, Plan

_LONGEST = 100
_PLAIN_DIGITS = 9
FastReader = Callable[[list[Line]], tuple[dict[str, Declared], list[dict[str, Declared]], list[str], StatedShape]]


def quick_reader(
    columns: Header, plan: Plan, twins: Collection[str], meets_not_known: bool = False
) -> FastReader | None:
    """The function, or None where the rules ask for more than it can.

    `twins` are the first 17 digits of the identity numbers that stand more than once. Without `meets_not_known` it
    raises MeetsNotKnown where a cell says "not known".
    """
    return _Writer(columns, plan, twins, meets_not_known).function()


class _Writer:
    def __init__(self, columns: Header, plan: Plan, twins: Collection[str], meets_not_known: bool) -> None:
        self.columns = columns
        self.plan = plan
        self.meets_not_known = meets_not_known
        self.space: dict[str, Any] = {"Unusual": NeedsFullReader, "NotKnown": NOT_KNOWN, "is_open": is_open,
                                      "not_known": not_known}  # fmt: skip
        self.twins = twins
        self.persons = IdentityFacts(plan)
        self.others: list[tuple[str, str]] = []
        has = {one.meaning.name for one in columns.facts if isinstance(one.meaning, FactPlan)}
        self.references = {
            level: [one for one in references_of(plan, level) if one in has] for level in (HOUSEHOLD, MEMBER)
        }

    def keep(self, value: Any) -> str:
        name = f"k{len(self.space)}"
        self.space[name] = value
        return name

    def function(self) -> FastReader | None:
        if numbers_of(self.plan, HOUSEHOLD) or self.persons.are_several():
            return None
        cells = {one.at: f"c{one.at}" for one in self.columns.facts}
        names = [one for word in (ID, NAME) if (one := self.columns.by_word.get(word)) is not None]
        cells |= {one.at: f"c{one.at}" for one in names}
        place = self.columns.by_word.get(PLACE)
        if place is not None:
            cells[place.at] = "p"
        unpacked = ", ".join(cells.get(at, "_") for at in range(self.columns.width))
        body = [f"{unpacked}{',' if self.columns.width == 1 else ''} = row"]
        if place is not None:  # a household of JSON Lines with its members on its line has no other line
            body += [f"if p and (p == {LOOK_UP!r} or rows[0][0] != rows[-1][0]): raise Unusual"]
        body += self.ids(names) if self.plan.has_members else []
        body += ["m = {}"] if self.plan.has_members else []
        for column in self.columns.facts:
            body += self.cell(column)
        if self.plan.has_members:
            body += [*self.derived(), *self.add_others(), "if not m: raise Unusual", "M.append(m)"]
        own, words = self.shape()
        alone, several = f"({own}tuple(m), {words})", f"({own})"
        if self.meets_not_known:
            alone, several = f"({own}tuple(H), tuple(m), {words})", f"({own}tuple(H), is_open(M))"
        lines = [
            "def read(rows):",
            "    H = {}; M = []; I = []; N = []; R = []",
            f"    if len(rows) > {MOST_MEMBERS if self.plan.has_members else 1}: raise Unusual",
            "    for _, row in rows:",
            *(f"        {line}" for line in body),
            "    if len(I) > 1 and len(set(I)) != len(I): raise Unusual",
            *(["    if len(N) > 1 and len(set(N)) != len(N): raise Unusual"] if len(names) > 1 else []),
            *self.refer(names),
            f"    return H, M, I, {alone} if len(M) == 1 else {several}",
        ]
        exec(compile("\n".join(lines), "<ledger>", "exec"), self.space)  # our own text: see the head of this module
        read: FastReader = self.space["read"]
        return read

    def shape(self) -> tuple[str, str]:
        """Makes the key of a household: its stated facts with their words, and the words of a member.

        Words of members are taken as they stand, and where they follow from a number, with its digits. They matter
        where there is only one member (see `RowEngine`). First comes which columns there are: other files have others.
        """
        own, words = [], []
        for column in self.columns.facts:
            fact, cell = column.meaning, f"c{column.at}"
            assert isinstance(fact, FactPlan)
            if fact.type.level != MEMBER:
                name = self.keep(fact.name)
                own.append(f"H.get({name})" if number_of_values(fact) else f"{name} in H")
            elif fact.name in self.persons.names:
                words += [f"{cell}[16:17] in '13579'", f"{cell}[18:]"]
            elif fact.words or fact.holds or fact.several:  # many words of one meaning
                states = [one for name in (fact.name, *fact.settled()) if (one := self.plan.facts.get(name))]
                words += [f"m.get({self.keep(one.name)})" for one in states if number_of_values(one)]
            elif number_of_values(fact):
                words.append(cell)
        facts = [one.meaning.name for one in self.columns.facts if isinstance(one.meaning, FactPlan)]
        columns = self.keep("\n".join(facts))  # one text, whose hash is known
        return "".join(f"{one}, " for one in (columns, *own)), "".join(f"{one}, " for one in words)

    def ids(self, names: list[Column]) -> list[str]:
        """The member's id: the one given, else the name, else the place in the household."""
        if not names:
            return ["I.append(str(len(I) + 1))"]
        cells = [f"c{one.at}" for one in names]
        wrong = f"len(i) > {_LONGEST} or not i.isprintable() or {DAMAGED!r} in i"
        return [
            *(f"if (i := {cell}) and ({wrong}): raise Unusual" for cell in cells[1:]),
            f"i = {' or '.join(cells)}",
            f"if not (i.isalnum() and len(i) <= {_LONGEST}):",  # which no blank, mark or damaged character is
            f"    if not i or {wrong} or i != i.strip() or '  ' in i or (' ' in i and not i.isascii()): raise Unusual",
            "I.append(i)",
            *(f"if {cell}: N.append({cell} if {cell}.isalnum() else ''.join({cell}.split()))" for cell in cells[1:]),
            *(f"R.append({cell})" for cell in cells[1:] if any(self.references.values())),
        ]

    def refer(self, names: list[Column]) -> list[str]:
        """Writes the code that finds the members that facts refer to."""
        of = self.references
        if not any(of.values()):
            return []
        identity = self.persons.identity
        number = "" if identity is None else f"m.get({self.keep(identity.name)})"
        known = f"{self.keep(KnownMembers)}([(i, n, {number}) for i, n, m in zip(I, R or I, M)])"
        own, of_members = self.keep(of[HOUSEHOLD]), self.keep(of[MEMBER])
        wrong = f"k.refer(H, {own}) or any([k.refer(m, {of_members}) for m in M])"
        return [f"    k = {known}", f"    if {wrong}: raise Unusual"]

    def cell(self, column: Column) -> list[str]:
        """Writes the code that reads one cell of a row."""
        fact = column.meaning
        assert isinstance(fact, FactPlan)
        name, cell = self.keep(fact.name), f"c{column.at}"
        if fact.type.level == MEMBER:
            put = f"m[{name}] = v"
            if self.meets_not_known:
                put = f"m[{self.keep(not_known(fact.name))} if v is NotKnown else {name}] = v is NotKnown or v"
            if fact.name in self.persons.names:
                if not self.meets_not_known:
                    return [f"if {cell}: m[{name}] = {cell}"]
                said = f"{self.keep(ShortCells(fact))}[{cell}]"
                number = f"{cell} if len({cell}) >= {SHORTEST_NUMBER} else {said}"
                return [f"if {cell} and (v := {number}) is not None: {put}"]
            remembered = CellCache(fact, self.meets_not_known)
            if fact.settled():
                self.others.append((cell, self.keep(remembered.others)))
            line = f"if {cell} and (v := {self.keep(remembered)}[{cell}]) is not None: {put}"
            largest = 10**_PLAIN_DIGITS * remembered.step
            if fact.type.kind not in MONEYS or remembered.low > 0 or remembered.high < largest:
                return [line]
            # amounts are too many different ones to be remembered, and most are plain digits
            plain = f"{cell}.isdigit() and {cell}.isascii() and len({cell}) <= {_PLAIN_DIGITS}"
            lines = [f"if {cell}:", f"    if {plain}: m[{name}] = int({cell}) * {remembered.step}"]
            if fact.decimals == 2:
                digits = f"(d := {cell}[:-3] + {cell}[-2:]).isdigit() and d.isascii() and 2 < len(d) <= {_PLAIN_DIGITS}"
                lines.append(f"    elif {cell}[-3:-2] == '.' and {digits}: m[{name}] = int(d)")
            return [*lines, f"    el{line}"]
        memory = self.keep(CellCache(fact, self.meets_not_known))
        if self.meets_not_known:
            call = f"{self.keep(state)}(H, {self.keep(fact)}, v)"
            is_new = f"H.get({name}) != v"  # most rows say again what the first one said
            return [f"if {cell} and (v := {memory}[{cell}]) is not None and {is_new} and {call}: raise Unusual"]
        return [f"if {cell} and (v := {memory}[{cell}]) is not None and H.setdefault({name}, v) != v: raise Unusual"]

    def derived(self) -> list[str]:
        """Writes the code for facts derived from a member's numbers."""
        lines: list[str] = []
        has = {one.meaning.name for one in self.columns.facts if isinstance(one.meaning, FactPlan)}
        known = set(has)  # facts that something else in the row may state
        for fact in self.columns.facts:
            if isinstance(fact.meaning, FactPlan):
                known.update(fact.meaning.settled())
        identity = self.persons.identity
        for certificate in self.persons.certificates:
            if certificate.name not in has:
                continue
            target = certificate.derives.get("identity_number")
            lines += [f"if (n := m.get({self.keep(certificate.name)})) is not None:"]
            if identity is not None and target == identity.name:
                lines += [
                    "    if len(n) != 20 or n[18] not in '1234567' or n[19] not in '1234': raise Unusual",
                    f"    if m.setdefault({self.keep(target)}, n[:18]) != n[:18]: raise Unusual",
                    *self.is_known(identity.name),
                ]
                for part, at in (("type", 18), ("level", 19)):
                    name = certificate.derives.get(part)
                    values = None if name is None else self.persons.parts(name)
                    if name is not None and values is not None:
                        derived = f"{self.keep(values)}[n[{at}]]"
                        lines += [f"    if m.setdefault({self.keep(name)}, {derived}) != {derived}: raise Unusual"]
                        lines += self.is_known(name)
            else:
                call = f"{self.keep(derive)}(m, {self.keep((certificate,))}, {self.keep(self.plan)})"
                lines += [f"    if {call}: raise Unusual"]
        if identity is None or (identity.name not in has and not lines):
            return lines
        for certificate in self.persons.certificates:
            known |= set(certificate.derives.values())
        lines += [f"if (n := m.get({self.keep(identity.name)})) is not None:", *self.checked_number()]
        birth, sex = self.persons.target("birth_date", DATE), self.persons.target("sex", CHOICE)
        if birth is not None:
            lines += self.follows(birth.name, "b", known)
        if sex is not None and len(sex.type.options) >= 2:
            male, female = sex.type.options[:2]
            lines += [
                f"    s = {self.keep(male)} if n[16] in '13579' else {self.keep(female)}",
                *self.follows(sex.name, "s", known),
            ]
        return lines

    def checked_number(self) -> list[str]:
        """Writes the code that checks an identity number `n` by its parts, and finds the day of birth `b`."""
        parts = IdentityParts(*self.persons.birth_bounds())
        twin = f" or n[:17] in {self.keep(self.twins)}" if self.twins else ""
        shares = f"{self.keep(parts.areas)}[n[:6]] + w + {self.keep(parts.serials)}[n[14:17]]"
        return [
            f"    if len(n) != 18{twin}: {self.keep(parts.refuse)}(n)",
            f"    w, b = {self.keep(parts.days)}[n[6:14]]",
            f"    if {self.keep(CHECK_DIGITS)}[({shares}) % 11] != n[17]: raise Unusual",
        ]

    def follows(self, name: str, value: str, known: Container[str]) -> list[str]:
        """Writes the code for a fact that follows from a number; `known` are those that may be stated already."""
        if name not in known:
            return [f"    m[{self.keep(name)}] = {value}"]
        return [f"    if m.setdefault({self.keep(name)}, {value}) != {value}: raise Unusual", *self.is_known(name)]

    def add_others(self) -> list[str]:
        """Writes the code for facts that cells of other facts state: a word settles them, or a cell holds several."""
        lines: list[str] = []
        for cell, others in self.others:
            lines += [f"for n, v in {others}.get({cell}, ()):", "    if m.setdefault(n, v) != v: raise Unusual"]
            lines += ["    m.pop(not_known(n), None)"] if self.meets_not_known else []
        return lines

    def is_known(self, name: str) -> list[str]:
        """Writes the code for a fact that follows from a number, and may be stated as not known as well."""
        return [f"    m.pop({self.keep(not_known(name))}, None)"] if self.meets_not_known else []
