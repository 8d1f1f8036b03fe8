package runbook

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/dsn"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/settings"
)

// mostServices is the number of published services for which a runbook has a request. A test with more is a project of its own.
const mostServices = 2000

// Collector listens to an installation as a rule does, and keeps what a runbook needs to know of it. It judges nothing.
type Collector struct {
	facts    Facts
	groups   map[string]*Group // by short id
	services map[estate.Ref]*service
	routes   map[estate.Ref]*candidate // by the service that they belong to
	seen     map[estate.Ref]bool       // instances
	tokens   map[string]bool
	managers map[string]bool
	read     map[string]bool // files
}

// service is a published service, and whether it was read from what gateways run.
type service struct {
	Service

	prefix  string
	running bool
}

// candidate is the best route of a service so far.
type candidate struct {
	Route

	rank   int
	counts []tableCount
	ids    []string
	open   bool
	id     string
}

// tableCount is how many routes of a service a table has.
type tableCount struct {
	source, table string
	n             int
}

// NewCollector returns a collector that has seen nothing.
func NewCollector() *Collector {
	return &Collector{
		groups: map[string]*Group{}, services: map[estate.Ref]*service{}, routes: map[estate.Ref]*candidate{}, seen: map[estate.Ref]bool{},
		tokens: map[string]bool{}, managers: map[string]bool{}, read: map[string]bool{},
	}
}

// Watch registers what the collector listens to.
func (c *Collector) Watch(p *rule.Pass) {
	on := func(k estate.Kind, do func(*estate.Resource)) {
		p.On(k, func(r *estate.Resource) {
			c.from(r)
			do(r)
		})
	}
	on(estate.GatewayGroup, c.group)
	on(estate.Instance, c.instance)
	on(estate.Service, c.service)
	on(estate.Route, c.route)
	on(estate.Token, c.token)
	on(estate.CustomPlugin, func(r *estate.Resource) { c.facts.CustomPlugins = append(c.facts.CustomPlugins, shown(r.Name())) })
	on(estate.Database, c.database)
	on(estate.HelmValues, c.release)
	on(estate.Image, c.container)
	for _, k := range []estate.Kind{estate.DashboardConfig, estate.DPManagerConfig, estate.PortalConfig, estate.FileServerConfig, estate.GatewayConfig} {
		on(k, c.file)
	}
}

// from keeps from which file a resource comes, if it is one: also for which gateway group, if it is of one.
func (c *Collector) from(r *estate.Resource) {
	if r.Origin.Locate == nil {
		return
	}
	at := read(r.Group.Label(), r.Origin.Table)
	if c.read[at] {
		return
	}
	c.read[strings.Clone(at)] = true
	if file := r.Origin.Locate("").File; file != "" {
		c.read[strings.Clone(read(r.Group.Label(), file))] = true
	}
}

// read returns how a file is called in [Facts.Read]: one with objects of a gateway group has the group's name in front.
func read(group, file string) string {
	if group == "" {
		return file
	}
	return group + "=" + file
}

// Facts returns what was seen, in a fixed order.
func (c *Collector) Facts() Facts {
	f := c.facts
	f.Groups = nil
	for _, g := range c.groups {
		slices.SortFunc(g.Instances, func(a, b Instance) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Version, b.Version)) })
		f.Groups = append(f.Groups, *g)
	}
	slices.SortFunc(f.Groups, func(a, b Group) int {
		return cmp.Or(cmp.Compare(a.Label(), b.Label()), cmp.Compare(a.ShortID, b.ShortID))
	})
	f.Services, f.MoreServices = c.published()
	f.CustomPlugins = sorted(f.CustomPlugins)
	c.keys(&f)
	slices.SortFunc(f.Releases, func(a, b Release) int {
		return cmp.Or(cmp.Compare(a.Chart, b.Chart), slices.Compare(a.Files, b.Files), cmp.Compare(a.Group, b.Group))
	})
	slices.SortFunc(f.Containers, func(a, b Container) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Service, b.Service), cmp.Compare(a.Workload.Name, b.Workload.Name),
			cmp.Compare(a.Workload.Container, b.Workload.Container), cmp.Compare(a.Component, b.Component))
	})
	slices.SortFunc(f.Files, func(a, b File) int { return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Component, b.Component)) })
	f.Files = slices.Compact(f.Files)
	f.Writers.Tokens = slices.Sorted(maps.Keys(c.tokens))
	f.Writers.Managers = slices.Sorted(maps.Keys(c.managers))
	f.Read = map[string]bool{}
	for file := range c.read {
		f.Read[redact.Text(file)] = true
	}
	return f
}

func sorted(names []string) []string {
	names = slices.Clone(names)
	slices.Sort(names)
	return slices.Compact(names)
}

// shown returns a name to keep, as far as it is one that a person chose.
func shown(name string) string { return redact.Title(strings.Clone(name)) }

// told returns a text field to keep; empty where the source hides it or has none.
func told(r *estate.Resource, field string) string {
	text := r.Field(field).TextOrEmpty()
	if estate.HiddenIn(text) {
		return ""
	}
	return redact.Text(strings.Clone(text))
}

// in returns the gateway group that a resource belongs to.
func (c *Collector) in(g estate.Group) *Group {
	key := cmp.Or(g.ShortID, g.ID, g.Name)
	found := c.groups[key]
	if found == nil {
		found = &Group{}
		c.groups[strings.Clone(key)] = found
	}
	found.ID, found.ShortID, found.Name = cmp.Or(found.ID, strings.Clone(g.ID)), cmp.Or(found.ShortID, strings.Clone(g.ShortID)), cmp.Or(found.Name, shown(g.Name))
	return found
}

func (c *Collector) group(r *estate.Resource) {
	g := c.in(r.Group)
	g.Type = cmp.Or(g.Type, told(r, "type"))
	g.ImageTag = cmp.Or(g.ImageTag, redact.Found(strings.Clone(r.Field("config").Get("image_tag").TextOrEmpty())))
	if enforced, _ := r.Field("enforce_service_publishing").Bool().Known(); enforced {
		g.Enforced = true
	}
}

func (c *Collector) instance(r *estate.Resource) {
	ref := estate.Ref{Kind: r.Kind, ID: strings.Clone(r.ID)}
	if c.seen[ref] {
		return
	}
	c.seen[ref] = true
	live := true
	if n, ok := r.Field("heartbeat_age_seconds").Number().Known(); ok {
		age, _ := n.Float64()
		if age >= estate.InstanceRemoved.Seconds() {
			return
		}
		live = age < estate.InstanceOffline.Seconds()
	}
	g := c.in(r.Group)
	g.Instances = append(g.Instances, Instance{Name: shown(r.Name()), Version: redact.Found(strings.Clone(r.Field("version").TextOrEmpty())), Live: live})
}

// token keeps who can use the Admin API. A token without a day on which it ends never does.
func (c *Collector) token(r *estate.Resource) {
	if n, ok := r.Field("expired_seconds").Number().Known(); ok {
		if past, _ := n.Float64(); past > 0 {
			return
		}
	}
	name := shown(r.Name())
	if redact.Hides(name) {
		c.facts.Writers.MoreTokens++
		return
	}
	c.tokens[name] = true
}

func (c *Collector) database(r *estate.Resource) {
	c.facts.Database.Schema = cmp.Or(c.facts.Database.Schema, told(r, "schema"))
}

// release keeps a Helm release.
func (c *Collector) release(r *estate.Resource) {
	tool := r.Field("tool")
	one := Release{
		Chart: told(r, "chart"), Version: told(r, "chart_version"), From: told(r, "from"), Under: told(r, "under"), Folder: told(r, "folder"),
		Tool: Tool{visibleIn(tool, "kind"), visibleIn(tool, "namespace"), visibleIn(tool, "name")},
	}
	probe := func(key string) int {
		n, _ := settings.Of(r).At("/dashboard/livenessProbe/" + key).Number().Known()
		seconds, _ := n.Int64() // 0 where it is none
		return int(min(max(seconds, 0), mostMinutes*60))
	}
	one.Probe = Probe{probe("initialDelaySeconds"), probe("periodSeconds"), probe("failureThreshold")}
	layers, _ := r.Field("layers").Strings().Known()
	for _, file := range layers {
		one.Files = append(one.Files, redact.Text(strings.Clone(file)))
	}
	if from := told(r, "from"); len(one.Files) == 0 && from != "" {
		one.Files = []string{from}
	}
	variables, _ := settings.Of(r).At("/apisix/extraEnvVars").List().Known()
	for _, v := range variables {
		if v.Get("name").TextOrEmpty() == groupVariable {
			one.Group = keyOf(v.Get("value"))
		}
	}
	c.facts.Releases = append(c.facts.Releases, one)
}

// visibleIn returns a text in a value to keep; empty where the source hides it.
func visibleIn(v estate.Value, key string) string {
	if text := v.Get(key).TextOrEmpty(); !estate.HiddenIn(text) {
		return redact.Text(strings.Clone(text))
	}
	return ""
}

// listed returns the texts of a field to keep.
func listed(r *estate.Resource, field string) []string {
	var all []string
	texts, _ := r.Field(field).Strings().Known()
	for _, text := range texts {
		if !estate.HiddenIn(text) {
			all = append(all, redact.Text(strings.Clone(text)))
		}
	}
	return all
}

// groupVariable names the environment variable by which a gateway knows its group.
const groupVariable = "API7_GATEWAY_GROUP_SHORT_ID"

// keyOf returns the short id of a gateway group as it is written; empty where it is not known.
func keyOf(v estate.Value) string {
	if key := v.TextOrEmpty(); !estate.HiddenIn(key) {
		return strings.Clone(key)
	}
	return ""
}

// keys replaces short ids that are of no gateway group that was seen, and may be anything, by what may be shown of them.
func (c *Collector) keys(f *Facts) {
	known := func(key string) string {
		if c.groups[key] != nil {
			return key
		}
		if key = redact.Name(redact.Text(key)); redact.Hides(key) {
			return ""
		}
		return key
	}
	f.Releases, f.Containers = slices.Clone(f.Releases), slices.Clone(f.Containers)
	for i := range f.Releases {
		f.Releases[i].Group = known(f.Releases[i].Group)
	}
	for i := range f.Containers {
		f.Containers[i].Group = known(f.Containers[i].Group)
	}
}

func (c *Collector) container(r *estate.Resource) {
	w := r.Field("workload")
	c.facts.Containers = append(c.facts.Containers, Container{
		Component: told(r, "component"), Found: told(r, "found"), File: told(r, "from"), Service: shown(told(r, "service")),
		Workload:   Workload{visibleIn(w, "kind"), visibleIn(w, "namespace"), visibleIn(w, "name"), visibleIn(w, "container")},
		Repository: told(r, "repository"), Tag: told(r, "tag"), Digest: told(r, "digest"),
		Group: keyOf(r.Field("environment").Get(groupVariable)), Project: listed(r, "project"), Dotenv: told(r, "dotenv"), Variables: listed(r, "tag_variables"),
	})
}

// file keeps where a configuration file is; of that of the Dashboard also the database that it names.
func (c *Collector) file(r *estate.Resource) {
	if found := r.Field("found").TextOrEmpty(); found != "helm" {
		c.facts.Files = append(c.facts.Files, File{Path: told(r, "from"), Component: told(r, "component")})
	}
	if r.Kind == estate.DashboardConfig || r.Kind == estate.DPManagerConfig {
		c.facts.Database.add(Connection(settings.Get(r, "/database/dsn").TextOrEmpty()), told(r, "from"))
	}
}

// add takes over what was not known, and keeps in mind that a file names another database.
func (d *Database) add(other Database, file string) {
	if d.Host == "" && d.Name == "" {
		other.Schema, other.Contradictions = cmp.Or(d.Schema, other.Schema), d.Contradictions
		*d = other
		return
	}
	d.Contradict(&other, file)
}

// Connection returns what a connection string tells of a database, without its password. It is zero for a text that is not
// understood.
func Connection(text string) Database {
	d, err := dsn.Parse(text)
	if err != nil || text == "" {
		return Database{}
	}
	out := Database{
		User: visible(d.User()), Name: visible(d.Database()), Schema: visible(d.Get("search_path")), TargetSessionAttrs: visible(d.Get("target_session_attrs")),
		SSLMode: visible(d.Get("sslmode")), SSLRootCert: visible(d.Get("sslrootcert")), SSLCert: visible(d.Get("sslcert")), SSLKey: visible(d.Get("sslkey")),
	}
	if d.Scheme != dsn.Postgres {
		out.Other = d.Scheme
	}
	usual := usualPort
	if out.Other != "" {
		usual = ""
	}
	var hosts, ports []string
	for _, h := range d.Hosts() {
		host := visible(h.Name)
		if host == "" { // of a list without one of its servers nobody knows which it is
			return out
		}
		hosts, ports = append(hosts, host), append(ports, cmp.Or(visible(h.Port), usual))
	}
	if len(sorted(ports)) == 1 { // one for all
		ports = ports[:1]
	}
	out.Host, out.Port = strings.Join(hosts, ","), strings.Join(ports, ",")
	return out
}

func visible(text string) string {
	if estate.HiddenIn(text) {
		return ""
	}
	return redact.Text(text)
}
