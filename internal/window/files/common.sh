{ set +x; } 2>/dev/null # a trace would show the token
export LC_ALL=C
me=$(basename -- "$0")
here=$(CDPATH='' cd -P -- "$(dirname -- "$0")" && pwd)
saved=$here/saved
apply=
held=
work=
now='its beginning'
total=0
at=0
changed=0
left=0

say() { printf '%s\n' "$*"; }
warn() { printf '%s: %s\n' "$me" "$*" >&2; }

# refuse ends before anything was done.
refuse() {
	warn "$*"
	warn "nothing was done"
	exit 2
}

# stop ends at the first error and says what was done and what was not.
stop() {
	warn "stopped at $now: $1"
	[ -z "${2:-}" ] || warn "$2"
	if [ -n "$apply" ]; then
		warn "changes made before it: $changed; each of them is complete"
	else
		warn "nothing was changed: this was a dry run"
	fi
	if [ "$at" -gt 0 ]; then
		warn "of $total objects, $((at - 1)) were gone through, this one was not finished, and $((total - at)) were not begun"
		tail -n "+$((at + 1))" "$work/titles" | head -n 20 | while IFS= read -r line; do warn "  not begun: $line"; done
		[ "$((total - at))" -le 20 ] || warn "  ... and $((total - at - 20)) more"
	fi
	warn "run it again when the cause is gone: it goes on where it stopped"
	exit 1
}

trap '[ -z "$work" ] || rm -rf -- "$work"; [ -z "$held" ] || rm -rf -- "$held"' EXIT
trap 'stop "it was interrupted"' HUP INT TERM

# query puts a question of window.jq to JSON documents, which it gets as one list.
query() {
	form=$1
	question=$2
	shift 2
	jq -L "$here" "$form" -s "include \"window\"; $question" "$@"
}

# ask QUESTION FILE... answers with JSON, words with text. What cannot be answered ends the run.
ask() { query -c "$@" || stop "jq cannot answer: $1"; }
words() { query -r "$@" || stop "jq cannot answer: $1"; }

# is tells whether the answer is true. valid does as well, of documents that may be anything.
is() {
	truth=$(query -c "$@") || truth=unknown
	case $truth in
	true) return 0 ;;
	false | null) return 1 ;;
	*) stop "jq cannot answer: $1" ;;
	esac
}
valid() { [ "$(query -c "$@" 2>/dev/null)" = true ]; }

# prepare checks everything that can be checked before the first request.
prepare() {
	missing=
	for tool in curl jq; do
		command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"
	done
	[ -z "$missing" ] || refuse "these programs are needed and missing:$missing"
	[ -n "${API7_ADMIN:-}" ] || refuse "set API7_ADMIN to the address of the Dashboard, such as https://control-plane:7443"
	[ -n "${API7_TOKEN:-}" ] || refuse "set API7_TOKEN to a token of a user who may do this, made in the Dashboard"
	case $API7_ADMIN in
	*[!A-Za-z0-9.:/_%~\[\]-]*) refuse "API7_ADMIN is no address such as https://control-plane:7443" ;;
	http://?* | https://?*) ;;
	*) refuse "API7_ADMIN is no address such as https://control-plane:7443" ;;
	esac
	case $API7_TOKEN in
	*[!A-Za-z0-9._~+/=:-]*) refuse "API7_TOKEN has a character that no token has" ;;
	esac
	export API7_TOKEN
	while [ "$API7_ADMIN" != "${API7_ADMIN%/}" ]; do API7_ADMIN=${API7_ADMIN%/}; done
	umask 077
	sweep
	work=$(mktemp -d "$here/.work.XXXXXX") || refuse "$here cannot be written to"
	printf '%s\n' "$$ $(uname -n)" >"$work/pid"
	printf '"3.4.1" "3.10.0"\n' >"$work/try"
	valid older "$work/try" || refuse "this jq cannot use $here/window.jq: jq 1.5 or later is needed"
	if [ -e "$saved/address" ] && [ "$(cat "$saved/address")" != "$API7_ADMIN" ]; then
		warn "what is saved here is of $(cat "$saved/address"), and API7_ADMIN is $API7_ADMIN"
		refuse "use a folder of its own for each installation; if it is the same one at another address, write that into saved/address"
	fi
	[ -z "$apply" ] || lock
}

# ours tells whether a run that wrote its number and host into a file may still be at work.
ours() {
	IFS=' ' read -r number host <"$1" 2>/dev/null || return 0
	[ "$host" != "$(uname -n)" ] || kill -0 "$number" 2>/dev/null
}

# sweep removes what runs have left that were killed.
sweep() {
	for old in "$here"/.work.*; do
		[ ! -e "$old/pid" ] || ours "$old/pid" || rm -rf -- "$old"
	done
}

# lock keeps a second run out.
lock() {
	if ! mkdir "$here/.lock" 2>/dev/null; then
		if [ ! -s "$here/.lock/pid" ] || ours "$here/.lock/pid"; then
			refuse "another run is at work here; if none is, remove $here/.lock"
		fi
		rm -rf -- "$here/.lock"
		mkdir "$here/.lock" 2>/dev/null || refuse "another run is at work here"
	fi
	held=$here/.lock
	printf '%s\n' "$$ $(uname -n)" >"$held/pid"
}

# call METHOD ADDRESS [FILE] sends one request. The answer is in $work/answer, its status in $status. The token goes
# through a pipe: the list of processes does not show it.
call() {
	: >"$work/answer"
	method=$1
	url=$API7_ADMIN$2
	if [ -n "${3:-}" ]; then
		set -- --header 'Content-Type: application/json' --data-binary "@$3"
	else
		set --
	fi
	status=$(jq -nr '"header = \"X-API-KEY: \(env.API7_TOKEN)\""' |
		curl -q --config - --silent --show-error --globoff --path-as-is --proto '=http,https' --connect-timeout 10 \
			--max-time 120 --request "$method" --output "$work/answer" --write-out '%{http_code}' "$@" --url "$url" \
			2>"$work/curl") || {
		[ "$method" = GET ] || stop "no answer to $method: $(head -n 1 "$work/curl")" "whether it was done is not known; the next run finds out"
		stop "no answer from the control plane: $(head -n 1 "$work/curl")"
	}
}

# told is what the control plane says of a refusal.
told() { query -r told "$work/answer" 2>/dev/null || say '(the answer is no JSON)'; }

# accepted stops unless the last request was answered with success.
accepted() {
	case $status in
	200 | 201) ;;
	401 | 403) stop "the control plane answers $status $(told)" "the token in API7_TOKEN may not do this" ;;
	*) stop "the control plane answers $status $(told)" ;;
	esac
}

# get ADDRESS reads an object into $work/answer; it fails if there is none.
get() {
	call GET "$1"
	if [ "$status" = 404 ]; then
		valid is_answer "$work/answer" || stop "the control plane answers 404 with something that is no answer of its API" "does API7_ADMIN lead to the Dashboard?"
		return 1
	fi
	accepted
}

# lines QUESTION FILE... answers into $work/lines. An answer of the control plane that is not what it has to be gives none.
lines() {
	query -r "$@" >"$work/lines" 2>/dev/null || : >"$work/lines"
	[ -s "$work/lines" ] || stop "the control plane answers with something that is not what was asked for" "does API7_ADMIN lead to the Dashboard?"
}

# release reads which release the control plane is.
release() {
	now='the question for its version'
	call GET /api/version
	[ "$status" = 200 ] || stop "the control plane answers $status $(told)" "does API7_ADMIN lead to the Dashboard?"
	version=$(query -r release "$work/answer" 2>/dev/null) || version=
	[ -n "$version" ] || stop "the control plane does not say which release it is" "does API7_ADMIN lead to the Dashboard?"
	printf '"%s"\n' "$version" >"$work/version"
	say "The control plane at $API7_ADMIN is $version."
}

# next takes the next object from descriptor 3, where the answer to table is, into the shell and $work/row. None of what
# the shell gets is text of the installation: addresses and names of files are escaped, and the title is one line that is
# only printed.
next() {
	IFS= read -r title <&3 || return 1
	IFS= read -r path <&3
	IFS= read -r key <&3
	IFS= read -r change <&3
	IFS= read -r kind <&3
	IFS= read -r early <&3 # whether the control plane is older than the change
	IFS= read -r group <&3 # of what may only be published; else empty
	IFS= read -r line <&3
	printf '%s\n' "$line" >"$work/row"
	printf '%s\n' "$group" >"$work/group"
	now=$title
}

# lossy tells whether something of the object would be lost, and leaves it to a person then.
lossy() {
	[ -n "$lost" ] || return 1
	hand "$title: it has what cannot be sent as it is ($lost): $1 in the Dashboard"
}

# change sends $work/body, which gives the object in $work/row, which is $work/answer now, the plugins in $work/to, and
# reads it again: nothing else of it may be different.
change() { # METHOD
	mv -f -- "$work/answer" "$work/was"
	call "$1" "$path" "$work/body"
	accepted
	changed=$((changed + 1))
	get "$path" || stop "it is gone after it was changed"
	lines verdict "$work/was" "$work/answer" "$work/to"
	{
		IFS= read -r same
		IFS= read -r more
		IFS= read -r different
	} <"$work/lines"
	[ "$same" = true ] || stop "the control plane accepted the change, and the object has other plugins than were sent"
	[ "$more" = false ] || say "note    $title: the control plane has filled in more than was sent"
	[ -z "$different" ] || hand "$title: the control plane changed other fields as well: $different; compare it with saved/$key.json"
}

# part N is a line of the last answers; it may be too long for a variable.
part() { sed -n "$1p" "$work/lines"; }

# hand notes what is left to do by hand.
hand() { printf '%s\n' "$*" >>"$work/hand"; }

# finish says what was done and what is left.
finish() {
	say ""
	if [ -n "$apply" ]; then
		say "Changes made: $changed."
	else
		say "This was a dry run: nothing was changed. $me --apply does it."
	fi
	if [ -s "$work/hand" ]; then
		say "Left to do by hand:"
		sort -u "$work/hand" | sed 's/^/  - /'
		left=4
	fi
}
