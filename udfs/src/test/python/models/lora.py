"""Makes random LoRA adapters of goldens that are there already, and what peft says of the merged models.

    python udfs/src/test/python/models/lora.py udfs/src/test/resources/golden [name ...]

needs what requirements.txt beside it names, and the goldens of decoders.py and encoders.py. Each adapter gets a
folder lora/NAME:

    adapter/   adapter_config.json, adapter_model.safetensors
    expected.json, logits.f32, replay.f32   as decoders.py writes them, and "base": the golden whose model it changes
    expected.json, outputs.f32              as encoders.py writes them, for a classifier

The reference is PeftModel.from_pretrained(...).merge_and_unload() on the base model in float32, and with `beside`
PeftModel.from_pretrained(...) as it is: what was trained.
"""

import json
import shutil
import sys
from pathlib import Path

import peft
import safetensors.torch
import torch
import transformers
from peft import LoraConfig, PeftModel, get_peft_model

import decoders
import encoders

assert peft.__version__ == "0.17.1", peft.__version__

PROJECTIONS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]

ADAPTERS = {
    # Every projection, scaled by alpha / r.
    "all-linear": dict(
        seed=3, base="decoders/qwen2-tied-f32",
        config=dict(task_type="CAUSAL_LM", r=4, lora_alpha=8, target_modules=PROJECTIONS)),
    # Scaled by alpha / sqrt(r); two modules with a rank and an alpha of their own.
    "rslora-patterns": dict(
        seed=1, base="decoders/llama-llama3",
        config=dict(task_type="CAUSAL_LM", r=4, lora_alpha=4, target_modules=["q_proj", "v_proj"],
                    use_rslora=True, rank_pattern={"layers.1.self_attn.v_proj": 2},
                    alpha_pattern={"layers.0.self_attn.q_proj": 12, "v_proj": 6})),
    # A head of its own, and every bias of the model anew.
    "lm-head-bias-all": dict(
        seed=3, base="decoders/llama-biases-gelu",
        config=dict(task_type="CAUSAL_LM", r=2, lora_alpha=4, target_modules=["q_proj", "down_proj"],
                    modules_to_save=["lm_head"], bias="all")),
    # Embeddings of its own. Biases of adapted modules are trained but, by an error in this version of peft, not
    # stored: it looks for v_proj.bias where the name is v_proj.base_layer.bias. The base keeps its own.
    "embed-tokens-bias-lora-only": dict(
        seed=7, base="decoders/llama-biases-gelu",
        config=dict(task_type="CAUSAL_LM", r=3, lora_alpha=3, target_modules=["v_proj", "up_proj"],
                    modules_to_save=["embed_tokens"], bias="lora_only")),
    # Magnitude and direction apart.
    "dora": dict(
        seed=5, base="decoders/qwen3-tied",
        config=dict(task_type="CAUSAL_LM", r=4, lora_alpha=6, target_modules=["q_proj", "o_proj", "down_proj"],
                    use_dora=True)),
    # Embedding and head adapted as well: peft then stores their base with them.
    "embedding-and-head": dict(
        seed=2, base="decoders/llama-biases-gelu",
        config=dict(task_type="CAUSAL_LM", r=2, lora_alpha=2, target_modules=["q_proj", "embed_tokens", "lm_head"])),
    # The same where both are one matrix: each is adapted by itself, which only the adapter beside the weights does.
    "tied-embedding-and-head": dict(
        seed=1, base="decoders/qwen3-tied", beside=True,
        config=dict(task_type="CAUSAL_LM", r=2, lora_alpha=2, target_modules=["q_proj", "embed_tokens", "lm_head"])),
    # Embeddings of its own, while the head keeps the base's.
    "tied-embed-tokens": dict(
        seed=1, base="decoders/qwen2-wide-bf16", beside=True,
        config=dict(task_type="CAUSAL_LM", r=2, lora_alpha=2, target_modules=["q_proj"],
                    modules_to_save=["embed_tokens"])),
    # Matrices that are stored as one and are several in the model; magnitude and direction apart.
    "fused-dora": dict(
        seed=4, base="decoders/phi3-sliding",
        config=dict(task_type="CAUSAL_LM", r=3, lora_alpha=6, use_dora=True,
                    target_modules=["qkv_proj", "o_proj", "gate_up_proj", "down_proj"])),
    # Four norms in a layer.
    "gemma3-all-linear": dict(
        seed=2, base="decoders/gemma3_text-scaled",
        config=dict(task_type="CAUSAL_LM", r=4, lora_alpha=8, target_modules=PROJECTIONS)),
    # A classifier whose head comes with the adapter.
    "classifier": dict(
        seed=1, base="encoders/bert-classifier",
        config=dict(task_type="SEQ_CLS", r=4, lora_alpha=8, target_modules=["query", "value", "dense"],
                    exclude_modules=["classifier"])),
}


def load(folder):
    kind = (transformers.AutoModelForSequenceClassification if folder.parent.parent.name == "encoders"
            else transformers.AutoModelForCausalLM)
    return kind.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()


def save_adapter(base, config, seed, folder, base_name):
    """Whatever the adapter trains moves away from where it starts, so that all of it matters."""
    adapted = get_peft_model(base, LoraConfig(**config))
    torch.manual_seed(seed)
    with torch.no_grad():
        for name, parameter in adapted.named_parameters():
            if "lora_magnitude_vector" in name:
                parameter.mul_(1 + 0.3 * torch.randn(parameter.shape))
            elif parameter.requires_grad:
                parameter.copy_((0 if "lora_" in name else parameter) + 0.2 * torch.randn(parameter.shape))
    adapted.save_pretrained(folder, safe_serialization=True)
    (folder / "README.md").unlink(missing_ok=True)
    written = json.loads((folder / "adapter_config.json").read_text())
    for modules in ("target_modules", "exclude_modules", "modules_to_save"):
        written[modules] = sorted(written[modules]) if written[modules] else written[modules]
    written["base_model_name_or_path"] = base_name
    (folder / "adapter_config.json").write_text(json.dumps(written, indent=2) + "\n")


@torch.no_grad()
def unmerged_agrees(base, folder, merged, ids):
    """The adapter beside the weights says what it says inside them."""
    beside = PeftModel.from_pretrained(base, folder).eval()(ids).logits
    return (beside - merged(ids).logits).abs().max().item() < 1e-3


def stored_whole(adapter, merged):
    """Heads, embeddings and biases in the adapter's file are those of the merged model."""
    weights = merged.state_dict()
    stored = {name.removeprefix("base_model.model.").replace(".base_layer", ""): tensor
              for name, tensor in safetensors.torch.load_file(adapter / "adapter_model.safetensors").items()
              if "lora_" not in name}
    print(f"  whole in the adapter: {len(stored)} tensors")
    return all(torch.equal(weights[name], tensor) for name, tensor in stored.items())


def make(root, name, seed, base, config, beside=False):
    folder, model = root / "lora" / name, root / base / "model"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    base_name = Path(base).name
    save_adapter(load(model), config, seed, folder / "adapter", base_name)
    adapted = PeftModel.from_pretrained(load(model), folder / "adapter").eval()
    merged = adapted.get_base_model() if beside else adapted.merge_and_unload().eval()
    ids = torch.arange(2, 30).unsqueeze(0)
    if not beside:
        assert unmerged_agrees(load(model), folder / "adapter", merged, ids)
        assert "lm_head" in config["target_modules"] or stored_whole(folder / "adapter", merged)
    with torch.no_grad():
        difference = (merged(ids).logits - load(model)(ids).logits).abs().max().item()
    assert difference > 0.2, f"{name}: the adapter changes scores by {difference} only"
    if config["task_type"] == "SEQ_CLS":
        expected, outputs = encoders.scores(model, encoders.ALL, merged)
        encoders.write(folder, {"base": base_name} | expected, outputs)
    else:
        prompts = decoders.random_prompts(seed, merged.config.vocab_size)
        expected = decoders.answer(merged, prompts, folder, name)
        (folder / "expected.json").write_text(json.dumps({"base": base_name} | expected) + "\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    for name in sys.argv[2:] or ADAPTERS:
        make(Path(sys.argv[1]), name, **ADAPTERS[name])
