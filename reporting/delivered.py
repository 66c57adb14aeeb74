"""What went where: line by line for people, and whether all of it got there."""

from dataclasses import dataclass, field


@dataclass
class Delivered:
    """`complete` unless something that was configured did not get where it belongs."""

    lines: list[str] = field(default_factory=list)
    complete: bool = True

    def missed(self, line: str) -> None:
        self.lines.append(line)
        self.complete = False
