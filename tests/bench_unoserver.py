"""The contender unoserver: servers that stay, one LibreOffice each, and its own client in a loop."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.tools import Office

PYTHON = os.environ.get("UNOSERVER_PYTHON", "")
"""A Python with uno and unoserver, which `nox -s bench` sets up; empty where there is none."""

# While a server starts, its client waits and tries again by itself.
_CLIENT = """
import sys
from unoserver.client import UnoClient
port, *files = sys.argv[1:]
options = ["SelectPdfVersion=2", "UseTaggedPDF=true", "ExportBookmarks=false"]
for name in files:
    UnoClient(port=port).convert(
        inpath=name, outpath=f"{name}.pdf", convert_to="pdf", filtername="writer_pdf_Export", filter_options=options
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


def convert(ports: Sequence[int], files: Sequence[Path]) -> None:
    """Let a client at each server convert its share of the files."""
    shares = {port: files[number :: len(ports)] for number, port in enumerate(ports)}
    clients = [subprocess.Popen([PYTHON, "-c", _CLIENT, str(port), *map(str, share)]) for port, share in shares.items()]
    for client in clients:
        assert client.wait() == 0
    for file in files:
        made = Path(f"{file}.pdf")
        assert made.stat().st_size
        made.unlink()
