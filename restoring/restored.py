"""What a restore leaves behind: a database, and all that was complained of on the way."""

from dataclasses import dataclass, field
from datetime import datetime

from restoring.facts import Listed, RestoredFacts
from restoring.problems import Problem, lines, summary
from restoring.stage import Omission, Stage


@dataclass
class Restored:
    """A restored database; `problems` are all complaints, `omissions` what was left out or stood in for."""

    stage: Stage
    database: str
    problems: list[Problem] = field(default_factory=list)
    taken_at: datetime | None = None
    listed: tuple[Listed, ...] = ()
    carries_roles: bool = False

    @property
    def omissions(self) -> list[Omission]:
        omitted = (problem for problem in self.problems if problem.meaning == "omitted")
        seen = [Omission(problem.what, f"{problem.reason} ({problem.message})") for problem in omitted]
        return [*self.stage.omissions, *seen]

    @property
    def loss(self) -> str | None:
        """What the restore lost, in a sentence; None when all of it arrived."""
        lost = self._lost
        return f"the restore lost {summary(lost)}" if lost else None

    @property
    def lost(self) -> dict[str, str]:
        """What the restore lost, in lines, and the kind of finding that each makes."""
        return lines(self._lost)

    @property
    def _lost(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.meaning == "lost"]

    @property
    def dsn(self) -> str:
        """For the checks: a role that reads everything and may do nothing."""
        return self.stage.server.dsn(self.database, self.stage.reader)

    def facts(self, seconds: float) -> RestoredFacts:
        """What is told of a restore that took so long."""
        stage = self.stage
        return RestoredFacts(
            seconds=seconds,
            carries_roles=self.carries_roles,
            listed=self.listed,
            roles=(stage.server.admin, stage.loader, stage.reader, stage.actor),
            schema=stage.probes,
            prepared=tuple(sorted(stage.platform_schemas(self.database))),
            left_out=tuple((omission.what, omission.why) for omission in self.omissions),
            standing_in=stage.standing_in,
            declared_roles=dict(stage.roles.declared),
            declared_settings=dict(stage.roles.settings),
            acting_dsn=stage.server.dsn(self.database, stage.actor),
        )
