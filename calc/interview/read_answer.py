"""Reads the answer to a question: the state that it leads to, or what is wrong with it."""

from __future__ import annotations

import re
from typing import Any, Union

from calc.households.cell_values import NOT_KNOWN, CellError, NotKnown
from calc.households.read_cell import read_cell
from calc.interview.state import (
    PERSON,
    WHO,
    NamedMember,
    Picking,
    Prompt,
    State,
    picked_value,
)
from calc.language.types import CHOICE, DATE, MEMBER, MOST_MEMBERS, REFERENCE, YES_NO
from calc.record import Record, replace
from calc.rules.plan import FactPlan, Plan
from calc.text_forms import clean_id, folded_word, half_width

_BETWEEN = re.compile(r"[\s,;，；、]+")
_NUMBERED = re.compile(r"[^\W\d_][^\d]*\d{1,3}(?:[)）]|[^\W\d年月日岁]+)?")
"""The beginning of a name that has a number in it, to tell two people apart (`王五2`), and is no part of a date."""
_BEHIND_NAME = re.compile(r"[(（]\d{1,3}[)）]")
_LEAST_DIGITS = 12
"""Digits that are meant as a personal number: more than any date has."""
_NONE = frozenset(("0", "无", "没有", "都没有", "没有人", "none", "nobody", "no", "n", "否"))
_NOT_KNOWN = frozenset(("不清楚", "不详", "不知道", "unknown"))
_ALL = frozenset(("all", "everybody", "全部", "都有", "全都"))


class Misread(Record):
    """An answer that cannot be taken: the key of a text of the user interface, or the code of a message."""

    text: str
    values: dict[str, Any] = {}
    is_message: bool = False


Read = Union[State, Misread]


def read_answer(plan: Plan, state: State, question: Prompt, text: str) -> Read:
    """Reads an answer. An empty one takes the default, where the question has one."""
    text = text.strip()
    if question.kind == PERSON:
        return _person(plan, state, text)
    if question.kind == WHO:
        return _who(plan, state, question, text)
    if len(question.facts) == 1 and not question.topic:
        return _fact(plan, state, question, text)
    return _picked(plan, state, question, text)


# the next person


def _person(plan: Plan, state: State, text: str) -> Read:
    """Reads a name and, behind it, values of the facts that are asked with names: a date, a number, a relation."""
    pieces = [one for one in _BETWEEN.split(text) if one]
    if not pieces:
        return replace(state, has_everybody=True) if state.people else Misread("ask-nobody")
    if len(state.people) == MOST_MEMBERS:
        return Misread("ask-too-many", {"most": MOST_MEMBERS})
    wanted = facts_with_names(plan)
    facts: dict[str, Any] = {}
    name = [pieces.pop(0)]
    while pieces:
        length = next((n for n in range(len(pieces), 0, -1) if _one_of(wanted, facts, " ".join(pieces[:n]))), 0)
        if not length:
            if facts:
                return _not_read(wanted, pieces[0])
            name.append(pieces.pop(0))
        del pieces[:length]
    whole = clean_id(" ".join(name))
    if any(one.name == whole for one in state.people):
        return Misread("ask-name-twice", {"name": whole})
    for at, one in enumerate(name):
        if any(map(str.isdigit, one)) and not (_BEHIND_NAME if at else _NUMBERED).fullmatch(one):
            return _not_read(wanted, one)
    return replace(state, people=(*state.people, NamedMember(whole, facts)))


def _not_read(wanted: list[FactPlan], text: str) -> Misread:
    """Says what is wrong with digits behind a name: as a personal number if they are that long, else as a date."""
    digits = sum(map(str.isdigit, text))
    is_number = digits >= _LEAST_DIGITS
    for fact in wanted if digits else ():
        read, _ = read_cell(fact, text)
        if isinstance(read, CellError) and (fact.format is not None if is_number else fact.type.kind == DATE):
            return Misread(read.code, {**read.values, "fact": _label_pair(fact)}, True)
    return Misread("ask-not-read", {"text": text})


def facts_with_names(plan: Plan) -> list[FactPlan]:
    """Lists the facts that are read behind a name: those of the topic of people, and numbers that they follow from."""
    topic = next((one for one in plan.topics.values() if one.people and one.question), None)
    asked = [plan.facts[one] for one in topic.asked() if one in plan.facts] if topic else []
    names = {one.name for one in asked}
    return [*numbers_for(plan, names), *asked]


def numbers_for(plan: Plan, names: set[str]) -> list[FactPlan]:
    """Lists the personal numbers from which some facts of members are derived."""
    return [
        one for one in plan.facts.values()
        if one.format and one.type.level == MEMBER and not names.isdisjoint(one.derives.values())
    ]  # fmt: skip


def _one_of(wanted: list[FactPlan], facts: dict[str, Any], text: str) -> bool:
    """Adds a text to the facts if it is the value of one of some that are not stated yet."""
    for fact in wanted:
        read, _ = read_cell(fact, text)
        if fact.name not in facts and read is not None and not isinstance(read, (CellError, NotKnown)):
            if fact.type.kind == CHOICE and text.isascii() and text.isdigit():
                continue
            facts[fact.name] = text
            return True
    return False


# whom a topic concerns, and what of it


class ListAnswer(Record):
    """Places of a list that were chosen, and those of which nobody knows."""

    chosen: frozenset[int]
    not_known: frozenset[int] = frozenset()


def _who(plan: Plan, state: State, question: Prompt, text: str) -> Read:
    names = [state.people[place].name for place in question.members if place is not None]
    choice = _chosen(text, names, len(names))
    if isinstance(choice, Misread):
        return choice
    waiting: list[Picking] = []
    for at, place in enumerate(question.members):
        if at in choice.chosen and len(question.facts) == 1:
            state = _take(state, plan.facts[question.facts[0]], place)
        elif at in choice.chosen:
            waiting.append(Picking(question.topic, place, question.facts))
        else:
            for name in question.facts:
                state = _left(plan, state, name, place, at in choice.not_known)
    return replace(state, picking=(*state.picking, *waiting))


def _picked(plan: Plan, state: State, question: Prompt, text: str) -> Read:
    (place,) = question.members
    done = replace(state, picking=state.picking[1:])
    choice = _chosen(text, [], len(question.facts))
    if isinstance(choice, Misread):
        return choice
    for at, name in enumerate(question.facts):
        if at in choice.chosen:
            done = _take(done, plan.facts[name], place)
        else:
            done = _left(plan, done, name, place, at in choice.not_known)
    return done


def _take(state: State, fact: FactPlan, place: int | None) -> State:
    """Notes a fact that was picked: a yes/no is answered by that, anything else is asked next."""
    value = picked_value(fact)
    if value is not None:
        return state.with_fact((fact.name, place), value)
    return replace(state, picked=(*state.picked, (fact.name, place)))


def _left(plan: Plan, state: State, name: str, place: int | None, is_not_known: bool) -> State:
    """Notes a fact that was not picked: its default was put, or nobody knows."""
    if state.stated((name, place)) is not None:
        return state
    if is_not_known:
        return state.with_fact((name, place), "?")
    return state.with_default(plan.facts[name], place)


def _chosen(text: str, names: list[str], count: int) -> ListAnswer | Misread:
    """Reads numbers of a list, names in it, "none" or "all"; nothing typed is none, and `2?` that nobody knows."""
    everything = frozenset(range(count))
    whole = folded_word(text)
    if text in names:
        return ListAnswer(frozenset((names.index(text),)))
    if not text or whole in _NONE:
        return ListAnswer(frozenset())
    if whole in _ALL:
        return ListAnswer(everything)
    if whole in _NOT_KNOWN or not whole.strip("?"):
        return ListAnswer(frozenset(), everything)
    found: dict[bool, set[int]] = {False: set(), True: set()}
    for piece in filter(None, _BETWEEN.split(half_width(text))):
        doubt = piece.endswith("?")
        bare = piece.rstrip("?.)")
        span = re.fullmatch(r"(\d{1,3})(?:[-~](\d{1,3}))?", bare, re.ASCII)
        if bare in names:
            found[doubt].add(names.index(bare))
            continue
        first, last = (int(span[1]), int(span[2] or span[1])) if span else (0, 0)
        if not 1 <= first <= last <= count:
            return Misread("ask-not-in-list", {"text": piece, "count": count})
        found[doubt].update(range(first - 1, last))
    return ListAnswer(frozenset(found[False]), frozenset(found[True]) - found[False])


# the value of one fact


def _fact(plan: Plan, state: State, question: Prompt, text: str) -> Read:
    name, place = need = question.need
    fact = plan.facts[name]
    waits = bool(state.picked) and state.picked[0] == need
    done = replace(state, picked=state.picked[1:]) if waits else state
    if not text:
        if not question.has_default:
            return Misread("ask-empty")
        return done.with_default(fact, place)
    raw = _from_list(state, fact, place, text)
    read, _ = read_cell(fact, raw)
    if isinstance(read, CellError):
        for number in numbers_for(plan, {name}) if place is not None else ():
            if not isinstance(read_cell(number, text)[0], (CellError, NotKnown, type(None))):
                return done.with_fact((number.name, place), text)
        return Misread(read.code, {**read.values, "fact": _label_pair(fact)}, True)
    if read is None:
        return Misread("ask-empty")
    if read == NOT_KNOWN:
        raw = "?"
    elif fact.type.kind == YES_NO:
        raw = read
    return done.with_fact(need, raw)


def _label_pair(fact: FactPlan) -> tuple[str, str]:
    return fact.about.en, fact.about.label


def _from_list(state: State, fact: FactPlan, place: int | None, text: str) -> Any:
    """Finds what the number of an option or of a member in the list shown means; else returns the text."""
    number = half_width(text).rstrip(".)、")
    if not (number.isascii() and number.isdigit() and len(number) < 4):
        return text
    at = int(number)
    if fact.type.kind == CHOICE and 1 <= at <= len(fact.type.options):
        return fact.type.options[at - 1]
    if fact.type.kind == REFERENCE:
        others = members_to_choose(state, place)
        if at == 0:
            return "nobody"
        if at <= len(others):
            return state.people[others[at - 1]].name
    return text


def members_to_choose(state: State, place: int | None) -> list[int]:
    """Lists the members that a reference of a member can mean: all others."""
    return [at for at in range(len(state.people)) if at != place]
