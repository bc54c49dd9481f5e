"""Programs of the system that look at finished files; a test without its program is skipped, and says so."""

import shutil
import signal
import subprocess
from pathlib import Path

import pytest

import quick
from cost import HANGS


def need(program: str) -> None:
    if quick.running():
        pytest.fail(f"a quick run has no {program}: mark the test `programs`")
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed: run scripts/system_packages.sh as root")


def run(folder: Path, *command: str | Path) -> bytes:
    """Return what the program prints; skip the test without the program, fail where it fails."""
    need(str(command[0]))
    return subprocess.run(command, cwd=folder, capture_output=True, check=True, timeout=HANGS).stdout


def start(*command: str, cwd: Path | None = None) -> subprocess.Popen[str]:
    """Start a program in a session of its own, to be interrupted: it hears the signal although we may not."""
    return subprocess.Popen(
        command,
        cwd=cwd,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
