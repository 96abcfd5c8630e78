"""A stand-in for TensorFlow, so that Rasa 3.6 imports without it.

Rasa 3.6 imports TensorFlow at start-up for its neural policies and classifiers, none of which is in
config.yml: 1.5 GB of disk, 345 MB of memory and half of the start-up time for nothing. `install()` puts a finder
in front of the import system that answers `import tensorflow…` (and its satellites) with empty modules whose
names can be subclassed and used as decorators or annotations while Rasa's modules are being defined.

Anything that would truly compute with TensorFlow raises `TensorFlowNotInstalled`, by name, at the call: a
component that needs it can never run on made-up results. tests/bot/test_tensorflow_shim.py holds both halves.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from types import ModuleType
from typing import Any

SHIMMED = ("tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras")


class TensorFlowNotInstalled(RuntimeError):
    """A component asked for real TensorFlow work; Nær's engine runs without TensorFlow."""


class _ShimType(type):
    """The type of every shimmed name: attribute access gives another shimmed name."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _make(f"{cls.__qualname__}.{name}")

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        # `@tf.function` and `@tf.function(...)` are used as decorators when Rasa's modules are defined.
        if cls.__qualname__ in _DECORATORS:
            return args[0] if len(args) == 1 and callable(args[0]) else lambda decorated: decorated
        raise TensorFlowNotInstalled(
            f"{cls.__qualname__} was called, but Nær's engine runs without TensorFlow (docs/decisions/0005)."
        )

    def __or__(cls, other: Any) -> Any:
        return object

    __ror__ = __or__


_DECORATORS = {"tensorflow.function", "tensorflow.keras.utils.register_keras_serializable"}


def _make(qualname: str) -> Any:
    return _ShimType(qualname, (), {"__module__": qualname.rpartition(".")[0]})


class _ShimModule(ModuleType):
    """A module every attribute of which exists."""

    __path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = _make(f"{self.__name__}.{name}")
        setattr(self, name, value)
        return value


class _ShimFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Answers imports of TensorFlow and its satellites with `_ShimModule`s."""

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Any:
        if fullname.partition(".")[0] in SHIMMED:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: Any) -> ModuleType:
        return _ShimModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        module.__version__ = "0.0.0+naer.shim"  # type: ignore[attr-defined]


def install() -> None:
    """Put the shim first in the import system. Call before anything of Rasa is imported."""
    if "tensorflow" in sys.modules:
        raise RuntimeError("TensorFlow is already imported; the shim must come first.")
    sys.meta_path.insert(0, _ShimFinder())
