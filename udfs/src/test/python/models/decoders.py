"""Makes tiny random decoders and what transformers says of them.

    python udfs/src/test/python/models/decoders.py udfs/src/test/resources/golden/decoders [name ...]

needs what requirements.txt beside it names. Each model gets a folder:

    model/             config.json, generation_config.json, safetensors, tokenizer files
    expected.json      prompts (token ids), greedy continuations, smallest top-2 margin along them
    logits.f32         float32, little-endian: for each prompt in turn [tokens, vocab]
    replay.f32         the same for the first prompt followed by its continuation

and those whose rotary frequencies depend on the length so far also

    expected.json      "greedy_cached": what generate(use_cache=True) continues with (dynamic NTK alone)
    replay_cached.f32  scores of the first prompt and its continuation, token by token: with a cache (dynamic NTK),
                       or each by a forward pass over the sequence so far (longrope, which forgets its cache when
                       the sequence outgrows the short factors)

Everything is computed in float32 on the CPU, whatever the type in which the weights are stored. An option
that changes nothing would prove nothing: `without` holds the value that switches an option off, and the scores
must then differ.
"""

import json
import logging
import shutil
import sys
from pathlib import Path

import safetensors
import torch
import transformers
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import AutoConfig, AutoModelForCausalLM

assert torch.__version__.split("+")[0] == "2.7.1", torch.__version__
assert transformers.__version__ == "4.57.6", transformers.__version__
assert safetensors.__version__ == "0.6.2", safetensors.__version__

NEW_TOKENS = 64
PROMPT_LENGTHS = [1, 2, 7, 16, 33, 12, 12]
NO_SCALING = dict(rope_scaling=None)

MODELS = {
    # Two query heads on each key head, tied, stored as float32.
    "qwen2-tied-f32": dict(
        seed=21, dtype=torch.float32,
        config=dict(vocab_size=211, hidden_size=64, intermediate_size=112, num_hidden_layers=2,
                    num_attention_heads=4, num_key_value_heads=2, rms_norm_eps=1e-6,
                    rope_theta=1000000.0, tie_word_embeddings=True, eos_token_id=[3, 5])),
    # Seven query heads on one key head, untied, stored as bfloat16 in three shards.
    "qwen2-untied-bf16-sharded": dict(
        seed=22, dtype=torch.bfloat16, shard="70KB",
        config=dict(vocab_size=151, hidden_size=56, intermediate_size=96, num_hidden_layers=3,
                    num_attention_heads=7, num_key_value_heads=1, rms_norm_eps=1e-5,
                    rope_theta=10000.0, tie_word_embeddings=False, eos_token_id=2)),
    # No grouping, a head size that is not hidden / heads, an unusual epsilon, stored as float16.
    "qwen2-ungrouped-f16": dict(
        seed=13, dtype=torch.float16,
        config=dict(vocab_size=173, hidden_size=48, intermediate_size=80, num_hidden_layers=4,
                    num_attention_heads=3, num_key_value_heads=3, head_dim=10, rms_norm_eps=3e-3,
                    rope_theta=500.0, tie_word_embeddings=False, eos_token_id=[1])),
    # One layer, six query heads on each of two key heads, tied, stored as bfloat16.
    "qwen2-wide-bf16": dict(
        seed=14, dtype=torch.bfloat16,
        config=dict(vocab_size=307, hidden_size=96, intermediate_size=64, num_hidden_layers=1,
                    num_attention_heads=12, num_key_value_heads=2, rms_norm_eps=1e-6,
                    rope_theta=10000.0, tie_word_embeddings=True, eos_token_id=4)),
    # The first two layers see everything, the last two a window; the older spelling has no layer_types.
    "qwen2-sliding": dict(
        seed=3, dtype=torch.bfloat16, without=dict(layer_types=["full_attention"] * 4),
        older=lambda c: older(c, "layer_types"),
        config=dict(vocab_size=97, hidden_size=32, intermediate_size=48, num_hidden_layers=4,
                    num_attention_heads=4, num_key_value_heads=2, rope_theta=1000.0,
                    tie_word_embeddings=True, eos_token_id=2, use_sliding_window=True,
                    sliding_window=8, max_window_layers=2)),
    # YaRN as Qwen2.5 documents it; a sliding_window that use_sliding_window turns off.
    "qwen2-yarn": dict(
        seed=2, dtype=torch.float16, without=NO_SCALING,
        older=lambda c: older(c, "layer_types", sliding_window=8, max_window_layers=1,
                              rope_scaling={"factor": 4.0, "original_max_position_embeddings": 32,
                                            "type": "yarn"}),
        config=dict(vocab_size=101, hidden_size=48, intermediate_size=64, num_hidden_layers=2,
                    num_attention_heads=3, num_key_value_heads=1, rope_theta=10000.0,
                    tie_word_embeddings=False, eos_token_id=2, max_position_embeddings=128,
                    rope_scaling={"rope_type": "yarn", "factor": 4.0,
                                  "original_max_position_embeddings": 32})),
    # A head size that is not hidden / heads, tied, no bias.
    "qwen3-tied": dict(
        seed=3, dtype=torch.bfloat16,
        config=dict(vocab_size=103, hidden_size=40, intermediate_size=64, num_hidden_layers=2,
                    num_attention_heads=4, num_key_value_heads=2, head_dim=16, rope_theta=1000000.0,
                    tie_word_embeddings=True, eos_token_id=[2, 4])),
    # Untied, biases on all four attention projections, YaRN whose original length is left out.
    "qwen3-untied-bias": dict(
        seed=3, dtype=torch.float16, without=NO_SCALING,
        config=dict(vocab_size=97, hidden_size=36, intermediate_size=56, num_hidden_layers=3,
                    num_attention_heads=3, num_key_value_heads=3, head_dim=8, rope_theta=500.0,
                    tie_word_embeddings=False, eos_token_id=2, attention_bias=True, rms_norm_eps=1e-5,
                    max_position_embeddings=128, rope_scaling={"rope_type": "yarn", "factor": 2.0})),
    # layer_types in an order that max_window_layers cannot say.
    "qwen3-sliding": dict(
        seed=2, dtype=torch.bfloat16,
        without=dict(layer_types=["full_attention", "full_attention", "sliding_attention"]),
        config=dict(vocab_size=97, hidden_size=32, intermediate_size=48, num_hidden_layers=3,
                    num_attention_heads=4, num_key_value_heads=1, head_dim=12, rope_theta=10000.0,
                    tie_word_embeddings=True, eos_token_id=2, use_sliding_window=True, sliding_window=5,
                    max_window_layers=1,
                    layer_types=["sliding_attention", "full_attention", "sliding_attention"])),
    # As Llama 3.2: tied, head_dim written out; wavelengths in all three bands.
    "llama-llama3": dict(
        seed=3, dtype=torch.bfloat16, without=NO_SCALING,
        config=dict(vocab_size=109, hidden_size=48, intermediate_size=64, num_hidden_layers=2,
                    num_attention_heads=3, num_key_value_heads=1, head_dim=16, rope_theta=500.0,
                    rms_norm_eps=1e-5, tie_word_embeddings=True, bos_token_id=1, eos_token_id=[2, 3],
                    max_position_embeddings=256,
                    rope_scaling={"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0,
                                  "high_freq_factor": 4.0, "original_max_position_embeddings": 32})),
    # Linear scaling, in a config.json as the first LLaMA folders have it.
    "llama-linear": dict(
        seed=1, dtype=torch.float16, without=NO_SCALING,
        older=lambda c: older(c, "head_dim", "num_key_value_heads", "rope_theta", "attention_bias",
                              "attention_dropout", "mlp_bias",
                              rope_scaling={"type": "linear", "factor": 2.0}),
        config=dict(vocab_size=97, hidden_size=40, intermediate_size=64, num_hidden_layers=2,
                    num_attention_heads=5, rms_norm_eps=1e-6, tie_word_embeddings=False, bos_token_id=1,
                    eos_token_id=2, rope_scaling={"rope_type": "linear", "factor": 2.0})),
    # Dynamic NTK: every reply crosses max_position_embeddings, one prompt begins behind it.
    "llama-dynamic": dict(
        seed=3, dtype=torch.bfloat16, without=NO_SCALING, cached=True,
        config=dict(vocab_size=97, hidden_size=40, intermediate_size=64, num_hidden_layers=2,
                    num_attention_heads=4, num_key_value_heads=2, head_dim=12, rope_theta=100.0,
                    tie_word_embeddings=False, bos_token_id=1, eos_token_id=2,
                    max_position_embeddings=32, rope_scaling={"rope_type": "dynamic", "factor": 4.0})),
    # Every bias there is, gelu by the error function.
    "llama-biases-gelu": dict(
        seed=1, dtype=torch.bfloat16, without=dict(hidden_act="silu"),
        config=dict(vocab_size=97, hidden_size=36, intermediate_size=48, num_hidden_layers=2,
                    num_attention_heads=4, num_key_value_heads=4, head_dim=14, rope_theta=10000.0,
                    tie_word_embeddings=False, bos_token_id=1, eos_token_id=2, attention_bias=True,
                    mlp_bias=True, hidden_act="gelu")),
    # YaRN with every parameter written out; the attention factor wins over both mscales.
    "llama-yarn-explicit": dict(
        seed=3, dtype=torch.float16,
        without=dict(rope_scaling={"rope_type": "yarn", "factor": 4.0, "beta_fast": 4.0, "beta_slow": 0.5,
                                   "attention_factor": 1.3, "original_max_position_embeddings": 32},
                     hidden_act="silu"),
        config=dict(vocab_size=101, hidden_size=48, intermediate_size=56, num_hidden_layers=2,
                    num_attention_heads=3, num_key_value_heads=1, rope_theta=500.0,
                    tie_word_embeddings=True, bos_token_id=1, eos_token_id=2, hidden_act="gelu_new",
                    max_position_embeddings=128,
                    rope_scaling={"rope_type": "yarn", "factor": 4.0, "beta_fast": 4.0, "beta_slow": 0.5,
                                  "attention_factor": 1.3, "mscale": 0.7, "mscale_all_dim": 0.4,
                                  "truncate": False, "original_max_position_embeddings": 32})),
    # YaRN whose attention factor is the quotient of the mscales.
    "llama-yarn-mscale": dict(
        seed=2, dtype=torch.bfloat16,
        without=dict(rope_scaling={"rope_type": "yarn", "factor": 4.0,
                                   "original_max_position_embeddings": 32}, hidden_act="silu"),
        config=dict(vocab_size=97, hidden_size=40, intermediate_size=64, num_hidden_layers=2,
                    num_attention_heads=2, num_key_value_heads=1, rope_theta=10000.0,
                    tie_word_embeddings=True, bos_token_id=1, eos_token_id=2, hidden_act="relu",
                    max_position_embeddings=128,
                    rope_scaling={"rope_type": "yarn", "factor": 4.0, "mscale": 2.0,
                                  "mscale_all_dim": 0.5, "original_max_position_embeddings": 32})),
    # Every layer has a window; head_dim written out.
    "mistral-sliding": dict(
        seed=10, dtype=torch.bfloat16, without=dict(sliding_window=9),
        config=dict(vocab_size=97, hidden_size=40, intermediate_size=64, num_hidden_layers=3,
                    num_attention_heads=4, num_key_value_heads=2, head_dim=12, rope_theta=10000.0,
                    rms_norm_eps=1e-5, tie_word_embeddings=False, bos_token_id=1, eos_token_id=2,
                    sliding_window=8)),
    # No window, no head_dim, an older config.json, gelu by the tanh formula.
    "mistral-full": dict(
        seed=1, dtype=torch.float16, without=dict(sliding_window=8, hidden_act="silu"),
        older=lambda c: older(c, "head_dim", "attention_dropout"),
        config=dict(vocab_size=97, hidden_size=48, intermediate_size=56, num_hidden_layers=2,
                    num_attention_heads=6, num_key_value_heads=2, rope_theta=1000000.0, rms_norm_eps=1e-5,
                    tie_word_embeddings=False, bos_token_id=1, eos_token_id=2, sliding_window=None,
                    hidden_act="gelu_pytorch_tanh")),
    # As Phi-3-mini-4k: every layer has a window, heads turn as a whole; auto_map as published.
    "phi3-sliding": dict(
        seed=2, dtype=torch.bfloat16, without=dict(sliding_window=9),
        older=lambda c: older(c, auto_map={"AutoConfig": "configuration_phi3.Phi3Config",
                                           "AutoModelForCausalLM": "modeling_phi3.Phi3ForCausalLM"}),
        config=dict(vocab_size=97, hidden_size=40, intermediate_size=56, num_hidden_layers=3,
                    num_attention_heads=5, num_key_value_heads=5, rms_norm_eps=1e-5, rope_theta=10000.0,
                    tie_word_embeddings=False, bos_token_id=1, eos_token_id=[2, 3], sliding_window=8,
                    max_position_embeddings=512, original_max_position_embeddings=512)),
    # As Phi-4-mini: three quarters of a head turn, grouped heads, tied, longrope; no sequence is long.
    "phi3-partial-tied": dict(
        seed=2, dtype=torch.float32, without=NO_SCALING,
        config=dict(vocab_size=101, hidden_size=48, intermediate_size=64, num_hidden_layers=2,
                    num_attention_heads=3, num_key_value_heads=1, rms_norm_eps=1e-5, rope_theta=100.0,
                    tie_word_embeddings=True, bos_token_id=1, eos_token_id=2, partial_rotary_factor=0.75,
                    max_position_embeddings=1024, original_max_position_embeddings=128,
                    rope_scaling={"type": "longrope", "short_factor": [1.0, 1.3, 1.5, 2.0, 2.5, 4.0],
                                  "long_factor": [1.0, 2.0, 4.0, 8.0, 8.0, 8.0]})),
    # As Phi-3-mini-128k ("su" is its first spelling): replies outgrow the short factors, one prompt is long.
    "phi3-longrope": dict(
        seed=1, dtype=torch.float16, without=NO_SCALING, grown=True,
        older=lambda c: older(c, rope_scaling=dict(c["rope_scaling"], type="su")),
        config=dict(vocab_size=97, hidden_size=48, intermediate_size=56, num_hidden_layers=2,
                    num_attention_heads=3, num_key_value_heads=3, rms_norm_eps=1e-5, rope_theta=10000.0,
                    tie_word_embeddings=False, bos_token_id=1, eos_token_id=2, sliding_window=4096,
                    max_position_embeddings=256, original_max_position_embeddings=32,
                    rope_scaling={"type": "longrope", "short_factor": [1.0, 1.1, 1.2, 1.5, 2.0, 2.5, 3.0, 3.5],
                                  "long_factor": [1.0, 1.5, 2.5, 4.0, 6.0, 8.0, 8.0, 8.0]})),
    # As Gemma 3 1B: five layers in six see a window and turn by a base of their own, the pattern by its length.
    "gemma3_text-pattern": dict(
        seed=1, dtype=torch.bfloat16, embedding=0.1, without=dict(sliding_window=9, rope_local_base_freq=10000.0),
        older=lambda c: older(c, "layer_types", "_sliding_window_pattern", sliding_window_pattern=3),
        config=dict(vocab_size=97, hidden_size=40, intermediate_size=56, num_hidden_layers=4,
                    num_attention_heads=4, num_key_value_heads=1, head_dim=16, rms_norm_eps=1e-6,
                    rope_theta=1000000.0, rope_local_base_freq=100.0, query_pre_attn_scalar=16,
                    tie_word_embeddings=True, bos_token_id=2, eos_token_id=[1, 3], sliding_window=8,
                    sliding_window_pattern=3)),
    # As Gemma 3 27B: a scale that is not that of the head, linear scaling of the global layers; layer_types out
    # of the pattern, and a cap on the scores, which Gemma 3 itself has not.
    "gemma3_text-scaled": dict(
        seed=2, dtype=torch.float32,
        without=dict(query_pre_attn_scalar=16, final_logit_softcapping=None, **NO_SCALING),
        config=dict(vocab_size=103, hidden_size=48, intermediate_size=64, num_hidden_layers=4,
                    num_attention_heads=4, num_key_value_heads=2, head_dim=16, rms_norm_eps=1e-5,
                    rope_theta=10000.0, rope_local_base_freq=500.0, query_pre_attn_scalar=5,
                    tie_word_embeddings=False, bos_token_id=2, eos_token_id=1, sliding_window=6,
                    layer_types=["full_attention", "sliding_attention", "sliding_attention", "full_attention"],
                    final_logit_softcapping=6.0, rope_scaling={"rope_type": "linear", "factor": 8.0})),
    # No window in any layer, an output layer of its own, biases.
    "gemma3_text-untied-full": dict(
        seed=1, dtype=torch.float16, without=dict(hidden_activation="silu"),
        config=dict(vocab_size=97, hidden_size=36, intermediate_size=48, num_hidden_layers=2,
                    num_attention_heads=3, num_key_value_heads=3, head_dim=12, rope_theta=500.0,
                    query_pre_attn_scalar=12, tie_word_embeddings=False, bos_token_id=2, eos_token_id=1,
                    attention_bias=True, layer_types=["full_attention"] * 2)),
}


def older(config, *absent, **changed):
    """The same configuration as folders published before transformers 4.56 spell it."""
    config = {key: value for key, value in config.items() if key not in absent} | changed
    config["torch_dtype"] = config.pop("dtype")
    config["transformers_version"] = "4.37.2"
    return dict(sorted(config.items()))


def full_config(name, config):
    return AutoConfig.for_model(name.split("-")[0], **(
        dict(max_position_embeddings=512, bos_token_id=None, pad_token_id=0) | config))


def random_model(name, seed, config, embedding):
    torch.manual_seed(seed)
    model = AutoModelForCausalLM.from_config(full_config(name, config))
    with torch.no_grad():
        for parameter_name, parameter in model.named_parameters():
            # Gemma stores norms as offsets from 1.
            ones = parameter_name.endswith("norm.weight") and not name.startswith("gemma")
            parameter.normal_(1.0 if ones else 0.0, embedding if "embed_tokens" in parameter_name else 0.2)
    return model.eval()


def save(model, folder, dtype, shard, older):
    model.to(dtype).save_pretrained(folder, safe_serialization=True, max_shard_size=shard)
    vocab = {f"t{i}": i for i in range(model.config.vocab_size)}
    tokenizer = Tokenizer(models.WordLevel(vocab, unk_token="t0"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "PreTrainedTokenizerFast"}) + "\n")
    if older:
        written = json.loads((folder / "config.json").read_text())
        before = AutoConfig.from_pretrained(folder)
        (folder / "config.json").write_text(json.dumps(older(written), indent=2) + "\n")
        assert read_the_same(before, AutoConfig.from_pretrained(folder))


def read_the_same(one, other):
    """Whether the library reads both alike; `type` is a second name of rope_type, and a window is off or on."""
    def meaning(config):
        values = config.to_dict()
        (values["rope_scaling"] if values.get("rope_scaling") else {}).pop("type", None)
        return {k: v for k, v in values.items() if k not in ("transformers_version", "max_window_layers", "auto_map")}
    return meaning(one) == meaning(other)


def load(folder, **config):
    return AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager", **config).eval()


@torch.no_grad()
def forget_length(model):
    """A sequence shorter than max_position_embeddings sets dynamic frequencies back to their start."""
    model(torch.tensor([[0]]))


@torch.no_grad()
def greedy(model, prompt):
    """Full forward pass at each step; end-of-sequence tokens do not end it."""
    forget_length(model)
    ids, margin = list(prompt), float("inf")
    for _ in range(NEW_TOKENS):
        top = model(torch.tensor([ids])).logits[0, -1].topk(2)
        margin = min(margin, (top.values[0] - top.values[1]).item())
        ids.append(top.indices[0].item())
    return ids[len(prompt):], margin


@torch.no_grad()
def greedy_cached(model, prompt):
    forget_length(model)
    ids = torch.tensor([prompt])
    out = model.generate(ids, attention_mask=torch.ones_like(ids), do_sample=False, use_cache=True,
                         min_new_tokens=NEW_TOKENS, max_new_tokens=NEW_TOKENS, eos_token_id=[],
                         output_logits=True, return_dict_in_generate=True)
    top = torch.cat(out.logits).topk(2).values
    return out.sequences[0, len(prompt):].tolist(), (top[:, 0] - top[:, 1]).min().item()


@torch.no_grad()
def logits(model, ids):
    forget_length(model)
    return model(torch.tensor([ids])).logits[0].float()


@torch.no_grad()
def stepwise_logits(model, ids):
    """Each token in a forward pass of its own, keys and values kept."""
    forget_length(model)
    cache, rows = None, []
    for token in ids:
        out = model(torch.tensor([[token]]), past_key_values=cache, use_cache=True)
        cache = out.past_key_values
        rows.append(out.logits[0].float())
    return torch.cat(rows)


def write(file, rows):
    rows.numpy().astype("<f4").tofile(file)


def random_prompts(seed, vocab_size):
    generator = torch.Generator().manual_seed(seed)
    prompts = [torch.randint(0, vocab_size, [n], generator=generator).tolist() for n in PROMPT_LENGTHS]
    # Two prompts that share their first half, for slots that are copied.
    prompts[-1][:6] = prompts[-2][:6]
    return prompts


def grown_logits(model, ids):
    """Of each token when it was the last one."""
    return torch.stack([logits(model, ids[:n + 1])[-1] for n in range(len(ids))])


def answer(model, prompts, folder, name, cached=False, grown=False):
    """Writes what the model says of the prompts; returns what expected.json is to hold."""
    replies = [greedy(model, prompt) for prompt in prompts]
    replies_cached = [greedy_cached(model, prompt) for prompt in prompts]
    margin = min(m for _, m in replies + replies_cached * cached)
    assert margin > 1e-3, f"{name}: margin {margin}: choose another seed"
    write(folder / "logits.f32", torch.cat([logits(model, p) for p in prompts]))
    write(folder / "replay.f32", logits(model, prompts[0] + replies[0][0]))
    expected = {"prompts": prompts, "greedy": [r for r, _ in replies], "smallest_margin": margin}
    with_cache = [r for r, _ in replies_cached]
    if cached:
        assert with_cache != expected["greedy"], f"{name}: the cache makes no difference"
        expected["greedy_cached"] = with_cache
        write(folder / "replay_cached.f32", stepwise_logits(model, prompts[0] + with_cache[0]))
    elif not grown:
        assert with_cache == expected["greedy"], f"{name}: the cache makes a difference"
    else:
        longest = max(range(len(prompts)), key=lambda i: len(prompts[i]))
        assert with_cache[longest] == expected["greedy"][longest], f"{name}: the cache makes a difference"
        write(folder / "replay_cached.f32", grown_logits(model, prompts[0] + replies[0][0]))
    distinct = [len(set(r)) for r in expected["greedy"]]
    assert max(distinct) >= 15, f"{name}: replies of {distinct} distinct ids: choose another seed"
    print(f"{name}: margin {margin:.4f}, distinct ids per reply {distinct}, "
          f"{sum(f.stat().st_size for f in folder.rglob('*') if f.is_file()) // 1024} KB")
    return expected


def make(name, folder, seed, dtype, config, shard="10GB", older=None, without=None, cached=False, grown=False,
         embedding=0.2):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    save(random_model(name, seed, config, embedding), folder / "model", dtype, shard, older)
    model = load(folder / "model")
    prompts = random_prompts(seed, config["vocab_size"])
    expected = answer(model, prompts, folder, name, cached, grown)
    (folder / "expected.json").write_text(json.dumps(expected) + "\n")
    replayed = prompts[0] + expected["greedy"][0]
    for option, off in (without or {}).items():
        plain = load(folder / "model", **{option: off})
        difference = (logits(plain, replayed) - logits(model, replayed)).abs().max().item()
        assert difference > 0.02, f"{name}: {option} changes scores by {difference} only"


if __name__ == "__main__":
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    logging.captureWarnings(True)
    for name in sys.argv[2:] or MODELS:
        make(name, Path(sys.argv[1]) / name, **MODELS[name])
