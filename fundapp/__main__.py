"""`python -m fundapp`: the same as the command `fundapp`."""

from fundapp.cli import main

main()
