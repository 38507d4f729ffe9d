"""All benchmarks of the calculator: start, reading the rules, the compiled engine, the trace."""

from __future__ import annotations

import compileall
import os
import pty
import statistics
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence

from bench.asking import told
from bench.district import households
from bench.processes import in_turns, table
from calc.assess_households import assess
from calc.engine.python.row_engine import RowEngine
from calc.engine.traced.interpreter import Trace
from calc.report.explain import explained
from calc.rules.check_all_months import check_all
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from calc.vary.nearest import Nearest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
RULES = os.path.join(ROOT, "rules.toml")
EXAMPLE = os.path.join(ROOT, "examples", "household.toml")
ASSESS = [sys.executable, "-m", "calc", "assess", EXAMPLE, "--rules", RULES, "--month", "2022-05", "--lang", "zh"]
YARDSTICK = [sys.executable, "-c", "import click"]
RUNS = 25


def piped(command: Sequence[str]) -> float:
    """Seconds of a whole process whose output goes to a pipe."""
    start = time.perf_counter()
    subprocess.run(command, capture_output=True, check=True, cwd=ROOT)
    return time.perf_counter() - start


def on_terminal(command: Sequence[str]) -> float:
    """Seconds of a whole process that writes to a terminal."""
    parent, child = pty.openpty()
    start = time.perf_counter()
    shown = {**os.environ, "TERM": "xterm"}
    process = subprocess.Popen(command, stdout=child, stderr=child, stdin=child, cwd=ROOT, env=shown)
    os.close(child)
    try:
        while os.read(parent, 65536):
            pass
    except OSError:
        pass  # the terminal is gone: the process has ended
    process.wait()
    os.close(parent)
    return time.perf_counter() - start


def ratio(run: Callable[[Sequence[str]], float], command: Sequence[str]) -> tuple[float, float, float]:
    """Median ratio to the yardstick, pair by pair, and the median seconds of both."""
    run(command), piped(YARDSTICK)
    pairs = [(run(command), piped(YARDSTICK)) for _ in range(RUNS)]
    return (
        statistics.median(one / other for one, other in pairs),
        statistics.median(one for one, _ in pairs),
        statistics.median(other for _, other in pairs),
    )


def best(action: Callable[[], object], times: int = 5) -> float:
    """The least seconds of several runs."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        action()
        found.append(time.perf_counter() - start)
    return min(found)


def main() -> None:
    """Print all figures."""
    compileall.compile_dir(os.path.join(ROOT, "calc"), quiet=2)
    print(f"python {sys.version.split()[0]}, {os.cpu_count()} cores")
    for name, run, command in (
        ("assess --format json, piped", piped, [*ASSESS, "--format", "json"]),
        ("assess, text, piped", piped, ASSESS),
        ("assess, text on a terminal", on_terminal, ASSESS),
    ):
        times, own, other = ratio(run, command)
        print(f"{name}: {times:.2f} x import click ({own * 1000:.0f} ms / {other * 1000:.0f} ms)")

    print("\nWhole processes by turns; `read anew` is without a kept plan of the rules:\n")
    commands = {"import click": YARDSTICK, "assess": ASSESS, "assess, read anew": ["env", "DOUDI_CACHE=off", *ASSESS]}
    print("\n".join(table(in_turns(commands, RUNS), ["import click"])), end="\n\n")

    def plan_fresh() -> None:
        from calc.rules import expressions

        expressions._parsed.cache_clear()
        plan_for(read_rules(RULES), 202205)

    rulebook = read_rules(RULES)
    print(f"reading and checking rules.toml for a month: {best(plan_fresh) * 1000:.0f} ms")
    print(f"checking every month: {best(lambda: check_all(rulebook), 2) * 1000:.0f} ms")

    plan = plan_for(rulebook, 202206)
    many = households(20_000)
    engine = RowEngine(plan)
    for household in many[:500]:
        engine.raw(household)
    seconds = best(lambda: deque(map(engine.raw, many), maxlen=0), 5)  # results are dropped, as a stream drops them
    print(f"compiled engine, {len(many)} households of 2-3 members: {len(many) / seconds:,.0f} a second")
    seconds = best(lambda: deque(map(engine.assess, many[:5000]), maxlen=0), 3)
    print(f"  with results as named objects: {5000 / seconds:,.0f} a second")
    few = many[:300]
    seconds = best(lambda: [explained(Trace(plan, household), "zh") for household in few], 2)
    print(f"trace with explanation: {seconds / len(few) * 1000:.1f} ms a household")

    (family,) = assess(plan, EXAMPLE).traces

    def all_facts() -> None:
        nearest = Nearest(plan, family.household)
        nearest.changes([*nearest.denied(), *nearest.granted()], plan.facts)

    print(f"near, all facts of a family: {best(all_facts, 3) * 1000:.0f} ms")
    print("\n".join(told(plan)))


if __name__ == "__main__":
    main()
