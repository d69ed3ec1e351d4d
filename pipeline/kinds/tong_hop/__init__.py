"""The year's summary: one list and one workbook for each year."""
