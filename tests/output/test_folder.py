"""The publish stage: files are replaced whole, whatever happens in between."""

import json
import os
from pathlib import Path

import pytest
from entries import record

from pipeline.files import make_folder, write_atomic
from pipeline.output import folder as publish
from pipeline.output.folder import OutputError, output_folder
from pipeline.output.manifest import MANIFEST, Manifest, entry_of, read_manifest
from pipeline.output.seen import State

RECORD = record({})


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith(".")}


def test_the_record_is_written_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    write = write_atomic

    def noted(out: Path, name: str, content: bytes) -> None:
        order.append(name)
        write(out, name, content)

    monkeypatch.setattr(publish, "write_atomic", noted)
    publish.publish(tmp_path, "2023/x", {"a.docx": b"1", "a.pdf": b"2"}, RECORD, State())

    assert order == ["2023/x/a.docx", "2023/x/a.pdf", "2023/x/a.json"]


def test_an_older_pdf_does_not_stay_beside_a_newer_docx(tmp_path: Path) -> None:
    publish.publish(tmp_path, "x", {"a.docx": b"1", "a.pdf": b"1"}, RECORD, State())
    publish.publish(tmp_path, "x", {"a.docx": b"2"}, RECORD, State())

    assert set(_files(tmp_path / "x")) == {"a.docx", "a.json"}


@pytest.mark.skipif(os.name != "posix", reason="links")
def test_nothing_is_removed_through_a_link(tmp_path: Path) -> None:
    """Neither the PDF that gets no successor nor a document that is withdrawn."""
    out, outside = tmp_path / "out", tmp_path / "outside"
    out.mkdir()
    outside.mkdir()
    (outside / "a.pdf").write_bytes(b"mine")
    (out / "x").symlink_to(outside)

    with pytest.raises(OutputError, match="liên kết"):
        publish.publish(out, "x", {"a.docx": b"2"}, RECORD, State())
    with pytest.raises(OutputError, match="liên kết"):
        publish.withdraw(out, "x", "a", State())
    assert _files(outside) == {"a.pdf": b"mine"}


@pytest.mark.parametrize("failing", ["tempfile.mkstemp", "pathlib.Path.replace"])
def test_a_full_disk_leaves_the_older_file_and_no_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    write_atomic(tmp_path, "a", b"old")
    monkeypatch.setattr(failing, fail)
    with pytest.raises(OSError, match="No space"):
        write_atomic(tmp_path, "a", b"new")

    assert _files(tmp_path) == {"a": b"old"}


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{", b'{"x": 1}', b'{"van_ban": {"a": {"tep": {}}}}', b'{"van_ban": 1}']
)
def test_a_damaged_manifest_counts_as_empty(tmp_path: Path, content: bytes) -> None:
    (tmp_path / MANIFEST).write_bytes(content)

    assert read_manifest(tmp_path / MANIFEST)[0] == Manifest()
    assert read_manifest(tmp_path / MANIFEST)[1]


def test_a_manifest_is_read_as_written(tmp_path: Path) -> None:
    written = Manifest({"2023/KH-b": entry_of(RECORD), "2023/KH-a": entry_of(RECORD), "2023/QD": entry_of(RECORD)})
    publish.publish_manifest(tmp_path, written)

    assert list(json.loads((tmp_path / MANIFEST).read_bytes())["van_ban"]) == ["2023/KH-a", "2023/KH-b", "2023/QD"]
    assert read_manifest(tmp_path / MANIFEST) == (written, ())


def test_two_builds_do_not_share_a_folder(tmp_path: Path) -> None:
    with output_folder(tmp_path), pytest.raises(OutputError, match="một lần dựng khác"), output_folder(tmp_path):
        pass


def test_an_output_folder_that_is_a_file_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"")
    with pytest.raises(OutputError, match="không ghi được vào"), output_folder(tmp_path / "out"):
        pass


def test_rests_of_a_killed_build_are_cleared(tmp_path: Path) -> None:
    (tmp_path / ".dang-ghi").mkdir()
    (tmp_path / ".dang-ghi" / "half").write_bytes(b"x")
    with output_folder(tmp_path):
        assert list((tmp_path / ".dang-ghi").iterdir()) == []


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"[]", b'{"a": 1}', b'{"a": [1]}', b'{"tep": {"a": [1, 2]}}', b'{"tep": {}, "du_lieu": []}'),
        *(b'{"tep": {"a": [1]}, "du_lieu": {}}', b'{"tep": {"a": [1, 2]}, "du_lieu": {"2026/QD": ["x", 1, ""]}}'),
    ],
)
def test_a_damaged_state_counts_as_empty(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ".da-xem.json").write_bytes(content)
    with output_folder(tmp_path) as state:
        assert state == {}
        assert state.data == {}


def test_what_was_seen_of_files_and_of_data_is_read_as_written(tmp_path: Path) -> None:
    with output_folder(tmp_path) as state:
        state["2026/QD/QD-2026.docx"] = (1, 2)
        state.data["2026/QD"] = ("bytes", "data", "before")
        state.data["2026/CV"] = ("bytes", "", "")
    with output_folder(tmp_path) as state:
        assert state == {"2026/QD/QD-2026.docx": (1, 2)}
        assert state.data == {"2026/QD": ("bytes", "data", "before"), "2026/CV": ("bytes", "", "")}


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
def test_folders_are_as_readable_as_files_whatever_the_umask(tmp_path: Path) -> None:
    old = os.umask(0o077)
    try:
        with output_folder(tmp_path / "a" / "out"):
            publish.put_files(tmp_path / "a" / "out", "2023/x", {"b.txt": b"b"}, State())
        make_folder(tmp_path / "a")
    finally:
        os.umask(old)

    out = tmp_path / "a" / "out"
    modes = {
        path.name: path.stat().st_mode & 0o777 for path in (out.parent, out, *out.glob("2023"), out / "2023" / "x")
    }
    assert set(modes.values()) == {0o755}, modes
    assert (out / "2023" / "x" / "b.txt").stat().st_mode & 0o777 == 0o644
