"""Replies of samples/models/chat-mini to sample conversations, as transformers gives them.

    pip install -r requirements.txt
    python make_goldens.py --samples ../../../../../samples --out ../../../../../job/src/test/resources/golden/replies

Greedy, float32, one conversation at a time, up to the last user turn, at most 48 new tokens.
A reply on whose way the two greatest scores once come closer than LEAST_MARGIN is left out: there
the order in which a processor adds may decide.
"""

import argparse
import gzip
import json
import math
import pathlib

import torch
import transformers

MAX_NEW_TOKENS = 48
LEAST_MARGIN = 1e-3


def conversations(samples):
    with open(samples / "sessions" / "sessions.jsonl", encoding="utf-8") as lines:
        for line in lines:
            session = json.loads(line)
            yield session["session_id"], session["messages"]
    roles = {"system": "system", "human": "user", "gpt": "assistant"}
    with open(samples / "sessions" / "sharegpt.json", encoding="utf-8") as file:
        for session in json.load(file):
            yield session["id"], [
                {"role": roles[m["from"]], "content": m["value"]} for m in session["conversations"]
            ]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    args = parser.parse_args()
    folder = args.samples / "models" / "chat-mini"
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, torch_dtype=torch.float32)
    ends = model.generation_config.eos_token_id
    rows = []
    for name, messages in conversations(args.samples):
        last = max(i for i, m in enumerate(messages) if m["role"] == "user")
        ids = tokenizer.apply_chat_template(
            messages[: last + 1], add_generation_prompt=True, return_tensors="pt"
        )
        with torch.no_grad():
            out = model.generate(
                ids,
                attention_mask=torch.ones_like(ids),
                do_sample=False,
                max_new_tokens=MAX_NEW_TOKENS,
                output_logits=True,
                return_dict_in_generate=True,
            )
        new = out.sequences[0, ids.shape[1] :].tolist()
        scores = [logits[0].log_softmax(-1) for logits in out.logits]
        logprobs = [score[token].item() for score, token in zip(scores, new)]
        margin = min(
            (top[0] - top[1]).item() for top in (score.topk(2).values for score in scores)
        )
        rows.append(
            {
                "session_id": name,
                "turn": last,
                "prompt_tokens": ids.shape[1],
                "completion_tokens": len(new),
                "content": tokenizer.decode(new, skip_special_tokens=True),
                "finish_reason": "stop" if new[-1] in ends else "length",
                "mean_logprob": sum(logprobs) / len(logprobs),
                "least_margin": margin,
            }
        )
    near = [row["session_id"] for row in rows if row["least_margin"] < LEAST_MARGIN]
    rows = [row for row in rows if row["least_margin"] >= LEAST_MARGIN]
    assert all(math.isfinite(row["mean_logprob"]) for row in rows)
    with open(args.out / "replies.jsonl", "w", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
    print(len(rows), "replies; least margin", min(row["least_margin"] for row in rows))
    print("left out:", near)


if __name__ == "__main__":
    main()
