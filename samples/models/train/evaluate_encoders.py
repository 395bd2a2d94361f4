"""The figures in MODEL.md of topic-mini and embed-mini, on held-out conversations, beside plain baselines.

    python evaluate_encoders.py --data DIR --classifier DIR --embedder DIR

The classifier reads whole conversations (all contents, a line break between them) and users' turns
alone. Its baseline is a linear support vector machine over TF-IDF of words and of up to three
characters, trained on the same conversations, whole, and the same phrases, in one text for each
domain and language. (Trained on single turns as well, it does worse.)

The embedder finds the conversation to which a window of two turns belongs, among conversations from
which the window is left out, and among whole ones. Its baseline is the cosine of TF-IDF vectors of
the same features, counted on the documents that are searched.
"""
import argparse
from collections import Counter

import numpy
import torch
from sentence_transformers import SentenceTransformer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC
from transformers import AutoModelForSequenceClassification, AutoTokenizer

import encoder_data
from encoder_data import DOMAINS
from train_embedder import DIMENSIONS

WINDOW_TURNS = 2
# Where the windows of a conversation begin, as shares of its turns.
WINDOW_STARTS = (0.25, 0.5, 0.75)


def text(messages):
    return "\n".join(m["content"] for m in messages)


def tfidf():
    return make_union(TfidfVectorizer(sublinear_tf=True),
                      TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True))


def whole(conversations):
    return [(text(c.messages), c.domain, c.lang) for c in conversations]


def user_turns(conversations):
    return [(m["content"], c.domain, c.lang) for c in conversations for m in c.messages if m["role"] == "user"]


class Classifier:
    def __init__(self, folder):
        self._tokenizer = AutoTokenizer.from_pretrained(folder)
        self._model = AutoModelForSequenceClassification.from_pretrained(folder, dtype=torch.float32).eval()

    @torch.no_grad()
    def predict(self, texts):
        found = []
        for one in texts:
            row = self._tokenizer(one, truncation=True, return_tensors="pt")
            found.append(self._model.config.id2label[self._model(**row).logits[0].argmax().item()])
        return found


class Majority:
    """The commonest label of the training texts."""

    def __init__(self, labels):
        self._label = Counter(labels).most_common(1)[0][0]

    def predict(self, texts):
        return [self._label] * len(texts)


def machine(texts):
    return make_pipeline(tfidf(), LinearSVC(C=1)).fit(*zip(*texts))


def shares(texts, found):
    """Right ones among all, among English and among Chinese texts."""
    right = [(f == domain, lang) for (_, domain, lang), f in zip(texts, found)]
    return [numpy.mean([r for r, lang in right if lang in langs]) for langs in (("en", "zh"), ("en",), ("zh",))]


def report_classifier(folder):
    train, held_out = encoder_data.own()
    phrases = [("; ".join(words), domain) for (domain, _), words in encoder_data.phrases().items()]
    conversations = [(one, domain) for one, domain, _ in whole(train)]
    ways = {"topic-mini": Classifier(folder),
            "TF-IDF and linear SVM": machine(conversations + phrases),
            "the same without the phrases": machine(conversations),
            "the commonest domain": Majority([domain for _, domain in conversations])}
    print("| | conversations | English | Chinese | users' turns | English | Chinese |\n|---|---|---|---|---|---|---|")
    for name, way in ways.items():
        numbers = [s for part in (whole(held_out), user_turns(held_out))
                   for s in shares(part, way.predict([t for t, _, _ in part]))]
        print(f"| {name} | " + " | ".join(f"{n:.3f}" for n in numbers) + " |")
    print("of", len(held_out), "conversations,", len(user_turns(held_out)), "turns")
    for title, part in (("conversations", whole(held_out)), ("users' turns", user_turns(held_out))):
        found = Counter(zip((d for _, d, _ in part), ways["topic-mini"].predict([t for t, _, _ in part])))
        print(f"\n| {title}: written, found | " + " | ".join(DOMAINS) + " |\n|---|" + "---|" * len(DOMAINS))
        for domain in DOMAINS:
            print(f"| {domain} | " + " | ".join(str(found[domain, other]) for other in DOMAINS) + " |")


def windows(conversation):
    """(window, conversation without it) for each place where a window begins."""
    turns = conversation.messages
    for share in WINDOW_STARTS:
        start = min(int(share * len(turns)), len(turns) - WINDOW_TURNS)
        yield text(turns[start:start + WINDOW_TURNS]), text(turns[:start] + turns[start + WINDOW_TURNS:])


def unit(vectors):
    return vectors / numpy.maximum(numpy.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)


def recalls(ranks):
    return [numpy.mean([rank < k for rank in ranks]) for k in (1, 10)]


def search(asked, searched, model):
    """{way: (ranks with the window left out, ranks among whole conversations)}; `asked` are places in `searched`."""
    longer = [i for i in asked if len(searched[i].messages) > WINDOW_TURNS]
    right, queries, rests = zip(*((i, query, rest) for i in longer for query, rest in windows(searched[i])))
    documents = [text(c.messages) for c in searched]
    vectorizer = tfidf().fit(documents)
    sparse = [vectorizer.transform(texts) for texts in (queries, documents, rests)]
    dense = [model.encode(list(texts), prompt_name=prompt, batch_size=32)
             for texts, prompt in ((queries, "query"), (documents, "document"), (rests, "document"))]
    ranks = {f"embed-mini, {width} numbers": both_ranks(right, *(unit(v[:, :width]) for v in dense))
             for width in reversed(DIMENSIONS)}
    ranks["TF-IDF"] = both_ranks(right, *sparse)
    return ranks


def both_ranks(right, queries, documents, rests):
    scores = queries @ documents.T
    scores = scores.toarray() if hasattr(scores, "toarray") else scores
    left_out = scores.copy()
    for row, place in enumerate(right):
        left_out[row, place] = (queries[row:row + 1] @ rests[row:row + 1].T).sum()
    # Equal scores count against the right one.
    return [[(s[row] >= s[row, place]).sum() - 1 for row, place in enumerate(right)] for s in (left_out, scores)]


def report_embedder(folder, data_dir):
    model = SentenceTransformer(folder, device="cpu", model_kwargs={"dtype": torch.float32})
    train, held_out = encoder_data.own()
    _, test = encoder_data.public(data_dir)
    ids = {c.id for c in held_out}
    searched = sorted(train + held_out, key=lambda c: c.id)
    sets = {"our own, both languages": ([i for i, c in enumerate(searched) if c.id in ids], searched)}
    for name, lang in (("public, English", "en"), ("public, Chinese", "zh")):
        own = [c for c in test if c.lang == lang]
        sets[name] = (range(len(own)), own)
    print("\n| | searched | windows | way | window left out: recall@1 | @10 | whole: recall@1 | @10 |"
          "\n|---|---|---|---|---|---|---|---|")
    for name, (asked, among) in sets.items():
        for way, (left_out, left_in) in search(asked, among, model).items():
            numbers = recalls(left_out) + recalls(left_in)
            print(f"| {name} | {len(among)} | {len(left_out)} | {way} | "
                  + " | ".join(f"{n:.3f}" for n in numbers) + " |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", help="as README.md says; for the embedder")
    parser.add_argument("--classifier")
    parser.add_argument("--embedder")
    args = parser.parse_args()
    torch.set_num_threads(1)
    if args.classifier:
        report_classifier(args.classifier)
    if args.embedder:
        report_embedder(args.embedder, args.data)


if __name__ == "__main__":
    main()
