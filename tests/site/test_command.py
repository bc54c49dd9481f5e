"""`archposter site` on the command line: what it says, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from archposter.cli.site_command import command
from archposter.diagnostics import UsageError
from archposter.site import render
from archposter.site.build import build
from archposter.site.page import Site
from archposter.site.source import sources
from configs import config


def test_it_says_what_it_wrote(tmp_path: Path) -> None:
    done = CliRunner().invoke(command, ["llama-3-8b", "-o", str(tmp_path), "--title", "Ours"])
    assert done.exit_code == 0, done.output
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert done.output == f"{tmp_path}: 1 model, {len(files) - 1} files, {len(files) - 1} written\n"
    assert "<title>Ours</title>" in (tmp_path / "index.html").read_text()


def test_an_address_and_a_library_are_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="expected an address such as https"):
        command.callback((), tmp_path, "x", "javascript:alert(1)", False)  # type: ignore[misc]
    monkeypatch.setattr(render, "NEEDED", ("a_library_that_is_not_there",))
    with pytest.raises(UsageError, match=r"pip install 'archposter\[site\]'"):
        render.check()
    assert list(tmp_path.iterdir()) == []


def test_models_of_one_name_are_refused(tmp_path: Path) -> None:
    twin = tmp_path / "llama-3-8b.yaml"
    twin.write_text(sources(("llama-3-8b",))[0].text)
    with pytest.raises(UsageError, match="a site has a page for each name"):
        sources(("llama-3-8b", str(twin)))


def test_a_config_of_ones_own_says_its_keys(tmp_path: Path) -> None:
    file = tmp_path / "ours.json"
    file.write_text(json.dumps(config("gpt-2-small")))
    (ours,) = sources((str(file),))
    assert dict(ours.keys) == {
        "context_length": "n_positions",
        "vocab_size": "vocab_size",
        "hidden_size": "n_embd",
        "stack": "n_layer",
    }
    build([ours], Site("Ours"), tmp_path / "site")
    (page,) = (tmp_path / "site/models").glob("ours.html")
    row = page.read_text().partition('id="stated-hidden_size"')[2].partition("</tr>")[0]
    assert "<td>768</td>" in row
    assert "<code>n_embd</code> of the config" in row
