"""What several tests of pages begin with."""

from tests.web.scene import scene

__all__ = ["scene"]
