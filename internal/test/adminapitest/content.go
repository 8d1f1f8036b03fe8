package adminapitest

import (
	"encoding/json"
	"maps"
	"strings"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// fields is a resource in the form of the Admin API.
type fields = map[string]any

// content is an installation by kind and gateway group, otherwise in its original order.
type content struct {
	groups []estate.Group
	now    time.Time
	lists  map[estate.Kind]map[string][]fields // by kind and the group's id
}

func newContent(in Installation) *content {
	c := &content{now: in.Now, lists: map[estate.Kind]map[string][]fields{}}
	seen := map[estate.Ref]fields{}
	for i := range in.Resources {
		r := &in.Resources[i]
		body := decode(r.Body)
		if known := seen[r.Ref()]; known != nil {
			overlay(known, body)
			continue
		}
		if seen[r.Ref()] = body; r.Kind == estate.GatewayGroup {
			c.groups = append(c.groups, r.Group)
		}
		body["id"] = r.ID
		if c.lists[r.Kind] == nil {
			c.lists[r.Kind] = map[string][]fields{}
		}
		c.lists[r.Kind][r.Group.ID] = append(c.lists[r.Kind][r.Group.ID], body)
	}
	return c
}

// decode drops null fields: a table has columns for fields that an object does not have.
func decode(body []byte) fields {
	f := fields{}
	if err := json.Unmarshal(body, &f); err != nil {
		panic("a resource of the test is no JSON object: " + err.Error())
	}
	for key, value := range f {
		if value == nil {
			delete(f, key)
		}
	}
	return f
}

// overlay adds what gateways read to what the control plane's tables contain. Their paths are uris.
func overlay(known, running fields) {
	for key, value := range running {
		switch key {
		case "id", "service_id", "uris":
		default:
			known[key] = value
		}
	}
}

func text(f fields, key string) string {
	s, _ := f[key].(string)
	return s
}

// where returns copies of the items of a list whose field has the value.
func where(list []fields, key, value string) []fields {
	var out []fields
	for _, f := range list {
		if text(f, key) == value {
			out = append(out, f)
		}
	}
	return out
}

// with returns a changed copy.
func (*content) with(f fields, change func(fields)) fields {
	out := maps.Clone(f)
	change(out)
	return out
}

// each returns changed copies of all items of a list.
func (c *content) each(list []fields, change func(fields)) []fields {
	out := make([]fields, len(list))
	for i, f := range list {
		out[i] = c.with(f, change)
	}
	return out
}

// group returns a gateway group, with a password where the API documents have one.
func (c *content) group(f fields, short string) fields {
	return c.with(f, func(f fields) {
		config, _ := f["config"].(fields)
		delete(f, "short_id")
		f["description"] = f["desc"]
		delete(f, "desc")
		f["config"] = fields{
			"control_plane_key_prefix": "/gateway_groups/" + short, "control_plane_user": "api7",
			"control_plane_password": "CANARY-SECRET-control-plane-password", "image_tag": config["image_tag"],
		}
	})
}

func (c *content) instance(f fields) {
	age, _ := f["heartbeat_age_seconds"].(float64)
	delete(f, "heartbeat_age_seconds")
	delete(f, "last_heartbeat")
	f["last_heartbeat_time"] = c.now.Unix() - int64(age)
	f["status"], f["to_be_deleted_at"] = "Healthy", 0
	f["dataplane_certificate_expire_time"] = c.now.AddDate(1, 0, 0).Unix()
}

// published counts the gateway groups that a template is published on.
func (c *content) published(template string) int {
	n := 0
	for _, list := range c.lists[estate.Service] {
		if len(where(list, "service_id", template)) > 0 {
			n++
		}
	}
	return n
}

// credentials returns the credentials of a consumer, with the ids that the Admin API gives them.
func (c *content) credentials(group, consumer string) []fields {
	var out []fields
	for _, f := range c.lists[estate.Credential][group] {
		if id, ok := strings.CutPrefix(text(f, "id"), consumer+"/credentials/"); ok {
			out = append(out, c.with(f, func(f fields) { f["id"] = id }))
		}
	}
	return out
}

// globalRules returns one rule for each plugin.
func (c *content) globalRules(group string) []fields {
	var out []fields
	for _, f := range c.lists[estate.GlobalRule][group] {
		plugins, _ := f["plugins"].(fields)
		for name, conf := range plugins {
			out = append(out, fields{"id": name, "plugins": fields{name: conf}})
		}
	}
	return out
}
