"""Sessions as token ids, and whole sessions laid end to end in rows of one length."""
import random

import torch

# A quarter of the training sessions gets one of these in front, so that a system message is nothing new.
SYSTEM = {
    "en": ["You are a helpful assistant.",
           "You are a friendly assistant who books restaurants, hotels, flights, films and more.",
           "You are a travel assistant. Answer briefly."],
    "zh": ["你是一个乐于助人的助手。",
           "你是北京旅游助手，推荐景点、酒店和餐馆。",
           "你是一个聊天助手，请简短回答。"],
}
SYSTEM_SHARE = 0.25
# How often a Chinese session appears in one pass over the data.
CHINESE_WEIGHT = 3
# Open rows that the packer chooses among.
OPEN_ROWS = 64


def encode(tokenizer, messages):
    text = tokenizer.apply_chat_template(messages, tokenize=False)
    return tokenizer(text)["input_ids"]


def rows_of_epoch(tokenizer, sessions, row_tokens, rng):
    """Rows of `row_tokens` ids, in random order; no session is cut, the rest of a row is padding.
    A session longer than a row is left out.

    Returns (ids, labels), both int64 [rows, row_tokens]; labels are -100 on padding.
    """
    order = [s for s in sessions for _ in range(CHINESE_WEIGHT if s.lang == "zh" else 1)]
    rng.shuffle(order)
    full, open_rows = [], []
    for session in order:
        messages = session.messages
        if rng.random() < SYSTEM_SHARE:
            messages = [{"role": "system", "content": rng.choice(SYSTEM[session.lang])}] + messages
        ids = encode(tokenizer, messages) + [tokenizer.pad_token_id]
        if len(ids) > row_tokens:
            continue
        fitting = [row for row in open_rows if len(row) + len(ids) <= row_tokens]
        if fitting:
            max(fitting, key=len).extend(ids)
        else:
            open_rows.append(ids)
            if len(open_rows) > OPEN_ROWS:
                fullest = max(range(len(open_rows)), key=lambda i: len(open_rows[i]))
                full.append(open_rows.pop(fullest))
    rows = full + open_rows
    rng.shuffle(rows)
    ids = torch.full((len(rows), row_tokens), tokenizer.pad_token_id)
    labels = torch.full((len(rows), row_tokens), -100)
    for i, row in enumerate(rows):
        ids[i, :len(row)] = torch.tensor(row)
        labels[i, :len(row)] = torch.tensor(row)
    return ids, labels


def batches(tokenizer, sessions, row_tokens, batch_tokens, seed):
    """Endless batches, each (ids, labels) [batch_tokens / row_tokens, row_tokens]."""
    rng = random.Random(seed)
    rows = batch_tokens // row_tokens
    while True:
        ids, labels = rows_of_epoch(tokenizer, sessions, row_tokens, rng)
        for i in range(0, len(ids) - rows + 1, rows):
            yield ids[i:i + rows], labels[i:i + rows]
