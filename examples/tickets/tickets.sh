#!/usr/bin/env bash
# Opens, updates and closes tickets from a JSON report, by fingerprint. Run it after every check, whatever its exit code
# was: a run with nothing new does nothing. A ticket is closed only if its rule was judged this time, for the same target
# and from the same sources, and the finding is gone. A finding that is waived opens no ticket.
#
#   api7-preflight check … --format json=report.json
#   tickets.sh report.json
#
#   TRACKER       the functions list, create, update and close (default: folder.sh beside this file)
#   INSTALLATION  begins the keys, if several installations share a tracker (default: api7)
#   SEVERITIES    which findings get a ticket (default: breaking,warning)
#   DRY_RUN       if set, only says what would be done
#
# Needs bash 4, jq 1.6. Exit code 0 if all was done, 2 for no or a wrong report, else that of the function that failed:
# run it again then.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
report=${1:-}
if ! jq -e '.schema_version == "1" and has("findings") and has("verdict")' "$report" >/dev/null 2>&1; then
	echo "usage: tickets.sh REPORT, a report of api7-preflight check --format json=REPORT" >&2
	exit 2
fi
: "${TICKETS:=tickets}"
# shellcheck source=folder.sh
. "${TRACKER:-$here/folder.sh}"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
list >"$work/open"
jq -c --slurpfile open "$work/open" --arg prefix "${INSTALLATION:-api7}" --arg severities "${SEVERITIES:-breaking,warning}" \
	-f "$here/plan.jq" "$report" >"$work/plan"

declare -A count=([create]=0 [update]=0 [close]=0 [keep]=0)
while IFS= read -r step <&3; do
	{ read -r what; read -r id; read -r why; read -r title; } < <(jq -r '.do, .id // "", .why // "", (.ticket | "\(.key) \(.title | gsub("\\s+"; " "))")' <<<"$step")
	echo "$what $title${why:+ ($why)}"
	count[$what]=$((count[$what] + 1))
	[ -z "${DRY_RUN:-}" ] || continue
	case $what in
	create) create "$(jq -c '.ticket | del(.waived)' <<<"$step")" ;;
	update) update "$id" "$(jq -c '.ticket | del(.waived)' <<<"$step")" ;;
	close) close "$id" "$why" ;;
	esac
done 3<"$work/plan"
echo "opened ${count[create]}, updated ${count[update]}, closed ${count[close]}, left open without an answer ${count[keep]}"
