"""`python -m deployments.command`, the same as `redress`."""

import sys

from deployments.command import main

if __name__ == "__main__":
    sys.exit(main())
