"""Makes folders of traced models, laid out as DJL's converter lays them out, and what the untraced models say.

    python udfs/src/test/python/models/torchscript.py udfs/src/test/resources/golden/torchscript [name ...]

needs what requirements.txt beside it names. Each model gets a folder:

    model/         NAME.pt, serving.properties, config.json, tokenizer.json, tokenizer_config.json
    expected.json, outputs.f32   as encoders.py writes them, from the model before it was traced

The traced module, of blocks.py, takes input_ids, attention_mask and, where serving.properties says includeTokenTypes,
token_type_ids, which it leaves unused as the converter's do; it returns a dictionary of tensors. It must answer
batches that are padded as the model of transformers answers each row alone.
"""

import shutil
import sys
import tempfile
from pathlib import Path

import encoders
import torch
import transformers
from sentence_transformers import models as modules
from transformers import AutoModel, AutoModelForSequenceClassification, AutoTokenizer

from blocks import Blocks

FACTORY = "ai.djl.huggingface.translator."

MODELS = {
    "bert-embedding": dict(
        seed=31, head="embedding", config=encoders.BERT, token_types=True, max_length=48,
        example="An example of a sentence",
        properties={"padding": "true", "maxLength": 48, "includeTokenTypes": "true",
                    "translatorFactory": FACTORY + "TextEmbeddingTranslatorFactory"}),
    "distilbert-classifier": dict(
        seed=32, head="scores", config=dict(encoders.SMALL_DISTILBERT, **encoders.THREE), token_types=False,
        max_length=None, example="A sentence to be judged",
        properties={"translatorFactory": FACTORY + "TextClassificationTranslatorFactory"}),
}


def trace(model, tokenizer, example, token_types, file):
    batch = tokenizer(example, return_tensors="pt")
    names = ["input_ids", "attention_mask"] + ["token_type_ids"] * token_types
    traced = torch.jit.trace(Blocks(model), tuple(batch[name] for name in names), strict=False)
    with tempfile.TemporaryDirectory() as temporary:
        traced.save(Path(temporary) / file.name)
        without_debug_records(Path(temporary) / file.name, file)


def without_debug_records(traced, file):
    """The records of where each line of code came from name folders of the machine and are not needed to run."""
    reader = torch._C.PyTorchFileReader(str(traced))
    # The writer adds the version and a hash of the records by itself.
    writer = torch._C.PyTorchFileWriter(str(file))
    for record in sorted(reader.get_all_records()):
        if not record.endswith(".debug_pkl") and record not in ("version", ".data/version") \
                and not record.endswith("serialization_id"):
            data = reader.get_record(record)
            writer.write_record(record, data, len(data))
    writer.write_end_of_file()
    content = file.read_bytes()
    assert b"site-packages" not in content and b"transformers" not in content


@torch.no_grad()
def check(file, model, tokenizer, token_types):
    """A padded batch through the file answers as each row alone through the model."""
    batch = tokenizer(encoders.TEXTS, padding=True, return_tensors="pt")
    names = ["input_ids", "attention_mask"] + ["token_type_ids"] * token_types
    traced = torch.jit.load(str(file))(*(batch[name] for name in names))
    key = "last_hidden_state" if "last_hidden_state" in traced else "logits"
    for row, text in enumerate(encoders.TEXTS):
        alone = model(**tokenizer(text, return_tensors="pt"))[key][0]
        together = traced[key][row]
        if key == "last_hidden_state":
            together = together[:alone.shape[0]]
        assert (alone - together).abs().max() < 1e-4, text
    print(f"{file.name}: {sorted(traced.keys())}")


def make(name, folder, seed, head, config, token_types, max_length, example, properties):
    shutil.rmtree(folder, ignore_errors=True)
    model_folder = folder / "model"
    model_folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as temporary:
        base, published = Path(temporary) / "base", Path(temporary) / "published"
        base.mkdir()
        encoders.save_base(name, base, seed, head, config, torch.float32, None, None, None, None, None)
        if head == "embedding":
            encoders.save_sentence_transformer(
                published, base, seed, dict(pooling_mode="mean"), [modules.Normalize], None, max_length, False,
                torch.float32, None)
            expected, outputs = encoders.embedded(published, encoders.SENTENCES)
        else:
            published = base
            expected, outputs = encoders.scores(published, encoders.SENTENCES)
        tokenizer = AutoTokenizer.from_pretrained(published)
        kind = AutoModel if head == "embedding" else AutoModelForSequenceClassification
        model = kind.from_pretrained(published).eval()
        file = model_folder / f"{name}.pt"
        trace(model, tokenizer, example, token_types, file)
        check(file, model, tokenizer, token_types)
        for kept in ("config.json", "tokenizer.json", "tokenizer_config.json"):
            shutil.copy(published / kept, model_folder / kept)
    lines = {"engine": "PyTorch", "option.modelName": name, "option.mapLocation": "true"} | properties
    (model_folder / "serving.properties").write_text("".join(f"{k}={v}\n" for k, v in lines.items()))
    encoders.write(folder, expected, outputs)


if __name__ == "__main__":
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    for name in sys.argv[2:] or MODELS:
        make(name, Path(sys.argv[1]) / name, **MODELS[name])
