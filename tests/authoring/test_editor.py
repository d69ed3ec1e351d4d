"""What a clerk sees while typing: the real YAML language server, over LSP, reads the schemas of data/."""

import contextlib
import dataclasses
import itertools
import json
import os
import queue
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest
from conftest import FULL_CI, ROOT

from pipeline.authoring.schema import MODELINE, UNIT_SCHEMA, schema_file

YEAR = ROOT / "data" / "2023"
SECONDS = 60
GOOD = (YEAR / "15139-cam-luong.yaml").read_text(encoding="utf-8")
SLUG, LABEL = "san-luong-luong-thuc-co-hat", "1,1 Sản lượng lương thực có hạt"
FILES = [*sorted(YEAR.glob("*.yaml")), *sorted((ROOT / "data" / "2026").glob("*.yaml"))]


@dataclasses.dataclass(frozen=True)
class _Server:
    """A language server on the other end of a pipe, spoken to as an editor does (LSP 3.17, base protocol)."""

    outgoing: IO[bytes]
    incoming: "queue.Queue[dict[str, Any]]"
    numbers: Iterator[int]

    def send(self, **message: Any) -> None:
        content = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.outgoing.write(b"Content-Length: %d\r\n\r\n%b" % (len(content), content))
        self.outgoing.flush()

    def request(self, method: str, params: Any) -> Any:
        number = next(self.numbers)
        self.send(id=number, method=method, params=params)
        while (message := self.receive()).get("id") != number or "method" in message:
            pass
        return message["result"]

    def receive(self) -> dict[str, Any]:
        """Give the next message. The server's own questions get what an editor of default settings answers."""
        message = self.incoming.get(timeout=SECONDS)
        if "id" in message and "method" in message:
            asked = message["params"]["items"] if message["method"] == "workspace/configuration" else []
            answer = [SETTINGS.get(item["section"]) for item in asked]
            self.send(id=message["id"], result=answer if asked else None)
        return message

    def open(self, name: str, text: str) -> str:
        """Open a text as a file of a year, if not named of 2023, that no test has opened before; give its address."""
        path = YEAR / name
        uri = (path.parent / f"{next(self.numbers)}-{path.name}").as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.send(method="textDocument/didOpen", params={"textDocument": document})
        return uri

    def diagnostics(self, name: str, text: str) -> list[str]:
        """Give what the server marks in a text, each with its line."""
        uri = self.open(name, text)
        while True:
            message = self.receive()
            if message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == uri:
                found = message["params"]["diagnostics"]
                return [f"{each['range']['start']['line'] + 1}: {each['message']}" for each in found]

    def at(self, text: str, line: int, character: int, method: str, name: str = "15139-cam-luong.yaml") -> Any:
        """Give what the server answers about a place in a text, both counted from 0."""
        document = {"uri": self.open(name, text)}
        place = {"textDocument": document, "position": {"line": line, "character": character}}
        return self.request(f"textDocument/{method}", place)


SETTINGS = {"yaml": {"validate": True, "completion": True, "hover": True, "schemaStore": {"enable": False}}}


def _read(stream: IO[bytes], into: "queue.Queue[dict[str, Any]]") -> None:
    while header := stream.readline():
        length = int(header.partition(b":")[2])
        while stream.readline().strip():
            pass
        into.put(json.loads(stream.read(length)))


@pytest.fixture(scope="module")
def server() -> Iterator[_Server]:
    """Start the server that nox installed; without it skip, in CI on Linux fail."""
    program, node = os.environ.get("YAML_LANGUAGE_SERVER", ""), shutil.which("node")
    if not (program and node):
        assert not FULL_CI, "yaml-language-server or node is missing"
        pytest.skip("YAML_LANGUAGE_SERVER is not set; run by: nox -s tests")
    process = subprocess.Popen([node, program, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin
    assert process.stdout
    made = _Server(process.stdin, queue.Queue(), itertools.count(1))
    reader = threading.Thread(target=_read, args=(process.stdout, made.incoming))
    reader.start()
    try:
        folder = {"uri": ROOT.as_uri(), "name": ROOT.name}
        capabilities = {"workspace": {"configuration": True}, "textDocument": {"completion": {}, "hover": {}}}
        made.request(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": ROOT.as_uri(),
                "workspaceFolders": [folder],
                "capabilities": capabilities,
            },
        )
        made.send(method="initialized", params={})
        made.send(method="workspace/didChangeConfiguration", params={"settings": SETTINGS})
        while made.receive().get("method") != "workspace/configuration":
            pass
        yield made
        made.request("shutdown", None)
        made.send(method="exit")
        assert process.wait(SECONDS) == 0
    finally:
        process.kill()
        process.wait()
        reader.join(SECONDS)
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_good_file_has_no_mark_and_a_key_too_many_has_one(server: _Server, path: Path) -> None:
    """The second half shows that the first half could fail: the file's schema is found and applied."""
    text = path.read_text(encoding="utf-8")

    assert server.diagnostics(str(path), text) == []
    assert server.diagnostics(str(path), f"{text}khoa-la: 1\n") == [
        f"{text.count(chr(10)) + 1}: Property khoa-la is not allowed."
    ]


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        (f"  {SLUG}: 1.100 tấn trở lên\n", "", f'Missing property "{SLUG}"'),
        (f"  {SLUG}:", f"  {SLUG}-x: 1\n  {SLUG}:", f"Property {SLUG}-x is not allowed"),
        ("  ty-le-che-phu-rung: 65%", '  ty-le-che-phu-rung: ""', "shorter than the minimum length"),
        ("loai_don_vi: xã", "loai_don_vi: Xã", 'Valid values: "xã", "phường", "thị trấn", "đặc khu"'),
        ('ma_don_vi: "15139"', 'ma_don_vi: "1513"', "does not match the pattern"),
        ("ngay_ban_hanh: /8/2023", "ngay_ban_hanh: 24.8.2023", "does not match the pattern"),
        ("    ngay_ban_hanh: /8/2023\n", "", 'Missing property "ngay_ban_hanh"'),
        ("  ke-hoach:\n", "  ke-hoac:\n", "Property ke-hoac is not allowed"),
    ],
)
def test_a_mistake_has_a_mark(server: _Server, good: str, bad: str, said: str) -> None:
    text = GOOD.replace(good, bad, 1)

    assert text != GOOD
    found = server.diagnostics("15139-cam-luong.yaml", text)
    assert len(found) == 1
    assert said in found[0]


def test_a_mistake_in_the_criteria_set_has_a_mark(server: _Server) -> None:
    """0.5 is no number of points here: the fraction comes after a comma."""
    text = (YEAR / "bo-tieu-chi.yaml").read_text(encoding="utf-8").replace("diem_toi_da: 0,5", "diem_toi_da: 0.5", 1)
    line = text[: text.index("diem_toi_da: 0.5")].count("\n") + 1

    assert [each.partition(":")[0] for each in server.diagnostics("bo-tieu-chi.yaml", text)] == [str(line)]


REPORT = ROOT / "data" / "2026" / "bao-cao-tu-cham.yaml"


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ("  mo_dau:\n", "  mo_daau:\n", "Property mo_daau is not allowed"),
        ("  - I: ", "  - II: ", "Property II is not allowed"),
        ("pham_vi: tung_xa", "pham_vi: xa", 'Valid values: "tung_xa", "ca_nam"'),
        ("mau_word: bao-cao-tu-cham.docx", "mau_word: ../bao-cao-tu-cham.docx", "does not match the pattern"),
        ("loai_truoc: ke-hoach", "loai_truoc: ke-hoac", "Valid values: "),
        ("ten_loai: Báo cáo\n", "", 'Missing property "ten_loai"'),
    ],
)
def test_a_mistake_in_a_kind_has_a_mark(server: _Server, good: str, bad: str, said: str) -> None:
    text = REPORT.read_text(encoding="utf-8").replace(good, bad, 1)

    assert text != REPORT.read_text(encoding="utf-8")
    found = server.diagnostics(str(REPORT), text)
    assert len(found) == 1
    assert said in found[0]


def test_points_of_a_unit_have_a_mark_when_they_are_no_points(server: _Server) -> None:
    path = next((ROOT / "data" / "2026").glob("15148-*.yaml"))
    lines = path.read_text(encoding="utf-8").split("\n")
    start = lines.index("diem_tu_cham:") + 1
    row = next(number for number, line in enumerate(lines) if number >= start and not line.lstrip().startswith("#"))
    lines[row] = lines[row].partition(":")[0] + ": 0.5"

    assert [each.partition(":")[0] for each in server.diagnostics(str(path), "\n".join(lines))] == [str(row + 1)]


def test_completion_offers_the_fields_of_the_template(server: _Server) -> None:
    text = REPORT.read_text(encoding="utf-8").partition("noi_dung:\n")[0] + "noi_dung:\n  \n"
    found = server.at(text, text.count("\n") - 1, 2, "completion", str(REPORT))
    offered = {item["label"]: json.dumps(item.get("documentation"), ensure_ascii=False) for item in found["items"]}

    assert {"mo_dau", "ket_thuc"} <= set(offered)
    assert "Mẫu Word in ở đoạn" in offered["mo_dau"]


def test_texts_that_look_like_numbers_have_no_mark(server: _Server) -> None:
    """All of them are texts to the machine, and read as typed."""
    text = GOOD.replace('so_van_ban: ""', "so_van_ban: 05").replace("1.100 tấn trở lên", "1.100")

    assert server.diagnostics("15139-cam-luong.yaml", text.replace("ho_ten: Bùi Quốc Bảo", "ho_ten:")) == []


def test_completion_offers_the_years_targets_with_their_names(server: _Server) -> None:
    text = GOOD.partition("chi_tieu:\n")[0] + f"chi_tieu:\n  {SLUG}: 1\n  \n"
    found = server.at(text, text.count("\n") - 1, 2, "completion")
    offered = {item["label"]: json.dumps(item.get("documentation"), ensure_ascii=False) for item in found["items"]}

    assert "3,1 Tỷ lệ che phủ rừng" in offered["ty-le-che-phu-rung"]
    own = json.loads((YEAR / UNIT_SCHEMA).read_bytes())["properties"]["chi_tieu"]["required"]
    assert len(own) == 24
    assert set(own) - set(offered) == {SLUG}


def test_hovering_over_a_target_tells_its_name(server: _Server) -> None:
    line = GOOD[: GOOD.index(SLUG)].count("\n")

    assert LABEL in server.at(GOOD, line, 5, "hover")["contents"]["value"]


def test_every_data_file_names_its_schema() -> None:
    paths = [*ROOT.glob("data/*/*.yaml"), *ROOT.glob("tests/small/data/*/*.yaml")]

    assert len(paths) >= 30
    for path in paths:
        first = path.read_text(encoding="utf-8").split("\n")[0]
        assert first == f"{MODELINE}{schema_file(path)}"
        assert (path.parent / first.removeprefix(MODELINE)).is_file()


def test_the_lock_names_no_registry() -> None:
    text = (ROOT / "tests" / "editor" / "package-lock.json").read_text(encoding="utf-8")
    packages = json.loads(text)["packages"]

    assert '"resolved"' not in text
    assert all("integrity" in package for name, package in packages.items() if name)
