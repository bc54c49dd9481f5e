"""Programs of the system that look at finished files; a test without its program is skipped, and says so."""

import shutil
import subprocess
from pathlib import Path

import pytest


def need(program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed: run scripts/system_packages.sh as root")


def run(folder: Path, *command: str | Path) -> bytes:
    """Return what the program prints; skip the test without the program, fail where it fails."""
    need(str(command[0]))
    return subprocess.run(command, cwd=folder, capture_output=True, check=True, timeout=120).stdout
