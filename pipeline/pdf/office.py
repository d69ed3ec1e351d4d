"""Find the programs and fonts that the pipeline needs from the system, and say how to install what is missing."""

import dataclasses
import functools
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from pipeline.pdf.fonts import Font, times_font
from pipeline.problem import MissingToolError, reason

# As in a Debian package's Depends. Liberation 1 lacks Vietnamese letters; the second is in fonts-liberation since
# Debian 13 and Ubuntu 24.04, in fonts-liberation2 before.
_OFFICE_PACKAGE, _FONT_PACKAGE = "libreoffice-writer-nogui", "fonts-liberation (>= 1:2) | fonts-liberation2"
_ALLOCATOR_PACKAGE = "libjemalloc2"
_OFFICE_PLACES = (
    "/usr/bin/soffice",
    "/usr/lib/libreoffice/program/soffice",
    "/usr/lib64/libreoffice/program/soffice",
    "/usr/local/bin/soffice",
    "/usr/local/lib/libreoffice/program/soffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "~/Applications/LibreOffice.app/Contents/MacOS/soffice",
    # The .com prints to its caller, the .exe does not.
    *(
        f"{os.environ.get(name, folder)}/LibreOffice/program/soffice.com"
        for name, folder in (("PROGRAMFILES", "C:/Program Files"), ("PROGRAMFILES(X86)", "C:/Program Files (x86)"))
    ),
)
_PACKED_PLACES = Path("/opt"), "libreoffice*/program/soffice"
"""Where LibreOffice's own packages put it, by version."""
_PROBE_SECONDS = 60
_MOST_WORDS = 300


@dataclasses.dataclass(frozen=True, slots=True)
class ToolProbe:
    """Whether a tool is there: `found` describes it, or is empty; `package` is the Debian dependency that brings it.

    `refusal` has what a program says that is there and does not start.
    """

    name: str
    found: str
    package: str
    purpose: str
    refusal: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Office:
    """All that a conversion needs: LibreOffice and the font.

    `allocator` makes it faster where it is installed; `build` is the mark by which this LibreOffice knows a profile as
    its own, empty where it is not known.
    """

    program: Path
    version: str
    font: Font
    allocator: Path | None = None
    build: str = ""

    @property
    def identity(self) -> str:
        """Give a text of what shapes a PDF: the version of LibreOffice and the very files of the font."""
        return f"{self.version}, {self.font.family} {_files_digest(self.font.files)}"


def probe_tools() -> tuple[ToolProbe, ...]:
    """Look for every tool of the system; nothing is installed or changed."""
    program, font = _soffice(), _font()
    version = _version(program)[0] if program else ""
    font_description = f"{font.family} ({font.files[0]})" if font and not font.missing else ""
    return (
        ToolProbe(
            *("LibreOffice Writer", f"{version} ({program})" if version else ""),
            *(
                _OFFICE_PACKAGE,
                "chuyển .docx sang PDF",
                f"{program} không chạy được: {_version(program)[2]}" if program else "",
            ),
        ),
        ToolProbe("phông thay Times New Roman", font_description, _FONT_PACKAGE, "in đủ chữ tiếng Việt trong PDF"),
    )


def office() -> Office:
    """Find LibreOffice and a complete font.

    Raises MissingToolError, which names what is missing and the command that installs it.
    """
    missing_tools = [probe for probe in probe_tools() if not probe.found]
    program, font = _soffice(), _font()
    if missing_tools or program is None or font is None:
        names = "; ".join(f"{probe.name} (để {probe.purpose})" for probe in missing_tools)
        refused = "".join(f" ({probe.refusal})" for probe in missing_tools if probe.refusal)
        raise MissingToolError(f"thiếu {names}{refused}. Cài bằng lệnh: {install_command(missing_tools)}")
    version, build, _ = _version(program)
    return Office(program, version, font, _allocator(), build)


def install_command(probes: list[ToolProbe]) -> str:
    """Give the command that installs missing tools on this system."""
    packages = ", ".join(dict.fromkeys(probe.package for probe in probes))
    if sys.platform == "win32":
        return "winget install TheDocumentFoundation.LibreOffice"
    if sys.platform == "darwin":
        return "brew install --cask libreoffice font-tinos"
    return f'sudo apt-get update && sudo apt-get satisfy --no-install-recommends "{packages}"'


def install_missing() -> None:
    """Install the missing tools with apt-get, as root or through sudo; do nothing where that cannot be.

    It reports no failure: whoever needs the tools looks again and reports what is still missing.
    """
    packages = list(dict.fromkeys(probe.package for probe in probe_tools() if not probe.found))
    if packages and sys.platform == "linux":
        packages.append(_ALLOCATOR_PACKAGE)
    if not packages or not (apt := shutil.which("apt-get")):
        return
    become_root = [] if os.geteuid() == 0 else [shutil.which("sudo") or "", *([] if sys.stdin.isatty() else ["-n"])]
    if become_root and not become_root[0]:
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = [apt, "satisfy", "-y", "-qq", "--no-install-recommends", *packages]
    for command in ([apt, "update", "-qq"], install):
        subprocess.run([*become_root, *command], env=environment, stdout=subprocess.DEVNULL, check=False)
    for lookup in (_soffice, _version, _font, _allocator):
        lookup.cache_clear()


@functools.cache
def _files_digest(files: tuple[Path, ...]) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


@functools.cache
def _allocator() -> Path | None:
    """Find jemalloc, with which LibreOffice takes a third less time; what it writes is the same."""
    return next(iter(sorted(Path("/usr/lib").glob("*/libjemalloc.so.2"))), None) if sys.platform == "linux" else None


@functools.cache
def _soffice() -> Path | None:
    """Find a LibreOffice that starts; of several that do not, the first."""
    folder, pattern = _PACKED_PLACES
    packed = sorted(folder.glob(pattern), reverse=True)
    places = (shutil.which("soffice"), shutil.which("libreoffice"), *_OFFICE_PLACES, *packed)
    paths = [path for place in places if place and (path := Path(place).expanduser()).is_file()]
    return next((path for path in paths if _version(path)[0]), next(iter(paths), None))


@functools.cache
def _font() -> Font | None:
    """Find the font once: to look for it opens every file of every family."""
    return times_font()


@functools.cache
def _version(program: Path) -> tuple[str, str, str]:
    """Ask LibreOffice for its name with the version, and for its build; both empty when it does not answer.

    Third is what it, or the system, says instead.
    """
    try:
        result = subprocess.run(
            [program, "--version"],
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=_PROBE_SECONDS,
            check=False,
        )
    except OSError as error:
        return "", "", reason(error)
    except subprocess.TimeoutExpired:
        return "", "", f"không trả lời trong {_PROBE_SECONDS} giây"
    words = result.stdout.split()
    said = " ".join(result.stderr.split())
    return " ".join(words[:2]), " ".join(words[2:]), said[-_MOST_WORDS:] or f"mã thoát {result.returncode}"
