"""Searching the download page at 10,035 rows, in Chromium: from a key to the frame that answers it."""

import os
import statistics
import tempfile
from pathlib import Path
from typing import Any

from chromium import ROOT
from entries import entry

from pipeline.output.page import make_page
from pipeline.output.page.row import make_row
from pipeline.vietnamese import slug

LIMIT = 50
"""Milliseconds from a key to its frame."""
_ROWS = 10_035
_SLOWDOWNS = {"plain": 1, "4 times slower, an old PC": 4}
_SYLLABLES = [
    "Cẩm",
    "Lương",
    "Thạch",
    "Phong",
    "Sơn",
    "Ngọc",
    "Liên",
    "Châu",
    "Bình",
    "Tú",
    "Quý",
    "Giang",
    "Vân",
    "Phú",
]
_WORDS = "cam luong"
# Event Timing (W3C) counts in steps of 8 ms and leaves out what takes less than 16.
_WATCH = """() => {
  window.took = [];
  new PerformanceObserver((list) => {
    for (const each of list.getEntries()) if (each.name === "input") window.took.push(each.duration);
  }).observe({type: "event", durationThreshold: 16});
}"""
_TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))"
_LEAST = 16


def search_table(browser: Any) -> None:
    """Type a name letter by letter and delete it again, as fast as frames come."""
    print(f"\nsearch, ms from a key to its frame ({_ROWS} rows, limit {LIMIT}), and s from opening to the page loaded")
    with tempfile.TemporaryDirectory() as folder:
        address = _write_page(Path(folder)).as_uri()
        for name, slowdown in _SLOWDOWNS.items():
            page = browser.new_page()
            page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
            page.goto(address)
            loaded = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd") / 1000
            keys = _keys(page)
            print(f"  {name:<28}median {statistics.median(keys):.0f}, worst {max(keys):.0f}; loaded {loaded:.1f}")
            page.close()


def _keys(page: Any) -> list[float]:
    page.evaluate(_WATCH)
    page.locator("#tu").focus()
    keys = [*_WORDS, *["Backspace"] * len(_WORDS)]
    for key in keys:
        page.keyboard.press(key)
        page.evaluate(_TWO_FRAMES)
    page.wait_for_timeout(500)  # what was observed comes late
    took: list[float] = page.evaluate("window.took")
    return [*took, *[_LEAST] * (len(keys) - len(took))]


def _write_page(room: Path) -> Path:
    """Make a page with a picture in every row; the pictures are one file."""
    picture, listed = ROOT / "docs" / "trang-1.png", {}
    (room / "a.png").write_bytes(picture.read_bytes())
    for number in range(_ROWS):
        title = f"xã {_SYLLABLES[number % 14]} {_SYLLABLES[number // 14 % 14]}"
        stem = f"{number:05d}-{slug(title)}"
        files = {f"KH-2024-{stem}{ending}": "a" * 64 for ending in (".docx", ".pdf", ".png")}
        listed[f"2024/KH-{stem}"] = entry(title, files, sample=number % 3 == 0)
        (room / "2024" / f"KH-{stem}").mkdir(parents=True)
        os.link(room / "a.png", room / "2024" / f"KH-{stem}" / f"KH-2024-{stem}.png")
    rows = [make_row(name, each, (), lambda _: 0) for name, each in listed.items()]
    for file, content in make_page(rows, listed, {}).items():
        (room / file).write_bytes(content)
    return room / "index.html"
