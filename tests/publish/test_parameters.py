"""Names and types are checked before a kernel starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from sketchlib.publish.errors import PublishError
from sketchlib.publish.parameters import check_parameters

from .conftest import Write, code


def test_texts_become_values_of_the_declared_types(write: Write) -> None:
    values = check_parameters(write("01_one"), {"seed": "3", "rate": "1e-3", "loud": "yes"})
    assert values == {"seed": 3, "rate": 0.001, "loud": True}
    assert [type(value) for value in values.values()] == [int, float, bool]


def test_a_default_given_again_changes_nothing(write: Write) -> None:
    given = {"seed": "0", "rate": "0.10", "loud": "false", "dataset": "toy"}
    assert check_parameters(write("01_one"), given) == {}


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("sead", "1", r"01_one has no parameter 'sead'; it has dataset, seed, rate, loud\."),
        ("seed", "one", r"01_one: the parameter 'seed' is 'one', expected int\."),
        ("seed", "1.5", r"01_one: the parameter 'seed' is '1\.5', expected int\."),
        ("rate", "fast", r"01_one: the parameter 'rate' is 'fast', expected float\."),
        ("loud", "maybe", r"01_one: the parameter 'loud' is 'maybe', expected bool\."),
    ],
)
def test_a_wrong_name_or_type_is_one_sentence(write: Write, name: str, text: str, sentence: str) -> None:
    with pytest.raises(PublishError, match=f"^{sentence}$"):
        check_parameters(write("01_one"), {name: text})


def test_a_relative_data_set_is_meant_from_where_the_caller_stands(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chapter = write("01_one")
    (tmp_path / "faces").mkdir()
    monkeypatch.chdir(tmp_path)
    assert check_parameters(chapter, {"dataset": "faces"}) == {"dataset": str(tmp_path / "faces")}
    with pytest.raises(PublishError, match=f"dataset: there is nothing at {tmp_path / 'nowhere'}"):
        check_parameters(chapter, {"dataset": "nowhere"})


def test_a_default_that_is_no_plain_value_is_told_of(write: Write) -> None:
    chapter = write("01_one", code("seed: int = hash('a')", "parameters"))
    with pytest.raises(PublishError, match="expected lines like `seed: int = 0"):
        check_parameters(chapter, {"seed": "1"})
