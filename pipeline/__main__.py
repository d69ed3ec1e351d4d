"""Run the command line: `python -m pipeline`."""

import contextlib
import os
import sys

from pipeline.cli.main import main

if __name__ == "__main__":
    # Locks that an interrupted build leaves are cleared up by Python's helper process, which need not speak of them.
    quiet = (os.environ.get("PYTHONWARNINGS"), "ignore:resource_tracker:UserWarning")
    os.environ["PYTHONWARNINGS"] = ",".join(filter(None, quiet))
    code = main()
    with contextlib.suppress(OSError, AttributeError):  # nobody listens, or there was nowhere to speak to
        sys.stdout.flush()
        sys.stderr.flush()
    # All is written and closed by now. Python 3.11 would wait at its end for a pipe to workers that Ctrl-C has ended.
    os._exit(code)
