"""From saving a data file to the new picture in the browser, with `serve`."""

import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from chromium import ROOT, picture, serving

LIMIT = 3
"""Seconds from a save to the new picture, on two cores."""
_DATA = "2024/15142-cam-thach.yaml"
_FILE = "2024/KH-15142-cam-thach/KH-2024-15142-cam-thach.png"


def serve_table(browser: Any, saves: int) -> None:
    """Save a file of the miniature repository again and again, with the page open."""
    with tempfile.TemporaryDirectory() as folder:
        seconds = _seconds(browser, Path(folder), saves)
    middle, worst = statistics.median(seconds), max(seconds)
    print(f"\nserve, s from a save to the new picture in the browser ({saves} saves, limit {LIMIT})")
    print(f"  median {middle:.2f}, worst {worst:.2f}")


def _seconds(browser: Any, room: Path, saves: int) -> list[float]:
    shutil.copytree(ROOT / "tests" / "small" / "data", room / "data")
    shutil.copytree(ROOT / "templates", room / "templates")
    path = room / "data" / _DATA
    text = path.read_text(encoding="utf-8")
    page, found = browser.new_page(), []
    with serving(room) as address:
        page.goto(address)
        shown = picture(page, _FILE)
        for number in range(saves):
            start = time.perf_counter()
            path.write_text(text.replace("/2/2024", f"/{3 + number % 2}/2024"), encoding="utf-8")
            shown = picture(page, _FILE, old=shown)
            found.append(time.perf_counter() - start)
    page.close()
    return found
