package adc

import (
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/jsonptr"
	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

const unnamed = "it has neither id nor name"

// service reads a service with its upstreams and routes.
func (r *reader) service(e entry) {
	if !r.plain(estate.Service, e) {
		return
	}
	id, text, ok := r.identity(e, "")
	own := owner{id: id, name: text}
	if ok {
		b := r.body()
		b.addText("id", id)
		b.addText("type", serviceType(e.node))
		r.fields(b, e, "id", "type", "routes", "stream_routes", "upstreams")
		r.emit(estate.Service, id, e, b, name{text: text})
	} else {
		own = owner{}
		r.damaged(estate.Service, e, unnamed)
	}
	r.lists(e, "routes", "stream_routes", "upstreams")
	if e.node.Has("upstreams") { // which ADC writes when there are none as well
		r.file.shows(estate.Upstream)
	}
	r.defaultUpstream(e, own)
	for _, u := range e.under("upstreams") {
		r.object(estate.Upstream, u, own)
	}
	for _, route := range e.under("routes") {
		r.object(estate.Route, route, own)
	}
	for _, route := range e.under("stream_routes") {
		r.object(estate.StreamRoute, route, own)
	}
}

// serviceType returns the type that ADC gives a service when it writes it, but also accepts stream routes as
// evidence.
func serviceType(n yamlfile.Node) string {
	switch n.Get("upstream").Get("scheme").Text() {
	case "tcp", "udp", "tls":
		return "stream"
	}
	if len(n.Get("stream_routes").Items()) > 0 {
		return "stream"
	}
	return "http"
}

// defaultUpstream reads the upstream inside a service. It has the service's id.
func (r *reader) defaultUpstream(e entry, own owner) {
	n := e.node.Get("upstream")
	if own.id == "" || n.Kind() != yamlfile.Map {
		return
	}
	u := entry{node: n, base: e.base + "/upstream"}
	b := r.body()
	b.addText("id", own.id)
	b.addText("service_id", own.id)
	r.fields(b, u, "id", "service_id")
	r.emit(estate.Upstream, own.id, u, b, name{})
}

// object reads a resource without others inside it: a route, a stream route or an upstream.
func (r *reader) object(kind estate.Kind, e entry, own owner) {
	if !r.plain(kind, e) {
		return
	}
	id, text, ok := r.identity(e, own.name)
	if !ok {
		r.damaged(kind, e, unnamed)
		return
	}
	if kind == estate.Route && e.node.Has("vars") || kind == estate.StreamRoute && e.node.Has("plugins") {
		r.file.shows(kind)
	}
	without := []string{"id"}
	b := r.body()
	b.addText("id", id)
	if own.id != "" {
		b.addText("service_id", own.id)
		without = append(without, "service_id")
	}
	r.fields(b, e, without...)
	r.emit(kind, id, e, b, name{parent: own.id + own.name, text: text})
}

// consumer reads a consumer with its credentials. group is the consumer group that contains it.
func (r *reader) consumer(e entry, group owner) {
	if !r.plain(estate.Consumer, e) {
		return
	}
	user := e.node.Get("username").Text()
	if user == "" {
		r.damaged(estate.Consumer, e, "it has no username")
	} else {
		b := r.body()
		b.addText("id", user)
		b.addText("username", user)
		without := []string{"id", "username", "credentials"}
		if group.id != "" {
			b.addText("group_id", group.id)
			without = append(without, "group_id")
		}
		r.fields(b, e, without...)
		r.emit(estate.Consumer, user, e, b, name{})
	}
	r.lists(e, "credentials")
	if e.node.Has("credentials") {
		r.file.shows(estate.Credential)
	}
	for _, c := range e.under("credentials") {
		r.credential(c, owner{id: user, name: user})
	}
}

// credential reads a credential. type and config are its only plugin.
func (r *reader) credential(e entry, user owner) {
	if !r.plain(estate.Credential, e) {
		return
	}
	id, text, ok := r.identity(e, user.name)
	plugin := e.node.Get("type").Text()
	switch {
	case !ok:
		r.damaged(estate.Credential, e, unnamed)
		return
	case plugin == "":
		r.damaged(estate.Credential, e, "it has no type")
		return
	}
	if user.id != "" {
		id = user.id + "/credentials/" + id
	}
	var conf body
	conf.addNode(plugin, e.node.Get("config"))
	b := r.body()
	b.addText("id", id)
	b.add("plugins", conf.end())
	r.fields(b, e, "id", "plugins", "type", "config")
	r.emit(estate.Credential, id, e, b, name{parent: user.id, text: text})
}

// consumerGroup reads a consumer group with the consumers in it.
func (r *reader) consumerGroup(e entry) {
	if !r.plain(estate.ConsumerGroup, e) {
		return
	}
	id, text, ok := r.identity(e, "")
	if ok {
		b := r.body()
		b.addText("id", id)
		r.fields(b, e, "id", "consumers")
		r.emit(estate.ConsumerGroup, id, e, b, name{text: text})
	} else {
		id = ""
		r.damaged(estate.ConsumerGroup, e, unnamed)
	}
	r.lists(e, "consumers")
	for _, c := range e.under("consumers") {
		r.consumer(c, owner{id: id})
	}
}

// ssl reads which names a certificate serves and how clients are verified, but no certificate and no key.
func (r *reader) ssl(e entry) {
	if !r.plain(estate.SSL, e) {
		return
	}
	id, snis := e.node.Get("id").Text(), []string{}
	for _, n := range e.node.Get("snis").Items() {
		snis = append(snis, n.Text())
	}
	if id == "" && len(snis) == 0 {
		r.damaged(estate.SSL, e, "it has neither id nor snis")
		return
	}
	if id == "" {
		id = r.compute("", strings.Join(snis, ","))
	}
	b := r.body()
	b.addText("id", id)
	for _, key := range []string{"type", "snis", "ssl_protocols", "status"} {
		if n := e.node.Get(key); !n.Null() {
			b.addNode(key, n)
		}
	}
	if n := e.node.Get("labels"); !n.Null() {
		b.add("labels", labels(n))
	}
	if n := e.node.Get("client"); !n.Null() {
		var client body
		client.add("client", n.JSON())
		b.add("client", estate.NewValue(redact.Body(estate.SSL, id, client.end())).Get("client").Raw())
	}
	r.emit(estate.SSL, id, e, b, name{text: strings.Join(snis, ",")})
}

// globalRules is the id of the single object in which gateways get all global rules of a gateway group.
const globalRules = "api7ee-global-rule"

// plugins reads a map from plugins to settings.
func (r *reader) plugins(key string, e entry, line, column int) {
	if key == "global_rules" {
		b := r.body()
		b.addText("id", globalRules)
		b.addNode("plugins", e.node)
		r.keep(&record{kind: estate.GlobalRule, id: globalRules, body: b.end(), base: e.base, line: line, column: column})
		return
	}
	p := r.file.parts[r.index]
	for _, m := range e.node.Members() {
		rec := &record{kind: estate.PluginMetadata, id: m.Key, base: jsonptr.Append(e.base, m.Key)}
		rec.line, rec.column = p.place(m.KeyLine, m.KeyColumn)
		switch {
		case m.Value.Kind() == yamlfile.Map:
			rec.body = metadata(m)
		case empty(m.Value):
			rec.body = metadata(yamlfile.Member{Key: m.Key})
		default:
			rec.damage = "its settings are not a map of fields"
		}
		r.keep(rec)
	}
}

func metadata(m yamlfile.Member) []byte {
	var b body
	b.addText("id", m.Key)
	for _, field := range m.Value.Members() {
		if field.Key != "id" {
			b.addNode(field.Key, field.Value)
		}
	}
	return b.end()
}
