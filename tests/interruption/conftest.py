"""What the tests that kill whole commands share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.interruption.killing import Warm


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warm]:
    warm = Warm(tmp_path_factory.mktemp("warm"))
    yield warm
    warm.close()
