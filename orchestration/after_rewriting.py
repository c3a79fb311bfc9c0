"""The warehouse and the release made anew from what is stored, after stored rows have changed. No landing file is read."""

from __future__ import annotations

from typing import Any

from ingestion.settings import Settings
from orchestration.answers import DONE, REFUSED
from orchestration.dbt_home import ensure_manifest
from orchestration.progress import Progress
from orchestration.session import LoadSession


def rebuild_and_publish(settings: Settings) -> tuple[int, dict[str, Any]]:
    """Build, check and publish. Call it under the run lock; killed, it is made up for by the next `rcw load`.

    Returns:
        (exit code, what came of it: `release`, and `message` and `evidence` where the gate closed).
    """
    progress = Progress.current()
    session = LoadSession(settings)
    try:
        session.start_judging()
        if session.plan().is_needed:
            ensure_manifest(settings)
            progress.say("building", "raw views and links", 0, 0)
            session.prepare()
            result = session.build(lambda name, done, of: progress.say("building", name, done, of))
            if result.errors:
                names = ", ".join(node.name for node in result.errors)
                return REFUSED, {
                    "release": session.published_id(),
                    "message": f"These tables could not be built: {names}. The log of dbt in the home's folder dbt/logs says where.",
                }
        if session.release_inputs() is None:
            return DONE, {"release": None}
        progress.say("checking", "quality gate", 0, 0)
        report, page = session.gate()
        if report.is_closed:
            return REFUSED, {
                "release": session.published_id(),
                "message": report.message(),
                "evidence": str(page),
            }
        session.finish_deciding(lambda done, of: progress.say("protecting", "small numbers", done, of))
        progress.say("publishing", "release", 0, 0)
        return DONE, {"release": session.publish().id}
    finally:
        session.close()
