"""The download page, in the system's Chromium: what a clerk does with it, and what hostile names cannot do to it."""

import datetime as dt
import gzip
import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from conftest import ROOT, SMALL
from entries import entry, problem

from pipeline.cli import main as cli
from pipeline.output.changes import Change, Comparison
from pipeline.output.manifest import Entry
from pipeline.output.page import make_page
from pipeline.output.page.row import make_row
from pipeline.output.records import Difference

PDFIUM: Any = pypdfium2  # has no types of its own
HOSTILE = ("<script>alert(1)</script>", "\"'><img src=x onerror=alert(1)>", "&amp; & <b>", "\u202eabc", "x" * 300)


def _no_size(_: str) -> int:
    return 0


def _entry(title: str) -> Entry:
    return entry(title, {"KH-2024-00001-x.docx": "a" * 64, "KH-2024-00001-x.pdf": "b" * 64})


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a published folder: the district without PDF, one file broken after it was built, one made anew since."""
    room = tmp_path_factory.mktemp("room")
    shutil.copytree(ROOT / "data" / "2023", room / "data" / "2023")
    arguments = [f"--data={room / 'data'}", f"--out={room / 'build'}", "--no-pdf", "--quiet"]
    assert cli.main(["build", *arguments]) == 0
    for name, old, new in (
        ("15142-cam-thach", "so_lieu_mau: true", "so_lieu_mau: true\nnoi_luu: VP"),
        ("15139-cam-luong", "440 ha", "450 ha"),
    ):
        path = room / "data" / "2023" / f"{name}.yaml"
        shutil.copy(room / "build" / "2023" / f"KH-{name}" / f"KH-2023-{name}.docx", room / f"cu-{name}.docx")
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert cli.main(["build", *arguments]) == 1
    return room / "build"


@pytest.fixture
def page(browser: Any, out: Path) -> Iterator[Any]:
    """Give the page opened from the folder; a console error, or a request that leaves the folder, fails the test."""
    opened = browser.new_page()
    trouble: list[str] = []
    opened.on("console", lambda message: trouble.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: trouble.append(str(error)))
    opened.on("request", lambda request: None if request.url.startswith(out.as_uri()) else trouble.append(request.url))
    opened.goto((out / "index.html").as_uri())
    yield opened
    opened.close()
    assert trouble == []


def _shown(page: Any) -> list[str]:
    return [row.locator("th").inner_text() for row in page.locator("#bang tr:visible").all()]


@pytest.mark.parametrize("words", ["cam luong", "Cẩm Lương", "CẨM LUONG", "15139", "xã cẩm lươ", "luong 2023"])
def test_search_ignores_diacritics_and_case(page: Any, words: str) -> None:
    page.fill("#tu", words)

    assert _shown(page) == ["xã Cẩm Lương 15139"]
    assert page.locator("#so-dong").inner_text() == "1 văn bản"


def test_nothing_found_is_said(page: Any) -> None:
    page.fill("#tu", "khong co xa nay")

    assert _shown(page) == []
    assert page.locator("#khong-co").is_visible()


def test_filters_by_year_and_state(page: Any) -> None:
    page.select_option("#tinh-trang", "có lỗi")
    assert _shown(page) == ["xã Cẩm Thạch 15142"]
    page.locator("#bang summary").click()
    assert "phải bắt đầu bằng VT" in page.locator("#bang tr:visible details").inner_text()
    assert "Tệp bên cạnh là bản trước khi có lỗi" in page.locator("#bang tr:visible details").inner_text()
    page.select_option("#tinh-trang", "sẵn sàng")
    assert _shown(page) == ["xã Cẩm Lương 15139"]
    page.select_option("#tinh-trang", "")
    page.select_option("#nam", "2023")
    assert len(_shown(page)) == 17


def test_the_docx_is_downloaded_as_built(page: Any, out: Path) -> None:
    page.fill("#tu", "15139")
    with page.expect_download() as waiting:
        page.locator("#bang tr:visible a", has_text=".docx").click()

    name = "KH-2023-15139-cam-luong.docx"
    assert waiting.value.suggested_filename == name
    assert Path(waiting.value.path()).read_bytes() == (out / "2023" / "KH-15139-cam-luong" / name).read_bytes()


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (
            "build/2023/KH-15139-cam-luong/KH-2023-15139-cam-luong.docx",
            "Đúng bản hiện hành: Kế hoạch xã Cẩm Lương, năm 2023",
        ),
        ("cu-15139-cam-luong.docx", "Bản cũ: Kế hoạch xã Cẩm Lương, năm 2023"),
        ("build/manifest.json", "Không phải do hệ thống này tạo"),
    ],
)
def test_a_file_is_told_current_old_or_foreign(page: Any, out: Path, file: str, said: str) -> None:
    page.set_input_files("#tep", out.parent / file)
    page.wait_for_function("document.getElementById('ket-qua').textContent.match(/✓|⚠|✗/)")

    assert said in page.locator("#ket-qua").inner_text()


def test_a_file_is_chosen_by_keyboard_and_in_vietnamese(page: Any, out: Path) -> None:
    """The input is there for the focus; what is seen of it is its label, with an outline when the focus is there."""
    button, name = page.locator("label.nut"), "KH-2023-15139-cam-luong.docx"
    outline = "node => [getComputedStyle(node).outlineStyle, parseFloat(getComputedStyle(node).outlineWidth) >= 2]"
    page.on("filechooser", lambda _: None)  # from here on Chromium opens no dialog of its own
    assert button.inner_text() == "Chọn tệp"
    assert page.get_by_label("Chọn tệp").get_attribute("id") == "tep"
    seen = page.locator("#tep").bounding_box()
    assert max(seen["width"], seen["height"]) <= 1
    assert button.evaluate(outline)[0] == "none"
    page.locator("#thay-doi a").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "tep"
    assert button.evaluate(outline) == ["solid", True]
    with page.expect_file_chooser() as waiting:
        page.keyboard.press("Space")
    waiting.value.set_files(out / "2023" / "KH-15139-cam-luong" / name)
    page.wait_for_function("document.getElementById('ket-qua').textContent.match(/✓|⚠|✗/)")

    assert page.locator("#ket-qua").inner_text() == f"{name}: ✓ Đúng bản hiện hành: Kế hoạch xã Cẩm Lương, năm 2023."
    assert page.locator("#tep").input_value() == ""  # or the same file could not be chosen again


def test_a_file_that_cannot_be_checked_is_named(page: Any, out: Path) -> None:
    page.evaluate("() => { File.prototype.arrayBuffer = () => Promise.reject(new Error()); }")
    page.set_input_files("#tep", out / "manifest.json")
    page.wait_for_function("document.getElementById('ket-qua').textContent.includes('không đọc được')")

    assert page.locator("#ket-qua").inner_text().startswith("manifest.json: không đọc được tệp này")


@pytest.mark.parametrize("length", [0, 1, 55, 56, 63, 64, 65, 119, 120, 100_003])
def test_a_browser_without_hashes_checks_all_the_same(page: Any, length: int) -> None:
    """FIPS 180-4: lengths on both sides of where the padding takes another block."""
    content = bytes(number * 7 % 256 for number in range(length))
    page.evaluate("Object.defineProperty(window, 'crypto', {value: undefined})")
    known = hashlib.sha256(content).hexdigest()[:32]
    page.evaluate("(hex) => { window.BAM = {nay: {[hex]: 'đúng thế'}, cu: {}} }", known)
    page.set_input_files("#tep", {"name": "t.pdf", "mimeType": "application/pdf", "buffer": content})
    page.wait_for_function("document.getElementById('ket-qua').textContent.match(/✓|⚠|✗/)")

    assert "✓ Đúng bản hiện hành: đúng thế" in page.locator("#ket-qua").inner_text()


def test_what_changed_is_on_the_page(page: Any) -> None:
    section = page.locator("#thay-doi")
    section.locator("summary", has_text="Cẩm Lương").click()

    assert "440 ha" in section.locator("del").inner_text()
    assert "450 ha" in section.locator("ins").inner_text()
    assert section.locator("details").count() == 1


def test_the_keyboard_alone_will_do(page: Any) -> None:
    page.locator("#tu").focus()
    page.keyboard.type("15139")
    page.keyboard.press("Enter")
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('#bang a[download]')"):
            break
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    assert waiting.value.suggested_filename.startswith("KH-2023-15139")


def test_without_javascript_it_is_a_complete_table(browser: Any, out: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((out / "index.html").as_uri())

    assert len(_shown(page)) == 17
    assert page.locator("#bang a", has_text=".docx").count() == 17
    assert not page.locator("#tim").is_visible()
    context.close()


@pytest.mark.parametrize("name", HOSTILE, ids=["script", "attribute", "entities", "direction", "long"])
def test_hostile_names_are_text(browser: Any, tmp_path: Path, name: str) -> None:
    change = Change(name, name, name, (Difference(name, name, name),), (name,))
    row = make_row("2024/KH-00001-x", _entry(name), [problem(name)], _no_size)
    made = make_page([row], {"2024/KH-00001-x": _entry(name)}, {}, Comparison((change,)))
    for file, content in made.items():
        (tmp_path / file).write_bytes(content)
    page = browser.new_page()
    dialogs: list[object] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog))  # noqa: PLW0108 - it must be a function
    page.goto((tmp_path / "index.html").as_uri())

    assert name in page.locator("#bang th").text_content()
    assert name in page.locator("#bang li").text_content()
    assert name in page.locator("#thay-doi ins").text_content()
    assert page.locator("img, main script").count() == 0
    assert dialogs == []
    page.close()


@pytest.mark.parametrize("width", [1024, 360])
def test_nothing_reaches_over_the_edge(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 768})

    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [1024, 360])
def test_a_name_leads_to_the_communes_own_page_and_back(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 768})
    page.locator("#bang a", has_text="xã Cẩm Thạch").click()

    assert page.locator("h1").inner_text() == "Kế hoạch, xã Cẩm Thạch 15142, năm 2023"
    assert "phải bắt đầu bằng VT" in page.locator("#loi li").inner_text()
    assert page.locator("#diem tfoot").inner_text().split() == ["Tổng", "cộng", "100"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    with page.expect_download() as waiting:
        page.locator(".tai a", has_text=".docx").click()
    assert waiting.value.suggested_filename == "KH-2023-15142-cam-thach.docx"
    page.get_by_text("← Mọi văn bản").click()
    assert len(_shown(page)) == 17


@pytest.mark.parametrize("width", [1024, 360])
def test_the_guide_is_a_click_away(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 768})
    page.get_by_text("Hướng dẫn").click()

    assert page.locator("h1").inner_text() == "Hướng dẫn"
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the page of ten thousand communes."""
    room = tmp_path_factory.mktemp("many")
    entries = {f"2024/KH-{number:05d}-mau-{number:05d}": _entry(f"xã Mẫu {number:05d}") for number in range(10_035)}
    rows = [make_row(name, each, (), _no_size, "2026-11-24") for name, each in entries.items()]
    for file, content in make_page(rows, entries, {}).items():
        (room / file).write_bytes(content)
    return room / "index.html"


@pytest.fixture
def many_page(browser: Any, many: Path) -> Iterator[Any]:
    """Give it opened, with a clock that stands still."""
    page = browser.new_page()
    page.clock.install()
    page.goto(many.as_uri())
    page.clock.pause_at(dt.datetime.now(dt.UTC) + dt.timedelta(hours=1))
    yield page
    page.close()


# One change of the search box, as a key makes it: how many rows are taken out of the table and put in.
_CHANGE = """(words) => {
  const box = document.getElementById("tu"), watch = new MutationObserver(() => {});
  watch.observe(document.getElementById("bang"), {childList: true});
  box.value = words;
  box.dispatchEvent(new Event("input", {bubbles: true}));
  const changes = watch.takeRecords(), rows = (nodes) => [...nodes].filter((node) => node.tagName === "TR").length;
  const count = (side) => changes.reduce((sum, each) => sum + rows(each[side]), 0);
  return [count("removedNodes"), count("addedNodes")];
}"""


def test_ten_thousand_communes_stay_usable(many: Path, many_page: Any) -> None:
    """Under 3 MB as a host sends it; all are found, and shown on demand."""
    assert sum(len(gzip.compress(path.read_bytes())) for path in many.parent.iterdir()) < 3_000_000
    assert many_page.locator("#bang tr:visible").count() == 300
    assert many_page.locator("#so-dong").inner_text() == "10.035 văn bản"
    many_page.locator("#con-nua").click()
    assert many_page.locator("#bang tr:visible").count() == 10_035
    many_page.fill("#tu", "mau 09999")

    assert _shown(many_page) == ["xã Mẫu 09999 09999"]
    assert many_page.locator("#so-dong").inner_text() == "1 văn bản"


def test_a_key_draws_a_screenful_and_the_others_follow_when_the_keys_rest(many_page: Any) -> None:
    """50 ms for a key are measured by `nox -s bench`; what makes them is that a key draws 20 rows of 10,035."""
    assert many_page.evaluate(_CHANGE, "9") == [300, 20]
    for words in ("99", "9", "", "mau", "mau 0"):
        assert max(many_page.evaluate(_CHANGE, words)) <= 20
    many_page.evaluate(_CHANGE, "mau 09")
    assert many_page.locator(".moi").count() == 19  # All but 00009 wait with their pictures, which nobody has seen.
    many_page.evaluate(_CHANGE, "mau 0")
    many_page.clock.run_for(200)
    assert many_page.evaluate(_CHANGE, "mau 00") == [0, 0]  # Still the first 300, so nothing is drawn again,
    many_page.clock.run_for(200)
    assert len(_shown(many_page)) == 20  # and a key puts the rest off.
    many_page.clock.run_for(5000)
    assert many_page.locator(".moi").count() == 0

    assert _shown(many_page) == [f"xã Mẫu {number:05d} {number:05d}" for number in range(300)]


def test_letter_by_letter_finds_what_the_whole_word_finds(many_page: Any) -> None:
    typed = ["9", "99", "99 m", "99 mau", "99 ma", "1", "", "mau 000", "mau 0000", "mau 00001 x", "mau 0001", "1 0009"]
    for words in typed:
        many_page.evaluate(_CHANGE, words)
        found = many_page.locator("#so-dong").inner_text()
        expected = sum(
            all(word in f" {number:05d} xa mau {number:05d} mau {number:05d} 2024" for word in words.split())
            for number in range(10_035)
        )

        assert found == f"{expected:,} văn bản".replace(",", ".")


def test_printing_shows_what_is_filtered(many_page: Any) -> None:
    wanted = [f"{number:05d}" for number in range(10_035) if "07" in f"{number:05d}"][:300]
    many_page.fill("#tu", "07")
    assert len(_shown(many_page)) == 20
    printed = PDFIUM.PdfDocument(many_page.pdf())
    text = "".join(page.get_textpage().get_text_range() for page in printed)
    printed.close()

    assert [number for number in wanted if f"Mẫu {number}" not in text] == []
    assert "Mẫu 00001" not in text


def test_without_javascript_ten_thousand_are_all_there(browser: Any, many: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(many.as_uri())

    assert page.locator("#bang tr:visible").count() == 10_035
    context.close()


def test_the_same_values_give_the_same_bytes() -> None:
    entries = {name: _entry(name) for name in ("2024/KH-2-b", "2024/KH-1-a")}

    assert make_page([], entries, {}) == make_page([], dict(reversed(list(entries.items()))), {})


def test_a_partial_build_keeps_what_is_known_of_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(SMALL / "data", "data")
    path = Path("data/2024/15142-cam-thach.yaml")
    path.write_text(path.read_text(encoding="utf-8").replace("noi_luu: VT", "noi_luu: VP"), encoding="utf-8")
    arguments = ["--data=data", "--out=build", "--no-pdf", "--quiet"]

    assert cli.main(["build", *arguments]) == 1
    page = Path("build/index.html").read_text(encoding="utf-8")
    assert "phải bắt đầu bằng VT" in page
    assert cli.main(["build", "15127", *arguments]) == 0
    assert Path("build/index.html").read_text(encoding="utf-8") == page
    path.write_text(path.read_text(encoding="utf-8").replace("noi_luu: VP", "noi_luu: VT"), encoding="utf-8")
    assert cli.main(["build", *arguments]) == 0
    assert "có lỗi" not in Path("build/index.html").read_text(encoding="utf-8")
