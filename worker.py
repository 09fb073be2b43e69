"""Starts one background process: `python worker.py jobs QUEUE`, `... relay` or `... cron`."""

import sys

from fundapp.starting import loading

if __name__ == "__main__":
    with loading():
        from fundapp.processes.main import main
    sys.exit(main(sys.argv[1:]))
