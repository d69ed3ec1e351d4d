"""Names inside a PDF that its maker and its prover must agree on: of fonts and of signature fields."""

ALLOWED_PREFIXES = ("LiberationSerif", "Tinos", "TimesNewRoman")
"""How the names of the faces of the families with the widths of Times New Roman begin."""

SIGNATURE, SEAL = "chu-ky-nguoi-ky", "dau-co-quan"
"""The two signature fields; forms and tools find them by these names."""
