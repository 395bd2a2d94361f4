"""Makes tiny random encoders and what transformers and sentence-transformers say of them.

    python udfs/src/test/python/models/encoders.py udfs/src/test/resources/golden/encoders [name ...]

needs what requirements.txt beside it names. Each model gets a folder:

    model/         config.json, safetensors, tokenizer files; modules.json and its folders where there are any
    expected.json  kind, width, inputs (text, pair, ids, types, prompt_name where one was asked for),
                   for scores also labels and probabilities
    outputs.f32    float32, little-endian, for each input in turn
                   kind hidden: last_hidden_state [tokens, width]; scores: logits [width]; embedding: [width]

Every input runs alone, with no padding, in float32 on the CPU, whatever the type in which the weights are stored.
An option that changes nothing would prove nothing: `without` holds the value that switches an option off, and the
outputs must then differ.
"""

import json
import logging
import os
import shutil
import sys
import tempfile
from pathlib import Path

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["RAYON_NUM_THREADS"] = "1"

import numpy
import safetensors
import safetensors.torch
import sentence_transformers
import torch
import transformers
from sentence_transformers import CrossEncoder, SentenceTransformer
from sentence_transformers import models as modules
from transformers import AutoConfig, AutoModel, AutoModelForSequenceClassification, AutoTokenizer, pipeline

from texts import LONG, PAIRS, TEXTS, TOKENIZERS

assert torch.__version__.split("+")[0] == "2.7.1", torch.__version__
assert transformers.__version__ == "4.57.6", transformers.__version__
assert safetensors.__version__ == "0.6.2", safetensors.__version__
assert sentence_transformers.__version__ == "5.1.2", sentence_transformers.__version__

SMALL = dict(hidden_size=32, num_attention_heads=4, intermediate_size=40, num_hidden_layers=2)
SMALL_DISTILBERT = dict(dim=32, n_heads=4, hidden_dim=40, n_layers=2, max_position_embeddings=160)
ROBERTA = dict(SMALL, max_position_embeddings=162, type_vocab_size=1, pad_token_id=1, bos_token_id=0,
               eos_token_id=2, layer_norm_eps=1e-5)
BERT = dict(SMALL, max_position_embeddings=160)
MODERNBERT = dict(SMALL, num_hidden_layers=4, max_position_embeddings=256, pad_token_id=3, bos_token_id=1,
                  eos_token_id=2, cls_token_id=1, sep_token_id=2)
THREE = dict(id2label={0: "negative", 1: "neutral", 2: "positive"},
             label2id={"negative": 0, "neutral": 1, "positive": 2})
FOUR = dict(id2label={0: "hotel", 1: "price", 2: "complaint", 3: "thanks"},
            label2id={"hotel": 0, "price": 1, "complaint": 2, "thanks": 3})
SENTENCES = [(text, None) for text in TEXTS]
ALL = SENTENCES + PAIRS

MODELS = {
    # Token types of a pair, gelu by the error function.
    "bert-hidden": dict(
        seed=1, head="hidden", config=BERT, without=dict(hidden_act="relu")),
    # Softmax over three labels, gelu by the tanh formula, another epsilon, stored as float16.
    "bert-classifier": dict(
        seed=2, head="scores", dtype=torch.float16,
        without=dict(hidden_act="gelu", layer_norm_eps=1e-12),
        config=dict(BERT, num_hidden_layers=4, hidden_act="gelu_new", layer_norm_eps=1e-2, **THREE)),
    # As bert-base-uncased is published: `bert.` before each tensor, a language model head, gamma and beta.
    "bert-pretraining": dict(
        seed=3, head="hidden", saved_as="BertForPreTraining", rename=lambda t: old_names(t), config=BERT),
    # One label with the activation that sentence-transformers writes; long pairs are cut to 40 tokens.
    "bert-cross-encoder": dict(
        seed=4, head="cross", activation=torch.nn.Identity(), max_length=40, inputs=PAIRS + [(LONG, PAIRS[0][1])],
        config=dict(BERT, num_labels=1)),
    # The same with the key of versions before 4.0.
    "bert-cross-encoder-older": dict(
        seed=5, head="cross", dtype=torch.bfloat16, inputs=PAIRS,
        config=dict(BERT, num_labels=1,
                    sbert_ce_default_activation_function="torch.nn.modules.linear.Identity")),
    # Sigmoid over four labels, dense and tanh before them.
    "roberta-multi-label": dict(
        seed=6, head="scores", config=dict(ROBERTA, problem_type="multi_label_classification", **FOUR)),
    # bfloat16, relu.
    "roberta-hidden": dict(
        seed=7, head="hidden", dtype=torch.bfloat16, without=dict(hidden_act="gelu"),
        config=dict(ROBERTA, hidden_act="relu")),
    # One label and no activation named: sigmoid.
    "xlm-roberta-reranker": dict(
        seed=8, head="cross", inputs=PAIRS + [("hello", ""), (TEXTS[3], LONG)],
        config=dict(ROBERTA, num_labels=1)),
    # First token, unit length, prompts of which one is the default.
    "xlm-roberta-cls": dict(
        seed=9, head="embedding", config=ROBERTA, dtype=torch.float16,
        pooling=dict(pooling_mode="cls"), after=[modules.Normalize],
        prompts=dict(prompts={"query": "query: ", "document": "passage: "}, default_prompt_name="document"),
        inputs=SENTENCES + [(TEXTS[0], None, "query"), (TEXTS[2], None, "query"), (TEXTS[3], None, "query")]),
    # A number, not a probability.
    "distilbert-regression": dict(
        seed=10, head="scores",
        config=dict(SMALL_DISTILBERT, num_labels=1, problem_type="regression", id2label={0: "stars"},
                    label2id={"stars": 0})),
    # Mean, not normalised, the longest text cut to 24 tokens.
    "distilbert-mean": dict(
        seed=11, head="embedding", dtype=torch.float16, pooling=dict(pooling_mode="mean"), max_length=24,
        config=dict(SMALL_DISTILBERT, activation="relu"), without=dict(activation="gelu")),
    # Windows of four tokens to either side but in every third layer, two rotary bases, no bias anywhere.
    "modernbert-hidden": dict(
        seed=12, head="hidden", without=dict(local_attention=10, local_rope_theta=160000.0,
                                             global_attn_every_n_layers=2),
        config=dict(MODERNBERT, local_attention=8, global_attn_every_n_layers=3, global_rope_theta=160000.0,
                    local_rope_theta=100.0)),
    # Every bias there is, the mean before the head, other activations, an odd window, one base for all layers.
    "modernbert-mean-biases": dict(
        seed=13, head="scores", dtype=torch.bfloat16,
        without=dict(classifier_pooling="cls", hidden_activation="gelu", classifier_activation="gelu",
                     local_attention=8),
        config=dict(MODERNBERT, local_attention=7, global_attn_every_n_layers=2, local_rope_theta=None,
                    global_rope_theta=1000.0, norm_bias=True, attention_bias=True, mlp_bias=True,
                    classifier_bias=True, classifier_pooling="mean", hidden_activation="silu",
                    classifier_activation="relu", norm_eps=1e-3, **THREE)),
    # The first token before the head.
    "modernbert-cls": dict(
        seed=14, head="scores", dtype=torch.float16, without=dict(classifier_pooling="mean"),
        config=dict(MODERNBERT, local_attention=8, global_attn_every_n_layers=3, classifier_pooling="cls",
                    **THREE)),
    # A tokenizer.json that pads and cuts to 16 by itself, which max_seq_length overrules.
    "bert-max": dict(
        seed=15, head="embedding", config=BERT, pooling=dict(pooling_mode="max"), max_length=64, padded=16),
    # Settings as versions before 2.3 wrote them: four pooling modes, no include_prompt, no prompts.
    "bert-mean-sqrt-len": dict(
        seed=16, older=True, head="embedding", config=BERT, dtype=torch.float16,
        pooling=dict(pooling_mode="mean_sqrt_len_tokens")),
    "bert-weighted-mean": dict(
        seed=17, head="embedding", config=BERT, dtype=torch.float16, pooling=dict(pooling_mode="weightedmean")),
    # A cased vocabulary and do_lower_case of sentence_bert_config.json.
    "bert-last-token": dict(
        seed=18, head="embedding", config=BERT, dtype=torch.float16, tokenizer="bert-cased", lower=True,
        pooling=dict(pooling_mode="lasttoken")),
    # Two dense layers behind the mean, with and without bias and activation, then unit length.
    "bert-dense": dict(
        seed=19, head="embedding", config=BERT, dtype=torch.float16, pooling=dict(pooling_mode="mean"),
        after=[lambda: modules.Dense(32, 48, bias=True, activation_function=torch.nn.Tanh()),
               lambda: modules.Dense(48, 16, bias=False, activation_function=torch.nn.Identity()),
               modules.Normalize]),
    # A mean that leaves the prompt out.
    "bert-without-prompt": dict(
        seed=20, head="embedding", config=BERT, dtype=torch.float16,
        pooling=dict(pooling_mode="mean", include_prompt=False),
        prompts=dict(prompts={"query": "query: ", "document": ""}),
        inputs=[(text, None, "query") for text in TEXTS] + [(TEXTS[2], None, "document"), (TEXTS[2], None)]),
    # A decoder as Qwen3-Embedding publishes it: last token, causal, an end token from the tokenizer.
    "qwen3-embedding": dict(
        seed=21, head="embedding", dtype=torch.bfloat16, pooling=dict(pooling_mode="lasttoken"),
        after=[modules.Normalize], architecture="Qwen3ForCausalLM", max_length=128,
        prompts=dict(prompts={"query": "Instruct: Find the answer\nQuery:", "document": ""}),
        config=dict(SMALL, num_key_value_heads=2, head_dim=12, rope_theta=10000.0, tie_word_embeddings=True,
                    max_position_embeddings=512, pad_token_id=None, bos_token_id=0, eos_token_id=0),
        inputs=SENTENCES + [(TEXTS[0], None, "query"), (TEXTS[3], None, "query")]),
}


def old_names(tensors):
    """Names that folders converted from TensorFlow still have, and the buffer that older versions stored."""
    def old(name):
        return name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta")
    renamed = {old(name): tensor for name, tensor in tensors.items()}
    renamed["bert.embeddings.position_ids"] = torch.arange(BERT["max_position_embeddings"]).unsqueeze(0)
    assert "bert.embeddings.LayerNorm.gamma" in renamed and "cls.predictions.bias" in renamed
    return renamed


def randomise(model, std=0.3):
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            norm = "norm" in name.lower() and name.endswith("weight")
            parameter.normal_(1.0 if norm else 0.0, std)
    return model.eval()


def family(name):
    return next(f for f in ("xlm-roberta", "distilbert", "modernbert", "roberta", "bert", "qwen3")
                if name.startswith(f))


def save_base(name, folder, seed, head, config, dtype, saved_as, rename, tokenizer, max_length, padded):
    """What transformers itself saves: weights, configuration and tokenizer."""
    make_tokenizer, tokenizer_config = TOKENIZERS[tokenizer or family(name)]
    made = make_tokenizer()
    config = AutoConfig.for_model(family(name), vocab_size=made.get_vocab_size(), **config)
    if family(name) == "modernbert":
        config.reference_compile = False
    torch.manual_seed(seed)
    kind = {"hidden": AutoModel, "embedding": AutoModel}.get(head, AutoModelForSequenceClassification)
    model = getattr(transformers, saved_as)(config) if saved_as else kind.from_config(config)
    randomise(model).to(dtype).save_pretrained(folder, safe_serialization=True)
    if rename:
        file = folder / "model.safetensors"
        safetensors.torch.save_file(rename(safetensors.torch.load_file(file)), file, metadata={"format": "pt"})
    if padded:
        made.enable_truncation(padded)
        made.enable_padding(length=padded)
    made.save(str(folder / "tokenizer.json"), pretty=False)
    length = max_length or (512 if family(name) in ("modernbert", "qwen3") else 160)
    write_json(folder / "tokenizer_config.json", dict(tokenizer_config, model_max_length=length))


def save_sentence_transformer(folder, base, seed, pooling, after, prompts, max_length, lower, dtype, architecture):
    transformer = modules.Transformer(str(base), max_seq_length=max_length, do_lower_case=lower,
                                      model_args=dict(dtype=dtype))
    width = transformer.get_word_embedding_dimension()
    torch.manual_seed(seed)
    behind = [make_module() for make_module in after]
    for module in behind:
        randomise(module)
    SentenceTransformer(
        modules=[transformer, modules.Pooling(width, **pooling), *behind], device="cpu", **(prompts or {})
    ).save_pretrained(str(folder), create_model_card=False)
    # The tokenizer as it was published: sentence-transformers would write its own settings into it.
    for file in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(base / file, folder / file)
    for file in ("vocab.txt", "vocab.json", "merges.txt", "special_tokens_map.json", "added_tokens.json"):
        (folder / file).unlink(missing_ok=True)
    if architecture:
        config = json.loads((folder / "config.json").read_text())
        write_json(folder / "config.json", dict(config, architectures=[architecture]))


def older_settings(folder):
    pooling = json.loads((folder / "1_Pooling/config.json").read_text())
    write_json(folder / "1_Pooling/config.json", {
        key: value for key, value in pooling.items()
        if key not in ("pooling_mode_weightedmean_tokens", "pooling_mode_lasttoken", "include_prompt")})
    settings = json.loads((folder / "config_sentence_transformers.json").read_text())
    write_json(folder / "config_sentence_transformers.json", {"__version__": settings["__version__"]})


def write_json(file, value):
    file.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def encoded(tokenizer, text, pair, **options):
    return tokenizer(text, text_pair=pair, return_tensors="pt", **options)


def described(text, pair, batch, prompt_name=None):
    ids = batch["input_ids"][0].tolist()
    types = batch["token_type_ids"][0].tolist() if "token_type_ids" in batch else [0] * len(ids)
    row = {"text": text, "pair": pair, "ids": ids, "types": types}
    return row | ({"prompt_name": prompt_name} if prompt_name else {})


@torch.no_grad()
def hidden_states(folder, inputs, **config):
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModel.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager", **config).eval()
    batches = [encoded(tokenizer, text, pair) for text, pair in inputs]
    outputs = [model(**batch).last_hidden_state[0] for batch in batches]
    rows = [described(*texts, batch) for texts, batch in zip(inputs, batches)]
    return {"kind": "hidden", "width": outputs[0].shape[-1], "inputs": rows}, outputs


@torch.no_grad()
def scores(folder, inputs, model=None, **config):
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = model or AutoModelForSequenceClassification.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager", **config).eval()
    batches = [encoded(tokenizer, text, pair) for text, pair in inputs]
    outputs = [model(**batch).logits[0] for batch in batches]
    labels = [model.config.id2label[i] for i in range(model.config.num_labels)]
    classify = pipeline("text-classification", model=model, tokenizer=tokenizer, device="cpu")
    probabilities = []
    for text, pair in inputs:
        answer = classify({"text": text} | ({"text_pair": pair} if pair is not None else {}), top_k=None)
        by_label = {entry["label"]: entry["score"] for entry in answer}
        probabilities.append([by_label[label] for label in labels])
    rows = [described(*texts, batch) for texts, batch in zip(inputs, batches)]
    return {"kind": "scores", "width": len(labels), "labels": labels, "inputs": rows,
            "probabilities": probabilities}, outputs


@torch.no_grad()
def cross_encoded(folder, inputs, **config):
    model = CrossEncoder(str(folder), device="cpu", config_kwargs=config,
                         model_kwargs=dict(dtype=torch.float32, attn_implementation="eager"))
    # A list of one pair, as predict() passes it: text_pair="" would count as no second text at all.
    batches = [model.tokenizer([texts], truncation=True, return_tensors="pt") for texts in inputs]
    outputs = [model.model(**batch).logits[0] for batch in batches]
    rows = [described(*texts, batch) for texts, batch in zip(inputs, batches)]
    probabilities = [[float(model.predict([texts])[0])] for texts in inputs]
    for output, probability in zip(outputs, probabilities):
        assert abs(model.activation_fn(output).item() - probability[0]) < 1e-5
    return {"kind": "scores", "width": 1, "labels": ["LABEL_0"], "inputs": rows,
            "probabilities": probabilities}, outputs


def embedded(folder, inputs, **config):
    model = SentenceTransformer(str(folder), device="cpu", config_kwargs=config,
                                model_kwargs=dict(dtype=torch.float32, attn_implementation="eager"))
    rows, outputs = [], []
    for text, pair, *prompt_name in inputs:
        name = prompt_name[0] if prompt_name else None
        prompt = model.prompts[name or model.default_prompt_name] if name or model.default_prompt_name else ""
        rows.append(described(text, pair, model.tokenize([prompt + text]), name))
        outputs.append(torch.from_numpy(model.encode([text], prompt_name=name, batch_size=1)[0]))
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}
    return {"kind": "embedding", "width": outputs[0].shape[0], "inputs": rows}, outputs


ANSWERS = {"hidden": hidden_states, "scores": scores, "cross": cross_encoded, "embedding": embedded}


def write(folder, expected, outputs):
    (folder / "expected.json").write_text(json.dumps(expected, ensure_ascii=False) + "\n")
    numpy.concatenate([o.numpy().reshape(-1) for o in outputs]).astype("<f4").tofile(folder / "outputs.f32")
    different = {tuple(row["ids"]): output.reshape(-1)[:expected["width"]]
                 for row, output in zip(expected["inputs"], outputs)}
    spread = torch.stack(list(different.values())).std(0).max()
    assert spread > 0.02, f"{folder.name}: all inputs answered alike, spread {spread}"
    print(f"{folder.name}: {expected['kind']} [{expected['width']}], "
          f"tokens {[len(row['ids']) for row in expected['inputs']]}, "
          f"{sum(f.stat().st_size for f in folder.rglob('*') if f.is_file()) // 1024} KB")


def make(name, folder, seed, head, config, dtype=torch.float32, saved_as=None, rename=None, tokenizer=None,
         max_length=None, padded=None, activation=None, pooling=None, after=(), prompts=None, lower=False,
         older=False, architecture=None, inputs=None, without=None):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    model = folder / "model"
    with tempfile.TemporaryDirectory() as temporary:
        base = Path(temporary) if pooling or activation else model
        save_base(name, base, seed, head, config, dtype, saved_as, rename, tokenizer,
                  None if pooling else max_length, padded)
        if pooling:
            save_sentence_transformer(model, base, seed, pooling, after, prompts, max_length, lower, dtype,
                                      architecture)
            if older:
                older_settings(model)
        elif activation:
            CrossEncoder(str(base), activation_fn=activation, device="cpu").save_pretrained(str(model))
            for file in ("vocab.txt", "special_tokens_map.json", "README.md"):
                (model / file).unlink(missing_ok=True)
    inputs = inputs or (SENTENCES if head == "embedding" else ALL)
    expected, outputs = ANSWERS[head](model, inputs)
    write(folder, expected, outputs)
    for option, off in (without or {}).items():
        _, plain = ANSWERS[head](model, inputs, **{option: off})
        difference = max((o - p).abs().max().item() for o, p in zip(outputs, plain))
        assert difference > 5e-4, f"{name}: {option} changes outputs by {difference} only"


if __name__ == "__main__":
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    logging.captureWarnings(True)
    for name in sys.argv[2:] or MODELS:
        make(name, Path(sys.argv[1]) / name, **MODELS[name])
