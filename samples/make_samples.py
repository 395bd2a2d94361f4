"""Write samples/sessions and samples/spoilt from held-out conversations of chat-mini's data.

    python make_samples.py --data DIR --model DIR --out DIR

DATA is described in models/train/README.md, the model is models/chat-mini (only its
tokenizer is read), and out is the folder that gets `sessions/` and `spoilt/`. The same input
gives the same bytes; versions are in models/train/requirements.txt.
"""
import argparse
import csv
import gzip
import hashlib
import io
import json
import os
import random
import sys
from datetime import datetime, timedelta, timezone

import pyarrow as pa
import pyarrow.parquet as pq
from transformers import AutoTokenizer

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "models", "train"))
import data  # noqa: E402

SEED = 11
CONTEXT_TOKENS, REPLY_TOKENS = 1024, 128
# Sessions of each language in each file. Those of "both" lie half in each file of messages.
PLAN = {
    "messages.csv": {"en": 27, "zh": 13},
    "messages.jsonl": {"en": 70, "zh": 30},
    "messages-2.jsonl.gz": {"en": 40, "zh": 19},
    "both": {"en": 1, "zh": 1},
    "sessions.jsonl": {"en": 42, "zh": 18},
    "sharegpt.json": {"en": 26, "zh": 14},
    "messages.parquet": {"en": 20, "zh": 9},
    "sessions.parquet": {"en": 14, "zh": 6},
}
# Of these sessions of messages.jsonl, every third has its rows scattered over the file.
SCATTERED_EVERY = 3
FIRST_DAY = datetime(2024, 3, 4, 8, 0, tzinfo=timezone.utc)
CHINA = timezone(timedelta(hours=8))


def fitting_sessions(args):
    """Test sessions whose prompt leaves room for a reply, in an order that only their ids decide."""
    tokenizer = AutoTokenizer.from_pretrained(args.model)
    _, _, test = data.split(data.load(args.data))
    fitting = [s for s in test if len(tokenizer.apply_chat_template(s.messages, add_generation_prompt=True))
               + REPLY_TOKENS <= CONTEXT_TOKENS]
    return sorted(fitting, key=lambda s: hashlib.sha256(b"sample " + s.id.encode()).hexdigest()), tokenizer


def deal(sessions):
    """{file name: sessions} and the sessions left over; what is hard to quote goes to the CSV."""
    def awkward(session):
        contents = [m["content"] for m in session.messages]
        return not any("\n" in c for c in contents), not any('"' in c for c in contents)

    files, left = {name: [] for name in PLAN}, []
    for lang in ("en", "zh"):
        own = [s for s in sessions if s.lang == lang]
        own.sort(key=awkward)
        for name, wanted in PLAN.items():
            if len(own) < wanted[lang]:
                raise SystemExit(f"too few held-out sessions in {lang}")
            files[name] += own[:wanted[lang]]
            own = own[wanted[lang]:]
        left += own
    for chosen in files.values():
        chosen.sort(key=lambda s: hashlib.sha256(s.id.encode()).hexdigest())
    return files, left


def rows_of(session):
    return [{"session_id": session.id, "turn": turn, "role": m["role"], "content": m["content"]}
            for turn, m in enumerate(session.messages)]


def scatter(blocks, loose_rows, rng):
    """The blocks one behind the other, and each loose row, in random order, anywhere between their rows."""
    rows = [row for block in blocks for row in block]
    for row in rng.sample(loose_rows, len(loose_rows)):
        rows.insert(rng.randrange(len(rows) + 1), row)
    return rows


def with_timestamps(session, number, rng):
    """Made-up times: a session begins 37 minutes after the one before, its turns are seconds apart."""
    zone = CHINA if session.lang == "zh" else timezone.utc
    at = FIRST_DAY + timedelta(minutes=37 * number, seconds=rng.randrange(60))
    rows = []
    for message in session.messages:
        rows.append({"session_id": session.id, "timestamp": at.astimezone(zone).isoformat().replace("+00:00", "Z"),
                     "role": message["role"], "content": message["content"]})
        at += timedelta(seconds=rng.randrange(4, 50))
    return rows


def jsonl(rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def csv_bytes(rows):
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, ["session_id", "turn", "role", "content"])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def write(path, content):
    with open(path, "wb") as out:
        out.write(content)


def write_sessions(files, folder, rng):
    def at(name):
        return os.path.join(folder, name)

    both = [rows_of(s) for s in files["both"]]
    first_halves = [row for rows in both for row in rows[:len(rows) // 2]]
    second_halves = [row for rows in both for row in rows[len(rows) // 2:]]

    own = [rows_of(s) for s in files["messages.jsonl"]]
    loose = [row for rows in own[::SCATTERED_EVERY] for row in rows]
    blocks = [rows for i, rows in enumerate(own) if i % SCATTERED_EVERY]
    write(at("messages.jsonl"), jsonl(scatter(blocks, loose + first_halves, rng)))

    timed = [with_timestamps(s, i, rng) for i, s in enumerate(files["messages-2.jsonl.gz"])]
    packed = gzip.compress(jsonl(scatter(timed, second_halves, rng)), mtime=0)
    write(at("messages-2.jsonl.gz"), packed)

    write(at("sessions.jsonl"), jsonl({"session_id": s.id, "messages": s.messages} for s in files["sessions.jsonl"]))

    names = {"user": "human", "assistant": "gpt"}
    sharegpt = [{"id": s.id, "conversations": [{"from": names[m["role"]], "value": m["content"]} for m in s.messages]}
                for s in files["sharegpt.json"]]
    write(at("sharegpt.json"), (json.dumps(sharegpt, ensure_ascii=False, indent=1) + "\n").encode())

    write(at("messages.csv"), csv_bytes([row for s in files["messages.csv"] for row in rows_of(s)]))

    pq.write_table(pa.Table.from_pylist(
        [row for s in files["messages.parquet"] for row in rows_of(s)],
        schema=pa.schema([("session_id", pa.string()), ("turn", pa.int32()), ("role", pa.string()),
                          ("content", pa.string())])), at("messages.parquet"), compression="snappy")
    message = pa.struct([("role", pa.string()), ("content", pa.string())])
    pq.write_table(pa.Table.from_pylist(
        [{"session_id": s.id, "messages": s.messages} for s in files["sessions.parquet"]],
        schema=pa.schema([("session_id", pa.string()), ("messages", pa.list_(message))])),
        at("sessions.parquet"), compression="snappy")


class Spoilt:
    """Lines of a file under way, and what is to be said of each."""

    def __init__(self):
        self.lines, self.notes, self.good_ids = [], [], []

    def add(self, line, wrong=None, session=""):
        """`line` without its line break; `wrong` is None where nothing is."""
        if wrong:
            self.notes.append((len(self.lines) + 1, session, wrong))
        self.lines.append(line)

    def table(self):
        return "| line | session | what is wrong |\n|---|---|---|\n" + "".join(
            f"| {line} | {'`' + session + '`' if session else '—'} | {wrong} |\n" for line, session, wrong in self.notes) + (
            f"\nGood and whole: {', '.join('`' + i + '`' for i in self.good_ids)}.\n")


def line_of(row):
    return json.dumps(row, ensure_ascii=False).encode()


def spoilt_jsonl(sessions, tokenizer):
    """One kind of fault after the other, each in a session of its own; whole good sessions in between."""
    take = iter(sessions).__next__
    out = Spoilt()

    def good():
        session = take()
        out.good_ids.append(session.id)
        for row in rows_of(session):
            out.add(line_of(row))

    def alone(wrong, spoil):
        """A single row that no session can claim."""
        row = rows_of(take())[0]
        out.add(spoil(row), wrong)

    def second_row(wrong, spoil):
        """A session whose second row is spoilt and whose other rows are as they should be."""
        session = take()
        for row in rows_of(session):
            if row["turn"] == 1:
                out.add(spoil(row), wrong, session.id)
            else:
                out.add(line_of(row))

    def without(row, key):
        return line_of({k: v for k, v in row.items() if k != key})

    good()
    alone("no `session_id`", lambda r: without(r, "session_id"))
    alone("blank `session_id` (three spaces)", lambda r: line_of({**r, "session_id": "   "}))
    second_row("no `role`", lambda r: without(r, "role"))
    second_row("unknown `role` (`moderator`)", lambda r: line_of({**r, "role": "moderator"}))
    second_row("empty `content`", lambda r: line_of({**r, "content": ""}))
    second_row("blank `content` (spaces, tab, line break)", lambda r: line_of({**r, "content": "  \t\n "}))
    good()
    second_row("`content` is null", lambda r: line_of({**r, "content": None}))
    second_row("`content` is a number, not a string", lambda r: line_of({**r, "content": 42}))
    second_row("`turn` is not a number (`\"second\"`)", lambda r: line_of({**r, "turn": "second"}))
    alone("malformed JSON: the line breaks off inside `content`", lambda r: line_of(r)[:-12])
    alone("JSON, but an array and no object", lambda r: line_of([r["role"], r["content"]]))
    second_row("invalid UTF-8 (bytes FF FE) inside `content`",
               lambda r: line_of({**r, "content": r["content"][:6] + "\0" + r["content"][6:]})
               .replace(rb"\u0000", b"\xff\xfe"))
    good()

    session = take()
    for row in rows_of(session):
        if row["turn"] == 2:
            out.add(line_of({**row, "turn": 1}), f"`turn` 1 again, as on line {len(out.lines)}", session.id)
        else:
            out.add(line_of(row))

    session = take()
    rows = [r for r in rows_of(session) if r["role"] == "assistant"]
    first = len(out.lines) + 1
    for row in rows:
        out.add(line_of(row))
    out.notes.append((f"{first}–{len(out.lines)}", session.id, "only assistant messages, no user message"))

    session = take()
    text = " ".join(m["content"] for m in session.messages)
    while len(tokenizer(text)["input_ids"]) < 6000:
        text += " " + text
    out.add(line_of({"session_id": session.id, "turn": 0, "role": "user", "content": text}),
            f"well formed, but one message of {len(tokenizer(text)['input_ids'])} tokens: "
            "far over chat-mini's 2,048 positions", session.id)
    good()
    return out, b"".join(line + b"\n" for line in out.lines)


def spoilt_csv(sessions, unclosed):
    """The same as a table; the session `unclosed`, free of quotes and commas, ends it with an open quote."""
    take = iter(sessions).__next__
    out = Spoilt()

    def line(fields):
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="").writerow(fields)
        return text.getvalue().encode()

    def fields_of(row):
        return [row["session_id"], row["turn"], row["role"], row["content"]]

    def good():
        session = take()
        out.good_ids.append(session.id)
        for row in rows_of(session):
            out.add(line(fields_of(row)))

    def alone(wrong, spoil):
        out.add(line(spoil(fields_of(rows_of(take())[0]))), wrong)

    def second_row(wrong, spoil):
        session = take()
        for row in rows_of(session):
            if row["turn"] == 1:
                out.add(line(spoil(fields_of(row))), wrong, session.id)
            else:
                out.add(line(fields_of(row)))

    out.add(b"session_id,turn,role,content")
    good()
    alone("empty `session_id`", lambda f: [""] + f[1:])
    second_row("empty `role`", lambda f: [f[0], f[1], "", f[3]])
    second_row("unknown `role` (`moderator`)", lambda f: [f[0], f[1], "moderator", f[3]])
    second_row("empty `content`", lambda f: f[:3] + [""])
    second_row("`turn` is not a number (`second`)", lambda f: [f[0], "second"] + f[2:])
    second_row("three columns: `role` and `content` are there, `turn` is not", lambda f: [f[0]] + f[2:])
    second_row("five columns", lambda f: f + ["extra"])
    good()

    rows = [fields_of(r) for r in rows_of(unclosed)]
    out.add(line(rows[0]))
    out.add(line(rows[1][:3]) + b',"' + rows[1][3].encode(),
            "a quote is opened and never closed: read strictly, the record runs to the end of the file", unclosed.id)
    first = len(out.lines) + 1
    for row in rows[2:]:
        out.add(line(row))
    out.notes.append((f"{first}–{len(out.lines)}", unclosed.id, "swallowed by the quote above"))
    return out, b"".join(line + b"\r\n" for line in out.lines)


def write_spoilt(left, tokenizer, folder):
    """From short sessions that no valid file holds."""
    short = [s for s in left if 4 <= len(s.messages) <= 14 and not any("\n" in m["content"] for m in s.messages)]
    short.sort(key=lambda s: (sum(len(m["content"]) for m in s.messages), s.id))
    unclosed = next(s for s in short if s.lang == "zh" and not any(set('",') & set(m["content"]) for m in s.messages))
    short.remove(unclosed)
    rows, rows_bytes = spoilt_jsonl(short[:24], tokenizer)
    table, table_bytes = spoilt_csv(short[24:36], unclosed)
    write(os.path.join(folder, "records.jsonl"), rows_bytes)
    write(os.path.join(folder, "records.csv"), table_bytes)
    expected = (
        "# What is wrong in these files\n\n"
        "Real conversations (origin and licence as in `../ATTRIBUTION.md`), each spoilt in one place by\n"
        "`../make_samples.py`. Lines count from 1. All rows of a session stand together; rows not named\n"
        "below are good. No session of these files is in a file of `../sessions`. A dash stands for a row that belongs to no session.\n\n"
        f"## records.jsonl\n\nOne message a line.\n\n{rows.table()}\n"
        "## records.csv\n\nThe header is line 1; lines end in CR LF; no record of this file holds a line break of its own,\n"
        f"except the unclosed one.\n\n{table.table()}")
    write(os.path.join(folder, "EXPECTED.md"), expected.encode())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    for name in ("sessions", "spoilt"):
        os.makedirs(os.path.join(args.out, name), exist_ok=True)
    sessions, tokenizer = fitting_sessions(args)
    files, left = deal(sessions)
    write_sessions(files, os.path.join(args.out, "sessions"), random.Random(SEED))
    write_spoilt(left, tokenizer, os.path.join(args.out, "spoilt"))
    for name, chosen in files.items():
        print(f"{name:20} " + " ".join(f"{source} {sum(s.source == source for s in chosen):3}"
                                       for source in ("SGD", "CrossWOZ", "KdConv")))


if __name__ == "__main__":
    main()
