"""Pages in a real browser: nothing is cut off on a phone, tables sort, nothing is loaded from elsewhere."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from calc.report.html_page import bars, page, paragraph, section, table

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
ROWS = [["B2", "1,000.00", "x <b>"], ["A1", "−20.50", "y"], ["C3", "+3.00", "z & z"]]
PARTS = [
    section("Sums", table(["", "money", "why"], ROWS, (1,)), paragraph("a < b", "note")),
    section("Chart", bars("Chart", [("Dibao 低保金", 120, "+120.00"), ("A long label " * 6, -300, "−300.00")])),
]


def test_texts_are_escaped_and_nothing_comes_from_elsewhere() -> None:
    text = page("What <changed>", "en", PARTS)
    assert "<title>What &lt;changed&gt;</title>" in text
    assert "x &lt;b&gt;" in text and "z &amp; z" in text and "a &lt; b" in text
    assert not re.search(r"(src|href)=|url\((?!#)|@import|https?://(?!www\.w3\.org/2000/svg)", text)
    assert "<desc>Dibao 低保金 +120.00; A long label" in text


def title_in_browser(folder: Path, page: str, width: int, script: str) -> str:
    """Shows a page in a frame so wide, runs a script beside it, and returns the title that the script has set."""
    (folder / "page.html").write_text(page, encoding="utf-8")
    (folder / "frame.html").write_text(
        f'<!doctype html><iframe src="page.html" width="{width}" height="800"></iframe>'
        f"<script>onload = () => {{{script}}};</script>",
        encoding="utf-8",
    )
    options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files", "--dump-dom"]
    command = [str(BROWSER), *options, f"--user-data-dir={folder / 'profile'}", (folder / "frame.html").as_uri()]
    shown = subprocess.run(command, capture_output=True, timeout=120, check=True).stdout.decode("utf-8")
    return shown.partition("<title>")[2].partition("</title>")[0]


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="needs Chromium")
@pytest.mark.parametrize("width", [390, 1280])
def test_a_browser_shows_all_of_it_and_sorts(tmp_path: Path, width: int) -> None:
    shown = title_in_browser(
        tmp_path,
        page("变动", "zh", PARTS),
        width,
        f"""
          const inner = frames[0], document_ = inner.document, found = [];
          found.push(document_.documentElement.scrollWidth <= {width});
          document_.querySelectorAll("th button")[1].click();
          found.push([...document_.querySelectorAll("tbody tr")].map(row => row.cells[0].textContent).join(" "));
          document_.querySelectorAll("th button")[1].click();
          found.push([...document_.querySelectorAll("tbody tr")].map(row => row.cells[0].textContent).join(" "));
          document.title = found.join("|");""",
    )
    assert shown == "true|A1 C3 B2|B2 C3 A1"
