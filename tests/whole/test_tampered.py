"""An output folder may be anybody's: what was changed in its lists and records is mended by the next build."""

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, SMALL

from pipeline.cli import main as cli

NAME = "2024/KH-15142-cam-thach"
MANIFEST = Path("build/manifest.json")
RECORD = Path(f"build/{NAME}/KH-2024-15142-cam-thach.json")
FORMER = Path(f"build/.truoc/{NAME}.json")
PAGE, ZIP = Path(f"build/{NAME}.html"), Path("build/2024/van-ban-2024.zip")
UNIT_PAGE = Path("build/don-vi/15142-cam-thach.html")
STRANGE: tuple[Any, ...] = (5, None, [1], {}, "x")
posix_only = pytest.mark.skipif(os.name != "posix", reason="links need rights there, and there are no pipes")
Change = Callable[[dict[str, Any]], object]
ENTRY_FIELDS = (
    *("loai", "ten_loai", "ma_don_vi", "tep", "nguon", "da_ban_hanh", "so_trang", "ten_don_vi", "da_ky", "ban_cu"),
)
RECORD_FIELDS = (*("loai", "van_ban", "don_vi", "cot_diem", "tong_diem", "gia_tri", "tep", "thay_doi", "diem_cac_muc"),)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    room = tmp_path_factory.mktemp("built")
    shutil.copytree(SMALL / "data", room / "data")
    arguments = [f"--data={room / 'data'}", f"--templates={ROOT / 'templates'}", f"--out={room / 'build'}"]
    assert cli.main(["build", *arguments, "--no-pdf", "--quiet", "--jobs=1"]) == 0
    return room


@pytest.fixture(autouse=True)
def untouched(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """Give the files of a copy of it, which is the current folder; beside it lies a file of somebody else."""
    shutil.copytree(built, tmp_path / "room")
    monkeypatch.chdir(tmp_path / "room")
    Path("kept.html").write_bytes(b"mine")
    return _files()


def _files() -> dict[str, bytes]:
    paths = [path for path in Path().rglob("*") if path.is_file() and not path.is_symlink()]
    return {path.as_posix(): path.read_bytes() for path in paths if "/." not in path.as_posix()}


def _build() -> int:
    where = ("--data=data", f"--templates={ROOT / 'templates'}", "--out=build")
    return cli.main(["build", *where, "--no-pdf", "--quiet", "--jobs=1"])


def _edit(path: Path, change: Change) -> None:
    found = json.loads(path.read_bytes())
    change(found)
    path.write_text(json.dumps(found), encoding="utf-8")


@pytest.mark.parametrize("value", STRANGE)
@pytest.mark.parametrize("part", ["van_ban", "tong_hop", "kem", "trang", "co_loi"])
def test_a_part_of_the_list_of_another_form(part: str, value: object, untouched: dict[str, bytes]) -> None:
    _edit(MANIFEST, lambda found: found.update({part: value}))
    assert _build() == 0

    assert _files() == untouched


@pytest.mark.parametrize("value", STRANGE)
@pytest.mark.parametrize("field", ENTRY_FIELDS)
def test_a_field_of_an_entry_of_another_form(field: str, value: object, untouched: dict[str, bytes]) -> None:
    texts = [(name, "x") for name in ("loai", "ten_loai", "ma_don_vi", "ten_don_vi")]
    if (field, value) in [("so_trang", None), ("so_trang", 5), ("da_ky", {}), ("ban_cu", []), *texts]:
        pytest.skip("a form that it may have")
    _edit(MANIFEST, lambda found: found["van_ban"][NAME].update({field: value}))
    assert _build() == 0

    assert _files() == untouched


@pytest.mark.parametrize("listed", [True, False], ids=["listed", "unlisted"])
@pytest.mark.parametrize("value", STRANGE)
@pytest.mark.parametrize("field", RECORD_FIELDS)
def test_a_field_of_a_record_of_another_form(
    field: str, value: object, untouched: dict[str, bytes], *, listed: bool
) -> None:
    if (field, value) in [("loai", "x"), ("don_vi", None), ("gia_tri", {})]:
        pytest.skip("a form that it may have")
    _edit(RECORD, lambda found: found.update({field: value}))
    if not listed:
        MANIFEST.unlink()
    assert _build() == 0

    assert _files() == untouched


RAW = (
    pytest.param(r'"\ud800"', id="half a letter"),
    pytest.param(r'"\u0000"', id="NUL"),
    pytest.param("9" * 5000, id="thousands of digits"),
    pytest.param("-1", id="negative"),
    pytest.param("1e400", id="infinite"),
    pytest.param("NaN", id="no number"),
)


@pytest.mark.parametrize("value", RAW)
@pytest.mark.parametrize("key", ["phien_ban", "so_trang", "ten_don_vi", "mau"])
def test_values_that_no_json_should_hold_are_damage(
    key: str, value: str, untouched: dict[str, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    """In the list and in a record; told once, and made anew."""
    for path in (MANIFEST, RECORD):
        text = path.read_text(encoding="utf-8")
        changed = re.sub(rf'"{key}": ("[^"]*"|null|[0-9]+)', lambda _: f'"{key}": {value}', text, count=1)
        path.write_text(changed, encoding="utf-8")
    assert _build() == 0

    assert _files() == untouched
    assert capsys.readouterr().err.count("[ban-ke-hong]") == 1
    assert _build() == 0
    assert "ban-ke-hong" not in capsys.readouterr().err


@pytest.mark.parametrize("content", ["5", "[]", "{}", "x", '{"van_ban": 5, "tep": 5}', '{"van_ban": {}, "nguon": {}}'])
def test_rubbish_in_place_of_a_former_record_tells_of_no_change(content: str, untouched: dict[str, bytes]) -> None:
    FORMER.parent.mkdir(parents=True)
    FORMER.write_text(content, encoding="utf-8")
    assert _build() == 0

    assert _files() == untouched


@pytest.mark.parametrize(
    "path", ["../kept.html", "2024/../../kept.html", "<b>", "2024/KH-a/../../../kept", "2024/KH-../kept"]
)
def test_names_that_lead_elsewhere(path: str, untouched: dict[str, bytes]) -> None:
    entry = json.loads(MANIFEST.read_bytes())["van_ban"][NAME]
    _edit(MANIFEST, lambda found: found["van_ban"].update({path: entry}))
    _edit(MANIFEST, lambda found: found["kem"].update({path: ["0" * 64, "0" * 64]}))
    _edit(MANIFEST, lambda found: found["trang"].update({path: "0" * 64}))
    _edit(
        MANIFEST,
        lambda found: found["co_loi"].update(
            {path: [{"noi": "p", "dong": 1, "cot": 2, "ma_loi": "c", "thong_bao": "m", "cach_sua": "h"}]}
        ),
    )
    assert _build() == 0

    assert _files() == untouched


@posix_only
@pytest.mark.parametrize(
    "path", [PAGE, UNIT_PAGE, ZIP, MANIFEST, RECORD, Path("build/index.html"), Path("build/huong-dan.html")]
)
@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_links_and_pipes_in_place_of_files(kind: str, path: Path, untouched: dict[str, bytes]) -> None:
    path.unlink()
    if kind == "link":
        path.symlink_to(Path("kept.html").resolve())
    else:
        os.mkfifo(path)
    assert _build() == 0

    assert _files() == untouched


@posix_only
@pytest.mark.parametrize("kind", ["link", "pipe", "file"])
def test_what_stands_in_place_of_the_folder_for_moving(kind: str, untouched: dict[str, bytes]) -> None:
    moving = Path("build/.dang-ghi")
    if kind == "link":
        Path("other").mkdir()
        moving.symlink_to(Path("other").resolve())
    elif kind == "pipe":
        os.mkfifo(moving)
    else:
        moving.write_bytes(b"x")
    assert _build() == 0

    assert _files() == untouched
