"""What transformers reads from published config.json files, and the tensors of the models they describe.

    python udfs/src/test/python/models/published.py udfs/src/test/resources/golden/published

reads configs.json there and writes expected.json. Models are built on the meta device: names and shapes, no
numbers. A name with the number of a block stands once, the number as `*`, with the range of its blocks. Entries
with `same as` are other spellings, which this version of the library does not read.
"""

import json
import re
import sys
import tempfile
from pathlib import Path

import torch
import transformers
from transformers import AutoConfig
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

assert transformers.__version__ == "4.57.6", transformers.__version__


def tensors(config, class_name):
    model_class = getattr(transformers, class_name)
    with torch.device("meta"):
        model = model_class(config)
    state = model.state_dict()
    if config.tie_word_embeddings:
        for tied in model._tied_weights_keys or []:
            state.pop(tied, None)
    blocks = {}
    for name, tensor in state.items():
        number = re.search(r"\.(\d+)\.", name)
        key = re.sub(r"\.\d+\.", ".*.", name)
        entry = blocks.setdefault(key, (list(tensor.shape), []))
        assert entry[0] == list(tensor.shape), name
        if number:
            entry[1].append(int(number.group(1)))
    for _, numbers in blocks.values():
        assert numbers == list(range(numbers[0], numbers[-1] + 1)) if numbers else True
    return {k: shape + ([f"{n[0]}-{n[-1]}"] if n else []) for k, (shape, n) in sorted(blocks.items())}


def decoder(config):
    rope = dict(config.rope_scaling or {}) if getattr(config, "rope_scaling", None) else {}
    kind = rope.get("rope_type", "default")
    scaling = {"type": kind}
    if kind != "default":
        _, attention_factor = ROPE_INIT_FUNCTIONS[kind](config, "cpu")
        scaling.update(
            factor=rope["factor"], original=rope["original_max_position_embeddings"], attention_factor=attention_factor)
    layers = config.num_hidden_layers
    if hasattr(config, "layer_types") and config.layer_types:
        windows = [config.sliding_window if t == "sliding_attention" else 0 for t in config.layer_types]
    else:
        windows = [getattr(config, "sliding_window", None) or 0] * layers
    eos = config.eos_token_id
    return {
        "kv_heads": config.num_key_value_heads,
        "head_dim": getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads,
        "activation": config.hidden_activation if hasattr(config, "hidden_activation") else config.hidden_act,
        "eps": config.rms_norm_eps,
        "theta": float(config.rope_theta),
        **({"window_theta": float(config.rope_local_base_freq)} if hasattr(config, "rope_local_base_freq") else {}),
        "scaling": scaling,
        "windows": sorted(set(windows)),
        "windowed": sum(1 for w in windows if w),
        "tied": config.tie_word_embeddings,
        "eos": eos if isinstance(eos, list) else [eos],
    }


def encoder(config):
    if config.model_type == "modernbert":
        return {
            "activation": config.hidden_activation,
            "eps": config.norm_eps,
            "theta": config.global_rope_theta,
            "local_theta": config.local_rope_theta,
            "window": config.local_attention // 2,
            "global": [i for i in range(config.num_hidden_layers) if i % config.global_attn_every_n_layers == 0],
        }
    distil = config.model_type == "distilbert"
    return {
        "activation": config.activation if distil else config.hidden_act,
        "eps": 1e-12 if distil else config.layer_norm_eps,
        "labels": [config.id2label[i] for i in range(config.num_labels)],
    }


def expected(files):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "config.json").write_text(json.dumps(files["config.json"]))
        config = AutoConfig.from_pretrained(folder)
    causal = config.architectures[0].endswith("ForCausalLM")
    return {
        "vocab": config.vocab_size,
        "hidden": config.hidden_size,
        "layers": config.num_hidden_layers,
        "heads": config.num_attention_heads,
        **(decoder(config) if causal else encoder(config)),
        "tensors": tensors(config, files.get("stored as", config.architectures[0])),
    }


def main(folder):
    configs = json.loads((folder / "configs.json").read_text())
    lines = []
    for name, files in configs.items():
        if "same as" not in files:
            answer = expected(files)
            stored = ",\n".join(f"      {json.dumps(k)}: {json.dumps(v)}" for k, v in answer.pop("tensors").items())
            lines.append(f"  {json.dumps(name)}: {json.dumps(answer)[:-1]}, \"tensors\": {{\n{stored}\n    }}\n  }}")
    (folder / "expected.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
