"""`python -m multifidus.cli`: the command line."""

from multifidus.cli import main

if __name__ == "__main__":
    main()
