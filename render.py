"""The command line from a clone: `python render.py card llama-3-8b` is `archposter card llama-3-8b`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "diagrams"))

from archposter.cli import main

if __name__ == "__main__":
    main()
