"""Write into a data file that a paper is issued: its number, its day, and the flag, nothing else."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline.authoring.format import write
from pipeline.authoring.notes import read_notes
from pipeline.files import write_atomic
from pipeline.input.load import Tree, load
from pipeline.input.selection import select
from pipeline.input.sources import Folders, read_source
from pipeline.kinds.loai.model import LoaiVanBan
from pipeline.kinds.loai.prepare import paper_place
from pipeline.kinds.loai.year import read_year, year_sources
from pipeline.problem import UsageError, has_error


class Flagged(NamedTuple):
    """A data file in which a paper was just flagged: the paper's place and kind, and the file's bytes before."""

    place: str
    kind: str
    path: Path
    before: bytes

    def undo(self) -> None:
        """Put the file back as it was."""
        write_atomic(self.path.parent, self.path.name, self.before)


def flag_issued(folders: Folders, words: Sequence[str], kinds: Sequence[str], number: str, day: str) -> Flagged:
    """Flag the one paper that the words mean as issued, with its number and its day (day/month/year).

    Raises UsageError when they mean none or several, when the file cannot be read, and for a paper that is issued
    already with another number or day.
    """
    if not re.fullmatch(r"\d{1,2}/\d{1,2}/\d{4}", day, re.ASCII):
        raise UsageError(f"`{day}` không phải ngày/tháng/năm, ví dụ 12/1/2026")
    found = [*_papers(folders, words, kinds)]
    if len(found) != 1:
        several = ", ".join(f"--kind {kind}" for _, kind, _, _ in found)
        raise UsageError(f"có {len(found)} văn bản như vậy{f'; thêm một trong: {several}' if several else ''}")
    place, kind, path, model = found[0]
    source = read_source(path)
    tree, problems = load(source.content, source.path)
    if not isinstance(tree, dict) or has_error(problems):
        raise UsageError(f"`{source.path}` có lỗi; xem bằng lệnh check")
    papers = tree.get("van_ban")
    own = papers if path.stem == kind else papers.get(kind) if isinstance(papers, dict) else None
    if not isinstance(own, dict):
        raise UsageError(f"`{source.path}` không có mục `van_ban` của `{kind}`")
    new: Mapping[str, Tree] = {"so_van_ban": number, "ngay_ban_hanh": day, "da_ban_hanh": "true"}
    if own.get("da_ban_hanh") == "true" and any(own.get(key) != value for key, value in new.items()):
        raise UsageError(f"`{place}` đã ban hành số {own.get('so_van_ban')}, ngày {own.get('ngay_ban_hanh')}")
    own.update(new)
    write_atomic(path.parent, path.name, write(tree, model, read_notes(source.content)))
    return Flagged(place, kind, path, source.content)


def _papers(folders: Folders, words: Sequence[str], kinds: Sequence[str]) -> list[tuple[str, str, Path, type]]:
    """Give the papers that words mean: place, kind, the file that has them, that file's model."""
    found: list[tuple[str, str, Path, type]] = []
    for each in select(folders.data, words, kinds):
        year = read_year(year_sources(folders, each.files)[0])
        for kind in (kind for kind in year.kinds.values() if kind.path in each.kinds):
            if not kind.is_for_each_unit and each.all_communes:
                found.append(
                    (paper_place(kind, year.name, ""), kind.name, each.files.folder / f"{kind.name}.yaml", LoaiVanBan)
                )
            for path in each.communes if kind.is_for_each_unit else ():
                source = read_source(path)
                tree = load(source.content, source.path)[0]
                papers = tree.get("van_ban") if isinstance(tree, dict) else None
                if isinstance(papers, dict) and kind.name in papers:
                    found.append((paper_place(kind, year.name, path.stem), kind.name, path, year.unit_model))
    return found
