"""The same data gives the same bytes: at any time, in any time zone, in any folder, in any order, in any number."""

import datetime as dt
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest
from conftest import ROOT, SMALL

from pipeline.pdf.convert import convert
from pipeline.pdf.normalise import normalise
from pipeline.pdf.office import Office

DAY = dt.date(2023, 8, 1)
CLOCK = re.compile(rb"/CreationDate\(D:(\d{14})")
LINE = re.compile("([0-9a-f]{64})  (.+)")


@pytest.fixture(scope="module")
def written(tools: Office, document: bytes) -> list[bytes]:
    """Give one document as LibreOffice writes it in two different seconds, the later one after another document."""
    times: dict[bytes, bytes] = {}
    while len(times) < 2:
        pdf = convert([document] * (1 + len(times)), tools)[-1]
        assert pdf
        clock = CLOCK.search(pdf)
        assert clock
        times[clock[1]] = pdf
    return list(times.values())


def test_a_pdf_does_not_tell_when_it_was_made(written: list[bytes]) -> None:
    assert written[0] != written[1]
    assert normalise(written[0], DAY) == normalise(written[1], DAY)


def test_what_is_normal_stays_as_it_is(written: list[bytes]) -> None:
    once = normalise(written[0], DAY)

    assert normalise(once, DAY) == once


@pytest.mark.parametrize(
    ("date", "printed"),
    [(DAY, "2023-08-01"), (dt.date(2023, 8, 24), "2023-08-24"), (dt.date(99, 1, 5), "0099-01-05")],
)
def test_its_time_is_the_date_of_the_document(written: list[bytes], date: dt.date, printed: str) -> None:
    """A date without its day counts as the first of the month, in Vietnam's time zone."""
    with pikepdf.open(io.BytesIO(normalise(written[0], date))) as pdf:
        profile = pdf.Root.OutputIntents[0].DestOutputProfile.read_bytes()
        year, month, day = (int.from_bytes(profile[at : at + 2], "big") for at in (24, 26, 28))

        assert str(pdf.docinfo["/CreationDate"]) == f"D:{printed.replace('-', '')}000000+07'00'"
        assert f"<xmp:CreateDate>{printed}T00:00:00+07:00</xmp:CreateDate>" in pdf.Root.Metadata.read_bytes().decode()
        assert f"{year:04d}-{month:02d}-{day:02d}" == printed
        assert "/DocChecksum" not in pdf.trailer


def test_a_normal_pdf_is_small_and_shows_the_same_pages(written: list[bytes]) -> None:
    with pikepdf.open(io.BytesIO(written[0])) as before, pikepdf.open(io.BytesIO(normalise(written[0], DAY))) as after:
        pages = [[page.Contents.read_bytes() for page in pdf.pages] for pdf in (before, after)]

    assert pages[0] == pages[1]
    assert len(normalise(written[0], DAY)) < len(written[0]) / 3


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"x" * 5000])
def test_what_is_no_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        normalise(data, DAY)


def test_a_pdf_that_is_no_pdf_a_is_refused() -> None:
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(out)
    with pytest.raises(ValueError, match=r"."):
        normalise(out.getvalue(), DAY)


def _build(folder: Path, jobs: int, **surroundings: str) -> dict[str, bytes]:
    """Build the miniature repository in a process of its own; give the published files."""
    for name in ("tmp", "data"):
        (folder / name).mkdir(parents=True)
    shutil.copytree(SMALL / "data", folder / "data", dirs_exist_ok=True)
    shutil.copytree(ROOT / "templates", folder / "templates")
    here = ["--data=data", "--templates=templates", "--out=build", f"--jobs={jobs}", "--quiet"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder / "tmp"), **surroundings}
    subprocess.run([sys.executable, "-m", "pipeline", "build", *here], cwd=folder, env=environment, check=True)
    found = [path for path in sorted((folder / "build").rglob("*")) if path.is_file() and path.name[0] != "."]
    return {path.relative_to(folder / "build").as_posix(): path.read_bytes() for path in found}


@pytest.mark.usefixtures("tools")
def test_two_builds_are_the_same_byte_for_byte(tmp_path: Path) -> None:
    """Time, zone, folder, temporary folder, language, number of jobs and so the make-up of batches all differ."""
    first = _build(tmp_path / "a", 1, TZ="Asia/Ho_Chi_Minh", LANG="C.UTF-8", PYTHONHASHSEED="1")
    second = _build(tmp_path / "other" / "b", 2, TZ="America/St_Johns", LANG="vi_VN.UTF-8", PYTHONHASHSEED="2")

    assert len(first) == 23
    assert {name for name in first if first[name] != second.get(name)} == set()


@pytest.mark.usefixtures("tools")
def test_the_sums_are_those_of_all_published_files(tmp_path: Path) -> None:
    files = _build(tmp_path, 1)
    lines = [LINE.fullmatch(line) for line in files.pop("SHA256SUMS").decode().splitlines()]

    assert [line and (line[2], line[1]) for line in lines] == [
        (name, hashlib.sha256(content).hexdigest()) for name, content in sorted(files.items())
    ]
