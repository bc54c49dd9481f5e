"""Keys of config files that say nothing about the architecture, in one table.

What is listed here changes neither a weight's shape nor which weights a token meets, and hardly what becomes
of it: constants that keep a division from zero, channels in another order.
Keys that do matter are read by a family's reader, or refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

_TOPICS: dict[str, str] = {
    "the file itself": """
        _name_or_path architectures auto_map model_type transformers_version torch_dtype dtype
        _attn_implementation _attn_implementation_autoset attn_implementation _commit_hash id2label
        label2id finetuning_task problem_type task_specific_params unsloth_fixed unsloth_version
        for_llm_compressor language_model_only tokenizer_class expert_dtype mamba_ssm_dtype
        mamba_ssm_cache_dtype router_dtype moe_router_dtype use_bfloat16 torchscript
        model_name license is_decoder max_tokenizer_truncation""",
    "towers and projectors beside the text decoder": """
        vision_config audio_config video_config speech_config vision_model_type processor_config
        multimodal_projector_bias projector_hidden_act projector_bias projection_hidden_size
        projection_layer_norm_eps projector_type vision_feature_layer vision_feature_select_strategy
        spatial_merge_size mm_tokens_per_image vision_soft_tokens_per_image downsample_factor
        alignment_activation_fn alignment_intermediate_size enable_adapter_layer_norm
        max_splits_per_img use_unified_vision_chunk video_placeholder image_placeholder ignore_index
        image_seq_length mm_hidden_size image_size patch_size use_bidirectional_image_attention
        audio_processor_config vision_use_head mm_projector_type mm_vision_select_layer""",
    "training": """
        initializer_range initializer_factor embedding_initializer_range output_router_logits
        router_aux_loss_coef aux_loss_alpha seq_aux load_balance_coeff router_z_loss_coef
        router_jitter_noise attention_dropout attn_pdrop embd_pdrop resid_pdrop hidden_dropout
        embedding_dropout output_dropout classifier_dropout summary_first_dropout ep_size pretraining_tp
        rescale_prenorm_residual mtp_loss_scaling_factor igate_bias_init_range residual_dropout
        gradient_checkpointing time_step_min time_step_max time_step_floor time_step_limit
        tf_legacy_loss first_dropout z_loss_coefficient init_std""",
    "running": """
        use_cache quantization_config quantization compression_config return_last_states
        use_mamba_kernels chunk_size chunk_size_feed_forward num_logits_to_keep residual_in_fp32
        enable_attention_fp32_softmax enable_lm_head_fp32 enable_moe_fp32_combine
        use_grouped_mm need_fp32_gate
        moe_shared_expert_overlap use_parallel_embedding output_attentions output_hidden_states
        return_dict add_forward_backend_padding forward_backend_name step_backend_name
        force_bos_token_insert norm_reduction_force_float32 chunkwise_kernel sequence_kernel step_kernel
        mode inference_state_dtype autocast_kernel_dtype max_inference_chunksize output_past weight_mode
        reorder_and_upcast_attn use_flash_attn use_cuda_graph cache_implementation
        mlstm_round_up_to_multiple_of moe_backend""",
    "generating text": """
        bad_words_ids begin_suppress_tokens suppress_tokens diversity_penalty do_sample early_stopping
        encoder_no_repeat_ngram_size no_repeat_ngram_size exponential_decay_length_penalty
        length_penalty max_length min_length num_beam_groups num_beams num_return_sequences prefix
        remove_invalid_values repetition_penalty return_dict_in_generate temperature top_k top_p
        typical_p output_scores summary_activation summary_proj_to_labels summary_type summary_use_proj""",
    "small constants, and channels in another order": """
        rms_norm_eps layer_norm_eps layer_norm_epsilon layernorm_epsilon
        norm_eps norm_epsilon cell_norm_eps eps
        mscale mscale_all_dim rope_interleave
        indexer_rope_interleave rope_style
        hc_eps hc_sinkhorn_iters zero_centered""",
    "context extension, which moves no weight": """
        original_max_position_embeddings initial_context_length factor attention_factor beta_fast
        beta_slow alpha beta truncate apply_scale low_freq_factor high_freq_factor short_factor
        long_factor short_mscale long_mscale scaling_factor extrapolation_factor attn_factor
        mrope_section mrope_interleaved default_theta yarn_only_types rope_type""",
}

_OTHERS = """
    deepstack_layer_map default_num_delay_tokens density_router_loss_weight density_router_threshold
    diffusion_head_config diffusion_loss_weight drop_vision_last_layer enable_audio_output enable_talker
    encoder_config has_lora_adapter high_res_vision_config im_end_id im_newline_id im_start_id
    img_token_compression_config init_codebook insert_layer_id max_value_projector_patch_to_query_dict
    merge_kernel_size merged_hidden_size merger_times num_channels num_query_tokens out_hidden_size
    position_id_per_seconds process_image_mode scale_factor seconds_per_chunk token_classification_bias
    use_decoder_only_language_model vocabulary_map window_size word_timestamp_config"""

_KEYS = frozenset(" ".join(_TOPICS.values()).split())
_TOKENS = re.compile(r"\w+_token_(id|ids|index)\Z|image_token\Z")
_OF_TOWERS = (
    r"(acoustic|adapter|adaptor|audio|code2wav|downsample|image|mm|perceiver|projection|projector|qformer"
    rf"|semantic|spatial|speech|talker|token2wav|video|vision|vq)_\w+\Z|({'|'.join(_OTHERS.split())})\Z"
)


Matters = Callable[[Any], bool]


def _unless(*harmless: bool) -> Matters:
    """Return the test for a key of which only these values change nothing."""
    return lambda value: not any(value is one for one in harmless)


def _adapters(value: Any) -> bool:
    """Tell whether a section of adapters has some, and not only their defaults."""
    return bool(value.get("adapters")) if isinstance(value, dict) else bool(value)


ELSEWHERE: dict[str, tuple[Matters, str]] = {
    "is_causal": (_unless(True), "tokens see later ones; only causal decoders are drawn"),
    "use_bidirectional_attention": (_unless(False), "tokens see later ones; only causal decoders are drawn"),
    "is_encoder_decoder": (_unless(False), "an encoder and a decoder; only decoders are drawn"),
    "use_mla": (_unless(True), "attention without a latent, which the type of this file has"),
    "add_cross_attention": (_unless(False), "layers also read an encoder, which is not drawn"),
    "draft_vocab_size": (bool, "a draft head for another model, with a vocabulary of its own"),
    "pruned_heads": (bool, "heads were cut out, which no key else tells"),
    "adapters": (_adapters, "adapters change the weights; draw the model without them"),
    "peft_type": (bool, "an adapter; draw the model that it belongs to"),
}
"""Keys that change the model in places that no class of a type reads: when, and what they do."""


def ignored(key: str) -> bool:
    """Tell whether a key says nothing about the architecture; writers' own notes begin with a line."""
    return key in _KEYS or key.startswith("_") or bool(_TOKENS.match(key))


def of_towers(key: str) -> bool:
    """Tell whether a key beside the text section of a multimodal file says nothing about its decoder."""
    return bool(re.match(_OF_TOWERS, key))
