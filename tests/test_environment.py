"""environment.yml, pyproject.toml and constraints.txt must tell the same story."""

from __future__ import annotations

import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))


def conda_python() -> Version:
    (spec,) = [d for d in ENVIRONMENT["dependencies"] if str(d).startswith("python=")]
    return Version(spec.removeprefix("python="))


def pip_lines() -> list[str]:
    (block,) = [d["pip"] for d in ENVIRONMENT["dependencies"] if isinstance(d, dict)]
    return block


def pins(python: str) -> dict[str, Version]:
    """The pinned version of every package that constraints.txt names for Linux and this Python."""
    marker = {
        "python_version": python,
        "python_full_version": f"{python}.9",
        "sys_platform": "linux",
    }
    found = {}
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if not (line := line.split("#")[0].strip()):
            continue
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate(marker):
            (pin,) = requirement.specifier
            assert pin.operator == "==", f"constraints.txt: {line!r} is not an exact version"
            assert requirement.name not in found, f"constraints.txt pins {requirement.name} twice"
            found[requirement.name] = Version(pin.version)
    return found


def direct_dependencies() -> list[str]:
    return PROJECT["dependencies"] + [line for extra in EXTRAS.values() for line in extra]


def test_conda_python_is_one_the_package_allows() -> None:
    assert conda_python() in SpecifierSet(PROJECT["requires-python"])
    assert "pip" in ENVIRONMENT["dependencies"]


def test_conda_installs_this_package_with_an_extra_that_exists() -> None:
    (line,) = [line for line in pip_lines() if line.startswith("-e ")]
    path, extra = line.removeprefix("-e ").rstrip("]").split("[")
    assert path == "."
    assert extra in EXTRAS


def test_conda_installs_under_the_constraints() -> None:
    (line,) = [line for line in pip_lines() if line.startswith("-c ")]
    assert (ROOT / line.removeprefix("-c ")).samefile(ROOT / "constraints.txt")


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize("line", direct_dependencies())
def test_direct_dependency_is_pinned_within_its_bounds(line: str, python: str) -> None:
    requirement = Requirement(line)
    pinned = pins(python).get(requirement.name)
    assert pinned is not None, f"{requirement.name} is in pyproject.toml but not in constraints.txt"
    assert pinned in requirement.specifier, f"constraints.txt has {requirement.name} {pinned}, not {line}"


def test_torch_and_torchvision_are_a_matching_pair() -> None:
    pinned = pins(f"{conda_python()}")
    if Version(metadata.version("torchvision")).public != str(pinned["torchvision"]):
        pytest.skip("the installed torchvision is not the pinned one: only its own metadata can judge")
    requires = [Requirement(line) for line in metadata.requires("torchvision") or ()]
    (torch_wanted,) = [r for r in requires if r.name == "torch"]
    assert pinned["torch"] in torch_wanted.specifier

    import torch
    from torchvision.ops import nms  # compiled against torch: a wrong pair cannot load it

    assert nms(torch.tensor([[0.0, 0.0, 1.0, 1.0]]), torch.tensor([1.0]), 0.5).tolist() == [0]
