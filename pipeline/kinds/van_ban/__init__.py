"""What every official document has: agency, number, date, signer, recipients; and the rules about these."""
