"""Run the command line: `python -m pipeline`."""

import os
import sys

from pipeline.cli import main

if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # All is written and closed by now. Python 3.11 would wait at its end for a pipe to workers that Ctrl-C has ended.
    os._exit(code)
