"""What became of a build, node by node."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

#: Told of each node as it ends: its name, how many are done, of how many.
OnNode = Callable[[str, int, int], None]


@dataclass(frozen=True)
class NodeResult:
    """What became of one dbt node. `message` names no value of a person, since no table holds any."""

    unique_id: str
    name: str
    kind: str  # model, seed, test
    status: str  # success, pass, warn, fail, error, skipped
    failures: int
    message: str
    seconds: float


@dataclass
class BuildResult:
    """What ran in a build, and what an earlier one found of the nodes that nothing has changed since."""

    nodes: list[NodeResult] = field(default_factory=list)
    kept: list[NodeResult] = field(default_factory=list)

    @property
    def errors(self) -> list[NodeResult]:
        return [node for node in self.nodes if node.status == "error" and node.kind != "test"]

    @property
    def tests(self) -> list[NodeResult]:
        return [node for node in self.nodes if node.kind == "test"]
