"""The peer of EncodeBench: the same folder and the same texts through transformers.

    python encode_peer.py udfs/target/bench/minilm-l6 samples/sessions/messages.jsonl bfloat16 [TEXTS]

needs torch 2.7.1, transformers 4.57.6; runs on the CPU, with as many threads as torch chooses. Texts are put in
order of length and cut into padded batches, of the best of some sizes, as sentence-transformers does it; tokenizing,
pooling (the mean, or a classifier's scores) and putting the vectors in order count. Median of 3.
"""

import json
import statistics
import sys
import time

import torch
from transformers import AutoModel, AutoModelForSequenceClassification, AutoTokenizer

SIZES = (8, 16, 32, 64, 128)
ROUNDS = 3


def load(folder, dtype):
    with open(folder + "/config.json", encoding="utf-8") as config:
        classifier = json.load(config)["architectures"][0].endswith("ForSequenceClassification")
    kind = AutoModelForSequenceClassification if classifier else AutoModel
    model = kind.from_pretrained(folder, dtype=dtype, **({} if classifier else {"add_pooling_layer": False}))
    tokenizer = AutoTokenizer.from_pretrained(folder)
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.convert_ids_to_tokens(0)
    return model.eval(), tokenizer, classifier


@torch.inference_mode()
def encode(model, tokenizer, classifier, texts, size):
    vectors = [None] * len(texts)
    ids = tokenizer(texts, truncation=True, max_length=512)["input_ids"]
    order = sorted(range(len(texts)), key=lambda i: -len(ids[i]))
    forward = 0.0
    padded = 0
    for start in range(0, len(order), size):
        part = order[start : start + size]
        batch = tokenizer.pad({"input_ids": [ids[i] for i in part]}, return_tensors="pt")
        padded += batch["input_ids"].numel()
        before = time.perf_counter()
        if classifier:
            out = torch.softmax(model(**batch).logits.float(), -1)
        else:
            states = model(**batch).last_hidden_state.float()
            mask = batch["attention_mask"].unsqueeze(-1).float()
            out = (states * mask).sum(1) / mask.sum(1)
        forward += time.perf_counter() - before
        for i, vector in zip(part, out):
            vectors[i] = vector
    return sum(map(len, ids)), padded, forward


def main():
    folder, messages, dtype = sys.argv[1:4]
    model, tokenizer, classifier = load(folder, getattr(torch, dtype))
    with open(messages, encoding="utf-8") as lines:
        texts = [json.loads(line)["content"] for line in lines]
    if len(sys.argv) > 4:
        count = int(sys.argv[4])
        texts = texts[:: max(1, len(texts) // count)][:count]
    print(f"{dtype}, threads: {torch.get_num_threads()}, {len(texts)} texts\n")
    print("| batch | texts/s | tokens/s | padding | in the forward pass |\n|---|---|---|---|---|")
    for size in SIZES:
        encode(model, tokenizer, classifier, texts, size)
        runs = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            tokens, padded, forward = encode(model, tokenizer, classifier, texts, size)
            runs.append((time.perf_counter() - start, forward))
        seconds = statistics.median(run[0] for run in runs)
        inside = statistics.median(run[1] for run in runs)
        print(f"| {size} | {len(texts) / seconds:.0f} | {tokens / seconds:.0f} "
              f"| {100 * (padded - tokens) / padded:.1f} % | {100 * inside / seconds:.1f} % |")


main()
