"""Settings: environment variables `RCW_*` or a file `.env` in the working folder. Nothing else configures a load."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ingestion.errors import RcwError


class Settings(BaseSettings):
    """Where things lie and how much may be used. Paths are absolute once read."""

    model_config = SettingsConfigDict(env_prefix="RCW_", env_file=".env", extra="ignore", frozen=True)

    home: Path = Field(default=Path("var"), description="Folder of everything that the product writes")
    landing: Path | None = Field(default=None, description="Landing folder; default <home>/landing")
    trust_code: str = Field(default="RVN", description="ODS code of the trust whose files lie flat in landing")
    further_trusts: str = Field(
        default="", description="ODS codes of further trusts that are no NHS trust of England, separated by commas"
    )
    pseudonym_key: SecretStr | None = Field(default=None, description="Pseudonym key, at least 16 bytes")
    key_file: Path | None = Field(default=None, description="File with the key, mode 600; default <home>/pseudonym.key")
    new_pseudonym_key: SecretStr | None = Field(default=None, description="The key that rcw rekey changes to")
    settle_seconds: float = Field(default=0, ge=0, description="Files younger than this are left for the next run")
    memory_limit: str = Field(default="4GB", description="Memory that DuckDB may use")
    threads: int = Field(default=2, ge=1, le=64, description="Threads that DuckDB may use")
    vault_retention_months: int | None = Field(
        default=None, ge=1, description="Months of which the vault keeps names and addresses; default all"
    )
    releases_kept: int | None = Field(default=None, ge=2, description="How many releases keep their files; default all")
    publish_beside_earlier: bool = Field(
        default=False, description="Whether a release is protected together with the releases before it"
    )
    publish_report: bool = Field(default=True, description="Whether a release carries its report and poster")
    alert_on: str = Field(
        default="failure,gate,rejected,late", description="What alerts are sent about, separated by commas"
    )
    alert_email_to: str = Field(default="", description="Addresses that alerts go to, separated by commas")
    alert_email_from: str = Field(default="", description="Sender of alerts; default the first address they go to")
    alert_smtp_host: str = Field(default="", description="Mail server")
    alert_smtp_port: int = Field(default=587, ge=1, le=65535, description="Port of the mail server")
    alert_smtp_security: Literal["starttls", "tls", "none"] = Field(default="starttls", description="Encryption")
    alert_smtp_user: str = Field(default="", description="Account on the mail server, where it asks for one")
    alert_smtp_password: SecretStr | None = Field(default=None, description="Its password")
    alert_webhook_url: SecretStr | None = Field(default=None, description="Address of a Teams or Slack webhook")
    alert_webhook_form: Literal["auto", "slack", "teams"] = Field(
        default="auto", description="What the webhook expects"
    )
    alert_command: str = Field(default="", description="Program that gets each alert as JSON on its standard input")
    alert_timeout_seconds: float = Field(default=10, gt=0, le=120, description="How long an attempt may take")
    gate_waivers: str = Field(default="", description="Ids of blocking checks that may fail, separated by commas")

    @field_validator("home", "landing", "key_file")
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        return path.expanduser().absolute() if path else path

    @field_validator("releases_kept", "vault_retention_months", mode="before")
    @classmethod
    def _blank_is_all(cls, number: object) -> object:
        return None if number == "" else number

    @field_validator("alert_on")
    @classmethod
    def _known_kinds(cls, kinds: str) -> str:
        known = ("failure", "gate", "rejected", "late")
        if not {kind.strip() for kind in kinds.split(",") if kind.strip()} <= set(known):
            raise ValueError(f"a list of {', '.join(known)} was expected")
        return kinds

    @field_validator("alert_email_to", "alert_email_from")
    @classmethod
    def _addresses(cls, addresses: str) -> str:
        if not all(re.fullmatch(r"[^\s@,]+@[^\s@,]+", part.strip()) for part in addresses.split(",") if part.strip()):
            raise ValueError("e-mail addresses separated by commas were expected")
        return addresses

    @field_validator("alert_webhook_url")
    @classmethod
    def _is_web_address(cls, url: SecretStr | None) -> SecretStr | None:
        if url is None or not url.get_secret_value():
            return None
        local = r"http://(localhost|127\.0\.0\.1)(:[0-9]+)?/"
        if not re.match(rf"https://[^/\s]+|{local}", url.get_secret_value()):
            raise ValueError("an address that begins with https:// was expected")
        return url

    @field_validator("trust_code")
    @classmethod
    def _ods_code(cls, code: str) -> str:
        if not re.fullmatch(r"[A-Z0-9]{3,6}", code):
            raise ValueError("an ODS code is three to six capital letters and digits, such as RVN")
        return code

    @field_validator("further_trusts")
    @classmethod
    def _ods_codes(cls, codes: str) -> str:
        if not all(re.fullmatch(r"[A-Z0-9]{3,6}", code.strip()) for code in codes.split(",") if code.strip()):
            raise ValueError(
                "ODS codes separated by commas were expected, each three to six capital letters and digits"
            )
        return codes

    @field_validator("memory_limit")
    @classmethod
    def _amount(cls, amount: str) -> str:
        if not re.fullmatch(r"[0-9]+(\.[0-9]+)? ?[KMGT]i?B", amount):
            raise ValueError("an amount of memory is written like 4GB or 800MB")
        return amount

    @property
    def trust_codes(self) -> frozenset[str]:
        """The codes of trusts that are named: the home trust and the further ones."""
        return frozenset({self.trust_code, *(code.strip() for code in self.further_trusts.split(",") if code.strip())})

    @property
    def landing_folder(self) -> Path:
        return self.landing or self.home / "landing"

    @property
    def raw_folder(self) -> Path:
        return self.home / "raw"

    @property
    def vault_folder(self) -> Path:
        return self.home / "vault"

    @property
    def work_folder(self) -> Path:
        """Temporary files of a load. They may hold personal data, so they lie in the vault."""
        return self.vault_folder / "work"

    @property
    def ledger_file(self) -> Path:
        return self.home / "ledger.sqlite"

    @property
    def warehouse_file(self) -> Path:
        return self.home / "warehouse" / "warehouse.duckdb"

    @property
    def published_folder(self) -> Path:
        return self.home / "published"

    @property
    def release_records(self) -> Path:
        """What each release was made from, kept when its files are gone."""
        return self.home / "releases"

    @property
    def disclosure_decisions(self) -> Path:
        """Which figures of each period are hidden, kept so that a further month costs one month. May be thrown away."""
        return self.home / "disclosure"

    @property
    def disclosure_reports(self) -> Path:
        """A report on the disclosure control of each release, for information governance."""
        return self.home / "reports" / "disclosure"

    @property
    def rebuild_folder(self) -> Path:
        """Where releases are rebuilt, aside from the warehouse. Person-level, and removed afterwards."""
        return self.home / "rebuilding"

    @property
    def reports_folder(self) -> Path:
        return self.home / "reports"

    @property
    def waivers(self) -> frozenset[str]:
        return frozenset(part.strip() for part in self.gate_waivers.split(",") if part.strip())


def load_settings() -> Settings:
    """Read the settings.

    Raises:
        RcwError: a setting has a value that cannot be used; the message names it and what was expected.
    """
    try:
        return Settings()
    except ValidationError as error:
        problems = "; ".join(
            f"RCW_{str(item['loc'][0]).upper()}: {str(item['msg']).removeprefix('Value error, ')}"
            for item in error.errors()
        )
        raise RcwError(f"The settings cannot be used. {problems}.") from None
