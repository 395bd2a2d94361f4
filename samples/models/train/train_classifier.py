"""Train topic-mini, which starts from embed-mini's weights, and write its folder.

    python train_classifier.py --start DIR --out DIR

It is trained on random windows of our own training conversations (a user's turn, some turns, or all
of them) and on handfuls of the phrases in topic_phrases.txt. Against learning 178 conversations by
heart: dropout, masked tokens, smoothed labels, and an average of the weights over the last steps.
There is no measuring on training conversations that are left out here: embed-mini, from whose weights
this starts, has seen them with their domains, so that it would be far too kind.
"""
import argparse
import copy
import math
import os
import random
import time

import torch
import torch.nn.functional as F
from transformers import BertConfig, BertForSequenceClassification

import encoder_data
import encoder_export
import encoder_windows
from encoder_data import DOMAINS

SEED = 20262
STEPS, PEAK_LR, WARMUP_STEPS, WEIGHT_DECAY = 400, 4e-4, 40, 0.05
# Each token is in few batches, so that its embedding must move farther.
EMBEDDINGS_LR = 4
# (texts, longest in tokens): of four batches two have short windows, one long ones, and one phrases.
SHORT_BATCH, LONG_BATCH, PHRASES_BATCH = (36, 80), (18, 320), (96, 32)
MOST_PHRASES = 6
DROPOUT, MASKED, SMOOTHING = 0.2, 0.15, 0.1
# The weights that are kept are an average whose newest part weighs this much.
AVERAGE = 0.02


def make_model(start):
    config = BertConfig.from_pretrained(
        start, hidden_dropout_prob=DROPOUT, attention_probs_dropout_prob=DROPOUT,
        problem_type="single_label_classification", id2label=dict(enumerate(DOMAINS)),
        label2id={domain: i for i, domain in enumerate(DOMAINS)})
    return BertForSequenceClassification.from_pretrained(start, config=config, dtype=torch.float32)


class Batches:
    """(ids, mask, labels) of texts; equally many of each domain, some tokens masked."""

    def __init__(self, encoder, own, rng):
        self._encoder, self._rng = encoder, rng
        self._own = {domain: [t for t in own if t.domain == domain] for domain in DOMAINS}
        self._phrases = {key: [encoder.ids(p) for p in phrases] for key, phrases in encoder_data.phrases().items()}

    def next(self, step):
        longest, texts = {0: self._windows, 1: self._phrase_texts, 2: self._windows, 3: self._long_windows}[step % 4]()
        masked = [[self._encoder.mask if self._rng.random() < MASKED else i for i in text] for text in texts]
        return *self._encoder.rows(masked, longest), torch.arange(len(texts)) % len(DOMAINS)

    def _windows(self, size=SHORT_BATCH):
        count, longest = size
        chosen = [self._rng.choice(self._own[domain]) for domain in self._domains(count)]
        return longest, [encoder_windows.window(self._encoder, tokens, self._rng, longest - 2) for tokens in chosen]

    def _long_windows(self):
        return self._windows(LONG_BATCH)

    def _phrase_texts(self):
        count, longest = PHRASES_BATCH
        texts = []
        for domain in self._domains(count):
            phrases = self._phrases[domain, self._rng.choice(("en", "zh"))]
            chosen = self._rng.sample(phrases, self._rng.randint(1, MOST_PHRASES))
            texts.append([i for phrase in chosen for i in phrase])
        return longest, texts

    @staticmethod
    def _domains(count):
        return [DOMAINS[i % len(DOMAINS)] for i in range(count)]


def learning_rate(step):
    return PEAK_LR * min(1.0, (step + 1) / WARMUP_STEPS) * 0.5 * (1 + math.cos(math.pi * step / STEPS))


def train(model, encoder, own, rng):
    """The average of the weights, in evaluation mode."""
    batches = Batches(encoder, own, rng)
    words = model.bert.embeddings.word_embeddings.weight
    optimizer = torch.optim.AdamW([{"params": [words], "factor": EMBEDDINGS_LR},
                                   {"params": [p for p in model.parameters() if p is not words], "factor": 1}],
                                  lr=PEAK_LR, weight_decay=WEIGHT_DECAY)
    average = copy.deepcopy(model).eval()
    model.train()
    start = time.monotonic()
    for step in range(STEPS):
        for group in optimizer.param_groups:
            group["lr"] = group["factor"] * learning_rate(step)
        ids, mask, labels = batches.next(step)
        loss = F.cross_entropy(model(input_ids=ids, attention_mask=mask).logits, labels, label_smoothing=SMOOTHING)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        with torch.no_grad():
            for kept, new in zip(average.parameters(), model.parameters()):
                kept.lerp_(new, max(AVERAGE, 1 / (step + 1)))
        if step % 20 == 0:
            print(f"step {step} seconds {time.monotonic() - start:.0f} loss {loss.item():.3f}", flush=True)
    return average


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", required=True, help="the folder of embed-mini: its weights and its tokenizer")
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    rng = random.Random(SEED)

    encoder = encoder_windows.Encoder(os.path.join(args.start, "tokenizer.json"))
    own = [encoder.conversation(c) for c in encoder_data.own()[0]]
    model = train(make_model(args.start), encoder, own, rng)
    encoder_export.save(model, args.start, args.out)


if __name__ == "__main__":
    main()
