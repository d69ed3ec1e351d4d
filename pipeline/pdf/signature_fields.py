"""Put empty signature fields where the decree wants the signature and the seal.

The signature stands between post and name, the agency's seal covers about a third of it on its left side
(Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II, khoản 7 and 8; ô 7c and 8). The places come from the lines that
are printed. The fields look like nothing until they are signed: a document that is signed by hand has no frame on it.
"""

import dataclasses
from collections.abc import Sequence

import pikepdf

from pipeline.pdf.names import SEAL, SIGNATURE
from pipeline.pdf.text import Face, Line, lines, read_page
from pipeline.vietnamese import squashed

_FIELDS = ((SIGNATURE, "Chữ ký của người ký"), (SEAL, "Dấu của cơ quan"))
_MM = 72 / 25.4
_WIDTH = 40 * _MM
_UNNAMED_HEIGHT = 25 * _MM  # as high as a field is when no name is printed under it
_SEAL = 36 * _MM  # about as wide as a commune's round seal
_OVERLAP = 1 / 3
_ABOVE, _BELOW = 0.95, 0.3  # how far letters, their marks and a little air reach from their base, in sizes
_PRINT = 4


@dataclasses.dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in points (1/72 inch) from the page's lower left corner."""

    left: float
    bottom: float
    right: float
    top: float


def add_signature_fields(pdf: pikepdf.Pdf, posts: Sequence[str], signer: str) -> None:
    """Add an empty field each for signature and seal where posts and signer are printed; none where they are not."""
    faces: dict[tuple[int, int], Face] = {}
    for page in reversed(pdf.pages):
        if boxes := signing_boxes(list(lines(read_page(page, faces, with_programs=False))), posts, signer):
            fields = [
                pdf.make_indirect(_field(pdf, page, field_name, label, box))
                for (field_name, label), box in zip(_FIELDS, boxes, strict=True)
            ]
            page.obj["/Annots"] = pikepdf.Array([*page.obj.get("/Annots", pikepdf.Array()).as_list(), *fields])
            # ISO 32000-1, 12.7.2: the document has signature fields.
            pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(fields), SigFlags=1)
            return


def signing_boxes(printed_lines: Sequence[Line], posts: Sequence[str], signer: str) -> tuple[Box, Box] | None:
    """Give the boxes of signature and seal between the lines of a page; None where the posts are not on it."""
    post_texts = [squashed(post) for post in posts]
    texts = [line.text for line in printed_lines]
    starts = [at for at in range(len(texts)) if texts[at : at + len(post_texts)] == post_texts]
    if not post_texts or not starts:
        return None
    after = starts[-1] + len(post_texts)
    post = printed_lines[after - 1]
    middle = (post.left + post.right) / 2
    top = post.base - _BELOW * post.size
    signer_line = (
        next((line for line in printed_lines[after:] if line.text == squashed(signer)), None)
        if signer.strip()
        else None
    )
    bottom = signer_line.base + _ABOVE * signer_line.size if signer_line else top - _UNNAMED_HEIGHT
    signature = Box(middle - _WIDTH / 2, bottom, middle + _WIDTH / 2, top)
    edge, height = signature.left + _WIDTH * _OVERLAP, (top + bottom) / 2
    return signature, Box(edge - _SEAL, height - _SEAL / 2, edge, height + _SEAL / 2)


def _field(pdf: pikepdf.Pdf, page: pikepdf.Page, field_name: str, label: str, box: Box) -> pikepdf.Dictionary:
    """Make a field and its widget in one; PDF/A wants an appearance (ISO 19005-2, 6.3.3), and it may be blank."""
    corners = [round(each, 2) for each in (box.left, box.bottom, box.right, box.top)]
    blank = pdf.make_stream(
        b"",
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Form,
        BBox=[0, 0, round(corners[2] - corners[0], 2), round(corners[3] - corners[1], 2)],
        Resources=pikepdf.Dictionary(),
    )
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Widget,
        FT=pikepdf.Name.Sig,
        T=pikepdf.String(field_name),
        TU=pikepdf.String(label),
        F=_PRINT,
        Rect=corners,
        P=page.obj,
        AP=pikepdf.Dictionary(N=blank),
    )
