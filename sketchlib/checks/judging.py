"""How an exercise is checked: the reader's answer against an oracle, and against the mistakes that people make.

A check calls the answer on a few inputs and compares what comes back with what the oracle returns. Where the two
differ, it tries the known mistakes: a wrong answer that equals a known mistake on that input has made it, and gets the
sentence that helps. What no mistake explains is told by its type, its shape or its numbers.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

Function = Callable[..., Any]


class CheckFailed(AssertionError):
    """An answer is not right yet. A notebook shows the sentence, and no traceback through our code."""

    def _render_traceback_(self) -> list[str]:
        return [f"Not right yet. {self}"]


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that people give.

    Attributes:
        wrong: the answer, as code: takes what the exercise's function takes.
        says: what is wrong with it, in plain words. `{got}` and `{expected}` become the shapes of the two results.
    """

    wrong: Function
    says: str


def call(answer: Function, *inputs: Any) -> Any:
    """The usual way to look at an answer: what it returns."""
    return answer(*inputs)


@dataclass(frozen=True)
class Check:
    """Checks one exercise when it is called with the reader's answer.

    Attributes:
        name: as readers call it, such as "check_03_squeeze".
        right: the oracle, from another hand than the chapter's where there is one.
        inputs: makes the inputs, one tuple of arguments for each call; the same every time.
        mistakes: at least the three that are made most.
        observe: what is compared, given an answer and its inputs. By default what the answer returns; an exercise
            whose mistakes show only in gradients returns those too.
        tolerance: absolute and relative, for floats.
    """

    name: str
    right: Function
    inputs: Callable[[], Sequence[tuple[Any, ...]]]
    mistakes: Sequence[Mistake]
    observe: Callable[..., Any] = field(default=call)
    tolerance: float = 1e-5

    def __call__(self, answer: Function) -> None:
        """Say that the answer is right, or raise.

        Raises:
            CheckFailed: in one or two sentences, if the answer is not right.
            TypeError: if `answer` cannot be called.
            Exception: what the answer itself raises, with a note on what it was called with.
        """
        if not callable(answer):
            raise TypeError(
                f"{self.name} got {type(answer).__name__}, expected the function itself: {self.name}(name)."
            )
        for inputs in self.inputs():
            self._compare(answer, inputs)
        print(f"{self.name}: right.")

    def _compare(self, answer: Function, inputs: tuple[Any, ...]) -> None:
        given = copy.deepcopy(inputs)
        try:
            got = self.observe(answer, *given)
        except NotImplementedError as error:
            if str(error):  # not the stub's: PyTorch says so of a module without forward
                raise
            name = getattr(answer, "__name__", "the answer")
            raise CheckFailed(
                f"{name} is not written yet: put your code in the place of raise NotImplementedError."
            ) from None
        except Exception as error:
            given_to_it = ", ".join(map(describe, inputs)) or "inputs of its own"
            error.add_note(f"{self.name} had called it with {given_to_it}.")
            raise
        expected = self.observe(self.right, *copy.deepcopy(inputs))
        if not same(got, expected, self.tolerance):
            raise CheckFailed(self._diagnosis(got, expected, inputs))
        if not same(given, inputs, 0.0):
            raise CheckFailed("The result is right, but your function has changed its input in place: work on a copy.")

    def _diagnosis(self, got: Any, expected: Any, inputs: tuple[Any, ...]) -> str:
        for mistake in self.mistakes:
            try:
                made = self.observe(mistake.wrong, *copy.deepcopy(inputs))
            except Exception:  # a mistake may be an error on some inputs
                continue
            if same(got, made, self.tolerance):
                return mistake.says.format(got=shape(got), expected=shape(expected))
        return difference(got, expected, self.tolerance)


def same(a: Any, b: Any, tolerance: float) -> bool:
    """Whether two results are equal: of one shape and, for floats, within the tolerance. NaN equals NaN."""
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return a.keys() == b.keys() and all(same(a[key], b[key], tolerance) for key in a)
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(same(one, other, tolerance) for one, other in zip(a, b, strict=True))
    if _is_numeric(a) and _is_numeric(b):
        first, second = _array(a), _array(b)
        return first.shape == second.shape and np.allclose(
            first, second, rtol=tolerance, atol=tolerance, equal_nan=True
        )
    try:
        return type(a) is type(b) and bool(a == b)
    except (RuntimeError, TypeError, ValueError):
        return a is b


def difference(got: Any, expected: Any, tolerance: float = 1e-5) -> str:
    """How a result differs from the expected one, where nobody knows why."""
    if got is None:
        return "Your function returns None: is there a return in it?"
    if _kind(got) != _kind(expected):
        return f"Your function returns {describe(got)}, expected {describe(expected)}."
    if isinstance(got, Tensor) and isinstance(expected, Tensor) and got.shape != expected.shape:
        return f"The result has shape {shape(got)}, expected {shape(expected)}."
    if _is_numeric(got) and _array(got).shape == _array(expected).shape:
        return _numbers(_array(got), _array(expected))
    if isinstance(got, list | tuple) and isinstance(expected, list | tuple) and len(got) == len(expected):
        pairs = enumerate(zip(got, expected, strict=True), start=1)
        number, (one, other) = next((n, pair) for n, pair in pairs if not same(*pair, tolerance))
        return f"Of the {len(got)} results number {number} is wrong. {difference(one, other, tolerance)}"
    if isinstance(got, Mapping) and isinstance(expected, Mapping) and got.keys() == expected.keys():
        name = next(name for name in expected if not same(got[name], expected[name], tolerance))
        return f"What is wrong is {name}. {difference(got[name], expected[name], tolerance)}"
    return f"Your function returns {describe(got)}, expected {describe(expected)}."


def _numbers(got: np.ndarray, expected: np.ndarray) -> str:
    if got.size == 1:
        return f"The result is {got.item():.6g}, expected {expected.item():.6g}."
    with np.errstate(invalid="ignore"):  # infinity minus infinity
        apart = np.abs(got - expected)
    apart[np.isnan(got) != np.isnan(expected)] = np.inf
    worst = np.unravel_index(np.nanargmax(apart), got.shape)
    place = ", ".join(str(int(i)) for i in worst)
    return (
        f"The shape {got.shape} is right, but the numbers are not: at [{place}] there is "
        f"{got[worst].item():.6g}, expected {expected[worst].item():.6g}."
    )


def shape(value: Any) -> str:
    """The shape of a tensor or array as readers write it; of anything else, what it is."""
    return str(tuple(value.shape)) if isinstance(value, Tensor | np.ndarray) else describe(value)


def describe(value: Any) -> str:
    """A value in a few words."""
    if isinstance(value, Tensor):
        return f"a tensor of shape {tuple(value.shape)} and type {str(value.dtype).removeprefix('torch.')}"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape} and type {value.dtype}"
    if isinstance(value, list | tuple):
        return f"a {type(value).__name__} of {len(value)}"
    return f"{value!r}" if isinstance(value, bool | int | float | str) else f"a {type(value).__name__}"


def _kind(value: Any) -> str:
    """What a result is, as far as it can be compared at all."""
    kinds = {"number": _is_numeric(value), "several": isinstance(value, list | tuple | Mapping)}
    return next((kind for kind, fits in kinds.items() if fits), "other")


def _is_numeric(value: Any) -> bool:
    if isinstance(value, np.ndarray | np.generic):
        return value.dtype.kind in "biuf"
    if isinstance(value, Tensor):
        return not value.is_complex()
    return isinstance(value, int | float) and not isinstance(value, bool)


def _array(value: Any) -> np.ndarray:
    if isinstance(value, Tensor):
        return value.detach().cpu().to(torch.float64).numpy()
    return np.asarray(value, dtype=np.float64)
