# From a JSON report and the open tickets ($open) makes the steps that bring the tickets up to date, one object each:
# {"do": "create|update|close|keep", "id": …, "why": …, "ticket": {…}}. Nothing to do is no step.

# identity: which sources have to be the same before what one of them no longer shows counts as gone.
def identity: if .kind == "adc" or .kind == "config" then "\(.kind):\(.name)" else .kind end;

def place: .location | if .file != "" then .file + (if .line > 0 then ":\(.line)" else "" end) else .where end;

def steps: [.remediation[]? | "- \(.when): \(.text)" + (if .command != "" then "\n  \(.command)" else "" end)] | join("\n");

def body: [
    .message, "", "rule: \(.rule) (api7-preflight \(.doc))",
    "object: \(.object.kind) \(.object.name)" + (if .object.gateway_group != "" then " in \(.object.gateway_group)" else "" end),
    "place: \(place)", (.evidence[] | "\(.name): \(.value)"),
    (if .waived then "waived: \(.waived)" else empty end), "", (.action // ""), steps
  ] | join("\n");

# hash tells whether a text has changed.
def hash: tojson | explode | reduce .[] as $c (7; (. * 31 + $c) % 4294967291) | tostring;

. as $report
| ([.sources[] | identity] | unique) as $sources
| all(.sources[]; .complete) as $complete
| (.rules | INDEX(.rule)) as $rules
| (.unexamined | map(.rules[]) | INDEX(.)) as $doubted
| "\(.path.from) to \(.path.to)" as $path
| {to: .path.to, sources: $sources} as $run

# The tickets that should be: one for each finding of the severities asked for, and one for the verdict.
| ([.findings[]
    | select(.severity as $s | $severities | split(",") | index($s))
    | {key: "\($prefix):\(.fingerprint)", rule, kind: .object.kind, severity, waived: (.waived != null), owner: .object.owner,
       title: "\(.title): \(.object.name)", body: body}]
   + (if .verdict == "ready" then [] else
      [{key: "\($prefix):verdict", rule: "", kind: "", severity: "", waived: false, owner: {},
        title: "API7 upgrade \($path): \(.verdict)",
        body: ([(.summary | "\(.breaking) breaking, \(.warning) warning, \(.notice) notice, \(.waived) waived, \(.manual) by hand"),
                (.unexamined[] | "not examined: \(.what): \(.why)")] | join("\n"))}] end)
   | unique_by(.key) | map(. + $run + {digest: ([.title, .body, .severity] | hash)})) as $wanted
| ($wanted | INDEX(.key)) as $want
| ($open | map(select(.key | startswith($prefix + ":"))) | INDEX(.key)) as $have

# Why a ticket whose finding is not in the report must stay open; empty if the finding is gone.
| def doubt:
    if .to != $run.to then "this report is about another target, \($run.to)"
    elif (.sources - $sources) != [] then "this report lacks \(.sources - $sources | join(", "))"
    elif $complete | not then "a source was not read to its end"
    elif .rule == "" then empty # the verdict, and it is ready
    elif $rules[.rule] == null then "this release has no rule \(.rule)"
    elif $rules[.rule].status | IN("passed", "failed", "not_applicable") | not then "the rule is \($rules[.rule].status)"
    elif $doubted[.rule] or $rules[.rule].reasons != [] then "the rule did not see everything"
    else empty end;

  ($wanted[]
   | . as $ticket | $have[.key] as $old
   | if $old == null then select(.waived | not) | {do: "create", ticket: $ticket}
     elif $old.digest != .digest or $old.to != .to or $old.sources != .sources then {do: "update", id: $old.id, ticket: $ticket}
     else empty end),
  ($open[]
   | select(.key | startswith($prefix + ":")) | select($want[.key] == null)
   | . as $old | first((doubt | {do: "keep", id: $old.id, why: ., ticket: $old}),
                       {do: "close", id: $old.id, why: "no longer found, upgrade \($path)", ticket: $old}))
