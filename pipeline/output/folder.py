"""Publish documents: the only writer below the output folder, which replaces each file whole (atomic rename).

The folder describes itself: a record beside each document has the hashes of its files and of all that they were made
from. So after a build that was killed at any moment, the next one goes on from what is there.
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

from pipeline.files import MOVING, make_folder, read_plain, replacing, to_json, write_atomic
from pipeline.output.manifest import MANIFEST, SUMS, Entry, Kept, Manifest, Side, manifest_bytes
from pipeline.output.origin import digest
from pipeline.output.ours import LOCK, SEEN, is_output, require_own
from pipeline.output.records import Record, read_record
from pipeline.output.seen import MAY_LACK, DamagedError, State, are_intact, read_state, stat
from pipeline.problem import PipelineError, reason

_FORMER = ".truoc"
_ASIDE = ".de-rieng"


class OutputError(PipelineError):
    """The output folder cannot be written, or another build is writing there."""


@contextlib.contextmanager
def output_folder(out: Path, sources: Iterable[Path] = ()) -> Iterator[State]:
    """Lock the output folder for one build (an advisory lock); read the state of its files, and write it at the end.

    Raises OutputError when another build holds the lock, when the folder cannot be written, and when the disk is full;
    UsageError, before anything is written, for a folder that is not ours, or touches one of the `sources`.
    """
    with _writing(out):
        require_own(out, sources, is_output)
        make_folder(out)
        # A child process that a killed build was just starting holds the lock a moment longer.
        lock = filelock.FileLock(out / LOCK, timeout=1)
        try:
            lock.acquire()
        except filelock.Timeout:
            message = f"một lần dựng khác đang ghi vào `{out.as_posix()}`; chờ xong rồi chạy lại"
            raise OutputError(message) from None
    try:
        with _writing(out):
            if (out / MOVING).is_dir() and not (out / MOVING).is_symlink():
                shutil.rmtree(out / MOVING, ignore_errors=True)
            else:  # to open a named pipe would wait for ever
                (out / MOVING).unlink(missing_ok=True)
            (out / MOVING).mkdir()
        state = read_state(out / SEEN)
        try:
            yield state
        finally:
            with _writing(out):
                write_atomic(out, SEEN, state.content())
                shutil.rmtree(out / MOVING, ignore_errors=True)
    finally:
        lock.release()


@contextlib.contextmanager
def _writing(out: Path) -> Iterator[None]:
    """Turn an OSError into an OutputError that names the output folder and a remedy."""
    try:
        yield
    except OSError as error:
        hint = "xem quyền ghi, chỗ trống, và tệp có đang mở trong Word không"
        raise OutputError(f"không ghi được vào `{out.as_posix()}` ({reason(error)}); {hint}") from error


def publish(out: Path, name: str, files: Mapping[str, bytes], record: Record, state: State) -> None:
    """Put a verified document into its folder, the record last: by its hashes, files that do not belong are found.

    An older PDF or picture that has no successor goes first, so that the files never disagree. A PDF that is signed
    already is not what the record calls published, and is no file of the state's.
    """
    stem = Path(next(iter(files))).stem
    for ending in MAY_LACK:
        if f"{stem}{ending}" not in files:
            remove_file(out, f"{name}/{stem}{ending}", state)
    put_files(out, name, {**files, f"{stem}.json": record.content()}, state)
    for file in (file for file, content in files.items() if digest(content) != record.tep.get(file)):
        state.pop(f"{name}/{file}", None)


def put_files(out: Path, folder: str, files: Mapping[str, bytes], state: State) -> None:
    """Put files into a folder below the output folder, and note their size and time in the state."""
    with _writing(out):
        make_folder(out / folder)
        _refuse_link(out, folder)
        for file, content in files.items():
            write_atomic(out, f"{folder}/{file}", content)
            state[f"{folder}/{file}"] = stat(out / folder / file)


def _refuse_link(out: Path, folder: str) -> None:
    """Raise OutputError when a symbolic link leads the folder out of the output folder: nothing there is touched."""
    if not (out / folder).resolve().is_relative_to(out.resolve()):
        raise OutputError(f"`{(out / folder).as_posix()}` là liên kết ra ngoài `{out.as_posix()}`; xóa liên kết ấy")


def remove_file(out: Path, path: str, state: State) -> None:
    """Remove a file by its path below the output folder, if it is there."""
    with _writing(out):
        _refuse_link(out, Path(path).parent.as_posix())
        (out / path).unlink(missing_ok=True)
    state.pop(path, None)


def put_aside(out: Path, path: str, content: bytes, state: State) -> str:
    """Move a file that is not ours, with this content, out of what is published; give the path where it is kept."""
    old = Path(path)
    kept = f"{_ASIDE}/{old.parent.as_posix()}/{old.stem}-{digest(content)[:8]}{old.suffix}"
    with _writing(out):
        (out / kept).parent.mkdir(parents=True, exist_ok=True)
        for each in (path, kept):
            _refuse_link(out, Path(each).parent.as_posix())
        (out / path).replace(out / kept)
    state.pop(path, None)
    return (out / kept).as_posix()


def withdraw(out: Path, name: str, document: str, state: State) -> None:
    """Remove a document whose commune is gone, the record first; other people's files in its folder stay."""
    for ending in (".json", *MAY_LACK, ".docx"):
        remove_file(out, f"{name}/{document}{ending}", state)
    with contextlib.suppress(OSError):
        (out / name).rmdir()


def keep_former(out: Path, name: str, document: str, earlier: Mapping[str, Entry]) -> Side | None:
    """Copy a document's record, or else its entry, of the last publication aside before it is replaced; give it.

    The changes are found by comparing with this copy. One from a build that was killed stays. `earlier` are the
    entries of the last publication; without any, nothing is copied.
    """
    copy = f"{_FORMER}/{name}.json"
    if not earlier:
        return None
    if (out / copy).is_file():
        return _read_former(out / copy)
    former = read_record(out, name, document) or earlier.get(name)
    with _writing(out):
        make_folder((out / copy).parent)
        _refuse_link(out, Path(copy).parent.as_posix())
        write_atomic(out, copy, to_json(former and former.fields()))
    return former


def former_records(out: Path) -> Iterator[tuple[str, Side | None]]:
    """Give what keep_former has put aside, by document name; None for a document that is new since."""
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
    """Drop all that keep_former has put aside, by one rename: the new manifest is written, and compares no more."""
    with _writing(out):
        if (out / _FORMER).is_dir():
            (out / _FORMER).replace(out / MOVING / _FORMER)


class Wanted(NamedTuple):
    """A file that is made of other published ones: its path, a hash of all that shapes it, and what writes it."""

    path: str
    key: str
    write: Callable[[IO[bytes]], object]


def keep_made(out: Path, files: Iterable[Wanted], earlier: Mapping[str, Kept], state: State) -> dict[str, Kept]:
    """Bring the files that are made of others up to date, as make does; give the key and hash of each, by path.

    Only a file with another key, or that is not intact, is written. `earlier` are keys and hashes of the last
    publication; files that are no longer asked for are removed, and so is one whose sources are damaged, until a
    complete build has mended these.
    """
    entries: dict[str, Kept] = {}
    for path, key, write in files:
        folder, _, file = path.rpartition("/")
        entry = earlier.get(path)
        if not entry or entry.key != key or not are_intact(out, folder, {file: entry.sha256}, state):
            try:
                entry = Kept(key, _write_file(out, path, write))
            except DamagedError:
                continue
            state[path] = stat(out / path)
        entries[path] = entry
    for path in earlier.keys() - entries.keys():
        remove_file(out, path, state)
    return entries


def _write_file(out: Path, path: str, write: Callable[[IO[bytes]], object]) -> str:
    """Write a file through `write`, put it into place, and give its SHA-256."""
    with _writing(out):
        folder = (out / path).parent
        make_folder(folder)
        _refuse_link(out, folder.relative_to(out).as_posix())
        with replacing(out, path) as content:
            write(content)
        with (out / path).open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()


def put_page(out: Path, files: Mapping[str, bytes], earlier: Mapping[str, str], state: State) -> dict[str, str]:
    """Put those files of the download page that changed into the output folder; give the hashes of all.

    `earlier` are the hashes of the last publication.
    """
    hashes = {file: digest(content) for file, content in files.items()}
    current = {
        file
        for file, sha256 in hashes.items()
        if earlier.get(file) == sha256 and are_intact(out, ".", {file: sha256}, state)
    }
    put_files(out, ".", {file: content for file, content in files.items() if file not in current}, state)
    return hashes


def publish_manifest(out: Path, manifest: Manifest) -> None:
    """Write manifest.json, and then SHA256SUMS."""
    content, sums = manifest_bytes(manifest)
    with _writing(out):
        write_atomic(out, MANIFEST, content)
        write_atomic(out, SUMS, sums)
