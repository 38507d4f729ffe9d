"""Writes answers as one page: a table for each household, and how each benefit was decided, opened by a click."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from calc.engine.outcomes import NOT_APPLICABLE
from calc.engine.traced.interpreter import Trace
from calc.report import as_text
from calc.report.explain import explained
from calc.report.html_page import page, paragraph, section, table
from calc.report.ui_text import say
from calc.rules.plan import Plan

_STYLE = """<style>
details { margin: .4rem 0; } summary { cursor: pointer; font-weight: bold; }
details ul { list-style: none; margin: .2rem 0; padding-left: 1.2rem; } details li { margin: .1rem 0; }
.answers td:nth-child(1) { white-space: normal; min-width: 9em; }
.answers td:nth-child(2), .answers td:nth-child(3), .answers th { white-space: nowrap; }
@media (max-width: 40rem) {
  .answers thead { position: absolute; clip-path: inset(50%); }
  .answers tr { display: block; border-bottom: 1px solid var(--rule); padding: .4rem 0; }
  .answers td { display: inline-block; border: 0; padding: .1rem .5rem .1rem 0; }
  .answers td:nth-child(1), .answers td:nth-child(4) { display: block; }
  .answers td:nth-child(1) { font-weight: bold; }
}
@media print { details > ul { display: block; } }
</style>
<script>addEventListener("beforeprint", () => document.querySelectorAll("details").forEach(one => one.open = true));
</script>
"""


def assessment_page(plan: Plan, traces: Sequence[Trace], language: str) -> str:
    """Writes the page of several households; each explanation is hidden until it is asked for, and printed."""
    old = as_text.warning(plan, language)
    parts = [_STYLE, *([paragraph(old, "note")] if old else [])]
    return page(as_text.heading(plan, language), language, [*parts, *(_household(one, language) for one in traces)])


def _household(trace: Trace, language: str) -> str:
    headings = [say(key, language) for key in ("benefit", "status", "amount", "reason")]
    rows = [[one.name, say(one.status, language), one.amount, one.reason] for one in as_text.rows(trace, language)]
    decided = [
        name
        for name in trace.plan.benefits
        if any(outcome.status != NOT_APPLICABLE for outcome in trace.outcomes[name])
    ]
    notes = "".join(paragraph(line.strip()) for line in as_text.after_rows(trace, language, True))
    return section(
        trace.result.id,
        f'<div class="answers">{table(headings, rows, ())}</div>\n',
        notes,
        f"<h3>{escape(say('page-why', language))}</h3>\n",
        *(_explanation(trace, name, language) for name in decided),
    )


def _explanation(trace: Trace, name: str, language: str) -> str:
    """Writes the lines of an explanation as a list of lists."""
    lines = explained(trace, language, name)
    parts, depth = [], -1
    for line in lines[1:]:
        at = max(0, (len(line) - len(line.lstrip())) // 2 - 1)
        at = min(at, depth + 1)
        if at > depth:
            parts.append("<ul>\n")
        else:
            parts.append("</li>\n" + "</ul></li>\n" * (depth - at))
        parts.append(f"<li>{escape(line.strip())}")
        depth = at
    parts.append("</li></ul>\n" * (depth + 1))
    return f"<details><summary>{escape(lines[0].strip())}</summary>\n{''.join(parts)}</details>\n"
