"""Compute how wide a text is in Times New Roman: a line's length is checked against the text above it.

The tables give advance widths in thousandths of an em, for the upright and the bold face. Combining marks take no
width: ấ is as wide as a.
"""

import functools
import unicodedata

from pipeline.the_thuc.reading.document import Piece

_UPRIGHT = {
    180: "'", 200: "|", 250: " ,.\u00a0", 278: "/:;\\ijlt", 333: "!()-I[]`fr‘’", 389: "Js", 408: '"', 444: "?acez“”",
    469: "^", 480: "{}", 500: "#$*0123456789_bdghknopquvxyđ–", 529: "ơ", 541: "~", 542: "ư", 556: "FPS", 564: "+<=>",
    611: "ELTZ", 667: "BCR", 722: "ADGHKNOQUVXYwĐƠ", 776: "Ư", 778: "&m", 833: "%", 889: "M", 921: "@", 944: "W",
    1000: "—…",
}  # fmt: skip
_BOLD = {
    220: "|", 250: " ,.\u00a0", 278: "'/\\il", 333: "!()-:;[]`fjt‘’", 389: "Is", 394: "{}", 444: "cerz",
    500: "#$*0123456789?J_agovxy–“”", 520: "~", 554: "ơ", 555: '"', 556: "Sbdhknpquđ", 570: "+<=>", 581: "^", 600: "ư",
    611: "FP", 667: "BELTZ", 722: "ACDNRUVXYwĐ", 778: "GHKOQƠ", 796: "Ư", 833: "&m", 930: "@", 944: "M", 1000: "%W—…",
}  # fmt: skip
_DEFAULT_WIDTH = 500
_MM_PER_PT = 25.4 / 72


def _by_letter(widths: dict[int, str]) -> dict[str, int]:
    return {letter: width for width, letters in widths.items() for letter in letters}


_FACES = {False: _by_letter(_UPRIGHT), True: _by_letter(_BOLD)}
# The one mark that counts in a letter's decomposition: ơ and ư have widths of their own.
_HORN = "\u031b"


@functools.lru_cache(maxsize=512)
def width(text: str, size: float, *, bold: bool) -> float:
    """Return the width of a text in mm, at a font size in points."""
    face = _FACES[bold]
    total = 0
    for letter in text:
        if letter not in face:
            parts = unicodedata.normalize("NFD", letter)
            base = unicodedata.normalize("NFC", parts[0] + _HORN) if _HORN in parts else parts[0]
            total += 0 if unicodedata.combining(letter) else face.get(base, _DEFAULT_WIDTH)
        else:
            total += face[letter]
    return total / 1000 * size * _MM_PER_PT


def width_of(piece: Piece) -> float:
    """Return the width of a piece in mm, without the blanks before and after its words."""
    texts = [(run.text.upper() if run.face.caps else run.text, run.face) for run in piece.runs]
    while texts and not texts[0][0].strip():
        texts.pop(0)
    while texts and not texts[-1][0].strip():
        texts.pop()
    total = 0.0
    for n, (text, face) in enumerate(texts):
        kept = text.lstrip() if n == 0 else text
        kept = kept.rstrip() if n == len(texts) - 1 else kept
        total += width(kept, face.size, bold=face.bold)
    return total
