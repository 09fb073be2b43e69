"""Why a file is not taken."""


class RefusedFile(ValueError):
    """A file is not taken, and nothing of it is kept; says in a sentence why, and what to do."""
