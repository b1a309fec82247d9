"""What can go wrong, said in one line: what, where, what was expected, what to do."""


class MultifidusError(Exception):
    """A failure that the reader can act on; its text is one readable line."""

    exit_code = 1


class InputError(MultifidusError):
    """An image, table or folder that cannot be analysed."""


class GeometryError(InputError):
    """Images or label maps that do not share a place in the person."""


class UsageError(MultifidusError):
    """A wrong call: a misspelt parameter, an unknown subject, a missing file."""

    exit_code = 2
