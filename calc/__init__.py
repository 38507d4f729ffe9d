"""Doudi: a benefit calculator for social assistance, with the rules kept as data.

What a Python program needs is here: `read_rules` and `plan_for` make the plan of a month, `assess` assesses
households and `run_batch` whole ledgers. docs/python.md has examples; everything else may change without notice.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_PUBLIC = {
    "Assessment": "calc.assess_households",
    "BatchError": "calc.batch.job",
    "BatchJob": "calc.batch.job",
    "Collected": "calc.batch.job",
    "InputErrors": "calc.diagnostics.diagnostic",
    "Plan": "calc.rules.plan",
    "ResultSink": "calc.batch.job",
    "Rulebook": "calc.rules.rulebook",
    "Summary": "calc.batch.job",
    "Trace": "calc.engine.traced.interpreter",
    "amount_text": "calc.assess_households",
    "assess": "calc.assess_households",
    "parse_settings": "calc.households.overrides",
    "plan_for": "calc.rules.plan_month",
    "read_rules": "calc.rules.read_rulebook",
    "run_batch": "calc.batch.pipeline",
}
"""Public names and their modules, which are imported at first use: the command starts without most of them."""


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'calc' has no attribute '{name}'")
    found = globals()[name] = getattr(import_module(_PUBLIC[name]), name)
    return found


def __dir__() -> list[str]:
    return sorted([*globals(), *_PUBLIC])
