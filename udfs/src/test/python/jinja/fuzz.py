"""Ten thousand generated templates, and two thousand mutations of FOLDER/templates, with what jinja2 makes of them.

    python udfs/src/test/python/jinja/fuzz.py [FOLDER]

in the root of the repository, with the packages of requirements.txt (Python 3.11). FOLDER as in templates.py.
"""

import json
import random
import signal
import warnings

from conversations import CASES, variables
from grammar import VARIABLES, Grammar
from reference import render
from templates import golden, write
from unsupported import unsupported

SEED = 20251
EXPRESSIONS, BLOCKS, MUTATIONS = 6000, 4000, 2000
MUTATED_CASES = ["three_turns", "tool_call", "parts", "thinking", "tools_system", "one_user", "hostile"]


class TooLong(BaseException):
    """Not an Exception: the template must not be recorded as one that jinja2 refuses."""


def too_long(*_):
    raise TooLong


def outcome(template, given):
    """None for what is left out: it takes too long, or prints what Turnmill declares not to print."""
    signal.alarm(2)
    try:
        result = render(template, given)
    except TooLong:
        return None
    finally:
        signal.alarm(0)
    if len(result.get("text", "")) > 3000 or unsupported(template, result.get("text", "")):
        return None
    return result


def generated(rng, count, make):
    grammar = Grammar(rng)
    seen = set()
    while len(seen) < count:
        template = make(grammar, rng)
        if len(template) > 400 or template in seen:
            continue
        result = outcome(template, dict(VARIABLES))
        if result is None:
            continue
        seen.add(template)
        yield {"template": template, **({"error": 1} if "error" in result else result)}


def expression(grammar, rng):
    return "{{ " + grammar.expression(rng.choice([1, 1, 2, 2, 3])) + " }}"


def block(grammar, rng):
    return grammar.block(rng.choice([1, 2, 2, 3]))


SNIPPETS = ["-", "+", " ", "\n", "{{", "}}", "{%", "%}", "{#", "#}", "not ", "[0]", "['role']", ".x", " | trim", "|length", "|tojson", "'", "(", ")", "loop.", "messages", "content", "is defined", "and ", "or ", "==", "!=", "1", "none", "true", "{% endif %}", "{% else %}", "{% break %}", "~", "|default('?')", "[:-1]", "[::-1]", ",", "=", "set ", "if "]


def mutate(source, rng):
    """Edits as (place, characters removed, text put there), each on the result of those before."""
    edits = []
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        at = rng.randrange(len(source) + 1)
        kind = rng.random()
        if kind < 0.4:
            edit = (at, rng.choice([1, 1, 2, 5]), "")
        elif kind < 0.75:
            edit = (at, 0, rng.choice(SNIPPETS))
        else:
            other = rng.randrange(len(source))
            edit = (at, 0, source[other : other + rng.choice([3, 8, 20])])
        source = source[: edit[0]] + edit[2] + source[edit[0] + edit[1] :]
        edits.append(edit)
    return source, edits


def mutations(folder, rng, count):
    sources = {path.name: path.read_bytes().decode() for path in sorted((folder / "templates").glob("*.jinja"))}
    names = sorted(sources)
    made = 0
    while made < count:
        name, case = names[made % len(names)], rng.choice(MUTATED_CASES)
        source, edits = mutate(sources[name], rng)
        result = outcome(source, variables(CASES[case]))
        if result is not None:
            made += 1
            yield {"template": name, "case": case, "edits": edits, **({"error": 1} if "error" in result else result)}


def main():
    folder = golden()
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGALRM, too_long)
    lines = list(generated(random.Random(SEED), EXPRESSIONS, expression)) + list(generated(random.Random(SEED + 1), BLOCKS, block))
    write(folder / "fuzz.jsonl.gz", [{"variables": VARIABLES}] + lines)
    mutated = list(mutations(folder, random.Random(SEED + 2), MUTATIONS))
    write(folder / "mutations.jsonl.gz", mutated)
    for what, all_lines in (("generated", lines), ("mutated", mutated)):
        print(what, {kind: sum(kind in line for line in all_lines) for kind in ("text", "refused", "error")})


if __name__ == "__main__":
    main()
