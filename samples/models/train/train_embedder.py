"""Train embed-mini from scratch on a CPU, and write its folder.

    python train_embedder.py --data DIR --tokenizer DIR --out DIR

Two texts of one conversation (a few turns, and turns that are not among them) shall be nearer to
each other than to those of all other conversations in the batch, in their first 32, 64 and 128
numbers alike. First the embeddings are trained alone, as a bag of tokens, which costs next to
nothing, then the whole model. Batches are of one language, because another language would be too
easy to tell. Windows of our own conversations of one domain, in both languages, are drawn together.
The number of steps is fixed, so that a repetition with one thread gives the same weights.
"""
import argparse
import math
import os
import random
import time

import torch
import torch.nn.functional as F
from sentence_transformers import SentenceTransformer
from sentence_transformers import models as modules
from transformers import BertConfig, BertModel

import encoder_data
import encoder_export
import encoder_windows
from encoder_tokenizer import MAX_TOKENS

SEED = 20261
DIMENSIONS = (32, 64, 128)
TEMPERATURE, DOMAIN_TEMPERATURE = 0.05, 0.1
# The first token alone is trained as well, for the classifier that starts from these weights.
FIRST_TOKEN_WEIGHT, DOMAIN_WEIGHT = 0.3, 0.2
BAG_STEPS, BAG_PAIRS, BAG_LR = 800, 256, 3e-3
STEPS, PEAK_LR, WARMUP_STEPS, WEIGHT_DECAY = 300, 7e-4, 30, 0.01
# (pairs, longest document): every fourth batch has long documents.
SHORT_BATCH, LONG_BATCH = (64, 80), (16, 320)
OWN_SHARE = 0.25
CHINESE_SHARE = 0.4
DOMAIN_WINDOWS, DOMAIN_TOKENS = 5, 48


def model_config(vocab_size):
    return BertConfig(
        vocab_size=vocab_size, hidden_size=max(DIMENSIONS), num_hidden_layers=3, num_attention_heads=4,
        intermediate_size=512, max_position_embeddings=MAX_TOKENS, type_vocab_size=2, pad_token_id=0,
        hidden_dropout_prob=0.05, attention_probs_dropout_prob=0.05)


class Pairs:
    """Endless batches of pairs of one language; no conversation is in a batch twice."""

    def __init__(self, encoder, own, public, rng):
        self._encoder, self._rng = encoder, rng
        self._own = {lang: [t for t in own if t.lang == lang] for lang in ("en", "zh")}
        self._public = {lang: [t for t in public if t.lang == lang and len(t.turns) > 1] for lang in ("en", "zh")}

    def next(self, count, document_tokens):
        lang = "zh" if self._rng.random() < CHINESE_SHARE else "en"
        ours = min(round(OWN_SHARE * count), len(self._own[lang]))
        chosen = self._rng.sample(self._own[lang], ours) + self._rng.sample(self._public[lang], count - ours)
        pairs = [encoder_windows.pair(self._encoder, tokens, self._rng, document_tokens) for tokens in chosen]
        queries, documents = zip(*pairs)
        return self._encoder.rows(queries, encoder_windows.QUERY_TOKENS), self._encoder.rows(documents, document_tokens)


def mean(states, mask):
    """[rows, hidden] of states [rows, tokens, hidden]."""
    mask = mask.unsqueeze(-1).to(states.dtype)
    return (states * mask).sum(1) / mask.sum(1)


def contrast(queries, documents):
    """Cross-entropy of finding each query's document and each document's query, [rows, hidden] both."""
    loss = 0
    for width in DIMENSIONS:
        scores = F.normalize(queries[:, :width]) @ F.normalize(documents[:, :width]).T / TEMPERATURE
        right = torch.arange(len(scores))
        loss = loss + (F.cross_entropy(scores, right) + F.cross_entropy(scores.T, right)) / 2
    return loss / len(DIMENSIONS)


def domain_loss(vectors, domains):
    """Supervised contrast: windows of the same domain are the right ones."""
    loss = 0
    same = (domains[:, None] == domains[None]) & ~torch.eye(len(domains), dtype=torch.bool)
    for width in DIMENSIONS:
        unit = F.normalize(vectors[:, :width])
        scores = (unit @ unit.T / DOMAIN_TEMPERATURE).fill_diagonal_(float("-inf"))
        logs = F.log_softmax(scores, dim=1).masked_fill(~same, 0)
        loss = loss - (logs.sum(1) / same.sum(1)).mean()
    return loss / len(DIMENSIONS)


def domain_batch(encoder, own, rng):
    chosen = [t for d in encoder_data.DOMAINS for t in rng.sample([o for o in own if o.domain == d], DOMAIN_WINDOWS)]
    texts = [encoder_windows.window(encoder, tokens, rng, DOMAIN_TOKENS) for tokens in chosen]
    return encoder.rows(texts, DOMAIN_TOKENS), torch.tensor([encoder_data.DOMAINS.index(t.domain) for t in chosen])


def train_bag(model, pairs):
    """The embeddings alone: a text is the mean of its tokens' normalised embeddings."""
    embeddings = model.embeddings
    optimizer = torch.optim.Adam(embeddings.parameters(), lr=BAG_LR)

    def vectors(rows):
        return mean(embeddings.LayerNorm(embeddings.word_embeddings(rows[0])), rows[1])

    start = time.monotonic()
    for step in range(BAG_STEPS):
        optimizer.param_groups[0]["lr"] = BAG_LR * (1 - step / BAG_STEPS)
        queries, documents = pairs.next(BAG_PAIRS, SHORT_BATCH[1])
        loss = contrast(vectors(queries), vectors(documents))
        loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        if step % 50 == 0:
            print(f"bag {step} seconds {time.monotonic() - start:.0f} loss {loss.item():.3f}", flush=True)


def learning_rate(step):
    return PEAK_LR * min(1.0, (step + 1) / WARMUP_STEPS) * 0.5 * (1 + math.cos(math.pi * step / STEPS))


def train_model(model, encoder, pairs, own, rng):
    matrices = [p for p in model.parameters() if p.dim() >= 2]
    vectors = [p for p in model.parameters() if p.dim() < 2]
    optimizer = torch.optim.AdamW([{"params": matrices, "weight_decay": WEIGHT_DECAY},
                                   {"params": vectors, "weight_decay": 0.0}], lr=PEAK_LR, betas=(0.9, 0.98))
    model.train()
    start = time.monotonic()
    for step in range(STEPS):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step)
        queries, documents = pairs.next(*(LONG_BATCH if step % 4 == 3 else SHORT_BATCH))
        windows, domains = domain_batch(encoder, own, rng)
        (q, d, w) = (model(input_ids=ids, attention_mask=mask).last_hidden_state
                     for ids, mask in (queries, documents, windows))
        loss = contrast(mean(q, queries[1]), mean(d, documents[1]))
        total = (loss + FIRST_TOKEN_WEIGHT * contrast(q[:, 0], d[:, 0])
                 + DOMAIN_WEIGHT * domain_loss(mean(w, windows[1]), domains))
        total.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        if step % 20 == 0:
            print(f"step {step} seconds {time.monotonic() - start:.0f} loss {loss.item():.3f} "
                  f"all {total.item():.3f}", flush=True)


def export(model, tokenizer_dir, out):
    encoder_export.save(model, tokenizer_dir, out)
    transformer = modules.Transformer(out, max_seq_length=MAX_TOKENS,
                                      model_args={"dtype": torch.float16, "add_pooling_layer": False})
    sentences = SentenceTransformer(
        modules=[transformer, modules.Pooling(max(DIMENSIONS), pooling_mode="mean"), modules.Normalize()],
        device="cpu", similarity_fn_name="cosine",
        prompts={"query": encoder_windows.QUERY_PROMPT, "document": encoder_windows.DOCUMENT_PROMPT})
    sentences.save_pretrained(out, create_model_card=False)
    # What sentence-transformers writes beside the tokenizer is of its own making.
    encoder_export.tidy(tokenizer_dir, out)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    rng = random.Random(SEED)

    encoder = encoder_windows.Encoder(os.path.join(args.tokenizer, "tokenizer.json"))
    own = [encoder.conversation(c) for c in encoder_data.own()[0]]
    public = [encoder.conversation(c) for c in encoder_data.public(args.data)[0]]
    print(f"{len(own)} conversations of our own, {len(public)} public ones", flush=True)
    model = BertModel(model_config(encoder.vocab_size), add_pooling_layer=False)
    print(f"{sum(p.numel() for p in model.parameters())} parameters", flush=True)
    pairs = Pairs(encoder, own, public, rng)
    train_bag(model, pairs)
    train_model(model, encoder, pairs, own, rng)
    torch.save(model.state_dict(), args.checkpoint)
    export(model, args.tokenizer, args.out)


if __name__ == "__main__":
    main()
