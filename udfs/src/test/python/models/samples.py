"""What transformers and sentence-transformers say of the sample encoders in samples/models.

    python udfs/src/test/python/models/samples.py samples/models udfs/src/test/resources/golden/sample-encoders

needs what requirements.txt beside it names. Each model gets a folder with the files that encoders.py
describes; the model itself stays where it is. The texts are parts of held-out conversations of
samples/conversations.
"""

import logging
import sys
from pathlib import Path

import torch
import transformers

from encoders import embedded, scores, write

TEXTS = [
    "",
    "I sell jam. I've £1,200 over and want to put it away for five years at your 3 %.",
    "table for 13 on friday 28 november 2025, 7pm, name Castellane",
    "So a reference isn't a pointer, it's a promise",
    "成语接龙，可以同音，输了的学猫叫。我先：一心一意",
    "妹儿，你们勒个壶壶烧水咋个有股塑料味嘛，我都遭不住咯",
    "老師說夏天熱是因為離太陽近，可是我查到七月初地球離太陽「最遠」，到底誰對？",
    "user: app wont open\nassistant: Sorry to hear that. Is it Ledgerling on a phone or on a computer?\nuser: phone",
    "  the OWNER says \"the average pay here is 4,000\" 🙈 \t",
]
# Longer than the 512 tokens that the models take.
TOO_LONG = " ".join(TEXTS[1:4] * 13)
# A few words on each of three conversations, and what follows in them.
QUERIES = ["interest on £1,200 in five years", "the printer at the desk prints blank labels", "为什么夏天热"]
DOCUMENTS = [
    "He is right for an account that pays the interest out each year: 3 % of £1,200 is £36, and five times £36 is £180.",
    "The LP-20 has no ink; it warms the paper, and the paper turns dark. Scratch a label with a fingernail.",
    "地球大約一月初離太陽最近，七月初最遠，相差只有 3% 左右。四季的原因是地軸傾斜：夏天北半球朝向太陽，陽光照得比較直。",
]


def classifier(folder):
    return scores(folder, [(text, None) for text in TEXTS])


def embedder(folder):
    prompted = [(text, None, "query") for text in QUERIES] + [(text, None, "document") for text in DOCUMENTS]
    return embedded(folder, prompted + [(text, None) for text in [*TEXTS, TOO_LONG]])


if __name__ == "__main__":
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    logging.captureWarnings(True)
    for name, answers in (("topic-mini", classifier), ("embed-mini", embedder)):
        folder = Path(sys.argv[2]) / name
        folder.mkdir(parents=True, exist_ok=True)
        write(folder, *answers(Path(sys.argv[1]) / name))
