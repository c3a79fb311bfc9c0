"""The pseudonym made in SQL is HMAC-SHA-256 as Python knows it."""

from __future__ import annotations

import hashlib
import hmac

import duckdb
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingestion.identity import bind_key, pseudonym

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=200)


@settings(deadline=None)
@given(key=st.binary(min_size=16, max_size=100), text=TEXTS)
@example(key=b"k" * 64, text="RVN|20000001")
@example(key=b"k" * 65, text="RVN|20000001")
@example(key=b"k" * 16, text="")
def test_pseudonym_in_sql__is_the_first_16_bytes_of_hmac_sha256(key: bytes, text: str) -> None:
    with duckdb.connect() as connection:
        bind_key(connection, key)
        row = connection.execute("select pseudonym(?)", [text]).fetchone()
    assert row == (hmac.new(key, text.encode(), hashlib.sha256).digest()[:16].hex(),)
    assert row == (pseudonym(key, text),)
