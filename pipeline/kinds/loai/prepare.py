"""Turn data into papers ready to be printed: one unit's, or one about all units of a year."""

import dataclasses
import json
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from pipeline.input.sources import Source, document_name
from pipeline.kinds.bang_tieu_chi.table import GiaTri
from pipeline.kinds.bang_tieu_chi.totals import applicable_points, column_totals
from pipeline.kinds.kind import Document
from pipeline.kinds.loai.assemble import Issue, document, official
from pipeline.kinds.loai.dependence import used_columns
from pipeline.kinds.loai.kinds import PaperKind
from pipeline.kinds.loai.paper_checks import citing, layers
from pipeline.kinds.loai.unit import UNKNOWN_KIND, UnitData, concerns, read_unit
from pipeline.kinds.loai.year import Year, located
from pipeline.kinds.noi_dung.present import MOST_LETTERS, TooLongError
from pipeline.kinds.van_ban.checks import check_paper
from pipeline.kinds.van_ban.checks.rule import PaperFile, as_problems
from pipeline.kinds.van_ban.model import VanBanRieng
from pipeline.kinds.van_ban.present import Official
from pipeline.kinds.xep_hang.checks import strange_codes
from pipeline.kinds.xep_hang.present import ranking_fields, state_fields
from pipeline.kinds.xep_hang.ranking import Scored
from pipeline.output.origin import digest
from pipeline.problem import Place, Problem, Severity, has_error

_FEW = 10


class Prepared(NamedTuple):
    """What became of a paper's data: the paper, or the problems that stop it; `is_absent` where there is none to be."""

    document: Document | None
    problems: tuple[Problem, ...]
    is_absent: bool = False


def paper_place(kind: PaperKind, year: str, stem: str) -> str:
    """Give a paper's place below the output folder, such as 2023/KH-15139-cam-luong; a year's paper has no unit.

    `stem` is the unit's file without ending; its name may hold bytes that are no text.
    """
    stem = stem.encode(errors="backslashreplace").decode()
    return f"{year}/{kind.abbreviation}-{stem}" if kind.is_for_each_unit else f"{year}/{kind.abbreviation}"


def prepare(kind: PaperKind, year: Year, sources: Sequence[Source]) -> Prepared:
    """Turn the units' files that a paper is about into the paper: one file, or all of the year.

    Without a right criteria set there is no paper and no problem here: the year's own problems say why.
    """
    try:
        return _unit_paper(kind, year, sources[0]) if kind.is_for_each_unit else _year_paper(kind, year, sources)
    except TooLongError:
        message = f"nội dung dài quá {MOST_LETTERS:,} chữ khi thay các trường trong ngoặc nhọn".replace(",", ".")
        place = Place(kind.path.as_posix(), key=("noi_dung",))
        return Prepared(None, located(kind.source, [Problem(place, "qua-dai", message, "rút ngắn")]))


def _unit_paper(kind: PaperKind, year: Year, source: Source) -> Prepared:
    unit, problems = read_unit(source, year)
    if unit is None:
        return Prepared(None, problems)
    columns = used_columns(kind, year, unit.content.van_ban.get(kind.name))
    all_problems, problems = problems, tuple(each for each in problems if concerns(each, kind, columns, year))
    if kind.name not in unit.content.van_ban:
        # A paper under a name that no kind has may be meant for this one: until that is put right, nobody can tell.
        unknown = tuple(each for each in all_problems if each.code == UNKNOWN_KIND)
        return Prepared(None, unknown, is_absent=not unknown)
    if has_error(problems):
        return Prepared(None, problems)
    content, paper = unit.content, unit.content.van_ban[kind.name]
    people = layers(kind, year, content, paper)
    agency = kind.keys.co_quan_ban_hanh or (year.defaults.co_quan_ban_hanh if year.defaults else None)
    if agency is None:
        raise ValueError(kind.name)
    issue = Issue(kind, year, agency, paper, people, content.don_vi, content.so_lieu_mau)
    name = document_name(paper_place(kind, year.name, source.stem))
    values = unit.values
    data = [content.don_vi.model_dump(), _own_data(official(issue), paper), _values_used(values, columns)]
    before = year.kinds.get(kind.keys.loai_truoc or "")
    base = digest(_json(_values_used(values, used_columns(before, year)))) if before else ""
    made = document(issue, values, {}, name=name, place=source.path)
    return Prepared(dataclasses.replace(made, data=digest(_json(data)), before=base), problems)


def _year_paper(kind: PaperKind, year: Year, sources: Sequence[Source]) -> Prepared:
    keys, paper, agency = kind.keys, kind.keys.van_ban, kind.keys.co_quan_ban_hanh
    path = kind.path.as_posix()
    if paper is None or agency is None or (year.is_broken and (keys.xep_hang or keys.tong_hop)):
        return Prepared(None, ())
    columns = used_columns(kind, year)
    units: list[tuple[str, UnitData]] = []
    failed: list[str] = []
    for source in sources:
        unit, problems = read_unit(source, year)
        if unit is None or has_error(each for each in problems if concerns(each, kind, columns, year)):
            failed.append(source.stem)
        else:
            units.append((source.stem, unit))
    column = keys.xep_hang.cot_diem if keys.xep_hang else keys.tong_hop.cot_thieu if keys.tong_hop else ""
    missing = [unit for _, unit in units if column and not unit.values.has(column)]
    scored = [_scored(unit, year, column) for _, unit in units if keys.xep_hang and unit.values.has(column)]
    problems = tuple(_year_problems(kind, year, paper, failed, missing, [each.code for each in scored]))
    if has_error(problems):
        return Prepared(None, problems)
    if keys.tong_hop and not keys.xep_hang and not missing:
        return Prepared(None, problems, is_absent=True)
    sample = keys.so_lieu_mau or any(unit.content.so_lieu_mau for _, unit in units)
    issue = Issue(kind, year, agency, paper, (paper, keys), None, sample)
    names = [f"{unit.content.don_vi.loai_don_vi} {unit.content.don_vi.ten_don_vi}" for unit in missing]
    extra = state_fields(names) | (ranking_fields(scored, names, keys.xep_hang) if keys.xep_hang else {})
    name = document_name(paper_place(kind, year.name, ""))
    made = document(issue, None, extra, name=name, place=path)
    data = [_own_data(official(issue), paper), [dataclasses.astuple(each) for each in scored], names]
    before = year.kinds.get(keys.loai_truoc or "")
    asked_before = used_columns(before, year) if before else frozenset()
    base = [[stem, _values_used(unit.values, asked_before)] for stem, unit in units] if before else ""
    return Prepared(
        dataclasses.replace(made, data=digest(_json(data)), before=digest(_json(base)) if before else ""), problems
    )


def _year_problems(
    kind: PaperKind,
    year: Year,
    paper: VanBanRieng,
    failed: Sequence[str],
    missing: Sequence[UnitData],
    codes: Sequence[str],
) -> Iterator[Problem]:
    """Find what keeps a paper about all units from being made."""
    path, source = kind.path, kind.source
    found = [
        *check_paper(PaperFile(paper, kind.keys.so_lieu_mau, year.number, citing(kind, paper)), path, ("van_ban",))
    ]
    if failed and (kind.keys.xep_hang or kind.keys.tong_hop):
        message = (
            f"{len(failed)} xã có lỗi trong dữ liệu: {', '.join(failed[:_FEW])}{', …' if len(failed) > _FEW else ''}"
        )
        found.append(Problem(Place(path.as_posix(), key=()), "xa-co-loi", message, "sửa các tệp ấy rồi dựng lại"))
    ranking = kind.keys.xep_hang
    if ranking and missing:
        names = ", ".join(unit.content.don_vi.ten_don_vi for unit in missing[:_FEW])
        message = f"{len(missing)} xã chưa có `{ranking.cot_diem}`: {names}{', …' if len(missing) > _FEW else ''}"
        hint = "chờ đủ rồi dựng; muốn xuất bản khi còn thiếu thì ghi `cho_thieu: true` dưới `xep_hang`"
        severity = Severity.WARNING if ranking.cho_thieu else Severity.ERROR
        found.append(Problem(Place(path.as_posix(), key=("xep_hang",)), "con-thieu-xa", message, hint, severity))
    if ranking:
        found += as_problems(strange_codes(ranking, codes), "xa-la", path, ("xep_hang",))
    yield from located(source, found)


def _scored(unit: UnitData, year: Year, column: str) -> Scored:
    """Give a unit's points for the ranking."""
    about, left_out = unit.content.don_vi, unit.values.khong_ap_dung
    if year.table is None:
        raise ValueError(column)
    reached = column_totals(year.table, unit.values.points[column], left_out).tong_diem
    name = f"{about.loai_don_vi} {about.ten_don_vi}"
    return Scored(about.ma_don_vi, name, reached, applicable_points(year.table, left_out))


def _own_data(about: Official, paper: VanBanRieng) -> object:
    """Give what a paper says beside its kind and values: number, date, people, texts of its own."""
    date = about.ngay_ban_hanh
    return [
        about.agency.model_dump(),
        [about.so_van_ban, date.ngay, date.thang, date.nam, about.da_ban_hanh, about.so_lieu_mau],
        [about.nguoi_ky.model_dump(), about.noi_nhan, about.noi_luu],
        paper.noi_dung,
    ]


def _values_used(values: GiaTri, columns: Collection[str]) -> object:
    """Give what a unit has filled in, of some columns."""
    points = {
        key: {name: str(each) for name, each in values.points[key].items()} for key in values.points if key in columns
    }
    texts = {key: dict(values.texts[key]) for key in values.texts if key in columns}
    return [points, texts, dict(values.khong_ap_dung) if columns else {}]


def _json(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, default=str).encode()
