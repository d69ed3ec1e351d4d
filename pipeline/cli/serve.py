"""Serve the output folder to browsers of this machine alone, and reload its pages after every build."""

import functools
import http.server
import threading
from http import HTTPStatus
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"
_WAIT = "/_cho/"
_WAIT_SECONDS = 25
_DIGITS = 9
_SCRIPT = """<script>
(async () => {
  for (;;) {
    try {
      const answer = await fetch("/_cho/%d");
      if (answer.ok && (await answer.text()) !== "%d") location.reload();
    } catch { await new Promise((done) => setTimeout(done, 1000)); }
  }
})();
</script>
</body>"""


class Builds:
    """A counter of builds that threads can wait on: a page that shows an older build waits for the next."""

    def __init__(self) -> None:
        self.number = 0
        self._changed = threading.Condition()

    def done(self) -> None:
        """Count one more build, and wake every thread that waits for it."""
        with self._changed:
            self.number += 1
            self._changed.notify_all()

    def after(self, number: int) -> int:
        """Wait up to 25 seconds for a build other than `number` (long polling); give the number of the present one."""
        with self._changed:
            self._changed.wait_for(lambda: self.number != number, _WAIT_SECONDS)
            return self.number


def start_server(out: Path, port: int, builds: Builds) -> http.server.ThreadingHTTPServer:
    """Serve a folder on the loopback address, from a thread; port 0 takes any free one.

    Only published HTML gets the script that waits for the next build; the files stay as they are. Raises OSError
    when the port is taken.
    """
    server = http.server.ThreadingHTTPServer((HOST, port), functools.partial(_Handler, out, builds))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class _Handler(http.server.SimpleHTTPRequestHandler):
    def __init__(self, out: Path, builds: Builds, *arguments: Any) -> None:
        self._out, self._builds = out.resolve(), builds
        super().__init__(*arguments, directory=str(self._out))

    def do_GET(self) -> None:
        """Answer with a file, a page with the script in it, or the number of the present build."""
        path = self.path.partition("?")[0]
        number = path.removeprefix(_WAIT)
        if not self._is_ours():
            self.send_error(HTTPStatus.FORBIDDEN)
        elif path.startswith(_WAIT) and number.isascii() and number.isdecimal() and len(number) <= _DIGITS:
            self._send(str(self._builds.after(int(number))).encode(), "text/plain")
        elif path == "/" or path.endswith(".html"):
            self._send_page()
        else:
            super().do_GET()

    def do_HEAD(self) -> None:
        """Answer as to GET, without the content."""
        if self._is_ours():
            super().do_HEAD()
        else:
            self.send_error(HTTPStatus.FORBIDDEN)

    def list_directory(self, path: Any) -> None:  # noqa: ARG002 - folders are not for show
        """Refuse to list folders."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def end_headers(self) -> None:
        """Forbid the browser to cache, so that it never shows an older build."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _is_ours(self) -> bool:
        """Tell whether a request names this server as its host and asks for a published file.

        The host is checked against DNS rebinding: a hostile site points its own name at this address, to read our
        files from the page in the browser; such a request carries that name. Hidden files are not published.
        """
        host = self.headers.get("Host", "").rpartition(":")[0]
        file = Path(self.translate_path(self.path)).resolve()
        inside = file.is_relative_to(self._out)
        hidden = inside and any(part.startswith(".") for part in file.relative_to(self._out).parts)
        return host in {HOST, "localhost"} and inside and not hidden

    def _send_page(self) -> None:
        """Send a page with the script in it; an empty one when there is none yet, which loads again after a build."""
        number = self._builds.number
        path = Path(self.translate_path(self.path))
        try:
            content = (path / "index.html" if path.is_dir() else path).read_bytes()
        except OSError:
            content = b"<!doctype html><title>.</title><body></body>"
        script = (_SCRIPT % (number, number)).encode()
        self._send(content.replace(b"</body>", script), "text/html; charset=utf-8")

    def _send(self, content: bytes, media_type: str) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
