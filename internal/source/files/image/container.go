package image

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Found is where a container was found, as resources say it.
type Found string

// Where containers are found. What Helm values leave out, the chart's default values say.
const (
	InCompose  Found = "compose"
	InManifest Found = "manifest"
	InHelm     Found = "helm"
)

// Container is a container of a component, or of what runs beside one, and how it is started.
type Container struct {
	ID, From  string // of the document that it stands in
	Document  int    // among those of its file
	Found     Found
	Component string          // empty: nothing of API7, and nothing that runs beside it
	At        estate.Position // of the image's name
	Name      Reference
	TagFrom   string // "image", or "chart" where the chart's default applies
	Chart     string
	ChartVer  string
	Variables []Variable
	Open      string // why more variables may be set; empty: these are all
	HostNet   bool
	Mounts    []string // files and folders, or what [tree.Document.ID] and a name make of what stands in a document
	Targets   []string // where they are mounted, as far as that is said
	Service   string   // of a docker-compose file
	Project   []string // files that Compose reads together where they are several: the base, and what overrides it
	Dotenv    string   // the .env beside a docker-compose file; empty: there is none
	TagNames  []string // variables in the last part of the image's name
	Workload  Workload // of a manifest
	Takes     []string // ConfigMaps and Secrets whose entries are variables, as Mounts names them
	Speaks    string   // what speaks for API7, of a container whose image does not tell; empty: nothing does
}

// Workload is the container of a Kubernetes object.
type Workload struct{ Kind, Namespace, Name, Container string }

// String joins the parts by slashes.
func (w Workload) String() string {
	return w.Kind + "/" + w.Namespace + "/" + w.Name + "/" + w.Container
}

// MountsDefaults reports whether a file is mounted over that with the gateway's default settings.
func (c *Container) MountsDefaults() bool {
	return c.Component == Gateway && slices.ContainsFunc(c.Targets, func(target string) bool {
		return path.Base(target) == "config-default.yaml"
	})
}

// Variable is an environment variable of a container.
type Variable struct {
	Name  string
	Value *tree.Node
}

// Variable returns a variable of c by its name.
func (c *Container) Variable(name string) (v Variable, set bool) {
	for _, v := range c.Variables {
		if v.Name == name {
			return v, true
		}
	}
	return Variable{}, false
}

// Variables reads the variables of a container as Kubernetes writes them: a list of names with values.
func Variables(n *tree.Node) []Variable {
	var all []Variable
	for _, item := range n.Elements() {
		name := item.Get("name").Text()
		v := tree.Text("", item.At())
		switch value := item.Member("value"); {
		case item.Member("valueFrom") != nil:
			v = tree.Unknown("valueFrom of environment variable "+name, item.At())
		case ofOthers.MatchString(value.Written()):
			v = tree.Unknown("environment variable "+ofOthers.FindStringSubmatch(value.Written())[1], value.At())
		case value != nil:
			v = tree.Text(value.Written(), value.At())
		}
		all = append(all, Variable{name, v})
	}
	return all
}

// ofOthers matches variables that Kubernetes puts into those of the same container.
var ofOthers = regexp.MustCompile(`\$\(([A-Za-z_][A-Za-z0-9_.-]*)\)`)

// Start makes c one that is started from an image.
func (c *Container) Start(name Reference, at estate.Position) {
	c.Name, c.At, c.TagFrom, c.Component = name, at, "image", name.runs()
}

// OfAPI7 reports whether c is started from an image of API7.
func (c *Container) OfAPI7() bool { return c.Name.Named() && components[c.Name.last().String()] != "" }

// Evidence returns the version that the image tells; note says why it tells none. Both are empty for images that have no
// version of the installation.
func (c *Container) Evidence() (e estate.VersionEvidence, known bool, note string) {
	switch c.Component {
	case Dashboard, DPManager:
		e.Component = estate.ControlPlane
	case Gateway:
		e.Component = estate.Gateway
	default:
		return e, false, ""
	}
	if note = c.untold(); note != "" {
		return e, false, note
	}
	tag := c.Name.Tag.String()
	v, err := version.Parse(tag)
	switch {
	case errors.Is(err, version.ErrNoRelease):
		return e, false, fmt.Sprintf("tag %q names no release", tag)
	case err != nil:
		return e, false, "its tag is no version"
	}
	_, suffix, _ := strings.Cut(tag, "-")
	if !slices.ContainsFunc([]string{"rc", "alpha", "beta"}, func(pre string) bool { return strings.HasPrefix(suffix, pre) }) {
		v = v.Release()
	}
	e.Version = v
	e.Where = fmt.Sprintf("image %s at %s", c.Name, c.At)
	if e.Chart = c.TagFrom == "chart"; e.Chart {
		e.Where = fmt.Sprintf("image %s, the default of chart %s %s, at %s", c.Name, c.Chart, c.ChartVer, c.At)
	}
	for i, name := range c.Name.Defaults() {
		e.Where += []string{", by the default of the variable ", " and of "}[min(i, 1)] + name
	}
	return e, true, ""
}

// untold says why no tag is known; empty if one is.
func (c *Container) untold() string {
	why := c.Name.Tag.Missing()
	switch {
	case why != "":
		return "its tag comes from " + why + ": it tells no version"
	case len(c.Name.Tag) > 0:
		return ""
	case len(c.Name.Digest) > 0:
		return "it is named by digest: that tells no version"
	case c.Found == InHelm:
		return "the chart's default applies, and the version of the chart is not known: nothing names one"
	}
	return "it has no tag: that tells no version"
}
