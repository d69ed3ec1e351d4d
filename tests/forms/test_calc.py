"""Forms opened and saved by LibreOffice Calc come back as they were; skips where there is no Calc.

The environment variable CALC names another soffice than the system's, for example one that was only unpacked.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from filled_forms import data_of_2026, fill, run

from pipeline.forms.back import read_back

SOFFICE = os.environ.get("CALC") or shutil.which("soffice") or ""
HAS_CALC = bool(SOFFICE) and (Path(SOFFICE).resolve().parent / "libsclo.so").is_file()


@pytest.mark.skipif(not HAS_CALC, reason="no LibreOffice Calc")
def test_forms_saved_by_calc_come_back_as_they_were(tmp_path: Path) -> None:
    folders = data_of_2026(tmp_path)
    room, saved = tmp_path / "mau", tmp_path / "da-luu"
    assert run(folders, "form", "2026", f"--dir={room}") == 0
    fill(room / "KH-2026-15148-cam-tu.xlsx", {("chi_tieu", "ty-le-che-phu-rung"): "60,80%"})
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = [
        SOFFICE,
        profile,
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(saved),
        *map(str, room.iterdir()),
    ]
    command += map(str, room.iterdir())
    subprocess.run(command, check=True, timeout=300, capture_output=True)
    outcome = read_back(folders, [str(saved)])

    assert len(outcome.paths) == 6
    assert outcome.problems == ()
    assert [change.new for result in outcome.results for change in result.changes] == ["60,80%"]
