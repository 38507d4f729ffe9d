"""`python -m calc` is the command `doudi`."""

from calc.cli import main

if __name__ == "__main__":
    main()
