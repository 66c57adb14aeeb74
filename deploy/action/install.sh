# Installs the suite beside what the pipeline itself uses; $PYTHON is the Python to build upon.
set -euo pipefail

home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
environment=$(mktemp -d "${RUNNER_TEMP:-/tmp}/backup-verification-python-XXXXXX")
"$PYTHON" -m venv "$environment"
"$environment/bin/python" -m pip install --quiet --disable-pip-version-check -e "$home${NOTIFY_URLS:+[notify]}"
echo "python=$environment/bin/python" >> "$GITHUB_OUTPUT"
