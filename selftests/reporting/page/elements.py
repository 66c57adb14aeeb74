"""A page taken apart as a browser would: its elements with their attributes, and what it answers."""

from html.parser import HTMLParser

Attributes = dict[str, str | None]


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, Attributes]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def elements(page: str) -> list[tuple[str, Attributes]]:
    """Each element of the page with its attributes, in their order."""
    parser = _Elements()
    parser.feed(page)
    parser.close()
    return parser.found


def answer_of(page: str) -> str | None:
    """What stands at the top of the page: yes, no and so on."""
    (answer,) = [found["data-answer"] for _, found in elements(page) if found.get("class") == "now"]
    return answer
