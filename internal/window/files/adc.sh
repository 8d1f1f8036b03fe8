#!/bin/sh
set -eu

usage() {
	cat <<'TEXT'
usage: adc.sh before GROUP FILE
       adc.sh after GROUP FILE

Prints an ADC file as it has to be during the upgrade (before), and as the new release takes it (after). Both are made of
FILE as it was before anything was done, so keep it. It changes nothing anywhere: adc sync sends what is printed. GROUP is
the gateway group that the file is about, by name or id; FILE is JSON, or YAML if yq is installed. What is printed is JSON,
which ADC reads as YAML.

Needs jq (1.5). Exit code 0 if all is done, 4 if something is left to do by hand (nothing is printed then, except what
that is), 2 if it could not begin.
TEXT
}

export LC_ALL=C
me=$(basename -- "$0")
here=$(CDPATH='' cd -P -- "$(dirname -- "$0")" && pwd)
warn() { printf '%s: %s\n' "$me" "$*" >&2; }
refuse() {
	warn "$*"
	exit 2
}
query() {
	form=$1
	question=$2
	shift 2
	jq -L "$here" "$form" -s "include \"window\"; $question" "$@"
}

case ${1:-} in
before | after) ;;
-h | --help)
	usage
	exit 0
	;;
*)
	usage >&2
	exit 2
	;;
esac
[ "$#" = 3 ] || {
	usage >&2
	exit 2
}
do=$1
group=$2
file=$3
command -v jq >/dev/null 2>&1 || refuse "jq is needed and missing"
[ -f "$file" ] || refuse "there is no such file"
umask 077
work=$(mktemp -d "$here/.work.XXXXXX") || refuse "$here cannot be written to"
trap 'rm -rf -- "$work"' EXIT
trap 'exit 1' HUP INT TERM
if jq -e 'type == "object"' <"$file" >"$work/try" 2>/dev/null; then
	cat <"$file" >"$work/file"
elif command -v yq >/dev/null 2>&1; then
	yq -o=json . <"$file" >"$work/file" || refuse "yq cannot read the file"
	jq -e 'type == "object"' "$work/file" >"$work/try" || refuse "the file is no ADC file"
else
	refuse "the file is no JSON, and yq, which reads YAML, is not installed"
fi

left=
query -r 'adc_stuck[]' "$work/file" >"$work/stuck"
while IFS= read -r name; do
	warn "in $name: take the plugin out by hand: what is to be left is not for a script to decide"
	left=yes
done <"$work/stuck"
if [ "$do" = before ]; then
	[ -z "$left" ] || exit 4
	query --tab adc_before "$work/file"
	exit 0
fi

jq -n --arg group "$group" --slurpfile rows "$here/objects.jsonl" \
	'[$rows[] | select(.group == $group or .group_name == $group) | .group] | .[0] // $group' >"$work/group"
printf '{}\n' >"$work/known"
for known in "$here/upstreams"/*.json; do
	[ -e "$known" ] || continue
	query -c upstream_ok "$known" 2>/dev/null | grep -qx true || refuse "upstreams/$(basename -- "$known") is no upstream: README.txt says what to write"
	jq -c --arg name "$(basename -- "$known" .json)" --slurpfile body "$known" '.[$name] = $body[0]' "$work/known" >"$work/more"
	mv -f -- "$work/more" "$work/known"
done
query -r adc_missing "$work/file" "$work/group" "$work/known" >"$work/missing"
while IFS=' ' read -r name id; do
	warn "write upstream $id into upstreams/$name.json (README.txt says how)"
	left=yes
done <"$work/missing"
query -r adc_merge "$work/file" "$work/group" "$work/known" >"$work/merge"
while IFS= read -r name; do
	warn "service $name has a Canary Rule and a Traffic Split: make one of both by hand"
	left=yes
done <"$work/merge"
[ -z "$left" ] || exit 4
query --tab adc_after "$work/file" "$work/group" "$work/known"
