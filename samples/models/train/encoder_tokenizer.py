"""Train the tokenizer of the sample encoders: WordPiece as BERT's, in lower case, each Chinese character a word.

    python encoder_tokenizer.py --data DIR --out DIR
"""
import argparse
import json
import os
import random

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

import encoder_data

VOCAB_SIZE = 8192
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
MAX_TOKENS = 512
# Public English conversations that the tokenizer reads; there are far more of them than it needs.
PUBLIC_ENGLISH = 2500
# How often each of our own counts.
OWN_WEIGHT = 3
SEED = 20260


def texts(data_dir):
    own, _ = encoder_data.own()
    public, _ = encoder_data.public(data_dir)
    english = [c for c in public if c.lang == "en"]
    chosen = random.Random(SEED).sample(english, min(PUBLIC_ENGLISH, len(english)))
    for conversation in own * OWN_WEIGHT + chosen + [c for c in public if c.lang == "zh"]:
        for message in conversation.messages:
            yield message["content"]


def in_order(tokenizer):
    """By length and letters: the trainer numbers pieces that are equally common in another order each time."""
    learnt = sorted(set(tokenizer.get_vocab()) - set(SPECIAL), key=lambda piece: (len(piece.removeprefix("##")), piece))
    vocab = {piece: i for i, piece in enumerate(SPECIAL + learnt)}
    return models.WordPiece(vocab, unk_token="[UNK]", max_input_chars_per_word=100)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()

    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True, handle_chinese_chars=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece(prefix="##")
    trainer = trainers.WordPieceTrainer(
        vocab_size=VOCAB_SIZE, min_frequency=2, limit_alphabet=3600, special_tokens=SPECIAL, show_progress=False)
    tokenizer.train_from_iterator(texts(args.data), trainer)
    tokenizer.model = in_order(tokenizer)
    cls, sep = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0", pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
        special_tokens=[("[CLS]", cls), ("[SEP]", sep)])

    os.makedirs(args.out, exist_ok=True)
    tokenizer.save(os.path.join(args.out, "tokenizer.json"), pretty=False)
    with open(os.path.join(args.out, "tokenizer_config.json"), "w", encoding="utf-8") as out:
        json.dump({"cls_token": "[CLS]", "do_lower_case": True, "mask_token": "[MASK]",
                   "model_max_length": MAX_TOKENS, "pad_token": "[PAD]", "sep_token": "[SEP]",
                   "strip_accents": None, "tokenize_chinese_chars": True, "tokenizer_class": "BertTokenizer",
                   "unk_token": "[UNK]"}, out, indent=2)
        out.write("\n")
    print(f"{tokenizer.get_vocab_size()} tokens")


if __name__ == "__main__":
    main()
