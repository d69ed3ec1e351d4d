"""The convert stage against the real LibreOffice and against ones that misbehave on purpose."""

import dataclasses
import io
import os
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from pipeline.convert import convert
from pipeline.paper import read_paper
from pipeline.tools import Office
from pipeline.verify import verify_pdf

posix_only = pytest.mark.skipif(os.name != "posix", reason="the stand-ins are shell scripts")


@pytest.fixture(autouse=True)
def _room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give conversions a temporary folder of their own, and look that they leave it empty."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    yield
    assert list((tmp_path / "tmp").iterdir()) == []


def _stand_in(office: Office, folder: Path, script: str) -> Office:
    """Give an office whose soffice is a Python script; `out` and `files` are its arguments."""
    program = folder / "soffice"
    program.write_text(
        f"#!{sys.executable}\nimport os, sys, time\nfrom pathlib import Path\n"
        "out = Path(sys.argv[sys.argv.index('--outdir') + 1])\n"
        "files = [Path(name) for name in sys.argv[sys.argv.index('--outdir') + 2:]]\n"
        "def make(file): (out / f'{file.stem}.pdf').write_bytes(file.read_bytes())\n" + script,
        encoding="utf-8",
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return dataclasses.replace(office, program=program)


def test_a_batch_becomes_pdf_a_with_title_language_and_tags(tools: Office, document: bytes) -> None:
    first, second = convert([document, document], tools)

    assert first
    assert second
    reading, problems = verify_pdf(first, read_paper(document), range(8, 12), sample=False, name="x.pdf")
    assert {problem.code for problem in problems} == {"thieu-o-ky"}
    assert 8 <= reading.pages <= 11
    with pikepdf.open(io.BytesIO(first)) as pdf:
        assert pdf.Root.Lang == "vi-VN"
        assert pdf.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in pdf.Root
        xmp = pdf.Root.Metadata.read_bytes().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in xmp
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in xmp


@posix_only
def test_one_bad_document_does_not_spoil_its_batch(tools: Office, tmp_path: Path) -> None:
    office = _stand_in(tools, tmp_path, "[make(file) for file in files if file.read_bytes() != b'bad']")

    assert convert([b"a", b"bad", b"c"], office) == [b"a", None, b"c"]


@posix_only
def test_a_batch_that_crashes_is_retried_one_by_one(tools: Office, tmp_path: Path) -> None:
    office = _stand_in(tools, tmp_path, "make(files[0])\nif len(files) > 1: os.abort()")

    assert convert([b"a", b"b", b"c"], office) == [b"a", b"b", b"c"]


@posix_only
def test_a_document_alone_is_tried_twice(tools: Office, tmp_path: Path) -> None:
    flag = tmp_path / "tried"
    office = _stand_in(
        tools, tmp_path, f"flag = Path({str(flag)!r})\nif flag.exists(): make(files[0])\nflag.write_text('')"
    )

    assert convert([b"a"], office) == [b"a"]


@posix_only
def test_a_hung_office_is_killed_with_its_children(
    tools: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.convert.START_SECONDS", 0.5)
    pids = tmp_path / "pids"
    office = _stand_in(
        tools,
        tmp_path,
        f"child = os.fork()\nopen({str(pids)!r}, 'a').write(f'{{os.getpid()}}\\n')\nwhile True: time.sleep(1)",
    )
    start = time.monotonic()

    assert convert([b"a"], office, document_seconds=0.5) == [None]
    assert time.monotonic() - start < 30
    seen = [int(pid) for pid in pids.read_text().split()]
    assert len(seen) == 4
    deadline = time.monotonic() + 10
    while any(map(_alive, seen)):
        assert time.monotonic() < deadline, "soffice outlived its batch"


@posix_only
def test_children_that_outlive_the_program_are_killed(tools: Office, tmp_path: Path) -> None:
    """The program ends well and leaves a child at work, as soffice leaves soffice.bin."""
    pids = tmp_path / "pids"
    script = (
        "make(files[0])\n"
        f"if os.fork() == 0:\n    open({str(pids)!r}, 'w').write(str(os.getpid()))\n    time.sleep(600)\n"
        f"while not Path({str(pids)!r}).exists() or not Path({str(pids)!r}).read_text(): pass\n"
    )

    assert convert([b"a"], _stand_in(tools, tmp_path, script)) == [b"a"]
    deadline = time.monotonic() + 10
    while _alive(int(pids.read_text())):
        assert time.monotonic() < deadline, "a child outlived its batch"


@posix_only
def test_an_empty_output_is_no_output(tools: Office, tmp_path: Path) -> None:
    office = _stand_in(tools, tmp_path, "[(out / f'{file.stem}.pdf').write_bytes(b'') for file in files]")

    assert convert([b"a"], office) == [None]


@posix_only
def test_the_environment_does_not_reach_the_office(
    tools: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "x")
    office = _stand_in(tools, tmp_path, "(out / '0.pdf').write_text(' '.join(os.environ))")
    (names,) = convert([b"a"], office)

    assert names
    assert "SECRET_TOKEN" not in names.decode()
    assert "FONTCONFIG_FILE" in names.decode()


def _alive(pid: int) -> bool:
    """Tell whether a process runs; a zombie that waits for its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
