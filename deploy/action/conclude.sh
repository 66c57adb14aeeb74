# Read by the action's other scripts.

conclude() { # folder, exit code, status: told as outputs, then by the exit code; without a status no success
  local folder=$1 code=$2 status=${3:-none}
  [ "$status" != none ] || [ "$code" -ne 0 ] || code=4 # such as for --help among the arguments
  {
    echo "status=$status"
    echo "exit-code=$code"
    echo "folder=$folder"
    echo "report=$folder/report.json"
  } >> "$GITHUB_OUTPUT"
  exit "$code"
}
