"""Read and write the zip container of a .docx.

Reading is bounded, against zip bombs; writing is deterministic, the same bytes everywhere.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable
from typing import NamedTuple

import deflate

MAX_PARTS = 200
MAX_UNPACKED = 16 * 1024 * 1024
"""The most parts of a package, and the most bytes that they unpack to."""

# Common to the local and the central header of an entry (PKWARE APPNOTE 4.3.7 and 4.3.12): version 2.0, UTF-8 names,
# deflate, and the first moment that a zip can carry, 1980-01-01 00:00.
_VERSION, _UTF8, _DEFLATE, _TIME, _DATE = 20, 0x0800, 8, 0, 0x0021
_LEVEL = 6
_ENCRYPTED_FLAG = 1
"""Bit of an entry's flags (PKWARE APPNOTE 4.4.4)."""


class TooLargeError(ValueError):
    """A package that unpacks to more bytes than allowed, as a zip bomb does."""


class EncryptedError(ValueError):
    """A package that is encrypted with a password."""


class Entry(NamedTuple):
    """A part, compressed once and written into any number of packages."""

    name: bytes
    packed: bytes
    checksum: int
    size: int


def read_package(
    data: bytes,
    is_wanted: Callable[[str], bool] = lambda _: True,
    max_parts: int = MAX_PARTS,
    max_unpacked: int = MAX_UNPACKED,
) -> dict[str, bytes]:
    """Unpack a .docx, or those of its parts whose name `is_wanted` accepts.

    Returns the parts by name. Raises TooLargeError when they unpack to more than 16 MiB, EncryptedError for a
    password, ValueError for what is not a zip, repeats a name, is damaged, or holds over 200 of these parts.
    """
    parts: dict[str, bytes] = {}
    remaining = max_unpacked
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in archive.infolist():
                if not is_wanted(entry.filename):
                    continue
                if entry.flag_bits & _ENCRYPTED_FLAG:
                    raise EncryptedError(f"{entry.filename} is encrypted")
                if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                    # The only two that a .docx may use (ECMA-376-2, B.4); others unpack without a bound.
                    raise ValueError(f"unknown compression of {entry.filename}")
                if entry.filename in parts or len(parts) >= max_parts:
                    raise ValueError(f"repeated or surplus part {entry.filename}")
                with archive.open(entry) as stream:
                    parts[entry.filename] = stream.read(remaining + 1)
                remaining -= len(parts[entry.filename])
                if remaining < 0:
                    raise TooLargeError("unpacks to too much")
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise ValueError(str(error)) from error
    return parts


def compress(name: str, content: bytes) -> Entry:
    """Compress a part with libdeflate.

    Its output depends on its version alone, which the lock file pins; that of the interpreter's zlib differs between
    systems.
    """
    return Entry(name.encode(), bytes(deflate.deflate_compress(content, _LEVEL)), zlib.crc32(content), len(content))


def write_package(entries: Iterable[Entry]) -> bytes:
    """Write a zip of entries in their order; no time and nothing of the machine goes into it."""
    out, directory = io.BytesIO(), io.BytesIO()
    count = 0
    for count, entry in enumerate(entries, 1):  # noqa: B007 - the last number is how many there were
        header = struct.pack(
            "<5H3L2H",
            *(_VERSION, _UTF8, _DEFLATE, _TIME, _DATE),
            *(entry.checksum, len(entry.packed), entry.size),
            *(len(entry.name), 0),
        )
        directory.write(b"PK\x01\x02" + struct.pack("<H", _VERSION) + header)
        directory.write(struct.pack("<3H2L", 0, 0, 0, 0, out.tell()) + entry.name)
        out.write(b"PK\x03\x04" + header + entry.name + entry.packed)
    start, headers = out.tell(), directory.getvalue()
    out.write(headers + b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, count, count, len(headers), start, 0))
    return out.getvalue()
