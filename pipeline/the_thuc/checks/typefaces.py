"""Check letters anywhere: Times New Roman, black, composed Unicode, no marks left from drafting."""

import functools
import re
from collections.abc import Iterator

from pipeline.the_thuc.components.recognise import Components
from pipeline.the_thuc.finding import Hit
from pipeline.the_thuc.reading.document import Document, Run
from pipeline.the_thuc.rules import rules

# Fonts of the family by the names that Word, macOS and PDF converters give them, such as Times New Roman Bold.
_FAMILY = re.compile(
    r"(times ?new ?roman)( ?ps)?( ?mt)?([ ,_-]*(bold|italic|regular|b|i|mt))*( \((headings|body)( cs)?\))?",
    re.IGNORECASE,
)
_DARKEST = 0x1F
"""Up to this much of each primary colour, letters are black to the eye: Word's own "Black, Lighter 5%" is 0D0D0D."""
_PLAIN_FONTS, _PLAIN_COLORS = ("Times New Roman",), frozenset({"auto", "000000"})
"""What nearly all letters have; these are passed over quickly."""
_HAVE_LINES = ("tieu_ngu", "co_quan", "trich_yeu")


def check_letters(document: Document, components: Components) -> Iterator[Hit]:
    """Check font, colour and encoding (mục I, khoản 4), and marks left from drafting; each once in a paragraph."""
    if document.decomposed:
        yield Hit("bang-ma", document.decomposed, "có chữ Unicode tổ hợp (dấu rời)")
    # A line made by underlining is a finding of its own (ke-gach-chan).
    with_line = {piece.paragraph.where.order for name in _HAVE_LINES for piece in components.pieces[name]}
    for paragraph in document.paragraphs:
        seen: set[tuple[str, str]] = set()
        for run in paragraph.runs:
            face = run.face
            is_plain = face.color in _PLAIN_COLORS and not (face.marked or face.struck or face.underline)
            if (is_plain and face.fonts == _PLAIN_FONTS) or not any(letter.isalnum() for letter in run.text):
                continue
            for fault in _faults(run):
                underlines_line = fault[0] == "chu-gach-chan" and paragraph.where.order in with_line
                if fault not in seen and not underlines_line:
                    seen.add(fault)
                    yield Hit(fault[0], paragraph.where, fault[1])


def _faults(run: Run) -> Iterator[tuple[str, str]]:
    """Yield the rules that a run with words breaks, with what was found."""
    face = run.face
    for font in face.fonts:
        if not is_times(font) and not _only_other_letters(run.text, font, face.fonts):
            yield "phong-chu", f"phông {font}"
    if face.color != "auto" and not is_black(face.color):
        yield "mau-chu", f"chữ màu {face.color}"
    if face.marked:
        yield "chu-to-nen", "chữ tô nền"
    if face.struck:
        yield "chu-gach-ngang", "chữ gạch ngang"
    if face.underline:
        yield "chu-gach-chan", "chữ gạch chân"


def _only_other_letters(text: str, font: str, fonts: tuple[str, ...]) -> bool:
    """Tell whether a font of a run draws none of its letters.

    The first font of a run draws ASCII letters, the second all others; one that draws none is no fault.
    """
    if len(fonts) == 1:
        return False
    return not any(letter.isalnum() and letter.isascii() == (font == fonts[0]) for letter in text)


@functools.lru_cache(maxsize=256)
def is_times(font: str) -> bool:
    """Tell whether a font's name is one of the family that the decree asks for."""
    return font in rules()["phong-chu"].allowed or bool(_FAMILY.fullmatch(font.strip()))


@functools.lru_cache(maxsize=256)
def is_black(color: str) -> bool:
    """Tell whether a colour (six hexadecimal digits, or auto) is black or as good as black."""
    if color in rules()["mau-chu"].allowed:
        return True
    if not re.fullmatch(r"[0-9A-Fa-f]{6}", color):
        return False
    return all(int(color[at : at + 2], 16) <= _DARKEST for at in (0, 2, 4))
