"""What the sample encoders learn from, and what is held out.

Our own conversations (samples/conversations) have a domain, the part of the id before the first
hyphen. In each domain and language the conversations come in an order that a hash of their ids
decides, and the first HELD_OUT of them are never trained on: not by the tokenizer, nor by the
embedder, nor by the classifier. Public conversations are for the rest of language; those of
chat-mini (data.py) keep chat-mini's split, the others are for training alone.
"""
import glob
import os
import sys
from collections import namedtuple

import data

SAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path.insert(0, SAMPLES)
import make_samples  # noqa: E402

DOMAINS = ("bank", "booking", "dev", "game", "support", "tutor")
HELD_OUT = 0.22
# Public conversations that chat-mini does not use: more domains, in both languages.
OTHERS = {"glaive-en": "en", "dpo-en": "en", "dpo-zh": "zh", "mtbench": "en"}

# The domain of a public conversation is None.
Conversation = namedtuple("Conversation", "id lang domain messages")


def own():
    """(training, held out), both in the order of their ids."""
    groups = {}
    for session in make_samples.read_conversations(os.path.join(SAMPLES, "conversations")):
        domain = session.id.split("-")[0]
        if domain not in DOMAINS:
            raise SystemExit(f"{session.id} is of no known domain")
        conversation = Conversation(session.id, session.lang, domain, session.messages)
        groups.setdefault((domain, session.lang), []).append(conversation)
    train, held_out = [], []
    for group in groups.values():
        count = round(HELD_OUT * len(group))
        ordered = make_samples.by_hash(group)
        held_out += ordered[:count]
        train += ordered[count:]
    return sorted(train, key=lambda c: c.id), sorted(held_out, key=lambda c: c.id)


def phrases():
    """{(domain, language): phrases} of topic_phrases.txt."""
    found = {}
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "topic_phrases.txt"), encoding="utf-8") as lines:
        for line in lines:
            if line.strip() and not line.startswith("#"):
                head, words = line.strip().split(": ", 1)
                found[tuple(head.split())] = words.split("; ")
    return found


def public(data_dir):
    """(training, test); the test ones are chat-mini's."""
    train, _, test = data.split(data.load(data_dir))
    return [_plain(s) for s in train] + _others(data_dir), [_plain(s) for s in test]


def _plain(session):
    return Conversation(session.id, session.lang, None, session.messages)


def _others(data_dir):
    chosen = []
    for path in sorted(glob.glob(os.path.join(data_dir, "conversations_train", "sessions", "part-*.jsonl.gz"))):
        for record in data.read_lines(path):
            lang = next((lang for p, lang in OTHERS.items() if record["session_id"].startswith(p)), None)
            messages = [{"role": m["role"], "content": m["content"]} for m in record["messages"]]
            if lang and not any(data.UNWANTED.search(m["content"]) for m in messages):
                chosen.append(Conversation(record["session_id"], lang, None, messages))
    return sorted(chosen, key=lambda c: c.id)


if __name__ == "__main__":
    for name, part in zip(("training", "held out"), own()):
        for lang in ("en", "zh"):
            counts = {d: sum(c.domain == d and c.lang == lang for c in part) for d in DOMAINS}
            print(f"{name:8} {lang} {sum(counts.values()):4} {counts}")
    if len(sys.argv) > 1:
        for name, part in zip(("training", "test"), public(sys.argv[1])):
            print(f"public {name:8} en {sum(c.lang == 'en' for c in part)} zh {sum(c.lang == 'zh' for c in part)}")
