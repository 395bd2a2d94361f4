"""Trains the tokenizers of the tests on conversations of our own: small ones of every kind that models have.

    pip install -r requirements.txt
    python train.py --conversations ../../../../../samples/conversations --out ../../resources/golden/tokenizers

The same texts give the same files, byte for byte: wherever the library's trainers would break a tie by chance, pieces
are counted and put in order here.
"""

import argparse
import collections
import json
import math
import pathlib

from tokenizers import (
    AddedToken,
    Regex,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)

from texts import conversations, write_gz

# Words with the space before them, digits one by one or by three, runs of other signs, white space.
WORDS = r"'(?i:s|d|t|m|ll|ve|re)(?!\p{L})| ?\p{L}+|%s| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
ONE_DIGIT, THREE_DIGITS = WORDS % r"\p{N}", WORDS % r"\p{N}{1,3}"


def special(*tokens, **options):
    return [AddedToken(token, special=True, normalized=False, **options) for token in tokens]


def plain(*tokens, **options):
    return [AddedToken(token, special=False, **{"normalized": False, **options}) for token in tokens]


def bpe(corpus, size, splitter, first, alphabet, **options):
    """A BPE model of `size` pieces; `first` stand before the alphabet, which is in order of its code points."""
    tokenizer = Tokenizer(models.BPE(**options))
    tokenizer.pre_tokenizer = splitter
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        show_progress=False,
        special_tokens=first,
        initial_alphabet=alphabet,
        limit_alphabet=len(alphabet),
    )
    tokenizer.train_from_iterator(corpus, trainer)
    return tokenizer


def byte_bpe(corpus, size, pattern, **options):
    split = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(pattern), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer = bpe(corpus, size, split, [], pre_tokenizers.ByteLevel.alphabet(), **options)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def byte_level(corpus):
    """As Qwen's: NFC, digits alone, nothing added around a text."""
    tokenizer = byte_bpe(corpus, 2400, ONE_DIGIT)
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    tokenizer.add_tokens(special("<|endoftext|>", "<|im_start|>", "<|im_end|>"))
    tokenizer.add_tokens(plain("<tool_call>", "</tool_call>", "<think>", "</think>"))
    return tokenizer


def byte_level_begun(corpus):
    """As Llama's and DeepSeek's: a token before every text, digits by three, whole words found before merging."""
    tokenizer = byte_bpe(corpus, 2000, THREE_DIGITS, ignore_merges=True)
    tokenizer.add_tokens(special("<｜begin｜>", "<｜Person｜>", "<｜Machine｜>", "<｜end▁of▁turn｜>"))
    tokenizer.add_tokens(plain("<think>", "</think>"))
    tokenizer.post_processor = processors.Sequence(
        [
            processors.ByteLevel(trim_offsets=False),
            processors.TemplateProcessing(
                single="<｜begin｜> $A",
                pair="<｜begin｜> $A <｜begin｜>:1 $B:1",
                special_tokens=[("<｜begin｜>", tokenizer.token_to_id("<｜begin｜>"))],
            ),
        ]
    )
    return tokenizer


def byte_level_masked(corpus):
    """As RoBERTa's: special tokens first, the splitter of the library, a mask that takes the space before it."""
    first = ["<s>", "<pad>", "</s>", "<unk>"]
    splitter = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer = bpe(corpus, 1600, splitter, first, pre_tokenizers.ByteLevel.alphabet())
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True, special=True, normalized=False)])
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=True)
    return tokenizer


def counted(words, longest, mark=""):
    """How often each piece of up to `longest` characters occurs; `mark` stands before what begins no word."""
    counts = collections.Counter()
    for word, times in words.items():
        for begin in range(len(word)):
            for end in range(begin + 1, min(len(word), begin + longest) + 1):
                counts[(mark if begin else "") + word[begin:end]] += times
    return counts


def chosen(counts, size, least_of_characters, mark=""):
    """The characters that are not rare, in order, then the pieces that save most."""

    def length(piece):
        return len(piece.removeprefix(mark)) if len(piece) > len(mark) else len(piece)

    characters = sorted(p for p, n in counts.items() if length(p) == 1 and n >= least_of_characters)
    known = {p.removeprefix(mark) for p in characters}
    longer = [p for p, n in counts.items() if length(p) > 1 and n > 2 and known.issuperset(p.removeprefix(mark))]
    longer.sort(key=lambda p: (-counts[p] * (length(p) - 1), p))
    return characters + longer[: size - len(characters)]


def word_pieces(corpus):
    """As BERT's: lower case without accents, Chinese characters alone, [CLS] and [SEP] around a text."""
    normalizer, splitter = normalizers.BertNormalizer(lowercase=True), pre_tokenizers.BertPreTokenizer()
    words = collections.Counter(
        word for text in corpus for word, _ in splitter.pre_tokenize_str(normalizer.normalize_str(text))
    )
    names = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    pieces = chosen(counted(words, 9, "##"), 2200, 3, "##")
    vocab = {piece: i for i, piece in enumerate(names + [p for p in pieces if p not in names])}
    tokenizer = Tokenizer(models.WordPiece(vocab, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizer, splitter
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.add_special_tokens(names)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    return tokenizer


BYTES = [f"<0x{byte:02X}>" for byte in range(256)]


def sentence_bpe(corpus, size):
    """Pieces over characters, what has none of its own falls back to its bytes."""
    spaced = ["▁" + text.replace(" ", "▁") for text in corpus]
    characters = collections.Counter("".join(spaced))
    alphabet = [c for c in sorted(characters) if characters[c] > 4 and c != "\n"]
    splitter = pre_tokenizers.Split(Regex(r"▁*[^▁\n]+|▁+|\n+"), "isolated")
    first = ["<unk>", "<s>", "</s>"] + BYTES
    options = dict(unk_token="<unk>", fuse_unk=True, byte_fallback=True)
    tokenizer = bpe(spaced, size, splitter, first, alphabet, **options)
    tokenizer.decoder = decoders.Sequence(
        [
            decoders.Replace("▁", " "),
            decoders.ByteFallback(),
            decoders.Fuse(),
            decoders.Strip(" ", 1, 0),
        ]
    )
    return forget_added(tokenizer)


def forget_added(tokenizer):
    """Without the trainer's note that the bytes are added tokens: they are pieces of the model."""
    tree = json.loads(tokenizer.to_str())
    tree["added_tokens"] = [token for token in tree["added_tokens"] if token["content"] not in BYTES]
    return Tokenizer.from_str(json.dumps(tree))


def sentence_pieces(corpus):
    """As Llama 2's and Phi-3's: the normalizer writes the spaces, added tokens that swallow white space."""
    tokenizer = sentence_bpe(corpus, 2600)
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.pre_tokenizer = None
    tokenizer.add_tokens(special("<unk>", "<s>", "</s>"))
    tokenizer.add_tokens(special("<|endoftext|>"))
    tokenizer.add_tokens(special("<|system|>", "<|user|>", "<|assistant|>", "<|end|>", rstrip=True))
    tokenizer.add_tokens(plain("<both>", lstrip=True, rstrip=True) + plain("tidewrack", single_word=True))
    tokenizer.add_tokens(plain("<as normalized>", normalized=True))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s>:1 $B:1", special_tokens=[("<s>", 1)]
    )
    return tokenizer


def sentence_pieces_first(corpus):
    """The newer spelling of the same: Metaspace, a space before the first piece alone, none before a token."""
    tokenizer = sentence_bpe(corpus, 1400)
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
    tokenizer.add_tokens(special("<unk>", "<s>", "</s>", "[ASK]", "[/ASK]"))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A </s> $B:1 </s>:1", special_tokens=[("<s>", 1), ("</s>", 2)]
    )
    return tokenizer


def unigram(corpus):
    """As T5's and XLM-RoBERTa's: each piece has a score, and the best way through a text is taken."""
    normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    words = collections.Counter("▁" + w for text in corpus for w in normalizer.normalize_str(text).split())
    counts = counted(words, 8)
    pieces = chosen(counts, 2300, 3)
    total = sum(counts[piece] for piece in pieces)
    names = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    scores = [(piece, round(math.log(counts[piece] / total), 4)) for piece in pieces]
    tokenizer = Tokenizer(models.Unigram(names + scores + [("<mask>", 0.0)], unk_id=3))
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="always")]
    )
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    tokenizer.add_tokens(special("<s>", "<pad>", "</s>", "<unk>") + special("<mask>", lstrip=True))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 2)]
    )
    return tokenizer


TRAINED = {
    "byte-level": byte_level,
    "byte-level-begun": byte_level_begun,
    "byte-level-masked": byte_level_masked,
    "word-pieces": word_pieces,
    "sentence-pieces": sentence_pieces,
    "sentence-pieces-first": sentence_pieces_first,
    "unigram": unigram,
}

# Spelt as older versions of the library wrote them: a merge is one string.
OLDER = ["byte-level", "sentence-pieces"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conversations", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    args = parser.parse_args()
    corpus = [text for _, text in conversations(args.conversations)]
    for name, train in TRAINED.items():
        tree = json.loads(train(corpus).to_str())
        if name in OLDER:
            tree["model"]["merges"] = [" ".join(pair) for pair in tree["model"]["merges"]]
        text = json.dumps(tree, ensure_ascii=False, separators=(",", ":"))
        write_gz(args.out / f"{name}.tokenizer.json.gz", [text])
        print(name, len(tree["model"]["vocab"]), "pieces")


if __name__ == "__main__":
    main()
