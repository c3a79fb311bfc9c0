"""Alerts: what is sent, by which way, how often, and that neither a person nor a secret nor a delay comes of it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from ingestion.errors import RcwError
from ingestion.settings import Settings, load_settings
from orchestration.alerts import channels as ways
from orchestration.alerts.message import Alert, alert
from orchestration.alerts.send import deliver, due, send_alerts
from orchestration.lateness import Late, late_deliveries
from orchestration.working_days import newest_due_month
from tests.cli import conftest as command_line
from tests.cli.conftest import Rcw
from tests.ingestion.delivering import settings_for
from tests.ingestion.landed_home import Home

rcw = command_line.rcw
TOKEN = "b3-very-secret-token"


@dataclass
class Webhook:
    """A web server that answers as told and keeps what it gets."""

    answers: list[int] = field(default_factory=list)
    delay: float = 0
    got: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def webhook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Webhook]:
    monkeypatch.setattr(ways, "_PAUSES", (0.0, 0.0))
    hook = Webhook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            time.sleep(hook.delay)
            hook.got.append(json.loads(body))
            self.send_response(hook.answers.pop(0) if hook.answers else 200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    hook.url = f"http://127.0.0.1:{server.server_address[1]}/{TOKEN}"
    yield hook
    server.shutdown()


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Settings]:
    (tmp_path / "home").mkdir()
    return lambda **changes: settings_for(tmp_path / "home", **changes)


def some_alert(settings: Settings, *lines: str) -> Alert:
    return alert(settings, "rejected", "a file was not taken", lines or ("hr_absence/x_2025-04.csv was refused",))


# --- ways --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["slack", "teams"])
def test_webhook__gets_the_form_it_expects(made: Callable[..., Settings], webhook: Webhook, form: str) -> None:
    settings = made(alert_webhook_url=webhook.url, alert_webhook_form=form)
    [sent] = deliver(settings, [some_alert(settings, "a <b> & c")])
    assert (sent.is_sent, sent.channel) == (True, "webhook")
    [body] = webhook.got
    if form == "slack":
        assert "a &lt;b&gt; &amp; c" in body["text"]
    else:
        card = body["attachments"][0]["content"]
        assert card["type"] == "AdaptiveCard"
        assert "a <b> & c" in [block["text"] for block in card["body"]]


@pytest.mark.parametrize(
    ("answers", "attempts", "is_sent"),
    [([500, 503, 200], 3, True), ([429, 200], 2, True), ([500] * 3, 3, False), ([400], 1, False), ([404], 1, False)],
)
def test_attempt__is_made_again_only_where_the_fault_may_pass(
    made: Callable[..., Settings], webhook: Webhook, answers: list[int], attempts: int, is_sent: bool
) -> None:
    webhook.answers = list(answers)
    settings = made(alert_webhook_url=webhook.url)
    [sent] = deliver(settings, [some_alert(settings)])
    assert (len(webhook.got), sent.is_sent) == (attempts, is_sent)
    assert TOKEN not in sent.reason


def test_slow_way__is_left_after_a_while(made: Callable[..., Settings], webhook: Webhook) -> None:
    webhook.delay = 30
    settings = made(alert_webhook_url=webhook.url, alert_timeout_seconds=0.2)
    began = time.monotonic()
    [sent] = deliver(settings, [some_alert(settings)])
    assert (sent.is_sent, time.monotonic() - began < 5) == (False, True)


def test_email__is_sent_with_sender_subject_and_login(
    made: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[Any] = []

    class Server:
        def __init__(self, host: str, port: int, timeout: float) -> None:
            said.append((host, port))

        def __enter__(self) -> Server:
            return self

        def __exit__(self, *error: object) -> None:
            return

        def starttls(self, context: object) -> None:
            said.append("starttls")

        def login(self, user: str, password: str) -> None:
            said.append((user, password))

        def send_message(self, message: Any) -> None:
            said.append((message["To"], message["Subject"], message.get_content()))

    monkeypatch.setattr("smtplib.SMTP", Server)
    settings = made(
        alert_email_to="data@trust.example, rd@trust.example", alert_smtp_host="mail.trust.example",
        alert_smtp_user="warehouse", alert_smtp_password=TOKEN,
    )  # fmt: skip
    [sent] = deliver(settings, [some_alert(settings)])
    assert sent.is_sent, sent.reason
    assert said[:3] == [("mail.trust.example", 587), "starttls", ("warehouse", TOKEN)]
    to, subject, text = said[3]
    assert (to, "a file was not taken" in subject, "x_2025-04.csv" in text) == (settings.alert_email_to, True, True)


def test_command__gets_the_alert_and_no_secret(
    made: Callable[..., Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "tell.sh"
    program.write_text(f"#!/bin/sh\ncat > '{tmp_path}/got.json'\nenv > '{tmp_path}/env'\n", encoding="utf-8")
    program.chmod(0o700)
    monkeypatch.setenv("RCW_PSEUDONYM_KEY", TOKEN)
    settings = made(alert_command=str(program))
    [sent] = deliver(settings, [some_alert(settings)])
    assert sent.is_sent
    assert json.loads((tmp_path / "got.json").read_text())["kind"] == "rejected"
    assert TOKEN not in (tmp_path / "env").read_text()


@pytest.mark.parametrize("command", ["/no/such/program", "false"])
def test_command__that_does_not_work_fails_nothing(made: Callable[..., Settings], command: str) -> None:
    settings = made(alert_command=command)
    [sent] = deliver(settings, [some_alert(settings)])
    assert (sent.is_sent, "the command" in sent.reason) == (False, True)


# --- what is said, and how often ---------------------------------------------------------------------------------------------


def test_alert__says_nothing_that_looks_like_a_person(made: Callable[..., Settings]) -> None:
    text = some_alert(
        made(), "jane.doe@trust.example, QQ123456C? AB123456C 20401234 of 2025-04, 20250401, line 12345"
    ).text
    assert "jane.doe" not in text
    assert "AB123456C" not in text
    assert "20401234" not in text
    assert "20250401, line 12345" in text


def test_same_again__is_told_once_and_a_failure_each_time(made: Callable[..., Settings], webhook: Webhook) -> None:
    settings = made(alert_webhook_url=webhook.url)
    failed = alert(settings, "failure", "a load failed", ["the disk is full"])
    for _ in range(2):
        send_alerts(settings, [some_alert(settings), failed])
    assert [one["attachments"][0]["content"]["body"][0]["text"].split(": ")[1] for one in webhook.got] == [
        "a file was not taken",
        "a load failed",
        "a load failed",
    ]
    assert due(settings, [some_alert(settings, "another file")])


def test_alert__that_could_not_be_sent_is_due_again(made: Callable[..., Settings], webhook: Webhook) -> None:
    webhook.answers = [400]
    settings = made(alert_webhook_url=webhook.url)
    assert [one.is_sent for one in send_alerts(settings, [some_alert(settings)])] == [False]
    assert [one.is_sent for one in send_alerts(settings, [some_alert(settings)])] == [True]


def test_kinds__that_nobody_asked_for_are_not_sent(made: Callable[..., Settings], webhook: Webhook) -> None:
    settings = made(alert_webhook_url=webhook.url, alert_on="failure,late")
    assert send_alerts(settings, [some_alert(settings)]) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALERT_ON", "failures"),
        ("ALERT_EMAIL_TO", "not an address"),
        ("ALERT_WEBHOOK_URL", f"file:///etc/{TOKEN}"),
        ("ALERT_WEBHOOK_URL", f"http://elsewhere.example/{TOKEN}"),
        ("ALERT_SMTP_SECURITY", "some"),
        ("ALERT_TIMEOUT_SECONDS", "0"),
    ],
)
def test_setting__that_cannot_be_used_is_named_and_not_repeated(rcw: Rcw, name: str, value: str) -> None:
    rcw.set(**{name: value})
    with pytest.raises(RcwError, match=f"RCW_{name}") as error:
        load_settings()
    assert TOKEN not in str(error.value)


# --- lateness ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "month"),
    [
        (date(2025, 5, 8), date(2025, 3, 1)),  # the fifth working day: 5 May was a bank holiday
        (date(2025, 5, 9), date(2025, 4, 1)),
        (date(2025, 5, 31), date(2025, 4, 1)),
        (date(2025, 1, 2), date(2024, 11, 1)),
    ],
)
def test_month__is_due_from_the_sixth_working_day_of_the_next(today: date, month: date) -> None:
    assert newest_due_month(today) == month


def test_late__is_a_month_without_a_delivery_since_the_first(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.land("a_2025-01.csv", "b_2025-02.csv", "bad_2025-03.csv", "c_2025-04.csv")
    with home.ledger() as ledger:
        assert late_deliveries(ledger, date(2025, 5, 2)) == [Late(date(2025, 3, 1), "RVN", "hr_leavers")]
        assert late_deliveries(ledger, date(2025, 6, 30))[-1] == Late(date(2025, 5, 1), "RVN", "hr_leavers")


# --- from the command line ---------------------------------------------------------------------------------------------------


def titles(webhook: Webhook) -> list[str]:
    return [one["attachments"][0]["content"]["body"][0]["text"].split(": ", 1)[1] for one in webhook.got]


def test_load__tells_of_files_that_it_did_not_take(rcw: Rcw, webhook: Webhook) -> None:
    rcw.set(ALERT_WEBHOOK_URL=webhook.url)
    rcw.put("hr_leavers/march.csv")
    assert rcw("load").code == 1
    assert titles(webhook) == ["1 file was not taken"]
    assert rcw("load").code == 1
    assert len(webhook.got) == 1


def test_load__tells_of_its_failure_and_keeps_its_exit_code(rcw: Rcw, webhook: Webhook) -> None:
    rcw.set(ALERT_WEBHOOK_URL=webhook.url)
    rcw.landing.rmdir()
    assert rcw("load").code == 2
    assert titles(webhook) == ["a load failed"]
    webhook.answers = [400]
    answer = rcw("load")
    assert (answer.code, "was not sent: the webhook answered 400" in answer.err) == (2, True)
    assert TOKEN not in answer.text


def test_dry_run_and_second_load__tell_nobody(rcw: Rcw, webhook: Webhook) -> None:
    from filelock import FileLock

    rcw("load")
    rcw.set(ALERT_WEBHOOK_URL=webhook.url)
    rcw.put("hr_leavers/march.csv")
    assert rcw("load", "--dry-run").code == 0
    with FileLock(rcw.home / "rcw.lock", is_singleton=False):
        assert rcw("load").code == 2
    assert webhook.got == []


def test_alerts__dry_run_shows_what_and_where_without_secrets(rcw: Rcw, webhook: Webhook) -> None:
    rcw("load")
    rcw.set(
        ALERT_WEBHOOK_URL=webhook.url, ALERT_EMAIL_TO="a@trust.example", ALERT_SMTP_HOST="mail.trust.example",
        ALERT_SMTP_PASSWORD=TOKEN, ALERT_COMMAND=f"/usr/bin/tell --token {TOKEN}",
    )  # fmt: skip
    rcw.put("hr_leavers/march.csv")
    answer = rcw("alerts", "--dry-run")
    assert answer.code == 0
    for shown in ("http://127.0.0.1/***", "a@trust.example by mail.trust.example:587", "/usr/bin/tell", "march.csv"):
        assert shown in answer.out
    assert TOKEN not in answer.text
    assert TOKEN not in rcw("alerts", "--dry-run", "--json").text
    assert webhook.got == []


def test_alerts__test_tries_every_way(rcw: Rcw, webhook: Webhook) -> None:
    rcw.set(ALERT_WEBHOOK_URL=webhook.url, ALERT_COMMAND="false")
    answer = rcw("alerts", "--test")
    assert (answer.code, "webhook: sent" in answer.out, "command: not sent" in answer.out) == (1, True, True)
    assert titles(webhook) == ["a test"]


def test_alerts__without_any_way_says_how_to_set_one(rcw: Rcw) -> None:
    answer = rcw("alerts")
    assert (answer.code, "RCW_ALERT_WEBHOOK_URL" in answer.err) == (2, True)
    assert rcw("alerts", "--dry-run").code == 0


# --- the log of a load -------------------------------------------------------------------------------------------------------


def test_log__has_one_file_a_load_of_one_object_a_line(rcw: Rcw) -> None:
    rcw.put("hr_leavers/march.csv")
    rcw("load")
    rcw("load", "--dry-run")
    [file] = (rcw.home / "logs").glob("load-*.jsonl")
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [line["event"] for line in lines] == ["load_started", "load_ended"]
    assert {line["load"] for line in lines} == {file.stem.removeprefix("load-")}
    assert lines[-1]["outcome"] == "nothing new"
    assert all(set(line) >= {"at", "load", "event"} for line in lines)
    assert file.stat().st_mode & 0o777 == 0o600
