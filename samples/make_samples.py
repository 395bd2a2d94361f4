"""Write samples/sessions and samples/spoilt from the texts in samples/conversations.

    pip install pyarrow==19.0.0
    python make_samples.py

What the texts look like, and which file gets what, is said in FORMAT.md. The same texts and the
same pyarrow give the same bytes.
"""
import csv
import gzip
import hashlib
import io
import json
import os
import random
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import pyarrow as pa
import pyarrow.parquet as pq

HERE = os.path.dirname(os.path.abspath(__file__))
SEED = 11
# Sessions of each language in each file; messages.jsonl gets all others. Those of "both" lie half
# in each file of messages.
PLAN = {
    "messages.csv": {"en": 16, "zh": 8},
    "messages-2.jsonl.gz": {"en": 24, "zh": 12},
    "both": {"en": 1, "zh": 1},
    "sessions.jsonl": {"en": 26, "zh": 12},
    "sharegpt.json": {"en": 16, "zh": 8},
    "messages.parquet": {"en": 12, "zh": 6},
    "sessions.parquet": {"en": 8, "zh": 4},
}
# Of the sessions of messages.jsonl, every third has its rows scattered over the file.
SCATTERED_EVERY = 3
SPOILT_JSON, SPOILT_CSV = 19, 9
# Far over the 2,048 positions of chat-mini, whose tokens have about three characters.
TOO_LONG_CHARACTERS = 30_000
FIRST_DAY = datetime(2025, 3, 3, 8, 0, tzinfo=timezone.utc)
CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class Session:
    id: str
    lang: str
    messages: list


def read_conversations(folder):
    """All sessions of a folder, in the order of their ids."""
    sessions = []
    for name in sorted(os.listdir(folder)):
        if name.endswith(".txt"):
            with open(os.path.join(folder, name), encoding="utf-8") as lines:
                sessions += parse(name, lines.read().split("\n"))
    twice = [name for name, count in Counter(s.id for s in sessions).items() if count > 1]
    if twice:
        raise SystemExit(f"ids that are there twice: {twice}")
    return sorted(sessions, key=lambda s: s.id)


def parse(name, lines):
    """The sessions of one file; blank lines belong to a message where more of it follows."""
    sessions, blank = [], 0
    for number, line in enumerate(lines, 1):
        head = re.fullmatch(r"== (\S+) · (\S.*)", line)
        turn = re.fullmatch(r"(system|user|assistant): (.*)", line)
        if head:
            sessions.append(Session(head[1], "zh" if name.endswith("-zh.txt") else "en", []))
        elif turn and sessions:
            sessions[-1].messages.append({"role": turn[1], "content": turn[2]})
        elif line.startswith("  ") and line.strip() and sessions and sessions[-1].messages:
            sessions[-1].messages[-1]["content"] += "\n" * (blank + 1) + line[2:]
        elif line.strip():
            raise SystemExit(f"{name}:{number}: neither a title nor a message nor more of one")
        blank = 0 if line.strip() else blank + 1
    return sessions


def by_hash(sessions):
    """In an order that only the ids decide."""
    return sorted(sessions, key=lambda s: hashlib.sha256(s.id.encode()).hexdigest())


def choose_spoilt(sessions):
    """Short sessions of single lines, in English and Chinese, and one that is easy to break in a CSV."""
    short = [s for s in sessions if 4 <= len(s.messages) <= 14 and s.messages[0]["role"] == "user"
             and s.messages[1]["role"] == "assistant" and not any("\n" in m["content"] for m in s.messages)]
    short.sort(key=lambda s: (sum(len(m["content"].encode()) for m in s.messages), s.id))
    unclosed = next(s for s in short if not any(set('",') & set(m["content"]) for m in s.messages))
    short.remove(unclosed)
    if len(short) < SPOILT_JSON + SPOILT_CSV:
        raise SystemExit(f"{len(short)} sessions are short and of single lines")
    short = by_hash(short[:SPOILT_JSON + SPOILT_CSV])
    return short[:SPOILT_JSON], short[SPOILT_JSON:], unclosed


def deal(sessions):
    """{file name: sessions}; what is hard to quote goes to the CSV."""
    def awkward(session):
        contents = [m["content"] for m in session.messages]
        return not any("\n" in c for c in contents), not any('"' in c for c in contents)

    files = {name: [] for name in (*PLAN, "messages.jsonl")}
    for lang in ("en", "zh"):
        own = sorted(by_hash(s for s in sessions if s.lang == lang), key=awkward)
        for name, wanted in PLAN.items():
            files[name] += own[:wanted[lang]]
            own = by_hash(own[wanted[lang]:])
        if not own:
            raise SystemExit(f"too few sessions in {lang}")
        files["messages.jsonl"] += own
    return {name: by_hash(chosen) for name, chosen in files.items()}


def rows_of(session):
    return [{"session_id": session.id, "turn": turn, **message} for turn, message in enumerate(session.messages)]


def scatter(blocks, loose_rows, rng):
    """Rows of `blocks` (lists of rows) in order, and each loose row anywhere between their rows."""
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

    names = {"system": "system", "user": "human", "assistant": "gpt"}
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
    """Lines of a file in the making, and what is to be said of each."""

    def __init__(self, sessions):
        self.take = iter(sessions).__next__
        self.lines, self.notes, self.good_ids = [], [], []

    def add(self, line, fault=None, session="", last=None):
        """`line` without its line break; `fault` is (code, what is wrong), or None where nothing is."""
        if fault:
            self.notes.append((len(self.lines) + 1, last, session, *fault))
        self.lines.append(line)

    def good(self, line_of):
        session = self.take()
        self.good_ids.append(session.id)
        for row in rows_of(session):
            self.add(line_of(row))

    def alone(self, code, wrong, spoil):
        """A single row that no session can claim."""
        self.add(spoil(rows_of(self.take())[0]), (code, wrong))

    def second_row(self, code, wrong, spoil, line_of):
        """A session whose second row is spoilt and whose other rows are as they should be."""
        session = self.take()
        for row in rows_of(session):
            if row["turn"] == 1:
                self.add(spoil(row), (code, wrong), session.id)
            else:
                self.add(line_of(row))

    def table(self):
        rows = "".join(
            f"| {f'{line}–{last}' if last else line} | {f'`{session}`' if session else '—'} "
            f"| {wrong} | {f'`{code}`' if code else '—'} |\n" for line, last, session, code, wrong in self.notes)
        good = ", ".join(f"`{name}`" for name in self.good_ids)
        return ("| line | session | what is wrong | code in `rejected` |\n|---|---|---|---|\n" + rows
                + f"\nGood and whole: {good}.\n")


def json_line(row):
    return json.dumps(row, ensure_ascii=False).encode()


def spoilt_jsonl(sessions):
    """One kind of fault after the other, each in a session of its own; whole good sessions in between."""
    out = Spoilt(sessions)

    def second_row(code, wrong, spoil):
        out.second_row(code, wrong, lambda row: json_line(spoil(row)), json_line)

    def without(row, key):
        return {k: v for k, v in row.items() if k != key}

    out.good(json_line)
    out.alone("missing_session_id", "no `session_id`", lambda r: json_line(without(r, "session_id")))
    out.alone("blank_session_id", "blank `session_id` (three spaces)", lambda r: json_line({**r, "session_id": "   "}))
    second_row("missing_role", "no `role`", lambda r: without(r, "role"))
    second_row("unknown_role", "unknown `role` (`moderator`)", lambda r: {**r, "role": "moderator"})
    second_row("empty_content", "empty `content`", lambda r: {**r, "content": ""})
    second_row("empty_content", "blank `content` (spaces, tab, line break)", lambda r: {**r, "content": "  \t\n "})
    out.good(json_line)
    second_row("missing_content", "`content` is null", lambda r: {**r, "content": None})
    second_row("unsupported_content", "`content` is a number, not a string", lambda r: {**r, "content": 42})
    second_row("invalid_turn", "`turn` is not a number (`\"second\"`)", lambda r: {**r, "turn": "second"})
    out.alone("malformed_json", "malformed JSON: the line breaks off inside `content`",
              lambda r: json_line(r).decode()[:-6].encode())
    out.alone("not_an_object", "JSON, but an array, not an object", lambda r: json_line([r["role"], r["content"]]))
    out.second_row("invalid_utf8", "invalid UTF-8 (bytes FF FE) inside `content`",
                   lambda r: json_line({**r, "content": r["content"][:2] + "\0" + r["content"][2:]})
                   .replace(rb"\u0000", b"\xff\xfe"), json_line)
    out.good(json_line)

    session = out.take()
    for row in rows_of(session):
        if row["turn"] == 2:
            again = ("duplicate_turn", f"`turn` 1 again, as on line {len(out.lines)}")
            out.add(json_line({**row, "turn": 1}), again, session.id)
        else:
            out.add(json_line(row))

    session = out.take()
    rows = [r for r in rows_of(session) if r["role"] == "assistant"]
    out.add(json_line(rows[0]), ("no_user_turn", "only assistant messages, no user message"), session.id,
            last=len(out.lines) + len(rows))
    for row in rows[1:]:
        out.add(json_line(row))

    session = out.take()
    text = " ".join(m["content"] for m in session.messages)
    text = " ".join([text] * (TOO_LONG_CHARACTERS // len(text) + 1))
    out.add(json_line({"session_id": session.id, "turn": 0, "role": "user", "content": text}),
            ("prompt_too_long", f"well formed, but one message of {len(text):,} characters: "
             "far over chat-mini's 2,048 positions"), session.id)
    out.good(json_line)
    return out, b"".join(line + b"\n" for line in out.lines)


def spoilt_csv(sessions, unclosed):
    """The same as a table; the session `unclosed`, free of quotes and commas, ends it with an open quote."""
    out = Spoilt(sessions)

    def line(fields):
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="").writerow(fields)
        return text.getvalue().encode()

    def csv_line(row):
        return line(fields_of(row))

    def fields_of(row):
        return [row["session_id"], row["turn"], row["role"], row["content"]]

    def second_row(code, wrong, spoil):
        out.second_row(code, wrong, lambda row: line(spoil(fields_of(row))), csv_line)

    out.add(b"session_id,turn,role,content")
    out.good(csv_line)
    out.alone("blank_session_id", "empty `session_id`", lambda r: line([""] + fields_of(r)[1:]))
    second_row("missing_role", "empty `role`", lambda f: [f[0], f[1], "", f[3]])
    second_row("unknown_role", "unknown `role` (`moderator`)", lambda f: [f[0], f[1], "moderator", f[3]])
    second_row("empty_content", "empty `content`", lambda f: f[:3] + [""])
    second_row("invalid_turn", "`turn` is not a number (`second`)", lambda f: [f[0], "second"] + f[2:])
    second_row("malformed_csv", "three columns: `role` and `content` are there, `turn` is not",
               lambda f: [f[0]] + f[2:])
    second_row("malformed_csv", "five columns", lambda f: f + ["extra"])
    out.good(csv_line)

    rows = [fields_of(r) for r in rows_of(unclosed)]
    out.add(line(rows[0]))
    out.add(line(rows[1][:3]) + b',"' + rows[1][3].encode(),
            ("malformed_csv", "a quote is opened and never closed: the record runs to the end of the file"), unclosed.id)
    out.add(line(rows[2]), ("", "swallowed by the quote above"), unclosed.id, last=len(out.lines) + len(rows) - 2)
    for row in rows[3:]:
        out.add(line(row))
    return out, b"".join(line + b"\r\n" for line in out.lines)


def write_spoilt(rows_sessions, table_sessions, unclosed, folder):
    rows, rows_bytes = spoilt_jsonl(rows_sessions)
    table, table_bytes = spoilt_csv(table_sessions, unclosed)
    write(os.path.join(folder, "records.jsonl"), rows_bytes)
    write(os.path.join(folder, "records.csv"), table_bytes)
    expected = (
        "# What is wrong in these files\n\n"
        "Conversations of `../conversations`, each spoilt in one place by `../make_samples.py`. Lines count from 1. All rows of\n"
        "a session stand together; rows not named below are good. No session of these files is in a file of `../sessions`.\n"
        "A dash stands for a row that belongs to no session.\n\n"
        f"## records.jsonl\n\nOne message a line.\n\n{rows.table()}\n"
        "## records.csv\n\nThe header is line 1; lines end in CR LF; no record of this file holds a line break of its own,\n"
        f"except the unclosed one.\n\n{table.table()}")
    write(os.path.join(folder, "EXPECTED.md"), expected.encode())


def main():
    sessions = read_conversations(os.path.join(HERE, "conversations"))
    rows_sessions, table_sessions, unclosed = choose_spoilt(sessions)
    spoilt = {s.id for s in (*rows_sessions, *table_sessions, unclosed)}
    files = deal([s for s in sessions if s.id not in spoilt])
    for name in ("sessions", "spoilt"):
        os.makedirs(os.path.join(HERE, name), exist_ok=True)
    write_sessions(files, os.path.join(HERE, "sessions"), random.Random(SEED))
    write_spoilt(rows_sessions, table_sessions, unclosed, os.path.join(HERE, "spoilt"))
    for name, chosen in files.items():
        print(f"{name:20} " + " ".join(f"{lang} {sum(s.lang == lang for s in chosen):3}" for lang in ("en", "zh")))


if __name__ == "__main__":
    main()
