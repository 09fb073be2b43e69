"""Starts one background process: `python worker.py jobs QUEUE`, `... relay` or `... cron`."""

import sys

from fundapp.processes.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
