"""Run the convert stage: turn a batch of .docx into PDF/A-2b with LibreOffice. The only caller of LibreOffice.

LibreOffice's exit code means nothing (it is 0 for a document it could not read): a document is converted when its PDF
is there, whole. It converts in the order of its arguments, so the first document without a PDF is the suspect when a
batch stops.
"""

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.pdf.fonts import write_font_setup
from pipeline.pdf.office import Office
from pipeline.pdf.scratch import require_free, scratch_room

START_SECONDS = 30.0
"""How long a start may take on a machine under heavy load; on another LibreOffice starts in 0.2 s."""
DOCUMENT_SECONDS = 20.0
"""After so long without a further PDF LibreOffice hangs; a plan of 10 pages takes 0.1 s."""
_LOOK_SECONDS = 0.25
_ERRORS, _MOST_WORDS, _MOST_LINES = "loi.txt", 2000, 3

OPTIONS = {
    "SelectPdfVersion": {"type": "long", "value": "2"},  # PDF/A-2b
    "UseTaggedPDF": {"type": "boolean", "value": "true"},
    "ExportBookmarks": {"type": "boolean", "value": "false"},
}
# A watchdog: it runs the command that follows and reads a pipe from us. When we die, the pipe closes, and it kills the
# whole process group. It alone holds a pipe to us, so that this one closes when it ends.
_WATCH = 'exec 3<&0; "$@" 3<&- </dev/null >/dev/null & it=$!; (read -r _ <&3; kill -KILL 0) >/dev/null & wait "$it"'
_GUARD = ("/bin/sh", "-c", _WATCH, "sh") if os.name == "posix" else ()
_FLAGS = (
    *("--headless", "--nologo", "--nodefault", "--norestore", "--nolockcheck", "--nofirststartwizard"),
    "-env:SecureUserConfig=false",  # or it would keep a copy of the profile when it ends
)
_START_AGAIN = 81
"""The exit code by which LibreOffice asks its launcher to start it again."""
# Only these environment variables pass from us to LibreOffice: it reads dozens of them.
_PASSED_VARIABLES = ("PATH", "SYSTEMROOT", "SYSTEMDRIVE", "PROGRAMFILES", "WINDIR")
# Documents run no macros, update no links and reach no network, whatever they hold.
_SETTINGS = (
    ("org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    # The version that was here before: where there was none, LibreOffice tests the graphics for 0.3 s.
    ("org.openoffice.Setup/Product", "ooSetupLastVersion", "99.9"),
    ("org.openoffice.Inet/Settings", "ooInetProxyType", "1"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)


def convert(
    documents: Sequence[bytes],
    office: Office,
    document_seconds: float = DOCUMENT_SECONDS,
    said: dict[int, str] | None = None,
) -> list[bytes | None]:
    """Convert .docx files to PDF/A-2b in one process of LibreOffice.

    Of those that come back without a PDF the first is tried alone, twice, and the rest together again. Returns the
    PDFs in the order of the documents, None for one that failed alone twice; `said` gets LibreOffice's last words about
    it, by its number. Raises ScratchError when temporary files cannot be written.
    """
    said = {} if said is None else said
    results: dict[int, bytes | None] = {}
    pending = dict(enumerate(documents))
    while pending:
        results |= _run_batch(pending, office, document_seconds, said)
        alone_already = len(pending) == 1
        pending = {number: content for number, content in pending.items() if number not in results}
        if suspect := next(iter(pending.items()), None):
            for _ in range(1 if alone_already else 2):
                results |= {} if suspect[0] in results else _run_batch(dict([suspect]), office, document_seconds, said)
            results.setdefault(suspect[0])
            del pending[suspect[0]]
    return [results[number] for number in range(len(documents))]


def _run_batch(
    documents: Mapping[int, bytes], office: Office, document_seconds: float, said: dict[int, str]
) -> dict[int, bytes]:
    """Convert in a private folder: profile, fonts, temporary files and outputs, all gone afterwards."""
    with scratch_room() as room:
        made = _run_in(room, documents, office, document_seconds)
        if len(made) < len(documents):
            require_free(room)
            said |= dict.fromkeys(documents.keys() - made.keys(), _last_words(room / _ERRORS))
        return made


def _last_words(file: Path) -> str:
    """Give the last lines that LibreOffice wrote to its error output, on one line; it may have said nothing."""
    lines = file.read_bytes()[-_MOST_WORDS:].decode("utf-8", "replace").splitlines() if file.is_file() else []
    return " / ".join([line.strip() for line in lines if line.strip()][-_MOST_LINES:])


def _run_in(room: Path, documents: Mapping[int, bytes], office: Office, document_seconds: float) -> dict[int, bytes]:
    for folder in ("in", "out", "tmp", "profile"):
        (room / folder).mkdir()
    _write_profile(room / "profile", office)
    fonts = write_font_setup(office.font, room / "fonts")
    for number, content in documents.items():
        (room / "in" / f"{number}.docx").write_bytes(content)
    program = _program(office)
    command = [
        str(program),
        f"-env:UserInstallation={(room / 'profile').as_uri()}",
        *_FLAGS,
        "--convert-to",
        f"pdf:writer_pdf_Export:{json.dumps(OPTIONS)}",
        "--outdir",
        str(room / "out"),
        *(str(room / "in" / f"{number}.docx") for number in documents),
    ]
    environment = {key: os.environ[key] for key in _PASSED_VARIABLES if key in os.environ} | {
        # The launcher is a script, which needs programs. LibreOffice needs none, but would start five of GnuPG's.
        **({} if program == office.program else {"PATH": str(room / "none"), "SAL_ENABLE_FILE_LOCKING": "1"}),
        "HOME": str(room),
        "TMPDIR": str(room / "tmp"),
        "TEMP": str(room / "tmp"),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "SAL_USE_VCLPLUGIN": "svp",
        "FONTCONFIG_FILE": str(fonts),
        **({"LD_PRELOAD": str(office.allocator)} if office.allocator else {}),
    }
    if _run_office(command, environment, room / "out", document_seconds) == _START_AGAIN:
        _run_office(command, environment, room / "out", document_seconds)
    outputs = {number: room / "out" / f"{number}.pdf" for number in documents}
    pdfs = {number: path.read_bytes() for number, path in outputs.items() if path.is_file()}
    # Killed or out of disk in the middle of a file, LibreOffice leaves the beginning of one.
    return {number: pdf for number, pdf in pdfs.items() if pdf.rstrip().endswith(b"%%EOF")}


def _program(office: Office) -> Path:
    """Give LibreOffice itself where it lies beside its launcher: it starts faster without."""
    itself = office.program.resolve().with_name("soffice.bin")
    return itself if sys.platform == "linux" and itself.is_file() else office.program


def _run_office(
    command: Sequence[str], environment: Mapping[str, str], out: Path, document_seconds: float
) -> int | None:
    """Run LibreOffice in a process group of its own, and leave nothing of the group alive, even when we are killed.

    It is killed when it makes no further PDF for `document_seconds`; the first may take START_SECONDS more. Returns its
    exit code, None for one that was killed.
    """
    with (
        (out.parent / _ERRORS).open("ab") as errors,
        subprocess.Popen(
            [*_GUARD, *command],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE if _GUARD else subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,
        ) as process,
    ):
        try:
            pdf_count, deadline = 0, time.monotonic() + START_SECONDS + document_seconds
            while time.monotonic() < deadline:
                if _has_ended(process):
                    return process.wait()
                if (new_count := len(list(out.iterdir()))) > pdf_count:
                    pdf_count, deadline = new_count, time.monotonic() + document_seconds
        finally:
            _kill_group(process)
    return None


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Wait up to _LOOK_SECONDS for a process, and tell whether it has ended.

    On POSIX Python's own waiting looks every 50 ms, a sixth of what a single document takes; a pipe tells at once.
    """
    if process.stdout:
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            return bool(selector.select(_LOOK_SECONDS))
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=_LOOK_SECONDS)
    return process.returncode is not None


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
    """Write a LibreOffice profile: our settings, and the build that it is for, or LibreOffice would start twice."""
    (folder / "user" / "extensions").mkdir(parents=True)
    (folder / "user" / "registrymodifications.xcu").write_bytes(_settings())
    if office.build:
        (folder / "user" / "extensions" / "buildid").write_bytes(office.build.encode())


def _settings() -> bytes:
    items = "".join(
        f'<item oor:path="/{where}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for where, name, value in _SETTINGS
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry">'
    return f"{head}{items}</oor:items>\n".encode()
