"""Token ids as the Python library `tokenizers` gives them.

    pip install -r requirements.txt
    python make_goldens.py --tokenizers DIR... --conversations ../../../../../samples/conversations \
        --out ../../resources/golden/tokenizers/cases.jsonl.gz

A DIR holds NAME.tokenizer.json.gz, or NAME/tokenizer.json, for each tokenizer: what train.py writes, and published ones.
"""

import argparse
import gzip
import hashlib
import json
import pathlib

import tokenizers

from texts import cases, messages, write_gz

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


def rows(loaded, folder):
    previous = "The one before."
    for name, source, text in cases():
        ids = {n: expected(t, text, previous) for n, t in loaded.items()}
        yield {"name": name, **source, "pair": previous, "expected": ids}
        previous = text if "text" in source else "After a long one."
    for name, text in messages(folder, MESSAGE_SHARE):
        hashes = {n: hashed(t, text, previous) for n, t in loaded.items()}
        yield {"name": name, "text": text, "pair": previous, "hashed": hashes}
        previous = text


def loaded(folder):
    found = {path.name.split(".")[0]: gzip.open(path).read() for path in folder.glob("*.tokenizer.json.gz")}
    found |= {path.parent.name: path.read_bytes() for path in folder.glob("*/tokenizer.json")}
    for name, text in sorted(found.items()):
        tokenizer = tokenizers.Tokenizer.from_buffer(text)
        tokenizer.no_truncation()
        tokenizer.no_padding()
        yield name, tokenizer


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokenizers", type=pathlib.Path, nargs="+", required=True)
    parser.add_argument("--conversations", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    args = parser.parse_args()
    named = dict(pair for folder in args.tokenizers for pair in loaded(folder))
    made = list(rows(named, args.conversations))
    write_gz(
        args.out,
        (json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in made),
    )
    print(len(made), "texts;", ", ".join(named))


if __name__ == "__main__":
    main()
