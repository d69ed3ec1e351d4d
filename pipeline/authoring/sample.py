"""Make sample communes for tests and measurements: plausible figures, marked as samples, the same at every call."""

import hashlib
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipeline.authoring.format import write
from pipeline.authoring.notes import no_notes
from pipeline.authoring.schema import COMMUNE_SCHEMA, MODELINE, write_schemas
from pipeline.files import write_atomic
from pipeline.input.sources import find_sources, read_source
from pipeline.kinds.ke_hoach.model import BoTieuChi, Commune
from pipeline.kinds.ke_hoach.read import read_commune, read_year
from pipeline.problem import UsageError
from pipeline.vietnamese import slug

MOST = 20_000

# A number that may vary; a year may not.
_NUMBER = re.compile(r"(?<!năm )\b(\d{1,3}(?:\.\d{3})+|\d+)(,\d+)?(%?)")
# Words about places of the model commune; other communes leave them out.
_OWN_PLACE = re.compile(r", nhất là [^,;]*")


def write_samples(data: Path, target: Path, count: int) -> None:
    """Write a new data folder with `count` invented communes, at most 20.000.

    Criteria set and model commune are those of the newest year below `data`. Raises UsageError when they have errors,
    and when the target has data of that year already.
    """
    criteria_path, paths = list(find_sources(data, ()))[-1]
    criteria_source = read_source(criteria_path)
    year = read_year(criteria_source)[0]
    communes = (read_commune(read_source(path), year)[0] for path in paths if year)
    model = next((commune for commune in communes if commune and not commune.so_lieu_mau), None)
    folder = target / criteria_path.parent.name
    if year is None or model is None:
        raise UsageError(f"`{criteria_path.parent.as_posix()}` không có bộ tiêu chí và tệp xã đúng để làm mẫu")
    if folder.exists():
        raise UsageError(f"`{folder.as_posix()}` đã có; chọn thư mục khác")
    folder.mkdir(parents=True)
    write_atomic(folder, criteria_path.name, criteria_source.content)
    write_schemas(target)
    for number in range(1, count + 1):
        stem, text = sample(f"{number:05d}", "xã", f"Mẫu {number:05d}", model, year.criteria_set)
        write_atomic(folder, f"{stem}.yaml", text.encode())


def sample(code: str, kind: str, name: str, model: Commune, criteria_set: BoTieuChi) -> tuple[str, str]:
    """Give one sample commune, as file stem and YAML text.

    Its figures are those of a model commune, each changed by at most 40 %, as a hash of code and key decides; its
    signer has no name, and the file says that it is a sample.
    """
    date = model.ngay_ban_hanh
    tree: dict[str, Any] = {
        "don_vi": {"ma_don_vi": code, "loai_don_vi": kind, "ten_don_vi": name, "dia_danh": name},
        "so_lieu_mau": "true",
        "so_van_ban": "",
        "ngay_ban_hanh": f"/{date.thang}/{date.nam}",
        "nguoi_ky": {"hinh_thuc_ky": "TM.", "chuc_vu": "Chủ tịch", "ho_ten": ""},
        "noi_nhan": [_with_kind(line, model.don_vi.loai_don_vi, kind) for line in model.noi_nhan],
        "noi_luu": model.noi_luu,
        "chi_tieu": {key: _vary(text, f"{code} {key}") for key, text in model.chi_tieu.items()},
    }
    notes = no_notes()
    about = f"# Kế hoạch năm {criteria_set.nam_ke_hoach} của {kind} {name}: SỐ LIỆU MẪU, không dùng để ban hành."
    notes.head[:] = [f"{MODELINE}{COMMUNE_SCHEMA}", about]
    return f"{code}-{slug(name)}", write(tree, Commune, notes).decode()


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
