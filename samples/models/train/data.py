"""The conversations behind chat-mini: which ones are used, and which are held out.

Sources: the Schema-Guided Dialogue training split (English), CrossWOZ and KdConv (Chinese).
A session is held out by a hash of its id, so the split needs no list and no random state.
A training session that repeats a held-out one is left out of training too.
"""
import glob
import gzip
import hashlib
import json
import os
import re
from collections import namedtuple

Session = namedtuple("Session", "id lang source messages")

SOURCES = {"sgd-train": ("en", "SGD"), "crosswoz": ("zh", "CrossWOZ"), "kdconv": ("zh", "KdConv")}

# Of a thousand sessions, how many are for the final measurement and for watching the training.
TEST_PER_MILLE = {"en": 30, "zh": 110}
VALIDATION_PER_MILLE = {"en": 5, "zh": 20}

# Sessions about violence, sex or drugs are not trained on.
UNWANTED = re.compile(
    r"\b(?:kill\w*|murder\w*|rape\w*|sex\w*|porn\w*|suicid\w*|corpse\w*|slaughter\w*|drugs)\b"
    r"|杀人|杀手|自杀|谋杀|暗杀|凶杀|被杀|杀死|杀害|枪杀|屠杀|凶手|尸体|血腥|暴力|强奸|性侵|性感|性爱|色情"
    r"|情色|裸|毒品|吸毒|贩毒|恐怖|变态|妓|乱伦|同性恋",
    re.IGNORECASE)

# A held-out session and a training session are the same conversation if they share this
# part of the held-out one's long turns.
REPEATED_SHARE = 0.3


def read_lines(path):
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def load(data_dir):
    """All usable sessions, sorted by id; of two with the same text, the first id stays."""
    paths = [os.path.join(data_dir, "corpus_sgd_train.jsonl.gz")]
    paths += sorted(glob.glob(os.path.join(data_dir, "conversations_train", "sessions", "part-*.jsonl.gz")))
    by_text = {}
    for path in paths:
        for record in read_lines(path):
            prefix = next((p for p in SOURCES if record["session_id"].startswith(p)), None)
            if prefix is None:
                continue
            messages = [{"role": m["role"], "content": m["content"]} for m in record["messages"]]
            text = _text(messages)
            if UNWANTED.search(text):
                continue
            session = Session(record["session_id"], *SOURCES[prefix], messages)
            if text not in by_text or session.id < by_text[text].id:
                by_text[text] = session
    return sorted(by_text.values(), key=lambda s: s.id)


def split(sessions):
    """(train, validation, test); no text of the last two is in the first."""
    parts = {"train": [], "validation": [], "test": []}
    for session in sessions:
        parts[_part(session)].append(session)
    held_out = parts["validation"] + parts["test"]
    return _without_repeats(parts["train"], held_out), parts["validation"], parts["test"]


def _part(session):
    bucket = int.from_bytes(hashlib.sha256(session.id.encode()).digest()[:4], "big") % 1000
    if bucket < TEST_PER_MILLE[session.lang]:
        return "test"
    if bucket < TEST_PER_MILLE[session.lang] + VALIDATION_PER_MILLE[session.lang]:
        return "validation"
    return "train"


def _without_repeats(train, held_out):
    owners = {}
    for session in held_out:
        for turn in _long_turns(session):
            owners.setdefault(turn, set()).add(session.id)
    long_turns = {s.id: max(1, len(_long_turns(s))) for s in held_out}
    kept = []
    for session in train:
        shared = {}
        for turn in _long_turns(session):
            for owner in owners.get(turn, ()):
                shared[owner] = shared.get(owner, 0) + 1
        if all(n < 2 or n / long_turns[owner] < REPEATED_SHARE for owner, n in shared.items()):
            kept.append(session)
    return kept


def _long_turns(session):
    shortest = 40 if session.lang == "en" else 12
    return {m["content"].strip() for m in session.messages if len(m["content"].strip()) >= shortest}


def _text(messages):
    return "\n".join(m["content"] for m in messages)


if __name__ == "__main__":
    import sys
    for name, part in zip(("train", "validation", "test"), split(load(sys.argv[1]))):
        for source in ("SGD", "CrossWOZ", "KdConv"):
            own = [s for s in part if s.source == source]
            chars = sum(len(_text(s.messages)) for s in own)
            print(f"{name:11} {source:9} {len(own):6} sessions {chars:9} characters")
