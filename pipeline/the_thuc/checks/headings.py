"""Check how the text is divided: phần, chương, mục, điều, khoản, điểm (mục II, khoản 6, điểm đ)."""

import re
from collections.abc import Iterator, Sequence

from pipeline.the_thuc.components.recognise import Components
from pipeline.the_thuc.finding import Hit
from pipeline.the_thuc.reading.document import Document, Paragraph

_CHAPTER = re.compile(r"(phần|chương)\s+(thứ\s+\w+|[\dIVXLC]+)\s*[.:]?", re.IGNORECASE)
_ROMAN_LABEL = re.compile(r"(Phần thứ \w+|(Phần|Chương) [IVXLC]+)")
_SECTION = re.compile(r"(?P<number>[IVX]{1,6})\s*(?P<mark>[.)/:-])\s*(?P<title>\S.*)", re.DOTALL)
_ARTICLE = re.compile(r"(?P<word>điều)\s+(?P<number>\d{1,3})(?P<mark>\s*[.:)/-]|\s|$)", re.IGNORECASE)
_POINT = re.compile(r"(?P<letter>[a-zđăâêôơư])\s?(?P<mark>[.)/:])\s*\S")
_FIRST_SECTIONS = ("I.", "I)", "I/", "I-", "I:", "I ")
_LONGEST_TITLE = 160
# Phụ lục I, phần I, mục II, khoản 6, điểm đ: "các chữ cái tiếng Việt theo thứ tự bảng chữ cái tiếng Việt". The decree's
# own points go a, b, c, d, đ, e, g; ă, â, ê, ô, ơ, ư are used by some and skipped by others.
_ALPHABET = "abcdđeghiklmnopqrstuvxy"
_OTHERS = frozenset("ăâêôơư")


def check_headings(_: Document, components: Components) -> Iterator[Hit]:
    """Check the headings of phần, chương and mục, the words “Điều n.”, and the letters of points."""
    body = components.body
    sections = [paragraph for paragraph in body if _is_section(paragraph)]
    for n, paragraph in enumerate(body):
        text = paragraph.text.strip()
        if _CHAPTER.fullmatch(text):
            yield from _check_chapter(paragraph, body[n + 1] if n + 1 < len(body) else None)
        elif match := _ARTICLE.match(text):
            yield from _check_article(paragraph, match)
    if sections and sections[0].text.strip().startswith(_FIRST_SECTIONS):
        for paragraph in sections:
            yield from _check_section(paragraph)
    yield from _check_points(body)


def _is_section(paragraph: Paragraph) -> bool:
    """Tell whether a paragraph is the heading of a mục, `I. TITLE`; a sentence or an item of a list is none."""
    text = paragraph.text.strip()
    match = _SECTION.fullmatch(text)
    return bool(match) and len(text) <= _LONGEST_TITLE and not text.endswith((";", ",", "./."))


def _check_section(paragraph: Paragraph) -> Iterator[Hit]:
    where = paragraph.where
    if not _printed(paragraph).isupper():
        yield Hit("de-muc-in-hoa", where, "tiêu đề mục in thường")
    if not _is_bold(paragraph):
        yield Hit("de-muc-dam", where, "tiêu đề mục không đậm")


def _check_chapter(label: Paragraph, title: Paragraph | None) -> Iterator[Hit]:
    """Check the line `Chương I` and the title below it: centred, bold, Roman number, the title in capitals."""
    if not _ROMAN_LABEL.match(label.text.strip()):
        yield Hit("chuong-dang", label.where, f"“{label.text.strip()[:40]}”")
    for paragraph in (label, title):
        if paragraph is None or paragraph.where.order > label.where.order + 2:
            continue
        if paragraph.shape.align != "center":
            yield Hit("chuong-giua", paragraph.where, "không canh giữa")
        if not _is_bold(paragraph):
            yield Hit("chuong-dam", paragraph.where, "không đậm")
        if paragraph is title and not _printed(paragraph).isupper():
            yield Hit("chuong-in-hoa", paragraph.where, "tiêu đề in thường")


def _check_article(paragraph: Paragraph, match: re.Match[str]) -> Iterator[Hit]:
    """Check the words `Điều 1.`: capital, a full stop after the number, upright and bold."""
    written = match[0].strip()
    if match["word"] != "Điều" or match["mark"].strip() != ".":
        # "Điều 5 của Luật …" at the start of a sentence is a citation, no heading.
        if match["mark"].strip() or match["word"].isupper():
            yield Hit("dieu-dang", paragraph.where, f"“{written}”")
        return
    runs = [run for run in paragraph.runs if any(letter.isalnum() for letter in run.text)]
    if runs and not runs[0].face.bold:
        yield Hit("dieu-dam", paragraph.where, f"“{written}” không đậm")
    elif runs and runs[0].face.italic:
        yield Hit("dieu-dam", paragraph.where, f"“{written}” nghiêng")


def _check_points(body: Sequence[Paragraph]) -> Iterator[Hit]:
    """Check the points of each khoản: letters of the Vietnamese alphabet in order, a bracket after each."""
    last = ""
    for n, paragraph in enumerate(body):
        match = _POINT.match(paragraph.text.strip())
        if not match:
            continue
        letter, is_first = match["letter"], match["letter"] == "a"
        if not last and not (is_first and _has_second(body[n + 1 :])):
            continue
        if match["mark"] != ")":
            yield Hit("diem-dang", paragraph.where, f"“{letter}{match['mark']}”")
        if not is_first and letter not in _next(last):
            yield Hit("diem-thu-tu", paragraph.where, f"“{letter}” sau “{last}”")
        last = letter


def _has_second(following: Sequence[Paragraph]) -> bool:
    """Tell whether a point b follows, so that an `a` before it is a point and not a word."""
    letters = (match["letter"] for each in following if (match := _POINT.match(each.text.strip())))
    return next(letters, "") in _next("a")


def _next(letter: str) -> set[str]:
    """Return the letters that may come after one."""
    if letter in _OTHERS:
        return set(_ALPHABET) | _OTHERS
    at = _ALPHABET.find(letter)
    following = set(_ALPHABET[at + 1 : at + 2]) if at >= 0 else set()
    return following | {"a": {"ă", "b"}, "e": {"ê", "g"}, "o": {"ô", "p"}, "u": {"ư", "v"}}.get(letter, set())


def _printed(paragraph: Paragraph) -> str:
    return "".join(run.text.upper() if run.face.caps else run.text for run in paragraph.runs)


def _is_bold(paragraph: Paragraph) -> bool:
    return all(run.face.bold for run in paragraph.runs if any(letter.isalnum() for letter in run.text))
