"""Settings: what is named once counts, what is named twice or not at all is an error with a remedy."""

from pathlib import Path
from typing import Any

import pytest

from settings import HOME, SETTINGS, SettingsError, resolve, seconds, secrets

DSN = "postgresql://somebody:canary-one@db.example.com/app"


def test_nothing_named_says_what_to_name() -> None:
    with pytest.raises(SettingsError, match="--backup LOCATION .* --database-url DSN .* --sample"):
        resolve({}, {})


@pytest.mark.parametrize("variable", ["BACKUP_LOCATION", "DATABASE_URL"])
def test_an_empty_variable_counts_as_not_set(variable: str) -> None:
    with pytest.raises(SettingsError, match="nothing to verify was named"):
        resolve({}, {variable: "  "})


@pytest.mark.parametrize(
    ("options", "environment"),
    [
        ({"backup": "a.dump", "database_url": DSN}, {}),
        ({"backup": "a.dump", "sample": "whole"}, {}),
        ({}, {"BACKUP_LOCATION": "a.dump", "DATABASE_URL": DSN}),
    ],
)
def test_two_sources_at_once_are_refused(options: dict[str, Any], environment: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="two sources at once") as caught:
        resolve(options, environment)
    assert "canary" not in str(caught.value)


def test_an_option_beats_a_variable() -> None:
    found = resolve({"backup": "b.dump"}, {"BACKUP_LOCATION": "a.dump", "DATABASE_URL": DSN})
    assert (found.backup, found.database_url) == (Path("b.dump"), None)


def test_a_live_run_logs_into_the_database_itself() -> None:
    assert resolve({}, {"DATABASE_URL": DSN}).log_database_url == DSN


def test_a_log_of_its_own_beats_the_database_itself() -> None:
    found = resolve({"log_database_url": "host=log"}, {"DATABASE_URL": DSN})
    assert found.log_database_url == "host=log"


def test_a_backup_is_logged_nowhere_unless_a_log_is_named() -> None:
    assert resolve({"backup": "a.dump"}, {}).log_database_url is None


@pytest.mark.parametrize("dsn", ["postgresql://u:canary-two@[half", "canary-two", "host=x pass=canary-two"])
@pytest.mark.parametrize("name", ["database_url", "log_database_url"])
def test_a_malformed_dsn_is_refused_without_being_repeated(name: str, dsn: str) -> None:
    with pytest.raises(SettingsError, match="no DSN that PostgreSQL understands") as caught:
        resolve({"backup": "a.dump"} | {name: dsn} if name != "database_url" else {name: dsn}, {})
    assert "canary" not in str(caught.value)
    assert caught.value.__context__ is None or "canary" not in str(caught.value.__context__)


def test_a_url_is_no_backup_yet() -> None:
    with pytest.raises(SettingsError, match="names a s3 URL; expected a local file or folder"):
        resolve({"backup": "s3://bucket/key?X-Amz-Signature=canary"}, {})


@pytest.mark.parametrize(("text", "value"), [("90", 90), ("90s", 90), ("1.5m", 90), ("4h", 14400)])
def test_a_time_is_read_with_its_unit(text: str, value: float) -> None:
    assert seconds(text) == value


@pytest.mark.parametrize("text", ["", "0", "0s", "-5m", "4 days", "h"])
def test_a_time_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="expected a time such as 90s, 30m or 4h"):
        seconds(text)


def test_the_sample_has_its_own_expectations() -> None:
    assert resolve({"sample": "whole"}, {}).expectations.parent.name == "sample"
    assert resolve({"backup": "a.dump"}, {}).expectations == HOME / "expectations.toml"


def test_secrets_are_gathered_from_options_and_variables_alike() -> None:
    environment = {"DATABASE_URL": "a-dsn", "SLACK_WEBHOOK_URL": "a-hook", "PGPASSWORD": "a-word"}
    found = secrets(environment, {"database_url": "another-dsn"})
    assert {"a-dsn", "another-dsn", "a-hook", "a-word"} <= set(found)


def test_a_secret_never_shows_in_the_settings_themselves() -> None:
    found = resolve({}, {"DATABASE_URL": DSN, "SLACK_WEBHOOK_URL": "https://hooks.example/canary-three"})
    assert "canary" not in repr(found)


def test_each_setting_has_one_name_and_a_meaning() -> None:
    names = [setting.name for setting in SETTINGS]
    assert len(set(names)) == len(names)
    assert all(setting.option or setting.variable for setting in SETTINGS)
    assert all(setting.meaning for setting in SETTINGS)


@pytest.mark.parametrize(
    ("environment", "complaint"),
    [
        ({"SLACK_BOT_TOKEN": "canary-1"}, r"SLACK_BOT_TOKEN is set, but no channel: name one by"),
        ({"SLACK_CHANNEL": "C1"}, r"--slack-channel \(SLACK_CHANNEL\) names a channel, but"),
        ({"PUSHGATEWAY_URL": "canary-1:9091"}, r"--pushgateway \(PUSHGATEWAY_URL\) is not an http"),
        ({"SLACK_API_URL": "canary-1"}, r"SLACK_API_URL is not an http or https URL"),
        ({"VERIFICATION_REMIND_EVERY": "0"}, r"--remind-every .* is '0'; expected a whole number"),
        ({"HEARTBEAT_URL": "https://canary-1.example/x"}, r"HEARTBEAT_KIND"),
        ({"HEARTBEAT_URL": "https://canary-1.example/x", "HEARTBEAT_KIND": "pager"}, r"HEARTBEAT_KIND"),
    ],
)
def test_what_tells_others_is_refused_early(environment: dict[str, str], complaint: str) -> None:
    with pytest.raises(SettingsError, match=complaint) as caught:
        resolve({"sample": "whole"}, environment)
    assert "canary" not in str(caught.value)


def test_every_channel_s_url_is_a_secret_of_its_own() -> None:
    found = secrets({"NOTIFY_URLS": "mailto://u:canary-1@x.org  discord://canary-2/canary-3"}, {})
    assert {"mailto://u:canary-1@x.org", "discord://canary-2/canary-3"} <= set(found)
