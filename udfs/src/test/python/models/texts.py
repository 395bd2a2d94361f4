"""Texts of our own invention, and tiny tokenizers built from them."""

from tokenizers import (Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers)

LONG = ("Good morning, I would like to book a quiet double room from Monday to Thursday, please. The room should "
        "not look out on the street, breakfast should be included, and if there is a garage I need a place for one "
        "small car as well. What does that come to in all, and until when can I still call it off?")

TEXTS = [
    "",
    "hello",
    "  Is the Café Überland open on Monday?\t",
    "你好，可以帮我找一家安静的酒店吗？价格不要太高，谢谢。",
    "Great 😀👍🏽 thanks!! 🦩",
    "مرحبا، كيف حالك اليوم؟",
    LONG,
]

PAIRS = [
    ("Where is the station?", "The station is behind the old bridge, ten minutes on foot."),
    ("酒店有停车场吗？", "Yes, there is a garage for 40 cars."),
]

CORPUS = [*TEXTS[:4], "Great thanks!!", TEXTS[5], LONG, *(text for pair in PAIRS for text in pair),
          "query: Where is the garage? passage: The garage is open on Monday and Thursday, and the room is quiet.",
          "The small room on the street is included in the price; what does breakfast come to?"] * 3


def bert_template(tokenizer, first="[CLS]", last="[SEP]"):
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{first} $A {last}", pair=f"{first} $A {last} $B:1 {last}:1",
        special_tokens=[(t, tokenizer.token_to_id(t)) for t in (first, last)])
    return tokenizer


def pieces_of(words, prefix, longest, longer_count):
    """Characters in order, then the commonest longer pieces; `prefix` stands before what does not begin a word."""
    counts = {}
    for word in words:
        for begin in range(len(word)):
            for end in range(begin + 1, min(len(word), begin + longest) + 1):
                piece = (prefix if begin else "") + word[begin:end]
                counts[piece] = counts.get(piece, 0) + (end - begin) ** 2
    characters = sorted(piece for piece in counts if len(piece.removeprefix(prefix)) == 1)
    longer = sorted(counts.keys() - set(characters), key=lambda piece: (-counts[piece], piece))
    return characters + longer[:longer_count], counts


def wordpiece(lowercase=True):
    """Made by hand: the order in which the library's trainer numbers its pieces differs from run to run."""
    normalizer, splitter = normalizers.BertNormalizer(lowercase=lowercase), pre_tokenizers.BertPreTokenizer()
    words = [word for text in CORPUS for word, _ in splitter.pre_tokenize_str(normalizer.normalize_str(text))]
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocab = {piece: i for i, piece in enumerate(special + pieces_of(words, "##", 9, 200)[0])}
    tokenizer = Tokenizer(models.WordPiece(vocab, unk_token="[UNK]"))
    tokenizer.add_special_tokens(special)
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizer, splitter
    tokenizer.decoder = decoders.WordPiece()
    return bert_template(tokenizer)


def byte_level(special_tokens, vocab_size=360):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(CORPUS, trainers.BpeTrainer(
        vocab_size=vocab_size, show_progress=False, special_tokens=special_tokens,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    return tokenizer


def roberta():
    tokenizer = byte_level(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    return tokenizer


def modernbert():
    return bert_template(byte_level(["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"]))


def qwen():
    """Ends every text with <|endoftext|>, as the embedding models of that family do."""
    tokenizer = byte_level(["<|endoftext|>", "<|im_start|>", "<|im_end|>"])
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(r"\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+|\s+"), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.post_processor = processors.Sequence([
        processors.ByteLevel(trim_offsets=False),
        processors.TemplateProcessing(single="$A <|endoftext|>", pair="$A $B:1 <|endoftext|>:1",
                                      special_tokens=[("<|endoftext|>", 0)])])
    return tokenizer


def unigram():
    """Characters and the commonest pieces of the corpus, each with a score that grows with its count."""
    words = ["\u2581" + word for text in CORPUS for word in text.split()]
    pieces, counts = pieces_of(words, "", 6, 120)
    vocab = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    vocab += [(piece, round(-12.0 + 2.0 * len(piece) + counts[piece] / len(piece) ** 2 / 100, 3)) for piece in pieces]
    tokenizer = Tokenizer(models.Unigram(vocab + [("<mask>", 0.0)], unk_id=3))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="always")])
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    return tokenizer


BERT_TOKENS = dict(unk_token="[UNK]", sep_token="[SEP]", pad_token="[PAD]", cls_token="[CLS]", mask_token="[MASK]")
ROBERTA_TOKENS = dict(bos_token="<s>", eos_token="</s>", sep_token="</s>", cls_token="<s>", unk_token="<unk>",
                      pad_token="<pad>", mask_token="<mask>")

# What tokenizer_config.json says beside model_max_length.
TOKENIZERS = {
    "bert": (wordpiece, dict(tokenizer_class="BertTokenizer", do_lower_case=True, tokenize_chinese_chars=True,
                             strip_accents=None, **BERT_TOKENS)),
    "bert-cased": (lambda: wordpiece(lowercase=False),
                   dict(tokenizer_class="BertTokenizer", do_lower_case=False, tokenize_chinese_chars=True,
                        strip_accents=None, **BERT_TOKENS)),
    "distilbert": (wordpiece, dict(tokenizer_class="DistilBertTokenizer", do_lower_case=True,
                                   tokenize_chinese_chars=True, strip_accents=None, **BERT_TOKENS)),
    "roberta": (roberta, dict(tokenizer_class="RobertaTokenizer", add_prefix_space=False, **ROBERTA_TOKENS)),
    "xlm-roberta": (unigram, dict(tokenizer_class="XLMRobertaTokenizer", **ROBERTA_TOKENS)),
    "modernbert": (modernbert, dict(tokenizer_class="PreTrainedTokenizerFast",
                                    model_input_names=["input_ids", "attention_mask"], **BERT_TOKENS)),
    "qwen3": (qwen, dict(tokenizer_class="Qwen2Tokenizer", eos_token="<|endoftext|>", pad_token="<|endoftext|>",
                         unk_token=None, padding_side="left")),
}
