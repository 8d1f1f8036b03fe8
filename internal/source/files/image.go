package files

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

// The components by their images, as resources name them.
const (
	dashboardComponent  = "dashboard"
	dpManagerComponent  = "dp_manager"
	portalComponent     = "developer_portal"
	fileServerComponent = "file_server"
	gatewayComponent    = "gateway"
	foreignGateway      = "apache_apisix" // Apache APISIX, which reads files that look like the gateway's
)

// components maps the last part of an image's name to the component, as the vendor's charts name them
// (github.com/api7/api7-helm-chart:charts/*/values.yaml). What stands before it differs from mirror to mirror.
var components = map[string]string{ //nolint:gochecknoglobals // a table of facts
	"api7-ee-3-integrated": dashboardComponent, "api7-ee-dashboard": dashboardComponent,
	"api7-ee-dp-manager":       dpManagerComponent,
	"api7-ee-developer-portal": portalComponent, "api7-developer-portal": portalComponent,
	"api7-ee-file-server": fileServerComponent,
	"api7-ee-3-gateway":   gatewayComponent, "api7-ee-gateway": gatewayComponent,
}

// companions are images of what API7 is installed with; they count only beside an image of API7 itself.
var companions = map[string]string{ //nolint:gochecknoglobals // a table of facts
	"postgresql": "postgresql", "postgres": "postgresql", "prometheus": "prometheus", "jaeger": "jaeger",
	"apisix": foreignGateway, "soap-proxy": "soap_proxy", "openapi-to-mcp": "openapi_to_mcp", "etcd": "etcd",
}

// component returns whose image a repository holds; empty for those that are not API7's.
func component(repository string) string { return components[path.Base(repository)] }

// image is a container of a component and how it is started.
type image struct {
	id, from  string
	document  int    // among those of its file
	found     string // compose, manifest or helm
	component string
	at        place // of the image's name
	name      reference
	tagFrom   string // image, or chart where the chart's default applies
	chart     string
	chartVer  string
	env       []variable
	open      string // why more variables may be set than env has; empty if it has all
	hostNet   bool
	mounts    []string // ConfigMaps or files
	workload  workload // of a manifest
}

// workload is the container of a Kubernetes object.
type workload struct{ kind, namespace, name, container string }

func (w workload) String() string {
	return w.kind + "/" + w.namespace + "/" + w.name + "/" + w.container
}

// variable is an environment variable of a container.
type variable struct {
	name string
	node *node
}

// reference is the name of an image taken apart.
type reference struct{ repository, tag, digest string }

// missing marks a part of a name whose value is not known; between the marks stands why.
var missing = regexp.MustCompile("\x00([^\x01]*)\x01")

func mark(why string) string { return "\x00" + why + "\x01" }

// unknownPart says why a part of a name is not known; empty if it is.
func unknownPart(text string) string {
	if found := missing.FindStringSubmatch(text); found != nil {
		return found[1]
	}
	return ""
}

// parseReference takes apart the name of an image, in which unknown parts are marked.
func parseReference(text string) reference {
	var r reference
	text, r.digest, _ = strings.Cut(text, "@")
	r.repository = text
	if colon := strings.LastIndexByte(text, ':'); colon > strings.LastIndexByte(text, '/') {
		r.repository, r.tag = text[:colon], text[colon+1:]
	}
	return r
}

// String returns the name with what is known of it.
func (r reference) String() string {
	text := r.repository
	if r.tag != "" {
		text += ":" + r.tag
	}
	return missing.ReplaceAllString(text, "…")
}

// body returns the resource's JSON object.
func (i *image) body() []byte {
	b := object{}
	b.text("found", i.found)
	b.text("from", i.from)
	if i.document > 0 {
		b.raw("document", []byte(strconv.Itoa(i.document)))
	}
	b.text("component", i.component)
	if i.workload != (workload{}) {
		w := object{}
		w.text("kind", i.workload.kind)
		w.text("namespace", i.workload.namespace)
		w.text("name", i.workload.name)
		w.text("container", i.workload.container)
		b.raw("workload", w.end())
	}
	b.part("repository", i.name.repository)
	b.part("tag", i.name.tag)
	b.part("digest", i.name.digest)
	b.text("tag_from", i.tagFrom)
	b.text("chart", i.chart)
	b.text("chart_version", i.chartVer)
	if i.hostNet {
		b.raw("host_network", []byte("true"))
	}
	env := object{}
	for _, v := range i.env {
		env.raw(v.name, v.node.appendJSON(nil))
	}
	if i.open != "" {
		env.raw("*", estate.AppendUnknown(nil, i.open))
	}
	b.raw("environment", env.end())
	return b.end()
}

// object is a JSON object while it is written.
type object struct{ out []byte }

func (b *object) raw(key string, value []byte) {
	b.out = append(b.out, "{,"[min(len(b.out), 1)])
	b.out = append(append(yamlfile.AppendQuoted(b.out, key), ':'), value...)
}

// text writes a text that is there.
func (b *object) text(key, value string) {
	if value != "" {
		b.raw(key, yamlfile.AppendQuoted(nil, value))
	}
}

// part writes a text of which parts may be unknown.
func (b *object) part(key, value string) {
	if why := unknownPart(value); why != "" {
		b.raw(key, estate.AppendUnknown(nil, why))
		return
	}
	b.text(key, value)
}

func (b *object) texts(key string, values []string) {
	list := []byte{'['}
	for i, v := range values {
		if i > 0 {
			list = append(list, ',')
		}
		list = yamlfile.AppendQuoted(list, v)
	}
	b.raw(key, append(list, ']'))
}

func (b *object) end() []byte {
	if len(b.out) == 0 {
		return []byte("{}")
	}
	return append(b.out, '}')
}

// evidence returns the version that the image tells; note says why it tells none. Both are empty for images that have
// no version of the installation.
func (i *image) evidence() (e estate.VersionEvidence, known bool, note string) {
	switch i.component {
	case dashboardComponent, dpManagerComponent:
		e.Component = estate.ControlPlane
	case gatewayComponent:
		e.Component = estate.Gateway
	default:
		return e, false, ""
	}
	switch {
	case unknownPart(i.name.tag) != "":
		return e, false, "its tag comes from " + unknownPart(i.name.tag) + ": it tells no version"
	case i.name.tag == "" && i.name.digest != "":
		return e, false, "it is named by digest: that tells no version"
	case i.name.tag == "" && i.found == foundHelm:
		return e, false, "the chart's default applies, and the version of the chart is not known: nothing names one"
	case i.name.tag == "":
		return e, false, "it has no tag: that tells no version"
	}
	v, err := version.Parse(i.name.tag)
	switch {
	case errors.Is(err, version.ErrNoRelease):
		return e, false, fmt.Sprintf("tag %q names no release", i.name.tag)
	case err != nil:
		return e, false, "its tag is no version"
	}
	if _, suffix, _ := strings.Cut(i.name.tag, "-"); !slices.ContainsFunc([]string{"rc", "alpha", "beta"}, func(pre string) bool { return strings.HasPrefix(suffix, pre) }) {
		v = v.Release()
	}
	e.Version = v
	e.Where = fmt.Sprintf("image %s at %s", i.name, i.at)
	if e.Chart = i.tagFrom == "chart"; e.Chart {
		e.Where = fmt.Sprintf("image %s, the default of chart %s %s, at %s", i.name, i.chart, i.chartVer, i.at)
	}
	return e, true, ""
}
