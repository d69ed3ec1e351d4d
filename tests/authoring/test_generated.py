"""What is written down twice is held equal: schemas and model, examples and model, README and code."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, SMALL

from pipeline import VERSION
from pipeline.authoring import schema
from pipeline.cli import main as cli
from pipeline.input.load import load
from pipeline.input.parse import parse
from pipeline.kinds.bang_tieu_chi.model import placed_rows
from pipeline.kinds.bang_tieu_chi.totals import totals
from pipeline.kinds.ke_hoach.model import BoTieuChi, Commune
from pipeline.problem import ExitCode


@pytest.mark.parametrize("data", [ROOT / "data", SMALL / "data"], ids=["data", "small"])
def test_schemas_are_fresh(data: Path, tmp_path: Path) -> None:
    """One for the criteria sets, one for the communes of each year; none of a year that is gone."""
    shutil.copytree(data, tmp_path / "data", ignore=shutil.ignore_patterns("*.schema.json"))
    schema.write_schemas(tmp_path / "data")
    folder = data.relative_to(ROOT).as_posix()
    command = "nox -s schema" if folder == "data" else f"nox -s schema -- --data {folder}"

    assert _schemas(tmp_path / "data") == _schemas(data), f"run: {command}"


def _schemas(data: Path) -> dict[str, str]:
    found = sorted(data.glob("**/*.schema.json"))
    return {path.relative_to(data).as_posix(): path.read_text(encoding="utf-8") for path in found}


def _parts(made: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every schema within a schema, with the key that it is of."""
    yield "", made
    below = [*made.get("properties", {}).items(), *made.get("definitions", {}).items()]
    for name, part in [*below, ("", made.get("items"))]:
        for inner, found in _parts(part) if part else ():
            yield inner or name, found


@pytest.mark.parametrize("path", sorted(ROOT.glob("data/**/*.schema.json")), ids=lambda path: path.name)
def test_schemas_have_only_keywords_of_draft_07_and_words_for_people(path: Path) -> None:
    """Draft-07 Validation, sections 6 to 10; in draft-07 nothing beside a $ref counts."""
    made = json.loads(path.read_bytes())
    parts = list(_parts(made))
    keywords = {"type", "enum", "properties", "required", "additionalProperties", "items", "minItems", "pattern"}
    keywords |= {"minLength", "maxLength", "minimum", "maximum", "title", "description", "default", "$ref"}

    assert len(parts) > 30
    assert made["$schema"] == "http://json-schema.org/draft-07/schema#"
    for name, part in parts:
        assert set(part) - keywords <= ({"$schema", "definitions"} if part is made else set()), name
        assert "$ref" not in part or set(part) == {"$ref"}, name
    properties = [(name, part) for _, each in parts for name, part in each.get("properties", {}).items()]
    assert len(properties) > 30
    for name, part in properties:
        assert part["title"], name
        assert part["description"], name
        assert not re.fullmatch(r"([A-Z][a-z]* )*[A-Z][a-z]*", part["title"]), name


def test_a_year_with_an_unreadable_criteria_set_keeps_its_schema(tmp_path: Path) -> None:
    (tmp_path / "2030").mkdir()
    (tmp_path / "2030" / "bo-tieu-chi.yaml").write_text("a: [", encoding="utf-8")
    (tmp_path / "2030" / "commune.schema.json").write_text("{}", encoding="utf-8")

    assert schema.write_schemas(tmp_path) == [tmp_path / "bo-tieu-chi.schema.json"]
    assert (tmp_path / "2030" / "commune.schema.json").read_text(encoding="utf-8") == "{}"


def _examples() -> tuple[str, str]:
    commune, criteria_set = re.findall(
        r"```yaml\n(.*?)```", (ROOT / "data" / "README.md").read_text(encoding="utf-8"), re.DOTALL
    )
    return commune, criteria_set


def test_examples_of_the_data_guide_are_good_data() -> None:
    commune_text, criteria_text = _examples()
    commune, problems = parse(Commune, load(commune_text.encode(), "")[0] or {}, "")
    criteria_set, more = parse(BoTieuChi, load(criteria_text.encode(), "")[0] or {}, "")

    assert (*problems, *more) == ()
    assert commune
    assert criteria_set
    assert totals(criteria_set, "")[1] == ()
    assert set(commune.chi_tieu) == {row.dinh_danh for _, _, row in placed_rows(criteria_set) if row.xa_tu_dien}


def test_examples_show_every_key_with_a_comment() -> None:
    schemas = (Commune.model_json_schema(), BoTieuChi.model_json_schema())
    for text, made in zip(_examples(), schemas, strict=True):
        shown = {match[1] for match in re.finditer(r"^[ -]*([a-z_]+):.*#", text, re.MULTILINE)}
        keys = set(re.findall(r'"([a-z_]+)": \{', json.dumps(made)))
        parents = set(re.findall(r"^([a-z_]+):$", text, re.MULTILINE))
        assert keys - shown - parents - {"properties", "items"} == set()


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
    assert [path.name for path in tmp_path.iterdir()] == ["bo-tieu-chi.schema.json"]
