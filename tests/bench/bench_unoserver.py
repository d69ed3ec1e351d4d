"""The contender unoserver: servers that stay, one LibreOffice each, and its own clients."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.pdf.office import Office

PYTHON = os.environ.get("UNOSERVER_PYTHON", "")
"""A Python with uno and unoserver, which `nox -s bench` sets up; empty where there is none."""

OPTIONS = ("SelectPdfVersion=2", "UseTaggedPDF=true", "ExportBookmarks=false")
# While a server starts, its client waits and tries again by itself.
_CLIENT = f"""
import sys
from unoserver.client import UnoClient
port, *files = sys.argv[1:]
for name in files:
    UnoClient(port=port).convert(
        inpath=name, outpath=name + ".pdf", convert_to="pdf", filtername="writer_pdf_Export", filter_options={OPTIONS}
    )
"""


@contextlib.contextmanager
def servers(count: int, room: Path, tools: Office) -> Iterator[list[int]]:
    """Start servers, each with a profile of its own; give their ports."""
    ports = [28_100 + 2 * number for number in range(count)]
    command = [PYTHON, "-m", "unoserver.server", f"--executable={tools.program}"]
    started = [
        subprocess.Popen(
            [*command, f"--port={port}", f"--uno-port={port + 1}", f"--user-installation={room / f'uno{port}'}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        for port in ports
    ]
    try:
        yield ports
    finally:
        for process in started:
            os.killpg(process.pid, signal.SIGKILL)
        for process in started:
            process.wait()


def unoconvert(port: int, files: Sequence[Path]) -> None:
    """Convert by the client's command, one call a document, as its guide says."""
    filters = [word for option in OPTIONS for word in ("--filter-option", option)]
    command = [str(Path(PYTHON).with_name("unoconvert")), "--quiet", "--port", str(port), "--convert-to", "pdf"]
    for file in files:
        subprocess.run([*command, "--output-filter", "writer_pdf_Export", *filters, file, f"{file}.pdf"], check=True)
    _take_away(files)


def convert(ports: Sequence[int], files: Sequence[Path]) -> None:
    """Convert by the client's Python class, in one process at each server, each with its share of the files."""
    shares = {port: files[number :: len(ports)] for number, port in enumerate(ports)}
    clients = [subprocess.Popen([PYTHON, "-c", _CLIENT, str(port), *map(str, share)]) for port, share in shares.items()]
    for client in clients:
        assert client.wait() == 0
    _take_away(files)


def _take_away(files: Sequence[Path]) -> None:
    for file in files:
        made = Path(f"{file}.pdf")
        assert made.stat().st_size
        made.unlink()
