"""Writes the letter that tells a household, or one of its members, what was decided, why, and what one can do.

The sentences are those of the rules file; here they get their fields. Other members are not named in a letter to one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Optional

from calc.engine.facts import Household, Member
from calc.engine.outcomes import DENIED, GRANTED, NOT_APPLICABLE, UNDETERMINED, Outcome
from calc.engine.traced.interpreter import Trace
from calc.engine.unknown import Unknown
from calc.exact import plain
from calc.households.household_reader import shown_id
from calc.language.types import MEMBER
from calc.record import Record, replace
from calc.report.arithmetic import NumberWriter
from calc.report.explain import Explanation, shortened
from calc.report.format_values import amount_per, by_id, show
from calc.report.silence import Silent, silent_facts
from calc.report.template import is_no_day
from calc.report.trace_phrases import TracePhrases
from calc.report.ui_text import say
from calc.rules.plan import Plan
from calc.rules.read_letters import LISTS, fields_of
from calc.rules.rulebook import Letter
from calc.rules.toml_document import day_number

MOST_STEPS = 8
"""Lines that say how an amount was computed."""
_TOKEN = re.compile("\ue000(\\d+)\ue001")
_CLAUSES = re.compile(r"  \[(.*)\]$")


class LetterText(Record):
    """A letter in words. Each paragraph is a sentence and the list below it, which may be empty."""

    household: str
    recipient: str
    benefit: str
    kind: str
    title: str
    paragraphs: tuple[tuple[str, tuple[str, ...]], ...]
    fields: Mapping[str, str | tuple[str, ...]]
    entries: Callable[[str], Optional[str]]
    """Writes the value of a fact or definition of the household, or of the recipient; None for another name."""


def kind_of(outcome: Outcome, before: Optional[Outcome]) -> str:
    """Names the kind of decision: of an outcome alone, or as it differs from the one before."""
    was_granted = before is not None and before.status == GRANTED
    if outcome.status == UNDETERMINED:
        return "undetermined"
    if outcome.status == GRANTED:
        return "changed" if was_granted and before is not None and before.amount != outcome.amount else "granted"
    return "ended" if was_granted else "denied"


class LetterWriter:
    """Writes letters to one household and its members; `earlier` is the same household in an earlier picture.

    In between members have tokens for ids, which are replaced last by their names, or by none.
    """

    def __init__(
        self, plan: Plan, household: Household, earlier: Optional[Household], language: str, show_ids: bool = False
    ) -> None:
        self.household = household
        self.plan = plan
        self.language = language
        self.show_ids = show_ids
        self.ids = sorted({one.id for each in (household, earlier) if each is not None for one in each.members})
        self.trace = Trace(plan, self.with_tokens(household))
        self.phrases = TracePhrases(self.trace, language)

    def with_tokens(self, household: Household) -> Household:
        """Gives members tokens for ids, which sort as the ids do: ties in ranks are broken by them."""
        members = [Member(_token(self.ids.index(one.id)), one.facts) for one in household.members]
        return replace(household, members=tuple(members))

    def letter(
        self, letter: Letter, outcome: Outcome, before: Optional[Outcome] = None, causes: Sequence[str] = ()
    ) -> LetterText:
        """Fills a letter of the rules for an outcome."""
        fields = self.fields(letter, outcome, before, causes)
        of_language = self.language == "en"
        texts = {name: value for name, value in fields.items() if isinstance(value, str)}
        paragraphs = []
        for sentence in letter.paragraphs[of_language]:
            wanted = fields_of(sentence)
            if all(fields[name] for name in wanted):
                items = tuple(item for name in wanted if name in LISTS for item in fields[name])
                filled = sentence.format(**texts, **dict.fromkeys(LISTS, ""))
                paragraphs.append((filled.strip(), items))
        title = letter.titles[of_language].format(**texts, **dict.fromkeys(LISTS, ""))
        return LetterText(
            self.household.id,
            texts["recipient"],
            outcome.benefit,
            letter.kind,
            title,
            tuple(paragraphs),
            fields,
            lambda name: self._entry(name, outcome.member),
        )

    def _entry(self, name: str, member: Optional[int]) -> Optional[str]:
        """Writes the value of a fact or definition; of members only those of the recipient."""
        entry = self.plan.facts.get(name) or self.plan.definitions.get(name)
        if entry is None or (entry.type.level == MEMBER and member is None):
            return None
        value = self.trace.value(name, member if entry.type.level == MEMBER else None)
        if value.__class__ is Unknown:
            return ""
        shown = show(by_id(value, entry.type.kind, self.trace.household), entry.type.kind, self.plan, self.language)
        return self._named(shown, None if member is None else self.household.members[member].id)

    def fields(
        self, letter: Letter, outcome: Outcome, before: Optional[Outcome], causes: Sequence[str]
    ) -> dict[str, str | tuple[str, ...]]:
        """Makes all fields, by name: texts, and lists of texts."""
        benefit = self.plan.benefits[outcome.benefit]
        amount, earlier = (self._amount(one) for one in (outcome, before))
        change = ""
        if before is not None and before.amount is not None and outcome.amount is not None:
            sign = "−" if outcome.amount < before.amount else "+"
            apart = max(outcome.amount, before.amount) - min(outcome.amount, before.amount)
            change = sign + plain(apart, self.plan.decimals)
        is_open, applies = outcome.status == UNDETERMINED, outcome.status != NOT_APPLICABLE
        conditions = {
            one.name: self._conditions(outcome, one.name)
            for one in benefit.conditions
            if applies and (not is_open or self.trace.evaluate(one.term, outcome.member) is True)
        }
        failed = outcome.failed if outcome.status == DENIED else ()
        label = benefit.about.label_in(self.language)
        found: dict[str, str | tuple[str, ...]] = {
            "household": shown_id(self.household.id, self.show_ids),
            "recipient": self._recipient(outcome.member),
            "benefit": label,
            "month": self._month(),
            "amount": amount,
            "before": earlier,
            "change": change,
            "sum": self._sum(outcome),
            "cite": self._documents(letter.cites_for.get(outcome.benefit, letter.cites) or letter.cites),
            "remedy": self._documents(letter.remedies),
            "rules": str(self.plan.title.get("en" if self.language == "en" else "title", self.plan.title["title"])),
            "steps": self._steps(outcome),
            "met": tuple(text for name, text in conditions.items() if name not in failed and text),
            "failed": tuple(conditions[name] for name in failed),
            "needs": self._needs(outcome),
            "assumed": self._assumed(outcome) if applies else (),
        }
        found["causes"] = tuple(causes)
        own = None if outcome.member is None else self.household.members[outcome.member].id
        return {
            name: self._named(value, own) if isinstance(value, str) else tuple(self._named(one, own) for one in value)
            for name, value in found.items()
        }

    # the fields

    def _recipient(self, member: Optional[int]) -> str:
        return shown_id(self.household.id, self.show_ids) if member is None else self.trace.household.members[member].id

    def _month(self) -> str:
        return say("letter-month", self.language, year=self.plan.month // 100, month=self.plan.month % 100)

    def _amount(self, outcome: Optional[Outcome]) -> str:
        if outcome is None or outcome.amount is None or self.plan.benefits[outcome.benefit].amount is None:
            return ""
        text = amount_per(outcome.amount, self.plan.benefits[outcome.benefit].per, self.plan, self.language)
        return text.replace(" ", "") if self.language == "zh" else text  # within a sentence: 916.80元/月

    def _sum(self, outcome: Outcome) -> str:
        benefit = self.plan.benefits[outcome.benefit]
        if outcome.status != GRANTED or benefit.amount is None:
            return ""
        return NumberWriter(self.trace, self.language).sentence(benefit.amount, outcome.member) or ""

    def _steps(self, outcome: Outcome) -> tuple[str, ...]:
        """Lists what the amount was computed from, the deepest steps left out where there are too many."""
        benefit = self.plan.benefits[outcome.benefit]
        if outcome.status != GRANTED or benefit.amount is None:
            return ()
        explanation = Explanation(self.trace, self.language, False)
        explanation.steps(benefit.amount, outcome.member, 0)
        return tuple(self._plain(one) for one in shortened(explanation, MOST_STEPS))

    def _conditions(self, outcome: Outcome, name: str) -> str:
        benefit = self.plan.benefits[outcome.benefit]
        condition = next(one for one in benefit.conditions if one.name == name)
        explanation = Explanation(self.trace, self.language, False)
        explanation.condition(condition, outcome.member)
        return self._plain(explanation.lines[0])

    def _needs(self, outcome: Outcome) -> tuple[str, ...]:
        """The questions whose answers are missing, each with the fact and whose it is."""
        if outcome.status != UNDETERMINED:
            return ()
        phrases, found = self.phrases, []
        for fact, place in phrases.questions.needed([outcome]) or outcome.missing:
            listed = phrases.listed([(fact, place)])
            question = phrases.question(fact)
            found.append(f"{question}{phrases.bracketed(listed)}" if question else listed)
        return (*found, *(phrases.say("unset", parameters=phrases.label(one)) for one in outcome.unset))

    def _assumed(self, outcome: Outcome) -> tuple[str, ...]:
        """The facts that nobody stated and that decided, each with what it was taken to be."""
        silent: list[Silent] = []
        for one in self.plan.benefits[outcome.benefit].conditions:
            if self.trace.evaluate(one.term, outcome.member).__class__ is not Unknown:
                silent += silent_facts(self.trace, one.term, outcome.member)
        found = []
        for fact, place in dict.fromkeys(silent):
            if is_no_day(self.plan.facts[fact]):
                continue
            kind = self.plan.facts[fact].type.kind
            value = show(
                by_id(self.trace.value(fact, place), kind, self.trace.household), kind, self.plan, self.language
            )
            found.append(f"{self.phrases.listed([(fact, place)])}{say('taken-as', self.language, value=value)}")
        return tuple(found)

    def _documents(self, cites: Sequence[str]) -> str:
        """Titles and clauses of the documents that are in force in the month."""

        def is_in_force(cite: str) -> bool:
            begins = day_number(self.plan.documents.get(cite.partition(" ")[0], {}).get("in_force"))
            return begins is None or begins <= self.plan.month_end

        found = (self.phrases.clauses((one,)) for one in cites if is_in_force(one))
        return ("、" if self.language == "zh" else "; ").join(found)

    def _plain(self, line: str) -> str:
        """A line of an explanation without its marks, the clause in brackets behind it."""
        text = line.strip().lstrip("✓✗?").strip()
        found = _CLAUSES.search(text)
        clause = found.group(1) if found else ""
        text = (text[: found.start()] if found else text).removesuffix(" *")
        said, _, why = text.partition(" — ")
        return said + self.phrases.bracketed(why) + self.phrases.bracketed(clause)

    def _named(self, text: str, own: Optional[str]) -> str:
        """Puts the names of members in place; in a letter to one of them the others have none."""

        def name(found: re.Match[str]) -> str:
            id = self.ids[int(found.group(1))]
            is_other = own is not None and id != own
            return say("letter-other", self.language) if is_other else shown_id(id, self.show_ids)

        return _TOKEN.sub(name, text)


def _token(rank: int) -> str:
    return f"\ue000{rank:04d}\ue001"
