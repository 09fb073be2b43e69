"""A real background process that knows the effects of the tests and no others."""

import sys

from fundapp.starting import loading

with loading():
    from fundapp.outbox import ROUTES
    from fundapp.processes.main import main
    from tests.jobs import effects

if __name__ == "__main__":
    ROUTES.clear()
    effects.register()
    sys.exit(main(sys.argv[1:]))
