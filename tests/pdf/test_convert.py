"""The convert stage against the real LibreOffice and against ones that misbehave on purpose."""

import dataclasses
import datetime as dt
import errno
import io
import os
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from pipeline.pdf import office as office_module
from pipeline.pdf.convert import convert
from pipeline.pdf.normalise import normalise
from pipeline.pdf.office import Office
from pipeline.pdf.scratch import ScratchError, scratch_folders, sweep_rooms
from pipeline.problem import MissingToolError
from pipeline.verify.paper import read_paper
from pipeline.verify.pdf import verify_pdf

DAY = dt.date(2023, 8, 24)

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the launcher is no script")
posix_only = pytest.mark.skipif(os.name != "posix", reason="the stand-ins are shell scripts")


@pytest.fixture(autouse=True)
def _room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give conversions a temporary folder of their own, and look that they leave it empty."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    yield
    assert list((tmp_path / "tmp").iterdir()) == []


def _stand_in(office: Office, folder: Path, script: str) -> Office:
    """Give an office whose soffice is a Python script: `make` turns b"x" into b"x%%EOF"."""
    program = folder / "soffice"
    program.write_text(
        f"#!{sys.executable}\nimport os, sys, time\nfrom pathlib import Path\n"
        "out = Path(sys.argv[sys.argv.index('--outdir') + 1])\n"
        "files = [Path(name) for name in sys.argv[sys.argv.index('--outdir') + 2:]]\n"
        "def make(file): (out / f'{file.stem}.pdf').write_bytes(file.read_bytes() + b'%%EOF')\n" + script,
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

    assert convert([b"a", b"bad", b"c"], office) == [b"a%%EOF", None, b"c%%EOF"]


@posix_only
def test_a_batch_that_crashes_at_every_second_document_is_finished_all_the_same(tools: Office, tmp_path: Path) -> None:
    office = _stand_in(tools, tmp_path, "make(files[0])\nif len(files) > 1: os.abort()")

    assert convert([b"a", b"b", b"c"], office) == [b"a%%EOF", b"b%%EOF", b"c%%EOF"]


@posix_only
def test_documents_that_crash_the_office_cost_no_other_document(tools: Office, tmp_path: Path) -> None:
    script = "for file in files:\n    if b'bad' in file.read_bytes(): os.abort()\n    make(file)"
    office = _stand_in(tools, tmp_path, script)

    assert convert([b"bad", b"b", b"bad", b"bad", b"e"], office) == [None, b"b%%EOF", None, None, b"e%%EOF"]


@posix_only
def test_a_document_that_hangs_the_office_costs_seconds_and_no_other_document(
    tools: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch has no time of its own: it goes on as long as PDFs come."""
    monkeypatch.setattr("pipeline.pdf.convert.START_SECONDS", 1.0)
    script = "for file in files:\n    while b'bad' in file.read_bytes(): time.sleep(1)\n    make(file)"
    office = _stand_in(tools, tmp_path, script)
    start = time.monotonic()

    made = convert([b"a", b"bad", *[b"c"] * 20], office, document_seconds=0.5)
    assert made == [b"a%%EOF", None, *[b"c%%EOF"] * 20]
    assert time.monotonic() - start < 30


@posix_only
def test_a_document_alone_is_tried_twice(tools: Office, tmp_path: Path) -> None:
    flag = tmp_path / "tried"
    office = _stand_in(
        tools, tmp_path, f"flag = Path({str(flag)!r})\nif flag.exists(): make(files[0])\nflag.write_text('')"
    )

    assert convert([b"a"], office) == [b"a%%EOF"]


@posix_only
def test_a_hung_office_is_killed_with_its_children(
    tools: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.pdf.convert.START_SECONDS", 0.5)
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
    assert len(seen) == 4  # twice, a parent and a child each
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

    assert convert([b"a"], _stand_in(tools, tmp_path, script)) == [b"a%%EOF"]
    deadline = time.monotonic() + 10
    while _alive(int(pids.read_text())):
        assert time.monotonic() < deadline, "a child outlived its batch"


@posix_only
@pytest.mark.parametrize("output", [b"", b"%PDF-1.7 and then the power went"])
def test_half_an_output_is_no_output(tools: Office, tmp_path: Path, output: bytes) -> None:
    office = _stand_in(tools, tmp_path, f"[(out / f'{{file.stem}}.pdf').write_bytes({output!r}) for file in files]")

    assert convert([b"a"], office) == [None]


@posix_only
def test_a_full_temporary_folder_is_a_clear_error(tools: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)

    with pytest.raises(ScratchError, match=r"thư mục tạm.*hết chỗ trống"):
        convert([b"a"], tools)


@posix_only
def test_what_a_killed_process_left_behind_is_swept_and_nothing_else() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    folder = Path(tempfile.gettempdir())
    names = [f"ke-hoach-{gone.pid}-x", f"ke-hoach-{os.getpid()}-y", "ke-hoach-cua-toi"]
    for name in names:
        (folder / name).mkdir()

    sweep_rooms()
    assert sorted(path.name for path in folder.iterdir()) == sorted(names[1:])
    for name in names[1:]:
        (folder / name).rmdir()


@posix_only
def test_the_environment_does_not_reach_the_office(
    tools: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "x")
    office = _stand_in(tools, tmp_path, "(out / '0.pdf').write_text(' '.join(os.environ) + ' %%EOF')")
    (names,) = convert([b"a"], office)

    assert names
    assert "SECRET_TOKEN" not in names.decode()
    assert "FONTCONFIG_FILE" in names.decode()


@linux_only
def test_the_office_itself_is_started_where_it_lies_beside_its_launcher(tools: Office, tmp_path: Path) -> None:
    """It finds no other programs; and it asks to be started again as from its launcher, once."""
    launcher = tmp_path / "bin" / "soffice"
    launcher.parent.mkdir()
    launcher.symlink_to(tmp_path / "soffice")
    log = tmp_path / "log"
    script = (
        f"open({str(log)!r}, 'a').write(os.environ['PATH'] + os.linesep)\n"
        f"if open({str(log)!r}).read().count(os.linesep) % 2: sys.exit(81)\n"
        "[make(file) for file in files]"
    )
    program = _stand_in(tools, tmp_path, script).program
    program.rename(tmp_path / "soffice.bin")
    program.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    office = dataclasses.replace(tools, program=launcher)

    assert convert([b"a", b"b"], office) == [b"a%%EOF", b"b%%EOF"]
    paths = log.read_text(encoding="utf-8").splitlines()
    assert len(paths) == 2
    assert not any(Path(path).exists() for path in paths)


@posix_only
def test_every_batch_has_a_fresh_profile_of_this_build(tools: Office, tmp_path: Path) -> None:
    script = (
        "from urllib.parse import urlsplit\n"
        "profile = Path(urlsplit(sys.argv[1].removeprefix('-env:UserInstallation=')).path)\n"
        "texts = [f'{path.name} {path.read_text()}' for path in sorted(profile.rglob('*')) if path.is_file()]\n"
        "(profile / 'user' / 'left').write_text('of another batch')\n"
        "(out / '0.pdf').write_text(' '.join(texts) + '%%EOF')"
    )
    office = dataclasses.replace(_stand_in(tools, tmp_path, script), build="40(Build:2)")
    first, second = (convert([b"a"], office)[0] for _ in range(2))

    assert first
    assert first.startswith(b"buildid 40(Build:2) registrymodifications.xcu ")
    assert b"left" not in first
    assert second == first


@linux_only
def test_the_office_says_its_build_and_makes_a_profile_of_another_its_own(tools: Office, document: bytes) -> None:
    """The build is what LibreOffice writes into a profile; with another's the PDF is the same, the start is slower."""
    other = dataclasses.replace(tools, build="another")

    assert tools.build
    assert [normalise(each or b"", DAY) for each in convert([document], other)] == [
        normalise(each or b"", DAY) for each in convert([document], tools)
    ]


@posix_only
def test_the_last_words_of_an_office_that_makes_nothing_are_known(tools: Office, tmp_path: Path) -> None:
    script = "print('a', 'b\\n', 'c\\n', 'source file could not be loaded', file=sys.stderr)\nsys.exit(1)"
    said: dict[int, str] = {}

    assert convert([b"a"], _stand_in(tools, tmp_path, script), said=said) == [None]
    assert said[0].endswith("source file could not be loaded")


@posix_only
def test_an_office_without_room_is_told_so(tools: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = _stand_in(tools, tmp_path, "sys.exit(1)")
    monkeypatch.setattr("pipeline.pdf.scratch.LEAST_FREE", 1 << 60)

    with pytest.raises(ScratchError, match=r"thư mục tạm.*MB trống"):
        convert([b"a"], office)


@posix_only
def test_without_any_temporary_folder_the_error_says_so(tools: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> str:
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found")

    with monkeypatch.context() as patch:
        patch.setattr(tempfile, "gettempdir", none)
        patch.setattr(tempfile, "_get_default_tempdir", none)
        patch.setattr(tempfile, "tempdir", None)
        with pytest.raises(ScratchError, match="không ghi được vào thư mục tạm nào"):
            convert([b"a"], tools)
        sweep_rooms()
        assert next(each.is_good for each in scratch_folders()) is False


@linux_only
def test_a_killed_office_leaves_no_socket(tools: Office, tmp_path: Path) -> None:
    """LibreOffice opens it in /tmp, wherever its temporary files are, and names it by the profile (officeipcthread)."""
    log = tmp_path / "log"
    script = (
        "import hashlib\n"
        "url = sys.argv[1].removeprefix('-env:UserInstallation=')\n"
        "digits = ''.join(f'{byte:x}' for byte in hashlib.md5(url.encode('utf-16-le')).digest())\n"
        "socket = Path(f'/tmp/OSL_PIPE_{os.getuid()}_SingleOfficeIPC_{digits}')\n"
        f"socket.touch()\nPath({str(log)!r}).write_text(str(socket))\n[make(file) for file in files]"
    )

    assert convert([b"a"], _stand_in(tools, tmp_path, script)) == [b"a%%EOF"]
    assert not Path(log.read_text(encoding="utf-8")).exists()


@posix_only
def test_a_program_that_does_not_start_gives_way_to_the_next(
    tools: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In PATH a broken one; in /opt those of LibreOffice's own packages, the newest first."""
    broken, packed = tmp_path / "bin" / "soffice", tmp_path / "opt" / "libreoffice24.8" / "program" / "soffice"
    for program, script in ((broken, "echo lib.so: not found >&2; exit 127"), (packed, "echo LibreOffice 24.8.1 40")):
        program.parent.mkdir(parents=True)
        program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(broken.parent))
    monkeypatch.setattr("pipeline.pdf.office._OFFICE_PLACES", ())
    monkeypatch.setattr("pipeline.pdf.office._PACKED_PLACES", (tmp_path / "opt", "libreoffice*/program/soffice"))
    for lookup in (office_module._soffice, office_module._version):
        lookup.cache_clear()
    try:
        assert office_module.office().program == packed
        packed.unlink()
        for lookup in (office_module._soffice, office_module._version):
            lookup.cache_clear()
        with pytest.raises(MissingToolError, match=r"soffice không chạy được: lib\.so: not found"):
            office_module.office()
    finally:
        for lookup in (office_module._soffice, office_module._version):
            lookup.cache_clear()
    assert tools.program != packed


def _alive(pid: int) -> bool:
    """Tell whether a process runs; a zombie that waits for its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
