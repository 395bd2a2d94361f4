"""A part of the renderings of real sessions, cut out of a reference made elsewhere with jinja2 3.1.6.

    python udfs/src/test/python/jinja/sessions.py DATA

in the root of the repository (Python 3.11, no packages); DATA holds `reference/chat_template_renderings.jsonl.gz` and
`conversations_train/sessions/`. Only sessions of Schema-Guided Dialogue, CrossWOZ and KdConv, two of each per template and mode.
"""

import collections
import gzip
import json
import pathlib
import sys

from templates import GOLDEN, write

SOURCES = ("sgd", "crosswoz", "kdconv")


def lines(path):
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as file:
        return [json.loads(line) for line in file]


def main(data):
    sessions = {s["session_id"]: s["messages"] for path in sorted((data / "conversations_train/sessions").glob("*.gz")) for s in lines(path)}
    taken = collections.Counter()
    chosen = []
    for line in lines(data / "reference/chat_template_renderings.jsonl.gz"):
        source = line["session_id"].split("-")[0]
        key = (source, line["template"], line["mode"])
        if source in SOURCES and "/templates/" in line["template"] and "rendered" in line and taken[key] < 2:
            taken[key] += 1
            messages = sessions[line["session_id"]][: line["messages"]]
            chosen.append({**line, "template": line["template"].split("/")[-1], "messages": messages})
    write(GOLDEN / "sessions.jsonl.gz", chosen)
    print(len(chosen))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
