"""What the README shows and says."""

import re
from pathlib import Path

import pytest

from archposter import load
from archposter.cli import COMMANDS
from archposter.pipeline import legend

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CARDS = {
    "gemma-3-27b": ("gemma-3-27b", "paper"),
    "deepseek-v3": ("deepseek-v3", "paper"),
    "kimi-linear-48b-a3b": ("kimi-linear-48b-a3b", "paper"),
    "kimi-linear-48b-a3b-dark": ("kimi-linear-48b-a3b", "ink"),
}


@pytest.mark.parametrize("name", CARDS)
def test_pictures_are_current(name: str) -> None:
    slug, style = CARDS[name]
    drawn = load(slug).card(style).svg("outlines")
    stored = (ROOT / "docs" / "images" / f"{name}.svg").read_text(encoding="utf-8")
    assert stored == drawn, "run make pictures"


def test_the_legend_is_current() -> None:
    stored = (ROOT / "docs" / "images" / "legend.svg").read_text(encoding="utf-8")
    assert stored == legend().svg("outlines"), "run make pictures"


def test_the_comparison_is_current() -> None:
    drawn = load("llama-3-8b").diff(load("olmo-2-7b")).svg("outlines")
    stored = (ROOT / "docs" / "images" / "diff.svg").read_text(encoding="utf-8")
    assert stored == drawn, "run make pictures"


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
