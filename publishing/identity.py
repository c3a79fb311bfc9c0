"""What a release is made from, and the name that follows from it.

A release is a pure function of these inputs, so its id can be known before the warehouse is opened: a load with nothing
new compares ids and stops. Keep this module cheap to import.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from publishing.errors import PublishingError
from publishing.policy import DisclosurePolicy, RoundTo, Rule, Secondary, load_policy

ID_HASH_DIGITS = 12


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no canonical form")


def canonical_json(document: object) -> str:
    """One text for one content: sorted keys, no white space, dates in ISO form."""
    return json.dumps(
        document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain, allow_nan=False
    )


@dataclass(frozen=True)
class ReleaseInputs:
    """All that decides a release's content. No clock, path, order of arrival or secret may stand in it, and no count of rows:
    all of it is published, and a count may be one of people.

    Attributes:
        deliveries: the accepted deliveries, each with at least `sha256`; their order does not matter.
        code_version: version of the product; `code_fingerprint`: hash of its code, seeds and locked packages.
        contract_versions: contract version by extract.
        settings: settings that change figures (trust code, policies).
        key_fingerprint: fingerprint of the pseudonym key, never the key.
        newest_month: `YYYY-MM`, the last reporting month of the release.
        policy: the small-number policy in force.
    """

    deliveries: Sequence[Mapping[str, object]]
    code_version: str
    code_fingerprint: str
    contract_versions: Mapping[str, int]
    settings: Mapping[str, object]
    key_fingerprint: str
    newest_month: str
    policy: DisclosurePolicy = field(default_factory=load_policy)

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", self.newest_month):
            raise PublishingError(
                f"{self.newest_month!r} is no month", "newest month of the release", "give it as YYYY-MM"
            )
        if not all(delivery.get("sha256") for delivery in self.deliveries):
            raise PublishingError(
                "a delivery has no sha256", "inputs of the release", "give the hash of every accepted delivery"
            )

    def document(self) -> dict[str, Any]:
        """The inputs as plain JSON values, in canonical order."""
        content: dict[str, Any] = {
            "deliveries": sorted(self.deliveries, key=canonical_json),
            "code_version": self.code_version,
            "code_fingerprint": self.code_fingerprint,
            "contract_versions": dict(self.contract_versions),
            "settings": dict(self.settings),
            "key_fingerprint": self.key_fingerprint,
            "newest_month": self.newest_month,
            "disclosure_policy": {name: rule for name, rule in asdict(self.policy).items() if rule is not None},
        }
        plain: dict[str, Any] = json.loads(canonical_json(content))
        return plain

    @classmethod
    def from_document(cls, content: Mapping[str, Any]) -> ReleaseInputs:
        """The inputs that a release's datapackage records.

        Raises:
            KeyError, TypeError: something is missing from them.
        """
        policy = content["disclosure_policy"]
        rules = {name: Rule(**policy[name]) for name in ("staff", "survey", "complement")}
        others = {name: value for name, value in content.items() if name != "disclosure_policy"}
        secondary = Secondary(**policy["secondary"])
        never = tuple(policy["never_published"])
        rounding = RoundTo(**policy["rounding"]) if "rounding" in policy else None
        return cls(
            **others,
            policy=DisclosurePolicy(**rules, secondary=secondary, never_published=never, rounding=rounding),
        )


def release_id(inputs: ReleaseInputs) -> str:
    """`<newest YYYY-MM>-<first 12 hex digits of the SHA-256 of the inputs>`."""
    digest = hashlib.sha256(canonical_json(inputs.document()).encode()).hexdigest()
    return f"{inputs.newest_month}-{digest[:ID_HASH_DIGITS]}"
