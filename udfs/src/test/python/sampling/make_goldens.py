"""Draws and replies under every sampling setting, as the logits processors of transformers give them.

    pip install -r requirements.txt
    python make_goldens.py --samples ../../../../../samples --out ../../resources/golden/sampling

draws.jsonl: scores of one row, prompt, reply so far, settings; the token that is drawn for each of some random
numbers. Stop tokens are masked, biases added, then the penalties, temperature, top-k, top-p and min-p applied.

replies.jsonl: greedy replies of samples/models/chat-mini in float32 under penalties and biases, with the
log-probability of each token and the likeliest alternatives, of the scores as the model gives them.

Presence and frequency penalty are no processors of transformers: they follow the formula of OpenAI's documentation,
score - count * frequency - (count > 0) * presence, counted over the reply alone. So do biases, which are added.
"""

import argparse
import json
import pathlib
import random

import torch
import transformers
from transformers import (
    LogitsProcessor,
    LogitsProcessorList,
    MinNewTokensLengthLogitsProcessor,
    MinPLogitsWarper,
    RepetitionPenaltyLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

VOCAB = 200
MAX_NEW_TOKENS = 40
SESSIONS = 20
LONGEST_PROMPT = 700  # of the tests' slots of 800 tokens
ALTERNATIVES = 5


class Bias(LogitsProcessor):
    def __init__(self, bias):
        self.bias = bias

    def __call__(self, input_ids, scores):
        scores = scores.clone()
        for token, value in self.bias.items():
            scores[:, int(token)] += value
        return scores


class OfReply(LogitsProcessor):
    """Frequency and presence penalty."""

    def __init__(self, prompt_tokens, frequency, presence):
        self.prompt_tokens, self.frequency, self.presence = prompt_tokens, frequency, presence

    def __call__(self, input_ids, scores):
        counts = torch.zeros_like(scores)
        reply = input_ids[:, self.prompt_tokens :]
        counts.scatter_add_(1, reply, torch.ones_like(reply, dtype=scores.dtype))
        return scores - counts * self.frequency - (counts > 0) * self.presence


def processors(settings, prompt_tokens):
    chain = LogitsProcessorList()
    if settings["min_tokens"]:
        chain.append(
            MinNewTokensLengthLogitsProcessor(
                prompt_tokens, settings["min_tokens"], settings["stop_token_ids"], device="cpu"
            )
        )
    chain.append(Bias(settings["logit_bias"]))
    if settings["repetition_penalty"] != 1:
        chain.append(RepetitionPenaltyLogitsProcessor(settings["repetition_penalty"]))
    chain.append(
        OfReply(prompt_tokens, settings["frequency_penalty"], settings["presence_penalty"])
    )
    return chain


def warpers(settings):
    chain = LogitsProcessorList([TemperatureLogitsWarper(settings["temperature"])])
    if settings["top_k"]:
        chain.append(TopKLogitsWarper(settings["top_k"]))
    if settings["top_p"] < 1:
        chain.append(TopPLogitsWarper(settings["top_p"]))
    if settings["min_p"]:
        chain.append(MinPLogitsWarper(settings["min_p"]))
    return chain


def any_settings(source):
    pick = source.choice
    return {
        "temperature": pick([0, 0.5, 0.8, 1.0, 1.7]),
        "top_k": pick([0, 0, 5, 40]),
        "top_p": pick([1.0, 1.0, 0.6, 0.95]),
        "min_p": pick([0.0, 0.0, 0.02, 0.2]),
        "repetition_penalty": pick([1.0, 1.1, 1.5, 0.8]),
        "presence_penalty": pick([0.0, 0.7, -0.5]),
        "frequency_penalty": pick([0.0, 0.4, 1.2]),
        "min_tokens": pick([0, 0, 3, 12]),
        "stop_token_ids": sorted(source.sample(range(VOCAB), 3)),
        "logit_bias": {
            str(token): pick([-100.0, -1.5, 2.0, 4.0])
            for token in sorted(source.sample(range(VOCAB), pick([0, 0, 6])))
        },
    }


def drawn(scores, uniforms):
    """By inverse of the cumulative probability, from the most probable token on."""
    probabilities = scores.double().softmax(-1)
    order = torch.sort(probabilities, descending=True, stable=True)
    sums = order.values.cumsum(0)
    rows = []
    for uniform in uniforms:
        at = int((sums <= uniform).sum())
        if min((sums - uniform).abs()) > 1e-4:  # else rounding decides
            rows.append([uniform, int(order.indices[at])])
    return rows


def draws(source):
    generator = torch.Generator().manual_seed(9)
    for _ in range(60):
        settings = any_settings(source)
        scores = (torch.randn(VOCAB, generator=generator) * source.choice([1, 3, 6])).round(decimals=3)
        prompt = [source.randrange(VOCAB) for _ in range(source.randrange(1, 30))]
        favourites = scores.topk(8).indices.tolist()  # a reply repeats what is likely
        reply = [source.choice(favourites) for _ in range(source.randrange(0, 10))]
        ids = torch.tensor([prompt + reply])
        changed = processors(settings, len(prompt))(ids, scores.unsqueeze(0))
        if settings["temperature"] == 0:
            pairs = [[0.0, int(changed[0].argmax())]]
        else:
            changed = warpers(settings)(ids, changed)
            pairs = drawn(changed[0], [source.randrange(1 << 24) / (1 << 24) for _ in range(12)])
        yield {
            "prompt": prompt,
            "reply": reply,
            "settings": settings,
            "scores": [round(score, 3) for score in scores.tolist()],
            "drawn": pairs,
        }


def prompt(tokenizer, messages):
    """Up to the last turn of the user."""
    last = max(i for i, m in enumerate(messages) if m["role"] == "user")
    return tokenizer.apply_chat_template(
        messages[: last + 1], add_generation_prompt=True, return_tensors="pt"
    )


def replies(samples):
    folder = samples / "models" / "chat-mini"
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, torch_dtype=torch.float32)
    ends = sorted(model.generation_config.eos_token_id)
    plain = {
        "temperature": 0,
        "repetition_penalty": 1.0,
        "presence_penalty": 0.0,
        "frequency_penalty": 0.0,
        "min_tokens": 24,  # by itself the model is brief
        "stop_token_ids": ends,
        "logit_bias": {},
    }
    variants = [
        {"repetition_penalty": 1.3},
        {"presence_penalty": 1.5, "frequency_penalty": 0.5},
        {"min_tokens": 30, "repetition_penalty": 1.1},
        {"frequency_penalty": -0.2},
    ]
    with open(samples / "sessions" / "sessions.jsonl", encoding="utf-8") as lines:
        sessions = [json.loads(line) for line in lines]
    prompts = [(session["session_id"], prompt(tokenizer, session["messages"])) for session in sessions]
    short = [(name, ids) for name, ids in prompts if ids.shape[1] <= LONGEST_PROMPT]
    for number, (name, ids) in enumerate(short[:SESSIONS]):
        settings = {**plain, **variants[number % len(variants)]}
        if number % len(variants) == 3:
            # What the model would say first is forbidden, and something else a little likelier.
            first = model(ids).logits[0, -1].topk(12).indices.tolist()
            settings["logit_bias"] = {str(first[0]): -100.0, str(first[1]): -2.0, str(first[10]): 1.5}
        with torch.no_grad():
            out = model.generate(
                ids,
                attention_mask=torch.ones_like(ids),
                do_sample=False,
                max_new_tokens=MAX_NEW_TOKENS,
                logits_processor=processors(settings, ids.shape[1]),
                output_logits=True,
                output_scores=True,
                return_dict_in_generate=True,
            )
        new = out.sequences[0, ids.shape[1] :].tolist()
        margin = min(
            (top[0] - top[1]).item() for top in (score[0].topk(2).values for score in out.scores)
        )
        tokens = []
        for token, logits in zip(new, out.logits):
            logprobs = logits[0].log_softmax(-1)
            best = logprobs.topk(ALTERNATIVES)
            tokens.append(
                {
                    "id": token,
                    "logprob": round(logprobs[token].item(), 5),
                    "ids": best.indices.tolist(),
                    "logprobs": [round(value, 5) for value in best.values.tolist()],
                }
            )
        yield {
            "session_id": name,
            "prompt": ids[0].tolist(),
            "settings": settings,
            "least_margin": margin,
            "tokens": tokens,
        }


def write(path, rows):
    rows = list(rows)
    with open(path, "w", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(row) + "\n")
    print(path.name, len(rows), "rows")
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    args = parser.parse_args()
    write(args.out / "draws.jsonl", draws(random.Random(8)))
    rows = write(args.out / "replies.jsonl", replies(args.samples))
    print("least margin", min(row["least_margin"] for row in rows))


if __name__ == "__main__":
    main()
