"""Write a checkpoint of train.py as a Hugging Face model folder in bfloat16.

    python export.py --checkpoint FILE --tokenizer DIR --out DIR
"""
import argparse
import json
import os
import shutil

import torch
from transformers import AutoTokenizer, GenerationConfig, Qwen2Config, Qwen2ForCausalLM


def edit_json(path, edit):
    with open(path, encoding="utf-8") as lines:
        content = json.load(lines)
    edit(content)
    with open(path, "w", encoding="utf-8") as out:
        json.dump(content, out, indent=2, sort_keys=True)
        out.write("\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()

    checkpoint = torch.load(args.checkpoint, map_location="cpu", weights_only=True)
    tokenizer = AutoTokenizer.from_pretrained(args.tokenizer)
    model = Qwen2ForCausalLM(Qwen2Config.from_dict(checkpoint["config"]))
    model.load_state_dict(checkpoint["weights"])
    model.tie_weights()
    model.to(torch.bfloat16)
    model.generation_config = GenerationConfig(
        do_sample=False, eos_token_id=[tokenizer.eos_token_id, tokenizer.pad_token_id],
        pad_token_id=tokenizer.pad_token_id)
    model.config.max_window_layers = model.config.num_hidden_layers
    model.save_pretrained(args.out, safe_serialization=True)
    # As published models have it: the type under its old name, greedy decoding said aloud.
    edit_json(os.path.join(args.out, "config.json"), lambda c: c.update(torch_dtype=c.pop("dtype")))
    edit_json(os.path.join(args.out, "generation_config.json"), lambda c: c.update(do_sample=False))
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(os.path.join(args.tokenizer, name), os.path.join(args.out, name))


if __name__ == "__main__":
    main()
