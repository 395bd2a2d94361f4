"""Write a sample encoder as a Hugging Face folder in float16."""
import os
import shutil

import torch

from export import edit_json

TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json")
# What the libraries write beside them, and what nobody needs.
NOT_KEPT = ("vocab.txt", "special_tokens_map.json", "added_tokens.json", "README.md")


def save(model, tokenizer_dir, out):
    model.eval().to(torch.float16).save_pretrained(out, safe_serialization=True)
    tidy(tokenizer_dir, out)


def tidy(tokenizer_dir, out):
    # As published models have it: the type under its old name.
    edit_json(os.path.join(out, "config.json"), lambda c: c.update(torch_dtype=c.pop("dtype", c.get("torch_dtype"))))
    for name in TOKENIZER_FILES:
        shutil.copyfile(os.path.join(tokenizer_dir, name), os.path.join(out, name))
    for name in NOT_KEPT:
        if os.path.exists(os.path.join(out, name)):
            os.remove(os.path.join(out, name))
