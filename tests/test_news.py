"""What `make news` says of two packages."""

from pathlib import Path

import pytest

import news

_AUTO = 'MODEL_FOR_CAUSAL_LM_MAPPING_NAMES = OrderedDict([{pairs}])\nOTHER = OrderedDict([("x", "X")])\n'
_CONFIG = '''
@auto_docstring(checkpoint="{checkpoint}")
class Config(PreTrainedConfig):
    """Of [docs](https://huggingface.co/docs/x)."""
    model_type = "{kind}"
    hidden_size: int = {width}
    {more}
'''
_MODEL = """
class Attention(nn.Module):
    def __init__(self, config):
        self.q_proj = nn.Linear(config.hidden_size, {out}, bias=False{how})
        self.scale = config.scale
"""


def _package(
    folder: Path, *kinds: str, width: int = 8, out: str = "64", how: str = "", more: str = ""
) -> Path:
    for kind in kinds:
        (folder / kind).mkdir(parents=True)
        text = _CONFIG.format(checkpoint=f"Maker/{kind}-{width}", kind=kind, width=width, more=more)
        (folder / kind / f"configuration_{kind}.py").write_text(text)
        (folder / kind / f"modeling_{kind}.py").write_text(_MODEL.format(out=out, how=how))
    (folder / "auto").mkdir()
    pairs = ", ".join(f'("{kind}", "Model")' for kind in kinds)
    (folder / "auto" / "modeling_auto.py").write_text(_AUTO.format(pairs=pairs))
    return folder


def test_what_is_new_and_what_of_ours_changed(tmp_path: Path) -> None:
    old = news.package(_package(tmp_path / "old", "llama", "stranger"))
    changes = {"width": 16, "out": "128", "how": ", dtype=torch.float32", "more": "taps: int = 4"}
    new = news.package(_package(tmp_path / "new", "llama", "stranger", "newcomer", "qwen3", **changes))
    assert list(news.news(old, new)) == [
        "new decoder type: newcomer (not read yet)",
        "new decoder type: qwen3 (read)",
        "new checkpoint: Maker/llama-16 (llama)",
        "new checkpoint: Maker/newcomer-16 (newcomer)",
        "new checkpoint: Maker/qwen3-16 (qwen3)",
        "new checkpoint: Maker/stranger-16 (stranger)",
        "llama: hidden_size: 8 -> 16",
        "llama: taps: absent -> 4",
        "llama, weights: Attention.q_proj: "
        + " -> ".join(f"nn.Linear(config.hidden_size, {out}, bias=False)" for out in (64, 128)),
    ]


def test_numbers_of_tensors_are_no_news(tmp_path: Path) -> None:
    old = news.package(_package(tmp_path / "old", "llama"))
    new = news.package(_package(tmp_path / "new", "llama", how=", dtype=torch.float32, device=None"))
    assert list(news.news(old, new)) == []


def test_two_packages_or_none() -> None:
    with pytest.raises(SystemExit, match="expected two releases"):
        news.main(["5.24.0"])
