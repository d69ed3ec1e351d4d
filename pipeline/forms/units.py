"""Find the units that forms are for, with their files: those of a year, or what `new` would begin one with."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pipeline.authoring.new import first_content, of_province, official_units
from pipeline.forms.layout import Form, form_of, has_form
from pipeline.input.load import Tree, load
from pipeline.input.selection import select
from pipeline.input.sources import Folders, Source, find_years, read_source
from pipeline.input.units import Unit
from pipeline.kinds.loai.kinds import PaperKind
from pipeline.kinds.loai.year import Year
from pipeline.problem import UsageError
from pipeline.vietnamese import slug


@dataclasses.dataclass(frozen=True, slots=True)
class UnitFile:
    """A unit's file in a year, as it is or, where there is none yet, as it would begin."""

    path: Path
    source: Source
    is_new: bool

    @property
    def tree(self) -> Mapping[str, Tree]:
        """Give its tree; raises UsageError for a file that cannot be read."""
        tree = load(self.source.content, self.source.path)[0]
        if not isinstance(tree, dict):
            raise UsageError(f"`{self.source.path}` không đọc được; xem bằng lệnh check")
        return tree


def unit_files(folders: Folders, year: Year, words: Sequence[str]) -> list[UnitFile]:
    """Find the units that words mean: a code, a name, a file, a province; all that have files for no word.

    Raises UsageError for a word that finds nothing, and for a name of several units.
    """
    found: dict[Path, UnitFile] = {}
    for word in words or ("",):
        for each in _meant(folders, year, word):
            found.setdefault(each.path, each)
    return list(found.values())


def file_of_code(folders: Folders, year: Year, code: str) -> UnitFile | None:
    """Give the file of a unit by its code, or what it would begin with; None for a code that names no unit."""
    existing = sorted((folders.data / year.name).glob(f"{code}-*.yaml"))
    if existing:
        return UnitFile(existing[0], read_source(existing[0]), is_new=False)
    unit = official_units(year.number).get(code)
    return _file(folders, year, unit) if unit else None


def _meant(folders: Folders, year: Year, word: str) -> Iterator[UnitFile]:
    if word and (units := of_province(year.number, word)):
        yield from (_file(folders, year, unit) for unit in units)
        return
    try:
        selected = select(folders.data, (year.name, word) if word else (year.name,))
    except UsageError:
        selected = []
    paths = [path for each in selected if each.files.name == year.name for path in each.communes]
    if paths and (not word or not selected[0].all_communes):
        yield from (UnitFile(path, read_source(path), is_new=False) for path in paths)
        return
    all_units = official_units(year.number)
    named = [unit for unit in all_units.values() if slug(word) in {slug(unit.ten_don_vi), slug(_full(unit))}]
    units = [all_units[word]] if word in all_units else named if word else []
    if len(units) > 1:
        several = ", ".join(f"{unit.ma_don_vi} ({_full(unit)}, {unit.huyen or unit.tinh})" for unit in units[:6])
        raise UsageError(f"`{word}` là tên của {len(units)} đơn vị; dùng mã: {several}{' …' if len(units) > 6 else ''}")  # noqa: PLR2004
    if not units:
        what = f"không tìm thấy `{word}`" if word else "chưa có tệp của xã nào"
        raise UsageError(f"{what} trong năm {year.name}; dùng mã (15148), tên ('Cẩm Tú') hoặc tỉnh ('Thanh Hóa')")
    yield _file(folders, year, units[0])


def _full(unit: Unit) -> str:
    return f"{unit.loai_don_vi} {unit.ten_don_vi}"


def _file(folders: Folders, year: Year, unit: Unit) -> UnitFile:
    folder = folders.data / year.name
    existing = sorted(folder.glob(f"{unit.ma_don_vi}-*.yaml"))
    if existing:
        return UnitFile(existing[0], read_source(existing[0]), is_new=False)
    path = folder / f"{unit.ma_don_vi}-{slug(unit.ten_don_vi)}.yaml"
    return UnitFile(path, Source(path.as_posix(), first_content(folders, year, unit)), is_new=True)


def form_kinds(year: Year, names: Sequence[str]) -> list[PaperKind]:
    """Give the kinds that have forms: those named, else all that the units issue themselves.

    Raises UsageError for a name without a form.
    """
    able = {kind.name: kind for kind in year.kinds.values() if has_form(kind, year)}
    for name in names:
        if name not in able:
            raise UsageError(f"`{name}` không phải loại có cột phải điền năm {year.name}; có: {', '.join(able)}")
    kinds = [able[name] for name in names] or [kind for kind in able.values() if not kind.keys.co_quan_ban_hanh]
    if not kinds:
        raise UsageError(f"năm {year.name} không có loại văn bản nào mà xã phải điền")
    return kinds


def unit_form(folders: Folders, year: Year, kind: PaperKind, file: UnitFile) -> Form:
    """Lay out the form of a unit, with the values of its newest earlier file beside the blanks."""
    tree = file.tree
    earlier, earlier_year = _earlier(folders, year, file, sample=tree.get("so_lieu_mau") == "true")
    return form_of(kind, year, tree, earlier, earlier_year)


def _earlier(folders: Folders, year: Year, file: UnitFile, *, sample: bool) -> tuple[Mapping[str, Tree], str]:
    """Give the newest earlier file of the same code and name; figures of a sample are for samples alone."""
    for folder in reversed([each for each in find_years(folders.data) if each.name < year.name]):
        path = folder / file.path.name
        if path.is_file():
            tree = load(read_source(path).content, path.as_posix())[0]
            if isinstance(tree, dict) and (sample or tree.get("so_lieu_mau") != "true"):
                return tree, folder.name
    return {}, ""
