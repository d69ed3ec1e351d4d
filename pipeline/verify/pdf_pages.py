"""Compare what a PDF's pages print with what its .docx says: every letter in its place and face, nothing besides."""

import bisect
import dataclasses
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from pipeline.pdf.text import ARTIFACT, Piece
from pipeline.problem import Problem, bad_output
from pipeline.verify.paper import Paper
from pipeline.verify.parts import FACES
from pipeline.verify.pdf_fonts import font_problems
from pipeline.verify.pdf_places import page_numbers, signature_range, stranded_rows, table_range
from pipeline.vietnamese import SAMPLE_MARK, squashed

_AROUND, _TRIES = 30, 10_000
# A hyphen, and the characters that pdfium gives for one at the end of a line, inside a word or after a digit.
_HYPHENS = str.maketrans("", "", "-\x02\ufffe")
# Marks of a face within a text. They are lone surrogates, which no text has.
_MARKS = dict(zip(FACES, "\ud800\ud801\ud802\ud803", strict=True))
_ASIDE = "\ud804"
_FACES = {mark: face for face, mark in _MARKS.items()}
_MARK = re.compile("([\ud800-\ud804])")
_SIDE = 842
"""The long side of A4, in points."""
Pages = Sequence[Sequence[Piece]]


@dataclasses.dataclass(frozen=True, slots=True)
class Letters:
    """A text without white space, and the face of each letter.

    Of a PDF also `starts`, where in the text each page starts, and `aside`, the artifacts of each page: page number,
    mark of samples, header rows that are repeated. Artifacts belong to the page and not to the text.
    """

    text: str
    faces: str
    starts: tuple[int, ...] = ()
    aside: tuple[str, ...] = ()


def print_problems(
    paper: Paper, pages: Pages, viewer_texts: Sequence[str], headings: frozenset[int], *, sample: bool, name: str
) -> Iterator[Problem]:
    """Compare the pages of a PDF with its .docx.

    `pages` is what the content streams print, `viewer_texts` the text of each page as a viewer shows it, `headings`
    the rows that must not end a page.
    """
    yield from font_problems(pages, name)
    parts = [_parts(_marked_page(page)) for page in pages]
    yield from _viewer_problems(pages, parts, viewer_texts, name)
    expected, actual = _letters(_parts(_marked_docx(paper))), _page_letters(parts)
    if actual.text != expected.text:
        actual = _in_cell_order(paper, actual)
    if actual.text != expected.text:
        yield _first_difference(paper, expected, actual, name)
    elif actual.faces != expected.faces:
        at = _common_length(actual.faces, expected.faces)
        message = f"PDF in khác kiểu chữ (đậm, nghiêng) với tệp .docx ở “{_near(expected.text, at)}”"
        yield bad_output(name, "sai-kieu-chu-pdf", message)
    yield from _page_problems(paper, expected, actual, pages, sample=sample, name=name)
    for page, row in stranded_rows(paper, actual.starts, headings):
        message = f"trang {page} của PDF kết thúc bằng hàng tiêu đề {row} của bảng, các hàng dưới nó sang trang sau"
        hint = "bật “Keep with next” ở hàng mẫu của cấp ấy trong mẫu Word"
        yield bad_output(name, "tieu-de-cuoi-trang", message, hint)


def _viewer_problems(
    pages: Pages, parts: Sequence[Sequence[str]], viewer_texts: Sequence[str], name: str
) -> Iterator[Problem]:
    """Check that a viewer shows the letters of the content streams, no more and no less.

    Hyphens are left out: viewers show one at the end of a line in different ways.
    """
    for number, (page, page_parts, text) in enumerate(zip(pages, parts, viewer_texts, strict=True), 1):
        viewer_letters = squashed(text)
        if viewer_letters == "".join(page_parts[2::2]):
            continue
        stream_letters = squashed("".join(piece.text for piece in page))
        counts = [Counter(each.translate(_HYPHENS)) for each in (viewer_letters, stream_letters)]
        if counts[0] != counts[1]:
            more = "".join(((counts[0] - counts[1]) + (counts[1] - counts[0])).elements())
            message = f"trang {number} của PDF hiện ra khác nội dung của nó ở các chữ “{more[:_AROUND]}”"
            yield bad_output(name, "hien-khac-noi-dung", message)


def _marked_docx(paper: Paper) -> Iterator[str]:
    last = ""
    for paragraph in paper.paragraphs:
        for text, face in paragraph.stretches:
            if face != last:
                yield _MARKS[face]
            last = face
            yield text


def _marked_page(page: Sequence[Piece]) -> Iterator[str]:
    last = ""
    for piece in page:
        mark = _ASIDE if piece.tag == ARTIFACT else _MARKS[piece.face.digit]
        if mark != last:
            yield mark
        last = mark
        yield piece.text


def _parts(texts: Iterable[str]) -> list[str]:
    """Split texts at the marks of faces into mark and text by turns; white space is removed first, in one pass."""
    return _MARK.split(squashed("".join(texts)))


def _letters(parts: Sequence[str]) -> Letters:
    pairs = list(zip(parts[1::2], parts[2::2], strict=True))
    own = [(text, _FACES[mark]) for mark, text in pairs if mark != _ASIDE]
    aside = "".join([text for mark, text in pairs if mark == _ASIDE])
    return Letters(
        "".join([text for text, _ in own]), "".join([face * len(text) for text, face in own]), aside=(aside,)
    )


def _page_letters(pages: Sequence[Sequence[str]]) -> Letters:
    letters = [_letters(parts) for parts in pages]
    starts = tuple(itertools.accumulate((len(each.text) for each in letters[:-1]), initial=0))
    text, faces = "".join([each.text for each in letters]), "".join([each.faces for each in letters])
    return Letters(text, faces, starts, tuple(each.aside[0] for each in letters))


def _in_cell_order(paper: Paper, actual: Letters) -> Letters:
    """Reorder the letters of table rows that break across pages, cell by cell as in the .docx.

    A content stream has the first parts of all cells on one page, and their next parts on the next page.
    """
    text, faces = actual.text, actual.faces
    at = 0
    rows = [row for number in range(len(paper.columns)) for row in paper.rows(number)]
    cells_of = {id(row[0][0]): [squashed("".join(each.text for each in cell)) for cell in row] for row in rows}
    for paragraph in paper.paragraphs:
        if cells := cells_of.get(id(paragraph)):
            length = sum(map(len, cells))
            cuts = [at, *(start for start in actual.starts if at < start < at + length), at + length]
            if len(cuts) > 2 and not text.startswith("".join(cells), at):  # noqa: PLR2004 - a start and an end
                order = _order(cells, text, cuts)
                text, faces = (
                    each[:at] + "".join(each[place] for place in order) + each[at + length :] for each in (text, faces)
                )
            at += length
        elif paragraph.place[0] < 0:
            at += len(squashed(paragraph.text))
    return dataclasses.replace(actual, text=text, faces=faces)


def _order(cells: Sequence[str], text: str, cuts: Sequence[int]) -> list[int]:
    """Return, for each letter of a row in the order of its cells, its index in the PDF's text.

    `cuts` are the row's start, the page breaks within it, and its end. A backtracking search finds which part of each
    cell is on which page. When nothing fits or there are too many ways to try, the order stays as it is.
    """
    tries = iter(range(_TRIES))

    def fit(number: int, done: int, part: int, places: tuple[int, ...]) -> list[int] | None:
        if number == len(cells):
            return [] if list(places) == list(cuts[1:]) else None
        if done == len(cells[number]):
            return fit(number + 1, 0, 0, places)
        if part == len(places) or next(tries, None) is None:
            return None
        at = places[part]
        for length in range(_common_length(text[at : cuts[part + 1]], cells[number][done:]), -1, -1):
            moved = (*places[:part], at + length, *places[part + 1 :])
            if (rest := fit(number, done + length, part + 1, moved)) is not None:
                return [*range(at, at + length), *rest]
        return None

    return fit(0, 0, 0, tuple(cuts[:-1])) or list(range(cuts[0], cuts[-1]))


def _first_difference(paper: Paper, expected: Letters, actual: Letters, name: str) -> Problem:
    at = _common_length(actual.text, expected.text)
    ends = list(itertools.accumulate(len(squashed(paragraph.text)) for paragraph in paper.paragraphs))
    paragraph = paper.paragraphs[min(bisect.bisect_right(ends, at), len(ends) - 1)]
    inside = paragraph.place[0] in paper.widest()
    where = f"ô “{paragraph.text}” của hàng {paragraph.place[1]}" if inside else f"dòng “{paragraph.text}”"
    message = f"PDF in “{_near(actual.text, at)}”, tệp .docx có “{_near(expected.text, at)}” ({where})"
    return bad_output(name, "sai-o-pdf" if inside else "sai-chu-pdf", message)


def _page_problems(
    paper: Paper, expected: Letters, actual: Letters, pages: Pages, *, sample: bool, name: str
) -> Iterator[Problem]:
    """Check each page: page number, repeated table header, mark of samples, and nothing else beside the text.

    No page is empty or has the signing block alone. All text is within the page, and in marked content for screen
    readers.
    """
    starts = (*actual.starts, len(actual.text))
    headers = [squashed(header) for header in paper.headers]
    signature, signature_end = signature_range(paper)
    numbers = page_numbers(paper, starts)
    table_start, table_end, head = table_range(paper, len(expected.text))
    for number, page in enumerate(pages, 1):
        start, end = starts[number - 1 : number + 1]
        extra = actual.aside[number - 1]
        if start == end:
            yield bad_output(name, "trang-trong", f"trang {number} của PDF không có chữ nào của văn bản")
        if number > 1 and signature <= start < signature_end:
            message = f"trang {number} của PDF chỉ có phần ký"
            yield bad_output(name, "chu-ky-rieng-trang", message, "để phần ký đi liền đoạn trên nó (Keep with next)")
        furniture = (
            (sample, squashed(SAMPLE_MARK), "thieu-dau-mau", f"không ghi {SAMPLE_MARK}"),
            (bool(numbers[number - 1]), numbers[number - 1], "thieu-so-trang", "không có số trang"),
            (table_start < start < table_end, head, "khong-lap-tieu-de-pdf", "không lặp hàng tiêu đề của bảng"),
        )
        for is_needed, text, code, words in furniture:
            if is_needed and text not in extra:
                yield bad_output(name, code, f"trang {number} của PDF {words}")
            extra = extra.replace(text, "", 1) if is_needed else extra
        if extra and not any(extra in header for header in headers):
            yield bad_output(name, "chu-la", f"trang {number} của PDF in thêm “{extra[:_AROUND]}” ngoài văn bản")
        places = [piece.x for piece in page] + [piece.y for piece in page]
        if places and not 0 <= min(places) <= max(places) <= _SIDE:
            yield bad_output(name, "chu-ngoai-trang", f"trang {number} của PDF có chữ nằm ngoài tờ giấy")
        if "".join([piece.text for piece in page if not piece.tag]).strip():
            yield bad_output(name, "chu-khong-gan-the", f"trang {number} của PDF có chữ không gắn thẻ cấu trúc")


def _common_length(left: str, right: str) -> int:
    """Count the letters that two texts have in common from their start."""
    pairs = zip(left, right, strict=False)
    return next((at for at, (one, other) in enumerate(pairs) if one != other), min(len(left), len(right)))


def _near(text: str, at: int) -> str:
    return text[max(0, at - _AROUND) : at + _AROUND]
