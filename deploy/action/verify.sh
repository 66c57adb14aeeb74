# Runs the checks from the suite's own folder, with the paths of the caller's workspace, and tells how it
# ended: as outputs first, then by its exit code. Whatever the caller wrote comes by the environment.
set -uo pipefail

home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
case ${MODE:-verify} in
  verify) ;;
  latest) exec bash "$home/deploy/action/latest.sh" ;;
  *)
    echo "mode is verify or latest, and not $MODE" >&2
    exit 4
    ;;
esac
workspace=${GITHUB_WORKSPACE:-$PWD}

absolute() { # an empty value, an absolute path and a DSN stay as they are
  case $1 in
    '' | /* | '~'* | *://* | host=* | dbname=* | service=*) printf '%s' "$1" ;;
    *) printf '%s/%s' "$workspace" "$1" ;;
  esac
}

for name in BACKUP_LOCATION VERIFICATION_EXPECTATIONS BACKUP_REFERENCE REFERENCE_KEY PAGE \
  VERIFICATION_METRICS_FILE VERIFICATION_SPOOL; do
  if [ -n "${!name:-}" ]; then
    export "$name=$(absolute "${!name}")"
  fi
done
. "$home/deploy/action/conclude.sh"
read -r -d '' -a arguments <<< "${ARGUMENTS:-}"

folder=$(mktemp -d "${RUNNER_TEMP:-/tmp}/backup-verification-XXXXXX") || exit 10
export VERIFICATION_SPOOL=${VERIFICATION_SPOOL:-$folder/spool}
cd "$home" || exit 10
"$PYTHON" -m pytest checks/ -p no:cacheprovider --json-report-file="$folder/report.json" \
  --junitxml="$folder/junit.xml" --page="$folder/page.html" ${arguments[@]+"${arguments[@]}"}
code=$?
if [ -n "${PAGE:-}" ] && [ -f "$folder/page.html" ]; then
  mkdir -p "$(dirname "$PAGE")" && cp "$folder/page.html" "$PAGE" || [ "$code" -ne 0 ] || code=11
fi

status=$("$PYTHON" - "$folder/report.json" << 'END'
import json
import sys

try:
    with open(sys.argv[1], encoding="utf-8") as file:
        print(json.load(file)["verification"]["status"])
except (OSError, ValueError, LookupError, TypeError):
    print("none")
END
)
conclude "$folder" "$code" "$status"
