"""Data files made to break, stall or escape: load, parse, check and print give problems, nothing else, and in time.

Cases are files in tests/hostile/tep; what they must say is in tests/hostile/tep.txt (`nox -s bless` writes it anew).
`nox -s tests -- tests/test_hostile.py tests/test_hostile_template.py --fuzz-seconds 600` tries new ones for so long.
"""

import contextlib
import dataclasses
import functools
import io
import json
import os
import random
import re
import time
import tracemalloc
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import docx
import pytest
from conftest import ROOT, SMALL
from hostile_inputs import changed_bytes, changed_tree, untouched
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reading import verify_docx
from years import small_sources, small_year

from pipeline.authoring.format import canonical
from pipeline.cli import main as cli
from pipeline.emphasis import parse_emphasis
from pipeline.files import MAX_BYTES
from pipeline.input.load import load
from pipeline.input.sources import Source
from pipeline.kinds.bang_tieu_chi.model import BoTieuChi
from pipeline.kinds.kind import Document
from pipeline.kinds.loai.model import LoaiVanBan
from pipeline.kinds.loai.prepare import prepare
from pipeline.kinds.loai.template import PAPER_FIELDS, compiled
from pipeline.kinds.loai.unit import read_unit
from pipeline.kinds.loai.year import Year, YearSources, read_year
from pipeline.kinds.van_ban.model import Chung, TepDonVi
from pipeline.output.origin import digest
from pipeline.problem import MOST, Problem, TemplateError, has_error
from pipeline.word.fill import fill
from pipeline.word.package import MAX_UNPACKED

FOLDER = Path(__file__).parents[1] / "hostile"
CASES = sorted((FOLDER / "tep").glob("*.yaml"))
COMMUNE = (SMALL / "data" / "2024" / "15142-cam-thach.yaml").read_bytes()
CRITERIA = (SMALL / "data" / "2024" / "bo-tieu-chi.yaml").read_bytes()
DEFAULTS = (SMALL / "data" / "2024" / "chung.yaml").read_bytes()
KIND = (SMALL / "data" / "2024" / "ke-hoach.yaml").read_bytes()
COMMUNE_PATH, CRITERIA_PATH = "data/2024/15142-cam-thach.yaml", "data/2024/bo-tieu-chi.yaml"
DEFAULTS_PATH, KIND_PATH = "data/2024/chung.yaml", "data/2024/ke-hoach.yaml"
LONGEST_SECONDS = 8.0
"""A file at the size limit takes at most 2 s, read as one sort of file, on a machine of 2026."""
Result = TypeVar("Result")


@pytest.fixture(scope="module")
def small() -> Year:
    found = small_year()
    for data in (COMMUNE, b"a: b", b"a: *b"):  # whatever is read or imported once, such as the lists of units, now is
        read_unit(Source(COMMUNE_PATH, data), found)
        canonical(data, found.unit_model, "x.yaml")
    _good_sources()
    _paper(found)
    return found


@functools.cache
def _good_sources() -> YearSources:
    return small_sources(bo_tieu_chi=CRITERIA, chung=DEFAULTS, ke_hoach=KIND)


def _year_with(path: str, data: bytes) -> Year:
    """Give the miniature year with other content in one of the files that its papers share."""
    good, own = _good_sources(), Source(path, data)
    kinds = (own if path == KIND_PATH else good.kinds[0],)
    criteria, defaults = (own if path == each else kept for each, kept in _criteria_and_defaults(good))
    return read_year.__wrapped__(dataclasses.replace(good, criteria=criteria, defaults=defaults, kinds=kinds))


def _criteria_and_defaults(sources: YearSources) -> tuple[tuple[str, Source | None], ...]:
    return (CRITERIA_PATH, sources.criteria), (DEFAULTS_PATH, sources.defaults)


def _tried(data: bytes, year: Year, *, printed: bool = False) -> tuple[Problem, ...]:
    """Take a file through every stage that reads data, as each of the four sorts of file; hold what comes back.

    Gives the problems that it has as a commune's file.
    """
    with untouched():
        unit, problems = _in_time(lambda: read_unit(Source(COMMUNE_PATH, data), year))
        years = {
            path: _in_time(functools.partial(_year_with, path, data))
            for path in (CRITERIA_PATH, DEFAULTS_PATH, KIND_PATH)
        }
        for model in (year.unit_model, BoTieuChi, Chung, LoaiVanBan):
            _in_time(functools.partial(canonical, data, model, "x.yaml"))
        if printed:
            _in_time(lambda: _print_all(year, data))
            for other in years.values():
                _in_time(functools.partial(_print_all, other, COMMUNE))
    assert unit or has_error(problems)
    found = {path: other.problems[path] for path, other in years.items()}
    assert years[CRITERIA_PATH].table or has_error(found[CRITERIA_PATH])
    assert years[DEFAULTS_PATH].defaults or has_error(found[DEFAULTS_PATH])
    assert "ke-hoach" in years[KIND_PATH].kinds or has_error(found[KIND_PATH])
    for problem in (*problems, *(each for of in found.values() for each in of)):
        _hold(problem, data)
    return problems


def _in_time(work: Callable[[], Result]) -> Result:
    """Do some work that needs no other program; the processor's time, so that a busy machine does not count."""
    start = time.process_time()
    made = work()
    seconds = time.process_time() - start
    assert seconds < LONGEST_SECONDS, seconds
    return made


def _print_all(year: Year, commune: bytes) -> None:
    """Print every paper that a commune's file gives; what a template cannot print is an error of its own."""
    for kind in year.kinds.values():
        document = prepare(kind, year, (Source(COMMUNE_PATH, commune),)).document
        if document:
            with contextlib.suppress(TemplateError):
                fill(compiled(kind.template, PAPER_FIELDS), document.fields)


def _hold(problem: Problem, data: bytes) -> None:
    """A problem has a place in the file, an ASCII code, and a message that a terminal can show."""
    lines = data.count(b"\n") + 1
    assert 1 <= problem.place.line <= lines
    assert problem.place.column >= 1
    assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", problem.code)
    assert problem.message
    assert len(str(problem)) < 10_000
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", str(problem))
    assert unicodedata.is_normalized("NFC", problem.message)


def test_every_hostile_file_says_what_is_wrong(small: Year, golden: Callable[[Path, str], None]) -> None:
    said = []
    for path in CASES:
        problems = _tried(path.read_bytes(), small)
        said.append(f"== {path.stem}\n" + "".join(f"{problem}\n" for problem in problems))

    assert len(CASES) > 100
    golden(FOLDER / "tep.txt", "".join(said))


def _filled(head: bytes, unit: Callable[[int], str], tail: bytes = b"") -> bytes:
    """Repeat a piece until the file is as long as it may be."""
    pieces, left, number = [], MAX_BYTES - len(head) - len(tail), 0
    while (left := left - len(piece := unit(number).encode())) >= 0:
        pieces.append(piece)
        number += 1
    return head + b"".join(pieces) + tail


ROWS = CRITERIA[: CRITERIA.index(b"bang_tieu_chi:")] + b"bang_tieu_chi:\n"
OUTLINE = KIND.split(b"noi_dung:")[0] + b"noi_dung:\n  mo_dau:\n"
LARGE = {
    "ngoac-vuong": _filled(b"a: ", lambda _: "["),
    "ngoac-nhon": _filled(b"", lambda _: "{"),
    "gach": _filled(b"", lambda _: "- "),
    "hoi": _filled(b"", lambda _: "? "),
    "hai-cham": _filled(b"", lambda _: ": "),
    "thut": _filled(b"", lambda n: f"{' ' * n}a:\n"),
    "dau-xen-ke": _filled(b"a: ", lambda _: "\u0301\u0323"),
    "dau-lui": _filled(b"a: ", lambda _: "\u0301") + b"",
    "dau-thoat": _filled(b'a: "', lambda _: "\\u0301\\u0323", b'"'),
    "dau-30": _filled(b"a: ", lambda _: "x" + "\u0301\u0323" * 15),
    "nfd-cuoi-dong": _filled(b"a: ", lambda _: "x", "e\u0301".encode()),
    "nhieu-khoa": _filled(b"", lambda n: f"k{n}:\n"),
    "nhieu-khoa-mot-dong": _filled(b"{", lambda n: f"k{n}: x,", b"}"),
    "khoa-gan-giong": _filled(b"{", lambda n: f"ten_don_v{n}: x,", b"}"),
    "nhieu-chi-tieu": _filled(COMMUNE, lambda n: f"  san-luon{n}: x\n"),
    "noi-nhan-sai": _filled(COMMUNE.split(b"chi_tieu")[0] + b"chi_tieu: []\nnoi_nhan2:\n", lambda _: "- -a;\n"),
    "dau-sao": _filled(COMMUNE.replace(b"6 ha", b"'"), lambda _: "\\*", b"'\n"),
    "nhieu-hang": _filled(ROWS, lambda n: f"- {{dinh_danh: a{n}, cap_hang: ghi_chu, ten_tieu_chi: a}}\n"),
    "hang-trung": _filled(ROWS, lambda _: "- {dinh_danh: a, cap_hang: muc_lon, ten_tieu_chi: a}\n"),
    "chu-thich": _filled(COMMUNE, lambda _: "#\n"),
    "dong-trong": _filled(COMMUNE, lambda _: "\n"),
    "khoa-dai": b'? "' + b"k" * 200_000 + b'"\n: x\n',
    "gia-tri-dai": COMMUNE.replace(b"VT", b"V" * 200_000),
    "nhieu-van-ban": _filled(COMMUNE, lambda n: f"  l{n}: x\n").replace(b"chi_tieu:", b"van_ban:", 1),
    "nhieu-loai-xa": _filled(
        COMMUNE.split(b"van_ban:")[0] + b"van_ban:\n",
        lambda n: f"  l{n}: {{so_van_ban: '', ngay_ban_hanh: /2/2024}}\n",
    ),
    "nhieu-diem": _filled(COMMUNE + b"diem_tu_cham:\n", lambda n: f"  san-luon{n}: 1\n"),
    "nhieu-ly-do": _filled(COMMUNE + b"khong_ap_dung:\n", lambda n: f"  san-luon{n}: x\n"),
    "nhieu-cot": _filled(
        CRITERIA.split(b"bang_tieu_chi:")[0].replace(b"cac_cot:", b"cot_cu:") + b"cac_cot:\n",
        lambda n: f"- {{khoa_cot: c{n}, ten_cot: x, kieu_cot: so, hang_can: tuy_y}}\n",
    ),
    "nhieu-truong": _filled(KIND, lambda n: f"  mo_da{n}: x\n"),
    "nhieu-ngoac": _filled(KIND, lambda n: f"  mo_da{n}: '{{nan{n}}}'\n"),
    "cot-in": _filled(KIND.split(b"noi_dung:")[0], lambda n: f"- {{khoa_cot: k{n}, tieu_de: x}}\n"),
    "trich-yeu": _filled(KIND.split(b"trich_yeu:")[0] + b"trich_yeu:\n", lambda _: "- '{ten_don_vi}'\n"),
    "nhieu-tai-lieu": _filled(COMMUNE + b"tai_lieu:\n  rung: '", lambda n: f"{n}/BC-UBND ng\xc3y; ", b"'\n"),
    "danh-sach": _filled(OUTLINE, lambda _: "  - a: x\n"),
    "danh-sach-long": _filled(OUTLINE, lambda _: "  - - - - a: x\n"),
}


@pytest.mark.parametrize("name", LARGE)
def test_a_file_of_the_largest_size_takes_bounded_time(small: Year, name: str) -> None:
    assert MAX_BYTES - 100_000 < len(LARGE[name]) <= MAX_BYTES

    _tried(LARGE[name], small)


@pytest.mark.parametrize("name", ["nhieu-khoa-mot-dong", "nhieu-chi-tieu", "nhieu-hang"])
def test_of_very_many_problems_the_first_are_named_and_it_says_so(small: Year, name: str) -> None:
    if name == "nhieu-hang":
        problems = _year_with(CRITERIA_PATH, LARGE[name]).problems[CRITERIA_PATH]
    else:
        problems = read_unit(Source(COMMUNE_PATH, LARGE[name]), small)[1]

    assert [problem.code for problem in problems].count("con-nua") == 1
    assert MOST < len(problems) < 3 * MOST


@pytest.mark.parametrize(
    "text",
    [
        *(
            "1" * 3990,
            "1." * 1990,
            "11," * 1300 + "x",
            "1" + " " * 3900 + "x",
            "1%" * 1900,
            "1 1" * 1300,
            "1.100,5 " * 400,
        ),
        *(
            "quý I " * 600,
            "quý" + " " * 3900,
            "quý " + "I" * 3900 + "x",
            "năm 2023" + " " * 3900 + "x",
            "năm 2024 " * 400,
        ),
        *("1/1/2023 " * 400, "huyện " * 600, "oa" * 1900, "UBND " * 700, "xã " * 1300, "*a*" * 1300, "\\*" * 1990),
    ],
    ids=lambda text: text[:8],
)
def test_no_pattern_looks_back_for_long(small: Year, text: str) -> None:
    """Sixty targets at their largest length, each made to keep a regular expression busy."""
    more = "".join(f"  t{number}: '{text}'\n" for number in range(60))
    data = COMMUNE.replace(b"6 ha", f"'{text}'".encode()) + more.encode()

    _tried(data[:MAX_BYTES], small)


def test_emphasis_is_read_in_one_pass() -> None:
    start = time.monotonic()
    stretches = parse_emphasis("\\*" * 1_000_000)

    assert len(stretches) == 1
    assert time.monotonic() - start < LONGEST_SECONDS


@settings(max_examples=250, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(chance=st.randoms(use_true_random=False))
def test_any_structure_ends_in_problems_or_a_document(small: Year, chance: random.Random) -> None:
    source = chance.choice([COMMUNE, CRITERIA, DEFAULTS, KIND])
    _tried(changed_tree(load(source, "")[0], chance), small, printed=True)


def test_any_bytes_end_in_problems_or_a_document(small: Year, seeds: Iterator[int]) -> None:
    """A fixed number of inputs from fixed seeds; with --fuzz-seconds, for so long and from new seeds."""
    good = (COMMUNE, CRITERIA, DEFAULTS, KIND)
    files = [*good, *(path.read_bytes() for path in CASES)]
    trees = [load(data, "")[0] for data in good]
    for seed in seeds:
        chance = random.Random(seed)  # noqa: S311 - for variety, not for secrets
        data = changed_tree(chance.choice(trees), chance) if seed % 3 else changed_bytes(files, chance)
        try:
            _tried(data[:MAX_BYTES], small, printed=True)
        except BaseException as error:
            error.add_note(f"seed {seed}")
            raise


# --- What is written in kinds, defaults and units is printed, never run ---

ODD = (
    *(
        "{__class__}",
        "{ten_don_vi!r}",
        "{ten_don_vi.__class__}",
        "{ten_don_vi:>99999}",
        "{0}",
        "{}",
        "{{nam}}",
        "%(nam)s",
    ),
    *("{{ x }}", "{{ ten_don_vi.__class__ }}", "{% for a in b %}", "{%p endfor %}", "{# x #}", "{{r x }}", "${nam}"),
    *("<w:t>x</w:t>", "&lt;w:p/&gt;", "]]>", "=1+1", "{TEN_DON_VI}", "{ten_don_vi", "ten_don_vi}", "{ ten_don_vi }"),
)
"""Texts that some machine might run or fill in; ours prints them letter for letter."""


def _paper(year: Year, commune: bytes = COMMUNE, kind: str = "ke-hoach") -> tuple[Document, bytes]:
    """Give a paper that must come about, and its .docx, proven as in a build."""
    assert kind in year.kinds, year.problems
    document, problems, _ = prepare(year.kinds[kind], year, (Source(COMMUNE_PATH, commune),))
    assert document, problems
    data = fill(compiled(year.kinds[kind].template, PAPER_FIELDS), document.fields)
    assert not has_error(verify_docx(data, document, year.kinds[kind].template.content)[1])
    return document, data


def _paragraphs(data: bytes) -> list[str]:
    """Give the texts of all paragraphs, those in tables first."""
    word = docx.Document(io.BytesIO(data))
    cells = [cell for table in word.tables for row in table.rows for cell in row.cells]
    return [each.text for holder in (*cells, word) for each in holder.paragraphs]


def _said(text: str) -> bytes:
    return b"'" + text.replace("'", "''").encode() + b"'"


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("text", ODD)
def test_odd_texts_of_a_kind_are_printed_and_never_run(text: str) -> None:
    """In its subject, its grounds, its own fields."""
    kind = KIND.replace(b"trich_yeu:\n", b"trich_yeu:\n- " + _said(f"A {text} b") + b"\n")
    kind = re.sub(rb"  mo_dau: .*\n", lambda _: b"  mo_dau: " + _said(f"C {text} d") + b"\n", kind)
    with untouched():
        document, data = _paper(_year_with(KIND_PATH, kind))

    words = text.replace("{nam}", "2024")
    assert {f"A {words} b", f"C {words} d"} <= set(_paragraphs(data))
    assert f"A {words} b" in str(document.fields["tieu_de"])


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("text", ODD)
def test_odd_texts_of_a_unit_are_printed_and_never_run(text: str) -> None:
    """In its recipients, its own fields, its values; in the defaults of all units, too."""
    commune = COMMUNE.replace(b"6 ha", _said(f"A {text} b"))
    commune = commune.replace("- UBND huyện (để báo cáo)".encode(), b"- " + _said(f"C {text} d"))
    own = b"    noi_dung:\n      mo_dau: " + _said(f"E {text} f")
    commune = commune.replace(b"    ngay_ban_hanh: /2/2024\n", b"    ngay_ban_hanh: /2/2024\n" + own + b"\n")
    defaults = DEFAULTS + b"noi_nhan:\n- " + _said(f"G {text} h") + b"\n"
    year = _year_with(DEFAULTS_PATH, defaults)
    with untouched():
        texts = set(_paragraphs(_paper(year, commune)[1]))
        without = re.sub(rb"noi_nhan:\n- .*\n", b"", commune)
        others = set(_paragraphs(_paper(year, without)[1]))

    words = text.replace("{nam}", "2024")
    assert {f"A {text} b", f"- C {words} d;", f"E {words} f"} <= texts
    assert f"- G {words} h;" in others


@pytest.mark.parametrize("name", ["khong_co", "ten_don_vi_la", "self", "cycler", "cac_hang", "tieu_de_cot", "loop"])
def test_a_name_in_braces_that_is_no_text_is_refused(name: str) -> None:
    """Lists, items and names of Word templates' own language stand for nothing in texts."""
    kind = re.sub(rb"  mo_dau: .*\n", f"  mo_dau: a {{{name}}} b\n".encode(), KIND)
    problems = _year_with(KIND_PATH, kind).problems[KIND_PATH]

    assert [problem.code for problem in problems] == ["truong-la"]


def test_what_a_name_stands_for_is_not_filled_in_again() -> None:
    """A unit whose name is a name in braces."""
    commune = COMMUNE.replace("ten_don_vi: Cẩm Thạch".encode(), b"ten_don_vi: '{nam}{{ nam }}{loai_don_vi}'")
    year = small_year()
    document, problems, _ = prepare(year.kinds["ke-hoach"], year, (Source(COMMUNE_PATH, commune),))
    if document is None:
        assert has_error(problems)
    else:
        assert "{nam}{{ nam }}{loai_don_vi}" in str(document.fields["mo_dau"])


# --- Names, paths and keys ---


@pytest.mark.parametrize(
    "name",
    [
        *("../x.docx", "/etc/passwd", "mau/ke-hoach.docx", "..", "C:\\x.docx", "ke-hoach.docx/..", "ke-hoach.docm"),
        *(
            "x.docx\\n",
            "-x.docx",
            ".docx",
            "a" * 200 + ".docx",
            "ké.docx",
            "ke-hoach.docx ../../x.docx",
            "%2e%2e/x.docx",
        ),
    ],
)
def test_a_template_is_named_without_a_path(name: str, repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A template beside the folder is not read, whatever the kind says."""
    for place in (repository / "x.docx", repository / "data" / "x.docx"):
        place.write_bytes((ROOT / "templates" / "ke-hoach.docx").read_bytes())
    path = repository / "data" / "2024" / "ke-hoach.yaml"
    path.write_bytes(path.read_bytes().replace(b"mau_word: ke-hoach.docx", b"mau_word: " + _said(name)))

    assert _build() == 1
    assert "data/2024/ke-hoach.yaml:6:11: lỗi [" in capsys.readouterr().err
    assert not list(Path("build").glob("*/*/*.docx"))


def _build(*arguments: str) -> int:
    where = ("--data=data", "--templates=templates", "--out=build", "--no-pdf", "--jobs=1", "--quiet")
    return cli.main(["build", *where, *arguments])


@pytest.mark.parametrize(
    "name",
    ["..", "../ke-hoach", "/ke-hoach", "ke-hoach/..", "Ke-Hoach", "__class__", "ke_hoach", "con.yaml", "a" * 300],
)
def test_a_paper_is_named_by_a_plain_slug(name: str) -> None:
    for commune in (
        COMMUNE.replace(b"  ke-hoach:", f'  "{name}":'.encode()),
        COMMUNE.replace(
            b"  ke-hoach:", f'  "{name}": {{so_van_ban: "", ngay_ban_hanh: /2/2024}}\n  ke-hoach:'.encode()
        ),
    ):
        assert has_error(read_unit(Source(COMMUNE_PATH, commune), small_year())[1])
    kind = KIND.replace(b"mau_word:", f'loai_truoc: "{name}"\nmau_word:'.encode())
    assert has_error(_year_with(KIND_PATH, kind).problems[KIND_PATH])


@pytest.mark.skipif(os.name != "posix", reason="names that Windows does not have")
@pytest.mark.parametrize(
    "name",
    ["Ke-Hoach.yaml", "ke_hoach.yaml", "kế-hoạch.yaml", "-x.yaml", "a b.yaml", "a\nb.yaml", "..x.yaml", "a.b.yaml"],
)
def test_a_kinds_file_of_another_name_is_told_and_writes_nothing_elsewhere(
    name: str, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository / "data" / "2024" / name).write_bytes(KIND)
    before = set(repository.iterdir())

    assert _build() == 1
    said = capsys.readouterr().err
    assert "lỗi [" in said
    assert not re.search("[\x00-\x09\x0b-\x1f]", said)
    assert set(repository.iterdir()) - before == {repository / "build"}
    assert len(list(Path("build").glob("*/*/*.docx"))) == 2


@pytest.mark.parametrize(
    "key",
    [
        *("__init__", "__class__", "_x", "Diem", "diem-x", "a" * 41, "đ", "cot.x", "{x}"),
        *("don_vi", "van_ban", "nguoi_ky", "noi_nhan", "noi_luu", "so_lieu_mau", "khong_ap_dung"),
        *(
            "model_config",
            "model_fields",
            "model_dump",
            "model_validate",
            "model_computed_fields",
            "copy",
            "dict",
            "json",
        ),
        *("schema", "construct", "validate", "ky_hieu", "ten_tieu_chi", "diem_toi_da", "thoi_gian", "ghi_chu"),
    ],
)
@pytest.mark.parametrize("form", ["van_ban", "diem"])
def test_a_columns_key_takes_nothing_elses_place(key: str, form: str) -> None:
    """It is refused, or a column like any other: the unit's own keys and methods stay what they are."""
    column = f"cac_cot:\n- {{khoa_cot: '{key}', ten_cot: X, kieu_cot: {form}, hang_can: tuy_y}}\n"
    year = _year_with(CRITERIA_PATH, CRITERIA.replace(b"cac_cot:\n", column.encode(), 1))
    if has_error(year.problems[CRITERIA_PATH]):
        assert year.table is None
        return
    assert key not in (*TepDonVi.model_fields, "khong_ap_dung"), "it would be read as what the unit's file has there"
    commune = COMMUNE + f"{key}:\n  rung: 1\n".encode()
    unit, problems = read_unit(Source(COMMUNE_PATH, commune), year)

    assert unit, problems
    assert unit.content.don_vi.ma_don_vi == "15142"
    assert unit.values.has(key)
    _paper(year, commune)


@pytest.mark.parametrize(
    "key", ["__class__", "__init__", "ten_don_vi", "cac_hang", "so_lieu_mau", "self", "loop", "{x}"]
)
def test_own_fields_take_nothing_elses_place(key: str) -> None:
    """What the template does not ask of the data is refused, in the kind and in a unit's paper."""
    kind = KIND.replace(b"noi_dung:\n", f"noi_dung:\n  '{key}': x\n".encode())
    commune = COMMUNE.replace(b"chi_tieu:", f"    noi_dung:\n      '{key}': x\nchi_tieu:".encode())

    assert [each.code for each in _year_with(KIND_PATH, kind).problems[KIND_PATH]] == ["noi-dung-thua"]
    assert [each.code for each in read_unit(Source(COMMUNE_PATH, commune), small_year())[1]] == ["noi-dung-thua"]


# --- Shapes and sizes of what a template asks for ---

LETTER = """\
ten_loai: Thông báo
viet_tat: TB
pham_vi: tung_xa
mau_word: van-ban-co-ten-loai.docx
trich_yeu:
- Về việc tổ chức thực hiện các nhiệm vụ trọng tâm năm 2024
so_trang_it_nhat: 1
so_trang_nhieu_nhat: 900
noi_dung:
  ket_thuc: Hết./.
  than_bai:
""".encode()
LETTER_COMMUNE = COMMUNE.replace(b"  ke-hoach:", b"  thong-bao:")
DEEP = {
    "mo-dau-la-danh-sach": b"[a]",
    "mo-dau-la-bang": b"{a: b}",
    "sau": b"[[[[[[[[[[a]]]]]]]]]]",
    "qua-sau": b"[" * 40 + b"a" + b"]" * 40,
    "long-nhau": b"{a: [{b: [{c: {d: e}}]}]}",
    "rong": b"[" + b",".join(b"a" for _ in range(20_000)) + b"]",
    "rong-khoa": b"{" + b",".join(b"k%d: a" % number for number in range(10_000)) + b"}",
    "trong": b"[]",
}


@pytest.mark.parametrize("name", DEEP)
def test_own_fields_of_another_shape_are_refused(name: str) -> None:
    for shape, path in ((b"  mo_dau: ", KIND_PATH), (b"      mo_dau: ", COMMUNE_PATH)):
        start = time.monotonic()
        if path == KIND_PATH:
            data = re.sub(rb"  mo_dau: .*\n", lambda _: shape + DEEP[name] + b"\n", KIND)  # noqa: B023 - called at once
            problems: Sequence[Problem] = _year_with(KIND_PATH, data).problems[KIND_PATH]
        else:
            data = COMMUNE.replace(b"chi_tieu:", b"    noi_dung:\n" + shape + DEEP[name] + b"\nchi_tieu:")
            problems = read_unit(Source(COMMUNE_PATH, data), small_year())[1]
        assert has_error(problems)
        assert {problem.code for problem in problems} <= {"noi-dung-sai-dang", "qua-sau"}
        for problem in problems:
            _hold(problem, data)
        assert time.monotonic() - start < LONGEST_SECONDS


@pytest.mark.parametrize(
    "items",
    [
        *("  - x\n", "  - I: [x]\n", "  - I: {a: b}\n", "  - I: a\n    a: b\n", "  - II: x\n", "  - __class__: x\n"),
        *("  - {}\n", "  - []\n", "  - - I: x\n", '  - "": x\n', "  - doan:\n    - x\n", "  - cap: I\n"),
    ],
)
def test_an_outline_of_another_shape_is_refused(items: str) -> None:
    year = small_year(thong_bao=LETTER + items.encode())

    assert [each.code for each in year.problems["data/2024/thong-bao.yaml"]] == ["noi-dung-sai-dang"]
    assert "thong-bao" not in year.kinds


@pytest.mark.parametrize("level", ["I", "1", "a", "dieu", "doan", "gach"])
def test_an_outline_of_thousands_of_items_is_printed_in_time(level: str) -> None:
    """Every item once, in order, with a number of its own."""
    year = small_year(thong_bao=LETTER + b"".join(b"  - %s: x%d\n" % (level.encode(), n) for n in range(4000)))
    start = time.process_time()
    document, data = _paper(year, LETTER_COMMUNE, "thong-bao")
    seconds = time.process_time() - start
    items = document.fields["than_bai"]

    assert isinstance(items, tuple)
    assert len(items) == 4000
    printed = [text.partition("x")[2] for text in _paragraphs(data) if re.search(r"[xX]\d+$", text)]
    assert [int(re.sub(r"\D", "", each)) for each in printed if each] == list(range(4000)) or level == "I"
    if level not in {"doan", "gach"}:
        assert len({item["ky_hieu"] for item in items}) == 4000
    assert seconds < 2 * LONGEST_SECONDS, seconds


@pytest.mark.parametrize(
    "text",
    [
        *("x" * 20_000, "x " * 10_000, "{" * 20_000, "{ten_don_vi" * 1800, "{a}" * 6600, "\\*" * 10_000, "*a*" * 6600),
        *("**a** " * 3300, "ă" * 20_000, "&<>" * 6600, "1/1/2024 " * 2200, "quý I " * 3300, "- " * 10_000),
    ],
    ids=lambda text: text[:12],
)
def test_a_text_of_twenty_thousand_letters_is_printed_or_refused_in_time(text: str, small: Year) -> None:
    """As every text that a kind or a unit may write."""
    said = _said(text)
    for path, place, data in (
        (KIND_PATH, rb"  mo_dau: .*\n", b"  mo_dau: " + said),
        (KIND_PATH, rb"trich_yeu:\n- .*\n", b"trich_yeu:\n- " + said),
        (KIND_PATH, rb"ten_loai: .*\n", b"ten_loai: " + said),
        (CRITERIA_PATH, rb"  ten_tieu_chi: .*\n", b"  ten_tieu_chi: " + said),
        (DEFAULTS_PATH, rb"  ten_co_quan: .*\n", b"  ten_co_quan: " + said),
    ):
        good = {KIND_PATH: KIND, CRITERIA_PATH: CRITERIA, DEFAULTS_PATH: DEFAULTS}[path]
        changed = re.sub(place, lambda _: data + b"\n", good, count=1)  # noqa: B023 - called at once
        assert changed != good
        _tried(changed, small, printed=True)
    _tried(COMMUNE.replace(b"6 ha", said), small, printed=True)
    _tried(COMMUNE.replace(b"chi_tieu:", b"    noi_dung:\n      mo_dau: " + said + b"\nchi_tieu:"), small, printed=True)


def test_names_in_braces_do_not_grow_without_bound(small: Year) -> None:
    """A text of names in braces may be long once they are filled in; memory does not fill up (billion laughs)."""
    long_name = "Cẩm " * 120 + "Thạch"
    commune = COMMUNE.replace("ten_don_vi: Cẩm Thạch".encode(), f"ten_don_vi: {long_name}".encode())
    kind = re.sub(rb"  mo_dau: .*\n", b"  mo_dau: '" + b"{ten_don_vi}" * 15_000 + b"'\n", KIND)
    year = _year_with(KIND_PATH, kind)
    tracemalloc.start()
    try:
        _print_all(year, commune)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert small.table
    assert peak < 16 * MAX_UNPACKED


# --- A year's own templates, and many kinds ---


def _bomb() -> bytes:
    """Give a .docx whose text unpacks to far more than allowed."""
    out = io.BytesIO()
    good = zipfile.ZipFile(ROOT / "templates" / "ke-hoach.docx")
    with good, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in good.namelist():
            made.writestr(name, good.read(name) if name != "word/document.xml" else b" " * (20 * MAX_UNPACKED))
    return out.getvalue()


@pytest.mark.parametrize("content", ["bomb", "empty", "text", "large"])
def test_a_years_own_bad_template_stops_its_papers_alone(
    content: str, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is not taken for the common one, and papers with other templates are made."""
    own = repository / "data" / "2024" / "mau"
    own.mkdir()
    made = {"bomb": _bomb(), "empty": b"", "text": b"x", "large": b"PK" * MAX_BYTES}[content]
    (own / "ke-hoach.docx").write_bytes(made)
    (repository / "data" / "2024" / "thong-bao.yaml").write_bytes(LETTER + b"  - doan: x\n")
    path = repository / "data" / "2024" / "15142-cam-thach.yaml"
    both = b'van_ban:\n  thong-bao:\n    so_van_ban: ""\n    ngay_ban_hanh: /2/2024\n'
    path.write_bytes(path.read_bytes().replace(b"van_ban:\n", both))

    assert _build() == 4
    assert "data/2024/mau/ke-hoach.docx" in capsys.readouterr().err
    assert [path.name for path in Path("build").glob("*/*/*.docx")] == ["TB-2024-15142-cam-thach.docx"]


@pytest.mark.skipif(os.name != "posix", reason="links need rights there")
@pytest.mark.parametrize("kind", ["file", "folder", "circle", "pipe"])
def test_a_years_own_template_is_a_plain_file_in_a_plain_folder(
    kind: str, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a link leads to lies elsewhere: nothing is printed from it. A pipe is no template, and nothing hangs."""
    elsewhere = repository / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "ke-hoach.docx").write_bytes((ROOT / "templates" / "ke-hoach.docx").read_bytes())
    own = repository / "data" / "2024" / "mau"
    if kind == "folder":
        own.symlink_to(elsewhere)
    else:
        own.mkdir()
        place = own / "ke-hoach.docx"
        match kind:
            case "file":
                place.symlink_to(elsewhere / "ke-hoach.docx")
            case "circle":
                place.symlink_to(place)
            case _:
                os.mkfifo(place)

    if kind == "pipe" and _build() == 0:
        record = json.loads(Path("build/2024/KH-15142-cam-thach/KH-2024-15142-cam-thach.json").read_bytes())
        assert record["nguon"]["mau"] == digest(Path("templates/ke-hoach.docx").read_bytes())
        return
    assert _build() != 0
    assert "data/2024/mau" in capsys.readouterr().err
    assert not list(Path("build").glob("*/*/*.docx"))


def test_a_thousand_kinds_of_paper_take_bounded_time(repository: Path) -> None:
    """With a paper of each in one commune's file."""
    folder = repository / "data" / "2024"
    template = (LETTER + b"  - doan: x\n").replace(b"viet_tat: TB", b"viet_tat: TB\nma_tep: TB%d")
    for number in range(1000):
        (folder / f"loai-{number}.yaml").write_bytes(template % number)
    papers = "".join(f'  loai-{number}:\n    so_van_ban: ""\n    ngay_ban_hanh: /2/2024\n' for number in range(1000))
    path = folder / "15142-cam-thach.yaml"
    path.write_bytes(path.read_bytes().replace(b"van_ban:\n", f"van_ban:\n{papers}".encode()))
    start = time.monotonic()

    assert cli.main(["check", "--data=data", "--templates=templates"]) == 0
    checked = time.monotonic() - start
    assert _build("15142") == 0
    built = time.monotonic() - start - checked
    assert len(list(Path("build").glob("*/*/*.docx"))) == 1001
    assert checked < 3 * LONGEST_SECONDS
    assert built < 15 * LONGEST_SECONDS
