"""Put forms and annotated copies into folders; nothing that somebody has filled in is overwritten."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.files import write_atomic
from pipeline.forms.marks import key_text
from pipeline.forms.receive import Received, receive
from pipeline.forms.units import UnitFile, unit_form
from pipeline.forms.write import file_name, write_form
from pipeline.input.sources import Folders
from pipeline.kinds.loai.kinds import PaperKind
from pipeline.kinds.loai.year import Year
from pipeline.problem import UsageError


def write_forms(
    folders: Folders, year: Year, kinds: Sequence[PaperKind], files: Sequence[UnitFile], out: Path
) -> list[Path]:
    """Write the forms of units and kinds into a folder and give their paths.

    Raises UsageError, before anything is written, when a file of that name is there that is no form as it went out.
    """
    contents: dict[Path, bytes] = {}
    for file in files:
        for kind in kinds:
            form = unit_form(folders, year, kind, file)
            contents[out / file_name(form)] = write_form(form)
    filled = [path for path, content in contents.items() if not _may_be_replaced(path, content, folders)]
    if filled:
        names = ", ".join(f"`{path.as_posix()}`" for path in filled[:5])
        more = f" và {len(filled) - 5} tệp nữa" if len(filled) > 5 else ""  # noqa: PLR2004 - as many as are named
        raise UsageError(f"{names}{more} đã có và có người điền; nhập chúng trước, hoặc chọn --dir khác")
    out.mkdir(parents=True, exist_ok=True)
    for path, content in contents.items():
        write_atomic(out, path.name, content)
    return list(contents)


def _may_be_replaced(path: Path, content: bytes, folders: Folders) -> bool:
    """Tell whether a path is free, or holds a form in which nothing was filled in since it was written."""
    if not path.exists() and not path.is_symlink():
        return True
    if path.is_file() and path.read_bytes() == content:
        return True
    there = receive(path, folders)
    if not isinstance(there, Received):
        return False
    base = there.meta.base
    return all(entry.text == base.get(key_text(key), "") for key, entry in there.reply.entries.items())


def write_copies(copies: Mapping[str, bytes], out: Path, read: Sequence[Path]) -> list[Path]:
    """Write annotated copies into a folder and give their paths.

    A copy replaces only a file that was read in the same run: its values are in the copy. Beside any other it gets a
    number.
    """
    taken = {path.resolve() for path in read}
    written: list[Path] = []
    for name, content in copies.items():
        out.mkdir(parents=True, exist_ok=True)
        path, number = out / name, 2
        while path.exists() and (path.resolve() not in taken or path in written):
            path, number = out / f"{Path(name).stem}-{number}.xlsx", number + 1
        write_atomic(out, path.name, content)
        written.append(path)
    return written
