"""The Markdown of the guide's Quarto recipe, through Pandoc with the options of the recipe's formats."""

from pathlib import Path
from typing import Literal

import pytest
import yaml
from guide import recipe

from programs import run


def quarto(folder: Path, target: Literal["html", "pdf"], *options: str) -> str:
    """Return Pandoc's document, in LaTeX of Quarto's class; its pictures lie in the folder."""
    pypandoc = pytest.importorskip("pypandoc")
    extension = yaml.safe_load(recipe("Quarto", "yaml"))["format"][target]["default-image-extension"]
    (folder / "index.md").write_text(f"---\ntitle: A page\n---\n\n{recipe('Quarto', 'markdown')}")
    writer = ("html5",) if target == "html" else ("latex", "-V", "documentclass=scrartcl")
    command = (pypandoc.get_pandoc_path(), "index.md", "--standalone", "--to", *writer, *options)
    return run(folder, *command, f"--default-image-extension={extension}").decode()
