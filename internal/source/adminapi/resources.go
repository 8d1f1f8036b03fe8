package adminapi

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/redact"
)

// instance is a gateway instance as it is yielded.
type instance struct {
	id, hostname, version, groupID string
	age                            int64
	body                           []byte
	damage                         string
}

// instances gets the first pages of all instances: one list for each gateway group or, if the control plane has no
// such lists, one for all.
func (s *Source) instances(ctx context.Context, use func(list, estate.Group, page, error) error) error {
	for _, g := range s.groups {
		if g.damage != "" {
			continue
		}
		l := list{path: groupsPath + "/" + url.PathEscape(g.ID) + "/instances"}
		first, err := s.client.page(ctx, l, 1)
		if no := refused(err); no != nil && no.status == http.StatusNotFound {
			l = list{path: "/api/instances"}
			first, err = s.client.page(ctx, l, 1)
			return use(l, estate.Group{}, first, err)
		}
		if err := use(l, g.Group, first, err); err != nil {
			return err
		}
	}
	return nil
}

// latest is a time in seconds, some thousand years from now. A larger number is in milliseconds.
const latest = 100_000_000_000

// readInstance keeps the fields that an instance has in every source. It computes the age from the time stamp,
// because the status that the control plane reports is wrong in some releases.
func (s *Source) readInstance(item json.RawMessage) instance {
	o, ok := take(item)
	if !ok {
		return instance{damage: "not an object"}
	}
	i := instance{id: o.word("id"), hostname: o.word("hostname"), version: o.word("version"), groupID: o.word("gateway_group_id")}
	body := object{}.add("id", o.get("id")).add("hostname", o.get("hostname")).add("version", o.get("version"))
	body = body.add("gateway_group_id", o.get("gateway_group_id")).add("cores", o.get("cores"))
	beat := o.get("last_heartbeat_time")
	if seconds, err := strconv.ParseInt(word(beat), 10, 64); err == nil && seconds > 0 {
		if seconds > latest { // milliseconds
			seconds /= 1000
		}
		at := time.Unix(seconds, 0).UTC()
		i.age = max(0, int64(s.now().Sub(at)/time.Second))
		body = body.set("last_heartbeat", at.Format(time.RFC3339)).
			add("heartbeat_age_seconds", estate.NewValue(strconv.AppendInt(nil, i.age, 10)))
	} else {
		body = body.add("heartbeat_age_seconds", beat) // a rule reports that it cannot be read
	}
	i.body = body.json()
	return i
}

func (r *reading) instances(ctx context.Context) error {
	if !r.need.Wants(estate.Instance) {
		return nil
	}
	groups := map[string]estate.Group{}
	for _, g := range r.src.groups {
		groups[g.ID] = g.Group
	}
	return r.src.instances(ctx, func(l list, g estate.Group, first page, err error) error {
		a := about{kinds: []estate.Kind{estate.Instance}, action: "gateway:GetGatewayInstance", group: g}
		if err == nil {
			err = r.rest(ctx, a, l, first, func(item json.RawMessage) error {
				i := r.src.readInstance(item)
				of, known := groups[i.groupID]
				if !known {
					of = g
				}
				return r.emit(estate.Instance, of, i.id, "/api/instances", i.body, i.damage)
			})
		}
		return r.spoilt(a, l, err)
	})
}

// consumers reads consumers and, from 3.2.15.0 on, their credentials.
func (r *reading) consumers(ctx context.Context) error {
	if !r.wants(estate.Consumer, estate.Credential) {
		return nil
	}
	const path, action = "/apisix/admin/consumers", "gateway:GetConsumer"
	keeps := r.src.release.has("3.2.15.0") && r.need.Wants(estate.Credential)
	return r.grouped(func(g estate.Group) error {
		a := about{kinds: []estate.Kind{estate.Consumer}, action: action, group: g}
		if keeps {
			a.kinds = append(a.kinds, estate.Credential)
		}
		return r.paged(ctx, a, inGroup(path, g), func(item json.RawMessage) (owner, error) {
			_, id := r.identify(item, "username", "id")
			return owner{id: id}, r.emit(estate.Consumer, g, id, path, item, "")
		}, func(owners []owner) error {
			if !keeps {
				return nil
			}
			a := about{kinds: []estate.Kind{estate.Credential}, action: action, group: g}
			return r.each(ctx, a, below(path, owners, "credentials", g), func(i int, item json.RawMessage) error {
				_, id := r.identify(item, "id")
				if id != "" { // as gateways read it
					id = owners[i].id + "/credentials/" + id
				}
				return r.emit(estate.Credential, g, id, path, item, "")
			})
		})
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
	const path = "/apisix/admin/global_rules"
	return r.grouped(func(g estate.Group) error {
		a := about{kinds: []estate.Kind{estate.GlobalRule}, action: "gateway:GetGlobalPluginRule", group: g}
		var plugins object
		found, damage := false, ""
		err := r.each(ctx, a, []list{inGroup(path, g)}, func(_ int, item json.RawMessage) error {
			found = true
			members := estate.NewValue(item).Get("plugins").Members()
			list, ok := members.Known()
			if plugins = append(plugins, list...); !ok {
				damage = "a global rule has no plugins that can be read"
			}
			return nil
		})
		if err != nil || !found {
			return err
		}
		body := object{}.set("id", globalRule).add("plugins", estate.NewValue(plugins.json()))
		return r.emit(estate.GlobalRule, g, globalRule, path, body.json(), damage)
	})
}

// pluginMetadata reads the single object with the settings of all plugins of a gateway group.
func (r *reading) pluginMetadata(ctx context.Context) error {
	if !r.need.Wants(estate.PluginMetadata) {
		return nil
	}
	return r.grouped(func(g estate.Group) error {
		l := inGroup("/apisix/admin/plugin_metadata", g)
		settings, err := r.src.client.object(ctx, l)
		if err != nil {
			a := about{kinds: []estate.Kind{estate.PluginMetadata}, action: "gateway:GetPluginMetadata", group: g}
			return r.spoilt(a, l, err)
		}
		for _, m := range settings {
			conf, ok := m.Value.Members().Known()
			damage := ""
			if !ok && !m.Value.Empty() {
				damage = "the settings are not an object"
			}
			body := append(object{}.set("id", m.Key), object(conf).without("id")...).json()
			if err := r.emit(estate.PluginMetadata, g, m.Key, l.path, body, damage); err != nil {
				return err
			}
		}
		return nil
	})
}

// object gets an object of the form {"value": {…}}, which is not a list.
func (c *client) object(ctx context.Context, l list) (object, error) {
	body, err := c.get(ctx, l.path, l.query)
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
func (r *reading) plain(ctx context.Context, k estate.Kind, path, action string, keep func(object) object) error {
	if !r.need.Wants(k) {
		return nil
	}
	return r.grouped(func(g estate.Group) error {
		return r.each(ctx, about{kinds: []estate.Kind{k}, action: action, group: g}, []list{inGroup(path, g)},
			func(_ int, item json.RawMessage) error { return r.trimmed(k, g, path, item, keep) })
	})
}

func (r *reading) trimmed(k estate.Kind, g estate.Group, path string, item json.RawMessage, keep func(object) object) error {
	o, ok := take(item)
	damage := ""
	if !ok {
		damage = "not an object"
	}
	return r.emit(k, g, o.word("id", "name"), path, keep(o).json(), damage)
}

func (r *reading) certificates(ctx context.Context) error {
	return r.plain(ctx, estate.SSL, "/apisix/admin/ssls", "gateway:GetSSLCertificate", certificate)
}

// certificate keeps what a certificate is for and how clients are verified, but no certificate and no key.
func certificate(o object) object {
	client, _ := take(redact.Body(estate.SSL, "", object{}.add("client", o.get("client")).json()))
	return o.without("cert", "certs", "key", "keys", "client").add("client", client.get("client"))
}

func (r *reading) protos(ctx context.Context) error {
	return r.plain(ctx, estate.Proto, "/apisix/admin/protos", "the Get action for protos", func(o object) object { return o })
}

// customPlugins reads custom plugins, which all gateway groups share, without their source code.
func (r *reading) customPlugins(ctx context.Context) error {
	if !r.need.Wants(estate.CustomPlugin) {
		return nil
	}
	const path = "/api/custom_plugins"
	a := about{kinds: []estate.Kind{estate.CustomPlugin}, action: "gateway:GetCustomPlugin"}
	return r.each(ctx, a, []list{{path: path}}, func(_ int, item json.RawMessage) error {
		return r.trimmed(estate.CustomPlugin, estate.Group{}, path, item, func(o object) object {
			return o.without("source_code", "content", "source", "code")
		})
	})
}
