"""The local server: what it shows, to whom, and that a page learns of the next build."""

import http.client
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.cli.serve import Builds, start_server


@pytest.fixture
def builds() -> Builds:
    return Builds()


@pytest.fixture
def port(tmp_path: Path, builds: Builds) -> Iterator[int]:
    out = tmp_path / "build"
    (out / ".truoc").mkdir(parents=True)
    (out / "index.html").write_text("<html><body>trang</body></html>", encoding="utf-8")
    (out / "a.json").write_text("{}", encoding="utf-8")
    (out / ".truoc" / "b.json").write_text("{}", encoding="utf-8")
    (tmp_path / "ngoai.txt").write_text("ngoài", encoding="utf-8")
    (out / "ra.txt").symlink_to(tmp_path / "ngoai.txt")
    server = start_server(out, 0, builds)
    yield int(server.server_address[1])
    server.shutdown()
    server.server_close()


def _get(port: int, path: str, host: str = "127.0.0.1", method: str = "GET") -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, path, headers={"Host": f"{host}:{port}"})
    answer = connection.getresponse()
    found = answer.status, answer.read().decode()
    connection.close()
    return found


@pytest.mark.parametrize("path", ["/", "/index.html", "/index.html?1"])
def test_pages_get_the_script_and_their_files_stay(port: int, path: str, tmp_path: Path) -> None:
    status, text = _get(port, path)

    assert status == 200
    assert "trang<script>" in text
    assert "_cho/0" in text
    assert "script" not in (tmp_path / "build" / "index.html").read_text(encoding="utf-8")


def test_other_files_are_as_they_are(port: int) -> None:
    assert _get(port, "/a.json") == (200, "{}")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", ["/.truoc/b.json", "/ra.txt", "/../ngoai.txt", "/%2e%2e/ngoai.txt", "/khong-co"])
def test_nothing_else_is_shown(port: int, path: str, method: str) -> None:
    status, text = _get(port, path, method=method)

    assert status in {403, 404}
    assert "ngoài" not in text


def test_a_name_of_another_site_is_refused(port: int) -> None:
    assert _get(port, "/a.json", host="ke-xau.example")[0] == 403
    assert _get(port, "/a.json", host="localhost")[0] == 200


def test_whoever_waits_is_told_of_the_next_build(port: int, builds: Builds) -> None:
    found: list[tuple[int, str]] = []
    waiting = threading.Thread(target=lambda: found.append(_get(port, "/_cho/0")))
    waiting.start()
    builds.done()
    waiting.join(20)

    assert found == [(200, "1")]
    assert _get(port, "/_cho/0") == (200, "1")
