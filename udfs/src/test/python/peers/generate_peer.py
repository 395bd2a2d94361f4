"""The peers of the ladder: the same folder, prompts and lengths of replies through other programs.

    submit/local.sh bench qwen2-0.5b | tee /var/tmp/ladder.txt
    submit/local.sh bench qwen2-0.5b --export /var/tmp/work.jsonl
    python generate_peer.py transformers udfs/target/bench/qwen2-0.5b /var/tmp/work.jsonl --ladder /var/tmp/ladder.txt
    python make_gguf.py udfs/target/bench/qwen2-0.5b /var/tmp/model.gguf
    python generate_peer.py llama.cpp /var/tmp/model.gguf /var/tmp/work.jsonl --server .../build/bin/llama-server

Prints a line for each workload: tokens a second, of prompts and replies, at the best of some batch sizes or counts of
slots; with --ladder FILE, which holds what the ladder printed on this machine just before (tee), also how many times as
many each of its ways does. Greedy, no end of sequence before the length of the real reply.

transformers: `generate` over batches in order of length, padded on the left; a batch ends with its longest reply. Needs
torch 2.7.1, transformers 4.57.6. llama.cpp: `llama-server` as llama-cpp-python 0.3.36 has it (vendor/llama.cpp, built with
-DGGML_NATIVE=ON), asked for completions by ids, as many sessions at once as it has slots, turns of a session one after the
other, prompt cache on. On the CPU with --threads; transformers on a GPU with --device cuda.
"""

import argparse
import collections
import concurrent.futures
import json
import re
import socket
import subprocess
import time
import urllib.request


def load(path):
    workloads = collections.OrderedDict()
    with open(path, encoding="utf-8") as file:
        for line in file:
            turn = json.loads(line)
            sessions = workloads.setdefault(turn["workload"], collections.OrderedDict())
            sessions.setdefault(turn["session"], []).append((turn["prompt"], turn["reply_tokens"]))
    return {name: list(sessions.values()) for name, sessions in workloads.items()}


def rungs(path):
    """Tokens a second by workload and way, as the ladder printed them."""
    rates = collections.defaultdict(dict)
    workload = None
    with open(path, encoding="utf-8") as file:
        for line in file:
            if heading := re.match(r"(\w+): [\d,]+ sessions", line):
                workload = heading[1]
            elif row := re.match(r"\| ([^|]+?) +\| +([\d.]+) +\|", line):
                rates[workload][row[1]] = float(row[2])
    return rates


def tokens(sessions):
    return sum(len(prompt) + reply for session in sessions for prompt, reply in session)


def transformers_way(args, workloads):
    import torch
    from transformers import AutoModelForCausalLM, StoppingCriteria

    torch.set_num_threads(args.threads)
    model = AutoModelForCausalLM.from_pretrained(args.model, dtype=getattr(torch, args.dtype))
    model = model.eval().to(args.device)
    model.generation_config.eos_token_id = None

    class Lengths(StoppingCriteria):
        """Each row ends at its own length; it is padded until the batch ends."""

        def __init__(self, start, lengths):
            self.ends = start + torch.tensor(lengths, device=args.device)

        def __call__(self, input_ids, scores, **kwargs):
            return input_ids.shape[1] >= self.ends

    @torch.inference_mode()
    def run(turns, size):
        turns = sorted(turns, key=lambda turn: len(turn[0]))
        for start in range(0, len(turns), size):
            batch = turns[start : start + size]
            longest = len(batch[-1][0])
            ids = torch.tensor([[0] * (longest - len(prompt)) + prompt for prompt, _ in batch])
            mask = torch.tensor([[0] * (longest - len(prompt)) + [1] * len(prompt) for prompt, _ in batch])
            lengths = [reply for _, reply in batch]
            out = model.generate(
                ids.to(args.device),
                attention_mask=mask.to(args.device),
                do_sample=False,
                max_new_tokens=max(lengths),
                stopping_criteria=[Lengths(longest, lengths)],
                pad_token_id=0,
            )
            assert out.shape[1] == longest + max(lengths)

    for name, sessions in workloads.items():
        turns = [turn for session in sessions for turn in session]
        run(turns[:2], 2)
        for size in args.sizes or [8, 16, 32, 64]:
            start = time.perf_counter()
            run(turns, size)
            yield name, f"batches of {size}", tokens(sessions) / (time.perf_counter() - start)


def llama_way(args, workloads):
    longest = max(len(p) + r for s in workloads.values() for session in s for p, r in session) + 8
    for slots in args.sizes or [16, 64]:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [args.server, "-m", args.model, "--host", "127.0.0.1", "--port", str(port)]
        command += ["-np", str(slots), "-c", str(slots * longest), "-t", str(args.threads)]
        command += ["-tb", str(args.threads), "-b", "2048", "-ub", "512", "--no-webui", "--offline"]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
            try:
                wait_for(server, port)
                for name, sessions in workloads.items():
                    ask(port, sessions[0][0][0][:50], 4)
                    start = time.perf_counter()
                    with concurrent.futures.ThreadPoolExecutor(slots) as pool:
                        list(pool.map(lambda session: talk(port, session), sessions))
                    yield name, f"{slots} slots", tokens(sessions) / (time.perf_counter() - start)
            finally:
                server.terminate()


def wait_for(server, port):
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health") as answer:
                if answer.status == 200:
                    return
        except OSError:
            if server.poll() is not None:
                raise SystemExit("the server ended before it answered")
        time.sleep(0.2)


def talk(port, session):
    for prompt, reply in session:
        ask(port, prompt, reply)


def ask(port, prompt, reply):
    body = {"prompt": prompt, "n_predict": reply, "temperature": 0, "samplers": ["top_k"], "top_k": 1}
    body |= {"ignore_eos": True, "cache_prompt": True, "stream": False}
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/completion",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        predicted = json.load(answer)["tokens_predicted"]
    assert predicted == reply, (predicted, reply)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("peer", choices=["transformers", "llama.cpp"])
    parser.add_argument("model")
    parser.add_argument("work")
    parser.add_argument("--server", help="the program llama-server")
    parser.add_argument("--dtype", default="bfloat16", help="of transformers")
    parser.add_argument("--device", default="cpu", help="of transformers")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--ladder", type=rungs, help="what the ladder printed, for ratios")
    parser.add_argument("--sizes", type=lambda text: [int(n) for n in text.split(",")])
    args = parser.parse_args()
    way = transformers_way if args.peer == "transformers" else llama_way
    best = {}
    for name, how, rate in way(args, load(args.work)):
        print(f"{name}, {how}: {rate:.0f} tokens/s", flush=True)
        if rate > best.get(name, ("", 0))[1]:
            best[name] = (how, rate)
    for name, (how, rate) in best.items():
        print(f"best: {name}, {how}: {rate:.0f} tokens/s")
        for way, ours in (args.ladder or {}).get(name, {}).items():
            print(f"  {way}: {ours:.0f} tokens/s, {ours / rate:.2f} times that")


main()
