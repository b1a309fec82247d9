"""`python -m multifidus`: the command line."""

from multifidus.cli import main

if __name__ == "__main__":
    main()
