"""Lead an interview on a terminal: put each question, take its answer, say what it settles, and save at the end."""

from __future__ import annotations

import click

from calc.assess_households import Assessment
from calc.cli.conversation import Conversation
from calc.cli.print_assessment import PrintOptions, print_assessment
from calc.diagnostics.messages import message
from calc.engine.outcomes import Need
from calc.interview.interview import Contradiction, Interview
from calc.interview.read_answer import Misread
from calc.report.household_file import household_file
from calc.report.interview_text import QuestionText, reasons, settled
from calc.text_forms import folded_word

_WHY = frozenset(("why", "w", "为何", "为什么", "为啥"))
_BACK = frozenset(("back", "b", "返回", "上一步", "回"))
_STOP = frozenset(("save", "quit", "q", "exit", "保存", "退出"))
_MOST_CORRECTIONS = 5


def lead(interview: Interview, talk: Conversation, output: str | None, *, is_begun: bool) -> int:
    """Lead an interview to its end, or until it is stopped, and save. Returns the exit status.

    `is_begun` says that the first question was printed already.
    """
    leader = _Leader(interview, talk)
    try:
        is_done = leader.put_questions(is_begun)
    except KeyboardInterrupt:
        talk.say([""])
        is_done = False
    leader.close(output, is_done)
    return 0 if is_done else 1


class _Leader:
    def __init__(self, interview: Interview, talk: Conversation) -> None:
        self.interview = interview
        self.plan = interview.plan
        self.talk = talk
        self.language = talk.language
        self.text = QuestionText(interview.plan, talk.language)

    def say(self, key: str, **values: object) -> None:
        self.talk.say([self.text.say(key, **values)])

    def put_questions(self, is_begun: bool) -> bool:
        """Put all questions. False where it was stopped before the end."""
        if not is_begun:
            self.say("ask-intro")
        while self.interview.question is not None:
            if not is_begun:
                self.talk.say(["", *self.text.lines(self.interview.state, self.interview.question)])
            is_begun = False
            answer = self._answer()
            if answer is None:
                return False
            if folded_word(answer) in _BACK:
                if not self.interview.back():
                    self.say("ask-nothing-before")
            else:
                self._take(answer)
        return True

    def _answer(self) -> str | None:
        """Listen until something is answered; None to stop."""
        while True:
            answer = self.talk.listen()
            if answer is None or folded_word(answer) in _STOP:
                return None
            if folded_word(answer) not in _WHY:
                return answer
            self.talk.say(reasons(self.interview, self.language))

    def _take(self, answer: str) -> None:
        taken = self.interview.answer(answer)
        if isinstance(taken, Misread):
            text = message(taken.text, taken.values, self.language) if taken.is_message else None
            self.talk.say([text or self.text.say(taken.text, **taken.values)])
        elif isinstance(taken, Contradiction):
            self._settle(taken)
        elif taken and self.interview.trace is not None:
            found = settled(self.interview.trace, ((one.benefit, one.member) for one in taken), self.language)
            prospects = self.interview.prospects
            done = sum(not one.needs for one in prospects)
            line = self.text.say("ask-progress", settled=done, all=len(prospects))
            if found:
                line = f"{self.text.say('ask-settled', outcomes=found)} {line}"
            self.talk.say([f"→ {line}"])

    def _settle(self, found: Contradiction) -> None:
        """Show a contradiction, and let either answer be corrected."""
        self.say("ask-contradiction")
        self.talk.say(f"  {one.message(self.language)}" for one in found.mistakes)
        earlier = found.earlier[:_MOST_CORRECTIONS]
        choices = [self.text.say("ask-correct-this"), *(self._correction(one) for one in earlier)]
        self.talk.say(f"  {at} {one}" for at, one in enumerate(choices, 1))
        while (answer := self.talk.listen()) is not None:
            if answer.strip() in ("", "1") or folded_word(answer) in _BACK:
                return
            if answer.strip().isdigit() and 2 <= int(answer) <= len(choices):
                self.interview.correct(found, earlier[int(answer) - 2])
                return
            self.say("ask-not-in-list", text=answer, count=len(choices))

    def _correction(self, need: Need) -> str:
        fact = self.plan.facts[need[0]]
        state = self.interview.state
        name = self.text.member(state, need[1])
        label = self.text.say("ask-of", member=name, question=fact.about.label_in(self.language)) if name else ""
        value = self.text.value(fact, state.stated(need))
        return self.text.say("ask-correct-earlier", fact=label or fact.about.label_in(self.language), value=value)

    def close(self, output: str | None, is_done: bool) -> None:
        """Print the result, and save the household file."""
        interview = self.interview
        self.talk.say([""])
        self.say("ask-done" if is_done else "ask-stopped", count=len(interview.steps))
        if is_done and interview.trace is not None:
            click.echo("")
            options = PrintOptions(self.language, "text", False, None, None, False, ())
            print_assessment(self.plan, Assessment((interview.trace,), ()), options)
        state = interview.state
        if state.people or state.facts:
            text = household_file(self.plan, state, self.language)
            if output is None:
                click.echo(f"\n{self.text.say('ask-file')}\n{text}", nl=False)
            else:
                from calc.batch.atomic_files import whole_file

                with whole_file(output) as path, open(path, "w", encoding="utf-8") as file:
                    file.write(text)
                self.say("ask-saved", path=output)
                if not is_done:
                    self.say("ask-continue", path=output)
        self.talk.write_transcript()
