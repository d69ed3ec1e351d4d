"""The canonical form of data files: 200 made-up files keep what they say and their comments, in whatever look."""

import json
import os
import random
import re
import unicodedata
from pathlib import Path

import pytest
from conftest import ROOT, SMALL
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from pipeline.authoring import format as module
from pipeline.authoring.format import canonical, canonical_file
from pipeline.cli import main as cli
from pipeline.input.load import Tree, load
from pipeline.input.sources import Folders
from pipeline.kinds.bang_tieu_chi.model import BoTieuChi
from pipeline.kinds.loai.model import LoaiVanBan
from pipeline.kinds.van_ban.model import Chung, TepDonVi
from pipeline.problem import has_error

FILES = [*sorted(ROOT.glob("data/*/*.yaml")), *sorted(SMALL.glob("data/*/*.yaml"))]
TEXTS = [
    *(
        "Cẩm Lương",
        "1.100 tấn",
        "1,10",
        "",
        "no",
        "null",
        "TRUE",
        "~",
        "- a",
        "*đậm*",
        "a: b",
        "a #b",
        "#",
        "it's",
        '"q"',
    ),
    *("a\\b", "[x", "{x}", "% tăng", "@", "`", "! x", "& x", "> 5", "| x", "= 5", "? x", "x:", ":x", "/8/2023", "0x1F"),
    *("Hoà", "đồng / ha", "<w:p/>", "{{ x }}", "---", "...", "1e3", "ty-le, tăng", "x" * 300, "Phấn đấu " * 40 + "đạt"),
]


def _trees(path: Path) -> list[Tree]:
    loaded = load(path.read_bytes(), "")[0]
    assert loaded
    return [loaded]


class _Untidy:
    """Writes a tree as YAML that nobody would tidy up by hand: the same meaning in many looks. Decided by its seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - looks, no secrets
        self.comments = 0

    def file(self, tree: Tree) -> bytes:
        lines = self.noise(0) + self.block(tree, 0) + self.noise(0)
        if self.random.random() < 0.2:
            lines.insert(0, "---")
        text = self.random.choice(["\n", "\r\n"]).join(lines) + self.random.choice(["", "\n", "\n\n\n"])
        text = unicodedata.normalize("NFD", text) if self.random.random() < 0.5 else text
        return self.random.choice([b"", b"\xef\xbb\xbf"]) + text.encode()

    def noise(self, depth: int) -> list[str]:
        made = []
        for _ in range(self.random.choice([0, 0, 0, 0, 1, 2])):
            indent = " " * self.random.choice([depth, depth, 0, depth + 1])
            made.append(self.random.choice(["", "  ", indent]))
            if self.random.random() < 0.5:
                made.append(indent + self.comment())
        return made

    def comment(self) -> str:
        sign = self.random.choice(["# ", "#", "## "])
        self.comments += 1
        return f"{sign}chú thích {self.comments}: 'x' \"y\" - # {{" + self.random.choice(["", "  "])

    def end(self) -> str:
        """Give what may follow on a line: blanks, or a comment."""
        return "   " + self.comment() if self.random.random() < 0.15 else self.random.choice(["", "", " "])

    def block(self, tree: Tree, depth: int) -> list[str]:
        pad, lines = " " * depth, []
        if isinstance(tree, dict):
            names = list(tree)
            self.random.shuffle(names)
            for name in names:
                lines += self.noise(depth) + self.entry(f"{pad}{self.text(name, key=True)}:", tree[name], depth)
        else:
            assert isinstance(tree, list)
            for value in tree:
                lines += self.noise(depth) + self.entry(f"{pad}-", value, depth)
        return lines

    def entry(self, head: str, value: Tree, depth: int) -> list[str]:
        if isinstance(value, str) or not value or self.random.random() < 0.15:
            return self.leaf(head, value, depth)
        step = self.random.choice([1, 2, 4])
        inner = self.block(value, depth + step)
        if head.endswith("-") and isinstance(value, dict) and self.random.random() < 0.7:
            first = next(n for n, line in enumerate(inner) if line.strip() and not line.lstrip().startswith("#"))
            # No deeper than the dash: what stands deeper may be part of the text above it.
            before = [f"{' ' * depth}{line.strip()}" if line.strip() else "" for line in inner[:first]]
            rest = inner[first:]
            return [*before, head + " " * (step - 1 or 1) + rest[0].lstrip(), *rest[1:]] if step > 1 else [head, *inner]
        return [head + self.end(), *self.noise(depth + step), *inner]

    def leaf(self, head: str, value: Tree, depth: int) -> list[str]:
        pad = " " * (depth + 2)
        if isinstance(value, str):
            if self.random.random() < 0.1:
                return [head + self.end(), *self.noise(depth + 2), pad + self.text(value) + self.end()]
            if re.fullmatch(r"\w+( \w+)+", value) and self.random.random() < 0.3:
                words = value.split(" ")
                return [f"{head} >-{self.end()}", *(pad + word for word in words)]
            return [f"{head}{self.random.choice([' ', '   '])}{self.text(value)}{self.end()}"]
        return [f"{head} {self.flow(value, pad)}{self.end()}"]

    def flow(self, value: Tree, pad: str) -> str:
        if isinstance(value, str):
            return json.dumps(value, ensure_ascii=False)
        gap = self.random.choice([" ", f"\n{pad}"])
        gap = f" {self.comment()}\n{pad}" if self.random.random() < 0.3 else gap
        if isinstance(value, list):
            return f"[{gap}" + ",  ".join(self.flow(each, pad) for each in value) + " ]"
        return (
            f"{{{gap}" + ", ".join(f"{json.dumps(name)}: {self.flow(each, pad)}" for name, each in value.items()) + " }"
        )

    def text(self, value: str, *, key: bool = False) -> str:
        double, single = json.dumps(value, ensure_ascii=False), "'" + value.replace("'", "''") + "'"
        plain = [value] if re.fullmatch(r"[\w/][\w ,./-]*\w", value) and value not in {"null", "NULL", "Null"} else []
        return self.random.choice([double, single, *plain, *plain] if not key else [*plain, *plain, *plain, double])


def _folders(path: Path) -> Folders:
    """Give the folders that a data file belongs to."""
    return Folders(path.parent.parent, ROOT / "templates", ROOT / "build")


def _made_up(seed: int) -> tuple[Tree, type[BaseModel]]:
    """Give a real tree of the repository with other texts in it, and with keys that no model has."""
    chance = random.Random(seed)  # noqa: S311 - as above
    path = chance.choice([each for each in FILES if each.name != "bo-tieu-chi.yaml" or "small" in each.parts])

    def changed(tree: Tree) -> Tree:
        if isinstance(tree, str):
            return chance.choice(TEXTS) if chance.random() < 0.4 else tree
        if isinstance(tree, list):
            return [changed(each) for each in tree][: chance.choice([0, 9, 9, 9, 9])]
        more = {chance.choice(["khoa-la", "Khóa", "x y"]): chance.choice(TEXTS)} if chance.random() < 0.2 else {}
        return {**{name: changed(each) for name, each in tree.items() if chance.random() < 0.95}, **more}

    return changed(_trees(path)[0]), module._model(path, _folders(path))


def test_there_are_trees_of_every_kind_of_file() -> None:
    kinds = [_made_up(seed)[1] for seed in range(200)]

    for kind in (BoTieuChi, Chung, LoaiVanBan):
        assert kinds.count(kind) > 2, kind
    assert len({kind for kind in kinds if issubclass(kind, TepDonVi)}) == 3  # each year has its own columns


@pytest.mark.parametrize("seed", range(200))
def test_the_form_changes_and_nothing_else(seed: int) -> None:
    tree, kind = _made_up(seed)
    untidy = _Untidy(seed)
    data = untidy.file(tree)
    loaded, problems = load(data, "")
    assert not has_error(problems)

    made, problems = canonical(data, kind, "tep.yaml")

    assert problems == ()
    assert made is not None
    assert load(made, "")[0] == loaded
    assert canonical(made, kind, "")[0] == made
    text = made.decode()
    assert unicodedata.is_normalized("NFC", text)
    assert not re.search(r"[ \t\r]$|\n\n\n|\A\n|\n\n\Z", text, re.MULTILINE)
    assert text.endswith("\n")
    kept = sorted(int(number) for number in re.findall(r"# ?chú thích (\d+): 'x' \"y\" - # {$", text, re.MULTILINE))
    assert kept == list(range(1, untidy.comments + 1))
    # One line for every key, item and comment: nothing wrapped, nothing in braces.
    assert not re.search(r"^[^#\"]*[\[{] ", text, re.MULTILINE)


def test_what_was_generated_is_loaded_as_generated() -> None:
    """The generator means what it writes, and writes comments, Windows line ends and decomposed letters."""
    files = [_Untidy(seed).file(_made_up(seed)[0]) for seed in range(200)]

    assert [load(file, "")[0] == _normal(_made_up(seed)[0]) for seed, file in enumerate(files)].count(False) == 0
    for mark in (b"\r\n", b"\xef\xbb\xbf", unicodedata.normalize("NFD", "ẩ").encode(), b">-", b"---\n", b"[ "):
        assert sum(mark in file for file in files) > 10, mark
    assert sum("chú thích" in unicodedata.normalize("NFC", file.decode()) for file in files) > 190


def _normal(tree: Tree) -> Tree:
    found: Tree = json.loads(unicodedata.normalize("NFC", json.dumps(tree, ensure_ascii=False)))
    return found


PIECES = [
    *(
        "a",
        "b: ",
        "- ",
        "# c",
        "\n",
        "\n  ",
        "\n    ",
        '"x"',
        "'y'",
        "[",
        "]",
        "{",
        "}",
        ", ",
        ">-",
        "|",
        " ",
        "don_vi: ",
    ),
    *("z #d", "? ", ":", "...", "---", "\\", "é", "x y", "~", "*", "&"),
]


@settings(deadline=None, max_examples=500)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
@example("? ...\n  a")
def test_whatever_loads_has_a_canonical_form(text: str) -> None:
    """And what does not load, or loads as something else than what was meant, has none."""
    data = f"k: 1\n{text}".encode()
    made = canonical(data, TepDonVi, "")[0]
    tree, problems = load(data, "")

    assert (made is None) == (tree is None or has_error(problems))
    assert made is None or canonical(made, TepDonVi, "")[0] == made


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_data_of_the_repository_have_a_canonical_form(path: Path) -> None:
    """Those of the tests are in it; those of data/ need not be: whoever edits one in a browser stops nothing."""
    was_canonical, problems = canonical_file(path, _folders(path), write=False)

    assert not has_error(problems)
    assert was_canonical or not path.is_relative_to(SMALL)


def test_comments_go_where_their_keys_go() -> None:
    place, unit = "# of place\nnoi_luu: VT # beside\n", "# of unit\ndon_vi:\n  # of name\n  ten_don_vi: A\n"
    made = canonical(f"# head\nvan_ban: {{}}\n\n{place}{unit}  ma_don_vi: 15139\n".encode(), TepDonVi, "")[0] or b""

    assert made.decode().split("\n") == [
        "# head",
        "# of unit",
        "don_vi:",
        '  ma_don_vi: "15139"',
        "  # of name",
        "  ten_don_vi: A",
        "",
        "# of place",
        "noi_luu: VT  # beside",
        "van_ban: {}",
        "",
    ]


@pytest.mark.parametrize("written", ["VT, VB", "[]", '"VT', "VT # x"])
def test_a_change_of_meaning_is_refused(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    """Whatever the writer does wrong, another text, another kind, a comment too many: the file is left alone."""
    monkeypatch.setattr(module, "scalar", lambda text, _: text if text == "noi_luu" else written)
    made, problems = canonical(b"noi_luu: VT\n", TepDonVi, "tep.yaml")

    assert made is None
    assert [problem.code for problem in problems] == ["khong-chuan-hoa-duoc"]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "2024"
    folder.mkdir(parents=True)
    for path in (SMALL / "data" / "2024").glob("*.yaml"):
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


def test_format_mends_files_names_bad_ones_and_only_looks_with_check(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad, criteria = (data / f"{stem}.yaml" for stem in ("15127-phong-son", "15142-cam-thach", "bo-tieu-chi"))
    kind, common = data / "ke-hoach.yaml", data / "chung.yaml"
    shared = {path: path.read_bytes() for path in (kind, common)}
    for path, content in shared.items():
        path.write_bytes(content + b"\n\n")
    before = good.read_bytes()
    untidy, broken = before.replace(b"\n", b"\r\n"), b"noi_luu: [\n"
    good.write_bytes(untidy)
    bad.write_bytes(broken)
    folder = f"--data={data.parent}"

    assert cli.main(["format", "--check", folder]) == 1
    assert good.read_bytes() == untidy
    assert (
        f"{good.as_posix()}:1:1: cảnh báo [chua-chuan] chưa theo dạng chuẩn: dấu xuống dòng" in capsys.readouterr().err
    )
    assert cli.main(["format", folder]) == 1
    said = capsys.readouterr().err
    assert (good.read_bytes(), bad.read_bytes()) == (before, broken)
    assert {path: path.read_bytes() for path in shared} == shared
    for path in (good, kind, common):
        assert f"✓ {path.as_posix()}" in said
    assert f"{bad.as_posix()}:2:1: lỗi [sai-yaml]" in said
    assert criteria.name not in said
    assert cli.main(["format", "--check", str(good), str(criteria)]) == 0
    assert cli.main(["format", str(data / "khong-co.yaml")]) == 2


def test_what_is_not_canonical_is_a_warning_on_its_line_and_stops_nothing(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As somebody types who edits in a web browser: no quotes, another order of keys, a blank line."""
    path = data / "15127-phong-son.yaml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    number = next(number for number, line in enumerate(lines) if "ma_don_vi" in line)
    lines[number] = lines[number].replace('"', "'")
    path.write_text("".join([*lines, "\n"]), encoding="utf-8")
    folder = f"--data={data.parent}"

    assert cli.main(["format", "--check", "--format", "github", folder]) == 0
    out = capsys.readouterr().out
    assert f"::warning file={path.as_posix()},line={number + 1},col=1,title=chua-chuan::" in out
    assert len(out.splitlines()) == 2
    assert cli.main(["format", folder]) == 0
    assert cli.main(["format", "--check", "--format", "github", folder]) == 0
    assert capsys.readouterr().out == ""


def test_a_slip_is_not_written_in_good_form() -> None:
    """Two recipients that YAML reads as one would be one for ever."""
    written, problems = canonical("noi_nhan:\n- UBND tỉnh\n  Sở Nội vụ\n".encode(), TepDonVi, "tep.yaml")

    assert written is None
    assert [problem.code for problem in problems] == ["gia-tri-tran-dong"]


def test_keys_of_a_kind_and_of_common_data_come_in_the_order_of_their_models() -> None:
    """Labels and codes get quotes, also those of one level of numbers; the values of `noi_dung` stay as they are."""
    kind = "noi_dung:\n  b: x\n  a:\n  - 1: z\n  - I: 'no'\nviet_tat: KH\nten_loai: Kế hoạch\n"
    common = "noi_luu: VT\nco_quan_ban_hanh: {viet_tat: UBND, ten_co_quan: Ủy ban nhân dân}\n"
    criteria = "bang_tieu_chi: []\ncach_danh_so: [I, 1, '1,1']\nnam: 2026\n"

    assert (canonical(kind.encode(), LoaiVanBan, "")[0] or b"").decode() == (
        'ten_loai: Kế hoạch\nviet_tat: KH\nnoi_dung:\n  b: x\n  a:\n  - 1: z\n  - I: "no"\n'
    )
    assert (canonical(common.encode(), Chung, "")[0] or b"").decode() == (
        "co_quan_ban_hanh:\n  ten_co_quan: Ủy ban nhân dân\n  viet_tat: UBND\nnoi_luu: VT\n"
    )
    assert (canonical(criteria.encode(), BoTieuChi, "")[0] or b"").decode() == (
        'nam: 2026\ncach_danh_so:\n- "I"\n- "1"\n- "1,1"\nbang_tieu_chi: []\n'
    )


def test_a_column_of_the_year_comes_where_the_year_has_it(data: Path) -> None:
    """Papers before columns, columns in the order of the criteria set; what no model has comes last."""
    path = data / "15142-cam-thach.yaml"
    before = path.read_text(encoding="utf-8")
    papers, targets = before.index("van_ban:"), before.index("chi_tieu:")
    extra = "diem_tu_cham:\n  rung: 0,5\n"
    path.write_text(before[:papers] + extra + before[targets:] + before[papers:targets], encoding="utf-8")

    was, problems = canonical_file(path, Folders(data.parent, ROOT / "templates", data), write=True)

    assert (was, problems) == (False, ())
    assert path.read_text(encoding="utf-8") == before + extra


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
def test_mode_and_owner_of_a_file_stay(repository: Path) -> None:
    """Whoever formats as root on a shared disk takes no file away from its owner."""
    path = repository / "data" / "2024" / "15142-cam-thach.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("so_van_ban: ", "so_van_ban:  ", 1), encoding="utf-8")
    path.chmod(0o664)
    owner = (1234, 1234) if os.geteuid() == 0 else (os.getuid(), os.getgid())
    os.chown(path, *owner)
    folders = Folders(repository / "data", repository / "templates", repository / "build")

    assert canonical_file(path, folders, write=True) == (False, ())
    after = path.stat()
    assert (after.st_mode & 0o777, after.st_uid, after.st_gid) == (0o664, *owner)
