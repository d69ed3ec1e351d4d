"""Rules about any document: its unit, dates, letters, signer and recipients."""
