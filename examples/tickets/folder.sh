# shellcheck shell=bash
# A tracker that is a folder, $TICKETS: a ticket is a file, and has "state" open or closed. Replace the four functions by
# calls to yours and keep key, digest, rule, to and sources with the ticket, in fields or labels: they come back by list.

# list prints the open tickets, one JSON object a line: {"id", "key", "digest", "rule", "to", "sources"}.
list() {
	mkdir -p "$TICKETS"
	find "$TICKETS" -name '*.json' -exec jq -c 'select(.state == "open")' {} +
}

# create opens a ticket; it gets one as JSON: key, digest, rule, to, sources, title, body, severity, owner.
create() {
	local name
	name=$(jq -r '.key | gsub("[^a-zA-Z0-9-]"; "-")' <<<"$1")
	put "$name" "$(jq -c --arg id "$name" '. + {id: $id, state: "open"}' <<<"$1")"
}

# update gets the id of a ticket and what it is to be from now on, as create does.
update() { put "$1" "$(jq -c --arg id "$1" '. + {id: $id, state: "open"}' <<<"$2")"; }

# close gets the id of a ticket and the reason.
close() { put "$1" "$(jq -c --arg why "$2" '. + {state: "closed", comment: $why}' "$TICKETS/$1.json")"; }

# put writes a ticket whole or not at all.
put() { printf '%s\n' "$2" >"$TICKETS/$1.tmp" && mv "$TICKETS/$1.tmp" "$TICKETS/$1.json"; }
