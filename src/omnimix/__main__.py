"""The shell by another name: `python -m omnimix` is `omnimix`."""

import sys

from omnimix.cli import main

if __name__ == "__main__":
    sys.exit(main())
