"""Gather one year's published documents for a release under a tag: zip, checksums, notes for GitHub and GitLab."""

import json
import os
import re
import shutil
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from pipeline.input.sources import Folders, document_name
from pipeline.output.archive import archive_name, packed_files, write_archive
from pipeline.output.manifest import MANIFEST, read_manifest
from pipeline.output.ours import GITLAB, NOTES, RELEASED, is_release, require_own
from pipeline.output.seen import pdf_place, published_pdfs
from pipeline.output.states import TinhTrang, state_of
from pipeline.problem import UsageError

_TAG = re.compile(r"nam-([0-9]{4})(\.[0-9A-Za-z.-]{1,20})?")


def write_release(folders: Folders, tag: str, target: Path, url: str) -> Path:
    """Put the documents of the year that a tag such as nam-2023 names into `target`, and give that folder.

    Below it: `tep/` with what is to be attached, GHI-CHU.md with the notes, and gitlab.json as GitLab's Releases API
    takes it, with links below `url`. The folder appears whole or not at all (one rename). Raises UsageError for another
    form of tag, for a year without documents or with errors, when a file is not the one of the manifest or a PDF said
    to be signed is not, and for a target that is not ours.
    """
    out, target = folders.out, Path(os.path.abspath(target))  # noqa: PTH100 - resolve() follows links
    staging = target.with_name(f"{target.name}.dang-ghi")
    for folder in (target, staging):
        require_own(folder, (folders.data, folders.templates, out), is_release)
    if not (match := _TAG.fullmatch(tag)):
        raise UsageError(f"nhãn `{tag}` không đúng dạng; cần nam-2023, hoặc nam-2023.2 cho lần phát hành sau")
    manifest = read_manifest(out / MANIFEST)[0]
    entries = {name: entry for name, entry in manifest.van_ban.items() if re.fullmatch(rf"{match[1]}/[\w-]+", name)}
    errors = manifest.co_loi
    if not entries:
        raise UsageError(f"`{out.as_posix()}` không có văn bản nào của năm {match[1]}; chạy build trước")
    if bad := sorted(name for name in errors if name.startswith(f"{match[1]}/")):
        raise UsageError(f"năm {match[1]} còn {len(bad)} văn bản có lỗi ({', '.join(bad[:5])}); sửa rồi dựng lại")
    for name in sorted(name for name, entry in entries.items() if entry.da_ky):
        place = pdf_place(out, name, published_pdfs(document_name(name), entries[name]))
        if not place.is_signed:
            raise UsageError(f"PDF đã ký của `{out.as_posix()}/{name}` không được nhận: {place.fault or 'không còn'}")
    shutil.rmtree(staging, ignore_errors=True)
    (staging / RELEASED).mkdir(parents=True)
    summary = manifest.tong_hop[match[1]].files if match[1] in manifest.tong_hop else {}
    hashes = {name: entry.files for name, entry in entries.items()} | {match[1]: summary}
    assets = _write_assets(out, hashes, match[1], staging / RELEASED)
    for file in summary:
        shutil.copyfile(out / match[1] / file, staging / RELEASED / file)
    assets += sorted(summary)
    states = Counter(state_of(entry, has_errors=False) for entry in entries.values())
    notes = _notes(tag, match[1], states)
    links = [{"name": asset, "url": f"{url}/{RELEASED}/{asset}"} for asset in assets if url]
    release = {"tag_name": tag, "name": tag, "description": notes, "assets": {"links": links}}
    (staging / NOTES).write_text(notes, encoding="utf-8", newline="\n")
    (staging / GITLAB).write_text(json.dumps(release, ensure_ascii=False, indent=2), encoding="utf-8", newline="\n")
    shutil.rmtree(target, ignore_errors=True)
    staging.replace(target)
    return target


def _write_assets(out: Path, files: Mapping[str, Mapping[str, str]], year: str, folder: Path) -> list[str]:
    """Write the zip and the checksums of its files; give the names of both."""
    archive, sums, hashes = archive_name(year), "SHA256SUMS", packed_files(files)
    with (folder / archive).open("wb") as target:
        write_archive(out, hashes, target)
    lines = (f"{sha256}  {path}\n" for path, sha256 in sorted(hashes.items()))
    (folder / sums).write_text("".join(lines), encoding="utf-8", newline="\n")
    return [archive, sums]


def _notes(tag: str, year: str, states: Counter[TinhTrang]) -> str:
    counts = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    return (
        f"# Văn bản năm {year} ({tag})\n\n"
        f"{states.total()} văn bản: {counts}.\n\n"
        f"`{archive_name(year)}` có mọi tệp .docx, PDF; giải nén rồi so bằng `sha256sum -c SHA256SUMS`.\n"
    )
