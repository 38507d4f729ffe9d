"""Define `doudi ask`: an interview that asks a family what can still change an answer, and nothing else."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

import click

from calc.cli.options import build, month_option, month_wanted, option, require_month, rules_file

if TYPE_CHECKING:
    from calc.interview.state import State
    from calc.rules.plan import Plan

_HELP = (
    """Ask a family only what can still change an answer.

    What it says is written into its household file. Enter takes the default shown, `?` says that nobody knows, `why`
    shows what depends on a question, `back` takes the last answer back. Ctrl-C saves, and the command to go on with is
    printed. Answers are also read from a pipe.

    \b
    Examples:
      doudi ask -o family.toml
      doudi ask family.toml -o family.toml --benefit BENEFIT
      doudi ask family.toml --form               what is still open, on paper
      doudi ask -o family.toml --transcript talk.txt < answers.txt

    Exit status: 0 done, 1 stopped before the end or the household was rejected, 2 could not run.
    """,
    """逐项询问家庭情况，只问还会影响结果的。

    回答写成家庭文件。按回车取所示的默认值，`?` 表示不清楚，`为何` 说明这一题影响什么，`返回` 撤回上一个回答。
    按 Ctrl-C 保存，并列出接着问的命令。也可以由管道给出各个回答，一行一个。

    \b
    示例：
      doudi ask -o 家庭.toml
      doudi ask 家庭.toml -o 家庭.toml --benefit 待遇
      doudi ask 家庭.toml --form                     把还要问的印成入户调查表
      doudi ask -o 家庭.toml --transcript 记录.txt < 回答.txt

    退出码：0 问完；1 未问完，或家庭被退回；2 无法运行。
    """,
)


def command(language: str) -> click.Command:
    """Builds the command."""
    params: list[click.Parameter] = [
        click.Argument(["household"], metavar="[HOUSEHOLD]", required=False),
        option("--output", "-o", metavar="FILE", language=language,
               en="Write the household file here.", zh="家庭文件写到这里。"),
        option("--benefit", "benefits", metavar="BENEFIT", multiple=True, language=language,
               en="Ask only about this benefit (repeat for several).", zh="只问这项待遇（可重复）。"),
        month_option(language),
        option("--form", is_flag=True, language=language,
               en="Ask nothing: print what is still open as a sheet of paper.", zh="不提问，把还要问的印成一张表。"),
        option("--transcript", metavar="FILE", language=language,
               en="Also write questions and answers here.", zh="另把问答记录写到这里。"),
    ]  # fmt: skip
    return build("ask", language, _HELP, params, ask)


def ask(
    language: str, household: str | None, output: str | None, benefits: tuple[str, ...], month: str | None,
    form: bool, transcript: str | None, rules_path: str | None, lang: str | None, quiet: bool, debug: bool,
) -> int:  # fmt: skip
    """Lead the interview. More than six parameters: click passes each option by its name."""
    from calc.cli.conversation import Conversation
    from calc.rules.plan_cache import keep_plan, kept_plan

    wanted, path = month_wanted(month, language), rules_file(rules_path)
    plan, book = kept_plan(path, wanted), None
    if plan is None:
        from calc.rules.read_rulebook import read_rules

        book = read_rules(path)
        require_month(book, wanted, language)
    rules = plan or book
    assert rules is not None
    _refuse_to_replace(output, household)
    talk = Conversation(language, transcript)
    begun = household is None and not form and not benefits and rules.has_members
    if begun:  # shown at once: what the answer needs is loaded while it is typed
        from calc.report.first_question import first_question

        talk.say(first_question(rules.topics, language))
    from calc.cli.assess import require_benefit
    from calc.cli.lead_interview import lead
    from calc.interview.interview import Interview
    from calc.rules.plan_month import plan_for

    if plan is None and book is not None:
        plan = plan_for(book, wanted)
        keep_plan(path, plan)
    assert plan is not None
    asked = [require_benefit(plan, one, language) for one in benefits] or None
    state = _state(plan, household, output, language)
    if state is None:
        return 1
    interview = Interview(plan, state, asked)
    if form:
        from calc.report.interview_form import form_lines

        for line in form_lines(interview, language):
            click.echo(line)
        return 0
    options = [f"--rules {shlex.quote(rules_path)}"] if rules_path else []
    return lead(interview, talk, output, is_begun=begun, options=options)


def _refuse_to_replace(output: str | None, household: str | None) -> None:
    """Raise InputErrors for a file that is there already, unless it is the one that the interview goes on from."""
    if output is None or not os.path.exists(output):
        return
    if household is None or household == "-" or not os.path.samefile(output, household):
        from calc.diagnostics.diagnostic import Diagnostic, InputErrors, Place
        from calc.diagnostics.source import Source

        raise InputErrors([Diagnostic("cannot-write/exists", Place(Source(output, "")))])


def _state(plan: Plan, household: str | None, output: str | None, language: str) -> State | None:
    """Makes the state to begin with; None for a household that is rejected, which is printed."""
    from calc.interview.state import State
    from calc.report.household_file import state_of

    if household is None:
        stem = os.path.splitext(os.path.basename(output or ""))[0]
        return State(stem or "1", {})
    from calc.assess_households import assess
    from calc.cli.asked_households import source_of
    from calc.cli.household_output import print_warnings
    from calc.diagnostics.diagnostic import render_all
    from calc.report.ui_text import say

    done = assess(plan, source_of(household))
    print_warnings(done.warnings, language)
    if done.rejects:
        click.echo(render_all([each for one in done.rejects for each in one.mistakes], language), err=True)
        return None
    if len(done.traces) != 1:
        raise click.UsageError(say("ask-not-one-household", language, path=household, count=len(done.traces)))
    return state_of(plan, done.traces[0].household)
