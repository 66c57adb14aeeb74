"""A document of somebody who would like the page to run what it shows."""

from typing import Any

from selftests.reporting.page.a_year import CHANGED, Document, document

HOSTILE = '</script></style><img src=x onerror="alert(1)">{{ 7 * 7 }}'


def hostile() -> Document:
    """A document that says the worst wherever it says anything."""

    def worse(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: worse(item) for key, item in value.items()} | {HOSTILE: 1}
        return [worse(item) for item in value] if isinstance(value, list) else value

    made = worse(document(found=[CHANGED]))
    made["target"]["name"] = made["backup"]["id"] = made["backup"]["taken_at_from"] = HOSTILE
    made["not_verified"] = [{"what": HOSTILE, "why": HOSTILE}]
    for check in made["checks"]:
        check |= {"title": HOSTILE, "message": HOSTILE}
        check["details"] |= {"diff": [HOSTILE]}
        check["exempted"] = (
            {"reason": HOSTILE, "until": HOSTILE} if check["severity"] == "warning" else None
        )
        for finding in check["findings"]:
            finding |= {"text": HOSTILE, "kind": HOSTILE}
        if "rows" in check["details"]:
            check["details"]["rows"] = {HOSTILE: 5}
    return dict(made)
