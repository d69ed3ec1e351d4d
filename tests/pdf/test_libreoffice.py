"""PDFs of other LibreOffices than this machine's become good documents, too: one file each in tests/libreoffice/."""

import datetime as dt
import io
import re
from pathlib import Path

import pikepdf
import pytest
from libreoffice_pages import FOLDER, NAME, POSTS, pages

from pipeline.pdf.normalise import normalise
from pipeline.pdf.text import ARTIFACT, read_pages
from pipeline.verify.paper import Paper, read_paper
from pipeline.verify.pdf import verify_pdf

WRITTEN = sorted(FOLDER.glob("*.pdf"))
DAY = dt.date(2023, 8, 24)
CLOCKS = re.compile(rb"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d|D:20\d{12}")

each_version = pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def paper() -> Paper:
    return read_paper(pages())


def _normal(pdf: bytes) -> bytes:
    return normalise(pdf, DAY, POSTS, NAME)


def test_every_system_of_the_readme_has_its_file() -> None:
    """Debian 12, Ubuntu 24.04, Debian 13, and the newest there was."""
    assert {path.stem.rsplit(".", 2)[0] for path in WRITTEN} == {"7.4", "24.2", "25.2", "26.8"}
    assert sum(path.stat().st_size for path in WRITTEN) < 200_000


@each_version
def test_it_passes_every_check(path: Path, paper: Paper) -> None:
    found, problems = verify_pdf(_normal(path.read_bytes()), paper, range(2, 3), sample=False, name=path.name)

    assert problems == ()
    assert found.pages == 2


@each_version
def test_it_does_not_tell_when_it_was_made(path: Path) -> None:
    """Made in another second, it would be the same file."""
    written = path.read_bytes()
    later = CLOCKS.sub(
        lambda clock: re.sub(rb"\d(?!.*\d)", lambda digit: b"%d" % (9 - int(digit[0])), clock[0]), written
    )

    assert later != written
    assert _normal(later) == _normal(written)


@each_version
def test_no_time_but_the_date_of_the_document_is_in_it(path: Path) -> None:
    with pikepdf.open(io.BytesIO(_normal(path.read_bytes()))) as pdf:
        streams = [each.read_bytes() for each in pdf.objects if isinstance(each, pikepdf.Stream)]
        texts = [*streams, str(pdf.docinfo["/CreationDate"]).encode()]
        times = {time for text in texts for time in CLOCKS.findall(text)}

    assert times == {b"2023-08-24T00:00:00", b"D:20230824000000"}


@each_version
def test_its_pages_are_read_letter_by_letter(path: Path) -> None:
    with pikepdf.open(path) as pdf:
        first, second = read_pages(pdf)

    head = "TTTiêu chíChỉ tiêuĐiểmNămGhi chú"
    assert "".join(piece.text for piece in first).startswith(head + "1")
    assert "".join(piece.text for piece in second if piece.tag == ARTIFACT) == "2" + head
    assert {piece.face.digit for piece in first[:6]} == {"1"}
    assert {piece.size for piece in (*first, *second)} == {13}
