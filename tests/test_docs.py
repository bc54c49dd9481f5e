"""What the README shows and says."""

import re
from pathlib import Path

from archposter.cli import COMMANDS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_pictures_are_current(archposter_check) -> None:
    archposter_check("docs/images")


def test_links_lead_to_files() -> None:
    targets = re.findall(r"\]\(([^)#]+)\)|(?:src|srcset)=\"([^\"]+)\"", README)
    missing = [target for pair in targets for target in pair if target and not (ROOT / target).exists()]
    assert missing == []


def test_commands_exist() -> None:
    named = set(re.findall(r"archposter (\w+)", README)) - {"compiles"}
    assert named <= set(COMMANDS)


def test_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert all(f"\n{target}:" in makefile for target in re.findall(r"(?m)(?:^|`)make (\w+)", README))
