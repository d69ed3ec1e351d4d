"""List the names inside a PDF that its maker and its verifier must agree on: of fonts and of signature fields."""

ALLOWED_PREFIXES = ("LiberationSerif", "Tinos", "TimesNewRoman")
"""How the names of the faces begin in the families that are metric-compatible with Times New Roman."""

SIGNATURE, SEAL = "chu-ky-nguoi-ky", "dau-co-quan"
"""The two signature fields; forms and tools find them by these names."""
