"""Which chat template transformers takes out of a folder, for every way of laying it out.

    pip install -r requirements.txt
    python make_goldens.py --templates ../../resources/golden/jinja/templates \
        --out ../../resources/golden/chat_templates

A case is a folder's files and what comes of it:

  names      of the tokenizer's templates
  choices    what get_chat_template(name, tools) of the tokenizer gives: a template (or the SHA-256
             of a long one), or the class of its error; "literal" where the name asked for is none
             of the templates', which transformers then takes for a template itself
  processor  what a processor finds there, by its own rules (ProcessorMixin.get_processor_dict):
             only processors read chat_template.json
  tokens     special_tokens_map of the tokenizer
"""

import argparse
import gzip
import hashlib
import itertools
import json
import pathlib
import tempfile

import transformers
from transformers.processing_utils import ProcessorMixin

FULL = 60

TOKENIZER = {
    "version": "1.0",
    "truncation": None,
    "padding": None,
    "added_tokens": [],
    "normalizer": None,
    "pre_tokenizer": {"type": "Whitespace"},
    "post_processor": None,
    "decoder": None,
    "model": {"type": "WordLevel", "vocab": {"<unk>": 0, "a": 1}, "unk_token": "<unk>"},
}

TOOL = {
    "type": "function",
    "function": {"name": "f", "description": "F", "parameters": {"type": "object"}},
}

CONFIGS = {
    "no-config": None,
    "empty": {},
    "null": {"chat_template": None},
    "text": {"chat_template": "config text"},
    "empty-text": {"chat_template": ""},
    "list": {
        "chat_template": [
            {"name": "default", "template": "config default"},
            {"name": "tool_use", "template": "config tool use"},
            {"name": "rag", "template": "config rag"},
        ]
    },
    "list-without-default": {
        "chat_template": [
            {"name": "tool_use", "template": "config tool use"},
            {"name": "rag", "template": "config rag"},
        ]
    },
    "list-of-one": {"chat_template": [{"name": "default", "template": "config default"}]},
    "list-with-a-name-twice": {
        "chat_template": [
            {"name": "default", "template": "first"},
            {"name": "default", "template": "second"},
        ]
    },
    "empty-list": {"chat_template": []},
    "object": {"chat_template": {"default": "config default", "tool_use": "config tool use"}},
}

JINJA = {"no-file": {}, "file": {"chat_template.jinja": "jinja file\n"}}

ADDITIONAL = {
    "none": {},
    "tool-use": {"additional_chat_templates/tool_use.jinja": "additional tool use"},
    "named": {
        "additional_chat_templates/rag.jinja": "additional rag",
        "additional_chat_templates/notes.txt": "no template",
    },
    "default": {"additional_chat_templates/default.jinja": "additional default"},
}

LEGACY = {"no-json": {}, "json": {"chat_template.json": {"chat_template": "processor json"}}}

# With a template for tools beside the default one.
TOOL_USE = ["brackets-tools.jinja", "documents.jinja", "typed-tools.jinja", "xml-tools.jinja"]
DEFAULT = "headers.jinja"

ADDED = {"added_tokens_decoder": {"0": {"content": "<unk>", "special": True}}}

OTHERS = {
    "line-breaks-in-a-file": {"chat_template.jinja": "a\r\nb\rc\n"},
    "line-breaks-in-the-config": {"tokenizer_config.json": {"chat_template": "a\r\nb\rc\n"}},
    "line-breaks-in-an-additional-file": {"additional_chat_templates/x.jinja": "a\r\nb\rc\n"},
    "byte-order-mark": {"chat_template.jinja": "\ufeffa"},
    "empty-file": {"chat_template.jinja": "", "tokenizer_config.json": CONFIGS["text"]},
    "letters": {"chat_template.jinja": "你好 🎉 שלום \u2028"},
    "hidden-name": {"additional_chat_templates/.hidden.jinja": "hidden"},
    "name-with-dots": {"additional_chat_templates/a.b.jinja": "dots"},
    "upper-case-ending": {"additional_chat_templates/x.JINJA": "upper"},
    "folder-below": {"additional_chat_templates/deep/x.jinja": "deep"},
    "older-name-of-the-folder": {"chat_templates/x.jinja": "older"},
    "infinite-number": {
        "tokenizer_config.json": '{"model_max_length": Infinity, "chat_template": "config text"}'
    },
    "key-twice": {"tokenizer_config.json": '{"chat_template": "one", "chat_template": "two"}'},
    "json-with-a-list": {
        "chat_template.json": {"chat_template": [{"name": "default", "template": "listed"}]}
    },
    "json-without-the-key": {"chat_template.json": {}},
    "processor-config": {"processor_config.json": {"chat_template": "of the processor's config"}},
    "tokens-as-text": {
        "tokenizer_config.json": {"bos_token": "<s>", "eos_token": "</s>", "pad_token": None}
    },
    "tokens-as-objects": {
        "tokenizer_config.json": {
            **ADDED,
            "bos_token": {"__type": "AddedToken", "content": "<s>", "special": True},
            "eos_token": "</s>",
            "unk_token": "<unk>",
            "mask_token": "",
        }
    },
    "tokens-in-the-map": {
        "tokenizer_config.json": {"eos_token": "</s>", "bos_token": "<a>"},
        "special_tokens_map.json": {"bos_token": {"content": "<s>"}, "sep_token": "<sep>"},
    },
    "tokens-in-the-map-of-a-newer-folder": {
        "tokenizer_config.json": {**ADDED, "eos_token": "</s>", "bos_token": "<a>"},
        "special_tokens_map.json": {"bos_token": {"content": "<s>"}, "sep_token": "<sep>"},
    },
}


def folders(templates):
    """Name and files of each case; a file of @NAME is one of the templates."""
    for parts in itertools.product(
        CONFIGS.items(), JINJA.items(), ADDITIONAL.items(), LEGACY.items()
    ):
        config, *more = parts
        files = {} if config[1] is None else {"tokenizer_config.json": config[1]}
        for _, part in more:
            files.update(part)
        yield " ".join(name for name, _ in parts), files
    for path in sorted(templates.glob("*.jinja")):
        name, file = path.stem, "@" + path.name
        assert not path.read_text("utf-8").startswith("@")
        yield f"{name} in its config", {"tokenizer_config.json": {"chat_template": file}}
        yield f"{name} in a file", {"chat_template.jinja": file}
        yield f"{name} for processors", {"chat_template.json": {"chat_template": file}}
    for file in TOOL_USE:
        name, default = file.removesuffix(".jinja"), "@" + DEFAULT
        listed = [
            {"name": "default", "template": default},
            {"name": "tool_use", "template": "@" + file},
        ]
        yield f"{name} beside another in its config", {"tokenizer_config.json": {"chat_template": listed}}
        yield f"{name} beside another in files", {
            "chat_template.jinja": default,
            "additional_chat_templates/tool_use.jinja": "@" + file,
        }
    for name, files in OTHERS.items():
        yield name, files


def filled(value, templates):
    if isinstance(value, str) and value.startswith("@"):
        return (templates / value[1:]).read_bytes().decode()
    if isinstance(value, list):
        return [filled(v, templates) for v in value]
    if isinstance(value, dict):
        return {k: filled(v, templates) for k, v in value.items()}
    return value


def lay_out(folder, files, templates):
    (folder / "tokenizer.json").write_text(json.dumps(TOKENIZER), "utf-8")
    # So that no configuration of a model is looked for.
    (folder / "config.json").write_text('{"model_type": "qwen2"}', "utf-8")
    for path, content in files.items():
        content = filled(content, templates)
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text.encode())


def short(template):
    if template is None or len(template) <= FULL:
        return {"template": template}
    return {"sha256": hashlib.sha256(template.encode()).hexdigest()}


def choices(tokenizer, names):
    for name in [None, "default", "tool_use", "rag", "unknown"]:
        for tools in [None, [TOOL]]:
            case = {"name": name, "tools": tools is not None}
            if name is not None and name not in names:
                assert tokenizer.get_chat_template(name, tools) == name
                yield {**case, "literal": True}
                continue
            try:
                yield {**case, **short(tokenizer.get_chat_template(name, tools))}
            except ValueError as e:
                yield {**case, "error": type(e).__name__}


def outcome(folder):
    tokenizer = transformers.PreTrainedTokenizerFast.from_pretrained(folder)
    found = tokenizer.chat_template
    names = sorted(found) if isinstance(found, dict) else []
    result = {
        "names": names if isinstance(found, dict) else ["default"] * (found is not None),
        "choices": list(choices(tokenizer, names)),
        "tokens": {k: v for k, v in tokenizer.special_tokens_map.items() if isinstance(v, str)},
    }
    try:
        processor = ProcessorMixin.get_processor_dict(folder)[0].get("chat_template")
        if isinstance(processor, list):
            processor = {named["name"]: named["template"] for named in processor}
        if isinstance(processor, dict):
            processor = processor.get("default")
        result["processor"] = short(processor)
    except (ValueError, KeyError) as e:
        result["processor"] = {"error": type(e).__name__}
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--templates", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    args = parser.parse_args()
    transformers.logging.set_verbosity_error()
    lines = []
    for name, files in folders(args.templates):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            lay_out(folder, files, args.templates)
            case = {"name": name, "files": files, **outcome(folder)}
            lines.append(json.dumps(case, ensure_ascii=False))
    with open(args.out / "cases.jsonl.gz", "wb") as raw, gzip.GzipFile(
        fileobj=raw, mode="wb", mtime=0
    ) as out:
        out.write("".join(line + "\n" for line in lines).encode())
    print(len(lines), "folders")


if __name__ == "__main__":
    main()
