usage() {
	cat <<'TEXT'
usage: before.sh [--apply] [--finish-canaries]

Run it before the upgrade, on the release that is installed. It saves each object of objects.jsonl in the folder saved,
exactly as the control plane has it, and then takes the plugins off it that must not be there during the upgrade;
everything else of the object stays as it is. A second run changes nothing; a run after a failure goes on.

  --apply            do it; without it, only say what would be done
  --finish-canaries  finish Canary Rules that are in force: all traffic goes to the service's own upstream. Without it
                     they are saved, and finishing them is left to you

  API7_ADMIN   the address of the Dashboard, such as https://control-plane:7443
  API7_TOKEN   a token of a user who may do this, made in the Dashboard

Needs curl and jq (1.5). Own certificates: set CURL_CA_BUNDLE. Exit code 0 if all is done, 4 if steps are left to do by
hand (they are printed), 1 if it stopped at an error, 2 if it could not begin.
TEXT
}

finishing=false
for argument in "$@"; do
	case $argument in
	--apply) apply=yes ;;
	--finish-canaries) finishing=true ;;
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

# enforced tells whether the gateway group of the object takes changes of it only from its template.
enforced() {
	group=$(cat "$work/group")
	[ -n "$group" ] || return 1
	if [ ! -s "$work/group-$group" ]; then
		mv -f -- "$work/answer" "$work/kept"
		call GET "/api/gateway_groups/$group"
		accepted
		lines enforces "$work/answer"
		mv -f -- "$work/lines" "$work/group-$group"
		mv -f -- "$work/kept" "$work/answer"
	fi
	grep -qx true "$work/group-$group"
}

# save keeps the object as it is. What is saved is never replaced: it may be the only original.
save() {
	if [ -e "$saved/$key.json" ]; then
		is same_object "$work/row" "$saved/$key.row" || stop "saved/$key.json is the save of another object" "rename the folder saved if it belongs to another upgrade"
		unchanged ||
			stop "it is not as it was when it was saved, and saved/$key.json is not replaced" "if that save is of an earlier attempt, rename the folder saved; else put the object back first"
		return 0
	fi
	say "save    $title"
	[ -n "$apply" ] || return 0
	mkdir -p -- "$saved"
	chmod 0700 "$saved"
	[ -e "$saved/address" ] || printf '%s\n' "$API7_ADMIN" >"$saved/address"
	cp -- "$work/row" "$work/saved.row"
	mv -f -- "$work/saved.row" "$saved/$key.row"
	cp -- "$work/answer" "$work/saved.json"
	mv -f -- "$work/saved.json" "$saved/$key.json"
}

# unchanged tells whether the object is as it was saved, apart from what was taken off it since.
unchanged() {
	if [ -s "$saved/$key.taken" ]; then
		is same_state "$work/answer" "$saved/$key.json" "$saved/$key.taken"
	else
		is same_state "$work/answer" "$saved/$key.json"
	fi
}

# mark notes what is about to be done, before it is done: after.sh puts back what is marked, and nothing else.
mark() {
	[ -n "$apply" ] || return 0
	printf '"%s"\n' "$1" >"$work/how"
	: >"$work/before"
	[ ! -s "$saved/$key.taken" ] || cp -- "$saved/$key.taken" "$work/before"
	ask marking "$work/how" "$work/names" "$work/before" >"$work/saved.taken"
	mv -f -- "$work/saved.taken" "$saved/$key.taken"
}

# choose decides what is to be taken off the object in $work/row, which is $work/answer now.
choose() {
	lines choice "$work/row" "$work/answer" "$work/finishing"
	{
		IFS= read -r state # gone, keep or take
		IFS= read -r names
		IFS= read -r stuck
		IFS= read -r unfinished
		IFS= read -r list
		IFS= read -r lost
		IFS= read -r how
	} <"$work/lines"
	printf '%s\n' "$list" >"$work/names"
	part 8 >"$work/to"
	part 9 >"$work/body"
	sed '1,9d' "$work/lines" >"$work/named"
	[ "$unfinished" = false ] ||
		hand "$title: finish its Canary Rule in the Dashboard (published service, Upstreams, Canary Rules, Finish), or run $me --apply --finish-canaries"
	while IFS=' ' read -r name id; do # better known now than in the night
		[ -s "$here/upstreams/$name.json" ] ||
			hand "$title: its Traffic Split sends requests to upstream $id, which is not one of its service: write that upstream into upstreams/$name.json before you run after.sh (README.txt says how)"
	done <"$work/named"
}

# take saves the object in $work/row, which is $work/answer now, and takes the plugins off it.
take() {
	choose
	if [ "$state" != take ]; then
		keep
		return 0
	fi
	save
	if [ -n "$stuck" ]; then
		hand "$title: take the plugin out of $stuck in the Dashboard: what is to be left of that is not for a script to decide"
		return 0
	fi
	if enforced; then
		take_from_template
		return 0
	fi
	[ "$kind" = global_rule ] && grep -qx '{}' "$work/to" && lost= && how=DELETE
	if lossy "take $names off it"; then
		return 0
	fi
	say "delete  $title: $names"
	mark direct
	[ -n "$apply" ] || return 0
	if [ "$how" = DELETE ]; then
		remove
	else
		change "$how"
	fi
}

# keep saves an object from which nothing is to be taken: because it only has to be saved, because its Canary Rule is left
# to a person, or because nothing is on it any more, which needs no save.
keep() {
	if [ -s "$saved/$key.taken" ]; then
		say "done    $title"
	elif [ "$state" = gone ]; then
		[ -z "$names" ] || say "none    $title: it has no $names"
	elif [ -e "$saved/$key.json" ] && ! unchanged; then
		hand "$title: it was changed since it was saved; to save it as it is now, rename saved/$key.json and run $me again"
	else
		save
	fi
}

# remove deletes a global rule.
remove() {
	call DELETE "$path"
	case $status in
	200 | 204) changed=$((changed + 1)) ;;
	*) stop "the control plane answers $status $(told)" ;;
	esac
	! get "$path" || stop "the control plane accepted the deletion, and it is still there"
}

# take_from_template takes the plugins off the template of a published object. Publishing is left to a person, because
# it brings everything that is in the template.
take_from_template() {
	published=$title
	ask template_of "$work/row" "$work/answer" >"$work/template"
	if [ -s "$work/template" ]; then
		mark published
		hand "$published: the gateway group enforces publishing. Publish its service template to it as a new version; compare first, because everything in the template is published. Then run $me again: it sees whether the plugin is gone"
		words table "$work/version" "$work/template" >"$work/one"
		next 3<"$work/one"
		if get "$path"; then
			take
			return 0
		fi
		why="it is gone"
	else
		mark published
		why="the control plane does not say which"
	fi
	hand "$published: the gateway group enforces publishing, and its template is not at hand ($why): delete the plugin from it in the Dashboard, and publish it"
}

prepare
valid rows_ok "$here/objects.jsonl" || refuse "$here/objects.jsonl is missing or damaged"
release
words table "$work/version" "$here/objects.jsonl" >"$work/table"
words '.[] | title' "$here/objects.jsonl" >"$work/titles"
total=$(($(wc -l <"$work/titles")))
printf '%s\n' "$finishing" >"$work/finishing"
while next; do
	at=$((at + 1))
	[ "$early" = true ] || stop "the control plane is $version, and this is to be done before the upgrade to $change or later" "after the upgrade, run after.sh"
	state=gone
	cp -- "$work/row" "$work/it"
	mark=$saved/$key.taken
	if get "$path"; then
		take
	elif [ "$kind" != global_rule ]; then
		stop "it is not there" "if it was deleted on purpose, take its line out of objects.jsonl; else check API7_ADMIN, or make these files again"
	elif [ -s "$mark" ]; then
		say "done    $title"
	else
		say "none    $title: it is not there"
	fi
	if [ "$kind" = global_rule ]; then
		if [ "$state" = take ] || [ -s "$mark" ]; then say true; else say false; fi >>"$work/globals"
		cat "$work/it" >>"$work/globals"
	fi
done 3<"$work/table"
if [ -s "$work/globals" ]; then
	words unfound "$work/globals" >"$work/unfound"
	while IFS= read -r line; do
		hand "$line: nothing of it is on the global rules of this gateway group, and the report has found it there: look in the Dashboard"
	done <"$work/unfound"
fi
finish
(exit "$left")
