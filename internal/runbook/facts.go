package runbook

import (
	"cmp"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Facts are what a runbook needs to know of an installation besides the report. What is not known is empty.
type Facts struct {
	Groups        []Group
	Services      []Service // published ones
	MoreServices  int       // published ones that were left out because there are too many
	Releases      []Release
	Containers    []Container
	Files         []File
	Database      Database
	Writers       Writers
	CustomPlugins []string
	// Running are the versions of the control plane that a running one said itself.
	Running []version.Version
	// Read are the files that something was read from: see [Facts.Gives].
	Read map[string]bool
}

// Gives says that a file was read; of a dump also the gateway group that it is of.
func (f *Facts) Gives(group, file string) {
	if f.Read == nil {
		f.Read = map[string]bool{}
	}
	f.Read[redact.Text(read(group, file))] = true
}

// starting returns the files that name images.
func (f *Facts) starting() []string {
	all := []string{}
	for i := range f.Containers {
		if c := &f.Containers[i]; titles[c.Component] != "" && c.Tag != "" && c.File != "" {
			all = append(all, c.File)
		}
	}
	return sorted(all)
}

// Group is a gateway group.
type Group struct {
	ID, ShortID, Name string
	Type              string // as the control plane says it: "api7_ingress_controller"
	ImageTag          string // of the images in the commands that the Dashboard shows for it
	Enforced          bool   // whether services must be published, and are not changed directly
	Instances         []Instance
}

// Label returns the name of the group, else its ids.
func (g *Group) Label() string {
	switch {
	case g.Name != "":
		return g.Name
	case g.ShortID != "":
		return g.ShortID
	}
	return g.ID
}

// Key returns what the group is called in keys, else its name.
func (g *Group) Key() string {
	if g.ShortID != "" {
		return g.ShortID
	}
	return g.Label()
}

// Instance is a gateway instance.
type Instance struct {
	Name    string
	Version string
	Live    bool // heard of in the last two hours
}

// Live returns the instances that are alive.
func (g *Group) Live() []Instance {
	var live []Instance
	for _, i := range g.Instances {
		if i.Live {
			live = append(live, i)
		}
	}
	return live
}

// Service is a published service with the route that shows best whether it answers.
type Service struct {
	Group, ID, Name string // Group is the short id
	Stream          bool   // it takes TCP connections, not requests
	Status          string // as the control plane writes it; what it means depends on the release
	Open            bool   // no plugin asks who sends a request
	Hosts           []string
	Routes          int
	RouteIDs        []string // some of them
	Route           Route
}

// Route is a route that one request can reach.
type Route struct {
	Name    string
	Methods []string // empty: all
	Hosts   []string
	Path    string // as it is written, with the service's prefix
	Off     bool   // it is disabled
	Vars    bool   // it has conditions that the path does not tell
	Hidden  bool   // the source hides a part of it
}

// Release is a release of one of the vendor's Helm charts.
type Release struct {
	Chart, Version string
	Files          []string // of values, in order
	Group          string   // short id of the gateway group that its gateways join; empty: none, or not known
	From           string   // the file that describes it
	Under          string   // the key of its values in those of a chart that depends on it; empty: they are its own
	Folder         string   // of that chart; empty: not known
	Tool           Tool
	Probe          Probe
}

// Tool is what deploys a release: Kind is that of its object, as "Application" of Argo CD or "HelmRelease" of Flux, else
// "Kustomization" or "helmfile". It is zero for values that Helm gets as they are.
type Tool struct{ Kind, Namespace, Name string }

// Probe is when Kubernetes restarts a container that does not answer: after Delay seconds, and Failures of them Period seconds
// apart. What is 0 is not said.
type Probe struct{ Delay, Period, Failures int }

// Container is a container of API7 that files start.
type Container struct {
	Component  string // "dashboard", "dp_manager", "developer_portal", "file_server", "gateway"
	Found      string // "compose", "manifest" or "helm"
	File       string
	Service    string // of a docker-compose file
	Workload   Workload
	Repository string
	Tag        string
	Digest     string
	Group      string   // short id of the gateway group, of a gateway
	Project    []string // docker-compose files that Compose reads together, where they are several
	Dotenv     string   // the .env beside a docker-compose file; empty: there is none
	Variables  []string // in the tag of its image
}

// Workload is the container of a Kubernetes object.
type Workload struct{ Kind, Namespace, Name, Container string }

// File is a configuration file.
type File struct{ Path, Component string }

// Database is where the control plane keeps its configuration.
type Database struct {
	// Host and Port are lists with commas where there are several servers, as libpq takes them.
	Host, Port, User, Name, Schema      string
	SSLMode, SSLRootCert                string
	SSLCert, SSLKey, TargetSessionAttrs string
	// Reader is true if User is the role that this program reads with, and not the control plane's own.
	Reader bool
	Other  string // another kind of database than PostgreSQL: "mysql"
	// Contradictions say who else names a database, and which.
	Contradictions []string
}

// Place names servers and database: "db-1:5432/api7ee".
func (d *Database) Place() string {
	return strings.Join(d.servers(), ",") + "/" + cmp.Or(d.Name, "(name not known)")
}

// servers returns the servers with their ports.
func (d *Database) servers() []string {
	var all []string
	ports := strings.Split(d.Port, ",")
	for i, host := range strings.Split(cmp.Or(d.Host, "(server not known)"), ",") {
		port := ports[min(i, len(ports)-1)]
		if d.Other == "" {
			port = cmp.Or(port, usualPort)
		}
		all = append(all, strings.TrimSuffix(host+":"+port, ":"))
	}
	return all
}

// usualPort is the port of PostgreSQL where nothing says another one.
const usualPort = "5432"

// Contradict says that something else names a database, if that is certainly another place than this one.
func (d *Database) Contradict(other *Database, who string) {
	if d.Host == "" && d.Name == "" || other.Host == "" && other.Name == "" {
		return
	}
	apart := d.Name != "" && other.Name != "" && d.Name != other.Name
	if d.Host != "" && other.Host != "" && !apart {
		apart = !slices.ContainsFunc(other.servers(), func(one string) bool {
			return slices.ContainsFunc(d.servers(), func(here string) bool { return strings.EqualFold(here, one) })
		})
	}
	if text := who + " names " + other.Place(); apart && !slices.Contains(d.Contradictions, text) {
		d.Contradictions = append(d.Contradictions, text)
	}
}

// Writers are what can change the configuration.
type Writers struct {
	Tokens     []string // names of API tokens that are valid
	MoreTokens int      // valid ones whose names are not shown
	Managers   []string // values of the label managed-by on published services
}
