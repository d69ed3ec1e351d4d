"""Check size, face, capitals and centring of the components (Phụ lục I, phần I, mục II and the table of mục V)."""

from collections.abc import Iterator

from pipeline.the_thuc.components.recognise import Components
from pipeline.the_thuc.finding import Hit
from pipeline.the_thuc.reading.document import Document, Piece, Run, printed
from pipeline.the_thuc.rules import rules

_YES = "co"


def check_faces(_: Document, components: Components) -> Iterator[Hit]:
    """Check each piece of each component against the rules named after the component, such as `quoc-hieu-co-chu`."""
    for component, pieces in components.pieces.items():
        prefix = component.replace("_", "-")
        for piece in pieces:
            words = [run for run in piece.runs if any(letter.isalnum() for letter in run.text)]
            if words:
                yield from _check_size(f"{prefix}-co-chu", piece, words)
                yield from _check_styles(prefix, piece, words)
                yield from _check_capitals(f"{prefix}-in-hoa", piece)
                yield from _check_centred(f"{prefix}-giua", piece)


def _check_size(rule: str, piece: Piece, words: list[Run]) -> Iterator[Hit]:
    if rule in rules():
        lowest, highest = rules()[rule].bounds
        for size in sorted({run.face.size for run in words}):
            if not lowest <= size <= highest:
                yield Hit(rule, piece.paragraph.where, f"cỡ {f'{size:g}'.replace('.', ',')}")


def _check_styles(prefix: str, piece: Piece, words: list[Run]) -> Iterator[Hit]:
    for aspect, yes, no in (("dam", "chữ đậm", "chữ không đậm"), ("nghieng", "chữ nghiêng", "chữ đứng")):
        rule = f"{prefix}-{aspect}"
        if rule in rules():
            is_asked = rules()[rule].allowed == (_YES,)
            states = {run.face.bold if aspect == "dam" else run.face.italic for run in words}
            if is_asked not in states:
                yield Hit(rule, piece.paragraph.where, no if is_asked else yes)
            elif len(states) > 1:
                yield Hit(rule, piece.paragraph.where, f"một phần {no if is_asked else yes}")


def _check_capitals(rule: str, piece: Piece) -> Iterator[Hit]:
    if rule in rules():
        is_asked = rules()[rule].allowed == (_YES,)
        text = printed(piece)
        if is_asked and text != text.upper():
            yield Hit(rule, piece.paragraph.where, "chữ in thường")
        elif not is_asked and text.isupper():
            yield Hit(rule, piece.paragraph.where, "chữ in hoa")


def _check_centred(rule: str, piece: Piece) -> Iterator[Hit]:
    """Check that a piece is centred; one that shares its paragraph has no alignment of its own and is passed over."""
    align = piece.paragraph.shape.align
    if rule in rules() and piece.whole and align != "center":
        words = {"left": "canh trái", "right": "canh phải", "both": "canh đều"}.get(align, f"canh {align}")
        yield Hit(rule, piece.paragraph.where, words)
