usage() {
	cat <<'TEXT'
usage: after.sh [--apply] [--undo]

Run it after the upgrade. It puts back what before.sh took off, in the form that the new release takes: upstreams to
which a split sends requests are made inside the service, and a Canary Rule comes back as a Traffic Split. A second run
changes nothing; a run after a failure goes on. Nothing is put back over something that was changed since.

  --apply   do it; without it, only say what would be done
  --undo    the upgrade was called off: put everything back as it was, on the release that was installed before

  API7_ADMIN   the address of the Dashboard, such as https://control-plane:7443
  API7_TOKEN   a token of a user who may do this, made in the Dashboard

Needs curl and jq (1.5). Own certificates: set CURL_CA_BUNDLE. Exit code 0 if all is done, 4 if steps are left to do by
hand (they are printed), 1 if it stopped at an error, 2 if it could not begin.
TEXT
}

undo=false
for argument in "$@"; do
	case $argument in
	--apply) apply=yes ;;
	--undo) undo=true ;;
	-h | --help)
		usage
		exit 0
		;;
	*)
		usage >&2
		exit 2
		;;
	esac
done

# marked lists what before.sh took apart in $work/names, templates first: what is published comes from them. It checks
# that everything is there that is to be put back.
marked() {
	: >"$work/names"
	: >"$work/rows"
	: >"$work/whole"
	for pass in templates others; do
		for mark in "$saved"/*.taken; do
			[ -e "$mark" ] || continue
			name=${mark##*/}
			name=${name%.taken}
			case $pass:$name in
			templates:*_template@*) ;;
			templates:* | others:*_template@*) continue ;;
			esac
			printf '%s\n' "$name" >>"$work/names"
			cat "$saved/$name.row" >>"$work/rows" 2>/dev/null || refuse "saved/$name.row is missing"
			cat "$saved/$name.row" "$saved/$name.json" "$saved/$name.taken" >>"$work/whole" 2>/dev/null || damaged
		done
	done
	[ ! -s "$work/whole" ] || valid whole "$work/whole" || damaged
}

# damaged says which of the saved objects it is.
damaged() {
	while IFS= read -r name; do
		valid whole "$saved/$name.row" "$saved/$name.json" "$saved/$name.taken" || refuse "saved/$name.* is damaged or incomplete"
	done <"$work/names"
	refuse "what is saved is damaged or incomplete"
}

# upstreams lists the upstreams of the service that owns the object into $work/upstreams.
upstreams() {
	call GET "$(words upstreams_path "$work/row" "$work/plan")"
	[ "$status" = 200 ] || stop "the control plane answers $status $(told) for the upstreams of its service"
	valid has_list "$work/answer" || stop "the control plane answers with something that is no list of upstreams"
	ask '.[0].list' "$work/answer" >"$work/upstreams"
}

# provide finds or makes, inside the service, every upstream that is named and is not one of it; $work/ids says which
# takes the place of which. $complete is empty if one of them is not known.
provide() {
	complete=yes
	printf '{}\n' >"$work/ids"
	[ -s "$work/each" ] || return 0
	if is orphan "$work/plan"; then
		hand "$title: no service owns it, so it cannot send requests to an upstream by its id. Put the plugin back in the Dashboard with the upstream written inside it; saved/$key.json has what was there"
		complete=
		return 0
	fi
	upstreams
	while IFS= read -r line <&4; do
		printf '%s\n' "$line" >"$work/one"
		one
	done 4<"$work/each"
}

# one does it for the upstream in $work/one.
one() {
	name=$(words '.[0].key' "$work/one")
	if is bodiless "$work/one" && [ -e "$here/upstreams/$name.json" ]; then
		valid upstream_ok "$here/upstreams/$name.json" || stop "upstreams/$name.json is no upstream" "README.txt says what to write"
		ask given "$work/one" "$here/upstreams/$name.json" >"$work/given"
		mv -f -- "$work/given" "$work/one"
	fi
	standing=$(words standing "$work/one" "$work/upstreams")
	new=$(words '.[0].new' "$work/one")
	case $standing in
	own) return 0 ;; # the upgrade made it one of the service
	missing)
		hand "$title: write upstream $(words '.[0].name | plain' "$work/one") into upstreams/$name.json, and run $me again (README.txt says how)"
		complete=
		return 0
		;;
	other) stop "its service has an upstream $new, and it is not the one that is needed" "rename that upstream, or put the plugin back in the Dashboard" ;;
	make)
		say "make    upstream $new for $title"
		if [ -n "$apply" ]; then
			ask '.[0].body' "$work/one" >"$work/body"
			call PUT "$(words upstream_path "$work/row" "$work/plan" "$work/one")" "$work/body"
			accepted
			valid is_object "$work/answer" || stop "the control plane answers $status with something that is no upstream"
			changed=$((changed + 1))
		fi
		;;
	esac
	ask renaming "$work/ids" "$work/one" >"$work/more"
	mv -f -- "$work/more" "$work/ids"
}

# back puts the object in $work/row back, which is $work/answer now.
back() {
	lines plan "$work/row" "$saved/$key.json" "$saved/$key.taken" "$work/undo" "$work/answer"
	{
		IFS= read -r what
		IFS= read -r names
		IFS= read -r why
	} <"$work/lines"
	part 4 >"$work/plan"
	sed '1,4d' "$work/lines" >"$work/each"
	case $what in
	there) say "done    $title" ;;
	publish) hand "$title: the gateway group enforces publishing. See that its service template has $names (saved/$key.json has what was there), and publish it to the gateway group as a new version; compare first, because everything in the template is published. Then run $me again: it sees whether the plugin is back" ;;
	leave) say "leave   $title: $why; saved/$key.json has what was there" ;;
	merge) hand "$title: it had a Canary Rule and a Traffic Split: put both back as one in the Dashboard; saved/$key.json has them" ;;
	*)
		mv -f -- "$work/answer" "$work/current"
		provide
		mv -f -- "$work/current" "$work/answer"
		[ -z "$complete" ] || put
		;;
	esac
}

# put gives the object in $work/row, which is $work/answer, the plugins back.
put() {
	lines decision "$work/row" "$work/plan" "$work/ids" "$work/answer"
	{
		IFS= read -r state
		IFS= read -r lost
		IFS= read -r how
	} <"$work/lines"
	part 4 >"$work/to"
	part 5 >"$work/body"
	case $state in
	done)
		say "done    $title"
		return 0
		;;
	other) stop "its plugins were changed since before.sh ran, and that would be lost" "put the plugin back in the Dashboard, and rename saved/$key.taken; saved/$key.json has what was there" ;;
	esac
	if lossy "put $names back, as saved/$key.json has it,"; then
		return 0
	fi
	say "put     $title: $names"
	[ -n "$apply" ] || return 0
	change "$how"
}

prepare
marked
release
words table "$work/version" "$work/rows" >"$work/table"
words '.[] | title' "$work/rows" >"$work/titles"
total=$(($(wc -l <"$work/titles")))
printf '%s\n' "$undo" >"$work/undo"
if [ "$total" = 0 ] && valid rows_ok "$here/objects.jsonl" && [ "$(words with_plugins "$here/objects.jsonl")" != 0 ]; then
	hand "before.sh has taken nothing off from this folder: is it the one in which it ran? If somebody took the plugins off by hand, put them back by hand"
fi
while next && IFS= read -r key <&5; do
	at=$((at + 1))
	if [ "$undo" = true ]; then
		[ "$early" = true ] || stop "the control plane is $version: --undo is for the release that was installed before"
	else
		[ "$early" = false ] || stop "the control plane is $version, and this is to be done after the upgrade to $change or later" "if the upgrade was called off, use --undo"
	fi
	if ! get "$path"; then
		[ "$kind" = global_rule ] || stop "it is not there any more" "if it was deleted on purpose, rename saved/$key.taken; saved/$key.json has what was there"
		printf '{"value":{}}\n' >"$work/answer"
	fi
	back
done 3<"$work/table" 5<"$work/names"
finish
(exit "$left")
