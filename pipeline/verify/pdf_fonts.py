"""Check the fonts of a PDF: embedded, allowed, with an outline and a Unicode value for every code they print."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from pipeline.pdf.names import ALLOWED_PREFIXES
from pipeline.pdf.text import Face, Piece, face_digit
from pipeline.problem import Problem, bad_output

_LOST = "\N{REPLACEMENT CHARACTER}"


def font_problems(pages: Sequence[Sequence[Piece]], name: str) -> Iterator[Problem]:
    """Check each font that the pages use.

    It is embedded, and allowed both by its name in the PDF and by the name in the font file. Every letter it prints has
    a glyph that draws something, and its ToUnicode CMap has every code, so that the text can be read back.
    """
    codes_by_face: dict[Face, list[bytes]] = defaultdict(list)
    for page in pages:
        for piece in page:
            codes_by_face[piece.face].append(piece.codes)
    for face, code_strings in codes_by_face.items():
        codes = frozenset(b"".join(code_strings))
        is_same_face = face.digit == face_digit(face.program)
        if not face.program:
            yield bad_output(name, "phong-khong-nhung", f"PDF không nhúng phông {face.name}")
        elif (
            not face.name.startswith(ALLOWED_PREFIXES)
            or not face.program.startswith(ALLOWED_PREFIXES)
            or not is_same_face
        ):
            message = f"PDF dùng phông {face.name} (tệp phông {face.program}) ngoài danh sách cho phép"
            yield bad_output(name, "phong-la", message, "đặt phông Times New Roman cho mọi kiểu trong mẫu Word")
        blank_letters = {face.letters.get(code, _LOST) for code in codes & face.blank}
        if letters := "".join(sorted(letter for letter in blank_letters if letter.strip() and letter != _LOST)):
            yield bad_output(
                name, "thieu-net-chu", f"phông {face.name} không có nét cho “{letters}”: chỗ ấy bị bỏ trắng"
            )
        if any(_LOST in face.letters.get(code, _LOST) for code in codes):
            message = f"PDF có chữ phông {face.name} không đọc lại được thành chữ"
            yield bad_output(name, "khong-doc-duoc-chu", message)
