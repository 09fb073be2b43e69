"""A real background process that also knows the effects of the tests: `python -m tests.jobs.process jobs letters`."""

import sys

from fundapp.processes.main import main
from tests.jobs import effects

if __name__ == "__main__":
    effects.register()
    sys.exit(main(sys.argv[1:]))
