"""What the checks of chapter 12 say to the mistakes, each written as a reader would write it."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest
import torch
from numpy import ndarray
from scipy import optimize, special
from torch import Tensor

from sketchlib import checks
from sketchlib.checks.judging import Check
from sketchlib.evaluation import compare
from sketchlib.methods.lle import mixing_weights


def gaps(a: ndarray, b: ndarray) -> list[float]:
    return [float(x - y) for x, y in zip(a, b, strict=True)]


def a_standard_deviation(a: ndarray, b: ndarray) -> tuple[float, float]:
    return statistics.mean(gaps(a, b)), statistics.stdev(gaps(a, b))


def without_the_root(a: ndarray, b: ndarray) -> tuple[float, float]:
    return statistics.mean(gaps(a, b)), statistics.stdev(gaps(a, b)) / len(a)


def two_errors(a: ndarray, b: ndarray) -> tuple[float, float]:
    errors = [statistics.stdev(map(float, each)) / math.sqrt(len(each)) for each in (a, b)]
    return a.mean() - b.mean(), math.hypot(*errors)


def over_n(a: ndarray, b: ndarray) -> tuple[float, float]:
    return statistics.mean(gaps(a, b)), statistics.pstdev(gaps(a, b)) / math.sqrt(len(a))


def b_minus_a(a: ndarray, b: ndarray) -> tuple[float, float]:
    return statistics.mean(gaps(b, a)), statistics.stdev(gaps(b, a)) / math.sqrt(len(a))


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (a_standard_deviation, "is the standard deviation of the differences"),
        (without_the_root, "not by its square root"),
        (two_errors, "as if the methods had drawn different faces"),
        (over_n, "ddof=1"),
        (b_minus_a, "a minus b"),
    ],
)
def test_difference_names_the_mistake(answer, says: str) -> None:
    with pytest.raises(checks.CheckFailed, match=says):
        checks.check_12_difference(answer)


def right_t(a: ndarray, b: ndarray) -> float:
    return statistics.mean(gaps(a, b)) / (statistics.stdev(gaps(a, b)) / math.sqrt(len(a)))


def tail(t: float, freedom: int) -> float:
    """The share of Student's t above t, by the incomplete beta function."""
    upper = special.betainc(freedom / 2, 0.5, freedom / (freedom + t * t)) / 2
    return upper if t > 0 else 1 - upper


def unpaired(a: ndarray, b: ndarray) -> tuple[float, float]:
    t = (a.mean() - b.mean()) / math.sqrt((a.var(ddof=1) + b.var(ddof=1)) / len(a))
    return t, 2 * tail(abs(t), 2 * len(a) - 2)


def by_the_scatter(a: ndarray, b: ndarray) -> tuple[float, float]:
    t = statistics.mean(gaps(a, b)) / statistics.stdev(gaps(a, b))
    return t, 2 * tail(abs(t), len(a) - 1)


def one_sided(a: ndarray, b: ndarray) -> tuple[float, float]:
    return right_t(a, b), tail(abs(right_t(a, b)), len(a) - 1)


def by_the_bell(a: ndarray, b: ndarray) -> tuple[float, float]:
    return right_t(a, b), math.erfc(abs(right_t(a, b)) / math.sqrt(2))


def a_freedom_too_many(a: ndarray, b: ndarray) -> tuple[float, float]:
    return right_t(a, b), 2 * tail(abs(right_t(a, b)), len(a))


def with_its_sign(a: ndarray, b: ndarray) -> tuple[float, float]:
    return right_t(a, b), 2 * tail(right_t(a, b), len(a) - 1)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (unpaired, "two groups of different faces"),
        (by_the_scatter, "by the standard deviation, which is how far single faces scatter"),
        (one_sided, "counts both tails"),
        (by_the_bell, "from a normal distribution"),
        (a_freedom_too_many, "n - 1 degrees of freedom, and not n"),
        (with_its_sign, "the absolute value"),
    ],
)
def test_paired_t_names_the_mistake(answer, says: str) -> None:
    with pytest.raises(checks.CheckFailed, match=says):
        checks.check_12_paired_t(answer)


def means_of_draws(values: ndarray, seed: int, share: float = 0.95) -> tuple[float, float]:
    """A percentile bootstrap in a loop, with other random numbers than the check's."""
    rng = np.random.default_rng([seed, 5])
    means = sorted(float(rng.choice(values, len(values)).mean()) for _ in range(6000))
    cut = round((1 - share) / 2 * len(means))
    return means[cut], means[-cut - 1]


def of_the_faces(a: ndarray, b: ndarray, seed: int) -> tuple[float, float]:
    return tuple(np.percentile(a - b, (2.5, 97.5)))


def two_deviations(a: ndarray, b: ndarray, seed: int) -> tuple[float, float]:
    d = gaps(a, b)
    return statistics.mean(d) - 1.96 * statistics.stdev(d), statistics.mean(d) + 1.96 * statistics.stdev(d)


def each_alone(a: ndarray, b: ndarray, seed: int) -> tuple[float, float]:
    rng = np.random.default_rng(seed)
    means = [rng.choice(a, len(a)).mean() - rng.choice(b, len(b)).mean() for _ in range(6000)]
    return tuple(np.percentile(means, (2.5, 97.5)))


def without_repetition(a: ndarray, b: ndarray, seed: int) -> tuple[float, float]:
    rng = np.random.default_rng(seed)
    means = [rng.permutation(a - b).mean() for _ in range(100)]
    return tuple(np.percentile(means, (2.5, 97.5)))


def ninety(a: ndarray, b: ndarray, seed: int) -> tuple[float, float]:
    return means_of_draws(a - b, seed, 0.9)


def symmetric(a: ndarray, b: ndarray, seed: int) -> tuple[float, float]:
    mean, error = statistics.mean(gaps(a, b)), statistics.stdev(gaps(a, b)) / math.sqrt(len(a))
    return mean - 1.96 * error, mean + 1.96 * error


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (of_the_faces, "95 % of the single faces"),
        (two_deviations, "95 % of the single faces"),
        (each_alone, "the two methods separately"),
        (without_repetition, "without repetition"),
        (ninety, "hold 90 %"),
        (symmetric, "the interval is not symmetric"),
    ],
)
def test_bootstrap_names_the_mistake(answer, says: str) -> None:
    with pytest.raises(checks.CheckFailed, match=says):
        checks.check_12_bootstrap(answer)


def gram(patch: Tensor, neighbors: Tensor) -> Tensor:
    k = len(neighbors)
    return torch.tensor([[((patch - neighbors[i]) * (patch - neighbors[j])).sum() for i in range(k)] for j in range(k)])


def answer_from(C: Tensor, pieces: Tensor) -> tuple[Tensor, Tensor]:
    w = torch.linalg.inv(C).sum(dim=1)
    w = w / w.sum()
    return w, (w[:, None, None] * pieces).sum(dim=0)


def any_sum(patch: Tensor, neighbors: Tensor, pieces: Tensor, r: float) -> tuple[Tensor, Tensor]:
    C = gram(patch, neighbors)
    w = torch.linalg.inv(C + torch.diag(torch.full((len(C),), r * C.trace()))).sum(dim=1)
    return w, (w[:, None, None] * pieces).sum(dim=0)


def not_regularized(patch: Tensor, neighbors: Tensor, pieces: Tensor, r: float) -> tuple[Tensor, Tensor]:
    return answer_from(gram(patch, neighbors), pieces)


def not_scaled(patch: Tensor, neighbors: Tensor, pieces: Tensor, r: float) -> tuple[Tensor, Tensor]:
    C = gram(patch, neighbors)
    return answer_from(C + r * torch.eye(len(C)), pieces)


def scaled_by_the_mean(patch: Tensor, neighbors: Tensor, pieces: Tensor, r: float) -> tuple[Tensor, Tensor]:
    C = gram(patch, neighbors)
    return answer_from(C + r * C.trace() / len(C) * torch.eye(len(C)), pieces)


def photos_mixed(patch: Tensor, neighbors: Tensor, pieces: Tensor, r: float) -> tuple[Tensor, Tensor]:
    w = mixing_weights(patch[None], neighbors[None], r)[0]
    return w, torch.einsum("k,kij->ij", w, neighbors)


def sketches_compared(patch: Tensor, neighbors: Tensor, pieces: Tensor, r: float) -> tuple[Tensor, Tensor]:
    w = mixing_weights(patch[None], pieces[None], r)[0]
    return w, torch.einsum("k,kij->ij", w, pieces)


def no_negatives(patch: Tensor, neighbors: Tensor, pieces: Tensor, r: float) -> tuple[Tensor, Tensor]:
    w = torch.relu(mixing_weights(patch[None], neighbors[None], r)[0])
    w = w / w.sum()
    return w, torch.einsum("k,kij->ij", w, pieces)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (any_sum, "do not sum to 1"),
        (not_regularized, "no regularizer"),
        (not_scaled, "Multiply it by the trace"),
        (scaled_by_the_mean, "The trace is the sum of it"),
        (photos_mixed, "mixed the photo patches"),
        (sketches_compared, "the weights from the sketch pieces"),
        (no_negatives, "set negative weights to 0"),
    ],
)
def test_lle_names_the_mistake(answer, says: str) -> None:
    with pytest.raises(checks.CheckFailed, match=says):
        checks.check_12_lle(answer)


def by_an_optimizer(patch: Tensor, neighbors: Tensor, pieces: Tensor, r: float) -> tuple[Tensor, Tensor]:
    """SciPy's SLSQP, which is told the quadratic form and the constraint, and nothing of a linear system."""
    C = gram(patch, neighbors).double().numpy()
    C = C / C.trace() + r * np.eye(len(C))
    one = {"type": "eq", "fun": lambda w: w.sum() - 1}
    w = optimize.minimize(lambda w: w @ C @ w, np.full(len(C), 1 / len(C)), constraints=one, tol=1e-14).x
    return torch.from_numpy(w), torch.einsum("k,kij->ij", torch.from_numpy(w), pieces.double())


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        (checks.check_12_lle, by_an_optimizer),
        (checks.check_12_bootstrap, lambda a, b, seed: means_of_draws(a - b, seed)),
        (checks.check_12_difference, lambda a, b: (compare(a, b).difference, compare(a, b).standard_error)),
        (checks.check_12_paired_t, lambda a, b: (right_t(a, b), compare(a, b).p_images)),
    ],
)
def test_another_right_answer_passes(check: Check, answer, capsys: pytest.CaptureFixture[str]) -> None:
    check(answer)
    assert capsys.readouterr().out == f"{check.name}: right.\n"
