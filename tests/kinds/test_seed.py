"""The real document against the text extracted from the original: every cell, its words and its face."""

import html
import io
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

SEED = Path(__file__).parents[1] / "seed" / "ke-hoach-cam-luong-2023.txt"
Stretch = tuple[str, bool, bool]
Row = list[list[Stretch]]

# The extraction followed the pages: these rows of it go on with the row above (the-thuc trap: they are not rows).
CONTINUATIONS = ("theo hợp đồng; tạo sản phẩm", "khổ, quá tải hoạt động", "lý nhà nước, nhất là ứng dụng", "doanh")


def seed_rows() -> tuple[list[Row], int]:
    """Read the seed's table on its own, knowing nothing of the data files; also count the merged continuations."""
    lines = SEED.read_text(encoding="utf-8").split("\n")
    first = next(n for n, line in enumerate(lines) if line.startswith("TT\t")) + 1
    last = next(n for n, line in enumerate(lines) if line.startswith("<b>Tổng cộng"))
    rows: list[Row] = []
    merged = 0
    for line in lines[first : last + 1]:
        if not line.strip():
            continue
        cells = [_stretches(cell) for cell in line.split("\t")]
        cells += [[] for _ in range(6 - len(cells))]
        texts = ["".join(text for text, _, _ in cell) for cell in cells]
        if not texts[0] and not texts[3] and any(text.startswith(CONTINUATIONS) for text in texts[1:3]):
            merged += 1
            for cell, more in zip(rows[-1], cells, strict=True):
                if more:
                    face = cell[-1][1:]
                    cell[-1] = (f"{cell[-1][0].rstrip()} {more[0][0]}", *face)
        else:
            rows.append(cells)
    return rows, merged


def _stretches(cell: str) -> list[Stretch]:
    bold = italic = False
    found: list[Stretch] = []
    for token in re.split(r"(</?[bi]>)", cell):
        if re.fullmatch(r"</?[bi]>", token):
            bold = (not token.startswith("</")) if "b" in token else bold
            italic = (not token.startswith("</")) if "i" in token else italic
        elif token.strip() or (token and found):
            found.append((html.unescape(token), bold, italic))
    return _trimmed(found)


def _trimmed(stretches: list[Stretch]) -> list[Stretch]:
    """Join neighbours of one face and drop the outer blanks, so that only words and faces count."""
    joined: list[Stretch] = []
    for text, bold, italic in stretches:
        if joined and joined[-1][1:] == (bold, italic):
            text = joined.pop()[0] + text  # noqa: PLW2901 - grown on purpose
        joined.append((text, bold, italic))
    if joined:
        joined[0] = (joined[0][0].lstrip(), *joined[0][1:])
        joined[-1] = (joined[-1][0].rstrip(), *joined[-1][1:])
    return joined


def table_rows(table: Table) -> Iterator[Row]:
    """Read a .docx table's rows with the face that each run really has: its own, else its paragraph style's."""
    for row in list(table.rows)[1:]:
        cells: list[list[Stretch]] = []
        for tc in row._tr.tc_lst:
            cells.append(_trimmed([run for paragraph in _Cell(tc, table).paragraphs for run in _runs(paragraph)]))
            cells += [[] for _ in range(tc.grid_span - 1)]
        yield cells


def _runs(paragraph: Paragraph) -> Iterator[Stretch]:
    for run in paragraph.runs:
        if run.text:
            yield run.text, _face(run.bold, paragraph, "bold"), _face(run.italic, paragraph, "italic")


def _face(own: bool | None, paragraph: Paragraph, name: str) -> bool:  # noqa: FBT001 - three-valued, as python-docx gives it
    style = paragraph.style
    while own is None and style is not None:
        own = getattr(style.font, name)
        style = style.base_style
    return bool(own)


@pytest.fixture(scope="module")
def table(document: bytes) -> Table:
    return docx.Document(io.BytesIO(document)).tables[1]


def test_seed_reads_as_125_rows_with_four_continuations() -> None:
    rows, merged = seed_rows()

    assert (len(rows), merged) == (125, 4)


def test_every_cell_of_the_table_is_the_seed_s_in_words_and_face(table: Table) -> None:
    """125 rows of label, name, target, points, time and note; bold and italic of each stretch."""
    rows, _ = seed_rows()
    printed = list(table_rows(table))
    # The total row: the seed has its points in the fourth column, the document its label across the first three.
    assert len(printed) == 125
    for number, (expected, actual) in enumerate(zip(rows, printed, strict=True), 1):
        assert actual == expected, f"row {number}"


def test_every_sentence_around_the_table_is_the_seed_s(document: bytes) -> None:
    """Head, subject, opening, closing, recipients and signer, but for what extraction lost or the decree adds."""
    text = SEED.read_text(encoding="utf-8")
    before, rest = text.split("TT\tTiêu chí", 1)
    after = rest[rest.index("Trên đây là") :]
    body = docx.Document(io.BytesIO(document)).element.body
    printed = " ".join(" ".join("".join(body.itertext()).split()).split())
    wanted = [line.strip(" *").removesuffix(".") for line in f"{before}\n{after}".split("\n") if line.strip(" *")]

    assert len(wanted) == 17
    for line in wanted:
        assert _folded(line) in _folded(printed)


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())


def test_seed_column_heads_are_printed(table: Table) -> None:
    line = next(line for line in SEED.read_text(encoding="utf-8").split("\n") if line.startswith("TT\t"))

    assert [cell.text for cell in table.rows[0].cells] == line.split("\t")
