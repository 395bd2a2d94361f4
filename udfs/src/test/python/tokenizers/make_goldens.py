"""Token ids as the Python library `tokenizers` gives them.

    pip install -r requirements.txt
    python make_goldens.py --tokenizers DIR --samples ../../../../../samples/sessions \
        --out ../../resources/golden/tokenizers

DIR holds one folder for each of NAMES with tokenizer.json as published.
"""

import argparse
import hashlib
import json
import pathlib

import tokenizers

from texts import cases, messages, write_gz

NAMES = [
    "qwen2.5-instruct",
    "qwen3",
    "deepseek-r1-distill-qwen",
    "bert-base-uncased",
    "phi-3-mini-instruct",
]
WHOLE = ["bert-base-uncased", "phi-3-mini-instruct"]

MESSAGE_SHARE = 0.2
LIMIT_IDS = 2_000


def numbers(ids):
    """The ids, or of many their count and SHA-256."""
    if len(ids) <= LIMIT_IDS:
        return ids
    return {"count": len(ids), "sha256": digest(ids)}


def digest(ids):
    return hashlib.sha256(",".join(map(str, ids)).encode()).hexdigest()


def expected(tokenizer, text, pair):
    plain = tokenizer.encode(text, add_special_tokens=False)
    single = tokenizer.encode(text)
    both = tokenizer.encode(text, pair)
    return {
        "plain": numbers(plain.ids),
        "single": [numbers(single.ids), numbers(single.type_ids)],
        "pair": [numbers(both.ids), numbers(both.type_ids)],
    }


def hashed(tokenizer, text, pair):
    """Of messages, of which there are many, hashes only."""
    plain = tokenizer.encode(text, add_special_tokens=False)
    single = tokenizer.encode(text)
    both = tokenizer.encode(text, pair)
    parts = [plain.ids, single.ids, single.type_ids, both.ids, both.type_ids]
    return [len(plain.ids), hashlib.sha256(";".join(map(digest, parts)).encode()).hexdigest()[:32]]


def rows(loaded, samples):
    previous = "The one before."
    for name, source, text in cases():
        ids = {n: expected(t, text, previous) for n, t in loaded.items()}
        yield {"name": name, **source, "pair": previous, "expected": ids}
        previous = text if "text" in source else "After a long one."
    for name, text in messages(samples, MESSAGE_SHARE):
        hashes = {n: hashed(t, text, previous) for n, t in loaded.items()}
        yield {"name": name, "text": text, "pair": previous, "hashed": hashes}
        previous = text


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokenizers", type=pathlib.Path, required=True)
    parser.add_argument("--samples", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    args = parser.parse_args()
    loaded = {}
    for name in NAMES:
        loaded[name] = tokenizers.Tokenizer.from_file(str(args.tokenizers / name / "tokenizer.json"))
        loaded[name].no_truncation()
        loaded[name].no_padding()
    made = list(rows(loaded, args.samples))
    write_gz(
        args.out / "cases.jsonl.gz",
        (json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in made),
    )
    trees = {
        name: json.loads((args.tokenizers / name / "tokenizer.json").read_text("utf-8"))
        for name in NAMES
    }
    for name in WHOLE:
        dump(args.out / f"{name}.tokenizer.json.gz", trees[name])
    # Qwen3 has the vocabulary and the merges of Qwen2.5, these written as pairs.
    model, other = trees["qwen3"]["model"], trees["qwen2.5-instruct"]["model"]
    assert model.pop("vocab") == other["vocab"]
    assert [" ".join(pair) for pair in model.pop("merges")] == other["merges"]
    dump(args.out / "qwen3.tokenizer.without-vocabulary.json.gz", trees["qwen3"])
    print(len(made), "texts")


def dump(path, tree):
    write_gz(path, [json.dumps(tree, ensure_ascii=False, separators=(",", ":"))])


if __name__ == "__main__":
    main()
