"""What is written down twice is held equal: schemas and model, examples and model, README and code."""

import json
import re
from pathlib import Path

import pytest
from conftest import ROOT
from pydantic import BaseModel

from pipeline import VERSION, cli, schema
from pipeline.load import load
from pipeline.model import BoTieuChi, Commune
from pipeline.parse import parse
from pipeline.problem import ExitCode
from pipeline.totals import totals


@pytest.mark.parametrize(("name", "model"), schema.SCHEMAS, ids=str)
def test_schema_is_fresh(name: str, model: type[BaseModel]) -> None:
    assert json.loads((ROOT / "data" / name).read_bytes()) == schema.schema(model), "run: nox -s schema"


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
    assert set(commune.chi_tieu) == {row.dinh_danh for _, row in criteria_set.rows() if row.xa_tu_dien}


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


@pytest.mark.parametrize("command", ["build", "check", "doctor", "setup", "schema", "sample", "new"])
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
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(name for name, _ in schema.SCHEMAS)
