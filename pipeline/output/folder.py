"""The publish stage: the only writer below the output folder. Every file is replaced whole or not at all.

The folder tells by itself what it holds: a record beside each document, with the hashes of its files and of all that
they were made from. So a build that was killed anywhere goes on from what is there.
"""

import contextlib
import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, NamedTuple

import filelock
import pydantic
import pydantic_core

from pipeline.files import MOVING, read_plain, replacing, to_json, write_atomic
from pipeline.output.manifest import MANIFEST, SUMS, Entry, Kept, Manifest, manifest_bytes
from pipeline.output.origin import digest
from pipeline.output.records import Record, read_record
from pipeline.output.seen import MAY_LACK, DamagedError, State, are_intact, read_state, stat
from pipeline.problem import PipelineError, reason

_LOCK, _STATE, _FORMER = ".khoa", ".da-xem.json", ".truoc"


class OutputError(PipelineError):
    """The output folder cannot be written, or another build is writing there."""


@contextlib.contextmanager
def output_folder(out: Path) -> Iterator[State]:
    """Hold the output folder for one build; give and keep what is known of its files.

    Raises OutputError when another build holds it, when it cannot be written, and when the disk is full.
    """
    with _writing(out):
        out.mkdir(parents=True, exist_ok=True)
        # A program that a killed build was starting holds the lock for a moment longer.
        lock = filelock.FileLock(out / _LOCK, timeout=1)
        try:
            lock.acquire()
        except filelock.Timeout:
            message = f"một lần dựng khác đang ghi vào `{out.as_posix()}`; chờ xong rồi chạy lại"
            raise OutputError(message) from None
    try:
        with _writing(out):
            if (out / MOVING).is_dir() and not (out / MOVING).is_symlink():
                shutil.rmtree(out / MOVING, ignore_errors=True)
            else:  # a pipe would be waited for
                (out / MOVING).unlink(missing_ok=True)
            (out / MOVING).mkdir()
        state = read_state(out / _STATE)
        try:
            yield state
        finally:
            with _writing(out):
                write_atomic(out, _STATE, to_json(state))
                shutil.rmtree(out / MOVING, ignore_errors=True)
    finally:
        lock.release()


@contextlib.contextmanager
def _writing(out: Path) -> Iterator[None]:
    """Say of a refusal by the system that it is about the output folder."""
    try:
        yield
    except OSError as error:
        hint = "xem quyền ghi, chỗ trống, và tệp có đang mở trong Word không"
        raise OutputError(f"không ghi được vào `{out.as_posix()}` ({reason(error)}); {hint}") from error


def publish(out: Path, name: str, files: Mapping[str, bytes], record: Record, state: State) -> None:
    """Put a verified document into its folder, the record last: its hashes tell whether the files belong together.

    An older PDF or picture that has no successor goes first, so that the files never disagree.
    """
    stem = Path(next(iter(files))).stem
    for ending in MAY_LACK:
        if f"{stem}{ending}" not in files:
            remove_file(out, f"{name}/{stem}{ending}", state)
    put_files(out, name, {**files, f"{stem}.json": record.content()}, state)


def put_files(out: Path, name: str, files: Mapping[str, bytes], state: State) -> None:
    """Put files into a folder."""
    with _writing(out):
        (out / name).mkdir(parents=True, exist_ok=True)
        _refuse_link(out, name)
        for file, content in files.items():
            write_atomic(out, f"{name}/{file}", content)
            state[f"{name}/{file}"] = stat(out / name / file)


def _refuse_link(out: Path, name: str) -> None:
    """Raise OutputError for a folder that leads out of the output folder, before anything is written or removed."""
    if not (out / name).resolve().is_relative_to(out.resolve()):
        raise OutputError(f"`{(out / name).as_posix()}` là liên kết ra ngoài `{out.as_posix()}`; xóa liên kết ấy")


def remove_file(out: Path, name: str, state: State) -> None:
    """Remove a file, if it is there."""
    with _writing(out):
        _refuse_link(out, Path(name).parent.as_posix())
        (out / name).unlink(missing_ok=True)
    state.pop(name, None)


def withdraw(out: Path, name: str, document: str, state: State) -> None:
    """Remove a document whose commune is gone, the record first; files that are not ours stay."""
    for ending in (".json", *MAY_LACK, ".docx"):
        remove_file(out, f"{name}/{document}{ending}", state)
    with contextlib.suppress(OSError):
        (out / name).rmdir()


Side = Record | Entry
"""What is known of a document: its record or, where that is lost, what the manifest says, which is less."""


def keep_former(out: Path, name: str, document: str, earlier: Mapping[str, Entry]) -> Side | None:
    """Keep what the last publication had of a document, its record or else its entry, before it is replaced.

    `earlier` are the entries of the last publication; without one nothing is kept. What is kept already stays. Gives
    what is kept.
    """
    kept = f"{_FORMER}/{name}.json"
    if not earlier:
        return None
    if (out / kept).is_file():
        return _read_former(out / kept)
    former = read_record(out, name, document) or earlier.get(name)
    with _writing(out):
        (out / kept).parent.mkdir(parents=True, exist_ok=True)
        _refuse_link(out, Path(kept).parent.as_posix())
        write_atomic(out, kept, to_json(former and former.fields()))
    return former


def former_records(out: Path) -> Iterator[tuple[str, Side | None]]:
    """Give what is kept of the last publication, by document name; None for a document that is new since."""
    for path in sorted((out / _FORMER).glob("[0-9][0-9][0-9][0-9]/*.json")):
        former = _read_former(path)
        if former or (path.is_file() and path.read_bytes() == to_json(None)):
            yield f"{path.parent.name}/{path.stem}", former


def _read_former(path: Path) -> Side | None:
    try:
        return _SIDE.validate_python(pydantic_core.from_json(read_plain(path)))
    except (OSError, ValueError, pydantic.ValidationError):
        return None


_SIDE: pydantic.TypeAdapter[Side] = pydantic.TypeAdapter(Side)


def forget_former(out: Path) -> None:
    """Drop what is kept of the last publication, all at once: the new list is written."""
    with _writing(out):
        if (out / _FORMER).is_dir():
            (out / _FORMER).replace(out / MOVING / _FORMER)


class Wanted(NamedTuple):
    """A file that is made of other published ones: its path, a key of all that it is made of, and what writes it."""

    path: str
    key: str
    write: Callable[[IO[bytes]], object]


def keep_made(out: Path, wanted: Iterable[Wanted], earlier: Mapping[str, Kept], state: State) -> dict[str, Kept]:
    """Write those of the wanted files that would be others now, remove those of no use; give keys and hashes.

    `earlier` is what the last publication gives of them. One whose sources are damaged is of no use, until a complete
    build has mended these.
    """
    kept: dict[str, Kept] = {}
    for path, key, write in wanted:
        folder, _, file = path.rpartition("/")
        known = earlier.get(path)
        if not known or known.key != key or not are_intact(out, folder, {file: known.sha256}, state):
            try:
                known = Kept(key, _put_written(out, path, write))
            except DamagedError:
                continue
            state[path] = stat(out / path)
        kept[path] = known
    for path in earlier.keys() - kept.keys():
        remove_file(out, path, state)
    return kept


def _put_written(out: Path, path: str, write: Callable[[IO[bytes]], object]) -> str:
    """Put a file into place, and give its SHA-256."""
    with _writing(out):
        folder = (out / path).parent
        folder.mkdir(parents=True, exist_ok=True)
        _refuse_link(out, folder.relative_to(out).as_posix())
        with replacing(out, path) as content:
            write(content)
        with (out / path).open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()


def put_page(out: Path, files: Mapping[str, bytes], earlier: Mapping[str, str], state: State) -> dict[str, str]:
    """Put the files of the download page into the output folder, those that changed; give their hashes.

    `earlier` are the hashes of the last publication.
    """
    hashes = {file: digest(content) for file, content in files.items()}
    standing = {
        file for file, each in hashes.items() if earlier.get(file) == each and are_intact(out, ".", {file: each}, state)
    }
    put_files(out, ".", {file: content for file, content in files.items() if file not in standing}, state)
    return hashes


def publish_manifest(out: Path, manifest: Manifest) -> None:
    """Write the list of all that is published, and then the hashes of all files."""
    content, sums = manifest_bytes(manifest)
    with _writing(out):
        write_atomic(out, MANIFEST, content)
        write_atomic(out, SUMS, sums)
