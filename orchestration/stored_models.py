"""dbt's models of a further month: the statements that dbt sent to the database for them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

#: How the tables of a further month are made.
_TABLES = ("table", "incremental")


@dataclass(frozen=True)
class StoredModel:
    """A model as a further month makes it: `statements` are one transaction.

    `reads` are those of a further month's models that it reads, itself or through a view; `sources` the tables of the `raw` schema
    that it follows from, through whatever.
    """

    unique_id: str
    name: str
    reads: tuple[str, ...]
    sources: tuple[str, ...]
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
    """The tables among dbt's nodes that read a delivery somewhere, in their order: what a further month can change."""
    follow: set[str] = set()
    order = []
    for unique_id in _in_order(nodes):
        node = nodes.get(unique_id)
        if unique_id.startswith("source.") or (node and not follow.isdisjoint(node.depends_on_nodes)):
            follow.add(unique_id)
            if node and _is_table(node):
                order.append(node)
    return order


def _in_order(nodes: Mapping[str, Any]) -> Iterable[str]:
    return TopologicalSorter({name: node.depends_on_nodes for name, node in nodes.items()}).static_order()


def _is_table(node: Any) -> bool:
    return node.resource_type == "model" and node.config.materialized in _TABLES


def is_by_month(node: Any) -> bool:
    """Whether a further month sends other statements for a model than a full build does."""
    return bool(node.config.materialized == "incremental")


def reads_of(nodes: Mapping[str, Any], made: Collection[str]) -> dict[str, tuple[str, ...]]:
    """By node of dbt's, which of the nodes that are made it reads, itself or through others."""
    found: dict[str, set[str]] = {}
    for unique_id in _in_order(nodes):
        parents = nodes[unique_id].depends_on_nodes if unique_id in nodes else ()
        found[unique_id] = {name for parent in parents for name in ({parent} if parent in made else found[parent])}
    return {unique_id: tuple(sorted(read)) for unique_id, read in found.items()}


def sources_of(nodes: Mapping[str, Any], sources: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """By node of dbt's, the names of the sources that it follows from."""
    return {
        unique_id: tuple(sorted({sources[source].name for source in read}))
        for unique_id, read in reads_of(nodes, sources.keys()).items()
    }


def stored_model(node: Any, reads: tuple[str, ...], sources: tuple[str, ...], sent: Sent) -> StoredModel:
    return StoredModel(node.unique_id, node.name, reads, sources, sent.of(node.unique_id))
