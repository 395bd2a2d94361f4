"""Train chat-mini from scratch on a CPU.

    python train.py --data DIR --tokenizer DIR --out DIR --minutes 75

The learning rate falls to zero by the clock, so the run ends in time on any computer; how many
steps it makes is what the computer manages. The loss is on all tokens, users' turns included.
"""
import argparse
import contextlib
import itertools
import math
import os
import random
import time

import torch
import torch.nn.functional as F
from transformers import AutoTokenizer, Qwen2Config, Qwen2ForCausalLM

import data
import packing

SEED = 20250
BATCH_TOKENS = 4096
# Short rows first, because attention over long ones is dear; long rows for the rest of the time.
SHORT_ROW_TOKENS, LONG_ROW_TOKENS = 512, 1024
SHORT_SHARE = 0.7
PEAK_LR = 2.5e-3
WARMUP_STEPS = 100
WEIGHT_DECAY = 0.1
VALIDATION_SESSIONS = 40  # of each language


def model_config(tokenizer):
    return Qwen2Config(
        vocab_size=len(tokenizer), hidden_size=256, intermediate_size=704, num_hidden_layers=5,
        num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=2048,
        rope_theta=10000.0, rms_norm_eps=1e-6, tie_word_embeddings=True, use_cache=True,
        bos_token_id=None, eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id)


def loss_of(model, ids, labels):
    """Mean cross-entropy over labels other than -100; ids and labels [rows, tokens]."""
    hidden = model.model(input_ids=ids, use_cache=False).last_hidden_state  # [rows, tokens, hidden]
    logits = F.linear(hidden[:, :-1].flatten(0, 1), model.lm_head.weight)  # [rows * (tokens - 1), vocab]
    return F.cross_entropy(logits.float(), labels[:, 1:].flatten(), ignore_index=-100)


def learning_rate(step, elapsed, deadline):
    warm = min(1.0, (step + 1) / WARMUP_STEPS)
    return PEAK_LR * warm * 0.5 * (1 + math.cos(math.pi * elapsed / deadline))


def optimizer_for(model):
    matrices = [p for p in model.parameters() if p.dim() >= 2]
    vectors = [p for p in model.parameters() if p.dim() < 2]
    return torch.optim.AdamW([{"params": matrices, "weight_decay": WEIGHT_DECAY},
                              {"params": vectors, "weight_decay": 0.0}],
                             lr=PEAK_LR, betas=(0.9, 0.98), eps=1e-8, fused=True)


@torch.no_grad()
def validation_loss(model, tokenizer, sessions):
    """Nats per token, each session alone, as it will be read when the model is used."""
    total, count = 0.0, 0
    for session in sessions:
        ids = torch.tensor([packing.encode(tokenizer, session.messages)])
        total += loss_of(model, ids, ids).item() * (ids.shape[1] - 1)
        count += ids.shape[1] - 1
    return total / count


def save(model, out, name):
    """Written beside and renamed, so that a reader never meets half a file."""
    path = os.path.join(out, name)
    torch.save({"config": model.config.to_dict(), "weights": model.state_dict()}, path + ".tmp")
    os.replace(path + ".tmp", path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--start-from", help="a checkpoint whose weights to go on from, with a schedule of its own")
    parser.add_argument("--save-every", type=float, default=5, help="minutes")
    parser.add_argument("--float32", action="store_true", help="no bfloat16 autocast")
    parser.add_argument("--compile", action="store_true", help="torch.compile; needs a C++ compiler")
    args = parser.parse_args()
    start = time.monotonic()
    random.seed(SEED)
    torch.manual_seed(SEED)
    torch.set_num_threads(2)
    os.makedirs(args.out, exist_ok=True)

    tokenizer = AutoTokenizer.from_pretrained(args.tokenizer)
    model = Qwen2ForCausalLM(model_config(tokenizer))
    if args.start_from:
        model.load_state_dict(torch.load(args.start_from, weights_only=True)["weights"])
    print(f"{sum(p.numel() for p in model.parameters())} parameters", flush=True)
    optimizer = optimizer_for(model)
    precision = contextlib.nullcontext() if args.float32 else torch.autocast("cpu", torch.bfloat16)
    train, validation, _ = data.split(data.load(args.data))
    held_out = {lang: [s for s in validation if s.lang == lang][:VALIDATION_SESSIONS] for lang in ("en", "zh")}
    step_loss = torch.compile(loss_of, dynamic=False) if args.compile else loss_of

    deadline = args.minutes * 60
    last_save, tokens = start, 0
    short = packing.batches(tokenizer, train, SHORT_ROW_TOKENS, BATCH_TOKENS, SEED)
    long = packing.batches(tokenizer, train, LONG_ROW_TOKENS, BATCH_TOKENS, SEED + 1)
    for step in itertools.count():
        elapsed = time.monotonic() - start
        if elapsed >= deadline:
            break
        ids, labels = next(short if elapsed < SHORT_SHARE * deadline else long)
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, elapsed, deadline)
        with precision:
            loss = step_loss(model, ids, labels)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        tokens += int((labels != -100).sum())
        if step % 20 == 0:
            now = time.monotonic()
            print(f"step {step} seconds {now - start:.0f} tokens {tokens} loss {loss.item():.3f} "
                  f"lr {optimizer.param_groups[0]['lr']:.5f}", flush=True)
        if time.monotonic() - last_save > args.save_every * 60:
            save(model, args.out, "latest.pt")
            losses = {lang: validation_loss(model, tokenizer, own) for lang, own in held_out.items()}
            print(f"validation step {step} " + " ".join(f"{k} {math.exp(v):.2f}" for k, v in losses.items()), flush=True)
            last_save = time.monotonic()
    save(model, args.out, "final.pt")
    print(f"done: {step} steps, {tokens} tokens, {time.monotonic() - start:.0f} seconds", flush=True)


if __name__ == "__main__":
    main()
