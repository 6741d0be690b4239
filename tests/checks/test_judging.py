"""What every check does, whatever the exercise."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell

from sketchlib import checks
from sketchlib.checks.judging import Check, CheckFailed, Mistake, difference, same

DOUBLE = Check(
    "check_double",
    right=lambda x: x.mul(2),
    inputs=lambda: [(torch.arange(1.0, 4.0),), (torch.ones(2, 2),)],
    mistakes=[Mistake(lambda x: x + 2, "You added 2: got {got}, expected {expected}.")],
)
every_check = pytest.mark.parametrize("check", checks.ALL.values(), ids=checks.ALL.keys())


@every_check
def test_the_oracle_passes_its_own_check(check: Check) -> None:
    check(check.right)


@every_check
def test_each_known_mistake_gets_its_own_sentence(check: Check) -> None:
    for mistake in check.mistakes:
        head = mistake.says.partition("{")[0]
        with pytest.raises(CheckFailed) as caught:
            check(mistake.wrong)
        assert str(caught.value).startswith(head), mistake.says


@every_check
def test_three_mistakes_or_more_are_known_each_told_in_a_sentence(check: Check) -> None:
    assert len({mistake.says for mistake in check.mistakes}) >= 3
    assert all(mistake.says.endswith((".", "?")) and mistake.says[0].isupper() for mistake in check.mistakes)


@every_check
def test_a_check_is_named_as_it_is_imported(check: Check) -> None:
    assert checks.ALL[check.name] is check


@every_check
def test_a_stub_is_not_written_yet(check: Check) -> None:
    def stub(*args: object, **kwargs: object) -> None:
        raise NotImplementedError

    with pytest.raises(CheckFailed, match="stub is not written yet"):
        check(stub)


def test_a_right_answer_is_told_so(capsys: pytest.CaptureFixture[str]) -> None:
    DOUBLE(lambda x: x + x)
    assert capsys.readouterr().out == "check_double: right.\n"


def test_a_mistake_is_named_with_the_shapes() -> None:
    with pytest.raises(CheckFailed, match=r"^You added 2: got \(3,\), expected \(3,\)\.$"):
        DOUBLE(lambda x: 2 + x)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda x: None, "returns None: is there a return in it"),
        (lambda x: x[None], r"shape \(1, 3\), expected \(3,\)"),
        (lambda x: "six", "returns 'six', expected a tensor"),
        (lambda x: 3 * x, r"at \[2\] there is 9, expected 6"),
        (lambda x: x * float("nan"), "numbers are not"),
        (lambda x: [x, x], "returns a list of 2"),
    ],
)
def test_an_unknown_mistake_is_told_by_type_shape_or_numbers(answer, says: str) -> None:
    with pytest.raises(CheckFailed, match=says):
        DOUBLE(answer)


def test_a_function_that_changes_its_input_is_told_so() -> None:
    with pytest.raises(CheckFailed, match="changed its input in place"):
        DOUBLE(lambda x: x.mul_(2))


def test_an_error_of_the_answer_comes_through_with_a_note() -> None:
    with pytest.raises(RuntimeError, match="view size|shape") as caught:
        DOUBLE(lambda x: x.view(7))
    assert caught.value.__notes__ == ["check_double had called it with a tensor of shape (3,) and type float32."]


def test_a_result_in_place_of_a_function_is_told_so() -> None:
    with pytest.raises(TypeError, match="expected the function itself"):
        DOUBLE(torch.ones(2))


def test_a_notebook_shows_the_sentence_without_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    shell = InteractiveShell()
    shell.user_ns["check"] = DOUBLE
    shell.run_cell("check(lambda x: x + 2)")
    shown = capsys.readouterr().out
    assert "Not right yet. You added 2" in shown
    assert "judging.py" not in shown


def test_what_counts_as_the_same() -> None:
    assert same({"a": [1, torch.ones(2)]}, {"a": (1.0, torch.ones(2))}, 0.0)
    assert not same(torch.ones(1), torch.ones(()), 1e-5)
    assert not same([1], [1, 2], 1e-5)
    assert not same(True, 1, 1e-5)
    assert same(float("nan"), float("nan"), 0.0)


def test_one_of_several_results_is_named() -> None:
    assert difference((1.0, 3.0), (1.0, 2.0)) == "Of the 2 results number 2 is wrong. The result is 3, expected 2."


def test_what_is_wrong_of_several_named_results_is_named() -> None:
    got, expected = {"the loss": 2.0, "the gradient in G": 3.0}, {"the loss": 2.0, "the gradient in G": 1.0}
    assert difference(got, expected) == "What is wrong is the gradient in G. The result is 3, expected 1."


NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("got", "expected", "says"),
    [
        (torch.tensor([NAN, 1.0]), torch.tensor([0.0, 1.0]), "at [0] there is nan, expected 0."),
        (torch.full((2, 2), NAN), torch.zeros(2, 2), "at [0, 0] there is nan, expected 0."),
        (torch.zeros(2, 2), torch.full((2, 2), NAN), "at [0, 0] there is 0, expected nan."),
        (torch.tensor([INF, 1.0]), torch.tensor([INF, 2.0]), "at [1] there is 1, expected 2."),
    ],
)
def test_what_is_no_number_is_told_where_it_is(got: torch.Tensor, expected: torch.Tensor, says: str) -> None:
    assert difference(got, expected).endswith(says)


def test_text_and_complex_numbers_are_told_by_what_they_are() -> None:
    assert difference(np.array(["a"]), np.array([1.0])).startswith("Your function returns an array of shape (1,)")
    assert "complex64" in difference(torch.zeros(2, dtype=torch.complex64), torch.ones(2))


def test_a_difference_below_the_usual_tolerance_is_told_where_a_check_is_stricter() -> None:
    def rate(epoch: int, lr: float, milestones: tuple[int, ...], gamma: float) -> float:
        return float(torch.tensor(lr) * gamma ** sum(epoch >= m for m in milestones))  # in single precision

    with pytest.raises(CheckFailed, match="results number"):
        checks.check_10_schedule(rate)


def test_a_forward_that_is_misspelled_is_not_a_stub() -> None:
    class Block(torch.nn.Module):
        def __init__(self, channels: int, reduction: int) -> None:
            super().__init__()
            self.reduce = torch.nn.Linear(channels, channels // reduction)
            self.expand = torch.nn.Linear(channels // reduction, channels)

        def foward(self, x: torch.Tensor) -> torch.Tensor:
            return x

    with pytest.raises(NotImplementedError, match='missing the required "forward"'):
        checks.check_03_block(Block)
