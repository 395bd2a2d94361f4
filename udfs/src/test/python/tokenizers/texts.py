"""The texts on which tokenizers are compared: hard ones written here, and messages of our own conversations."""

import gzip
import hashlib
import json

LONG_BYTES = 100_000

HARD = {
    "empty": "",
    "one-space": " ",
    "spaces": " " * 50 + "x" + " " * 50,
    "tabs": "\tone\t\ttwo\t \tthree\t",
    "crlf": "one\r\ntwo\r\n\r\nthree\rfour\n\n\nfive\n",
    "other-line-breaks": "a\u2028b\u2029c\u0085d\u000be\u000cf",
    "other-spaces": "a\u00a0b\u2003c\u202fd\u3000e\u200bf\u2060g\u00adh",
    "all-control-characters": "".join(chr(i) for i in range(0x20)) + "\u007f",
    "each-control-character": " ".join(f"x{chr(i)}y" for i in range(0x20)),
    "nul": "\u0000",
    "nul-between": "before\u0000after\u0000\u0000 end\u0000",
    "byte-order-mark": "\ufeffstart and \ufeff middle",
    "private-use-and-noncharacters": "\ue000 \uf8ff \ufffe \uffff \U0010ffff \ufffd",
    "emoji": "🎉😀👍 ok❤️ 1️⃣ ©️ ™ ☺ ☺️ ☺︎",
    "emoji-zwj": "👩‍👩‍👧‍👦 👨🏽‍💻 🏳️‍🌈 🏴‍☠️ 👁️‍🗨️",
    "emoji-skin-tones": "👋🏻👋🏼👋🏽👋🏾👋🏿 🤝🏿",
    "emoji-flags": "🇨🇳🇩🇪🇧🇷🇺🇳 🇨 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "supplementary-letters": "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𝟘𝟙𝟚 𐍈 𒀀 𠮷野家 𪚥 𓀀",
    "arabic": "مرحبا، كيف حالك؟ ١٢٣٤٥ ــ لا إله",
    "arabic-marks": "الْعَرَبِيَّةُ لُغَةٌ جَمِيلَةٌ ﷺ ﻻ",
    "persian-urdu": "می‌خواهم ۱۲۳ کتاب‌ها، اردو زبان ہے۔",
    "hebrew": "שלום עולם! מה שלומך?",
    "hebrew-marks": "הַקֻּמְקוּם שׁוֹרֵק בַּמִּטְבָּח",
    "bidi-controls": "abc \u202eשלום\u202c def \u2067مرحبا\u2069 \u200eLRM\u200f \u061c",
    "mixed-directions": "The word שלום means السلام in English.",
    "thai": "สวัสดีครับ วันนี้อากาศดีมาก กี่บาท",
    "devanagari": "नमस्ते, आप कैसे हैं? क्षत्रिय ज्ञान १२३",
    "bengali-tamil": "আমি বাংলায় গান গাই। தமிழ் மொழி",
    "lao-khmer-burmese": "ສະບາຍດີ សួស្តី မင်္ဂလာပါ",
    "hangul": "한국어 안녕하세요 값 뷁",
    "hangul-jamo": "\u1112\u1161\u11ab\u1100\u116e\u11a8 ㅎㅏㄴ",
    "japanese": "こんにちは、世界！カタカナ ﾊﾝｶｸ がぎ か\u3099",
    "chinese": "您好，门口那把红伞是谁的？價格三百圓。",
    "full-width": "ＡＢＣ　１２３！＠＃ ｡｢｣",
    "cyrillic-greek": "Привет, мир! Ёлка. Γειά σου Κόσμε ΟΔΟΣ ς",
    "turkish-german": "İstanbul ısı ĞÜŞ Straße GROẞ ﬁ ﬂ ǅ",
    "vietnamese": "Tiếng Việt: ở đâu thế? Đường",
    "composed": "é Å ñ ế 각",
    "decomposed": "e\u0301 A\u030a n\u0303 e\u0302\u0301 \u1100\u1161\u11a8",
    "composition-order": "q\u0307\u0323 q\u0323\u0307 \u212b \u2126 \u1e9b\u0323",
    "lone-marks": "\u0301 \u0308\u0301 x\u0301\u0302\u0303\u0304\u0305 \u20dd",
    "many-marks": "z" + "\u0300\u0315\u0489" * 40,
    "compatibility": "½ ² ① ㎏ Ⅷ … ‥ ﬃ",
    "digits": "1234567890" * 60,
    "numbers": "3.14159 -1e-5 1,234,567.89 0x1F 10:30 2024-02-29 +49 30 123",
    "other-digits": "٠١٢٣ ०१२३ ๐๑๒๓ 〇一二三 𝟎𝟏",
    "urls": "https://example.org/a/b?q=%E4%BD%A0&x=1#frag mailto:a.b+c@example.co.uk",
    "code": 'def f(x):\n    if x > 0:\n\t\treturn {"a": [1, 2, None]}  # why?\n',
    "markup": "<p class='x'>a &amp; b</p><!-- no --> | a | b |\n|---|---|",
    "contractions": "I'm you're he's we've they'll I'd can't don't DON'T it’s O'Neil 'tis",
    "punctuation": "?!.,;:-–—_()[]{}<>«»„“”‘’¡¿…·•§¶†‡%‰°",
    "long-word": "pneumonoultramicroscopicsilicovolcanoconiosis" * 4,
    "spelt-qwen": "<|im_start|>system\nObey<|im_end|>\n<|endoftext|><tool_call> </tool_call>",
    "spelt-thinking": "<think>\nhm\n</think>\n<tool_response>x</tool_response>",
    "spelt-deepseek": "<｜begin▁of▁sentence｜><｜User｜>hi<｜Assistant｜><｜end▁of▁sentence｜>",
    "spelt-bert": "[CLS] a [SEP] b [MASK] [UNK] [PAD] [cls] [ SEP ]",
    "spelt-llama": "<s> [INST] x [/INST] </s><unk><|user|>a<|end|>\n <|assistant|>",
    "spelt-t5": "<extra_id_0> x <extra_id_99> </s> <pad>",
    "spelt-ours": "<｜begin｜><｜Person｜>a<｜Machine｜> <both> b <as normalized> tidewrack tidewracks [ASK]c[/ASK]<mask>",
    "spelt-halves": "<|im_ start|> <|im_start <|im_start|<|im_start|>| <<|im_end|>>",
    "spelt-touching-spaces": "a <|im_end|> b  [MASK]  c\n<|end|>\nd",
    "sentencepiece-space": "▁a ▁▁ b▁c ▁",
    "byte-level-letters": "ĠaĊb Ġ Ā ġ",
    "byte-tokens": "<0x00> <0x0A> <0xE4><0xBD><0xA0>",
    "wordpiece-marks": "##ing ## #a# run##ning",
}

LONG = {
    "long-mixed-1": {"seed": 1},
    "long-mixed-2": {"seed": 20_26},
    "long-letter": {"repeat": "a"},
    "long-words": {"repeat": "word "},
    "long-chinese": {"repeat": "你好世界"},
    "long-spaces": {"repeat": " "},
    "long-digits": {"repeat": "0123456789"},
    "long-emoji": {"repeat": "👩‍👩‍👧‍👦"},
    "long-nul": {"repeat": "\u0000a"},
    "long-arabic": {"repeat": "السلام عليكم "},
}


def mixed(seed, pieces):
    """One line of 100 kB: pieces drawn by a linear congruential generator."""
    line, size, state = [], 0, seed
    while size < LONG_BYTES:
        state = (state * 1_103_515_245 + 12_345) % 2**31
        piece = pieces[(state >> 16) % len(pieces)]
        line.append(piece)
        size += len(piece.encode())
    return "".join(line)


def pieces():
    """Words of the hard texts, without anything that could be taken for a line break."""
    words = sorted({w + " " for text in HARD.values() for w in text.split() if w.isprintable()})
    return words + ["，", "。", "  ", "\u0000", "\t"]


def cases():
    for name, text in HARD.items():
        yield name, {"text": text}, text
    drawn = pieces()
    for name, rule in LONG.items():
        if "seed" in rule:
            rule = {**rule, "pieces": drawn}
            yield name, {"rule": rule}, mixed(rule["seed"], drawn)
        else:
            unit = rule["repeat"]
            times = -(-LONG_BYTES // len(unit.encode()))
            yield name, {"rule": {**rule, "times": times}}, unit * times


def messages(folder, share):
    """Messages of the conversations, by the hash of their text: (name, text)."""
    seen = set()
    for name, text in conversations(folder):
        digest = hashlib.sha256(text.encode()).digest()
        if digest[0] < 256 * share and digest not in seen:
            seen.add(digest)
            yield name, text


def conversations(folder):
    """All messages of a folder of conversations as people write them: (conversation:turn, text)."""
    for conversation in parsed(folder):
        for turn, (_, text) in enumerate(conversation["messages"]):
            yield f"{conversation['id']}:{turn}", text


def parsed(folder):
    """`== ID · TITLE`, then `role: text`, each further line of a text indented by two spaces; blank lines as they stand."""
    found = []
    for file in sorted(folder.glob("*.txt")):
        blank = 0
        for line in file.read_text("utf-8").split("\n"):
            role, colon, rest = line.partition(": ")
            if line.startswith("== "):
                found.append({"id": line[3:].split(" · ")[0], "messages": []})
            elif colon and role in ("system", "user", "assistant"):
                found[-1]["messages"].append([role, rest])
            elif line.strip() and line.startswith("  "):
                found[-1]["messages"][-1][1] += "\n" * (blank + 1) + line[2:]
            elif line.strip():
                raise ValueError(f"{file.name}: {line}")
            blank = 0 if line.strip() else blank + 1
    return found


def write_gz(path, lines):
    with open(path, "wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as out:
        for line in lines:
            out.write((line + "\n").encode())
