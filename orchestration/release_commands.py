"""Commands about releases: list, verify, rebuild, compare. None of them changes the warehouse or which release is current."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ingestion.errors import RcwError
from ingestion.settings import Settings, load_settings
from orchestration.answers import DONE, REFUSED, as_json_text
from orchestration.loading import err, out
from orchestration.plain_table import plain_table
from orchestration.progress_display import shown
from orchestration.run_lock import run_lock
from publishing.pointer import RELEASES
from publishing.record import hashes_of, read_record, read_records
from publishing.releases import ReleaseSummary, list_releases, named_release, releases_by_delivery
from publishing.verify import verify_release


def find_release(settings: Settings, name: str) -> tuple[str, Path]:
    """Id and folder of the release that a person names; the folder may be gone.

    Raises:
        RcwError: there is none of that name.
    """
    release = named_release(settings.published_folder, settings.release_records, name)
    if release is None:
        raise RcwError(f"There is no release {name!r}; `rcw releases` lists those that exist.")
    return release, settings.published_folder / RELEASES / release


def releases_command(*, deliveries: bool, as_json: bool) -> int:
    """Every release with what it was made from; with `deliveries`, each delivery with the releases that used it."""
    settings = load_settings()
    found = list_releases(settings.published_folder, settings.release_records)
    if deliveries:
        return _say_deliveries(settings, as_json)
    if as_json:
        out.print_json(as_json_text([release.__dict__ for release in found]))
        return DONE
    if not found:
        out.print("There is no release yet.")
        return DONE
    rows = [
        (
            "*" if release.is_current else "",
            release.id,
            f"{release.first_month or '?'} to {release.newest_month or '?'}",
            str(release.deliveries),
            f"{release.code_version or '?'} {release.code_fingerprint or ''}",
            (release.published_at or "")[:16].replace("T", " "),
            _files(release),
        )
        for release in found
    ]
    header = ("", "release", "months", "deliveries", "code", "published (UTC)", "files")
    out.print(plain_table(header, rows), markup=False)
    out.print("* current. `rcw rebuild RELEASE` makes files that are gone again; `rcw diff A B` compares two releases.")
    return DONE


def _files(release: ReleaseSummary) -> str:
    if not release.has_files:
        return "gone"
    return f"{release.bytes / 1e6:.1f} MB" if release.is_readable else "damaged"


def _say_deliveries(settings: Settings, as_json: bool) -> int:
    used_by = releases_by_delivery(settings.release_records)
    known: dict[str, dict[str, Any]] = {}
    for record in read_records(settings.release_records).values():
        known |= {delivery["delivery_id"]: delivery for delivery in record.deliveries}
    rows = [
        {
            "trust_code": delivery["trust_code"],
            "extract": delivery["extract"],
            "month": delivery["reporting_month"][:7],
            "file": delivery["file_name"],
            "delivery_id": delivery_id,
            "sha256": delivery["sha256"],
            "releases": used_by.get(delivery_id, []),
        }
        for delivery_id, delivery in known.items()
    ]
    rows.sort(key=lambda row: (row["trust_code"], row["extract"], row["month"], row["file"], row["delivery_id"]))
    if as_json:
        out.print_json(as_json_text(rows))
        return DONE
    if not rows:
        out.print("There is no release yet.")
        return DONE
    header = ("extract", "month", "file", "delivery", "used by release")
    cells = [
        (row["extract"], row["month"], row["file"], row["delivery_id"], ", ".join(row["releases"]) or "none")
        for row in rows
    ]
    out.print(plain_table(header, cells), markup=False)
    return DONE


def _differing(expected: Mapping[str, str], found: Mapping[str, str]) -> list[str]:
    """Files of which two sets of hashes say different things."""
    return sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))


def verify_command(release: str, *, rebuild: bool, as_json: bool) -> int:
    """Check a release against its manifest and its record; with `rebuild` also against one made again from raw storage."""
    settings = load_settings()
    name, folder = find_release(settings, release)
    problems = _problems(settings, name, folder)
    document: dict[str, Any] = {"release": name, "problems": problems}
    if rebuild:
        differing = _compare_with_rebuilt(settings, name, folder)
        document["rebuilt"] = {"is_identical": not differing, "differing": differing}
        problems += [f"{file}: made again from raw storage it differs" for file in differing]
    if as_json:
        out.print_json(as_json_text(document))
        return REFUSED if problems else DONE
    for problem in problems:
        out.print(problem.replace("[", r"\["))
    sound = "every file is as published" + (", and the same when made again from raw storage" if rebuild else "")
    out.print(f"Release {name}: {f'{len(problems)} problems' if problems else sound}.")
    return REFUSED if problems else DONE


def report_command(release: str, out_folder: Path, trust: str | None, *, as_json: bool) -> int:
    """Make the report of a release again into a folder."""
    from publishing.report.command import report_of

    name, folder = find_release(load_settings(), release)
    if not folder.is_dir():
        raise RcwError(f"The files of release {name} are gone; `rcw rebuild {name}` makes them again.")
    files = report_of(folder, out_folder, trust)
    if as_json:
        out.print_json(as_json_text({"release": name, "files": [file.as_posix() for file in files]}))
        return DONE
    out.print(f"Report of release {name}: {', '.join(str(file) for file in files)}.", markup=False)
    return DONE


def _problems(settings: Settings, name: str, folder: Path) -> list[str]:
    if not folder.is_dir():
        return [f"its files are gone; rcw rebuild {name} makes them again"]
    problems = [str(problem) for problem in verify_release(folder)]
    record = read_record(settings.release_records, name)
    if record:
        changed = _differing(record.files, hashes_of(folder))
        told = {problem.split(":")[0] for problem in problems}
        problems += [f"{file}: not as recorded when it was published" for file in changed if file not in told]
    return problems


def _compare_with_rebuilt(settings: Settings, name: str, folder: Path) -> list[str]:
    from orchestration.rebuild import rebuilt, record_of

    with run_lock(settings), shown(err):
        record = record_of(settings, name)
        with rebuilt(settings, record) as made:
            return _differing(hashes_of(folder) if folder.is_dir() else record.files, hashes_of(made))


def rebuild_command(release: str, *, as_json: bool) -> int:
    """Make a release again from raw storage, and put it back where its files are gone or damaged."""
    from orchestration.rebuild import rebuilt, record_of
    from publishing.release import put_back

    settings = load_settings()
    name, folder = find_release(settings, release)
    with run_lock(settings), shown(err):
        record = record_of(settings, name)
        standing = hashes_of(folder) if folder.is_dir() else {}
        with rebuilt(settings, record) as made:
            again = hashes_of(made)
            differing = _differing(record.files or standing, again)
            is_missing = standing != again
            if not differing and is_missing:
                put_back(made, settings.published_folder)
    if as_json:
        document = {
            "release": name,
            "is_identical": not differing,
            "is_put_back": is_missing and not differing,
            "differing": differing,
            "files": len(again),
        }
        out.print_json(as_json_text(document))
    elif differing:
        err.print(
            f"Release {name} was made again from raw storage, but {len(differing)} of {len(again)} files are not what was "
            f"published: {', '.join(differing[:10])}. They were not put in place. Raw storage or the vault has changed "
            "since, or this machine computes otherwise: compare with a copy of raw/ and vault/."
        )
    elif is_missing:
        out.print(
            f"Rebuilt release {name} from raw storage: {len(again)} files, byte for byte as published, in {folder}"
        )
    else:
        out.print(
            f"Release {name} is there, and the same byte for byte when made again ({len(again)} files). Nothing was changed."
        )
    return REFUSED if differing else DONE


def explore_command(name: str, port: int | None, *, opens_browser: bool) -> int:
    """Serve the explorer on a release until it is stopped."""
    from publishing.explorer.command import explore

    release, folder = find_release(load_settings(), name)
    if not folder.is_dir():
        raise RcwError(f"The files of release {release} are gone; `rcw rebuild {release}` makes them again.")
    return explore(folder, port, opens_browser=opens_browser)
