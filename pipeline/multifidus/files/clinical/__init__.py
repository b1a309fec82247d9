"""A clinical table: CSV, workbook, REDCap export or FHIR, row by row."""
