"""Run the normalise stage: turn LibreOffice's PDF into the published one, with no trace of clock or machine.

LibreOffice writes the time into the file information, the XMP metadata, the file's identity, a checksum of its own and
the header of the colour profile, and numbers the objects of fonts by where they lay in memory. Here the times become
the document's own date, the identity comes from the content, and all objects are written anew, compressed, in the
order in which the document refers to them: a third of the size, and a deterministic build, the same bytes every time.
"""

import datetime as dt
import io
import re
from collections.abc import Sequence
from typing import Any

import pikepdf

from pipeline.pdf.scratch import scratch_room
from pipeline.pdf.signature_fields import add_signature_fields

_ZONE = dt.timezone(dt.timedelta(hours=7))
# Every element that is a date with a time, whatever its name: each version of LibreOffice writes more of them.
_XMP_DATE = re.compile(rb"(?<=>)\d{4}-\d\d-\d\dT\d\d:\d\d[^<]*(?=<)")
# ICC.1:2010, 7.2: the profile's date and time are six 16-bit numbers from byte 24 on.
_PROFILE_TIME = slice(24, 36)


def normalise(pdf: bytes, date: dt.date, posts: Sequence[str] = (), signer: str = "") -> bytes:
    """Make a PDF deterministic and add the signer's empty fields: the same content gives the same bytes.

    Every time in it becomes midnight of `date` in Vietnam. `posts` and `signer` are the printed posts and name of
    the signer. Raises ValueError for what is no PDF/A.
    """
    moment = dt.datetime(date.year, date.month, date.day, tzinfo=_ZONE)
    # From a file: through a Python stream qpdf takes three times as long to read thousands of small objects.
    with scratch_room() as folder:
        path = folder / "x.pdf"
        path.write_bytes(pdf)
        try:
            with pikepdf.open(path) as document:
                _set_dates(document, moment)
                _renumber_fonts(document)
                add_signature_fields(document, posts, signer)
                return _save(document)
        except (pikepdf.PdfError, AttributeError, KeyError, IndexError) as error:
            raise ValueError(str(error)) from error


def _set_dates(pdf: pikepdf.Pdf, moment: dt.datetime) -> None:
    pdf.docinfo["/CreationDate"] = pikepdf.String(f"D:{moment.year:04d}{moment:%m%d%H%M%S}+07'00'")
    metadata = pdf.Root.Metadata
    metadata.write(_XMP_DATE.sub(moment.isoformat().encode(), metadata.read_bytes()))
    for intent in pdf.Root.OutputIntents.as_list():
        profile = bytearray(intent.DestOutputProfile.read_bytes())
        numbers = (moment.year, moment.month, moment.day, 0, 0, 0)
        profile[_PROFILE_TIME] = b"".join(number.to_bytes(2, "big") for number in numbers)
        intent.DestOutputProfile.write(bytes(profile))
    for key in ("/DocChecksum", "/ID"):
        if key in pdf.trailer:
            del pdf.trailer[key]


def _renumber_fonts(pdf: pikepdf.Pdf) -> None:
    """Copy the objects of the fonts in the order of their names, because qpdf writes objects in numerical order."""
    copies: dict[tuple[int, int], Any] = {}
    for page in pdf.pages:
        fonts = page.Resources.Font
        for font_name in sorted(fonts.keys()):
            object_id = fonts[font_name].objgen
            if object_id not in copies:
                copies[object_id] = _copy_object(pdf, fonts[font_name])
            fonts[font_name] = copies[object_id]


def _copy_object(pdf: pikepdf.Pdf, value: Any) -> Any:
    """Copy dictionaries, under new numbers where they had numbers; streams and lists of numbers stay as they are."""
    if isinstance(value, pikepdf.Dictionary):
        copy: Any = pikepdf.Dictionary({key: _copy_object(pdf, each) for key, each in value.items()})
    elif isinstance(value, pikepdf.Array) and len(value) and isinstance(value[0], pikepdf.Dictionary):
        copy = pikepdf.Array([_copy_object(pdf, each) for each in value])
    else:
        return value
    return pdf.make_indirect(copy) if value.is_indirect else copy


def _save(pdf: pikepdf.Pdf) -> bytes:
    """Write all objects anew, most of them in compressed object streams (which PDF/A-2 allows)."""
    out = io.BytesIO()
    pdf.save(
        out,
        deterministic_id=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
    )
    return out.getvalue()
