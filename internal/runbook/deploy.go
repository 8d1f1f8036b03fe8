package runbook

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/rule/remedy"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// The components, as containers call them.
const (
	dashboard  = "dashboard"
	dpManager  = "dp_manager"
	portal     = "developer_portal"
	fileServer = "file_server"
	gateway    = "gateway"
)

// titles are what people call the components.
var titles = map[string]string{
	dashboard: "Dashboard", dpManager: "DP Manager", portal: "Developer Portal", fileServer: "file server", gateway: "gateway",
}

// title returns what people call a component.
func title(component string) string { return cmp.Or(titles[component], component) }

// controlPlaneParts are the components of the control plane in the order of upgrading them: the Dashboard migrates the
// database, and the others need the migrated one.
var controlPlaneParts = []string{dashboard, dpManager, portal, fileServer}

// tag returns the tag of the images of a component in a release: those of the control plane begin with a v. Source: the
// values of the vendor's charts, see [version.Charts].
func tag(component string, v version.Version) string {
	text := v.Release().String()
	if component == gateway {
		return text
	}
	base, _, _ := strings.Cut(text, "-patch.") // of which there are images of gateways alone
	return "v" + base
}

// chart returns the version of a chart to install.
func (p *plan) chart(name string) remedy.Chart { return remedy.ChartOf(name, p.hop.path.To) }

// releases returns the Helm releases of a chart; of the chart of gateways those that join a group.
func (p *plan) releases(chart, group string) []Release {
	var all []Release
	for _, r := range p.f.Releases {
		if r.Chart == chart && (chart != version.GatewayChart || r.Group == group) {
			all = append(all, r)
		}
	}
	return all
}

// containers returns the containers of a component that files start, without those that Helm starts.
func (p *plan) containers(component, group string) []Container {
	var all []Container
	for _, c := range p.f.Containers {
		if c.Component == component && (c.Found == "compose" || c.Found == "manifest") && (component != gateway || c.Group == group) {
			all = append(all, c)
		}
	}
	return all
}

// composed reports whether a docker-compose file starts a container.
func (c *Container) composed() bool { return c.Found == "compose" }

// image returns the name of an image with another tag.
func (c *Container) image(tag string) string { return cmp.Or(c.Repository, "api7/?") + ":" + tag }

// place says where a container is started.
func (c *Container) place() string {
	if c.composed() {
		return fmt.Sprintf("service %s in %s", c.Service, c.File)
	}
	w := c.Workload
	where := strings.ToLower(w.Kind) + "/" + w.Name
	if w.Namespace != "" {
		where += " in namespace " + w.Namespace
	}
	return where + " (" + c.File + ")"
}

// now returns the tag or digest of a container.
func (c *Container) now() string { return cmp.Or(c.Tag, c.Digest) }

// namespace returns the option that names the namespace of a workload.
func (p *plan) namespace(w Workload) string {
	return "-n " + p.or(w.Namespace, "namespace of "+w.Name, "`kubectl get "+strings.ToLower(w.Kind)+" -A | grep "+w.Name+"`")
}

// setImage returns the commands that give a workload another image, and wait for it.
func (p *plan) setImage(c *Container, tag string, minutes int) string {
	object := word(strings.ToLower(c.Workload.Kind) + "/" + c.Workload.Name)
	ns := p.namespace(c.Workload)
	return lines(
		fmt.Sprintf("kubectl %s set image %s %s", ns, object, word(c.Workload.Container+"="+c.image(tag))),
		fmt.Sprintf("kubectl %s rollout status %s --timeout=%dm", ns, object, minutes),
	)
}

// helmRelease are the parts of a helm command for one release.
type helmRelease struct{ name, namespace, values string }

// helm returns what names a release in a command. about says which release it is.
func (p *plan) helm(r *Release, about string) helmRelease {
	files := make([]string, len(r.Files))
	for i, file := range r.Files {
		files[i] = word(file)
	}
	values := strings.Join(files, " -f ")
	if values == "" {
		values = p.blank("values file of "+about, "the file that was given to `helm install`; `helm get values RELEASE -o yaml` shows what is installed")
	}
	return helmRelease{
		name:      p.blank("Helm release of "+about, "`helm list -A` shows it"),
		namespace: p.blank("namespace of "+about, "`helm list -A` shows it"),
		values:    values,
	}
}

// upgrade returns the command that upgrades a release. more are further options.
func (h helmRelease) upgrade(c remedy.Chart, more ...string) string {
	return c.Upgrade(h.name, h.values, append([]string{"-n", h.namespace}, more...)...).Line
}

// composeFile returns the option that names a docker-compose file.
func composeFile(c *Container) string { return "-f " + word(c.File) }

// components says what is installed, and what it becomes in this hop.
func (p *plan) components() []Component {
	var all []Component
	to := p.hop.path.To
	control, data := p.chart(version.ControlPlaneChart), p.chart(version.GatewayChart)
	for _, r := range p.releases(version.ControlPlaneChart, "") {
		all = append(all, Component{
			Name: "Control plane", Where: "Helm, values " + strings.Join(r.Files, ", "), Current: chartIs(&r, p.hop.path.From), Becomes: tag(dashboard, to),
			Chart: chartTo(control), Evidence: chartEvidence(version.ControlPlaneChart, control),
		})
	}
	for _, part := range controlPlaneParts {
		for _, c := range p.containers(part, "") {
			all = append(all, Component{Name: title(part), Where: c.place(), Current: c.image(c.now()), Becomes: c.image(tag(part, to)), Evidence: p.tagEvidence(part)})
		}
	}
	if len(all) == 0 {
		all = append(all, Component{
			Name: "Control plane", Where: "not known: no source shows how it is started", Current: p.hop.path.From.String(), Becomes: tag(dashboard, to),
			Chart: chartTo(control), Evidence: chartEvidence(version.ControlPlaneChart, control),
		})
	}
	for i := range p.groups {
		all = append(all, p.groupComponents(&p.groups[i], data)...)
	}
	return all
}

// tagEvidence says how the tag of a component's image is known.
func (p *plan) tagEvidence(component string) string {
	name := version.ControlPlaneChart
	if component == gateway {
		name = version.GatewayChart
	}
	if charts := version.ChartsOf(name, p.hop.path.To.Release()); len(charts) > 0 {
		return "the tag is that of chart " + name + " " + charts[len(charts)-1]
	}
	return "the tag is written as in the vendor's charts, none of which installs this release: look whether the registry has it"
}

// groupComponents says what a gateway group runs, and what it becomes.
func (p *plan) groupComponents(g *Group, chart remedy.Chart) []Component {
	to := tag(gateway, p.hop.path.To)
	one := Component{Name: GroupPrefix + g.Label(), Where: instancesOf(g), Current: p.versionsOf(g), Becomes: to}
	releases, containers := p.releases(version.GatewayChart, g.ShortID), p.containers(gateway, g.ShortID)
	for i := range releases {
		one.Where += "; Helm, values " + strings.Join(releases[i].Files, ", ")
		one.Chart, one.Evidence = chartTo(chart), chartEvidence(version.GatewayChart, chart)
	}
	for i := range containers {
		one.Where += "; " + containers[i].place()
		one.Becomes, one.Evidence = containers[i].image(to), p.tagEvidence(gateway)
	}
	if len(releases)+len(containers) == 0 {
		one.Where += "; how they are started is not known"
		one.Chart, one.Evidence = chartTo(chart), chartEvidence(version.GatewayChart, chart)
	}
	return []Component{one}
}

// instancesOf counts the instances of a group.
func instancesOf(g *Group) string {
	live := len(g.Live())
	text := many(live, "live instance", "live instances")
	if silent := len(g.Instances) - live; silent > 0 {
		text += fmt.Sprintf(", %d silent", silent)
	}
	return text
}

func many(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, more)
}

// versionsOf returns the versions of the live instances of a group before this hop.
func (p *plan) versionsOf(g *Group) string {
	if p.hop.number > 1 {
		return p.hop.path.From.String()
	}
	var all []string
	for _, i := range g.Live() {
		all = append(all, cmp.Or(i.Version, "unknown"))
	}
	return strings.Join(sorted(all), ", ")
}

// chartIs names the installed chart.
func chartIs(r *Release, from version.Version) string {
	if r.Version == "" {
		return from.String() + ", chart version not known"
	}
	return from.String() + ", chart " + r.Chart + " " + r.Version
}

// chartTo names the chart to install.
func chartTo(c remedy.Chart) string { return strings.TrimPrefix(c.String(), "chart ") }

// chartEvidence says how it is known what a chart installs.
func chartEvidence(name string, c remedy.Chart) string {
	for _, r := range version.Charts(name) {
		if strings.HasPrefix(chartTo(c), name+" "+r.Chart) && (chartTo(c) == name+" "+r.Chart || strings.HasPrefix(chartTo(c), name+" "+r.Chart+",")) {
			return "github.com/api7/api7-helm-chart, tag " + name + "-" + r.Chart + " (" + r.Commit + ")"
		}
	}
	return ""
}

// owns reports whether something in the files is known to start gateways of a group.
func (p *plan) owns(g *Group) bool {
	return len(p.releases(version.GatewayChart, g.ShortID))+len(p.containers(gateway, g.ShortID)) > 0
}

// stray returns the containers and releases of gateways that are of no group that is known.
func (p *plan) stray() []string {
	known := func(short string) bool {
		return slices.ContainsFunc(p.groups, func(g Group) bool { return g.ShortID == short })
	}
	var all []string
	for _, r := range p.f.Releases {
		if r.Chart == version.GatewayChart && !known(r.Group) {
			all = append(all, strings.Join(r.Files, ", "))
		}
	}
	for _, c := range p.f.Containers {
		if c.Component == gateway && c.Found != "helm" && !known(c.Group) {
			all = append(all, c.place())
		}
	}
	return all
}
