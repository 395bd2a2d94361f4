"""Token ids of whole prompts, as transformers' apply_chat_template gives them.

    pip install -r requirements.txt
    python make_goldens.py --tokenizers DIR --sessions FILE... --out ../../resources/golden/prompt

DIR holds folders qwen2.5-instruct and deepseek-r1-distill-qwen, each with tokenizer.json and
tokenizer_config.json as published. FILE is gzipped JSON lines of {session_id, messages}; every
session of SGD, CrossWOZ and KdConv whose id hashes low enough is taken.
"""

import argparse
import gzip
import hashlib
import json
import pathlib

import transformers

NAMES = ["qwen2.5-instruct", "deepseek-r1-distill-qwen"]
LICENSED = ("sgd-", "crosswoz-", "kdconv-")
KEEP_SHARE = 0.02

CRAFTED = {
    "emoji": ["Happy 🎉 birthday 👩‍👩‍👧‍👦!", "Thanks 😀", "❤️ 1️⃣ 🇨🇳"],
    "right-to-left": ["مرحبا، كيف حالك؟", "שלום עולם", "mixed עברית and English"],
    "control-characters": ["tab\there\u0000nul\u0007bell", "line\r\nbreaks\r\n", "\u200bzero\ufeffwidth"],
    "white-space": ["  leading", "trailing  \n\n", "\n\n  both \t "],
    "decomposed": ["cafe\u0301 A\u030a", "ﬁ ligature", "한국어 한국어"],
    "long-line": ["word " * 4000, "ok", "好" * 3000],
    "system": None,
    "numbers": ["1234567890 3.14159 1e-5", "２０２４年", "x" * 500],
}


def crafted():
    for name, texts in CRAFTED.items():
        if texts is None:
            yield name, [
                {"role": "system", "content": "Be brief. 简短回答。"},
                {"role": "user", "content": "Why?"},
            ]
            continue
        roles = ["user", "assistant", "user"]
        yield name, [{"role": r, "content": t} for r, t in zip(roles, texts)]


def real(files):
    for file in files:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for line in lines:
                session = json.loads(line)
                name = session["session_id"]
                digest = hashlib.sha256(name.encode()).digest()
                if name.startswith(LICENSED) and digest[0] < 256 * KEEP_SHARE:
                    messages = session["messages"]
                    last = max(i for i, m in enumerate(messages) if m["role"] == "user")
                    yield name, messages[: last + 1]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokenizers", type=pathlib.Path, required=True)
    parser.add_argument("--sessions", type=pathlib.Path, nargs="+", required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    args = parser.parse_args()
    tokenizers = {
        name: transformers.AutoTokenizer.from_pretrained(args.tokenizers / name) for name in NAMES
    }
    cases = list(crafted()) + list(real(sorted(args.sessions)))
    with open(args.out / "prompts.jsonl.gz", "wb") as raw, gzip.GzipFile(
        fileobj=raw, mode="wb", mtime=0
    ) as out:
        for name, messages in cases:
            ids = {
                key: tokenizer.apply_chat_template(messages, add_generation_prompt=True)
                for key, tokenizer in tokenizers.items()
            }
            row = {"name": name, "messages": messages, "ids": ids}
            out.write((json.dumps(row, ensure_ascii=False) + "\n").encode())
    # Both tokenizers have the same model: the second file holds what differs.
    whole = json.loads((args.tokenizers / NAMES[0] / "tokenizer.json").read_text("utf-8"))
    other = json.loads((args.tokenizers / NAMES[1] / "tokenizer.json").read_text("utf-8"))
    assert whole["model"] == other.pop("model")
    write(args.out / f"{NAMES[0]}.tokenizer.json.gz", whole)
    write(args.out / f"{NAMES[1]}.tokenizer.without-model.json.gz", other)
    for name in NAMES:
        config = (args.tokenizers / name / "tokenizer_config.json").read_text("utf-8")
        (args.out / f"{name}.tokenizer_config.json").write_text(config, "utf-8")
    print(len(cases), "conversations")


def write(path, tree):
    with open(path, "wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as out:
        out.write(json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode())


if __name__ == "__main__":
    main()
