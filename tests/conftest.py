"""Shared fixtures: the real document's stages, computed once, and golden files with `--bless`."""

import itertools
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from chromium import PROGRAM, chromium
from years import paper_of, real_year

from pipeline.input.sources import Source, read_source
from pipeline.kinds.kind import Document
from pipeline.kinds.loai.template import PAPER_FIELDS, compiled
from pipeline.kinds.loai.year import Year
from pipeline.pdf.office import Office, office
from pipeline.problem import MissingToolError
from pipeline.word.fill import Template, fill

# Where everything must be there. CI on Windows has no LibreOffice.
FULL_CI = bool(os.environ.get("CI")) and sys.platform == "linux"
ROOT = Path(__file__).resolve().parent.parent
SMALL = ROOT / "tests" / "small"


def pytest_configure() -> None:
    """Let all that the tests start hear Ctrl-C: what a shell runs in the background begins with it switched off."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--bless", action="store_true", help="accept the present output as the expected one")
    parser.addoption("--fuzz-seconds", type=float, default=0, help="try new hostile inputs for so long in each test")


@pytest.fixture
def seeds(request: pytest.FixtureRequest) -> Iterator[Iterator[int]]:
    """Give the seeds of hostile inputs: the same 500, or new ones for as long as --fuzz-seconds says."""
    seconds = float(request.config.getoption("--fuzz-seconds"))
    first, end, tried = time.time_ns() if seconds else 0, time.monotonic() + seconds, itertools.count()
    yield itertools.takewhile(
        lambda _: time.monotonic() < end if seconds else True,
        (first + next(tried) for _ in (itertools.count() if seconds else range(500))),
    )
    if seconds and (terminal := request.config.pluginmanager.getplugin("terminalreporter")):
        terminal.write_line(f"\n{next(tried)} inputs tried from seed {first}")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compare a text with a committed file; with --bless, write it there instead."""

    def compare(path: Path, actual: str) -> None:
        __tracebackhide__ = True
        if request.config.getoption("--bless"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(actual, encoding="utf-8", newline="\n")
        expected = path.read_text(encoding="utf-8") if path.is_file() else ""
        assert actual == expected, f"{path.relative_to(ROOT)} differs; accept with: nox -s bless"

    return compare


@pytest.fixture(scope="session")
def template_source() -> Source:
    return read_source(ROOT / "templates" / "ke-hoach.docx")


@pytest.fixture(scope="session")
def template(template_source: Source) -> Template:
    return compiled(template_source, PAPER_FIELDS)


@pytest.fixture(scope="session")
def year() -> Year:
    found = real_year()
    assert not any(found.problems.values())
    return found


@pytest.fixture(scope="session")
def plan(year: Year) -> Document:
    """Cẩm Lương's plan, ready to be printed."""
    return paper_of(year.kinds["ke-hoach"], year, read_source(ROOT / "data" / "2023" / "15139-cam-luong.yaml"))


@pytest.fixture(scope="session")
def document(template: Template, plan: Document) -> bytes:
    """Cẩm Lương's plan as .docx."""
    return fill(template, plan.fields)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a copy of the miniature repository, with the real templates, as the current folder."""
    shutil.copytree(SMALL / "data", tmp_path / "data")
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def edit(path: str | Path, old: str, new: str) -> None:
    """Replace some words of a file, which must be there."""
    text = Path(path).read_text(encoding="utf-8")
    assert old in text
    Path(path).write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="session")
def tools() -> Office:
    """LibreOffice and its font; a machine without them skips, CI on Linux fails."""
    try:
        return office()
    except MissingToolError as error:
        if FULL_CI:
            raise
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """The system's Chromium; a machine without it skips, CI on Linux fails."""
    if PROGRAM is None:
        if FULL_CI:
            pytest.fail("no Chromium")
        pytest.skip("no Chromium")
    with chromium() as opened:
        yield opened
