"""Hashes of the ids of all messages of whole archives, one a line; the counterpart of
MessageHashes.java among the tests, whose output must be the same.

    python hash_messages.py tokenizer.json out.gz messages.jsonl.gz...
"""

import gzip
import json
import sys

import tokenizers

from make_goldens import digest
from texts import write_gz


def main():
    tokenizer = tokenizers.Tokenizer.from_file(sys.argv[1])
    tokenizer.no_truncation()
    tokenizer.no_padding()
    texts = []
    for file in sys.argv[3:]:
        with gzip.open(file, "rt", encoding="utf-8", newline="\n") as lines:
            texts += [json.loads(line)["content"] for line in lines]
    plain = tokenizer.encode_batch_fast(texts, add_special_tokens=False)
    full = tokenizer.encode_batch_fast(texts)
    write_gz(
        sys.argv[2],
        (f"{len(p.ids)} {digest(p.ids)} {digest(f.ids)}" for p, f in zip(plain, full)),
    )
    print(len(texts), "messages,", sum(len(p.ids) for p in plain), "tokens")


if __name__ == "__main__":
    main()
