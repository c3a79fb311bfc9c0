"""Rules as data: the YAML files of the product."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

#: libyaml's, ten times as fast, where the package was built with it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_rules(file: Path) -> Any:
    """The content of a YAML file: mappings, lists and plain values.

    Raises:
        yaml.YAMLError: the file is no YAML.
    """
    return yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)
