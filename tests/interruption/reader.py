"""A reader who opens `published/current` again and again and checks every file against the manifest: `reader.py PUBLISHED STOP`.

As a careful BI tool does, it asks once where `current` leads, and reads from there. It ends when the file STOP appears, with
the number of looks and the releases seen; or at the first thing that is torn or missing, with exit code 1.
"""

import hashlib
import json
import sys
import time
from pathlib import Path

#: Between looks, as a multiple of how long the last one took: the load is to have most of the processor.
PAUSE = 3


def look(current: Path) -> str:
    """The id of the release that is current, once every file of it has been compared."""
    release = current.resolve(strict=True)
    document = json.loads((release / "datapackage.json").read_bytes())
    assert document["x-release"]["id"] == release.name, f"{release.name} holds another release"
    for entry in document["resources"]:
        content = (release / entry["path"]).read_bytes()
        assert f"sha256:{hashlib.sha256(content).hexdigest()}" == entry["hash"], f"{entry['path']} is torn"
    return release.name


def main(published: Path, stop: Path) -> None:
    looks, seen = 0, set()
    while not (looks and stop.exists()):
        begun = time.monotonic()
        try:
            seen.add(look(published / "current"))
        except (OSError, ValueError, AssertionError) as fault:
            print(f"look {looks}: {type(fault).__name__}: {fault}")
            sys.exit(1)
        looks += 1
        time.sleep(PAUSE * (time.monotonic() - begun))
    print(json.dumps([looks, sorted(seen)]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
