"""Put everything that a plan says into words, as it will be printed: the present stage gives one frozen Context."""

import dataclasses

from pipeline.kinds.bang_tieu_chi.model import TieuDeCot
from pipeline.kinds.bang_tieu_chi.present import Hang, present_rows, sum_formula
from pipeline.kinds.bang_tieu_chi.totals import Totals
from pipeline.kinds.ke_hoach.model import BoTieuChi, Commune
from pipeline.kinds.van_ban.present import OfficialFields, cited, official_fields
from pipeline.vietnamese import format_points


@dataclasses.dataclass(frozen=True, slots=True)
class Context(OfficialFields):
    """The fields of the template, spelled as there; templates/README.md says where each is printed."""

    van_ban_can_cu: str
    nam_ke_hoach: str
    noi_bao_cao: str
    nguoi_cho_y_kien: str
    tieu_de_cot: TieuDeCot
    cac_hang: tuple[Hang, ...]
    cong_thuc_tong: str
    tong_diem: str


def present(criteria_set: BoTieuChi, commune: Commune, totals: Totals) -> Context:
    """Put a commune's data into words; no arithmetic is left for the template."""
    official = official_fields(
        commune, criteria_set.loai_van_ban, criteria_set.co_quan_ban_hanh, criteria_set.trich_yeu
    )
    return Context(
        **{field.name: getattr(official, field.name) for field in dataclasses.fields(official)},
        van_ban_can_cu=cited(criteria_set.van_ban_can_cu),
        nam_ke_hoach=str(criteria_set.nam_ke_hoach),
        noi_bao_cao=criteria_set.noi_bao_cao,
        nguoi_cho_y_kien=criteria_set.nguoi_cho_y_kien,
        tieu_de_cot=criteria_set.tieu_de_cot,
        cac_hang=present_rows(criteria_set, commune.chi_tieu),
        cong_thuc_tong=sum_formula(criteria_set),
        tong_diem=format_points(totals.tong_diem),
    )
