"""The kinds of paper; KINDS lists them all, once."""

from pipeline.kinds.ke_hoach.kind import KE_HOACH
from pipeline.kinds.kind import Kind
from pipeline.kinds.tong_hop.kind import TONG_HOP

KINDS: tuple[Kind, ...] = (KE_HOACH, TONG_HOP)
