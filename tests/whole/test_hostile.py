"""Data files made to break, stall or escape: load, parse, check and print give problems, nothing else, and in time.

Cases are files in tests/hostile/tep; what they must say is in tests/hostile/tep.txt (`nox -s bless` writes it anew).
`nox -s tests -- tests/test_hostile.py tests/test_hostile_template.py --fuzz-seconds 600` tries new ones for so long.
"""

import random
import re
import time
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import SMALL
from hostile_inputs import changed_bytes, changed_tree, untouched
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.authoring.format import canonical
from pipeline.emphasis import parse_emphasis
from pipeline.files import MAX_BYTES
from pipeline.input.load import load
from pipeline.input.sources import Source, read_source
from pipeline.kinds.ke_hoach.model import BoTieuChi, Commune
from pipeline.kinds.ke_hoach.present import present
from pipeline.kinds.ke_hoach.read import Year, read_commune, read_year
from pipeline.problem import MOST, Problem, has_error
from pipeline.word.fill import Template, fill

FOLDER = Path(__file__).parents[1] / "hostile"
CASES = sorted((FOLDER / "tep").glob("*.yaml"))
COMMUNE = (SMALL / "data" / "2024" / "15142-cam-thach.yaml").read_bytes()
CRITERIA = (SMALL / "data" / "2024" / "bo-tieu-chi.yaml").read_bytes()
COMMUNE_PATH, CRITERIA_PATH = "data/2024/15142-cam-thach.yaml", "data/2024/bo-tieu-chi.yaml"
LONGEST_SECONDS = 8.0
"""A file at the size limit takes at most 2 s on an idle machine of 2026."""


@pytest.fixture(scope="module")
def small() -> Year:
    found = read_year(read_source(SMALL / "data" / "2024" / "bo-tieu-chi.yaml"))[0]
    assert found
    for data in (COMMUNE, b"a: b", b"a: *b"):  # whatever is read or imported once, such as the lists of units, now is
        read_commune(Source(COMMUNE_PATH, data), found)
        canonical(data, Commune, "x.yaml")
    return found


def _tried(data: bytes, year: Year, template: Template | None = None) -> tuple[Problem, ...]:
    """Take a file through every stage that reads data, as a commune's and as a criteria set; hold what comes back."""
    start = time.monotonic()
    with untouched():
        commune, problems = read_commune(Source(COMMUNE_PATH, data), year)
        other, more = read_year.__wrapped__(Source(CRITERIA_PATH, data))
        for kind in (Commune, BoTieuChi):
            canonical(data, kind, "x.yaml")
        if template and commune:
            fill(template, present(year.criteria_set, commune, year.totals))
        own = other and read_commune(Source(COMMUNE_PATH, COMMUNE), other)[0]
        if template and other and own:
            fill(template, present(other.criteria_set, own, other.totals))
    seconds = time.monotonic() - start
    assert commune or has_error(problems)
    assert other or has_error(more)
    for problem in (*problems, *more):
        _hold(problem, data)
    assert seconds < LONGEST_SECONDS, seconds
    return problems


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
}


@pytest.mark.parametrize("name", LARGE)
def test_a_file_of_the_largest_size_takes_bounded_time(small: Year, name: str) -> None:
    assert MAX_BYTES - 100_000 < len(LARGE[name]) <= MAX_BYTES

    _tried(LARGE[name], small)


@pytest.mark.parametrize("name", ["nhieu-khoa-mot-dong", "nhieu-chi-tieu", "nhieu-hang"])
def test_of_very_many_problems_the_first_are_named_and_it_says_so(small: Year, name: str) -> None:
    if name == "nhieu-hang":
        problems = read_year(Source(CRITERIA_PATH, LARGE[name]))[1]
    else:
        problems = read_commune(Source(COMMUNE_PATH, LARGE[name]), small)[1]

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
def test_any_structure_ends_in_problems_or_a_document(small: Year, template: Template, chance: random.Random) -> None:
    source = chance.choice([COMMUNE, CRITERIA])
    _tried(changed_tree(load(source, "")[0], chance), small, template)


def test_any_bytes_end_in_problems_or_a_document(small: Year, template: Template, seeds: Iterator[int]) -> None:
    """A fixed number of inputs from fixed seeds; with --fuzz-seconds, for so long and from new seeds."""
    files = [COMMUNE, CRITERIA, *(path.read_bytes() for path in CASES)]
    trees = [load(data, "")[0] for data in (COMMUNE, CRITERIA)]
    for seed in seeds:
        chance = random.Random(seed)  # noqa: S311 - for variety, not for secrets
        data = changed_tree(chance.choice(trees), chance) if seed % 3 else changed_bytes(files, chance)
        try:
            _tried(data[:MAX_BYTES], small, template)
        except BaseException as error:
            error.add_note(f"seed {seed}")
            raise
