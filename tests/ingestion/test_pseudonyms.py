"""The key and the pseudonyms made with it."""

from __future__ import annotations

import hashlib
import hmac
import stat
from pathlib import Path

import pytest
from pydantic import SecretStr

from ingestion.errors import RcwError
from ingestion.identity import check_fingerprint, key_fingerprint, make_key_file, read_key
from tests.ingestion.delivering import KEY, Taker, settings_for


def keyed(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode("utf-8"), hashlib.sha256).digest()[:16].hex()


@pytest.mark.parametrize("number", ["20412345", "00123", "AB-7", "Mü 1234"])
def test_staff_key__is_the_first_16_bytes_of_the_hmac_of_trust_and_number(take: Taker, number: str) -> None:
    taken = take("hr_assignments", {"Employee Number": number})
    assert taken.row["staff_key"] == keyed(KEY, f"RVN|{number}")
    assert taken.identities[0]["staff_key"] == keyed(KEY, f"RVN|{number}")


def test_staff_key__is_the_same_in_every_extract(take: Taker) -> None:
    number = {"Employee Number": "20412345"}
    extracts = (
        "hr_assignments",
        "hr_leavers",
        "hr_absence",
        "hr_appraisals",
        "training_compliance",
        "training_research",
        "rd_study_team",
    )
    assert {take(extract, number).row["staff_key"] for extract in extracts} == {keyed(KEY, "RVN|20412345")}


def test_pseudonyms__of_kinds_of_numbers_never_coincide(take: Taker) -> None:
    row = take("hr_assignments", {"Employee Number": "20412345", "Assignment Number": "20412345"}).row
    assert row["staff_key"] != row["assignment_key"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"Person": "O'Neill-Smith, Zoë"}, {"Person": "o neill smith, ZOE"}),
        (
            {"Person": "Smith, J", "Email": "J.Smith@example.nhs.uk"},
            {"Person": "Jones, J", "Email": "j.smith@example.nhs.uk"},
        ),
        (
            {"Person": "Smith, J", "Employee Number": "7", "Email": "a@x.uk"},
            {"Person": "Jones, J", "Employee Number": "7"},
        ),
    ],
)
def test_researcher__keeps_one_key_by_the_strongest_identifier(
    take: Taker, first: dict[str, str], second: dict[str, str]
) -> None:
    blank = {"Employee Number": "", "Email": "", "ORCID": ""}
    rows = take("rd_study_team", blank | first, blank | second).rows
    assert rows[0]["researcher_key"] == rows[1]["researcher_key"]


def test_assignment_rank__orders_by_number_then_suffix_as_numbers(take: Taker) -> None:
    numbers = ["20400100-10", "20400100-2", "20400100", "20400099-3"]
    posts = [{"Employee Number": "20400100", "Assignment Number": number} for number in numbers]
    assert [row["assignment_rank"] for row in take("hr_assignments", *posts).rows[:4]] == [4, 3, 2, 1]


# --- the key ---------------------------------------------------------------------------------------------------------------


def test_key_file__made_by_the_product_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "home" / "pseudonym.key"
    make_key_file(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(read_key(settings_for(tmp_path, pseudonym_key=None, key_file=file))) == 64
    with pytest.raises(RcwError, match="There is a key"):
        make_key_file(file)


def test_no_key__says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(RcwError, match=r"no pseudonym key.*rcw key"):
        read_key(settings_for(tmp_path, pseudonym_key=None))


@pytest.mark.parametrize("key", ["", "tiny", "fifteen bytes..", " " * 40])
def test_short_key__is_refused_and_not_shown(tmp_path: Path, key: str) -> None:
    file = tmp_path / "key"
    file.write_text(key, encoding="utf-8")
    file.chmod(0o600)
    for settings in (
        settings_for(tmp_path, pseudonym_key=SecretStr(key)),
        settings_for(tmp_path, pseudonym_key=None, key_file=file),
    ):
        with pytest.raises(RcwError, match="too short") as refused:
            read_key(settings)
        assert not key.strip() or key not in str(refused.value)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666, 0o610])
def test_key_file_that_others_can_read__is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "key"
    file.write_bytes(KEY)
    file.chmod(mode)
    with pytest.raises(RcwError, match=r"can be read by others.*chmod 600"):
        read_key(settings_for(tmp_path, pseudonym_key=None, key_file=file))


def test_changed_key__stops_and_the_fingerprint_tells_nothing_of_the_key(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    check_fingerprint(settings, KEY)
    check_fingerprint(settings, KEY)
    with pytest.raises(RcwError, match="not the one that"):
        check_fingerprint(settings, b"another key, also long enough")
    stored = (settings.vault_folder / "key.fingerprint").read_text(encoding="ascii").strip()
    assert stored == key_fingerprint(KEY)
    assert stored not in KEY.hex()
