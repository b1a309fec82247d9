"""DICOM: headers by allow-list, stacks, pixels, roles."""
