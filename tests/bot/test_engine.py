"""The engine's environment: the TensorFlow shim, the patches, the training data, the stories of tests/conversations."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from channels.cli import training
from core.settings import ROOT, Settings

pytestmark = pytest.mark.engine
SHIM = "from bot.engine import tensorflow_shim; tensorflow_shim.install()\n"
CALLS = ["tf.constant([1.0])", "tf.Variable(1)", "tf.keras.layers.Dense(4)", "tf.math.reduce_sum(1)", "tf.random.uniform((2,))",
         "tf.keras.models.Sequential()", "tf.data.Dataset.from_tensors(1)"]  # fmt: skip


@pytest.fixture(scope="module")
def python() -> Path:
    """The engine's interpreter."""
    path = Settings().engine_python
    if not path.exists():
        pytest.fail(f"{path} is missing; `make setup` makes it")
    return path


def run(python: Path, *command: str, seconds: int = 240, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("NAER_")}
    given = {
        **kept,
        "PYTHONPATH": str(ROOT),
        "RASA_TELEMETRY_ENABLED": "false",
        "OMP_NUM_THREADS": "1",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    }
    return subprocess.run(
        [str(python), *command],
        cwd=ROOT,
        env=given | environment,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def code(python: Path, source: str) -> str:
    done = run(python, "-W", "ignore", "-c", source)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


class TestShim:
    def test_rasa_imports_without_tensorflow(self, python: Path) -> None:
        out = code(
            python,
            SHIM
            + "import rasa.__main__, rasa.core.agent, rasa.engine.recipes.default_components, tensorflow as tf; print(tf.__version__)",
        )
        assert out.strip().endswith("naer.shim")

    def test_a_real_call_raises_by_name(self, python: Path) -> None:
        tried = "".join(f"tried({call!r}, lambda: {call})\n" for call in CALLS)
        out = code(python, SHIM + "import tensorflow as tf\ndef tried(name, call):\n    try:\n        call()\n    except "
                   "tensorflow_shim.TensorFlowNotInstalled:\n        return\n    print('no error from', name)\n" + tried)  # fmt: skip
        assert out == ""

    def test_a_shimmed_function_given_a_function_raises_too(self, python: Path) -> None:
        out = code(
            python,
            SHIM
            + "import tensorflow as tf\ntry:\n    print('made up', tf.map_fn(len))\nexcept tensorflow_shim.TensorFlowNotInstalled:\n    pass\n",
        )
        assert out == ""

    def test_names_can_be_subclassed_and_used_as_decorators(self, python: Path) -> None:
        out = code(python, SHIM + "import tensorflow as tf\nclass A(tf.keras.layers.Layer):\n    pass\n@tf.function\ndef f():\n    return 7\n"
                   "@tf.function(reduce_retracing=True)\ndef g():\n    return 8\nprint(f(), g())")  # fmt: skip
        assert out.strip() == "7 8"

    def test_comes_first_or_not_at_all(self, python: Path) -> None:
        done = run(
            python, "-c", "import sys, types; sys.modules['tensorflow'] = types.ModuleType('tensorflow')\n" + SHIM
        )
        assert "the shim must come first" in done.stderr

    def test_other_modules_are_imported_as_ever(self, python: Path) -> None:
        done = run(python, "-c", SHIM + "import no_such_module_of_the_tests")
        assert "ModuleNotFoundError" in done.stderr


class TestPatches:
    CHECK = (
        SHIM + "from bot.engine import patches; patches.cache_action_schema()\nfrom jsonschema import ValidationError\n"
        "from rasa.core.actions.action import RemoteAction\naction = RemoteAction('a', None)\nassert action._validate_action_result("
        "{'events': [{'event': 'slot', 'name': 'x', 'value': 1}], 'responses': [{'custom': {}}]})\n"
    )

    @pytest.mark.parametrize(
        "wrong", ["{'events': 7}", "{'events': [7]}", "[]", "{'responses': 'x'}", "{'events': [{'no': 'event'}]}"]
    )
    def test_a_wrong_action_response_is_still_refused(self, python: Path, wrong: str) -> None:
        source = (
            self.CHECK
            + f"try:\n    action._validate_action_result({wrong})\nexcept ValidationError as e:\n    print('refused')\n"
        )
        assert code(python, source).strip() == "refused"

    def test_agree_with_rasas_own_check(self, python: Path) -> None:
        source = SHIM + (
            "from jsonschema import ValidationError\nfrom rasa.core.actions.action import RemoteAction\nfrom bot.engine import patches\n"
            "cases = [{}, [], {'events': []}, {'events': 7}, {'events': [7]}, {'responses': 'x'}, {'events': [{'no': 1}]}, {'events': [{'event': 'slot'}]}]\n"
            "def verdict(c):\n    try:\n        return bool(RemoteAction('a', None)._validate_action_result(c))\n    except ValidationError:\n        return 'refused'\n"
            "before = [verdict(c) for c in cases]\npatches.cache_action_schema()\nprint(before == [verdict(c) for c in cases])"
        )
        assert code(python, source).strip() == "True"

    def test_a_copied_slot_is_the_same_and_its_own(self, python: Path) -> None:
        source = SHIM + (
            "import copy\nfrom bot.engine import patches\nfrom rasa.shared.core.slots import ListSlot, CategoricalSlot\n"
            "def state(slot):\n    made = copy.copy(slot)\n    before = made.value\n    made.value = ['b']\n"
            "    return type(made).__name__, {k: v for k, v in vars(slot).items()}, before is slot.value, slot.value, made.as_feature() == slot.as_feature()\n"
            "slots = [ListSlot('l', [], initial_value=['a']), CategoricalSlot('c', [], values=['x', 'y'], initial_value='x')]\n"
            "before = [state(s) for s in slots]\npatches.copy_slots_plainly()\nprint(before == [state(s) for s in slots], before[0][2], before[0][3])"
        )
        assert code(python, source).strip() == "True True ['a']"

    def test_a_talk_played_once_gives_rasas_own_states(self, python: Path) -> None:
        source = SHIM + (
            "import random, itertools\nfrom rasa.shared.core.domain import Domain\nfrom rasa.shared.core import events as e\n"
            "from rasa.shared.core.trackers import DialogueStateTracker\nfrom bot.engine import past_states\n"
            "domain = Domain.load('bot/domain')\nrasas, ours = Domain.states_for_tracker_history, past_states.states_for_tracker_history\n"
            "r = random.Random(4)\nintents, forms = sorted(domain.intents), sorted(domain.form_names)\n"
            "actions = ['action_listen', 'action_answer', *forms]\nslots = ['form_outcome', 'form_next', 'requested_slot']\n"
            "only = {'rule_only_slots': ['form_next'], 'rule_only_loops': forms[:2]}\n"
            "makers = [lambda: e.UserUttered('hei', intent={'name': r.choice(intents)}), lambda: e.ActionExecuted(r.choice(actions), hide_rule_turn=r.random() < 0.4),\n"
            "    lambda: e.ActionExecuted('action_listen'), lambda: e.SlotSet(r.choice(slots), r.choice(['done', None])), lambda: e.ActiveLoop(r.choice([*forms, None])),\n"
            "    lambda: e.FollowupAction('action_answer'), lambda: e.BotUttered('x'), lambda: e.LoopInterrupted(r.random() < 0.5)]\n"
            "rare = [e.ActionReverted, e.UserUtteranceReverted, e.Restarted, e.SessionStarted]\ncompared = reached = 0\n"
            "for talk in range(25):\n    t = DialogueStateTracker('t', domain.slots)\n    for step in range(30):\n"
            "        t.update(r.choice(rare)() if r.random() < 0.04 else r.choice(makers)(), domain)\n"
            "        for omit, ignore in itertools.product((False, True), repeat=2):\n"
            "            expected = rasas(domain, t, omit, ignore, only)\n            found = ours(domain, t, omit, ignore, only)\n"
            "            assert found == expected, (talk, step, omit, ignore)\n            compared += 1\n            reached = max(reached, len(found))\n"
            "            for state in found:  # a policy takes features out of what it gets\n                for part in state.values():\n                    part.pop('intent', None)\n                state.clear()\n"
            "print(compared, reached > 8)"
        )
        assert code(python, source).strip() == "3000 True"

    def test_rules_read_once_fit_as_rasa_says(self, python: Path) -> None:
        source = SHIM + (
            "import json, random\nfrom rasa.core.policies.rule_policy import RulePolicy\nfrom bot.engine import rule_matching\n"
            "r = random.Random(3)\n"
            "def state(p, wild):\n    made = {}\n    if r.random() < p: made['prev_action'] = {'action_name': r.choice(['action_listen', 'a'])}\n"
            "    if r.random() < .6: made['user'] = {'intent': r.choice('xyz')} | ({'entities': ('e',)} if r.random() < .3 else {})\n"
            "    if r.random() < .5: made['slots'] = {r.choice('st'): r.choice([(1.0,), (0.0, 1.0), *(['should_not_be_set'] if wild else [])])}\n"
            "    if r.random() < .2: made['active_loop'] = {'name': r.choice(['f', *(['should_not_be_set'] if wild else [])])}\n    return made\n"
            "lookup = {json.dumps([state(.8, True) for _ in range(r.choice([1, 1, 2, 3]))], sort_keys=True): 'a' for _ in range(400)}\n"
            "policy = RulePolicy.__new__(RulePolicy)\nfitted = 0\n"
            "for _ in range(300):\n    states = [state(.9, False) for _ in range(r.randint(1, 6))]\n    expected = policy._get_possible_keys(lookup, states)\n"
            "    assert rule_matching.possible_keys(policy, lookup, states) == expected, states\n    fitted += len(expected)\nprint(fitted > 1000)"
        )
        assert code(python, source).strip() == "True"

    def test_one_message_is_classified_as_by_rasa(self, python: Path) -> None:
        source = SHIM + (
            "import numpy as np\nfrom rasa.engine.storage.resource import Resource\nfrom rasa.engine.graph import ExecutionContext\n"
            "from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier as C\n"
            "from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import CountVectorsFeaturizer as F\n"
            "from rasa.nlu.tokenizers.whitespace_tokenizer import WhitespaceTokenizer as T\nfrom rasa.shared.nlu.training_data.features import Features\n"
            "from rasa.shared.nlu.training_data.message import Message\nfrom rasa.shared.nlu.training_data.training_data import TrainingData\nfrom bot.engine import quick_nlu\n"
            "F.persist = C.persist = lambda self: None\n"
            "said = {'greet': ['hei', 'god dag', 'hallo der'], 'ask': ['hva er avlastning', 'kan jeg få støtte', 'hvor søker jeg'], 'thanks': ['takk', 'tusen takk', 'takk skal du ha']}\n"
            "def meant(message):\n    v = np.random.default_rng(len(message.get('text'))).normal(size=(1, 8))\n    message.add_features(Features(v, 'sentence', 'text', 'E'))\n    return message\n"
            "tokens = T(T.get_default_config())\ncounts = F(F.get_default_config() | {'analyzer': 'char_wb', 'min_ngram': 1, 'max_ngram': 4}, None, Resource('f'), ExecutionContext(None, 'm', node_name='f'))\n"
            "data = TrainingData([Message.build(text=t, intent=i) for i, ts in said.items() for t in ts])\ntokens.process_training_data(data)\ncounts.train(data)\ncounts.process_training_data(data)\n"
            "[meant(m) for m in data.training_examples]\nclassifier = C(C.get_default_config(), 'c', None, Resource('c'))\nclassifier.train(data)\n"
            "def ranking(text):\n    m = Message.build(text=text)\n    tokens.process([m])\n    counts.process([m])\n    classifier.process([meant(m)])\n"
            "    return m.get('intent')['name'], [e['name'] for e in m.get('intent_ranking')], [e['confidence'] for e in m.get('intent_ranking')], (m.get('intent') in m.get('intent_ranking'))\n"
            "texts = ['hei du', 'takk for det', 'hvor får jeg avlastning', 'æøå', '   x', 'مرحبا']\nbefore = [ranking(t) for t in texts]\nquick_nlu.apply()\nafter = [ranking(t) for t in texts]\n"
            "print([b[:2] + b[3:] for b in before] == [a[:2] + a[3:] for a in after], max(abs(x - y) for b, a in zip(before, after) for x, y in zip(b[2], a[2])) < 1e-9, len({b[0] for b in before}) > 1)"
        )
        assert code(python, source).strip() == "True True True"

    def test_a_domain_is_asked_once_whether_it_is_empty(self, python: Path) -> None:
        source = SHIM + (
            "from bot.engine import patches; patches.know_the_domain()\nfrom rasa.shared.core.domain import Domain\n"
            "full = Domain.from_dict({'actions': ['a']})\nprint([d.is_empty() for d in (Domain.empty(), full, full, Domain.empty())])"
        )
        assert code(python, source).strip() == "[True, False, False, True]"

    def test_texts_stay_out_of_the_log(self, python: Path) -> None:
        source = SHIM + (
            "from bot.engine import patches; patches.silence_texts()\nimport structlog, io, contextlib\nout = io.StringIO()\n"
            "with contextlib.redirect_stdout(out):\n    for key in ('text', 'user_text', 'message_text', 'parse_data', 'event_info', 'rasa_events'):\n"
            "        structlog.get_logger().warning('an.event', **{key: 'zebrafink-4711'})\nprint('[private]' in out.getvalue(), 'zebrafink' in out.getvalue())"
        )
        assert code(python, source).strip() == "True False"

    def test_the_graph_gives_the_same_as_with_dask(self, python: Path) -> None:
        source = SHIM + (
            "from bot.engine import patches\nfrom rasa.engine.runner.dask import DaskGraphRunner\n"
            "from rasa.engine.graph import GraphSchema, SchemaNode, ExecutionContext, GraphComponent\nimport rasa.engine.graph as g\n"
            "class A(GraphComponent):\n    @classmethod\n    def create(cls, config, model_storage, resource, execution_context): return cls()\n"
            "    def one(self, given): return given + 1\n    def both(self, left, right): return (left, right)\n"
            "def node(fn, **needs): return SchemaNode(needs=needs, uses=A, fn=fn, constructor_name='create', config={}, eager=True)\n"
            "schema = GraphSchema({'d': node('both', left='b', right='c'), 'b': node('one', given='x'), 'c': node('one', given='b'), 'e': node('one', given='d')})\n"
            "runner = DaskGraphRunner.create(schema, None, ExecutionContext(schema, 'm'))\n"
            "def outcome(**k):\n    try:\n        return runner.run(**k)\n    except Exception as e:\n        return type(e).__name__\n"
            "calls = [dict(inputs={'x': 1}, targets=['d']), dict(inputs={'x': 5}, targets=['c', 'd']), dict(inputs={}, targets=['b']), dict(inputs={'x': 1}, targets=['e'])]\n"
            "before = [outcome(**c) for c in calls]\npatches.run_graph_in_order()\nafter = [outcome(**c) for c in calls]\nprint(before == after, before[0])"
        )
        assert code(python, source).strip() == "True {'d': (2, 3)}"

    def test_a_result_that_came_along_is_used_once_and_only_for_its_action_and_intents(self, python: Path) -> None:
        source = SHIM + (
            "from bot.engine import patches, prepared; patches.cache_action_schema(); patches.use_prepared_results()\nimport asyncio\n"
            "from rasa.core.actions.action import RemoteAction\nfrom rasa.shared.core.events import UserUttered\n"
            "from rasa.shared.core.trackers import DialogueStateTracker\nfrom rasa.shared.exceptions import RasaException\n"
            "result = {'events': [{'event': 'slot', 'name': 's', 'value': 'v'}], 'responses': [{'custom': {'do': 'answer'}}]}\n"
            "async def outcome(name='a', intent='ask', entities=None, times=1, given=dict(action='a', intents=['ask'], result=result)):\n"
            "    t = DialogueStateTracker('id', [])\n    t.update(UserUttered('hei', intent={'name': intent}, entities=entities))\n    prepared.bring(given)\n"
            "    try:\n        for _ in range(times):\n            found = await RemoteAction(name, None).run(None, None, t, type('D', (), {'as_dict': lambda s: {}, 'does_custom_action_explicitly_need_domain': lambda s, n: False})())\n"
            "        return [getattr(e, 'data', {}).get('custom') or (e.key, e.value) for e in found]\n    except RasaException:\n        return 'asked for'\n"
            "known = [{'entity': 'language', 'value': 'nb', 'extractor': 'LanguageFromMetadata'}]\n"
            "for k in ({}, dict(entities=known), dict(name='b'), dict(intent='greet'), dict(entities=[{'entity': 'x', 'value': 'y'}]), dict(times=2), dict(given=None), dict(given=[1])):\n    print(asyncio.run(outcome(**k)))"
        )
        lines = code(python, source).strip().splitlines()
        assert lines == [*["[{'do': 'answer'}, ('s', 'v')]"] * 2, *["asked for"] * 6]

    def test_an_action_gets_slots_and_the_last_message_but_not_the_whole_talk(self, python: Path) -> None:
        source = SHIM + (
            "from bot.engine import patches; patches.send_little_to_actions()\nfrom rasa.core.actions.action import RemoteAction\n"
            "from rasa.shared.core.domain import Domain\nfrom rasa.shared.core.events import UserUttered, BotUttered, SlotSet\n"
            "from rasa.shared.core.trackers import DialogueStateTracker\nfrom rasa.utils.endpoints import EndpointConfig\n"
            "domain = Domain.from_dict({'actions': ['a', {'b': {'send_domain': True}}], 'slots': {'s': {'type': 'text', 'mappings': [{'type': 'custom'}]}}})\n"
            "t = DialogueStateTracker('id', domain.slots)\nt.update_with_events([UserUttered('first'), BotUttered('x'), SlotSet('s', 'kept'), UserUttered('second'), BotUttered('y')], domain)\n"
            "end = EndpointConfig('http://x', enable_selective_domain=True)\n"
            "a, b = (RemoteAction(n, end)._action_call_format(t, domain) for n in 'ab')\n"
            "print([e['event'] for e in a['tracker']['events']], a['tracker']['slots']['s'], a['tracker']['latest_message']['text'], 'domain' in a, 'domain' in b)"
        )
        assert code(python, source).strip() == "['user', 'bot'] kept second False True"


class TestTrackerStore:
    def test_writes_each_event_once_and_reads_the_same_talk(self, python: Path, tmp_path: Path) -> None:
        source = SHIM + (
            "import asyncio, sqlite3, sys\nfrom bot.engine.tracker_store import NaerTrackerStore\nfrom rasa.shared.core.domain import Domain\n"
            "from rasa.shared.core.events import UserUttered, SlotSet, SessionStarted, ActionExecuted\nfrom rasa.shared.core.trackers import DialogueStateTracker\n"
            "domain = Domain.from_dict({'slots': {'s': {'type': 'text', 'mappings': [{'type': 'custom'}]}}})\n"
            f"path = {str(tmp_path / 'e.db')!r}\n"
            "async def talk(store, *events):\n    t = await store.retrieve('t') or DialogueStateTracker('t', domain.slots)\n"
            "    t.update_with_events(list(events), domain)\n    await store.save(t)\n    return t\n"
            "async def main():\n    one = NaerTrackerStore(domain, db=path)\n"
            "    await talk(one, ActionExecuted('action_session_start'), SessionStarted(), UserUttered('a'))\n"
            "    await talk(one, SlotSet('s', 'x'), UserUttered('b'))\n    await asyncio.sleep(0.1)\n"
            "    again = await NaerTrackerStore(domain, db=path).retrieve('t')\n"
            "    count = sqlite3.connect(path).execute('select count(*) from events').fetchone()[0]\n"
            "    print(count, again.get_slot('s'), again.latest_message.text)\nasyncio.run(main())"
        )
        assert code(python, source).strip() == "5 x b"


class TestNlu:
    def test_an_empty_message_gets_a_zero_vector(self, python: Path) -> None:
        source = SHIM + (
            "from bot.nlu.e5_featurizer import E5Featurizer\nfrom rasa.shared.nlu.training_data.message import Message\n"
            "f = E5Featurizer('e5', {**E5Featurizer.get_default_config(), 'alias': 'e5'})\n"
            "a, b = f.process([Message({'text': ''}), Message({'text': 'hei'})])\n"
            "print([round(float(abs(m.features[0].features).sum()) > 0) for m in (a, b)], b.features[0].features.shape)"
        )
        assert code(python, source).strip() == "[0, 1] (1, 384)"

    def test_the_apps_vector_is_used_once(self, python: Path) -> None:
        source = "from bot.nlu import vectors\nimport numpy as np\nvectors.remember('a', np.ones(3))\nprint(vectors.recall('a').sum(), vectors.recall('a'))"
        assert code(python, source).strip() == "3.0 None"


def launch(python: Path, *command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = training.engine_environment(Settings(data_dir=folder, secret="a secret of the tests, long enough"))
    return run(
        python, "-m", "bot.engine.launch", *command, **{k: v for k, v in environment.items() if k.startswith("NAER_")}
    )


class TestTrainingData:
    def test_is_valid(self, python: Path, tmp_path: Path) -> None:
        done = launch(
            python,
            "data",
            "validate",
            "--domain",
            "bot/domain",
            "--data",
            "bot/data",
            "--config",
            "config.yml",
            "--fail-on-warnings",
            folder=tmp_path,
        )
        assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]


class TestConversations:
    def test_every_story_goes_as_it_is_written(self, python: Path, tmp_path: Path) -> None:
        model = Settings().model_path
        if not model.exists():
            pytest.fail(f"{model} is missing; `naer train` makes it")
        done = launch(python, "test", "core", "--model", str(model), "--stories", "tests/conversations", "--out", str(tmp_path / "out"),
                      "--fail-on-prediction-errors", "--no-plot", folder=tmp_path)  # fmt: skip
        failed = tmp_path / "out" / "failed_test_stories.yml"
        told = failed.read_text() if failed.exists() else (done.stdout + done.stderr)[-3000:]
        assert done.returncode == 0, told
        assert "passed" in told or "None of the test stories failed" in told or failed.exists()
