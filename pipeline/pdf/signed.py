"""Tell a signed PDF from the one that was published, and whether it is that one with signatures added."""

import hashlib
import re

# A signature says which bytes it covers, in plain text, because the rest of its file is covered (ISO 32000-1, 12.8.1).
_SIGNATURE = re.compile(rb"/ByteRange\s*\[\s*0\s+\d+\s+\d+\s+\d+\s*\]")
# A title that says the same stands in XML, where no < is left of a text.
_CONTENTS = re.compile(rb"/Contents\s*<[0-9A-Fa-f]{16}")
_END = re.compile(rb"%%EOF(?:\r\n|\r|\n)?")


def is_signed(pdf: bytes) -> bool:
    """Tell whether a PDF holds a signature; an empty signature field is none."""
    return _SIGNATURE.search(pdf) is not None and _CONTENTS.search(pdf) is not None


def published_part(pdf: bytes, digest: str) -> bytes | None:
    """Give the beginning of a signed PDF whose SHA-256 (in hex) is `digest`, the file as it was published.

    Signing is an incremental update: it adds to a file and changes nothing in it. None when the file does not begin
    with what was published.
    """
    hasher, start = hashlib.sha256(), 0
    for end in _END.finditer(pdf):
        for stop in (end.start() + len(b"%%EOF"), end.end()):
            hasher.update(pdf[start:stop])
            start = stop
            if hasher.hexdigest() == digest:
                return pdf[:stop]
    return None
