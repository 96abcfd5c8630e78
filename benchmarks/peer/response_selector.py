"""Rasa's ResponseSelector asked for articles. Runs in the peer's environment (Python 3.10, Rasa 3.6.21, TensorFlow).

`python response_selector.py WORK EPOCHS`: reads WORK/examples.json ({slug: [question, …]}) and WORK/questions.json ([text, …]),
trains the usual pipeline on one retrieval intent, and writes WORK/answers.json: for each question its slugs, best first,
and the milliseconds that it took.

Rasa's own components with Rasa's own defaults, called one after another: its graph runner would hash every feature of
every example after every step, which takes longer than the training.
"""

import json
import sys
import time
from pathlib import Path

from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import CountVectorsFeaturizer
from rasa.nlu.featurizers.sparse_featurizer.lexical_syntactic_featurizer import LexicalSyntacticFeaturizer
from rasa.nlu.featurizers.sparse_featurizer.regex_featurizer import RegexFeaturizer
from rasa.nlu.selectors.response_selector import ResponseSelector
from rasa.nlu.tokenizers.whitespace_tokenizer import WhitespaceTokenizer
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, RESPONSE, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

# Rasa's default pipeline (default_config.yml) up to the ResponseSelector, without DIETClassifier and EntitySynonymMapper:
# there is one intent, and no entity.
FEATURIZERS = [
    (RegexFeaturizer, {}),
    (LexicalSyntacticFeaturizer, {}),
    (CountVectorsFeaturizer, {}),
    (CountVectorsFeaturizer, {"analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4}),
]


def training_data(examples):
    """Every example as one of the retrieval intent `faq`."""
    messages = [
        Message({TEXT: text, INTENT: "faq", INTENT_RESPONSE_KEY: "faq/" + slug, RESPONSE: slug})
        for slug, texts in examples.items()
        for text in texts
    ]
    return TrainingData(messages, responses={"utter_faq/" + slug: [{"text": slug}] for slug in examples})


class Pipeline:
    """Tokenizer, featurizers and selector, in Rasa's order."""

    def __init__(self, folder, epochs):
        self._storage = LocalModelStorage.create(folder)
        self._context = ExecutionContext(GraphSchema({}), "selector")
        self._tokenizer = self._make(WhitespaceTokenizer, {}, "tokenizer")
        self._featurizers = [self._make(kind, own, f"featurizer{i}") for i, (kind, own) in enumerate(FEATURIZERS)]
        self._selector = self._make(ResponseSelector, {"epochs": epochs, "constrain_similarities": True}, "selector")

    def _make(self, kind, own, name):
        return kind.create({**kind.get_default_config(), **own}, self._storage, Resource(name), self._context)

    def train(self, data):
        """Train every part on what the parts before it have made of the examples."""
        self._tokenizer.process_training_data(data)
        for featurizer in self._featurizers:
            featurizer.train(data)
            featurizer.process_training_data(data)
        self._selector.train(data)

    def rank(self, text):
        """Slugs, best first."""
        messages = self._tokenizer.process([Message({TEXT: text})])
        for part in (*self._featurizers, self._selector):
            messages = part.process(messages)
        found = messages[0].get("response_selector")
        ranking = next(part["ranking"] for name, part in found.items() if name != "all_retrieval_intents")
        return [row["intent_response_key"].split("/", 1)[1] for row in ranking]


def main():
    """Train, ask, write."""
    work, epochs = Path(sys.argv[1]), int(sys.argv[2])
    (work / "model").mkdir(exist_ok=True)
    begun = time.perf_counter()
    pipeline = Pipeline(work / "model", epochs)
    pipeline.train(training_data(json.loads((work / "examples.json").read_text(encoding="utf-8"))))
    trained = time.perf_counter() - begun
    answers = []
    for text in json.loads((work / "questions.json").read_text(encoding="utf-8")):
        begun = time.perf_counter()
        ranking = pipeline.rank(text)
        answers.append([ranking, 1000 * (time.perf_counter() - begun)])
    (work / "answers.json").write_text(json.dumps({"trained_seconds": trained, "answers": answers}))


if __name__ == "__main__":
    main()
