"""Make sample communes for tests and measurements: plausible figures, marked as samples, the same at every call."""

import hashlib
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipeline.authoring.format import write
from pipeline.authoring.notes import no_notes
from pipeline.authoring.schema import MODELINE, UNIT_SCHEMA, write_schemas
from pipeline.files import write_atomic
from pipeline.input.load import load
from pipeline.input.selection import select
from pipeline.input.sources import TEMPLATES_OF_YEAR, Folders, Source, read_source
from pipeline.kinds.loai.unit import is_usable, read_unit
from pipeline.kinds.loai.year import Year, read_year, year_sources
from pipeline.problem import UsageError
from pipeline.vietnamese import slug

MOST = 20_000

# A number that may vary; a year may not.
_NUMBER = re.compile(r"(?<!năm )\b(\d{1,3}(?:\.\d{3})+|\d+)(,\d+)?(%?)")
# Words about places of the model commune; other communes leave them out.
_OWN_PLACE = re.compile(r", nhất là [^,;]*")


def write_samples(folders: Folders, target: Path, count: int) -> None:
    """Write a new data folder with `count` invented communes, at most 20.000.

    What the papers share, and the model commune, are those of the newest year below the data folder. Raises UsageError
    when they have errors, and when the target has data of that year already.
    """
    selected = select(folders.data, ())[-1]
    sources, _ = year_sources(folders, selected.files)
    year = read_year(sources)
    models = [source for path in selected.communes if is_usable(*read_unit(source := read_source(path), year))]
    folder = target / year.name
    if year.table is None or not models:
        raise UsageError(f"`{selected.files.folder.as_posix()}` không có bộ tiêu chí và tệp xã đúng để làm mẫu")
    if folder.exists():
        raise UsageError(f"`{folder.as_posix()}` đã có; chọn thư mục khác")
    folder.mkdir(parents=True)
    for path in selected.files.shared:
        write_atomic(folder, path.name, read_source(path).content)
    own_templates = sorted((selected.files.folder / TEMPLATES_OF_YEAR).glob("*.docx"))
    for path in own_templates:
        (folder / TEMPLATES_OF_YEAR).mkdir(exist_ok=True)
        write_atomic(folder / TEMPLATES_OF_YEAR, path.name, read_source(path).content)
    write_schemas(Folders(target, folders.templates, folders.out))
    real = next((each for each in models if b"so_lieu_mau: true" not in each.content), models[0])
    for number in range(1, count + 1):
        stem, text = sample(f"{number:05d}", "xã", f"Mẫu {number:05d}", real, year)
        write_atomic(folder, f"{stem}.yaml", text.encode())


def sample(code: str, kind: str, name: str, model: Source, year: Year) -> tuple[str, str]:
    """Give one sample commune, as file stem and YAML text.

    Its figures are those of a model commune, each changed by at most 40 %, as a hash of code and key decides; points
    stay, since the reasons for lost ones would not. Its signer has no name, and the file says that it is a sample.
    """
    tree = load(model.content, model.path)[0]
    unit = read_unit(model, year)[0]
    if not isinstance(tree, dict) or unit is None or year.table is None:
        raise ValueError(model.path)
    old = unit.content.don_vi.loai_don_vi
    new: dict[str, Any] = {key: value for key, value in tree.items() if key != "van_ban"}
    new["don_vi"] = {"ma_don_vi": code, "loai_don_vi": kind, "ten_don_vi": name, "dia_danh": name}
    new["so_lieu_mau"] = "true"
    if unit.content.nguoi_ky:
        usual = year.defaults.nguoi_ky.model_dump() if year.defaults and year.defaults.nguoi_ky else {}
        new["nguoi_ky"] = {**new["nguoi_ky"], "ho_ten": ""}
        if {**new["nguoi_ky"], "ky_thay": new["nguoi_ky"].get("ky_thay", "")} == usual:
            del new["nguoi_ky"]
    if unit.content.noi_nhan:
        new["noi_nhan"] = [_with_kind(line, old, kind) for line in unit.content.noi_nhan]
    new["van_ban"] = {
        paper: {"so_van_ban": "", "ngay_ban_hanh": f"/{keys.ngay_ban_hanh.thang}/{keys.ngay_ban_hanh.nam}"}
        for paper, keys in unit.content.van_ban.items()
    }
    for column, values in unit.values.texts.items():
        if year.table.columns[column].hang_can == "xa_tu_dien":
            new[column] = {key: _vary(text, f"{code} {key}") for key, text in values.items()}
    notes = no_notes()
    about = f"# Văn bản năm {year.name} của {kind} {name}: SỐ LIỆU MẪU, không dùng để ban hành."
    notes.head[:] = [f"{MODELINE}{UNIT_SCHEMA}", about]
    return f"{code}-{slug(name)}", write(new, year.unit_model, notes).decode()


def _vary(text: str, seed: str) -> str:
    """Change every number of a target but keep its form: decimals, leading zero, a percentage at most 100."""
    digest = hashlib.sha256(seed.encode()).digest()

    def move(match: re.Match[str]) -> str:
        whole, fraction, percent = match[1].replace(".", ""), match[2] or "", match[3]
        value = Decimal(whole + fraction.replace(",", "."))
        step = digest[match.start() % len(digest)]
        figure = (value * (60 + step * 80 // 255) / 100).quantize(Decimal(1).scaleb(-len(fraction[1:])))
        if percent:
            figure = min(figure, Decimal(100))
        digits, _, decimals = f"{figure:f}".partition(".")
        if "." in match[1]:
            digits = f"{int(digits):,}".replace(",", ".")
        return f"{digits.zfill(len(whole)) if whole.startswith('0') else digits}{decimals and ','}{decimals}{percent}"

    return _NUMBER.sub(move, _OWN_PLACE.sub("", text))


def _with_kind(line: str, old: str, new: str) -> str:
    """Replace one kind of unit, such as `xã`, by another in a line."""
    return re.sub(rf"\b{old}\b", new, line)
