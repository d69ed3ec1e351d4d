"""The convert stage: a batch of .docx to PDF/A-2b by LibreOffice. The only caller of LibreOffice.

Its exit code means nothing (it is 0 for a document it could not read): a document is converted when its PDF is there.
"""

import contextlib
import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.fonts import write_font_setup
from pipeline.tools import Office

START_SECONDS = 60
DOCUMENT_SECONDS = 60

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


# glibc's allocator, told to keep what LibreOffice frees and soon wants again: measured a tenth faster.
_MALLOC = {
    "MALLOC_TOP_PAD_": str(64 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(512 << 20),
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
}
_SETTINGS_FILE = "user/registrymodifications.xcu"
_profiles: dict[Path, dict[str, bytes]] = {}


def convert(
    documents: Sequence[bytes], office: Office, document_seconds: float = DOCUMENT_SECONDS
) -> list[bytes | None]:
    """Convert .docx files to PDF in one LibreOffice, then alone, once more, each one that came back without.

    Returns the PDFs in the order of the documents, None for a document that failed twice.
    """
    results = _run_batch(dict(enumerate(documents)), office, document_seconds)
    if len(documents) > 1:
        failed = [number for number in range(len(documents)) if number not in results]
    else:
        failed = [] if results else [0]
    for number in failed:
        results |= _run_batch({number: documents[number]}, office, document_seconds)
    return [results.get(number) for number in range(len(documents))]


def _run_batch(documents: Mapping[int, bytes], office: Office, document_seconds: float) -> dict[int, bytes]:
    """Convert in a private folder: profile, fonts, temporary files and outputs, all gone afterwards."""
    with tempfile.TemporaryDirectory(prefix=f"ke-hoach-{os.getpid()}-", ignore_cleanup_errors=True) as name:
        room = Path(name)
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
        }
        _run_office(command, environment, START_SECONDS + document_seconds * len(documents))
        outputs = {number: room / "out" / f"{number}.pdf" for number in documents}
        made = {number: path.read_bytes() for number, path in outputs.items() if path.is_file() and path.stat().st_size}
        if len(made) == len(documents):
            _keep_profile(room / "profile", office)
        return made


def _run_office(command: Sequence[str], environment: Mapping[str, str], seconds: float) -> None:
    """Run LibreOffice in a process group of its own, and leave nothing of the group alive, even when we are killed."""
    with subprocess.Popen(
        [*_GUARD, *command],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            pass
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
