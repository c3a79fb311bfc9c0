"""dbt's models of a further month: the statements that dbt sent to the database for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

#: What a further month makes. Derived marts are views, which follow what they read by themselves: they are there for their tests.
_TABLES, _VIEWS = ("table", "incremental"), "derived"


@dataclass(frozen=True)
class StoredModel:
    """A model as a further month makes it: `statements` are one transaction, none for a view; `reads` are the nodes that it reads."""

    unique_id: str
    name: str
    reads: tuple[str, ...]
    statements: tuple[str, ...]


class Sent:
    """What dbt sends to the database, heard by a callback of its runner."""

    def __init__(self) -> None:
        self._by_node: dict[str, list[str]] = {}

    def hear(self, event: Any) -> None:
        if event.info.name == "SQLQuery":
            self._by_node.setdefault(event.data.node_info.unique_id, []).append(event.data.sql)

    def of(self, unique_id: str) -> tuple[str, ...]:
        """The statements of the one transaction in which a node was made."""
        sent = self._by_node[unique_id]
        return tuple(sent[sent.index("BEGIN") + 1 : sent.index("COMMIT")])


def models_of_a_month(nodes: Mapping[str, Any]) -> list[Any]:
    """The tables and derived marts among dbt's nodes that read a delivery somewhere, in their order: what a further month can change."""
    follow: set[str] = set()
    order = []
    for unique_id in TopologicalSorter({name: node.depends_on.nodes for name, node in nodes.items()}).static_order():
        node = nodes.get(unique_id)
        if unique_id.startswith("source.") or (node and not follow.isdisjoint(node.depends_on.nodes)):
            follow.add(unique_id)
            if node and (node.config.materialized in _TABLES or _VIEWS in node.tags):
                order.append(node)
    return order


def is_by_month(node: Any) -> bool:
    """Whether a further month sends other statements for a model than a full build does."""
    return bool(node.config.materialized == "incremental")


def stored_model(node: Any, sent: Sent) -> StoredModel:
    statements = sent.of(node.unique_id) if node.config.materialized in _TABLES else ()
    return StoredModel(node.unique_id, node.name, tuple(node.depends_on.nodes), statements)
