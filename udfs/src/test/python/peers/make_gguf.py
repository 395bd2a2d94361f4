"""A GGUF file of a model folder of the Qwen2 family, for the peers' script: matrices as they are stored (bfloat16).

    python make_gguf.py FOLDER OUT.gguf

The tokenizer is a list of made-up words: the peers' script sends token ids and takes token ids. Names of keys and tensors
are those of the GGUF specification for the architecture qwen2. Needs gguf 0.19.0, numpy, safetensors 0.8.0.
"""

import json
import sys

import gguf
import numpy as np
from safetensors import safe_open

NAMES = {
    "input_layernorm.weight": "attn_norm.weight",
    "self_attn.q_proj.weight": "attn_q.weight",
    "self_attn.q_proj.bias": "attn_q.bias",
    "self_attn.k_proj.weight": "attn_k.weight",
    "self_attn.k_proj.bias": "attn_k.bias",
    "self_attn.v_proj.weight": "attn_v.weight",
    "self_attn.v_proj.bias": "attn_v.bias",
    "self_attn.o_proj.weight": "attn_output.weight",
    "post_attention_layernorm.weight": "ffn_norm.weight",
    "mlp.gate_proj.weight": "ffn_gate.weight",
    "mlp.up_proj.weight": "ffn_up.weight",
    "mlp.down_proj.weight": "ffn_down.weight",
}


def gguf_name(name):
    name = name.removeprefix("model.")
    if name == "embed_tokens.weight":
        return "token_embd.weight"
    if name == "norm.weight":
        return "output_norm.weight"
    if name == "lm_head.weight":
        return "output.weight"
    _, layer, rest = name.split(".", 2)
    return f"blk.{layer}.{NAMES[rest]}"


def main():
    folder, out = sys.argv[1:]
    with open(folder + "/config.json", encoding="utf-8") as file:
        config = json.load(file)
    writer = gguf.GGUFWriter(out, "qwen2")
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_freq_base(config["rope_theta"])
    vocab = config["vocab_size"]
    writer.add_vocab_size(vocab)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("default")
    # Bytes come first, as such a tokenizer must have them.
    words = [chr(i if 33 <= i < 127 else 256 + i) for i in range(256)]
    words += [f"w{i}" for i in range(256, vocab - 1)] + ["<end>"]
    writer.add_token_list(words)
    writer.add_token_types([gguf.TokenType.NORMAL] * (vocab - 1) + [gguf.TokenType.CONTROL])
    writer.add_token_merges(["a b"])
    writer.add_eos_token_id(vocab - 1)
    with safe_open(folder + "/model.safetensors", "pt") as tensors:
        import torch

        for name in tensors.keys():
            tensor = tensors.get_tensor(name)
            if tensor.dim() == 1:
                writer.add_tensor(gguf_name(name), tensor.float().numpy())
            else:
                raw = tensor.to(torch.bfloat16).contiguous().view(torch.int16).numpy().view(np.uint8)
                writer.add_tensor(
                    gguf_name(name), raw, raw_dtype=gguf.GGMLQuantizationType.BF16
                )
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


main()
