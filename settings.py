"""Every setting, in one table: its option, its variable, its default, its meaning, whether it is secret.

An option beats a variable. A variable that is set to nothing counts as not set.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import psycopg
from psycopg.conninfo import conninfo_to_dict

from reference.finding import is_dsn
from reporting.channels.notify_urls import secret_parts
from reporting.exchange import usable

HOME = Path(__file__).parent

RUNBOOK = "RUNBOOK.md"

Sample = Literal["whole", "broken"]


class SettingsError(ValueError):
    """The settings do not say, or do not say once, what is to be verified; the text says what to do."""


@dataclass(frozen=True)
class Setting:
    """One row of the table; `flag` settings take no value, `choices` may be named or left out."""

    name: str
    meaning: str
    option: str | None = None
    variable: str | None = None
    default: str | None = None
    metavar: str | None = None
    flag: bool = False
    choices: tuple[str, ...] = ()
    secret: bool = False


SETTINGS = (
    Setting(
        "sample",
        "verify the bundled sample backup (--sample=broken: a copy that was cut short)",
        option="--sample",
        choices=("whole", "broken"),
    ),
    Setting(
        "backup",
        "restore this file or folder, then verify what came back",
        option="--backup",
        variable="BACKUP_LOCATION",
        metavar="LOCATION",
    ),
    Setting(
        "database_url",
        "verify a database that is there; better given by the variable, which no process list shows",
        option="--database-url",
        variable="DATABASE_URL",
        metavar="DSN",
        secret=True,
    ),
    Setting(
        "expectations",
        "the file that says what must be true",
        option="--expectations",
        variable="VERIFICATION_EXPECTATIONS",
        metavar="FILE",
    ),
    Setting(
        "reference",
        "what the source looked like: a file, or the source's DSN; else the one beside the backup",
        option="--reference",
        variable="BACKUP_REFERENCE",
        metavar="LOCATION",
    ),
    Setting(
        "reference_key",
        "the public key (a PEM file) that a reference has to be signed for",
        option="--reference-key",
        variable="REFERENCE_KEY",
        metavar="FILE",
    ),
    Setting(
        "log_database_url",
        "where the row goes; a live run's default is the database itself",
        option="--log-database-url",
        variable="VERIFICATION_LOG_URL",
        metavar="DSN",
        secret=True,
    ),
    Setting(
        "target",
        "what this is a backup of, in log, page and metrics; else made from the location's name",
        option="--target",
        variable="VERIFICATION_TARGET",
        metavar="NAME",
    ),
    Setting(
        "slack_webhook_url",
        "where the message goes; unset, the message is printed instead",
        variable="SLACK_WEBHOOK_URL",
        secret=True,
    ),
    Setting(
        "slack_bot_token",
        "the token of a Slack app that posts to --slack-channel, one thread for each incident",
        variable="SLACK_BOT_TOKEN",
        secret=True,
    ),
    Setting(
        "slack_channel",
        "the channel's id that SLACK_BOT_TOKEN posts to",
        option="--slack-channel",
        variable="SLACK_CHANNEL",
        metavar="CHANNEL",
    ),
    Setting(
        "slack_api_url", "where Slack's API is", variable="SLACK_API_URL", default="https://slack.com/api"
    ),
    Setting(
        "remind_every",
        "an incident that lasts is told of again each so many failing runs (SLACK_BOT_TOKEN)",
        option="--remind-every",
        variable="VERIFICATION_REMIND_EVERY",
        default="7",
        metavar="RUNS",
    ),
    Setting(
        "notify_urls",
        "further channels, as apprise names them, separated by white space",
        variable="NOTIFY_URLS",
        secret=True,
    ),
    Setting(
        "heartbeat_url",
        "what is pinged at start, success and failure, so that silence is noticed",
        variable="HEARTBEAT_URL",
        secret=True,
    ),
    Setting(
        "heartbeat_kind",
        "whose way of pinging HEARTBEAT_URL takes: healthchecks, cronitor or uptime-kuma",
        variable="HEARTBEAT_KIND",
    ),
    Setting(
        "metrics_file",
        "a text file for node_exporter, written whole or not at all",
        option="--metrics-file",
        variable="VERIFICATION_METRICS_FILE",
        metavar="FILE",
    ),
    Setting(
        "pushgateway",
        "the Pushgateway that takes the metrics",
        option="--pushgateway",
        variable="PUSHGATEWAY_URL",
        metavar="URL",
        secret=True,
    ),
    Setting(
        "page",
        "write a page of this run, and of the target's log where one is named",
        option="--page",
        metavar="FILE",
    ),
    Setting(
        "page_url",
        "where the page is published, for links in messages",
        option="--page-url",
        variable="VERIFICATION_PAGE_URL",
        metavar="URL",
    ),
    Setting(
        "runbook_url",
        "where the runbook is published, for links",
        option="--runbook-url",
        variable="VERIFICATION_RUNBOOK_URL",
        default=RUNBOOK,
        metavar="URL",
    ),
    Setting(
        "pg_bin", "the folder of the server's programs", option="--pg-bin", variable="PG_BIN", metavar="DIR"
    ),
    Setting(
        "restore_timeout",
        "how long a restore may take, such as 90s, 30m or 4h",
        option="--restore-timeout",
        variable="RESTORE_TIMEOUT",
        default="4h",
        metavar="TIME",
    ),
    Setting(
        "spool",
        "the folder that keeps rows which could not be written until the next run writes them",
        option="--spool",
        variable="VERIFICATION_SPOOL",
        default=str(HOME / ".spool"),
        metavar="DIR",
    ),
    Setting(
        "keep_restored",
        "leave the server up and print how to connect and how to remove it",
        option="--keep-restored",
        flag=True,
    ),
    Setting(
        "explain",
        "tell what a check looks at and how it is tuned, by its name or title; nothing is verified",
        option="--explain",
        metavar="CHECK",
    ),
    Setting("fail_on_warning", "exit 1 on status warning too", option="--fail-on-warning", flag=True),
    Setting("no_delivery", "judge and print; write and send nothing", option="--no-delivery", flag=True),
)


@dataclass(frozen=True)
class Settings:
    """The settings of one run, resolved; exactly one of sample, backup and database_url is set."""

    sample: Sample | None = None
    backup: Path | None = None
    database_url: str | None = field(default=None, repr=False)
    expectations: Path = HOME / "expectations.toml"
    reference: str | None = field(default=None, repr=False)
    reference_key: Path | None = None
    log_database_url: str | None = field(default=None, repr=False)
    slack_webhook_url: str | None = field(default=None, repr=False)
    target: str | None = None
    slack_bot_token: str | None = field(default=None, repr=False)
    slack_channel: str | None = None
    slack_api_url: str = "https://slack.com/api"
    remind_every: int = 7
    notify_urls: tuple[str, ...] = field(default=(), repr=False)
    heartbeat_url: str | None = field(default=None, repr=False)
    heartbeat_kind: str | None = None
    metrics_file: Path | None = None
    pushgateway: str | None = field(default=None, repr=False)
    page: Path | None = None
    page_url: str | None = None
    runbook_url: str = RUNBOOK
    pg_bin: Path | None = None
    restore_timeout: float = 4 * 3600.0
    spool: Path = HOME / ".spool"
    keep_restored: bool = False
    fail_on_warning: bool = False
    no_delivery: bool = False
    in_github_actions: bool = False

    @property
    def tells_elsewhere(self) -> bool:
        """Whether anything is configured besides log and webhook."""
        named = (self.page, self.metrics_file, self.slack_bot_token, self.pushgateway, *self.notify_urls)
        return self.in_github_actions or any(place is not None for place in named)


def resolve(options: Mapping[str, Any], environment: Mapping[str, str]) -> Settings:
    """The settings of a run; raises SettingsError where they do not add up."""
    values = {setting.name: _value(setting, options, environment) for setting in SETTINGS}
    _check_choices(values)
    _keep_the_named_source(values, options)
    for name in ("database_url", "log_database_url"):
        _check_dsn(name, values[name])
    if values["reference"] and is_dsn(values["reference"]):
        _check_dsn("reference", values["reference"])
    _check_backup(values["backup"])
    _check_channels(values)
    return Settings(
        sample=values["sample"],
        backup=_path(values["backup"]),
        database_url=values["database_url"],
        expectations=_expectations_path(values),
        reference=values["reference"],
        reference_key=_path(values["reference_key"]),
        log_database_url=values["log_database_url"] or values["database_url"],
        slack_webhook_url=values["slack_webhook_url"],
        target=values["target"],
        slack_bot_token=values["slack_bot_token"],
        slack_channel=values["slack_channel"],
        slack_api_url=values["slack_api_url"],
        remind_every=_count("remind_every", values["remind_every"]),
        notify_urls=tuple((values["notify_urls"] or "").split()),
        heartbeat_url=values["heartbeat_url"],
        heartbeat_kind=values["heartbeat_kind"],
        metrics_file=_path(values["metrics_file"]),
        pushgateway=values["pushgateway"],
        page=_path(values["page"]),
        page_url=values["page_url"],
        runbook_url=values["runbook_url"],
        pg_bin=_path(values["pg_bin"]),
        restore_timeout=seconds(values["restore_timeout"]),
        spool=Path(values["spool"]),
        keep_restored=values["keep_restored"],
        fail_on_warning=values["fail_on_warning"],
        no_delivery=values["no_delivery"],
        in_github_actions=environment.get("GITHUB_ACTIONS") == "true",
    )


def secrets(environment: Mapping[str, str], options: Mapping[str, Any]) -> list[str]:
    """Every secret value that this run was given, by option or variable."""
    alone = [setting for setting in SETTINGS if setting.secret and setting.name != "notify_urls"]
    named = [_value(setting, options, environment) for setting in alone]
    other = [environment.get("PGPASSWORD")]
    urls = environment.get("NOTIFY_URLS", "").split()
    other += [part for url in urls for part in (url, *secret_parts(url))]
    sources = (options.get("reference"), environment.get("BACKUP_REFERENCE"))
    other += [source for source in sources if source and is_dsn(source)]
    given = [environment.get(setting.variable or "") for setting in alone]
    return [value for value in (*named, *other, *given) if value]


def seconds(text: str) -> float:
    """A length of time in seconds, from 90, 90s, 30m or 4h."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smh]?)", text.strip())
    if not found or float(found[1]) <= 0:
        raise SettingsError(
            f"--restore-timeout (RESTORE_TIMEOUT) is {text!r}; expected a time such as 90s, 30m or 4h"
        )
    return float(found[1]) * {"": 1, "s": 1, "m": 60, "h": 3600}[found[2]]


def _value(setting: Setting, options: Mapping[str, Any], environment: Mapping[str, str]) -> Any:
    chosen = options.get(setting.name)
    if chosen not in (None, False):
        return chosen
    if setting.flag:
        return False
    from_environment = environment.get(setting.variable or "", "").strip()
    return from_environment or setting.default


def _check_choices(values: Mapping[str, Any]) -> None:
    for setting in SETTINGS:
        value = values[setting.name]
        if setting.choices and value not in (None, *setting.choices):
            known = " or ".join(f"{setting.option}={choice}" for choice in setting.choices)
            raise SettingsError(
                f"{setting.option} was given {value!r}; expected {setting.option} alone after all paths, "
                f"or {known}"
            )


def _keep_the_named_source(values: dict[str, Any], options: Mapping[str, Any]) -> None:
    """An option names the source alone; two options, or two variables, are one too many."""
    sources = ("sample", "backup", "database_url")
    named = [name for name in sources if options.get(name) is not None] or [
        name for name in sources if values[name]
    ]
    if not any(values[name] for name in named):
        raise SettingsError(
            "nothing to verify was named: give --backup LOCATION (BACKUP_LOCATION), "
            "--database-url DSN (DATABASE_URL), or --sample for the bundled sample"
        )
    if len(named) > 1:
        words = " and ".join(_names(name) for name in named)
        raise SettingsError(f"two sources at once: {words}; name one of them")
    for name in sources:
        if name not in named:
            values[name] = None


def _names(name: str) -> str:
    setting = next(setting for setting in SETTINGS if setting.name == name)
    if setting.option and setting.variable:
        return f"{setting.option} ({setting.variable})"
    return str(setting.option or setting.variable)


def _check_dsn(name: str, dsn: str | None) -> None:
    """Parses without telling: libpq's own complaint repeats parts of the text."""
    if dsn is None:
        return
    try:
        parts = conninfo_to_dict(dsn)
    except psycopg.ProgrammingError:
        parts = {}
    if not parts:
        raise SettingsError(
            f"{_names(name)} is no DSN that PostgreSQL understands; expected "
            "postgresql://user:password@host:5432/database (percent-encode odd characters of the "
            "password) or host=… user=… dbname=…"
        )


def _check_backup(location: str | None) -> None:
    if location and re.match(r"[a-z][a-z0-9+.-]+://", location, re.IGNORECASE):
        raise SettingsError(
            f"--backup (BACKUP_LOCATION) names a {location.split(':', 1)[0]} URL; expected a local file "
            "or folder: fetch the backup first and name the copy"
        )


def _check_channels(values: Mapping[str, Any]) -> None:
    """What tells others is refused now, rather than to be found silent when it is needed."""
    token, channel = values["slack_bot_token"], values["slack_channel"]
    if token and not channel:
        raise SettingsError(
            "SLACK_BOT_TOKEN is set, but no channel: name one by --slack-channel (SLACK_CHANNEL), such as "
            "C0123456789"
        )
    if channel and not token:
        raise SettingsError(
            "--slack-channel (SLACK_CHANNEL) names a channel, but SLACK_BOT_TOKEN is not set"
        )
    for name in ("pushgateway", "slack_api_url"):
        if values[name] and not usable(values[name]):
            raise SettingsError(f"{_names(name)} is not an http or https URL: correct it")
    for name in ("page_url", "runbook_url", "slack_api_url"):
        if re.search(r"://[^/?#]*@", values[name] or ""):
            raise SettingsError(f"{_names(name)} holds a user or a password, and is told to others")
    tells = not (values["sample"] or values["no_delivery"])
    if tells and values["notify_urls"] and find_spec("apprise") is None:
        raise SettingsError(
            "NOTIFY_URLS is set, but apprise is not installed: pip install 'backup-verification[notify]'"
        )
    if values["heartbeat_url"]:
        from reporting.watch.services import kind_of  # noqa: PLC0415 # most runs are not watched

        try:
            kind_of(values["heartbeat_url"], values["heartbeat_kind"])
        except ValueError as error:
            raise SettingsError(str(error)) from None


def _count(name: str, text: str) -> int:
    if not re.fullmatch(r"[1-9]\d{0,5}", text.strip()):
        raise SettingsError(f"{_names(name)} is {text!r}; expected a whole number, 1 or more")
    return int(text)


def _path(text: str | None) -> Path | None:
    return Path(text).expanduser() if text else None


def _expectations_path(values: Mapping[str, Any]) -> Path:
    if values["expectations"]:
        return Path(values["expectations"]).expanduser()
    if values["sample"]:
        return HOME / "restoring" / "sample" / "expectations.toml"
    return HOME / "expectations.toml"
