"""The command `fundapp`, which is also `python -m fundapp`."""

from fundapp.starting import loading

with loading():
    from fundapp.cli import main

if __name__ == "__main__":
    main()
