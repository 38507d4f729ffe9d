"""Finds the facts of a plan by the headings of files, and the few words that every household file has."""

from __future__ import annotations

from typing import Union

from calc.language.types import HOUSEHOLD, MEMBER
from calc.record import Record
from calc.rules.plan import FactPlan, Plan
from calc.text_forms import folded

MEMBERS, ID, NAME, HOUSEHOLDS, HEAD_NUMBER = "members", "id", "name", "households", "head number"
LEDGER_WORDS = {
    "household": HOUSEHOLDS,
    "householdid": HOUSEHOLDS,
    "householdnumber": HOUSEHOLDS,
    "hhid": HOUSEHOLDS,
    "家庭": HOUSEHOLDS,
    "户编号": HOUSEHOLDS,
    "户号": HOUSEHOLDS,
    "家庭编号": HOUSEHOLDS,
    "家庭户号": HOUSEHOLDS,
    "户口编号": HOUSEHOLDS,
    "户id": HOUSEHOLDS,
    "家庭id": HOUSEHOLDS,
    "id": ID,
    "编号": ID,
    "member": ID,
    "memberid": ID,
    "成员": ID,
    "成员编号": ID,
    "name": NAME,
    "姓名": NAME,
    "成员姓名": NAME,
    "headnumber": HEAD_NUMBER,
    "户主证件号码": HEAD_NUMBER,
}
"""The program's own words in the headings of a ledger, folded: the household a row belongs to, by its number or by the
identity number of its head, and its member."""
LEDGER_HEADINGS = {
    HOUSEHOLDS: ("household", "户编号"),
    ID: ("member id", "成员编号"),
    NAME: ("name", "姓名"),
    HEAD_NUMBER: ("head number", "户主证件号码"),
}
"""Those headings in a template, in English and Chinese."""
WORDS = {
    "members": MEMBERS,
    "member": MEMBERS,
    "成员": MEMBERS,
    "家庭成员": MEMBERS,
    "id": ID,
    "编号": ID,
    "name": NAME,
    "姓名": NAME,
    "households": HOUSEHOLDS,
    "household": HOUSEHOLDS,
    "家庭": HOUSEHOLDS,
}
"""The program's own words, folded; everything else in a household file is named by the rules."""

_LONGEST_GUESSED = 40
_MOST_GUESSES = 40_000
"""New headings that are compared, at a tenth of a millisecond each: at both levels more than a spreadsheet can have."""


class UnknownHeading(Record):
    """A heading that is no fact of a level: the code of its message, and the level at which it is one."""

    code: str
    level: tuple[str, str] | None = None


class Headings:
    """The headings of a plan by level. A heading shared by two facts of a level is neither of them."""

    def __init__(self, plan: Plan) -> None:
        self.facts = {HOUSEHOLD: _known(plan, HOUSEHOLD), MEMBER: _known(plan, MEMBER)}
        self.topics = {folded(label) for topic in plan.topics.values() for label in (topic.label, topic.en) if label}
        self._shown = {level: _as_written(plan, level) for level in (HOUSEHOLD, MEMBER)}
        self._guesses: dict[tuple[str, int], str | None] = {}

    def find(self, heading: str, level: int) -> Union[FactPlan, UnknownHeading]:
        """Finds the fact of a level for a heading, or the reason why there is none."""
        plain = folded(heading)
        fact = self.facts[level].get(plain)
        if fact is not None:
            return fact
        other = MEMBER + HOUSEHOLD - level
        if plain in self.facts[other]:
            return UnknownHeading("unknown-fact/level", LEVEL_WORDS[other])
        return UnknownHeading("unknown-fact")

    def near(self, heading: str, level: int) -> str | None:
        """Finds the most similar heading of a level. It is slow, and stops after many new headings."""
        key = plain, level = folded(heading), level
        if key not in self._guesses:
            if not plain or len(plain) > _LONGEST_GUESSED or len(self._guesses) >= _MOST_GUESSES:
                return None
            from calc.language.expression_error import close_match

            found = close_match(plain, list(self._shown[level]))
            self._guesses[key] = self._shown[level][found] if found else None
        return self._guesses[key]


LEVEL_WORDS = {HOUSEHOLD: ("the household", "家庭"), MEMBER: ("each member", "成员")}


def word_of(heading: str) -> str | None:
    """Returns the program's own word for a heading; None if it is none."""
    return WORDS.get(folded(heading))


def own_word_for(heading: str, level: int) -> str | None:
    """Finds the word of household files that a level has in place of a heading of ledgers; None if it has none."""
    words = {HOUSEHOLD: {HOUSEHOLDS: ("id", "编号")}, MEMBER: {ID: ("id", "编号"), NAME: ("name", "姓名")}}
    pair = words[level].get(LEDGER_WORDS.get(folded(heading), ""))
    return None if pair is None else pair[0 if heading.isascii() else 1]


def relation_to_head(plan: Plan) -> FactPlan | None:
    """Finds the fact of members that says who is the head: a choice with one of the rules' `head_words`."""
    words = set(plan.title.get("head_words", ()))
    return next((one for one in plan.facts.values() if words & set(one.type.options or ())), None)


def _known(plan: Plan, level: int) -> dict[str, FactPlan]:
    """Maps folded headings to facts: names before labels, labels before aliases."""
    facts = [fact for fact in plan.facts.values() if fact.type.level == level]
    known: dict[str, FactPlan] = {}
    for headings_of in (_names, _labels, _aliases):
        claimed: dict[str, list[FactPlan]] = {}
        for fact in facts:
            for heading in dict.fromkeys(folded(one) for one in headings_of(fact)):
                claimed.setdefault(heading, []).append(fact)
        for heading, claims in claimed.items():
            if heading and len(claims) == 1:
                known.setdefault(heading, claims[0])
    return known


def _names(fact: FactPlan) -> tuple[str, ...]:
    return (fact.name,)


def _labels(fact: FactPlan) -> tuple[str, ...]:
    return (fact.about.label, fact.about.en)


def _aliases(fact: FactPlan) -> tuple[str, ...]:
    return fact.aliases


def _as_written(plan: Plan, level: int) -> dict[str, str]:
    """Maps folded headings to their form in the rules, for suggestions; of several that are alike the first."""
    facts = [fact for fact in plan.facts.values() if fact.type.level == level]
    written: dict[str, str] = {}
    for headings_of in (_names, _labels, _aliases):
        for fact in facts:
            for heading in headings_of(fact):
                written.setdefault(folded(heading), heading)
    return written
