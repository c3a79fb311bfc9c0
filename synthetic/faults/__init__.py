"""Faults of real files, by name, each with its evidence. Applied in the order of the modules below."""

from synthetic.faults import cells, text, surveys, portfolio, lines, layout, dates, encoding, kinds  # noqa: F401, I001  (the order of application)
from synthetic.faults.registry import FAULTS, Fault, check_names, spoil_sheet

__all__ = ["FAULTS", "Fault", "check_names", "spoil_sheet"]
