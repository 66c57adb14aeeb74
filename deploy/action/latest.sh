# Asks the log whether the latest verification succeeded and is fresh; restores nothing. Its outputs and its exit
# code are told as those of a verification.
set -uo pipefail

home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
. "$home/deploy/action/conclude.sh"
read -r -d '' -a arguments <<< "${ARGUMENTS:-}"
folder=$(mktemp -d "${RUNNER_TEMP:-/tmp}/backup-verification-XXXXXX") || exit 10
cd "$home" || exit 10
"$PYTHON" -m reporting.latest --json --max-age="${MAX_AGE:-26h}" ${arguments[@]+"${arguments[@]}"} \
  > "$folder/report.json"
code=$?

status=$("$PYTHON" - "$folder/report.json" << 'END'
import json
import sys

try:
    with open(sys.argv[1], encoding="utf-8") as file:
        answer = json.load(file)
    print(answer["line"], file=sys.stderr)
    print({"success": "success", "warning": "warning", "failed": "failure"}.get(answer["state"], "none"))
except (OSError, ValueError, LookupError, TypeError):
    print("none")
END
)
conclude "$folder" "$code" "$status"
