"""Writes the question for a person, which needs the topics of the rules alone and is shown before they are planned."""

from __future__ import annotations

from collections.abc import Mapping

from calc.report.ui_text import say
from calc.rules.rulebook import Topic


def first_question(topics: Mapping[str, Topic], language: str) -> list[str]:
    """Writes how to answer, and the question for the first person."""
    return [say("ask-intro", language), "", *person_question(topics, 1, language)]


def person_question(topics: Mapping[str, Topic], number: int, language: str) -> list[str]:
    """Writes the question for a person; with the first one, how to write several."""
    topic = next((one for one in topics.values() if one.people and one.question), None)
    text = topic.question_in(language) if topic else say("ask-name", language)
    found = [say("ask-person", language, number=number, question=text)]
    if number == 1:
        found.append(say("ask-person-how" if topic else "ask-person-how-name", language))
    return found
