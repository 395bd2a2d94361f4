"""Compares the embeddings of a trained model with those of sentence-transformers.

    python parity.py texts samples/sessions/messages.jsonl > texts.jsonl
    submit/local.sh model encode MODEL --texts texts.jsonl --dtype float32 > ours.jsonl
    python parity.py compare MODEL texts.jsonl ours.jsonl

needs torch 2.7.1, transformers 4.57.6, sentence-transformers 5.1.2. The reference runs in float32 on the CPU,
each text alone. Prints the greatest difference of a number, the smallest cosine, and how often the nearest
other text is the same.
"""

import json
import sys

HARD = ["", " ", "a", "👩‍👩‍👧‍👦 🏳️‍🌈", "שלום עולם", "مرحبا بالعالم", "naïve café", "e\u0301", "\u200b\ufeff",
        "a\tb\nc\rd", "[CLS] [SEP] [MASK]", "word " * 1000, "x" * 500, "1234567890" * 20]


def texts(path):
    """Every message of the archive once, in order, then the hard ones."""
    seen = dict.fromkeys(json.loads(line)["content"] for line in open(path, encoding="utf-8"))
    for text in list(seen)[:2000] + HARD:
        print(json.dumps(text, ensure_ascii=False))


def compare(model, text_file, ours_file):
    import torch
    from sentence_transformers import SentenceTransformer

    lines = [json.loads(line) for line in open(text_file, encoding="utf-8")]
    ours = torch.tensor([json.loads(line)["embedding"] for line in open(ours_file)])
    reference = SentenceTransformer(model, device="cpu", model_kwargs={"dtype": "float32"})
    theirs = torch.stack([reference.encode(text, convert_to_tensor=True) for text in lines])
    cosines = torch.nn.functional.cosine_similarity(ours, theirs, dim=-1)

    def nearest(vectors):
        similar = vectors @ vectors.T
        similar.fill_diagonal_(-2)
        return similar.argmax(-1)

    same = (nearest(ours) == nearest(theirs)).float().mean()
    print(f"texts {len(lines)}; greatest difference {(ours - theirs).abs().max():.2e}; "
          f"smallest cosine {cosines.min():.7f}; mean cosine {cosines.mean():.7f}; "
          f"same nearest text {same:.2%}")


if __name__ == "__main__":
    {"texts": texts, "compare": compare}[sys.argv[1]](*sys.argv[2:])
