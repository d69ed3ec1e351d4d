"""Read what the papers of a year share: criteria, defaults, kinds of paper and their templates."""

import dataclasses
import functools
import re
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from pydantic import Field, create_model

from pipeline.input.load import load, locate
from pipeline.input.parse import parse
from pipeline.input.sources import (
    CRITERIA_SET_FILE,
    DEFAULTS_FILE,
    Folders,
    Source,
    YearFiles,
    read_source,
    template_path,
)
from pipeline.kinds.bang_tieu_chi.checks import check_table
from pipeline.kinds.bang_tieu_chi.checks.rule import TableFile
from pipeline.kinds.bang_tieu_chi.model import BoTieuChi, CotDuLieu
from pipeline.kinds.bang_tieu_chi.table import Bang
from pipeline.kinds.bang_tieu_chi.totals import totals
from pipeline.kinds.loai.checks import KindFile, check_braces, check_kind
from pipeline.kinds.loai.kinds import PaperKind
from pipeline.kinds.loai.model import LoaiVanBan
from pipeline.kinds.van_ban.checks import check_people, check_year
from pipeline.kinds.van_ban.checks.rule import PeopleFile, YearFile
from pipeline.kinds.van_ban.model import Chung, TepDonVi
from pipeline.kinds.van_ban.present import PLAIN_NAMES
from pipeline.kinds.van_ban.values import DiemCoDau, DinhDanh, DoanVan, VanBan
from pipeline.problem import Place, Problem, UsageError, has_error, ordered

_NO_BYTES = b""


@dataclasses.dataclass(frozen=True, slots=True)
class YearSources:
    """The bytes of all files that the papers of a year share; a worker needs nothing else beside the units' files.

    `names` are those of all kinds, also of files that cannot be read. `templates` are by file name; one that is missing
    has no bytes.
    """

    name: str
    criteria: Source | None
    defaults: Source | None
    kinds: tuple[Source, ...]
    names: frozenset[str]
    templates: tuple[tuple[str, Source], ...]


@dataclasses.dataclass(frozen=True, eq=False)
class Year:
    """What the papers of a year share, as read; one for each reading, so it is compared by identity.

    `kinds` are those without errors, `problems` all that were found, by the path of the file. `table` is None where
    there is no criteria set; where it has an error (`is_broken`), no unit's file can be read.
    """

    name: str
    sources: YearSources
    table: Bang | None
    defaults: Chung | None
    kinds: Mapping[str, PaperKind]
    unit_model: type[TepDonVi]
    criteria: YearFile | None
    is_broken: bool
    problems: Mapping[str, tuple[Problem, ...]]

    @property
    def number(self) -> int:
        """Give the year as a number."""
        return int(self.name)

    def shared_problems(self, kind_path: str) -> tuple[Problem, ...]:
        """Give the problems that every paper of a kind has: those of the criteria, of the defaults, of the kind."""
        mine = (
            PurePath(path).name in {CRITERIA_SET_FILE, DEFAULTS_FILE} or path == kind_path for path in self.problems
        )
        return tuple(each for own, each_of in zip(mine, self.problems.values(), strict=True) if own for each in each_of)


def year_sources(folders: Folders, files: YearFiles) -> tuple[YearSources, tuple[Problem, ...]]:
    """Read the bytes of the files that a year's papers share; give problems for what cannot be read.

    A template that is missing becomes one without bytes. Raises UsageError when criteria or defaults cannot be read.
    """
    found: dict[str, Source] = {}
    for file in (CRITERIA_SET_FILE, DEFAULTS_FILE):
        path = files.folder / file
        if path in files.shared:
            found[file] = read_source(path)
    kinds, problems = [], []
    for path in files.kinds:
        try:
            kinds.append(read_source(path))
        except UsageError as error:
            problems.append(Problem(Place(path.as_posix()), "khong-doc-duoc", str(error), "để tệp thường ở chỗ đó"))
    templates: dict[str, Source] = {}
    for kind in kinds:
        file = template_file(kind)
        path = template_path(folders, files.folder, file)
        templates[file] = (
            read_source(path) if path.exists() or path.is_symlink() else Source(path.as_posix(), _NO_BYTES)
        )
    sources = YearSources(
        name=files.name,
        criteria=found.get(CRITERIA_SET_FILE),
        defaults=found.get(DEFAULTS_FILE),
        kinds=tuple(kinds),
        names=frozenset(path.stem for path in files.kinds),
        templates=tuple(templates.items()),
    )
    return sources, tuple(problems)


@functools.lru_cache(maxsize=256)
def template_file(kind: Source) -> str:
    """Give the name of a kind's template, as its file says it, else by the file's own name."""
    tree = load(kind.content, kind.path)[0]
    named = tree.get("mau_word") if isinstance(tree, dict) else None
    plain = isinstance(named, str) and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,80}\.docx", named)
    return str(named) if plain else f"{kind.stem}.docx"


@functools.lru_cache(maxsize=8)
def read_year(sources: YearSources) -> Year:
    """Load, parse and check all that the papers of a year share, and add up its points; cached, every paper asks."""
    problems: dict[str, tuple[Problem, ...]] = {}
    table, criteria = _read_criteria(sources, problems)
    defaults = _read_defaults(sources, problems)
    broken = sources.criteria is not None and table is None
    kinds = _read_kinds(sources, table, defaults, problems)
    unit_model = _unit_model(table.content.cac_cot if table else ())
    return Year(sources.name, sources, table, defaults, kinds, unit_model, criteria, broken, problems)


def _read_criteria(
    sources: YearSources, problems: dict[str, tuple[Problem, ...]]
) -> tuple[Bang | None, YearFile | None]:
    source = sources.criteria
    if source is None:
        return None, None
    path = PurePath(source.path)
    content, found = _parsed(source, BoTieuChi, (TepDonVi, LoaiVanBan, Chung))
    table = criteria = None
    if isinstance(content, BoTieuChi):
        table, criteria = Bang(content), YearFile(path, content.nam, content)
        _, mismatches = totals(content, source.path)
        found = (*found, *check_year(criteria), *check_table(TableFile(table, sources.name), path), *mismatches)
    problems[source.path] = located(source, found)
    return (None, None) if has_error(problems[source.path]) else (table, criteria)


def _read_defaults(sources: YearSources, problems: dict[str, tuple[Problem, ...]]) -> Chung | None:
    source = sources.defaults
    if source is None:
        return None
    path = PurePath(source.path)
    content, found = _parsed(source, Chung, (TepDonVi, LoaiVanBan, BoTieuChi))
    if isinstance(content, Chung):
        found = (
            *found,
            *check_year(YearFile(path, int(sources.name), content)),
            *check_people(PeopleFile(content), path),
            *check_braces({"noi_nhan": list(content.noi_nhan or ())}, PLAIN_NAMES, path),
        )
    problems[source.path] = located(source, found)
    return content if isinstance(content, Chung) and not has_error(problems[source.path]) else None


def _read_kinds(
    sources: YearSources, table: Bang | None, defaults: Chung | None, problems: dict[str, tuple[Problem, ...]]
) -> dict[str, PaperKind]:
    """Give the kinds without errors; where the criteria are broken, what a kind says of columns is not looked at."""
    templates, kinds, found = dict(sources.templates), {}, {}
    for source in sources.kinds:
        keys, found[source.stem] = _parsed(source, LoaiVanBan, (TepDonVi, BoTieuChi, Chung))
        if isinstance(keys, LoaiVanBan):
            file = template_file(source)
            template = templates.get(file) or Source(f"templates/{file}", _NO_BYTES)
            kinds[source.stem] = PaperKind(source.stem, source, keys, template)
    for source in sources.kinds:
        kind = kinds.get(source.stem)
        if kind:
            shared = YearFile(kind.path, int(sources.name), kind.keys)
            people = check_people(PeopleFile(kind.keys), kind.path)
            found[kind.name] = (*found[kind.name], *check_year(shared), *people)
            if table or not sources.criteria:
                found[kind.name] += tuple(check_kind(KindFile(kind, kinds, sources.names, table, defaults)))
        problems[source.path] = located(source, found[source.stem])
    return {name: kind for name, kind in kinds.items() if not has_error(problems[kind.path.as_posix()])}


def _parsed(source: Source, model: type[Any], others: tuple[type[Any], ...]) -> tuple[object, tuple[Problem, ...]]:
    tree, problems = load(source.content, source.path)
    if tree is None:
        return None, problems
    if isinstance(tree, dict) and "don_vi" in tree and model is LoaiVanBan:
        message = "tệp này là của một đơn vị, mà tên không bắt đầu bằng mã đơn vị"
        hint = "đổi tên tệp: mã 5 chữ số, gạch nối, tên không dấu, ví dụ 15148-cam-tu.yaml"
        return None, (*problems, Problem(Place(source.path, key=("don_vi",)), "sai-ten-tep", message, hint))
    content, parse_problems = parse(model, tree, source.path, others)
    return content, (*problems, *parse_problems)


def located(source: Source, problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Give problems in order, those about the file of a source with line and column."""
    mine = [problem for problem in problems if problem.place.path == source.path]
    rest = [problem for problem in problems if problem.place.path != source.path]
    return ordered((*locate(source.content, mine), *rest)) if problems else ()


@functools.lru_cache(maxsize=8)
def _unit_model(columns: tuple[CotDuLieu, ...]) -> type[TepDonVi]:
    """Make the model of a unit's file in a year: its common keys, and one for each column that is filled in."""
    reasons = dict[DinhDanh, VanBan]
    about = "Tiêu chí không áp dụng cho đơn vị này, và lý do"
    fields: dict[str, Any] = {
        "khong_ap_dung": (reasons, Field(default_factory=dict, title="Không áp dụng", description=about))
    }
    for column in columns:
        value = DiemCoDau if column.kieu_cot == "diem" else DoanVan
        shape = dict[str, value] | None  # type: ignore[valid-type]
        words = f"{column.ten_cot}, theo dinh_danh của tiêu chí"
        fields[column.khoa_cot] = (shape, Field(None, title=column.ten_cot, description=words))
    return create_model("TepDonViCuaNam", __base__=TepDonVi, __doc__="Tệp của một đơn vị trong năm.", **fields)
