package adminapi

import (
	"context"
	"encoding/json"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/plural"
	"github.com/api7-preflight/api7-preflight/internal/redact"
)

// inGroups returns the list of an address for each gateway group.
func (r *reading) inGroups(at *endpoint) []list {
	groups := r.groups()
	lists := make([]list, len(groups))
	for i, g := range groups {
		lists[i] = at.in(g)
	}
	return lists
}

// consumers reads consumers and, from 3.2.15.0 on, their credentials.
func (r *reading) consumers(ctx context.Context) error {
	if !r.wants(estate.Consumer, estate.Credential) {
		return nil
	}
	kinds := []estate.Kind{estate.Consumer}
	keeps := r.src.release.has("3.2.15.0") && r.need.Wants(estate.Credential)
	if keeps {
		kinds = append(kinds, estate.Credential)
	}
	var owners []owner
	err := r.each(ctx, kinds, r.inGroups(consumersAt), func(_ int, l list, item json.RawMessage) error {
		_, id := identify(item, "username", "id")
		if keeps && plainID(id) {
			owners = append(owners, owner{id: id, group: l.group})
		}
		return r.emit(estate.Consumer, l.group, id, l.path, item, "")
	})
	if err != nil {
		return err
	}
	lists := make([]list, len(owners))
	for i, o := range owners {
		lists[i] = credentialsAt.in(o.group, o.id)
	}
	return r.each(ctx, []estate.Kind{estate.Credential}, lists, func(i int, l list, item json.RawMessage) error {
		_, id := identify(item, "id")
		if id != "" { // as gateways read it
			id = owners[i].id + "/credentials/" + id
		}
		return r.emit(estate.Credential, l.group, id, consumersAt.path, item, "")
	})
}

// globalRule is the id of the single resource in which gateways read all global rules of a group.
const globalRule = "api7ee-global-rule"

// globalRules yields one resource for each gateway group, with the plugins of all its global rules, as gateways read
// it and other sources show it.
func (r *reading) globalRules(ctx context.Context) error {
	if !r.need.Wants(estate.GlobalRule) {
		return nil
	}
	type merged struct {
		plugins object
		found   bool
		damage  string
	}
	lists := r.inGroups(globalRulesAt)
	groups := make([]merged, len(lists))
	err := r.each(ctx, []estate.Kind{estate.GlobalRule}, lists, func(i int, _ list, item json.RawMessage) error {
		m := &groups[i]
		m.found = true
		list, ok := estate.NewValue(item).Get("plugins").Members().Known()
		if m.plugins = append(m.plugins, list...); !ok {
			m.damage = "a global rule has no plugins that can be read"
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i, m := range groups {
		if !m.found {
			continue
		}
		body := object{}.set("id", globalRule).add("plugins", estate.NewValue(m.plugins.json()))
		if err := r.emit(estate.GlobalRule, lists[i].group, globalRule, globalRulesAt.path, body.json(), m.damage); err != nil {
			return err
		}
	}
	return nil
}

// pluginMetadata reads the single object with the settings of all plugins of a gateway group.
func (r *reading) pluginMetadata(ctx context.Context) error {
	if !r.need.Wants(estate.PluginMetadata) {
		return nil
	}
	c := r.circuit(pluginMetadataAt)
	c.kinds = []estate.Kind{estate.PluginMetadata}
	for _, l := range r.inGroups(pluginMetadataAt) {
		if c.open() {
			c.skipped++
			continue
		}
		settings, err := r.src.client.object(ctx, l)
		if err := r.spoilt(c, l, err); err != nil {
			return err
		}
		for _, m := range settings {
			conf, ok := m.Value.Members().Known()
			damage := ""
			if !ok && !m.Value.Empty() {
				damage = "the settings are not an object"
			}
			body := append(object{}.set("id", m.Key), object(conf).without("id")...).json()
			if err := r.emit(estate.PluginMetadata, l.group, m.Key, l.path, body, damage); err != nil {
				return err
			}
		}
	}
	return nil
}

// object gets an object of the form {"value": {…}}, which is not a list.
func (c *client) object(ctx context.Context, l list) (object, error) {
	body, err := c.get(ctx, l, l.query)
	if err != nil {
		return nil, err
	}
	var answer struct {
		Value json.RawMessage `json:"value"`
	}
	if err := parse(body, &answer); err != nil {
		return nil, err
	}
	value := estate.NewValue(answer.Value)
	members, ok := value.Members().Known()
	if answer.Value == nil || !ok && !value.Empty() {
		return nil, &refusal{why: "the answer has no value that can be read", alien: true}
	}
	return members, nil
}

// plain reads a list of each gateway group. keep drops fields that contain secrets or are large.
func (r *reading) plain(ctx context.Context, k estate.Kind, at *endpoint, keep func(object) object) error {
	if !r.need.Wants(k) {
		return nil
	}
	return r.each(ctx, []estate.Kind{k}, r.inGroups(at), func(_ int, l list, item json.RawMessage) error {
		return r.trimmed(k, l, item, keep)
	})
}

func (r *reading) trimmed(k estate.Kind, l list, item json.RawMessage, keep func(object) object) error {
	o, ok := take(item)
	damage := ""
	if !ok {
		damage = "not an object"
	}
	return r.emit(k, l.group, o.word("id", "name"), l.path, keep(o).json(), damage)
}

func (r *reading) certificates(ctx context.Context) error {
	if err := r.plain(ctx, estate.SSL, sslsAt, certificate); err != nil {
		return err
	}
	return r.mutualTLS(ctx)
}

// certificate keeps what a certificate is for and how clients are verified, but no certificate and no key.
func certificate(o object) object {
	client, _ := take(redact.Body(estate.SSL, "", object{}.add("client", o.get("client")).json()))
	return o.without("cert", "certs", "key", "keys", "client").add("client", client.get("client"))
}

// mutualTLS records a gap for SNIs. From 3.4.0 on they are where mutual TLS is set. The fields of an SNI are not
// public, and no public source says whether the list of SSL objects shows what is set on SNIs: the release notes and
// version-3.4.x/api-security/client-mtls.md of api7/docs.apiseven.com@faf96f0 describe the Dashboard only, and the
// vendor's ADC (api7/adc:libs/backend-api7/src/fetcher.ts@1c37ce4) reads SSL objects alone. Without SNIs there is no
// doubt.
func (r *reading) mutualTLS(ctx context.Context) error {
	if !r.need.Wants(estate.SSL) || !r.src.release.has("3.4.0") {
		return nil
	}
	lists := r.inGroups(snisAt)
	found := make([]int, len(lists))
	err := r.each(ctx, []estate.Kind{estate.SSL}, lists, func(i int, _ list, _ json.RawMessage) error {
		found[i]++
		return nil
	})
	for i, l := range lists {
		if found[i] > 0 {
			r.gap([]estate.Kind{estate.SSL}, l.gap(estate.APILimits, plural.Of(found[i], "SNI", "SNIs")+
				": mutual TLS is set on SNIs from 3.4.0 on, and no public source says that "+sslsAt.path+" shows it", ""))
		}
	}
	return err
}

func (r *reading) protos(ctx context.Context) error {
	return r.plain(ctx, estate.Proto, protosAt, func(o object) object { return o })
}

// customPlugins reads custom plugins, which all gateway groups share, without their source code.
func (r *reading) customPlugins(ctx context.Context) error {
	if !r.need.Wants(estate.CustomPlugin) {
		return nil
	}
	return r.each(ctx, []estate.Kind{estate.CustomPlugin}, []list{customPluginsAt.with()}, func(_ int, l list, item json.RawMessage) error {
		return r.trimmed(estate.CustomPlugin, l, item, func(o object) object {
			return o.without("source_code", "content", "source", "code")
		})
	})
}
