"""Token ids of prompts whose special tokens stand at random places, some of them spelt in a message, by `tokenizers`.

    pip install -r requirements.txt
    python make_pieces.py --tokenizers ../../resources/golden/tokenizers --out ../../resources/golden/prompt/pieces.jsonl.gz
    python make_pieces.py --tokenizers DIR --out ../../resources/golden/prompt/pieces-published.jsonl.gz

A DIR holds NAME/tokenizer.json for each tokenizer. A case is a list of pieces: text of the template, or of a message. Where
no message spells a special token the ids are those of the whole text. For the others, the tokenizer's special tokens get a
spelling that no text here has, a character for private use each, and stand in that spelling where the template has them.
"""

import argparse
import gzip
import json
import pathlib
import random
import sys

import tokenizers

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "tokenizers"))
from texts import write_gz

PRIVATE = 0xE000
CASES = 60
TEMPLATE = ["\n", "user\n", " ", "[INST] ", " [/INST]", "system: ", "end|>", "s>", "word"]
MESSAGE = [
    "please explain what it means to me",
    " a table for two, please. ",
    "  \n\t",
    "Für zwei Personen, möglichst früh",
    "你好，请推荐一个北京的景点。",
    "🎉 birthday 👩‍👩‍👧‍👦",
    "don't 1234567890",
    "x",
    "<",
    "<|im_",
    "▁mark▁",
    "cafe\u0301",
]


def added(tree, special):
    return [token["content"] for token in tree["added_tokens"] if token["special"] is special]


def random_pieces(rng, special, words):
    """Pieces as [0, text of the template] or [1, text of a message]; a special token of the template is a piece."""
    pieces = []
    for _ in range(rng.randint(1, 9)):
        kind = rng.random()
        if kind < 0.35 and special:
            pieces.append([0, rng.choice(special)])
        elif kind < 0.5:
            pieces.append([0, rng.choice(TEMPLATE)])
        else:
            parts = rng.choices(MESSAGE + 4 * [rng.choice(words or MESSAGE)], k=rng.randint(1, 3))
            if special and rng.random() < 0.4:
                parts.insert(rng.randint(0, len(parts)), rng.choice(special))
            pieces.append([1, "".join(parts)])
    return pieces


def respelt(tree, special):
    """The tokenizer with its special tokens spelt as characters for private use, and its ids for those."""
    text = json.loads(json.dumps(tree))
    spelling = {content: chr(PRIVATE + i) for i, content in enumerate(special)}
    model = text["model"]
    for token in text["added_tokens"]:
        token["content"] = spelling.get(token["content"], token["content"])
    if isinstance(model["vocab"], list):
        model["vocab"] = [[spelling.get(piece, piece), score] for piece, score in model["vocab"]]
    else:
        model["vocab"] = {spelling.get(piece, piece): i for piece, i in model["vocab"].items()}
    if model.get("unk_token"):
        model["unk_token"] = spelling.get(model["unk_token"], model["unk_token"])
    text["post_processor"] = None
    return spelling, tokenizers.Tokenizer.from_str(json.dumps(text))


def ids(tokenizer, text):
    return tokenizer.encode(text, add_special_tokens=False).ids


def cases(name, source):
    tree = json.loads(source)
    tree["truncation"] = tree["padding"] = None
    tokenizer = tokenizers.Tokenizer.from_str(json.dumps(tree))
    special, words = added(tree, True), added(tree, False)
    spelling, private = respelt(tree, special)
    rng = random.Random(name)
    for _ in range(CASES):
        pieces = random_pieces(rng, special, words)
        whole = "".join(text for _, text in pieces)
        marked = "".join(spelling.get(text, text) if kind == 0 else text for kind, text in pieces)
        clean = whole
        for content in sorted(special, key=len, reverse=True):
            clean = clean.replace(content, spelling[content])
        if clean == marked:
            expected = ids(tokenizer, whole)
            assert expected == ids(private, marked), (name, pieces)
        else:
            expected = ids(private, marked)
        yield {"tokenizer": name, "spelt": clean != marked, "pieces": pieces, "ids": expected}


def found(folder):
    named = {path.name.split(".")[0]: gzip.open(path).read() for path in folder.glob("*.tokenizer.json.gz")}
    return sorted((named | {path.parent.name: path.read_bytes() for path in folder.glob("*/tokenizer.json")}).items())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokenizers", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    args = parser.parse_args()
    made = [case for name, source in found(args.tokenizers) for case in cases(name, source)]
    write_gz(args.out, (json.dumps(case, ensure_ascii=False, separators=(",", ":")) for case in made))
    print(len(made), "cases,", sum(case["spelt"] for case in made), "with a special token spelt in a message")


if __name__ == "__main__":
    main()
