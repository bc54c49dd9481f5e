"""The recipes of docs/embedding.md for LaTeX and for Quarto's PDF, set by pdfTeX."""

import re
import subprocess
from collections import Counter
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner
from guide import MODEL, MOST, Place, difference, picture, printed, recipe, reference
from quarto import quarto

from archposter.cli import cli
from programs import need, run

pytestmark = pytest.mark.programs

FONTS = {"Inter-Regular", "Inter-SemiBold", "Inter-DisplayBold"}


def latex(folder: Path, source: str) -> Path:
    """Run pdfTeX over the document; a picture wider than its line is a fault too."""
    (folder / "x.tex").write_text(source, encoding="utf-8")
    try:
        run(folder, "pdflatex", "-interaction=nonstopmode", "-halt-on-error", "x.tex")
    except subprocess.CalledProcessError as error:
        pytest.fail(error.stdout.decode()[-1000:], pytrace=False)
    assert "Overfull" not in (folder / "x.log").read_text(encoding="latin-1")
    return folder / "x.pdf"


def place(pdf: Path) -> Place:
    """Return where the one form of the first page stands."""
    with pikepdf.open(pdf) as document:
        page = document.pages[0]
        matrix, saved = pikepdf.Matrix(), []
        for operands, operator in pikepdf.parse_content_stream(page):
            match str(operator):
                case "q":
                    saved.append(matrix)
                case "Q":
                    matrix = saved.pop()
                case "cm":
                    matrix = pikepdf.Matrix(*map(float, operands)) @ matrix
                case "Do":
                    form = page.Resources.XObject[operands[0]]
                    box = matrix.transform(pikepdf.Rectangle(form.BBox))
                    height = float(page.mediabox[3])
                    return box.llx, height - box.ury, box.urx, height - box.lly
    raise AssertionError("no picture on the page")


def check(pdf: Path, ours: Path) -> None:
    """The picture stands there as our PNG does, its text can be found, its fonts are in the file."""
    assert difference(printed(pdf, place(pdf)), reference()) < MOST
    words, own = (Counter(run(pdf.parent, "pdftotext", file, "-").decode().split()) for file in (pdf, ours))
    assert own.total() > 50
    assert own - words == Counter()
    fonts = [line.split() for line in run(pdf.parent, "pdffonts", pdf).decode().splitlines()[2:]]
    assert {font[0].split("+")[1] for font in fonts} >= FONTS
    assert {font[-5] for font in fonts} == {"yes"}


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    (tmp_path / f"{MODEL}.pdf").write_bytes(picture().pdf())
    return tmp_path / f"{MODEL}.pdf"


def test_latex(ours: Path) -> None:
    need("pdftoppm")
    check(latex(ours.parent, recipe("LaTeX", "latex")), ours)


def test_snippet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the command of the guide prints takes the place of the guide's own line."""
    need("pdftoppm")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli, recipe("LaTeX", "console").split()[1:], catch_exceptions=False)
    whole, count = re.subn(r".*includegraphics.*\n", lambda _: done.stdout, recipe("LaTeX", "latex"))
    assert count == 1
    check(latex(tmp_path, whole), tmp_path / f"{MODEL}.pdf")


def test_quarto(ours: Path) -> None:
    need("pdftoppm")
    need("kpsewhich")
    for file in ("scrartcl.cls", "lmodern.sty"):
        if subprocess.run(["kpsewhich", file], capture_output=True, check=False).returncode:
            pytest.skip(f"LaTeX has no {file}: run scripts/system_packages.sh as root")
    check(latex(ours.parent, quarto(ours.parent, "pdf")), ours)
