#!/usr/bin/env python3
"""Tokens per second of Hugging Face Transformers' `generate` against `./cycleqd bench decode`.

Needs torch and transformers. Both decode greedily in float32 on the same number of threads, from
prompts of the same length; the time that reading the prompts takes does not count. Before anything
is timed, both must answer the same tokens.

  experiments/compare/transformers_generate.py MODEL --batch 32 --threads 2
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import time

import torch
import transformers

ROOT = pathlib.Path(__file__).resolve().parents[2]


def prompts(batch, length, vocabulary):
    """Drawn ids behind the token that begins texts."""
    generator = torch.Generator().manual_seed(1)
    ids = torch.randint(3, vocabulary, (batch, length), generator=generator)
    ids[:, 0] = 1
    return ids


def generate(model, ids, steps):
    return model.generate(
        ids,
        attention_mask=torch.ones_like(ids),
        max_new_tokens=steps,
        min_new_tokens=steps,
        do_sample=False,
        pad_token_id=0,
    )[:, ids.shape[1]:]


def seconds(model, ids, steps):
    start = time.perf_counter()
    generate(model, ids, steps)
    return time.perf_counter() - start


def cycleqd(*arguments):
    done = subprocess.run(
        [ROOT / "cycleqd", *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout)


def require_same_tokens(model, folder):
    """One prompt's answer, up to an end token."""
    ids = prompts(1, 8, model.config.vocab_size)
    ours = cycleqd(
        "generate", "--model", folder, "--ids", ",".join(map(str, ids[0].tolist())),
        "--max-new-tokens", 48, "--json")["ids"]
    theirs = generate(model, ids, 48)[0].tolist()[: len(ours)]
    if ours != theirs:
        sys.exit(f"tokens differ: found {ours}, expected {theirs}")
    print(f"the first {len(ours)} tokens agree")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--prompt", type=int, default=32)
    parser.add_argument("--steps", type=int, default=128)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    transformers.logging.set_verbosity_error()
    model = transformers.LlamaForCausalLM.from_pretrained(options.model, dtype=torch.float32)
    model.eval()
    require_same_tokens(model, options.model)
    ids = prompts(options.batch, options.prompt, model.config.vocab_size)
    generate(model, ids, options.steps)  # warms up
    decoding = [
        seconds(model, ids, options.steps + 1) - seconds(model, ids, 1)
        for _ in range(options.repeat)
    ]
    theirs = options.batch * options.steps / statistics.median(decoding)
    found = cycleqd(
        "bench", "decode", "--model", options.model, "--batch", options.batch, "--prompt",
        options.prompt, "--steps", options.steps, "--threads", options.threads, "--repeat",
        options.repeat, "--json")
    ours = found["batches"][0]["tokensPerSecond"]
    print(f"Transformers {transformers.__version__}, torch {torch.__version__}: {theirs:,.0f} tokens/s")
    print(f"cycleqd: {ours:,.0f} tokens/s")
    print(f"ratio: {ours / theirs:.1f}")


if __name__ == "__main__":
    main()
