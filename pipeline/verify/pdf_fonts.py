"""Check the fonts of a PDF: embedded, allowed, and with an outline for every letter that they print."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from pipeline.pdf.names import ALLOWED_PREFIXES
from pipeline.pdf.text import Face, Piece, face_digit
from pipeline.problem import Problem, bad_output

_LOST = "\N{REPLACEMENT CHARACTER}"


def font_problems(pages: Sequence[Sequence[Piece]], name: str) -> Iterator[Problem]:
    """Only the allowed fonts, by the name in the PDF and by that in the file itself; a glyph for every letter."""
    used: dict[Face, list[bytes]] = defaultdict(list)
    for page in pages:
        for piece in page:
            used[piece.face].append(piece.codes)
    for face, each in used.items():
        codes = frozenset(b"".join(each))
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
