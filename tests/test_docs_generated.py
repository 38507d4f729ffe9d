"""The pages that are read off the program are as the program would write them now."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.slow
@pytest.mark.parametrize("program", ["make_reference.py", "make_sentences.py"])
def test_generated_pages_are_not_stale(program: str) -> None:
    done = subprocess.run([sys.executable, f"docs/{program}", "--check"], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode("utf-8")
