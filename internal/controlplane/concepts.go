package controlplane

import (
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// A concept is a kind of table that API7's database has, or is expected to have. Only gateway_group and kine are
// publicly documented. The names and columns of the others are deduced from the Admin API, so each has aliases, and a
// table is recognised only if its columns fit.
type concept struct {
	name    string
	kind    estate.Kind // the kind of its rows; zero for kine, which holds many kinds
	aliases []string    // table names, singular, best first
	fields  []field
	// without lists columns that show that a table is another concept: only published objects belong to a gateway
	// group.
	without []string
	// alone lists the columns, besides the required ones, that a table with an unknown name must have to be
	// recognised; empty: it needs a known name.
	alone []string
	// optional is true if some versions have no such table.
	optional bool
}

// field is a column of a concept.
type field struct {
	name    string
	rather  []string // better names than its own, if a table has both
	aliases []string
	shape   shape
	age     string // for a moment: the name of the field with the number of seconds since then
	weight  weight
}

// shape is how the values of a column are read.
type shape uint8

const (
	plain  shape = iota // text, number or boolean, unchanged
	object              // JSON, stored in any type
	flag                // boolean, also as 0 and 1
	moment              // point in time, stored in any type
	number              // computed by the server
	tagged              // JSON of which only image_tag is kept: the rest may contain credentials
)

// weight is what a missing column means.
type weight uint8

const (
	decoration weight = iota // nothing: findings have less detail
	content                  // a doubt, if another column might hold it
	required                 // the table is not this concept
)

func must(name string, aliases ...string) field {
	return field{name: name, aliases: aliases, weight: required}
}

func want(name string, aliases ...string) field {
	return field{name: name, aliases: aliases, weight: content}
}

func nice(name string, aliases ...string) field {
	return field{name: name, aliases: aliases}
}

func (f field) as(s shape) field {
	f.shape = s
	return f
}

// asMoment makes the field a point in time, and adds a field named age with the number of seconds since then.
func (f field) asMoment(age string) field {
	f.shape, f.age = moment, age
	return f
}

// names returns all names of the column, best first.
func (f field) names() []string { return slices.Concat(f.rather, []string{f.name}, f.aliases) }

func (f field) orRather(names ...string) field {
	f.rather = names
	return f
}

// accepts reports whether a column's type can hold the field.
func (f field) accepts(c Column) bool {
	switch f.shape {
	case object, tagged:
		return c.Category == 'A' || c.Category == 'S' || slices.Contains([]string{"bytea", "json", "jsonb"}, c.Type)
	case flag:
		return c.Category == 'B' || c.Category == 'N'
	case moment:
		return c.Category == 'D' || c.Category == 'N'
	case plain, number:
	}
	return c.Type != "bytea" && c.Category != 'A'
}

// field returns the field with that name.
func (c *concept) field(name string) (field, bool) {
	i := slices.IndexFunc(c.fields, func(f field) bool { return f.name == name })
	if i < 0 {
		return field{}, false
	}
	return c.fields[i], true
}

// matches returns the rank of the alias that matches a table's name; -1 if none does.
func (c *concept) matches(tableName string) int {
	name := normal(tableName)
	return slices.IndexFunc(c.aliases, func(alias string) bool { return normal(alias) == name })
}

// normal returns a table's name in a comparable form, without case, plural and the prefixes api7_ and t_.
func normal(name string) string {
	name = strings.ToLower(name)
	name = strings.TrimPrefix(strings.TrimPrefix(name, "t_"), "api7_")
	switch {
	case strings.HasSuffix(name, "ies"):
		return strings.TrimSuffix(name, "ies") + "y"
	case strings.HasSuffix(name, "s") && !strings.HasSuffix(name, "ss"):
		return strings.TrimSuffix(name, "s")
	}
	return name
}

// The names of the concepts, as in a schema map.
const (
	gatewayGroups        = "gateway_group"
	kine                 = "kine"
	publishedService     = "published_service"
	publishedRoute       = "published_route"
	publishedStreamRoute = "published_stream_route"
	instances            = "instance"
)

// concepts are all concepts, in the order in which tables are read.
var concepts = slices.Concat(groupConcepts, templateConcepts, versionConcepts, publishedConcepts,
	accessConcepts, portalConcepts, auditConcepts, runningConcepts)

// The fields that several concepts share.
var (
	described = []field{nice("name"), nice("desc", "description"), nice("labels").as(object)}
	plugins   = want("plugins", "plugin").as(object)
	runtime   = []field{
		want("hosts", "host").as(object), want("path_prefix"), nice("strip_path_prefix").as(flag),
		want("upstream", "upstreams", "default_upstream").as(object),
	}
	httpRoute = []field{
		nice("paths", "uris").as(object), nice("methods").as(object), nice("vars").as(object), nice("priority"),
		nice("timeout").as(object), nice("enable_websocket").as(flag),
	}
	streamRoute = []field{nice("server_addr"), nice("server_port"), nice("remote_addr"), nice("sni")}
)

// groupConcepts are the gateway groups, to which published objects refer.
var groupConcepts = []*concept{
	{
		name: gatewayGroups, kind: estate.GatewayGroup,
		aliases: []string{"gateway_group"},
		fields: slices.Concat([]field{must("id"), must("short_id")}, described, []field{
			nice("type"), nice("config").as(tagged), nice("enforce_service_publishing").as(flag),
		}),
		alone: []string{"type", "org_id", "enforce_service_publishing"},
	},
}

// templateConcepts are the templates, which belong to no gateway group.
var templateConcepts = []*concept{
	{
		name: serviceTemplate, kind: estate.ServiceTemplate,
		aliases: []string{"service", "service_template", "template_service"},
		fields:  slices.Concat([]field{must("id")}, described, []field{nice("type")}, runtime, []field{plugins.mandatory()}),
		without: append(groupColumns, "service_id", "service_version_id"),
		alone:   []string{"hosts", "path_prefix", "upstream"},
	},
	{
		name: "route_template", kind: estate.RouteTemplate, optional: true,
		aliases: []string{"route", "route_template", "template_route", "service_template_route"},
		fields:  slices.Concat([]field{must("id"), must("service_id", "service_template_id", "template_id")}, described, httpRoute, []field{plugins.mandatory()}),
		without: append(groupColumns, "route_id", "service_version_id", "route_version_id", "server_port"),
		alone:   []string{"paths", "methods"},
	},
	{
		name: "stream_route_template", kind: estate.StreamRouteTemplate, optional: true,
		aliases: []string{"stream_route", "stream_route_template", "template_stream_route"},
		fields:  slices.Concat([]field{must("id"), must("service_id", "service_template_id", "template_id")}, described, streamRoute, []field{plugins.mandatory()}),
		without: append(groupColumns, "stream_route_id", "service_version_id", "stream_route_version_id"),
		alone:   []string{"server_addr", "server_port"},
	},
}

// versionConcepts are the earlier versions of templates.
var versionConcepts = []*concept{
	{
		name: "service_version", kind: estate.ServiceVersion, optional: true,
		aliases: []string{"service_version", "service_template_version"},
		fields:  slices.Concat([]field{must("id"), must("service_id", "service_template_id", "template_id"), must("version")}, described, []field{plugins}),
		without: groupColumns,
		alone:   []string{"plugins"},
	},
	{
		name: "route_version", kind: estate.RouteVersion, optional: true,
		aliases: []string{"route_version"},
		fields:  slices.Concat([]field{must("id"), must("service_version_id"), nice("route_id"), nice("service_id")}, described, httpRoute, []field{plugins}),
		without: append(groupColumns, "server_port"),
		alone:   []string{"plugins", "paths"},
	},
	{
		name: "stream_route_version", kind: estate.RouteVersion, optional: true,
		aliases: []string{"stream_route_version"},
		fields:  slices.Concat([]field{must("id"), must("service_version_id"), nice("stream_route_id"), nice("service_id")}, described, streamRoute, []field{plugins}),
		without: groupColumns,
		alone:   []string{"plugins", "server_port"},
	},
}

// publishedConcepts are what the control plane has published to gateway groups.
var publishedConcepts = []*concept{
	{
		name: publishedService, kind: estate.Service,
		aliases: []string{"apisix_service", "published_service", "gateway_group_service"},
		fields: slices.Concat([]field{
			must("id", "apisix_service_id", "published_service_id"), must("gateway_group_id"),
			want("service_id", "template_id", "service_template_id"), nice("service_version_id"), nice("version"), nice("status"),
		}, described, []field{nice("type")}, lighten(runtime), []field{plugins}),
		without: []string{"route_id", "paths", "uris", "server_port", "username", "snis"},
		alone:   []string{"service_id", "plugins", "service_version_id"},
	},
	{
		name: publishedRoute, kind: estate.Route,
		aliases: []string{"apisix_route", "published_route", "gateway_group_route"},
		fields: slices.Concat([]field{
			must("id", "apisix_route_id"), must("gateway_group_id"), must("service_id").orRather("apisix_service_id", "published_service_id"),
			nice("route_id"), nice("route_version_id"),
		}, described, httpRoute, []field{plugins}),
		without: []string{"server_port", "username"},
		alone:   []string{"plugins", "paths"},
	},
	{
		name: publishedStreamRoute, kind: estate.StreamRoute,
		aliases: []string{"apisix_stream_route", "published_stream_route", "gateway_group_stream_route"},
		fields: slices.Concat([]field{
			must("id", "apisix_stream_route_id"), must("gateway_group_id"), must("service_id").orRather("apisix_service_id", "published_service_id"),
			nice("stream_route_id"), nice("stream_route_version_id"),
		}, described, streamRoute, []field{plugins}),
		without: []string{"paths", "username"},
		alone:   []string{"plugins", "server_port"},
	},
}

// runningConcepts are what gateways run and report.
var runningConcepts = []*concept{
	{
		name: instances, kind: estate.Instance,
		aliases: []string{"gateway_instance", "instance", "dataplane_instance", "data_plane_instance", "gateway_group_instance"},
		fields: []field{
			must("id"), must("hostname", "host_name"), must("version"), nice("gateway_group_id"), nice("cores"),
			nice("last_heartbeat", "last_heartbeat_time", "last_heartbeat_at", "heartbeat_at", "last_seen_at").asMoment("heartbeat_age_seconds"),
		},
		alone: []string{"gateway_group_id", "last_heartbeat"},
	},
	{
		name: "instance_certificate", kind: estate.InstanceCertificate, optional: true,
		aliases: []string{"dataplane_certificate", "data_plane_certificate", "instance_certificate"},
		// The certificate and its key are not fields, and what is not a field is never selected.
		fields: []field{must("id"), must("expiry", "expire_at", "expires_at", "expired_at").asMoment("expired_seconds"), nice("type"), nice("gateway_group_id")},
	},
	{
		name:    kine,
		aliases: []string{"kine"},
		fields:  []field{must("id"), must("name"), must("deleted").as(flag), must("value").as(object)},
		alone:   []string{"created", "create_revision", "prev_revision", "lease"},
	},
}

var groupColumns = []string{"gateway_group_id", "gateway_group"}

// mandatory makes the field required.
func (f field) mandatory() field {
	f.weight = required
	return f
}

// lighten returns the fields with a weight at which their absence hides nothing: kine has the upstream of a published
// service.
func lighten(fields []field) []field {
	light := slices.Clone(fields)
	for i := range light {
		light[i].weight = decoration
	}
	return light
}
