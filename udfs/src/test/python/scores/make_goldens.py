"""What samples/models/chat-mini thinks of the sample conversations, as transformers computes it.

    pip install -r ../replies/requirements.txt
    python make_goldens.py --samples ../../../../../samples --out ../../../../../job/src/test/resources/golden/scores

Float32, one sequence at a time, over samples/sessions/sessions.jsonl.

scores.jsonl: for each turn of the assistant the loss that the model's own `forward` returns when the labels are the tokens of
the turn, that which ends it included, and everything before them is masked with -100.

labels.jsonl: for each of some conversations the log-probability of each label after a prompt that asks for one, the sum over
the label's tokens, and the shares of the labels, normalised over all of them. The prompts are made here once more, by the
words of io.turnmill.task.LabelPrompts.
"""

import argparse
import json
import pathlib

import torch
import transformers

LABELS = ["praise", "complaint", "question about money", "question"]
DESCRIPTIONS = {"praise": "somebody is pleased"}
YES_NO = ["Yes", "No"]
QUESTION = "Is the user in a hurry?"
LEVELS = ["1", "2", "3", "4", "5"]
CLASSIFIED = 20


def conversations(samples):
    with open(samples / "sessions" / "sessions.jsonl", encoding="utf-8") as lines:
        for line in lines:
            session = json.loads(line)
            yield session["session_id"], session["messages"]


def encode(tokenizer, text):
    return tokenizer(text, add_special_tokens=False)["input_ids"]


def turn_scores(tokenizer, model, ends, messages, turn):
    def text(shown, prompt):
        return tokenizer.apply_chat_template(shown, add_generation_prompt=prompt, tokenize=False)

    before = encode(tokenizer, text(messages[:turn], True))
    whole = encode(tokenizer, text(messages[: turn + 1], False))
    assert whole[: len(before)] == before
    end = next(i for i in range(len(before), len(whole)) if whole[i] in ends)
    ids = torch.tensor([whole[: end + 1]])
    labels = ids.clone()
    labels[0, : len(before)] = -100
    with torch.no_grad():
        loss = model(ids, labels=labels).loss
    return len(before), end + 1 - len(before), loss.item()


def transcript(messages):
    return "\n".join(f"{m['role']}: {m['content']}" for m in messages)


def question(messages, labels, asked):
    lines = [asked or "Which of these labels fits the conversation below best?", "", "Possible answers:"]
    for label in labels:
        lines.append(f"- {label}" + (f": {DESCRIPTIONS[label]}" if label in DESCRIPTIONS else ""))
    lines += ["", "Conversation:", transcript(messages), "", "Give one of the possible answers and nothing else."]
    return "\n".join(lines)


def one_label(messages, label):
    return "\n".join(
        [
            "Conversation:",
            transcript(messages),
            "",
            "Does this label fit the conversation above?",
            f"Label: {label}" + (f": {DESCRIPTIONS[label]}" if label in DESCRIPTIONS else ""),
            "",
            "Answer Yes or No and nothing else.",
        ]
    )


def label_logprobs(tokenizer, model, asked, labels, end):
    prompt = encode(
        tokenizer,
        tokenizer.apply_chat_template(
            [{"role": "user", "content": asked}], add_generation_prompt=True, tokenize=False
        ),
    )
    tokens = [encode(tokenizer, label) for label in labels]
    if any(a is not b and b[: len(a)] == a for a in tokens for b in tokens):
        tokens = [ids + [end] for ids in tokens]
    sums = []
    for ids in tokens:
        with torch.no_grad():
            logits = model(torch.tensor([prompt + ids])).logits[0]
        logprobs = logits.log_softmax(-1)
        sums.append(sum(logprobs[len(prompt) + i - 1, token].item() for i, token in enumerate(ids)))
    shares = torch.tensor(sums, dtype=torch.float64).softmax(0).tolist()
    return len(prompt), sums, shares


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    args = parser.parse_args()
    folder = args.samples / "models" / "chat-mini"
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    ends = model.generation_config.eos_token_id
    ends = ends if isinstance(ends, list) else [ends]
    limit = model.config.max_position_embeddings
    sessions = list(conversations(args.samples))
    with open(args.out / "scores.jsonl", "w", encoding="utf-8") as out:
        for name, messages in sessions:
            for turn, message in enumerate(messages):
                if message["role"] == "assistant":
                    prompt, tokens, loss = turn_scores(tokenizer, model, ends, messages, turn)
                    assert prompt + tokens <= limit
                    row = {"session_id": name, "turn": turn, "prompt_tokens": prompt}
                    row |= {"scored_tokens": tokens, "loss": loss}
                    out.write(json.dumps(row) + "\n")
    end = next(
        token
        for token in encode(
            tokenizer,
            tokenizer.apply_chat_template(
                [{"role": "user", "content": "a"}, {"role": "assistant", "content": "a"}], tokenize=False
            ),
        )[::-1]
        if token in ends
    )
    with open(args.out / "labels.jsonl", "w", encoding="utf-8") as out:
        for name, messages in sessions[:CLASSIFIED]:
            row = {"session_id": name}
            for kind, labels, asked in [
                ("labels", LABELS, ""),
                ("yes_no", YES_NO, QUESTION),
                ("levels", LEVELS, "How friendly is the assistant, from 1 to 5?"),
            ]:
                tokens, sums, shares = label_logprobs(
                    tokenizer, model, question(messages, labels, asked), labels, end
                )
                row[kind] = {"prompt_tokens": tokens, "logprobs": sums, "shares": shares}
            row["multi_label"] = [
                label_logprobs(tokenizer, model, one_label(messages, label), YES_NO, end)[2][0] for label in LABELS
            ]
            out.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
