"""Who reads what: one line a `model_type`.  A new family is a reader and a line here."""

from __future__ import annotations

from archposter.importer.body import Reader
from archposter.importer.families import (
    classic,
    cohere,
    deepseek,
    experts,
    gemma,
    gpt,
    hybrid,
    llama,
    mimo,
    modern,
    qwen,
    sparse,
    statespace,
    unusual,
)

READERS: dict[str, Reader] = {
    "afmoe": experts.afmoe,
    "apertus": modern.apertus,
    "arcee": modern.arcee,
    "aria_text": sparse.aria_text,
    "axk1": sparse.axk1,
    "bailing_hybrid": hybrid.bailing_hybrid,
    "bamba": statespace.bamba,
    "biogpt": classic.biogpt,
    "bitnet": modern.bitnet,
    "bloom": classic.bloom,
    "codegen": classic.gptj,
    "cohere": cohere.cohere,
    "cohere2": cohere.cohere2,
    "cohere2_moe": cohere.cohere2_moe,
    "ctrl": classic.ctrl,
    "cwm": modern.cwm,
    "dbrx": sparse.dbrx,
    "deepseek_v2": deepseek.deepseek_v2,
    "deepseek_v3": deepseek.deepseek_v3,
    "deepseek_v32": deepseek.deepseek_v32,
    "deepseek_v4": unusual.deepseek_v4,
    "diffllama": modern.diffllama,
    "doge": modern.doge,
    "dots1": sparse.dots1,
    "ernie4_5": modern.ernie4_5,
    "ernie4_5_moe": sparse.ernie4_5_moe,
    "exaone4": modern.exaone4,
    "exaone_moe": sparse.exaone_moe,
    "falcon": classic.falcon,
    "falcon_h1": statespace.falcon_h1,
    "falcon_mamba": statespace.mamba,
    "flex_olmo": sparse.flex_olmo,
    "flint": sparse.flint,
    "gemma": gemma.gemma,
    "gemma2": gemma.gemma2,
    "gemma3_text": gemma.gemma3,
    "gemma4_text": gemma.gemma4,
    "glm": llama.glm4,
    "glm4": llama.glm4_0414,
    "glm4_moe": experts.glm4_moe,
    "glm4_moe_lite": deepseek.deepseek_v3,
    "glm_moe_dsa": deepseek.glm_moe_dsa,
    "gpt2": gpt.gpt2,
    "gpt_bigcode": classic.gpt_bigcode,
    "gpt_neo": classic.gpt_neo,
    "gpt_neox": classic.gpt_neox,
    "gpt_neox_japanese": classic.gpt_neox_japanese,
    "gpt_oss": gpt.gpt_oss,
    "gptj": classic.gptj,
    "granite": llama.granite,
    "granite_swa": sparse.granite_swa,
    "granitemoe": experts.granitemoe,
    "granitemoe_swa": sparse.granitemoe_swa,
    "granitemoehybrid": statespace.granitemoehybrid,
    "granitemoeshared": experts.granitemoe,
    "grok": experts.grok,
    "helium": modern.helium,
    "hunyuan_v1_dense": modern.hunyuan_dense,
    "hunyuan_v1_moe": sparse.hunyuan_moe,
    "hy_v3": experts.hy_v3,
    "hyperclovax": modern.hyperclovax,
    "internlm3": modern.internlm3,
    "iquestcoder": llama.llama,
    "jais2": classic.jais2,
    "jamba": statespace.jamba,
    "kimi_k2": deepseek.deepseek_v3,
    "kimi_linear": hybrid.kimi_linear,
    "kolibri1": sparse.kolibri,
    "laguna": experts.laguna,
    "lfm2": statespace.lfm2,
    "lfm2_moe": statespace.lfm2_moe,
    "lfm3": statespace.lfm3,
    "llama": llama.llama,
    "llama4_text": experts.llama4,
    "longcat_flash": unusual.longcat_flash,
    "longcat_flash_ngram": unusual.longcat_flash,
    "mamba": statespace.mamba,
    "mamba2": statespace.mamba2,
    "mellum": sparse.mellum,
    "mimo_v2": mimo.mimo_v2,
    "mimo_v2_flash": mimo.mimo_v2,
    "minicpm3": modern.minicpm3,
    "minimax": sparse.minimax,
    "minimax_m2": experts.minimax_m2,
    "ministral": llama.ministral,
    "ministral3": llama.mistral,
    "mistral": llama.mistral,
    "mistral4": deepseek.mistral4,
    "mistral_large3": deepseek.mistral_large_3,
    "mixtral": experts.mixtral,
    "mpt": classic.mpt,
    "nanochat": modern.nanochat,
    "nemotron": classic.nemotron,
    "nemotron_h": hybrid.nemotron_h,
    "olmo": classic.olmo,
    "olmo2": llama.olmo2,
    "olmo3": llama.olmo3,
    "olmo_hybrid": statespace.olmo_hybrid,
    "olmoe": sparse.olmoe,
    "opt": classic.opt,
    "persimmon": classic.persimmon,
    "phi": classic.phi,
    "phi3": llama.phi3,
    "phimoe": sparse.phimoe,
    "qwen2": llama.qwen2,
    "qwen2_moe": qwen.qwen2_moe,
    "qwen3": llama.qwen3,
    "qwen3_5_moe_text": qwen.qwen3_5_moe,
    "qwen3_5_text": qwen.qwen3_5,
    "qwen3_moe": qwen.qwen3_moe,
    "qwen3_next": qwen.qwen3_next,
    "qwen3_vl_moe_text": qwen.qwen3_moe,
    "qwen3_vl_text": llama.qwen3,
    "recurrent_gemma": statespace.recurrent_gemma,
    "rwkv": statespace.rwkv,
    "sarvam_mla": deepseek.sarvam_mla,
    "sarvam_moe": experts.sarvam_moe,
    "seed_oss": modern.seed_oss,
    "smollm3": llama.smollm3,
    "solar_open": sparse.solar_open,
    "stablelm": classic.stablelm,
    "starcoder2": classic.starcoder2,
    "step3p5": mimo.step3p5,
    "xglm": classic.xglm,
    "xlstm": hybrid.xlstm,
    "youtu": modern.youtu,
    "zaya": unusual.zaya,
}

WITHOUT_CLASS = frozenset(
    {
        "bailing_hybrid",
        "grok",
        "longcat_flash_ngram",
        "mimo_v2",
        "mimo_v2_flash",
        "mistral_large3",
        "sarvam_mla",
        "sarvam_moe",
        "step3p5",
    }
)
"""Types whose files must say everything: the library has no class for them, or one for other files."""

LIKE = {"kimi_k2": "deepseek_v3"}
"""Types that the library reads with another type's class."""

BY_ARCHITECTURE = {
    "Grok1ForCausalLM": "grok",
    "Grok1ModelForCausalLM": "grok",
    "LongcatFlashNgramForCausalLM": "longcat_flash_ngram",
}
"""Files whose `model_type` is missing or another model's; Grok 2's says "git", a captioner's."""

WRAPPERS = {
    "cohere2_vision": "cohere2",
    "gemma3": "gemma3_text",
    "gemma4": "gemma4_text",
    "kimi_k25": "deepseek_v3",
    "llama4": "llama4_text",
    "llava": "llama",
    "llava_next": "llama",
    "mistral3": "mistral",
    "qwen3_5": "qwen3_5_text",
    "qwen3_5_moe": "qwen3_5_moe_text",
    "qwen3_vl": "qwen3_vl_text",
    "qwen3_vl_moe": "qwen3_vl_moe_text",
    "step3p7": "step3p5",
}
"""Multimodal files: the text decoder stands in `text_config`, of this type where it does not say."""

_ENCODERS = """
    albert bert big_bird camembert canine convbert data2vec-text deberta deberta-v2 distilbert electra
    ernie esm eurobert flaubert fnet funnel ibert layoutlm layoutlmv2 layoutlmv3 longformer luke
    lxmert markuplm mega megatron-bert mobilebert modernbert mpnet mra nezha nomic_bert nystromformer
    perceiver rembert roberta roberta-prelayernorm roc_bert roformer splinter squeezebert
    visual_bert xlm-roberta xlm-roberta-xl xmod yoso clip siglip vit swin wav2vec2 hubert wavlm"""
_PAIRS = """
    bart bigbird_pegasus blenderbot blenderbot-small encoder-decoder led longt5 m2m_100 marian mbart mt5
    mvp nllb-moe pegasus pegasus_x plbart prophetnet seamless_m4t speech_to_text switch_transformers t5
    t5gemma t5gemma2 umt5 vision-encoder-decoder whisper"""

NOT_DECODERS = {
    **dict.fromkeys(_ENCODERS.split(), "an encoder"),
    **dict.fromkeys(_PAIRS.split(), "an encoder and a decoder"),
}
"""What is refused by name."""
