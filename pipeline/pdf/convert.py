"""The convert stage: a batch of .docx to PDF/A-2b by LibreOffice. The only caller of LibreOffice.

Its exit code means nothing (it is 0 for a document it could not read): a document is converted when its PDF is there,
whole. It converts in the order given, so of a batch that stopped the first document without a PDF is the suspect.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.pdf.fonts import write_font_setup
from pipeline.pdf.office import Office
from pipeline.problem import ExitCode, PipelineError, reason

START_SECONDS = 30.0
"""LibreOffice starts in 1 s; a machine under heavy load is given this much."""
DOCUMENT_SECONDS = 20.0
"""A plan of 10 pages takes 0.25 s; LibreOffice that makes no further PDF for so long hangs."""
_LOOK_SECONDS = 0.25
_ROOM = re.compile(r"ke-hoach-([0-9]+)-.*")

OPTIONS = {
    "SelectPdfVersion": {"type": "long", "value": "2"},  # PDF/A-2b
    "UseTaggedPDF": {"type": "boolean", "value": "true"},
    "ExportBookmarks": {"type": "boolean", "value": "false"},
}
# Runs what follows and reads a pipe from us meanwhile: when the pipe closes because we died, the whole group goes.
_GUARD = (
    ("/bin/sh", "-c", 'exec 3<&0; "$@" 3<&- </dev/null & office=$!; (cat <&3; kill -KILL 0) & wait "$office"', "sh")
    if os.name == "posix"
    else ()
)
_FLAGS = ("--headless", "--nologo", "--nodefault", "--norestore", "--nolockcheck", "--nofirststartwizard")
# Only these pass from our environment into LibreOffice's: it reads dozens of variables.
_PASSED = ("PATH", "SYSTEMROOT", "SYSTEMDRIVE", "PROGRAMFILES", "WINDIR")
# Documents run no macros, update no links and reach no network, whatever they hold.
_SETTINGS = (
    ("org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    ("org.openoffice.Inet/Settings", "ooInetProxyType", "1"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)


# LibreOffice frees much and soon wants it again. jemalloc told to keep it all is measured a sixth faster than glibc's
# allocator; that told to keep it is up to a tenth faster, and has effect only where there is no jemalloc.
_MALLOC = {
    "MALLOC_CONF": "dirty_decay_ms:-1,muzzy_decay_ms:-1,narenas:1",
    "MALLOC_TOP_PAD_": str(64 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(512 << 20),
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
}
_SETTINGS_FILE = "user/registrymodifications.xcu"
_profiles: dict[Path, dict[str, bytes]] = {}


class ScratchError(PipelineError):
    """The system's folder for temporary files cannot be written."""

    exit_code = ExitCode.CONVERSION


def convert(
    documents: Sequence[bytes], office: Office, document_seconds: float = DOCUMENT_SECONDS
) -> list[bytes | None]:
    """Convert .docx files to PDF in one LibreOffice.

    Of those that come back without a PDF the first is tried alone, twice, and the rest together again. Returns the
    PDFs in the order of the documents, None for one that failed alone twice. Raises ScratchError when temporary files
    cannot be written.
    """
    results: dict[int, bytes | None] = {}
    left = dict(enumerate(documents))
    while left:
        results |= _run_batch(left, office, document_seconds)
        alone_already = len(left) == 1
        left = {number: content for number, content in left.items() if number not in results}
        if suspect := next(iter(left.items()), None):
            for _ in range(1 if alone_already else 2):
                results |= {} if suspect[0] in results else _run_batch(dict([suspect]), office, document_seconds)
            results.setdefault(suspect[0])
            del left[suspect[0]]
    return [results[number] for number in range(len(documents))]


def sweep_rooms() -> None:
    """Remove the temporary folders that killed processes left behind."""
    for path in Path(tempfile.gettempdir()).glob("ke-hoach-*"):
        if (found := _ROOM.fullmatch(path.name)) and not _is_alive(int(found[1])):
            shutil.rmtree(path, ignore_errors=True)


def _is_alive(process: int) -> bool:
    if os.name != "posix":
        return True  # There is no harmless way to ask; the system clears its temporary files.
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _run_batch(documents: Mapping[int, bytes], office: Office, document_seconds: float) -> dict[int, bytes]:
    """Convert in a private folder: profile, fonts, temporary files and outputs, all gone afterwards."""
    try:
        with tempfile.TemporaryDirectory(prefix=f"ke-hoach-{os.getpid()}-", ignore_cleanup_errors=True) as name:
            return _run_in(Path(name), documents, office, document_seconds)
    except OSError as error:
        where = f"thư mục tạm `{tempfile.gettempdir()}`"
        raise ScratchError(f"không ghi được vào {where} ({reason(error)}); dọn chỗ, hoặc đặt biến TMPDIR") from error


def _run_in(room: Path, documents: Mapping[int, bytes], office: Office, document_seconds: float) -> dict[int, bytes]:
    for folder in ("in", "out", "tmp", "profile"):
        (room / folder).mkdir()
    _write_profile(room / "profile", office)
    fonts = write_font_setup(office.font, room / "fonts")
    for number, content in documents.items():
        (room / "in" / f"{number}.docx").write_bytes(content)
    command = [
        str(office.program),
        f"-env:UserInstallation={(room / 'profile').as_uri()}",
        *_FLAGS,
        "--convert-to",
        f"pdf:writer_pdf_Export:{json.dumps(OPTIONS)}",
        "--outdir",
        str(room / "out"),
        *(str(room / "in" / f"{number}.docx") for number in documents),
    ]
    environment = {name: os.environ[name] for name in _PASSED if name in os.environ} | {
        "HOME": str(room),
        "TMPDIR": str(room / "tmp"),
        "TEMP": str(room / "tmp"),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "SAL_USE_VCLPLUGIN": "svp",
        "FONTCONFIG_FILE": str(fonts),
        **_MALLOC,
        **({"LD_PRELOAD": str(office.allocator)} if office.allocator else {}),
    }
    _run_office(command, environment, room / "out", document_seconds)
    outputs = {number: room / "out" / f"{number}.pdf" for number in documents}
    pdfs = {number: path.read_bytes() for number, path in outputs.items() if path.is_file()}
    # Killed or out of disk in the middle of a file, LibreOffice leaves the beginning of one.
    made = {number: pdf for number, pdf in pdfs.items() if pdf.rstrip().endswith(b"%%EOF")}
    if len(made) == len(documents):
        _keep_profile(room / "profile", office)
    return made


def _run_office(command: Sequence[str], environment: Mapping[str, str], out: Path, document_seconds: float) -> None:
    """Run LibreOffice in a process group of its own, and leave nothing of the group alive, even when we are killed.

    It is given up when it makes no further PDF for too long.
    """
    with subprocess.Popen(
        [*_GUARD, *command],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            made, deadline = 0, time.monotonic() + START_SECONDS + document_seconds
            while time.monotonic() < deadline:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=_LOOK_SECONDS)
                    break
                if (now := len(list(out.iterdir()))) > made:
                    made, deadline = now, time.monotonic() + document_seconds
        finally:
            _kill_group(process)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and its children; killing soffice alone would leave soffice.bin at work."""
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        subprocess.run(
            ["C:/Windows/System32/taskkill.exe", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False
        )


def _write_profile(folder: Path, office: Office) -> None:
    """Lay out a profile: as the last batch that went well left it, else our settings alone."""
    for name, content in (_profiles.get(office.program) or {_SETTINGS_FILE: _settings()}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def _keep_profile(folder: Path, office: Office) -> None:
    """Keep a profile in memory: LibreOffice starts faster on one that it has been through."""
    if office.program not in _profiles:
        files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
        _profiles[office.program] = {name: path.read_bytes() for name, path in files.items() if ".lock" not in name}


def _settings() -> bytes:
    items = "".join(
        f'<item oor:path="/{where}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for where, name, value in _SETTINGS
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry">'
    return f"{head}{items}</oor:items>\n".encode()
