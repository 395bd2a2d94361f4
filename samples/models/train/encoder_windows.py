"""Conversations as token ids, and the windows of their turns that the sample encoders are trained on.

WordPiece cuts at white space, so that the ids of messages laid end to end are the ids of their
texts with a line break between them.
"""
from collections import namedtuple

import torch
from tokenizers import Tokenizer

# `turns` are (role, ids) for each message.
Tokens = namedtuple("Tokens", "id lang domain turns")

QUERY_PROMPT, DOCUMENT_PROMPT = "query: ", "document: "
# How often a window is written as lines `role: content`, and how often a pair gets its two prompts.
ROLES_SHARE, PROMPT_SHARE = 0.3, 0.5
QUERY_TOKENS = 40
# A query shorter than this takes in the next turn too.
SHORTEST_QUERY = 8


class Encoder:
    """The tokenizer, as lists of ids without special tokens."""

    def __init__(self, file):
        self._tokenizer = Tokenizer.from_file(file)
        self.cls, self.sep, self.mask = (self._tokenizer.token_to_id(t) for t in ("[CLS]", "[SEP]", "[MASK]"))
        self.vocab_size = self._tokenizer.get_vocab_size()
        self.query, self.document = self.ids(QUERY_PROMPT), self.ids(DOCUMENT_PROMPT)
        self._roles = {role: self.ids(role + ":") for role in ("system", "user", "assistant", "tool")}

    def ids(self, text):
        return self._tokenizer.encode(text, add_special_tokens=False).ids

    def conversation(self, conversation):
        encoded = self._tokenizer.encode_batch([m["content"] for m in conversation.messages], add_special_tokens=False)
        turns = [(m["role"], e.ids) for m, e in zip(conversation.messages, encoded)]
        return Tokens(conversation.id, conversation.lang, conversation.domain, turns)

    def join(self, turns, with_roles):
        return [i for role, ids in turns for i in (self._roles[role] if with_roles else []) + ids]

    def rows(self, texts, longest):
        """(ids, mask), both [texts, longest in tokens]; [CLS] before and [SEP] after each."""
        cut = [[self.cls] + text[:longest - 2] + [self.sep] for text in texts]
        ids = torch.zeros(len(cut), max(map(len, cut)), dtype=torch.long)
        mask = torch.zeros_like(ids)
        for row, text in enumerate(cut):
            ids[row, :len(text)] = torch.tensor(text)
            mask[row, :len(text)] = 1
        return ids, mask


def pair(encoder, tokens, rng, document_tokens):
    """(a query of a few turns, a document of turns of the same conversation that are not in it)."""
    turns = tokens.turns
    count = min(rng.choice((1, 1, 2, 3)), len(turns) - 1)
    start = rng.randrange(len(turns) - count + 1)
    while sum(len(ids) for _, ids in turns[start:start + count]) < SHORTEST_QUERY and count < len(turns) - 1:
        count += 1
        start = min(start, len(turns) - count)
    rest = turns[:start] + turns[start + count:]
    first = rng.randrange(len(rest)) if sum(len(ids) for _, ids in rest) > document_tokens else 0
    # Near the end there may be little left: then the window reaches back.
    while first > 0 and sum(len(ids) for _, ids in rest[first:]) < document_tokens // 2:
        first -= 1
    prompts = rng.random() < PROMPT_SHARE
    query = encoder.join(turns[start:start + count], rng.random() < ROLES_SHARE)
    document = encoder.join(rest[first:], rng.random() < ROLES_SHARE)
    return (encoder.query if prompts else []) + query[:QUERY_TOKENS], (encoder.document if prompts else []) + document


def window(encoder, tokens, rng, longest):
    """A window for the classifier: a user's turn alone, some turns, or all of them."""
    turns = tokens.turns
    users = [turn for turn in turns if turn[0] == "user"]
    kind = rng.random()
    if kind < 0.35:
        chosen = [rng.choice(users)]
    elif kind < 0.5:
        first = rng.randrange(len(users))
        chosen = users[first:first + rng.randint(2, 6)]
    elif kind < 0.8:
        first = rng.randrange(len(turns))
        chosen = turns[first:first + rng.randint(1, 6)]
    else:
        chosen = turns
    return encoder.join(chosen, rng.random() < ROLES_SHARE)[:longest]
