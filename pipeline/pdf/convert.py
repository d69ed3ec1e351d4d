"""Run the convert stage: turn a batch of .docx into PDF/A-2b with LibreOffice. The only caller of LibreOffice.

LibreOffice's exit code means nothing (it is 0 for a document it could not read): a document is converted when its PDF
is there, whole. It converts in the order of its arguments, so the first document without a PDF is the suspect when a
batch stops.
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
"""How long a start may take on a machine under heavy load; on another LibreOffice starts in 1 s."""
DOCUMENT_SECONDS = 20.0
"""After so long without a further PDF LibreOffice hangs; a plan of 10 pages takes 0.25 s."""
_LOOK_SECONDS = 0.25
_ROOM = re.compile(r"ke-hoach-([0-9]+)-.*")

OPTIONS = {
    "SelectPdfVersion": {"type": "long", "value": "2"},  # PDF/A-2b
    "UseTaggedPDF": {"type": "boolean", "value": "true"},
    "ExportBookmarks": {"type": "boolean", "value": "false"},
}
# A watchdog: it runs the command that follows and reads a pipe from us. When we die, the pipe closes, and it kills the
# whole process group.
_GUARD = (
    ("/bin/sh", "-c", 'exec 3<&0; "$@" 3<&- </dev/null & office=$!; (cat <&3; kill -KILL 0) & wait "$office"', "sh")
    if os.name == "posix"
    else ()
)
_FLAGS = ("--headless", "--nologo", "--nodefault", "--norestore", "--nolockcheck", "--nofirststartwizard")
# Only these environment variables pass from us to LibreOffice: it reads dozens of them.
_PASSED_VARIABLES = ("PATH", "SYSTEMROOT", "SYSTEMDRIVE", "PROGRAMFILES", "WINDIR")
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


# Tells the memory allocator to keep freed memory, because LibreOffice soon wants it again. Measured: jemalloc is then a
# sixth faster than glibc's allocator; glibc's, used only where there is no jemalloc, gains up to a tenth.
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
    """Convert .docx files to PDF/A-2b in one process of LibreOffice.

    Of those that come back without a PDF the first is tried alone, twice, and the rest together again. Returns the
    PDFs in the order of the documents, None for one that failed alone twice. Raises ScratchError when temporary files
    cannot be written.
    """
    results: dict[int, bytes | None] = {}
    pending = dict(enumerate(documents))
    while pending:
        results |= _run_batch(pending, office, document_seconds)
        alone_already = len(pending) == 1
        pending = {number: content for number, content in pending.items() if number not in results}
        if suspect := next(iter(pending.items()), None):
            for _ in range(1 if alone_already else 2):
                results |= {} if suspect[0] in results else _run_batch(dict([suspect]), office, document_seconds)
            results.setdefault(suspect[0])
            del pending[suspect[0]]
    return [results[number] for number in range(len(documents))]


def sweep_rooms() -> None:
    """Remove the temporary folders of processes that were killed before they could do so."""
    for path in Path(tempfile.gettempdir()).glob("ke-hoach-*"):
        if (room_match := _ROOM.fullmatch(path.name)) and not _is_alive(int(room_match[1])):
            shutil.rmtree(path, ignore_errors=True)


def _is_alive(process: int) -> bool:
    """Tell whether a process of that id runs; True when the system does not say."""
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
        with tempfile.TemporaryDirectory(prefix=f"ke-hoach-{os.getpid()}-", ignore_cleanup_errors=True) as room:
            return _run_in(Path(room), documents, office, document_seconds)
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
    environment = {key: os.environ[key] for key in _PASSED_VARIABLES if key in os.environ} | {
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
    whole_pdfs = {number: pdf for number, pdf in pdfs.items() if pdf.rstrip().endswith(b"%%EOF")}
    if len(whole_pdfs) == len(documents):
        _keep_profile(room / "profile", office)
    return whole_pdfs


def _run_office(command: Sequence[str], environment: Mapping[str, str], out: Path, document_seconds: float) -> None:
    """Run LibreOffice in a process group of its own, and leave nothing of the group alive, even when we are killed.

    It is killed when it makes no further PDF for `document_seconds`; the first may take START_SECONDS more.
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
            pdf_count, deadline = 0, time.monotonic() + START_SECONDS + document_seconds
            while time.monotonic() < deadline:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=_LOOK_SECONDS)
                    break
                if (new_count := len(list(out.iterdir()))) > pdf_count:
                    pdf_count, deadline = new_count, time.monotonic() + document_seconds
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
    """Write a LibreOffice profile: the one that _keep_profile kept, else our settings alone."""
    for file, content in (_profiles.get(office.program) or {_SETTINGS_FILE: _settings()}).items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes(content)


def _keep_profile(folder: Path, office: Office) -> None:
    """Keep a profile in memory: LibreOffice starts faster on one that it has used before."""
    if office.program not in _profiles:
        files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
        _profiles[office.program] = {file: path.read_bytes() for file, path in files.items() if ".lock" not in file}


def _settings() -> bytes:
    items = "".join(
        f'<item oor:path="/{where}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for where, name, value in _SETTINGS
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry">'
    return f"{head}{items}</oor:items>\n".encode()
