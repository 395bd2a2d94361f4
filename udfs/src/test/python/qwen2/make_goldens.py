"""Makes tiny random Qwen2 models and what transformers says of them.

    python udfs/src/test/python/qwen2/make_goldens.py udfs/src/test/resources/golden/qwen2

needs torch 2.7.1, transformers 4.57.6, safetensors 0.6.2, tokenizers 0.22. Each model gets a folder:

    model/           config.json, generation_config.json, safetensors, tokenizer files
    expected.json    prompts (token ids), greedy continuations, smallest top-2 margin along them
    logits.f32       float32, little-endian: for each prompt in turn [tokens, vocab]
    replay.f32       the same for the first prompt followed by its continuation

Everything is computed in float32 on the CPU, whatever the type in which the weights are stored.
"""

import json
import shutil
import sys
from pathlib import Path

import safetensors
import torch
import transformers
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import Qwen2Config, Qwen2ForCausalLM

assert torch.__version__.split("+")[0] == "2.7.1", torch.__version__
assert transformers.__version__ == "4.57.6", transformers.__version__
assert safetensors.__version__ == "0.6.2", safetensors.__version__

NEW_TOKENS = 64
PROMPT_LENGTHS = [1, 2, 7, 16, 33, 12, 12]

MODELS = {
    # Two query heads on each key head, tied, stored as float32.
    "tied-f32": dict(
        seed=21, dtype=torch.float32, std=0.2,
        config=dict(vocab_size=211, hidden_size=64, intermediate_size=112, num_hidden_layers=2,
                    num_attention_heads=4, num_key_value_heads=2, rms_norm_eps=1e-6,
                    rope_theta=1000000.0, tie_word_embeddings=True, eos_token_id=[3, 5])),
    # Seven query heads on one key head, untied, stored as bfloat16 in three shards.
    "untied-bf16-sharded": dict(
        seed=22, dtype=torch.bfloat16, std=0.2, shard="70KB",
        config=dict(vocab_size=151, hidden_size=56, intermediate_size=96, num_hidden_layers=3,
                    num_attention_heads=7, num_key_value_heads=1, rms_norm_eps=1e-5,
                    rope_theta=10000.0, tie_word_embeddings=False, eos_token_id=2)),
    # No grouping, a head size that is not hidden / heads, an unusual epsilon, stored as float16.
    "ungrouped-f16": dict(
        seed=13, dtype=torch.float16, std=0.2,
        config=dict(vocab_size=173, hidden_size=48, intermediate_size=80, num_hidden_layers=4,
                    num_attention_heads=3, num_key_value_heads=3, head_dim=10, rms_norm_eps=3e-3,
                    rope_theta=500.0, tie_word_embeddings=False, eos_token_id=[1])),
    # One layer, six query heads on each of two key heads, tied, stored as bfloat16.
    "wide-bf16": dict(
        seed=14, dtype=torch.bfloat16, std=0.2,
        config=dict(vocab_size=307, hidden_size=96, intermediate_size=64, num_hidden_layers=1,
                    num_attention_heads=12, num_key_value_heads=2, rms_norm_eps=1e-6,
                    rope_theta=10000.0, tie_word_embeddings=True, eos_token_id=4)),
}


def random_model(seed, std, config):
    torch.manual_seed(seed)
    model = Qwen2ForCausalLM(Qwen2Config(max_position_embeddings=512, bos_token_id=None,
                                         pad_token_id=0, **config))
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.normal_(1.0 if name.endswith("norm.weight") else 0.0, std)
    return model.eval()


def save(model, folder, dtype, shard):
    model.to(dtype).save_pretrained(folder, safe_serialization=True, max_shard_size=shard)
    vocab = {f"t{i}": i for i in range(model.config.vocab_size)}
    tokenizer = Tokenizer(models.WordLevel(vocab, unk_token="t0"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "PreTrainedTokenizerFast"}) + "\n")


@torch.no_grad()
def greedy(model, prompt):
    """Full forward pass at each step; end-of-sequence tokens do not end it."""
    ids, margin = list(prompt), float("inf")
    for _ in range(NEW_TOKENS):
        top = model(torch.tensor([ids])).logits[0, -1].topk(2)
        margin = min(margin, (top.values[0] - top.values[1]).item())
        ids.append(top.indices[0].item())
    return ids[len(prompt):], margin


@torch.no_grad()
def logits(model, ids):
    return model(torch.tensor([ids])).logits[0].float()


def make(name, folder, seed, dtype, std, config, shard="10GB"):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    save(random_model(seed, std, config), folder / "model", dtype, shard)
    model = Qwen2ForCausalLM.from_pretrained(
        folder / "model", dtype=torch.float32, attn_implementation="eager").eval()
    generator = torch.Generator().manual_seed(seed)
    prompts = [torch.randint(0, config["vocab_size"], [n], generator=generator).tolist()
               for n in PROMPT_LENGTHS]
    # Two prompts that share their first half, for slots that are copied.
    prompts[-1][:6] = prompts[-2][:6]
    replies = [greedy(model, prompt) for prompt in prompts]
    margin = min(m for _, m in replies)
    assert margin > 1e-3, f"{name}: margin {margin}: choose another seed"
    torch.cat([logits(model, p) for p in prompts]).numpy().astype("<f4").tofile(folder / "logits.f32")
    logits(model, prompts[0] + replies[0][0]).numpy().astype("<f4").tofile(folder / "replay.f32")
    (folder / "expected.json").write_text(json.dumps({
        "prompts": prompts, "greedy": [r for r, _ in replies], "smallest_margin": margin}) + "\n")
    distinct = [len(set(r)) for r, _ in replies]
    print(f"{name}: margin {margin:.4f}, distinct ids per reply {distinct}, "
          f"{sum(f.stat().st_size for f in folder.rglob('*') if f.is_file()) // 1024} KB")


if __name__ == "__main__":
    torch.set_num_threads(1)
    for name, settings in MODELS.items():
        make(name, Path(sys.argv[1]) / name, **settings)
