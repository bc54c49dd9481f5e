"""What the README shows and says."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

import archposter
import readme
from archposter import bundled, load
from archposter.cli import COMMANDS
from archposter.pipeline import legend

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_pictures_are_current(archposter_check) -> None:
    archposter_check("docs/images")


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


def test_the_guide_to_checking_is_true(tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "checking.md").read_text(encoding="utf-8")
    blocks = dict(re.findall(r"```(\w+)\n(.*?)```", guide, re.S)[::-1])
    (tmp_path / "docs" / "images" / "specs").mkdir(parents=True)
    shutil.copy(bundled.spec_path("llama-3-8b"), tmp_path / "docs" / "images" / "specs" / "mine.yaml")
    (tmp_path / "docs" / "images" / "archposter.toml").write_text(blocks["toml"])
    command, *output = blocks["console"].splitlines()
    shown = subprocess.run(
        [sys.executable, "-m", "archposter.cli", *command.split()[2:]],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert [*shown.stdout.splitlines(), "$ archposter check docs/images"] == output
    linked = re.findall(r"\]\(([^)#]+)\)", guide)
    assert all((ROOT / "docs" / target).is_file() for target in linked)


def test_the_workflow_runs_commands_that_exist() -> None:
    workflow = yaml.safe_load((ROOT / "docs" / "examples" / "check-pictures.yml").read_text(encoding="utf-8"))
    steps = workflow["jobs"]["check"]["steps"]
    commands = [step["run"] for step in steps if "run" in step]
    assert commands == ["pip install tools/archposter-*.whl", "archposter check docs/images"]
    assert steps[-1]["with"]["path"] == "docs/images/report.html"


def test_the_wheel_of_the_workflow_draws(tmp_path: Path) -> None:
    pytest.importorskip("hatchling")
    tools = tmp_path / "tools"
    build = (sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory")
    subprocess.run([*build, str(tools)], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tools.glob("archposter-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    shown = subprocess.run(
        [sys.executable, "-m", "archposter.cli", "card", "llama-3-8b", "-o", "x.svg"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "installed")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout == "x.svg\n"
    assert (tmp_path / "x.svg").read_text(encoding="utf-8") == load("llama-3-8b").card().svg()


def test_as_many_types_are_read_as_the_readme_says() -> None:
    assert readme.counted(README) == README, "run make refresh"
    with pytest.raises(ValueError, match="expected 1"):
        readme.counted("No number.")


def test_commands_exist() -> None:
    named = set(re.findall(r"archposter (\w+)", README)) - {"compiles"}
    assert named <= set(COMMANDS)


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/checking.md"])
def test_make_targets_exist(page: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = re.findall(r"(?m)(?:^|`)make (\w+)", (ROOT / page).read_text(encoding="utf-8"))
    assert named
    assert [target for target in named if f"\n{target}:" not in makefile] == []


def test_files_that_contributors_are_sent_to_exist() -> None:
    places = (ROOT, ROOT / "diagrams" / "archposter", ROOT / "tests" / "corpus")
    for page in ("CONTRIBUTING.md", "docs/architecture.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        named = set(re.findall(r"`([\w./-]*(?:/\w+|\.(?:py|json|tsv|toml|yaml)))`", text)) - {"config.json"}
        assert len(named) > 5
        assert [name for name in named if not any((place / name).exists() for place in places)] == []


def test_hooks_run_what_make_lint_runs() -> None:
    (repository,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipe = re.search(r"(?m)^lint: setup\n((?:\t.*\n)+)", makefile)
    assert recipe
    linted = [line.split("/")[1].removesuffix(" --check") for line in recipe[1].splitlines()]
    assert [hook["entry"].split("/")[-1].partition(" --")[0] for hook in repository["hooks"]] == linted


def test_the_library_page_is_true(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, re.S)
    assert len(blocks) == page.count("```") // 2
    shutil.copytree(ROOT / "styles", tmp_path / "styles")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in blocks:
        exec(block, names)
        said = re.findall(r"(?m)^ *print\(.*?\) +# (.*)$", block)
        assert capsys.readouterr().out.splitlines() == said
    words = set(re.findall(r"\w+", page))
    assert set(archposter.__all__) - words == {"__version__"}
    assert all((ROOT / "docs" / target).exists() for target in re.findall(r"\]\(([^)#]+)\)", page))
