"""Perplexity on the held-out test sessions, beside a unigram model; replies to sample conversations.

    python evaluate.py --data DIR --model DIR
    python evaluate.py --model DIR --replies 5

A session is rendered with the chat template and read alone; every token but its first is
predicted. The unigram model is counted on the training split with the same tokenizer, add-one
smoothed, and scored on the same tokens. "Per character" and "per byte" (UTF-8) divide the loss
of all tokens, markup included, by the length of the messages' contents alone.

The replies are to the conversations in samples/conversations, none of which is in the data.
"""
import argparse
import math
import os
import sys

import torch
import torch.nn.functional as F
from transformers import AutoModelForCausalLM, AutoTokenizer

import data
import packing

SAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path.insert(0, SAMPLES)
import make_samples  # noqa: E402

REPLY_TOKENS = 128
# A message that is shown has one line of at most this many characters.
SHOWN_CHARACTERS = 160


def unigram_nats(tokenizer, sessions):
    """-log p of each token id, [vocab]."""
    counts = torch.ones(len(tokenizer), dtype=torch.float64)
    for session in sessions:
        ids = torch.tensor(packing.encode(tokenizer, session.messages)[1:])
        counts.index_add_(0, ids, torch.ones(len(ids), dtype=torch.float64))
    return -torch.log(counts / counts.sum())


@torch.no_grad()
def nats_per_token(model, ids):
    """[tokens - 1] losses of a list of ids; float32 weights, so that only the stored rounding counts."""
    ids = torch.tensor([ids])
    logits = model(input_ids=ids).logits[0, :-1]
    return F.cross_entropy(logits.float(), ids[0, 1:], reduction="none").double()


def assistant_mask(tokenizer, ids):
    """True for each predicted token (ids[1:]) of an assistant's content or the <|im_end|> behind it."""
    start, end = tokenizer.convert_tokens_to_ids(["<|im_start|>", "<|im_end|>"])
    header = tokenizer("<|im_start|>assistant\n")["input_ids"]
    mask, inside = [], False
    for i in range(1, len(ids)):
        inside = inside or ids[max(0, i - len(header)):i] == header
        mask.append(inside and ids[i] != start)
        inside = inside and ids[i] != end
    return torch.tensor(mask)


def report(model, tokenizer, unigram, sessions, name):
    nats = unigram_total = assistant = 0.0
    tokens = assistant_tokens = chars = size = 0
    for session in sessions:
        ids = packing.encode(tokenizer, session.messages)
        losses = nats_per_token(model, ids)
        mask = assistant_mask(tokenizer, ids)
        nats += losses.sum().item()
        unigram_total += unigram[torch.tensor(ids[1:])].sum().item()
        assistant += losses[mask].sum().item()
        assistant_tokens += int(mask.sum())
        tokens += len(losses)
        chars += sum(len(m["content"]) for m in session.messages)
        size += sum(len(m["content"].encode()) for m in session.messages)
    print(f"| {name} | {len(sessions)} | {tokens} | {math.exp(nats / tokens):.2f} "
          f"| {math.exp(assistant / assistant_tokens):.2f} | {math.exp(unigram_total / tokens):.1f} "
          f"| {math.exp(nats / chars):.3f} | {math.exp(unigram_total / chars):.2f} "
          f"| {math.exp(nats / size):.3f} | {math.exp(unigram_total / size):.3f} |", flush=True)


@torch.no_grad()
def reply(model, tokenizer, messages):
    """(reply text, whether it stopped by itself), greedy."""
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    prompt = tokenizer(text, return_tensors="pt")
    out = model.generate(**prompt, max_new_tokens=REPLY_TOKENS, do_sample=False)[0, prompt["input_ids"].shape[1]:]
    stopped = out[-1].item() in model.generation_config.eos_token_id
    return tokenizer.decode(out, skip_special_tokens=True), stopped


def report_all(model, tokenizer, data_dir):
    """The table of perplexities."""
    train, _, test = data.split(data.load(data_dir))

    unigram = unigram_nats(tokenizer, train)
    print("| test sessions | sessions | tokens | perplexity per token | of assistant tokens | unigram per token "
          "| per character | unigram per character | per byte | unigram per byte |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name, wanted in (("English (SGD)", ("SGD",)), ("Chinese", ("CrossWOZ", "KdConv")),
                         ("— CrossWOZ", ("CrossWOZ",)), ("— KdConv", ("KdConv",))):
        report(model, tokenizer, unigram, [s for s in test if s.source in wanted], name)


def exchanges(session):
    """Places of users' messages that are short enough to be shown, with what is said before and after."""
    short = ["\n" not in m["content"] and len(m["content"]) <= SHOWN_CHARACTERS for m in session.messages]
    roles = [m["role"] for m in session.messages]
    return [i for i in range(1, len(roles) - 1)
            if all(short[i - 1:i + 2]) and roles[i - 1:i + 2] == ["assistant", "user", "assistant"]]


def show_replies(model, tokenizer, sessions, count):
    """To sessions evenly spread over the list, each at the middle one of its places."""
    usable = [s for s in sessions if exchanges(s)]
    for i in range(count):
        session = usable[(2 * i + 1) * len(usable) // (2 * count)]
        places = exchanges(session)
        at = places[len(places) // 2]
        answer, stopped = reply(model, tokenizer, session.messages[:at + 1])
        print(f"\n{session.id}, turn {at}")
        print(f"  before:  {session.messages[at - 1]['content']}")
        print(f"  user:    {session.messages[at]['content']}")
        print(f"  model:   {answer}{'' if stopped else ' [cut at the limit]'}")
        print(f"  written: {session.messages[at + 1]['content']}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", help="as README.md says; perplexities are computed where it is given")
    parser.add_argument("--model", required=True)
    parser.add_argument("--replies", type=int, default=0, help="replies to show in each language")
    args = parser.parse_args()
    torch.set_num_threads(2)
    tokenizer = AutoTokenizer.from_pretrained(args.model)
    model = AutoModelForCausalLM.from_pretrained(args.model, dtype=torch.float32).eval()
    if args.data:
        report_all(model, tokenizer, args.data)
    conversations = make_samples.read_conversations(os.path.join(SAMPLES, "conversations"))
    for lang in ("en", "zh"):
        show_replies(model, tokenizer, [s for s in conversations if s.lang == lang], args.replies)


if __name__ == "__main__":
    main()
