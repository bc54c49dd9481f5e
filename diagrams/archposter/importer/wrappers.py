"""Multimodal files: which of their sections is the text decoder's, and who says that the output is tied."""

from __future__ import annotations

from typing import Literal

SECTIONS = ("text_config", "language_config", "llm_config")
"""Where the text decoder stands, by usage; one of them."""

_TEXTS = {
    "apertus1p5_text": "apertus1p5",
    "aria_text": "aria",
    "cohere_compass_text": "cohere_compass",
    "cohere2": "aya_vision cohere2_vision",
    "cosmos3_edge_text": "cosmos3_edge",
    "deepseek_ocr2_text": "deepseek_ocr2",
    "deepseek_v2": "deepseek_vl_v2",
    "deepseek_v3": "kimi_k25 kimi_vl",
    "deepseek_v41_text": "deepseek_v41",
    "dots3_note_text": "dots3_note",
    "emu3_text_model": "emu3",
    "exaone4": "exaone4_5",
    "gemma": "paligemma",
    "gemma3_text": "gemma3 shieldgemma2",
    "gemma3n_text": "gemma3n",
    "gemma4_text": "gemma4",
    "gemma4_unified_text": "gemma4_unified",
    "glm4v_moe_text": "glm4v_moe",
    "glm4v_text": "glm46v glm4v glmga",
    "glm5_next_text": "glm5_next",
    "glm_ocr_text": "glm_ocr",
    "granite": "granite_speech granite_speech_plus",
    "granite4_vision_text": "granite4_vision",
    "granite_docling_text": "granite_docling",
    "hunyuan_vl_text": "hunyuan_vl",
    "hy_v4_vl_text": "hy_v4_vl",
    "hyperclovax": "hyperclovax_vision_v2",
    "inkling2_text": "inkling2",
    "internlm2": "h2ovl_chat internvl_chat",
    "inkling_text": "inkling_mm_model",
    "kimi_linear": "kimi_k3",
    "lfm2": "lfm2_vl",
    "lfm3": "lfm3_vl",
    "llama": """
        deepseek_vl deepseek_vl_hybrid glmasr idefics3 janus llava llava_llama llava_next llava_next_video
        maira2 multi_modality perception_lm smolvlm video_llava vipllava voxtral""",
    "llama4_text": "llama4",
    "minimax_m3_vl_text": "minimax_m3_vl",
    "mistral": "idefics2 llava_mistral mistral3",
    "mistral_large4_text": "mistral_large4",
    "molmo2_text": "molmo2",
    "muse_glimmer_text": "muse_glimmer",
    "muse_spark_text": "muse_spark",
    "nemotron_h": "nemo_speechlm nemotron_h_omni",
    "opt": "blip-2 instructblip instructblipvideo",
    "paddleocr_vl_text": "paddleocr_vl",
    "phi3": "phi3_v",
    "persimmon": "fuyu",
    "qwen2": """
        audioflamingo3 fast_vlm got_ocr2 internvl llava_onevision llava_qwen musicflamingo ovis2
        pp_chart2table qwen2_audio vibevoice vibevoice_asr video_llama_3""",
    "qwen2_5_omni_text": "qwen2_5_omni qwen2_5_omni_thinker",
    "qwen2_5_vl_text": "qwen2_5_vl",
    "qwen2_vl_text": "qwen2_vl",
    "qwen3": "fun_asr_nano lighton_ocr moss_transcribe_diarize qianfan_ocr qwen3_asr",
    "qwen3_5_moe_text": "qwen3_5_moe",
    "qwen3_5_text": "minicpm_ocr minicpmv4_6 minicpmv4_7 qwen3_5",
    "qwen3_omni_moe_text": "qwen3_omni_moe qwen3_omni_moe_thinker",
    "qwen3_vl_moe_text": "qwen3_vl_moe",
    "qwen3_vl_text": "cosmos3_omni qwen3_vl",
    "qwen4_exp_text": "qwen4_exp",
    "step3p5": "step3p7",
}

WRAPPERS = {kind: text for text, kinds in _TEXTS.items() for kind in kinds.split()}
"""Multimodal types, and the type of the text decoder where its section does not say."""

_BEYOND = {
    "layers that read pictures by cross-attention": "evolla idefics mllama mllama_text_model",
    "norms that depend on the delay between hearing and writing": "voxtral_realtime voxtral_realtime_text",
    "experts of their own for pictures in every layer": "ernie4_5_vl_moe ernie4_5_vl_moe_text",
    "windows that never let go of the prompt": "unlimited_ocr unlimited_ocr_text",
    "a decoder that refines whole blocks of tokens": "diffusion_gemma diffusion_gemma_text",
    "several streams of sound beside text": "csm kyutai_speech_to_text moshi",
    "layers in the middle that run in a loop of their own": "dory inkling2_loop inkling2_loop_text",
    "two stacks that run in cycles": "hrm_text",
    "heads that read near blocks and every so many-th one": "phi3small",
    "a text decoder whose type no key of the file names": "minicpmo minicpmv",
    "adapters that pictures and sound switch on": "phi4mm phi4_multimodal",
    "four transformers over bytes and patches": "blt",
    "states that are matrices with decays of the data": "rwkv5 rwkv6 rwkv6qwen2 rwkv7 rwkv_hybrid",
}
BEYOND = {kind: what for what, kinds in _BEYOND.items() for kind in kinds.split()}
"""What a spec cannot say of a type's text decoder."""

THINKERS = frozenset({"qwen2_5_omni", "qwen3_omni_moe"})
"""Types that keep all but their voice in a section of its own, `thinker_config`."""

_FLAT = """
    dots3_note fuyu glm5_next hunyuan_vl llava_llama llava_mistral llava_qwen paddleocr_vl phi3_v qwen2_5_vl
    qwen2_vl"""
FLAT = frozenset(_FLAT.split())
"""Types whose files may say of the text decoder in the open, without a section."""

MERGED = frozenset({"glmasr", "voxtral"})
"""Types whose class takes for missing keys of the text section what it says itself, not the decoder's."""

_TILED = """
    dynamic_image_size force_image_size hidden_size max_dynamic_patch min_dynamic_patch pad2square ps_version
    select_layer system_message template use_msac use_thumbnail"""

_DRAWING = "aligner_config gen_aligner_config gen_head_config gen_vision_config"

OWN = {
    "deepseek_vl_v2": frozenset({"candidate_resolutions", "global_view_pos", "tile_tag"}),
    "h2ovl_chat": frozenset(_TILED.split()),
    "internvl_chat": frozenset(_TILED.split()),
    "multi_modality": frozenset(
        {"aligner_config", "gen_aligner_config", "gen_head_config", "gen_vision_config"}
    ),
    "musicflamingo": frozenset({"head_dim", "max_position_embeddings", "rope_parameters"}),
    "paligemma": frozenset({"hidden_size", "vocab_size"}),
    "phi3_v": frozenset({"embd_layer", "img_processor"}),
}
"""Keys that are a tower's in files of a type, although text decoders have keys of these names."""

OF_PICTURES = {"paligemma": ("num_image_tokens", "use_bidirectional_attention")}
"""Keys of a text section that only speak of pictures and prompts."""

_TIES: dict[Literal["either", "file", "nobody", "text"], str] = {
    "either": """
        fast_vlm glm4v glm4v_moe glm_ocr hunyuan_vl llava llava_next_video llava_onevision
        minimax_m3_vl paddleocr_vl perception_lm qwen2_5_vl qwen2_vl shieldgemma2 video_llama_3""",
    "file": "muse_glimmer step3p7",
    "nobody": """
        audioflamingo3 cosmos3_edge inkling2 inkling_mm_model muse_spark musicflamingo nemo_speechlm
        nemotron_h_omni qwen2_audio vibevoice_asr voxtral""",
    "text": "blip-2 instructblip instructblipvideo llama4 vibevoice",
}
TIES = {kind: whose for whose, kinds in _TIES.items() for kind in kinds.split()}
"""Whose `tie_word_embeddings` a class hears; "nobody": it never ties.

Of other types the file's, and where it says nothing the text section's, as in files older than these rules.
"""

UNTIED = frozenset(
    {
        "cohere_compass",
        "qwen2_5_omni",
        "qwen2_5_omni_thinker",
        "qwen3_vl_moe",
    }
)
"""Types that do not tie where a file is silent, although the class of their text decoder would."""
