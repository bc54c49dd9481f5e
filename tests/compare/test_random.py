"""Random pairs of every kind of part: no error, and each mirrored."""

from dataclasses import replace

from hypothesis import HealthCheck, Phase, given, settings

from archposter.compare.comparison import compare
from archposter.compare.words import label, wordings
from archposter.spec.arch import Arch
from quick import examples
from strategies import archs


@settings(
    max_examples=examples(25),
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(archs(), archs())
def test_pairs(first: Arch, second: Arch) -> None:
    there, back = compare([first, second]), compare([second, first])
    assert [replace(row, values=row.values[::-1], layers=row.layers[::-1]) for row in there.rows] == list(
        back.rows
    )
    assert all(label(row) and all(wordings(row, 0)) and all(wordings(row, 1)) for row in there.rows)
    assert there.as_dict()["models"] == [first.title, second.title]
    assert compare([first, first]).identical
