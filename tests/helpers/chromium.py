"""The system's Chromium, for tests and the bench; and `serve`, started as a user does, with its page in it."""

import contextlib
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

PROGRAM = shutil.which("chromium") or shutil.which("google-chrome")
ROOT = Path(__file__).resolve().parents[2]
_PATIENCE = 120_000
# Each loaded picture is drawn once: this is asked at every frame. No answer while it is the old one.
_PICTURE = """([file, old]) => {
  const image = document.querySelector(`img[src="${file}"]`);
  if (!image || !image.complete || !image.naturalWidth) return "";
  if (!image.drawn) {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    canvas.getContext("2d").drawImage(image, 0, 0);
    image.drawn = canvas.toDataURL();
  }
  return image.drawn === old ? "" : image.drawn;
}"""


@contextlib.contextmanager
def chromium() -> Iterator[Any]:
    """Open the browser; it must be there."""
    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=PROGRAM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@contextlib.contextmanager
def serving(room: Path) -> Iterator[str]:
    """Run `serve` for a folder with data/ and templates/; give the page's address when the first build is there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    where = [f"--{name}={room / name}" for name in ("data", "templates")]
    command = [sys.executable, "-m", "pipeline", "serve", *where, f"--out={room / 'build'}", f"--port={port}"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stderr
        try:
            said = next((line for line in process.stderr if "xem tại" in line), "")
            assert said, "serve has ended"
            yield said.split()[2]
        finally:
            process.send_signal(signal.SIGINT)
        process.stderr.read()
        assert process.wait(60) == 130


def picture(page: Any, file: str, old: str = "") -> str:
    """Wait until the page shows a picture other than the old one, loaded; give its pixels as a data URL."""
    shown = page.wait_for_function(_PICTURE, arg=[file, old], timeout=_PATIENCE).json_value()
    assert isinstance(shown, str)
    return shown
