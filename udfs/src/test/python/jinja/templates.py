"""Goldens of every template in FOLDER/templates for every conversation in conversations.py.

    python udfs/src/test/python/jinja/templates.py [FOLDER]

in the root of the repository, with the packages of requirements.txt (Python 3.11). FOLDER is that of our own
templates unless another is named, for example one with published templates.
"""

import gzip
import json
import pathlib
import sys

from conversations import CASES, TOKENS, variables
from reference import render


def golden():
    """The folder that the command line names."""
    return pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2] / "resources/golden/jinja"


def write(path, lines):
    data = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
    with open(path, "wb") as file, gzip.GzipFile(fileobj=file, mode="wb", mtime=0, compresslevel=9, filename="") as out:
        out.write(data)


def main():
    folder = golden()
    write(folder / "conversations.jsonl.gz", ({"case": name, "tokens": TOKENS if case.get("tokens", True) else {}, "variables": {k: v for k, v in case.items() if k != "tokens"}} for name, case in CASES.items()))
    lines = []
    for path in sorted((folder / "templates").glob("*.jinja")):
        source = path.read_bytes().decode()
        for name, case in CASES.items():
            lines.append({"template": path.name, "case": name, **render(source, variables(case))})
    write(folder / "renderings.jsonl.gz", lines)
    kinds = [next(k for k in ("text", "refused", "error") if k in line) for line in lines]
    print({kind: kinds.count(kind) for kind in ("text", "refused", "error")})


if __name__ == "__main__":
    main()
