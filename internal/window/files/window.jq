# What the scripts of this folder ask of an object: where it is in the Admin API, what of it has to go, and what comes
# back. Needs jq 1.5. Nothing in this file comes from the installation.

# seg makes one segment of an address, or one part of the name of a file, of any text.
def seg: tostring | @uri | gsub("\\."; "%2E");

# plain makes one line of any text, without anything that a terminal acts on.
def plain: tostring | tojson[1:-1] | gsub("[\\x{7f}-\\x{9f}\\x{200b}-\\x{200f}\\x{2028}-\\x{202e}\\x{2060}-\\x{2069}\\x{feff}]"; "?");

# among tells whether a text is one of a list. (inside compares parts of texts.)
def among($list): . as $x | any($list[]; . == $x);

def cut($n): if length > $n then .[0:$n] + "..." else . end;

# title names an object in messages.
def title:
  (.kind | gsub("_"; " ")) + " " + (.id | plain | cut(120))
  + (if (.group // "") == "" then "" else " on gateway group " + (if (.group_name // "") == "" then .group else .group_name end | plain | cut(60)) end);

def hash: explode | reduce .[] as $c (7; (. * 31 + $c) % 2147483648);

# key is the name of the files of an object in saved/. Several objects with the same one are told apart by what is in them.
def key:
  (.kind + "@" + (.group // "" | seg) + "@" + (.id | seg)) as $name
  | if ($name | length) > 180 then $name[0:150] + "~" + ($name | hash | tostring) else $name end;

def collection:
  {service: "/apisix/admin/services", route: "/apisix/admin/routes", stream_route: "/apisix/admin/stream_routes",
   consumer: "/apisix/admin/consumers", global_rule: "/apisix/admin/global_rules",
   service_template: "/api/services/template", route_template: "/api/routes/template",
   stream_route_template: "/api/stream_routes/template"}[.kind];

def live: .kind | endswith("_template") | not;

def query: if live then "?gateway_group_id=" + (.group | seg) else "" end;

# path is the address of an object.
def path_of: collection + "/" + (.id | seg) + query;

# row_ok tells whether a line of objects.jsonl can be worked with.
def row_ok:
  type == "object" and (.id | type == "string" and . != "") and collection != null
  and ((live | not) or (.group | type == "string" and . != ""))
  and (.plugins | type == "array") and (.change | type == "string" and test("^[0-9.]+$"));

# version is a release as numbers that can be compared.
def version: split("-")[0] | [scan("[0-9]+") | tonumber];

# plugins_of are the plugins of an object; the control plane may write an empty set as a list.
def plugins_of: .plugins | if type == "object" then . else {} end;

def is_action($p): type == "array" and .[0] == $p;

def holds($p):
  (.key == $p)
  or (.key == "workflow" and ([.value | objects | .rules | arrays | .[] | objects | .actions | arrays | .[] | select(is_action($p))] | length > 0))
  or (.key == "multi-auth" and ([.value | objects | .auth_plugins | arrays | .[] | objects | select(has($p))] | length > 0));

# held are the plugins of an object that are $p or have it inside.
def held($p): plugins_of | to_entries | map(select(holds($p)) | .key);

# strip_workflow takes $p out of a workflow; null: nothing is left of it. A rule without an action would not be accepted,
# and without the rule those behind it would be reached: then it cannot be done here, and the result is false.
def strip_workflow($p):
  .rules |= map(if (.actions | type) == "array" and (.actions | map(is_action($p)) | any)
      then .had = true | .actions |= map(select(is_action($p) | not)) else . end)
  | (.rules | map(.had == true and .actions == [])) as $empty
  | (($empty | index(false)) as $first | if $first == null then 0 else ($empty | length) - ($empty | reverse | index(false)) end) as $keep
  | if ($empty[0:$keep] | any) then false
    elif $keep == 0 then null
    else .rules |= (.[0:$keep] | map(del(.had))) end;

# strip returns the plugins of an object without $p: {plugins, not: names of those from which it cannot be taken}.
def strip($p):
  reduce (plugins_of | to_entries[]) as $e ({plugins: {}, not: []};
    if ($e | holds($p) | not) then .plugins[$e.key] = $e.value
    elif $e.key == $p then .
    elif $e.key == "workflow" then
      ($e.value | strip_workflow($p)) as $rest
      | if $rest == false then .not += [$e.key] | .plugins[$e.key] = $e.value
        elif $rest == null then .
        else .plugins[$e.key] = $rest end
    else .not += [$e.key] | .plugins[$e.key] = $e.value end);

# strip_all does it for several.
def strip_all($names):
  . as $object
  | reduce $names[] as $p ({plugins: ($object | plugins_of), not: []};
      . as $so | ({plugins: $so.plugins} | strip($p)) as $s | {plugins: $s.plugins, not: ($so.not + $s.not | unique)});

def pointer: gsub("~"; "~0") | gsub("/"; "~1");

# ops is the JSON Patch that turns the plugins $from into $to; nothing else is touched.
def ops($from; $to):
  if $from == null and $to != {} then [{op: "add", path: "/plugins", value: $to}]
  else ($from // {}) as $from
    | [($from | keys[]) as $k | select($to | has($k) | not) | {op: "remove", path: ("/plugins/" + ($k | pointer))}]
    + [($to | keys[]) as $k | select(($from | has($k) | not) or $from[$k] != $to[$k])
       | {op: (if $from | has($k) then "replace" else "add" end), path: ("/plugins/" + ($k | pointer)), value: $to[$k]}]
  end;

# method_of is how the Admin API takes a change of a kind: where it documents no PATCH, the whole object is sent. Source: the
# vendor's table of permission actions and resources.
def method_of: if .kind | among(["service", "route", "consumer", "service_template", "route_template"]) then "PATCH" else "PUT" end;

def own_fields:
  {stream_route: ["name", "desc", "labels", "service_id", "server_addr", "server_port", "remote_addr", "sni", "plugins"],
   stream_route_template: ["name", "desc", "labels", "service_id", "server_addr", "server_port", "remote_addr", "sni", "plugins"],
   global_rule: ["plugins"]}[.kind];

def moving: ["id", "created_at", "updated_at", "create_time", "update_time", "gateway_group_id", "gateway_group_name",
  "stream_route_id", "route_id", "org_id"];

# foreign_fields are fields that a PUT would lose because nobody knows whether they can be sent. An enabled object is enabled
# again without its status.
def foreign_fields($row): ($row | own_fields) as $own
  | to_entries | map(select(.value != null and (.key != "status" or .value != 1)) | .key) - $own - moving;

# body_of is what is sent so that the object has the plugins $to.
def body_of($row; $to):
  if ($row | method_of) == "PATCH" then ops(.plugins | if type == "object" then . else null end; $to)
  else ($row | own_fields) as $own
    | with_entries(select(.key | among($own))) | .plugins = $to end;

# covers tells whether a value has everything that is wanted of it. A control plane may fill in defaults, and write an empty
# set as a list.
def covers($want): . as $is
  | if ($want == {} or $want == []) and ($is == {} or $is == []) then true
    elif ($want | type) == "object" then ($is | type) == "object" and all($want | keys[]; . as $k | ($is | has($k)) and ($is[$k] | covers($want[$k])))
    elif ($want | type) == "array" then ($is | type) == "array" and ($is | length) == ($want | length) and all(range($want | length); . as $i | $is[$i] | covers($want[$i]))
    else $is == $want end;

# covers_plugins does it for sets of plugins: there are no others.
def covers_plugins($want): (keys == ($want | keys)) and covers($want);

# steady is an object without its plugins and the fields that the control plane changes by itself.
def steady: del(.plugins, .updated_at, .update_time, .last_published, .published_gateway_groups_count);

# active tells whether a Canary Rule splits traffic.
def active: type == "object" and (._meta | if type == "object" then .disable != true else true end)
  and (.rules | type == "array" and length > 0);

# nodes_list writes the nodes of an upstream as a list, as the Admin API takes them.
def nodes_list:
  (if .scheme == "https" or .scheme == "grpcs" then 443 else 80 end) as $port
  | if (.nodes | type) == "object" then
      .nodes |= (to_entries | map(. as $n
        | ($n.key | [capture("^(?<host>[^:]*|\\[.*\\]):(?<port>[0-9]+)$")] | .[0] // {host: $n.key, port: $port}) as $at
        | {host: $at.host, port: ($at.port | tonumber), weight: $n.value}))
    else . end;

# upstream_body is an upstream as it is sent, with a name if it has none.
def upstream_body($name): del(.id, .created_at, .updated_at, .create_time, .update_time, .service_id, .gateway_group_id) | nodes_list
  | if (.name // "") == "" then .name = $name else . end;

# upstream_id is the id of the upstream of a service that takes the place of another.
def upstream_id($service; $old):
  ($old | @uri | gsub("[^A-Za-z0-9_.-]"; "-")) as $name
  | ($service | @uri | gsub("[^A-Za-z0-9_.-]"; "-")) as $own
  | (if $name | startswith($own + "-") then $name else $own + "-" + $name end)
  | if length > 256 then .[0:240] + "-" + (hash | tostring) else . end;

# named are the upstream ids inside a configuration, each once.
def named: [.. | objects | select(has("upstream_id") and .upstream_id != null) | .upstream_id | tostring] | unique;

# splits are the configurations of $p in a set of plugins.
def splits($p):
  [to_entries[] | select(holds($p))
   | if .key == $p then .value
     elif .key == "workflow" then (.value.rules[].actions[]? | select(is_action($p)) | .[1])
     else (.value.auth_plugins[] | objects | select(has($p)) | .[$p]) end];

# renamed writes new upstream ids into all configurations of $p in a set of plugins.
def renamed($p; $ids):
  def new: walk(if type == "object" and has("upstream_id") and ($ids[.upstream_id | tostring] != null)
    then .upstream_id = $ids[.upstream_id | tostring] else . end);
  with_entries(if holds($p) | not then .
    elif .key == $p then .value |= new
    elif .key == "workflow" then .value.rules |= map(if (.actions | type) == "array" then .actions |= map(if is_action($p) then .[1] |= new else . end) else . end)
    else . end);

# as_split turns a Canary Rule into the Traffic Split that does the same.
def as_split($ids):
  def shares: map(. as $s | del(.upstream_name) | if $s.upstream_name then .upstream_id = $ids[$s.upstream_name] else . end);
  {rules: (.rules | map(
    {weighted_upstreams: (.canary_upstreams // [] | shares)}
    + (((.match // []) | map((.exprs // []) as $e | $e)) as $m
       | if ($m | length) == 0 or ($m | map(length == 0) | any) then {} else {match: ($m | map({vars: .}))} end)))}
  + (if ._meta then {_meta: ._meta} else {} end);

def canary_names: [.rules[]? | .canary_upstreams[]? | .upstream_name // empty] | unique;

# refusal is what a refusal says, in one line, without the token.
def refusal: (.error_msg // .message // "" | tostring)
  | (env.API7_TOKEN // "") as $t | if $t == "" then . else split($t) | join("***") end | plain | cut(300);

# What follows are the questions of the scripts. Each gets a list of documents, in the order in which it names them.

# [one, two]: releases.
def older: (.[0] | version) < (.[1] | version);

# [answer]: the release that it tells; nothing if it tells none.
def release: .[0].value | strings | select(test("^v?[0-9]+([.][0-9]+)+([-+.][A-Za-z0-9.+-]*)?$"));

# [answer]
def is_answer: length == 1 and (.[0] | type == "object");
def is_object: .[0].value | type == "object";
def has_list: .[0].list | type == "array" and all(.[]; type == "object" and (.id | type == "string"));
def told: .[0] | refusal;

# [row...]
def rows_ok: length > 0 and all(.[]; row_ok);

# [version, row...]: for each row title, address, key, change, kind, whether the version is older than the change, the
# gateway group if objects of the kind may be only published, and the row; each in a line.
def table: (.[0] | version) as $v | .[1:][] | title, path_of, key, .change, .kind, ($v < (.change | version) | tostring),
  (if .kind | among(["service", "route", "stream_route"]) then .group | seg else "" end), tojson;

# [answer]: whether a gateway group takes changes only from templates.
def enforces: .[0].value | objects | .enforce_service_publishing == true | tostring;

# [row, row]
def same_object: .[0].kind == .[1].kind and .[0].id == .[1].id and (.[0].group // "") == (.[1].group // "");

# [answer, saved answer, taken or nothing]: whether an object is as it was saved, without what was taken off it since.
def same_state: (.[2].plugins // []) as $taken
  | (.[0].value | {steady: steady, plugins: plugins_of}) as $is
  | .[1].value | [{steady: steady, plugins: plugins_of}, {steady: steady, plugins: (strip_all($taken) | .plugins)}]
  | any(.[]; . as $was | ($is.steady | covers($was.steady)) and ($is.plugins | covers_plugins($was.plugins)));

# [how, names, taken or nothing]: what is noted of an object from which names are taken.
def marking: {how: .[0], plugins: ((.[2].plugins // []) + .[1] | unique)};

# present are the plugins of $row that an object has.
def present($row): . as $o | $row.plugins | map(select(. as $p | $o | held($p) | length > 0));

# inexact are the numbers that jq may have rounded.
def inexact: [.. | numbers | select(. >= 9007199254740992 or . <= -9007199254740992)];

# request is how an object gets the plugins $to, in lines: what would be lost of it, method, those plugins, body. The last two
# may be very long.
def request($row; $to): body_of($row; $to) as $body
  | ((if ($row | method_of) == "PATCH" then [] else foreign_fields($row) | map(plain) end)
     + (if $body | inexact | length > 0 then ["a number too large for jq"] else [] end) | join(", ")),
    ($row | method_of), ($to | tojson), ($body | tojson);

# unfinished are the plugins of $row on an object that stay because it is not said that they may go: a Canary Rule that is
# in force.
def unfinished($row; $finishing): if $finishing or $row.kind != "service" or (plugins_of["api7-traffic-split"] | active | not) then []
  else ["api7-traffic-split"] end;

# outside are files and names of the upstreams outside its service to which an object sends requests.
def outside($row): . as $o
  | (if $row.kind == "service" then $row.id else $o.service_id // "" end) as $owner
  | if ($row.plugins | index("traffic-split")) and ($row | live) then $o | plugins_of | splits("traffic-split") | named[] | select(. != $owner)
      | {kind: "upstream", group: $row.group, id: .} | "\(key) \(.id | plain | cut(120))"
    else empty end;

# [row, answer, finishing]: what is to be taken off. Lines: whether there is anything to take (take), nothing (gone), or
# nothing that may be taken (keep); the plugins in words; those in which it is stuck; whether a Canary Rule is in force;
# the plugins; what would be lost and the method; what is left of all plugins; what is sent; then what is outside.
def choice: .[0] as $row | .[2] as $finishing | (.[1].value | objects) as $o
  | ($o | present($row)) as $present
  | ($present - ($o | unfinished($row; $finishing))) as $names
  | ($o | strip_all($names)) as $rest
  | (if ($names | length) > 0 then "take" elif ($row.plugins | length) > 0 and ($present | length) == 0 then "gone" else "keep" end),
    (if ($names | length) > 0 then $names elif $row.optional then [] else $row.plugins end | join(", ")),
    ($rest.not | join(", ")),
    (($present - $names | length) > 0 | tostring),
    ($names | tojson),
    ($o | request($row; $rest.plugins)),
    ($o | outside($row));

# [row, answer]: the template from which a published object came.
def template_of: .[0] as $row | .[1].value
  | {service: .service_id, route: .route_id, stream_route: .stream_route_id}[$row.kind] as $id
  | select(($id | type) == "string" and $id != "" and $id != $row.id)
  | {kind: ($row.kind + "_template"), group: "", id: $id, name: ($row.name // ""), plugins: $row.plugins, change: $row.change};

# [answer before, answer after, plugins]: whether it has them, whether it has more than was sent, and
# the names of other fields that differ. Nothing if one of the answers has no object.
def verdict: select(length == 3) | .[2] as $to
  | (.[0].value | objects) as $was | (.[1].value | objects) as $is
  | ($is | plugins_of | covers_plugins($to) | tostring),
    ($is | plugins_of != $to | tostring),
    ([($was | steady | keys[]) as $k | select($is[$k] | covers($was[$k]) | not) | $k | plain] | join(", "));

# [seen, row, seen, row ...]: titles of gateway groups on whose global rules nothing was found of what rows say is there.
def unfound: [range(0; length; 2) as $i | {seen: .[$i], row: .[$i + 1]}] | group_by(.row.group)[]
  | select(any(.[]; .seen) | not) | .[0].row | .id = (.rules // [] | join(", ")) | title;

# [row, answer, taken, row, answer, taken ...]: whether all of what is saved is there.
def whole: length % 3 == 0 and ([range(0; length; 3) as $i | .[$i:$i + 3]] | all(.[];
  (.[0] | row_ok) and (.[1].value | type == "object") and (.[2].plugins | type == "array") and (.[2].how | type == "string")));

# carries tells whether an object has all of these plugins; a Traffic Split takes the place of a Canary Rule.
def carries($names; $undo): . as $o | $names | all(.[];
  (if . == "api7-traffic-split" and ($undo | not) then "traffic-split" else . end) as $p | $o | held($p) | length > 0);

# [row...]: how many of them have plugins to be taken off.
def with_plugins: map(select(.plugins | length > 0)) | length;

# planned is what an object had of the plugins that were taken (had), what was left of them (rest), and the published
# service that owns its upstreams.
def planned($row; $names; $undo): . as $o
  | [$names[] as $p | $o | held($p)[]] | unique as $keys
  | ($o | plugins_of | with_entries(select(.key | among($keys)))) as $had
  | {keys: $keys, had: $had, rest: ({plugins: $had} | strip_all($names) | .plugins), undo: $undo,
     owner: ({service: $row.id, route: $o.service_id, stream_route: $o.service_id}[$row.kind] // "" | tostring),
     canary: (($names | index("api7-traffic-split")) != null and ($undo | not))};

# foreign are the upstreams that are named and may not be upstreams of the service: {name, new id, file, body if known}.
def foreign($row): . as $plan | .owner as $owner
  | if .undo then []
    elif .canary then .had["api7-traffic-split"] as $c | $c | canary_names | map(. as $n
      | {name: $n, body: (([$c.upstreams[]? | select(.name == $n)] | .[0]) // null | if . then upstream_body($n) else . end), canary: true})
    else .had | splits("traffic-split") | named - [$owner] | map({name: ., body: null, canary: false}) end
  | map(.name as $n | .new = upstream_id($owner; $n) | .key = ({kind: "upstream", group: $row.group, id: $n} | key));

# [row, saved answer, taken, undo, answer]: how an object comes back. Lines: what is to be done; the plugins in words; why it is
# left; the plan; then the upstreams that it needs, one a line.
def plan: .[0] as $row | .[1].value as $o | .[2] as $taken | .[3] as $undo | (.[4].value | objects) as $is
  | ($o | planned($row; $taken.plugins; $undo)) as $plan
  | (if $plan.canary | not then ""
     elif $row.kind != "service" then "there are no Canary Rules any more"
     elif $plan.had["api7-traffic-split"] | active | not then "its Canary Rule was not in force"
     else "" end) as $why
  | (if $why != "" then "leave"
     elif $taken.how == "published" then (if $is | carries($taken.plugins; $undo) then "there" else "publish" end)
     elif $plan.canary and ($o | held("traffic-split") | length > 0) then "merge"
     else "put" end),
    ($taken.plugins | map(if . == "api7-traffic-split" and ($undo | not) then "traffic-split" else . end) | unique | join(", ")),
    $why, ($plan | tojson),
    (if $why == "" then $plan | foreign($row)[] | tojson else empty end);

# [plan]
def orphan: .[0].owner == "";

# [one]
def bodiless: .[0].body == null;

# [upstream]: whether what was written by hand can be sent.
def upstream_ok: length == 1 and (.[0] | type == "object" and ((.nodes | type == "array" or type == "object") or (.service_name | type == "string")));

# [one, upstream]
def given: .[0] as $one | .[1] as $u | $one | .body = ($u | upstream_body($one.name));

# [one, upstreams]: whether the service has it under its old id or the new one, as the same or another, or lacks it.
def standing: .[0] as $one | .[1] as $list
  | ([$list[] | select(.id == $one.new)] | .[0]) as $there
  | if ($one.canary | not) and any($list[]; .id == $one.name) then "own"
    elif $there != null then
      if $one.body == null or ($one.body | to_entries | all(.[]; $there[.key] == .value)) then "there" else "other" end
    elif $one.body == null then "missing"
    else "make" end;

# [ids, one]
def renaming: .[1] as $one | .[0] | .[$one.name] = $one.new;

# [row, plan]
def upstreams_path: "/apisix/admin/services/\(.[1].owner | seg)/upstreams?gateway_group_id=\(.[0].group | seg)&page=1&page_size=1000";

# [row, plan, one]
def upstream_path: "/apisix/admin/services/\(.[1].owner | seg)/upstreams/\(.[2].new | seg)?gateway_group_id=\(.[0].group | seg)";

# [row, plan, ids, answer]: whether an object has the plugins that it is to have (done), may get them (put), or was changed
# meanwhile (other); then the request. Each in a line.
def decision: .[0] as $row | .[1] as $p | .[2] as $ids | .[3].value as $o
  | (if $p.undo then $p.had
     elif $p.canary then {"traffic-split": ($p.had["api7-traffic-split"] | as_split($ids))}
     else $p.had | renamed("traffic-split"; $ids) end) as $want
  | ($o | plugins_of) as $is
  | ($p.keys + ($want | keys) | unique) as $keys
  | [$keys[] as $k | if $is[$k] | covers($want[$k]) then "done" elif $is[$k] == $p.rest[$k] or $is[$k] == $p.had[$k] then "put" else "other" end] as $states
  | (if $states | index("other") then "other" elif $states | index("put") then "put" else "done" end),
    ((reduce $keys[] as $k ($is; if $want | has($k) then .[$k] = $want[$k] else del(.[$k]) end)) as $to
      | ($o | request($row; $to)));

# What follows is about the files of ADC. Their objects have the same plugins; upstreams and routes are inside services.

def removed: ["traffic-split", "api7-traffic-split"];

# each_with_plugins does f to every object of a file that can have plugins.
def each_with_plugins(f):
  def list($k; g): if (.[$k] | type) == "array" then .[$k] |= map(g) else . end;
  list("services"; f | list("routes"; f) | list("stream_routes"; f))
  | list("routes"; f) | list("stream_routes"; f) | list("consumers"; f) | list("consumer_groups"; f)
  | if (.global_rules | type) == "object" then .global_rules = ({plugins: .global_rules} | f | .plugins) else . end;

# [file]: objects whose plugin is not for a script to take out.
def adc_stuck: [.[0] | each_with_plugins(.stuck = (strip_all(removed) | .not)) | .. | objects | select((.stuck | type) == "array" and (.stuck | length) > 0) | .name // "" | plain] | unique;

# [file]: the file without the plugins.
def adc_before: .[0] | each_with_plugins(if (.plugins | type) == "object" then .plugins = (strip_all(removed) | .plugins) else . end);

# [file, group, known]: the upstreams that each service needs: {service, name, new, file, body}.
def adc_needs: .[1] as $group | .[2] as $known
  | [.[0].services[]? | . as $s | (.id // .name) as $owner
    | ([$s, $s.routes[]?, $s.stream_routes[]? | plugins_of | splits("traffic-split") | named[]] | unique) as $named
    | ([$s.upstreams[]?.id] + [$owner]) as $own
    | (($named - $own)[] | . as $n | ({kind: "upstream", group: $group, id: $n} | key) as $file
       | {service: $owner, name: $n, file: $file, body: ($known[$file] // null | if . then upstream_body($n) else . end)}),
      ($s | plugins_of | .["api7-traffic-split"] | select(active) | . as $c | canary_names[] | . as $n
       | {service: $owner, name: $n, file: "", body: (([$c.upstreams[]? | select(.name == $n)] | .[0]) // null | if . then upstream_body($n) else . end)})
    | .new = upstream_id(.service; .name)];

# [file, group, known]: what is missing.
def adc_missing: adc_needs[] | select(.body == null) | "\(.file) \(.name | plain | cut(120))";

# [file, group, known]: services to which upstreams would be added that have no default one, which ADC wants then.
def adc_bare: adc_needs as $needs | .[0].services[]? | . as $s | (.id // .name) as $owner
  | select((.upstream == null) and any($needs[]; .service == $owner)) | .name // "" | plain;

# [file]: whether a number in it is too large for jq.
def adc_inexact: .[0] | inexact | length > 0;

# [row..., group]: whether rows are about a gateway group.
def about_group: .[-1] as $group | any(.[:-1][]; .group == $group or .group_name == $group);

# [file, group, known]: services that have both plugins, which nobody but a person can make one.
def adc_merge: .[0].services[]? | select((plugins_of | .["api7-traffic-split"] | active) and (held("traffic-split") | length > 0)) | .name // "" | plain;

# [file, group, known]: the file with the plugins in the form of 3.5.0 and later.
def adc_after: adc_needs as $needs | .[0]
  | if (.services | type) == "array" then .services |= map((.id // .name) as $owner
      | [$needs[] | select(.service == $owner)] as $mine
      | ($mine | map({key: .name, value: .new}) | from_entries) as $ids
      | def split: if (.plugins | type) != "object" then . else
            .plugins |= (renamed("traffic-split"; $ids)
              | if .["api7-traffic-split"] | active then .["traffic-split"] = (.["api7-traffic-split"] | as_split($ids)) else . end
              | del(.["api7-traffic-split"])) end;
        split
        | (if .routes then .routes |= map(split) else . end) | (if .stream_routes then .stream_routes |= map(split) else . end)
        | if ($mine | length) > 0 then .upstreams = ((.upstreams // []) + ($mine | map({id: .new} + .body))) else . end)
    else . end;
