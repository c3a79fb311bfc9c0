"""The ledger remembers who was forgotten, by marks that say nothing, so that the list of the vault cannot be lost unnoticed.

The list alone keeps people out (`ingestion.suppressed`). If it is gone, or older than the ledger, a load would bring them
back; if it came from another home after files had been landed here, their rows are still stored. Both are seen here.
"""

from __future__ import annotations

from ingestion.errors import RcwError
from ingestion.forgetting.forget import forget
from ingestion.ledger import FORGOTTEN_PEOPLE, Ledger
from ingestion.settings import Settings
from ingestion.suppressed import read_suppressed, suppressed_file


def keep_forgotten_out(settings: Settings, ledger: Ledger) -> int:
    """Before a load takes anything: nobody who was forgotten may come back. Call it under the run lock.

    People on the list whom the ledger does not know are taken out of what is stored.

    Returns:
        How many people were taken out just now.

    Raises:
        RcwError: the list does not name everybody who was forgotten in this home.
    """
    listed = read_suppressed(settings)
    remembered, named = set(ledger.get_state(FORGOTTEN_PEOPLE) or []), {one.subject for one in listed}
    if remembered - named:
        raise RcwError(
            f"Nothing was loaded: {len(remembered - named)} people who were forgotten are no longer in {suppressed_file(settings)}, so "
            "a load would bring them back. Put back a copy of that file. Without one, a new RCW_HOME is needed: forget them there again "
            "by their employee numbers, after its first load."
        )
    new = [one for one in listed if one.subject not in remembered]
    if not new:
        return 0
    if ledger.taken():
        forget(settings, new)
    ledger.set_state(FORGOTTEN_PEOPLE, sorted(named))
    return len({one.subject for one in new})
