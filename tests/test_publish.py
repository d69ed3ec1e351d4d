"""The publish stage: files are replaced whole, whatever happens in between."""

import json
from pathlib import Path

import pytest

from pipeline.publish import MANIFEST, publish, publish_manifest, write_atomic

RECORD: dict[str, object] = {"tep": {}}


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_record_is_written_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    monkeypatch.setattr("pipeline.publish.write_atomic", lambda path, _: order.append(path.name))
    publish(tmp_path / "x", {"a.docx": b"1", "a.pdf": b"2"}, RECORD)

    assert order == ["a.docx", "a.pdf", "a.json"]


def test_an_older_pdf_does_not_stay_beside_a_newer_docx(tmp_path: Path) -> None:
    publish(tmp_path, {"a.docx": b"1", "a.pdf": b"1"}, RECORD)
    publish(tmp_path, {"a.docx": b"2"}, RECORD)

    assert set(_files(tmp_path)) == {"a.docx", "a.json"}


@pytest.mark.parametrize("failing", ["os.fsync", "pathlib.Path.replace"])
def test_a_full_disk_leaves_the_older_file_and_no_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    write_atomic(tmp_path / "a", b"old")
    monkeypatch.setattr(failing, fail)
    with pytest.raises(OSError, match="No space"):
        write_atomic(tmp_path / "a", b"new")

    assert _files(tmp_path) == {"a": b"old"}


def test_a_partial_build_keeps_the_other_entries(tmp_path: Path) -> None:
    publish_manifest(tmp_path, {"2023/a": {"n": 1}, "2023/b": {"n": 1}}, complete=True)
    publish_manifest(tmp_path, {"2023/b": {"n": 2}}, complete=False)

    assert json.loads((tmp_path / MANIFEST).read_bytes()) == {"van_ban": {"2023/a": {"n": 1}, "2023/b": {"n": 2}}}


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"x": 1}'])
def test_a_damaged_manifest_is_made_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / MANIFEST).write_bytes(content)
    publish_manifest(tmp_path, {"2023/a": {}}, complete=False)

    assert json.loads((tmp_path / MANIFEST).read_bytes()) == {"van_ban": {"2023/a": {}}}
