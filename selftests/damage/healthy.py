"""The healthy variants: backups that have to end in success, whatever they hold and however they look."""

from __future__ import annotations

from selftests.damage.healthy_contents import CONTENTS
from selftests.damage.healthy_forms import FORMS
from selftests.damage.healthy_origins import ORIGINS

HEALTHY = (*FORMS, *CONTENTS, *ORIGINS)
