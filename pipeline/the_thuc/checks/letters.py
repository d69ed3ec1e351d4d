"""Check size, face, capitals and centring of the components (Phụ lục I, phần I, mục II and the table of mục V)."""

import functools
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.the_thuc.components.recognise import Components
from pipeline.the_thuc.finding import Hit
from pipeline.the_thuc.reading.document import Document, Piece, printed
from pipeline.the_thuc.rules import rules

_YES = "co"


def check_faces(_: Document, components: Components) -> Iterator[Hit]:
    """Check each piece of each component against the rules named after the component, such as `quoc-hieu-co-chu`."""
    for component, pieces in components.pieces.items():
        prefix = component.replace("_", "-")
        for piece in pieces:
            yield from check_faces_of(prefix, piece)


class _Aspects(NamedTuple):
    """What the rules of a component ask: sizes from and to, bold, italic, capitals, centred; None for no rule."""

    sizes: tuple[float, float] | None
    bold: bool | None
    italic: bool | None
    capitals: bool | None
    centred: bool


@functools.lru_cache(maxsize=64)
def _aspects(prefix: str) -> _Aspects:
    sizes = rules()[f"{prefix}-co-chu"].bounds if f"{prefix}-co-chu" in rules() else None
    bold, italic, capitals = (
        rules()[name].allowed == (_YES,) if (name := f"{prefix}-{aspect}") in rules() else None
        for aspect in ("dam", "nghieng", "in-hoa")
    )
    return _Aspects(sizes, bold, italic, capitals, f"{prefix}-giua" in rules())


def check_faces_of(prefix: str, piece: Piece) -> Iterator[Hit]:
    """Check a piece against the rules that begin with `prefix`."""
    words = [run.face for run in piece.runs if any(letter.isalnum() for letter in run.text)]
    if not words:
        return
    where, asked = piece.paragraph.where, _aspects(prefix)
    if asked.sizes:
        lowest, highest = asked.sizes
        for size in sorted({face.size for face in words}):
            if not lowest <= size <= highest:
                yield Hit(f"{prefix}-co-chu", where, f"cỡ {f'{size:g}'.replace('.', ',')}")
    if asked.bold is not None:
        states = {face.bold for face in words}
        yield from _check_style(f"{prefix}-dam", piece, states, ("chữ không đậm", "chữ đậm"), is_asked=asked.bold)
    if asked.italic is not None:
        states = {face.italic for face in words}
        yield from _check_style(f"{prefix}-nghieng", piece, states, ("chữ đứng", "chữ nghiêng"), is_asked=asked.italic)
    if asked.capitals is not None:
        yield from _check_capitals(f"{prefix}-in-hoa", piece, is_asked=asked.capitals)
    if asked.centred:
        yield from _check_centred(f"{prefix}-giua", piece)


def _check_style(
    rule: str, piece: Piece, states: set[bool], words: tuple[str, str], *, is_asked: bool
) -> Iterator[Hit]:
    """Check bold or italic: `states` are those found, `words` say what is found where it is not and where it is."""
    if is_asked not in states:
        yield Hit(rule, piece.paragraph.where, words[not is_asked])
    elif len(states) > 1:
        yield Hit(rule, piece.paragraph.where, f"một phần {words[not is_asked]}")


def _check_capitals(rule: str, piece: Piece, *, is_asked: bool) -> Iterator[Hit]:
    text = printed(piece)
    if is_asked and text != text.upper():
        yield Hit(rule, piece.paragraph.where, "chữ in thường")
    elif not is_asked and text.isupper():
        yield Hit(rule, piece.paragraph.where, "chữ in hoa")


def _check_centred(rule: str, piece: Piece) -> Iterator[Hit]:
    """Check that a piece is centred; one that shares its paragraph has no alignment of its own and is passed over."""
    align = piece.paragraph.shape.align
    if piece.whole and align != "center":
        words = {"left": "canh trái", "right": "canh phải", "both": "canh đều"}.get(align, f"canh {align}")
        yield Hit(rule, piece.paragraph.where, words)
