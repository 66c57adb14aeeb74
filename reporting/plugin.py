"""The one plugin that pytest is told to load: the options, and the hooks that a run of checks needs."""

import os
from typing import Any

import pytest

import settings
from reporting.handover import Handover
from reporting.redacting import Redacting
from reporting.redaction import Redactor
from reporting.report_files import remove_stale
from reporting.selection import (
    CHECKS,
    concerns_checks,
    names_checks,
    only_looks,
    refuse_other_configuration,
)
from reporting.verifying import RUN, Verifying

__all__ = ["RUN"]

_MARKERS = (
    "critical: when this check does not pass, the run fails",
    "warning: when this check does not pass, the run warns",
    "info: recorded, counted in neither number, never alerts",
    "needs(*names): what there has to be, or the check is absent and listed as not verified",
)
_VERIFYING = "verification"
_REDACTING = "redaction"
_NO_CHECKS = ("PytestReturnNotNoneWarning", "PytestCollectionWarning")
"""What pytest only warns of: a check that returns its finding, a class that it cannot collect."""


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    config = pluginmanager.get_plugin("pytestconfig")
    if isinstance(config, pytest.Config):
        refuse_other_configuration(config)
    group = parser.getgroup("verification", "what is verified, and where it is told")
    for setting in settings.SETTINGS:
        if setting.option is None:
            continue
        variable = f" ({setting.variable})" if setting.variable else ""
        options: dict[str, Any] = {"dest": setting.name, "help": setting.meaning + variable}
        if setting.flag:
            options |= {"action": "store_true"}
        elif setting.choices:
            options |= {"nargs": "?", "const": setting.choices[0], "metavar": "|".join(setting.choices)}
        else:
            options |= {"metavar": setting.metavar}
        group.addoption(setting.option, default=None, **options)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    if names_checks(early_config.known_args_namespace.file_or_dir, early_config):
        remove_stale(early_config)


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Ends before a session begins where a check is only to be explained: no report, no verdict."""
    if not config.option.explain:
        return None
    from reporting.explain import (  # noqa: PLC0415 # no run has a use for it
        UnknownCheckError,
        chosen,
        explained,
        read_checks,
    )

    try:
        checks = chosen(config.option.explain, read_checks(CHECKS))
    except UnknownCheckError as error:
        raise pytest.UsageError(_redactor(config).text(str(error))) from None
    print("\n\n".join("\n".join(explained(check)) for check in checks))
    return pytest.ExitCode.OK


def pytest_configure(config: pytest.Config) -> None:
    for marker in _MARKERS:
        config.addinivalue_line("markers", marker)
    if not concerns_checks(config):
        return
    redactor = _redactor(config)
    if not only_looks(config):
        if not __debug__:
            raise pytest.UsageError("python -O (PYTHONOPTIMIZE) leaves assertions out: run without it")
        for warning in _NO_CHECKS:
            config.addinivalue_line("filterwarnings", f"error::pytest.{warning}")
        config.pluginmanager.register(Verifying(config, redactor), _VERIFYING)
    redacting = Redacting(config, redactor)
    config.pluginmanager.register(redacting, _REDACTING)
    config.add_cleanup(redacting.close)  # behind what pytest itself still has to say in the end


def pytest_unconfigure(config: pytest.Config) -> None:
    plugin = config.pluginmanager.unregister(name=_VERIFYING)
    if isinstance(plugin, Verifying):
        plugin.close()


def _redactor(config: pytest.Config) -> Redactor:
    """What this process knows; a worker of xdist is handed the throw-away server's password."""
    handed_over = Handover.received(config)
    dsn = handed_over.reach.dsn if handed_over else None
    return Redactor.of(*settings.secrets(os.environ, vars(config.option)), dsn)
