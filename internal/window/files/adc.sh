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
if jq . <"$file" >"$work/try" 2>/dev/null; then
	cat <"$file" >"$work/file"
elif command -v yq >/dev/null 2>&1; then # there are two programs of that name
	yq -o=json . <"$file" >"$work/file" 2>"$work/try" || yq . <"$file" >"$work/file" 2>>"$work/try" || refuse "yq cannot read the file"
else
	refuse "the file is no JSON, and yq, which reads YAML, is not installed"
fi
jq -es 'length == 1 and (.[0] | type == "object")' "$work/file" >"$work/try" 2>/dev/null || refuse "the file is no ADC file, or more than one document"
printf '%s' "$group" | jq -Rs . >"$work/asked"
query -c about_group "$here/objects.jsonl" "$work/asked" | grep -qx true ||
	warn "objects.jsonl has nothing of a gateway group of that name or id: its files are changed all the same"

left=
if query -c adc_inexact "$work/file" | grep -qx true; then
	warn "it has a number that is too large for jq and for ADC itself: change the file by hand"
	exit 4
fi
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
query -r adc_bare "$work/file" "$work/group" "$work/known" >"$work/bare"
while IFS= read -r name; do
	warn "service $name has no upstream of its own, and ADC takes further ones only beside it: give it one"
	left=yes
done <"$work/bare"
[ -z "$left" ] || exit 4
query --tab adc_after "$work/file" "$work/group" "$work/known"
