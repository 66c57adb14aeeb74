"""One check as a function, for tests that give it its fixtures themselves."""

import importlib.util
from collections.abc import Callable
from typing import Any

from settings import HOME


def check_named(name: str) -> Callable[..., Any]:
    """The test of this name, from the file of its name."""
    (file,) = (HOME / "checks").glob(f"**/{name}.py")
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Callable[..., Any] = getattr(module, name)
    return found
