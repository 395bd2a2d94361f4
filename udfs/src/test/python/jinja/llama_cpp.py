"""What jinja2 makes of the 33 cases of llama.cpp: equal to what that project expects, but for those it rewrites.

    python udfs/src/test/python/jinja/llama_cpp.py FOLDER

in the root of the repository, with the packages of requirements.txt (Python 3.11). FOLDER/llama_cpp holds those cases,
which are not part of this repository.
"""

import json

from reference import render
from templates import golden


def main():
    folder = golden()
    path = folder / "llama_cpp/cases.json"
    cases = json.loads(path.read_text())
    for case in cases:
        source = (folder / "llama_cpp" / case["template_file"].split("/")[-1]).read_bytes().decode()
        given = {"tools": None, "documents": None, **{k: case[k] for k in ("messages", "add_generation_prompt", "bos_token", "eos_token")}}
        case["reference"] = render(source, given)
        for unused in ("expected_builtin_no_jinja", "supported_with_jinja"):
            case.pop(unused, None)
    path.write_text(json.dumps(cases, ensure_ascii=False, indent=1) + "\n")
    print([case["name"] for case in cases if case["reference"].get("text") != case["expected"]])


if __name__ == "__main__":
    main()
