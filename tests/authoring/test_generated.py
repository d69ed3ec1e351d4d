"""What is written down twice is held equal: schemas and model, examples and model, README and code."""

import dataclasses
import io
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pytest
from conftest import ROOT, SMALL
from years import small_sources, sources_of

from pipeline import VERSION
from pipeline.authoring import schema
from pipeline.cli import main as cli
from pipeline.input.sources import Folders, Source, year_files
from pipeline.kinds.bang_tieu_chi.model import BoTieuChi
from pipeline.kinds.loai.model import LoaiVanBan
from pipeline.kinds.loai.unit import read_unit
from pipeline.kinds.loai.year import YearSources, read_year
from pipeline.kinds.van_ban.model import Chung, TepDonVi
from pipeline.problem import ExitCode
from pipeline.vietnamese import slug


@pytest.mark.parametrize("data", [ROOT / "data", SMALL / "data"], ids=["data", "small"])
def test_schemas_are_fresh(data: Path, tmp_path: Path) -> None:
    """One for the criteria sets, one for the common files, for each year one for its units, one for each kind."""
    shutil.copytree(data, tmp_path / "data", ignore=shutil.ignore_patterns("*.schema.json"))
    schema.write_schemas(_folders(tmp_path / "data"))
    folder = data.relative_to(ROOT).as_posix()
    command = "nox -s schema" if folder == "data" else f"nox -s schema -- --data {folder}"

    assert _schemas(tmp_path / "data") == _schemas(data), f"run: {command}"


def _folders(data: Path) -> Folders:
    return Folders(data, ROOT / "templates", ROOT / "build")


def _schemas(data: Path) -> dict[str, str]:
    found = sorted(data.glob("**/*.schema.json"))
    return {path.relative_to(data).as_posix(): path.read_text(encoding="utf-8") for path in found}


def _parts(made: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every schema within a schema, with the key that it is of."""
    yield "", made
    below = [*made.get("properties", {}).items(), *made.get("definitions", {}).items()]
    for name, part in [*below, ("", made.get("items")), ("", made.get("additionalProperties"))]:
        for inner, found in _parts(part) if isinstance(part, dict) else ():
            yield inner or name, found


def _made_schemas() -> dict[str, dict[str, Any]]:
    """Give the schemas of the repository's data, as they are to be."""
    made = {"bo-tieu-chi": schema.criteria_set_schema(), "chung": schema._bare(schema.schema(Chung))}
    for name in ("2023", "2026"):
        year = read_year(sources_of(ROOT / "data", name))
        made[f"{name}/don-vi"] = schema.unit_schema(year)
        made |= {f"{name}/{kind.name}": schema.kind_schema(kind, year) for kind in year.kinds.values()}
    return made


MADE = _made_schemas()


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_schemas_have_only_keywords_of_draft_07_and_words_for_people(made: dict[str, Any]) -> None:
    """Draft-07 Validation, sections 6 to 10; in draft-07 nothing beside a $ref counts."""
    parts = list(_parts(made))
    keywords = {"type", "enum", "properties", "required", "additionalProperties", "items", "minItems", "pattern"}
    keywords |= {"minLength", "maxLength", "minimum", "maximum", "title", "description", "default", "$ref"}
    keywords |= {"maxItems", "minProperties", "maxProperties", "patternProperties", "examples"}

    assert len(parts) > 10
    assert made["$schema"] == "http://json-schema.org/draft-07/schema#"
    for name, part in parts:
        assert set(part) - keywords <= ({"$schema", "definitions"} if part is made else set()), name
        assert "$ref" not in part or set(part) == {"$ref"}, name
    properties = [(name, part) for _, each in parts for name, part in each.get("properties", {}).items()]
    assert len(properties) > 10
    for name, part in properties:
        assert part["title"], name
        assert part["description"], name
        assert not re.fullmatch(r"([A-Z][a-z]* )*[A-Z][a-z]*", part["title"]), name


def test_every_data_file_has_a_schema_of_its_own() -> None:
    assert set(MADE) == {
        *("bo-tieu-chi", "chung", "2023/don-vi", "2023/ke-hoach", "2026/don-vi"),
        *(f"2026/{path.stem}" for path in year_files(ROOT / "data" / "2026").kinds),
    }


def test_a_kind_is_offered_the_fields_of_its_template_in_their_shapes() -> None:
    """Those that no code provides; each with the words of the template around it."""
    plan = MADE["2023/ke-hoach"]["properties"]["noi_dung"]
    report = MADE["2026/bao-cao-tu-cham"]["properties"]["noi_dung"]

    assert set(plan["properties"]) == {"mo_dau", "ket_thuc"}
    assert plan["additionalProperties"] is False
    assert plan["properties"]["mo_dau"]["type"] == ["string", "number"]
    assert plan["properties"]["mo_dau"]["description"] == "Mẫu Word in ở đoạn: {{ mo_dau }}"
    opening = report["properties"]["mo_dau"]
    assert (opening["type"], opening["items"]["type"]) == ("array", "object")
    assert set(opening["items"]["properties"]) == {"I", "1", "a", "dieu", "doan", "gach"}
    assert (opening["items"]["minProperties"], opening["items"]["maxProperties"]) == (1, 1)
    assert opening["items"]["additionalProperties"] is False


def test_lines_and_rows_are_offered_as_lists() -> None:
    """A row has exactly the parts that the template prints of it, each with words for people."""
    document = docx.Document()
    document.core_properties.title = "{{ tieu_de }}"
    for line in (
        *("{%p for d in can_bo %}", "- {{ d }};", "{%p endfor %}"),
        *("{%p for d in bang %}", "Việc {{ d.viec }}: {{ d.han }}", "{%p endfor %}"),
    ):
        document.add_paragraph(line)
    written = io.BytesIO()
    document.save(written)
    year = read_year(small_sources())
    kind = dataclasses.replace(year.kinds["ke-hoach"], template=Source("templates/x.docx", written.getvalue()))
    made = schema.kind_schema(kind, year)["properties"]["noi_dung"]["properties"]

    assert set(made) == {"can_bo", "bang"}
    assert made["can_bo"]["items"] == {"type": ["string", "number"]}
    rows = made["bang"]["items"]
    assert rows["required"] == ["han", "viec"] == sorted(rows["properties"])
    assert rows["additionalProperties"] is False
    assert all(part["title"] and part["description"] for part in rows["properties"].values())
    assert "Mẫu Word in ở đoạn: " in made["bang"]["description"]
    assert "{{ d }};" not in made["bang"]["description"]


def test_a_kind_is_offered_the_columns_and_the_other_kinds_of_its_year() -> None:
    made = MADE["2026/bao-cao-tu-cham"]["properties"]
    columns = made["cac_cot"]["items"]["properties"]["khoa_cot"]["examples"]

    assert {"chi_tieu", "diem_tu_cham", "tai_lieu", "giai_trinh", "diem_tham_dinh"} <= set(columns)
    assert "ke-hoach" in made["loai_truoc"]["enum"]
    assert "bao-cao-tu-cham" not in made["loai_truoc"]["enum"]
    assert "enum" not in MADE["2023/ke-hoach"]["properties"]["loai_truoc"]


def test_a_unit_is_offered_its_papers_by_kind() -> None:
    """Papers of the whole year are none of a unit's; each of the others may have values of its own for its template."""
    papers = MADE["2026/don-vi"]["properties"]["van_ban"]

    assert set(papers["properties"]) == {"ke-hoach", "bao-cao-tu-cham", "bien-ban-tham-dinh"}
    assert papers["additionalProperties"] is False
    assert papers["properties"]["bao-cao-tu-cham"]["title"] == "Báo cáo"
    assert {"so_van_ban", "ngay_ban_hanh"} <= set(papers["properties"]["ke-hoach"]["required"])
    minutes = papers["properties"]["bien-ban-tham-dinh"]["properties"]["noi_dung"]
    assert "thu_ky" in minutes["properties"]
    assert minutes["additionalProperties"] is False


def test_a_unit_is_offered_every_column_with_the_rows_that_it_may_have() -> None:
    """Its own targets, all of them needed; points for the rows that are scored; other columns for any row."""
    year = read_year(sources_of(ROOT / "data", "2026"))
    made = MADE["2026/don-vi"]["properties"]
    assert year.table

    for key, column in year.table.columns.items():
        part = made[key]
        assert part["title"] == column.ten_cot
        assert part["additionalProperties"] is False
    assert set(made["chi_tieu"]["required"]) == set(made["chi_tieu"]["properties"]) == set(year.table.own)
    assert set(made["diem_tu_cham"]["properties"]) == set(year.table.scored)
    assert "required" not in made["diem_tu_cham"]
    assert set(made["giai_trinh"]["properties"]) == set(year.table.by_identity)
    identity, row = next(iter(year.table.scored.items()))
    points = made["diem_tu_cham"]["properties"][identity]
    assert points["description"] == schema.label(row)
    assert re.search(points["pattern"], "-0,5")
    assert not re.search(points["pattern"], "0.5")


def test_a_template_that_cannot_be_read_leaves_noi_dung_open() -> None:
    """Its fault is for `check` to tell; while it lasts, no field is marked as wrong."""
    sources = small_sources()
    broken = dataclasses.replace(sources, templates=(("ke-hoach.docx", Source("templates/ke-hoach.docx", b"x")),))
    year = read_year(broken)
    kind = dataclasses.replace(read_year(sources).kinds["ke-hoach"], template=broken.templates[0][1])

    assert "properties" not in schema.kind_schema(kind, year)["properties"]["noi_dung"]


def test_a_year_without_criteria_has_schemas_too(tmp_path: Path) -> None:
    """Its units have papers and no columns."""
    folder = tmp_path / "2030"
    folder.mkdir()
    text = (SMALL / "data" / "2024" / "ke-hoach.yaml").read_text(encoding="utf-8")
    text = re.sub(r"cac_cot:\n(- .*\n|  .*\n)*", "", text.replace("2024", "2030")).replace(
        "ke-hoach.docx", "cong-van.docx"
    )
    text = re.sub(r"noi_dung:\n(  .*\n)*", "noi_dung:\n  than_bai:\n  - doan: x./.\n  ket_thuc: ''\n", text)
    text += "co_quan_ban_hanh: {ten_co_quan: Ủy ban nhân dân, viet_tat: UBND}\n"
    (folder / "cong-van.yaml").write_text(text, encoding="utf-8")

    schema.write_schemas(_folders(tmp_path))

    assert {path.name for path in folder.glob("*.json")} == {"don-vi.schema.json", "cong-van.schema.json"}
    made = json.loads((folder / "don-vi.schema.json").read_bytes())["properties"]
    assert set(made) == {"don_vi", "so_lieu_mau", "nguoi_ky", "noi_nhan", "noi_luu", "van_ban", "khong_ap_dung"}
    assert set(made["van_ban"]["properties"]) == {"cong-van"}


def test_a_year_with_an_unreadable_criteria_set_keeps_its_schema(tmp_path: Path) -> None:
    (tmp_path / "2030").mkdir()
    (tmp_path / "2030" / "bo-tieu-chi.yaml").write_text("a: [", encoding="utf-8")
    (tmp_path / "2030" / "don-vi.schema.json").write_text("{}", encoding="utf-8")

    assert schema.write_schemas(_folders(tmp_path)) == [
        tmp_path / "bo-tieu-chi.schema.json",
        tmp_path / "chung.schema.json",
    ]
    assert (tmp_path / "2030" / "don-vi.schema.json").read_text(encoding="utf-8") == "{}"


def _examples() -> dict[str, Source]:
    """Give the examples of the data guide as files, by the names of their schemas."""
    guide = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    found = {}
    for text in re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL):
        if text.startswith(schema.MODELINE):
            name = Path(text.partition("\n")[0].removeprefix(schema.MODELINE)).name.removesuffix(".schema.json")
            found[name] = text
    year = re.search(r"^nam: ([0-9]{4})", found["bo-tieu-chi"], re.MULTILINE)
    unit = re.search(r'ma_don_vi: "([0-9]{5})"(?:.*\n)*?  ten_don_vi: ([^#\n]*)', found["don-vi"])
    assert year
    assert unit
    stems = {name: name for name in found} | {"don-vi": f"{unit[1]}-{slug(unit[2].strip())}"}
    return {name: Source(f"data/{year[1]}/{stems[name]}.yaml", text.encode()) for name, text in found.items()}


def test_examples_of_the_data_guide_are_good_data() -> None:
    """Together they are a year: criteria, common data, a kind, a unit."""
    examples = _examples()
    unit, criteria, defaults = (examples.pop(name) for name in ("don-vi", "bo-tieu-chi", "chung"))
    year = read_year(
        YearSources(
            criteria.year,
            criteria,
            defaults,
            tuple(examples.values()),
            frozenset(each.stem for each in examples.values()),
            small_sources().templates,
        )
    )

    assert examples
    assert [problem for found in year.problems.values() for problem in found] == []
    data, problems = read_unit(unit, year)
    assert problems == ()
    assert data
    assert year.table
    assert set(data.values.texts["chi_tieu"]) == set(year.table.own)


def test_examples_show_every_key_with_a_comment() -> None:
    """Some keys are those of several files: to explain them once is enough."""
    text = "\n".join(source.content.decode() for source in _examples().values())
    shown = {match[1] for match in re.finditer(r"^[ -]*([a-z_]+):.*#", text, re.MULTILINE)}
    parents = set(re.findall(r"^([a-z_]+):$", text, re.MULTILINE))

    for model in (TepDonVi, BoTieuChi, LoaiVanBan, Chung):
        keys = set(re.findall(r'"([a-z_]+)": \{', json.dumps(model.model_json_schema())))
        assert keys - shown - parents - {"properties", "items"} == set(), model


def test_readme_has_exactly_two_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")

    assert re.findall(r"```sh\n(.*?)```", text, re.DOTALL) == [
        "python3 noxfile.py -s build\n",
        "python3 noxfile.py -s tests\n",
    ]


def test_readme_lists_every_exit_code() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")

    assert [int(code) for code in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)] == [int(code) for code in ExitCode]


def test_every_link_of_the_guides_leads_somewhere() -> None:
    links = [
        (guide.parent / link)
        for guide in ROOT.glob("**/README.md")
        if ".nox" not in guide.parts and ".venv" not in guide.parts
        for link in re.findall(r"\]\((?!http)([^)#]+)\)", guide.read_text(encoding="utf-8"))
    ]

    assert len(links) >= 5
    assert [link for link in links if not link.exists()] == []


@pytest.mark.parametrize("command", ["build", "check", "doctor", "setup", "schema", "sample", "new", "format"])
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        cli.main([command, "--help"])
    said = capsys.readouterr().out
    assert "cách gọi:" in said
    assert "mã kết thúc" in said
    assert not re.search(r"usage|show this|options|positional", said)


def test_one_version() -> None:
    assert f'version = "{VERSION}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_schemas_are_written_into_the_given_folder(tmp_path: Path) -> None:
    assert cli.main(["schema", f"--data={tmp_path}"]) == 0
    assert {path.name for path in tmp_path.iterdir()} == {"bo-tieu-chi.schema.json", "chung.schema.json"}
