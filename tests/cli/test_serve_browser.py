"""`serve` from the user's side: it is started, the page is opened, a file is saved, the page shows the new picture."""

import base64
import io
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from chromium import picture, serving
from conftest import ROOT, SMALL, edit
from PIL import Image

NAME = "2024/KH-15142-cam-thach"
DATA = "data/2024/15142-cam-thach.yaml"
KIND = "data/2024/ke-hoach.yaml"
FILE = f"{NAME}/KH-2024-15142-cam-thach.png"


def _pixels(content: bytes) -> bytes:
    return Image.open(io.BytesIO(content)).convert("L").tobytes()


def _save_data(room: Path) -> None:
    edit(room / DATA, "/2/2024", "/3/2024")


def _save_kind(room: Path) -> None:
    edit(room / KIND, "cụ thể như sau", "như sau")


def _save_template(room: Path) -> None:
    """Save as Word does: another file, moved into its place."""
    path = room / "templates" / "ke-hoach.docx"
    old, new = b"{{ mo_dau }}", b"Nay, {{ mo_dau }}"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(room / "moi.docx", "w") as target:
        for each in source.infolist():
            content = source.read(each)
            assert each.filename != "word/document.xml" or old in content
            target.writestr(each, content.replace(old, new))
    (room / "moi.docx").replace(path)


@pytest.mark.usefixtures("tools")
def test_saved_data_and_a_saved_template_show_the_new_picture_by_themselves(browser: Any, tmp_path: Path) -> None:
    shutil.copytree(SMALL / "data", tmp_path / "data")
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    page = browser.new_page()
    with serving(tmp_path) as address:
        page.goto(address)
        shown = picture(page, FILE)
        pictures = [(tmp_path / "build" / FILE).read_bytes()]
        for save in (_save_data, _save_kind, _save_template):
            save(tmp_path)
            shown = picture(page, FILE, old=shown)
            pictures.append((tmp_path / "build" / FILE).read_bytes())

            assert _pixels(base64.b64decode(shown.partition(",")[2])) == _pixels(pictures[-1])
    page.close()
    assert len(set(pictures)) == 4
