"""Token ids of whole prompts, as transformers' apply_chat_template gives them: with a generation prompt, and (in
continued.jsonl.gz) up to the end of a final message of the assistant, which is to be continued.

    pip install -r requirements.txt
    python make_goldens.py --conversations ../../../../../samples/conversations --out ../../resources/golden/prompt

Tokenizers and templates are those of ../tokenizers and ../jinja. With --published DIR they are those of the folders in
DIR that have a tokenizer.json and a chat template, and nothing but prompts.jsonl.gz is written.
"""

import argparse
import gzip
import json
import pathlib
import sys
import tempfile

import jinja2
import transformers

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "tokenizers"))
from texts import parsed, write_gz

GOLDEN = pathlib.Path(__file__).resolve().parents[2] / "resources/golden"
EVERY = 3

# Tokenizer, template, special tokens.
OURS = {
    "byte-level": ("chatml-tools", dict(eos_token="<|im_end|>", pad_token="<|endoftext|>")),
    "byte-level-begun": (
        "fullwidth",
        dict(bos_token="<｜begin｜>", eos_token="<｜end▁of▁turn｜>", pad_token="<｜end▁of▁turn｜>"),
    ),
    "sentence-pieces": ("pipes", dict(bos_token="<s>", eos_token="<|endoftext|>", unk_token="<unk>")),
    "sentence-pieces-first": ("words", dict(bos_token="<s>", eos_token="</s>", unk_token="<unk>")),
}

CRAFTED = {
    "emoji": ["Happy 🎉 birthday 👩‍👩‍👧‍👦!", "Thanks 😀", "❤️ 1️⃣ 🇨🇳"],
    "right-to-left": ["مرحبا، كيف حالك؟", "שלום עולם", "mixed עברית and English"],
    "control-characters": ["tab\there\u0000nul\u0007bell", "line\r\nbreaks\r\n", "\u200bzero\ufeffwidth"],
    "white-space": ["  leading", "trailing  \n\n", "\n\n  both \t "],
    "decomposed": ["cafe\u0301 A\u030a", "ﬁ ligature", "한국어 한국어"],
    "long-line": ["word " * 4000, "ok", "好" * 3000],
    "numbers": ["1234567890 3.14159 1e-5", "２０２４年", "x" * 500],
    "system": None,
}


def crafted():
    for name, texts in CRAFTED.items():
        if texts is None:
            yield name, [
                {"role": "system", "content": "Be brief. 简短回答。"},
                {"role": "user", "content": "Why?"},
            ]
            continue
        roles = ["user", "assistant", "user"]
        yield name, [{"role": r, "content": t} for r, t in zip(roles, texts)]


def real(folder):
    """Every third conversation, up to the last turn of its user."""
    for conversation in parsed(folder)[::EVERY]:
        messages = [{"role": role, "content": text} for role, text in conversation["messages"]]
        last = max(i for i, m in enumerate(messages) if m["role"] == "user")
        yield conversation["id"], messages[: last + 1]


FINALS = {
    "word": "Certainly",
    "space-after": "The answer is ",
    "line-breaks-after": "Here it is:\n\n",
    "space-before": "  because",
    "space-around": " \t well, \u3000\n",
    "one-letter": "a",
    "as-before": "Why?",
    "emoji": "Happy 🎉",
    "mark-of-reasoning": "<think>\nFirst",
}


def continued(folder):
    """Conversations that end with a message of the assistant, which is only begun."""
    for name, final in FINALS.items():
        yield name, [
            {"role": "user", "content": "Why?"},
            {"role": "assistant", "content": "Why not? a"},
            {"role": "user", "content": "And then?"},
            {"role": "assistant", "content": final},
        ]
    yield "system", [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Why?"},
        {"role": "assistant", "content": "Because it"},
    ]
    for conversation in parsed(folder)[::EVERY]:
        messages = [{"role": role, "content": text} for role, text in conversation["messages"]]
        replies = [i for i, m in enumerate(messages) if i > 0 and m["role"] == "assistant"]
        if replies:
            final = messages[replies[-1]]["content"]
            begun = final[: 1 + len(final) // 2]
            yield conversation["id"], messages[: replies[-1]] + [{"role": "assistant", "content": begun}]


def continued_ids(tokenizer, messages):
    """None where transformers or the template refuses."""
    try:
        return tokenizer.apply_chat_template(messages, continue_final_message=True)
    except (ValueError, jinja2.TemplateError):
        return None


def lay_out(folder, out):
    """Our tokenizers as model folders hold them; their configurations are goldens, too."""
    for name, (template, tokens) in OURS.items():
        (folder / name).mkdir()
        tokenizer = gzip.open(GOLDEN / f"tokenizers/{name}.tokenizer.json.gz").read()
        (folder / name / "tokenizer.json").write_bytes(tokenizer)
        config = {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "clean_up_tokenization_spaces": False,
            **tokens,
            "chat_template": (GOLDEN / f"jinja/templates/{template}.jinja").read_text("utf-8"),
        }
        text = json.dumps(config, ensure_ascii=False, indent=1) + "\n"
        (folder / name / "tokenizer_config.json").write_text(text, "utf-8")
        (out / f"{name}.tokenizer_config.json").write_text(text, "utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conversations", type=pathlib.Path, required=True)
    parser.add_argument("--published", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        if args.published is None:
            lay_out(pathlib.Path(temporary), args.out)
        folder = args.published or pathlib.Path(temporary)
        tokenizers = {
            path.parent.name: transformers.AutoTokenizer.from_pretrained(path.parent)
            for path in sorted(folder.glob("*/tokenizer.json"))
        }
    tokenizers = {name: t for name, t in tokenizers.items() if t.chat_template}
    cases = list(crafted()) + list(real(args.conversations))
    rows = []
    for name, messages in cases:
        ids = {
            key: tokenizer.apply_chat_template(messages, add_generation_prompt=True)
            for key, tokenizer in tokenizers.items()
        }
        rows.append(json.dumps({"name": name, "messages": messages, "ids": ids}, ensure_ascii=False))
    write_gz(args.out / "prompts.jsonl.gz", rows)
    print(len(cases), "conversations;", ", ".join(tokenizers))
    if args.published is None:
        rows = []
        for name, messages in continued(args.conversations):
            ids = {key: continued_ids(tokenizer, messages) for key, tokenizer in tokenizers.items()}
            rows.append(json.dumps({"name": name, "messages": messages, "ids": ids}, ensure_ascii=False))
        write_gz(args.out / "continued.jsonl.gz", rows)
        print(len(rows), "continued conversations")


if __name__ == "__main__":
    main()
