"""Hold what a PDF's pages print to what its .docx says: every letter in its place and face, nothing besides."""

import bisect
import dataclasses
import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter, itemgetter

from pipeline.fonts import ALLOWED_PREFIXES
from pipeline.paper import Paper, Paragraph, squashed
from pipeline.parts import FACES
from pipeline.pdftext import ARTIFACT, Face, Piece, face_digit
from pipeline.problem import Problem, bad_output
from pipeline.verify_docx import COLUMNS, RECIPIENTS, SAMPLE_MARK

_LOST = "\N{REPLACEMENT CHARACTER}"
_AROUND, _TRIES = 30, 10_000
# No text has these: they are halves of letters.
_MARKS = dict(zip(FACES, "\ud800\ud801\ud802\ud803", strict=True))
_FACES = {mark: face for face, mark in _MARKS.items()}
_MARK = re.compile("([\ud800-\ud803])")
_SIDE = 842
"""The long side of A4, in points."""


@dataclasses.dataclass(frozen=True, slots=True)
class Letters:
    """A text without white space, the face of each letter, and where its pages start."""

    text: str
    faces: str
    starts: tuple[int, ...] = ()


def print_problems(
    paper: Paper, pages: Sequence[Sequence[Piece]], shown: Sequence[str], *, sample: bool, name: str
) -> Iterator[Problem]:
    """Compare the pages of a PDF with its .docx.

    `pages` is what stands in the content streams, `shown` the text of each page as a viewer shows it.
    """
    yield from _font_problems(pages, name)
    yield from _shown_problems(pages, shown, name)
    wanted, printed = _wanted(paper), _printed(pages)
    if printed.text != wanted.text:
        printed = _unfolded(paper, printed)
    if printed.text != wanted.text:
        yield _first_difference(paper, wanted, printed, name)
    elif printed.faces != wanted.faces:
        at = _same(printed.faces, wanted.faces)
        message = f"PDF in khác kiểu chữ (đậm, nghiêng) với tệp .docx ở “{_near(wanted.text, at)}”"
        yield bad_output(name, "sai-kieu-chu-pdf", message)
    yield from _page_problems(paper, wanted, printed, pages, sample=sample, name=name)


def _font_problems(pages: Sequence[Sequence[Piece]], name: str) -> Iterator[Problem]:
    """Only the allowed fonts, by the name in the PDF and by that in the file itself; a glyph for every letter."""
    faces: dict[int, Face] = {}
    used: dict[int, list[bytes]] = defaultdict(list)
    for page in pages:
        faces |= {id(piece.face): piece.face for piece in page}
        for piece in page:
            used[id(piece.face)].append(piece.codes)
    for number, face in faces.items():
        codes = frozenset(b"".join(used[number]))
        same = face.digit == face_digit(face.program)
        if not face.program:
            yield bad_output(name, "phong-khong-nhung", f"PDF không nhúng phông {face.name}")
        elif not face.name.startswith(ALLOWED_PREFIXES) or not face.program.startswith(ALLOWED_PREFIXES) or not same:
            message = f"PDF dùng phông {face.name} (tệp phông {face.program}) ngoài danh sách cho phép"
            yield bad_output(name, "phong-la", message, "đặt phông Times New Roman cho mọi kiểu trong mẫu Word")
        empty = {face.letters.get(code, _LOST) for code in codes & face.blank}
        if letters := "".join(sorted(letter for letter in empty if letter.strip() and letter != _LOST)):
            yield bad_output(
                name, "thieu-net-chu", f"phông {face.name} không có nét cho “{letters}”: chỗ ấy bị bỏ trắng"
            )
        if any(_LOST in face.letters.get(code, _LOST) for code in codes):
            message = f"PDF có chữ phông {face.name} không đọc lại được thành chữ"
            yield bad_output(name, "khong-doc-duoc-chu", message)


def _shown_problems(pages: Sequence[Sequence[Piece]], shown: Sequence[str], name: str) -> Iterator[Problem]:
    """A viewer must show the letters of the content streams, no more and no less; a hyphen at a line's end aside."""
    for number, (page, text) in enumerate(zip(pages, shown, strict=True), 1):
        seen, written = squashed(text), squashed("".join(piece.text for piece in page))
        if seen == written:
            continue
        counts = [Counter(each.replace("-", "").replace("\x02", "")) for each in (seen, written)]
        if counts[0] != counts[1]:
            more = "".join(((counts[0] - counts[1]) + (counts[1] - counts[0])).elements())
            message = f"trang {number} của PDF hiện ra khác nội dung của nó ở các chữ “{more[:_AROUND]}”"
            yield bad_output(name, "hien-khac-noi-dung", message)


def _wanted(paper: Paper) -> Letters:
    stretches = [stretch for paragraph in paper.paragraphs for stretch in paragraph.stretches]
    groups = groupby(stretches, key=itemgetter(1))
    return _letters((face, "".join([text for text, _ in group])) for face, group in groups)


def _printed(pages: Sequence[Sequence[Piece]]) -> Letters:
    starts, found = [0], []
    for page in pages:
        groups = groupby([piece for piece in page if piece.tag != ARTIFACT], key=attrgetter("face.digit"))
        found.append(_letters((face, "".join([piece.text for piece in group])) for face, group in groups))
        starts.append(starts[-1] + len(found[-1].text))
    return Letters("".join(each.text for each in found), "".join(each.faces for each in found), tuple(starts[:-1]))


def _letters(stretches: Iterable[tuple[str, str]]) -> Letters:
    """Put faces and their texts together. All white space goes in one pass, through which marks hold the faces."""
    parts = _MARK.split(squashed("".join([_MARKS[face] + text for face, text in stretches])))
    faces, texts = parts[1::2], parts[2::2]
    text = "".join(texts)
    return Letters(text, "".join([_FACES[mark] * len(text) for mark, text in zip(faces, texts, strict=True)]))


def _unfolded(paper: Paper, printed: Letters) -> Letters:
    """Bring the letters of rows that break over a page into the order of their cells.

    There the first parts of all cells stand on one page, their next parts on the next.
    """
    text, faces = printed.text, printed.faces
    at = 0
    rows = [row for number in range(len(paper.columns)) for row in paper.rows(number)]
    cells_of = {id(row[0][0]): [squashed("".join(each.text for each in cell)) for cell in row] for row in rows}
    for paragraph in paper.paragraphs:
        if cells := cells_of.get(id(paragraph)):
            length = sum(map(len, cells))
            cuts = [at, *(start for start in printed.starts if at < start < at + length), at + length]
            if len(cuts) > 2 and not text.startswith("".join(cells), at):  # noqa: PLR2004 - a start and an end
                order = _order(cells, text, cuts)
                text, faces = (
                    each[:at] + "".join(each[place] for place in order) + each[at + length :] for each in (text, faces)
                )
            at += length
        elif paragraph.place[0] < 0:
            at += len(squashed(paragraph.text))
    return dataclasses.replace(printed, text=text, faces=faces)


def _order(cells: Sequence[str], text: str, cuts: Sequence[int]) -> list[int]:
    """Give, for each letter of a row in the order of its cells, its place in a text that pages cut at `cuts`.

    The places as they are when the cells do not fit, or when there are too many ways to try.
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
        for length in range(_same(text[at : cuts[part + 1]], cells[number][done:]), -1, -1):
            moved = (*places[:part], at + length, *places[part + 1 :])
            if (rest := fit(number, done + length, part + 1, moved)) is not None:
                return [*range(at, at + length), *rest]
        return None

    return fit(0, 0, 0, tuple(cuts[:-1])) or list(range(cuts[0], cuts[-1]))


def _first_difference(paper: Paper, wanted: Letters, printed: Letters, name: str) -> Problem:
    at = _same(printed.text, wanted.text)
    ends = list(itertools.accumulate(len(squashed(paragraph.text)) for paragraph in paper.paragraphs))
    paragraph = paper.paragraphs[min(bisect.bisect_right(ends, at), len(ends) - 1)]
    inside = paragraph.place[0] in paper.tables(len(COLUMNS))
    where = f"ô “{paragraph.text}” của hàng {paragraph.place[1]}" if inside else f"dòng “{paragraph.text}”"
    message = f"PDF in “{_near(printed.text, at)}”, tệp .docx có “{_near(wanted.text, at)}” ({where})"
    return bad_output(name, "sai-o-pdf" if inside else "sai-chu-pdf", message)


def _page_problems(
    paper: Paper, wanted: Letters, printed: Letters, pages: Sequence[Sequence[Piece]], *, sample: bool, name: str
) -> Iterator[Problem]:
    """Look at each page: its number, the table's head again, the mark of samples, and what else stands there."""
    starts = (*printed.starts, len(printed.text))
    signature = wanted.text.rfind(squashed(RECIPIENTS))
    table_start, table_end, head = _table_range(paper, wanted)
    for number, page in enumerate(pages, 1):
        start, end = starts[number - 1 : number + 1]
        rest = squashed("".join(piece.text for piece in page if piece.tag == ARTIFACT))
        if start == end:
            yield bad_output(name, "trang-trong", f"trang {number} của PDF không có chữ nào của văn bản")
        if number > 1 and 0 <= signature <= start < end:
            message = f"trang {number} của PDF chỉ có phần ký"
            yield bad_output(name, "chu-ky-rieng-trang", message, "để phần ký đi liền đoạn trên nó (Keep with next)")
        furniture = (
            (sample, squashed(SAMPLE_MARK), "thieu-dau-mau", f"không ghi {SAMPLE_MARK}"),
            (number > 1, str(number), "thieu-so-trang", "không có số trang"),
            (table_start < start < table_end, head, "khong-lap-tieu-de-pdf", "không lặp hàng tiêu đề của bảng"),
        )
        for needed, text, code, words in furniture:
            if needed and text not in rest:
                yield bad_output(name, code, f"trang {number} của PDF {words}")
            rest = rest.replace(text, "", 1) if needed else rest
        if rest and not any(rest in squashed(header) for header in paper.headers):
            yield bad_output(name, "chu-la", f"trang {number} của PDF in thêm “{rest[:_AROUND]}” ngoài văn bản")
        places = [each for piece in page for each in (piece.x, piece.y)]
        if places and not 0 <= min(places) <= max(places) <= _SIDE:
            yield bad_output(name, "chu-ngoai-trang", f"trang {number} của PDF có chữ nằm ngoài tờ giấy")
        if "".join([piece.text for piece in page if not piece.tag]).strip():
            yield bad_output(name, "chu-khong-gan-the", f"trang {number} của PDF có chữ không gắn thẻ cấu trúc")


def _table_range(paper: Paper, wanted: Letters) -> tuple[int, int, str]:
    """Give where the table's letters start and end, and the letters of its head."""
    tables = paper.tables(len(COLUMNS))
    own = [number for number, paragraph in enumerate(paper.paragraphs) if paragraph.place[0] in tables]
    if not own:
        return 0, 0, ""
    head = itertools.takewhile(lambda paragraph: paragraph.place[1] == 0, paper.paragraphs[own[0] :])
    before, after = paper.paragraphs[: own[0]], paper.paragraphs[own[-1] + 1 :]
    return len(_squashed(before)), len(wanted.text) - len(_squashed(after)), _squashed(head)


def _squashed(paragraphs: Iterable[Paragraph]) -> str:
    return squashed("".join([paragraph.text for paragraph in paragraphs]))


def _same(found: str, wanted: str) -> int:
    """Count the letters before the first difference."""
    pairs = zip(found, wanted, strict=False)
    return next((at for at, (one, other) in enumerate(pairs) if one != other), min(len(found), len(wanted)))


def _near(text: str, at: int) -> str:
    return text[max(0, at - _AROUND) : at + _AROUND]
