from __future__ import annotations

import pytest

from archposter.diagnostics import UsageError
from archposter.resources import spec_names, spec_path, style_names, style_path


def test_names_are_sorted_and_lead_to_files() -> None:
    assert list(spec_names()) == sorted(spec_names())
    assert {"deepseek-v3", "gpt-2-xl"} <= set(spec_names())
    assert all(spec_path(name).is_file() for name in spec_names())
    assert all(style_path(name).is_file() for name in style_names())


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("deepseek-v33", 'unknown spec "deepseek-v33" (did you mean "deepseek-v3"?)'),
        ("../README", 'unknown spec "../README"'),
        ("/etc/passwd", 'unknown spec "/etc/passwd"'),
        ("\x1b[31m", 'unknown spec "\\x1b[31m"'),
        ("\0", 'unknown spec "\\x00"'),
        ("", 'unknown spec ""'),
        ("x" * 10**6, f'unknown spec "{"x" * 59}…"'),
    ],
)
def test_unknown_names(name: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        spec_path(name)
    assert str(caught.value) == message
