package runbook

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/plural"
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

// namespace returns the option that names the namespace of a workload.
func (p *plan) namespace(w Workload) string {
	return "-n " + p.or(w.Namespace, "namespace of "+w.Name, "`kubectl get "+strings.ToLower(w.Kind)+" -A | grep "+w.Name+"`")
}

// object names the object of a workload.
func (w *Workload) object() string { return word(strings.ToLower(w.Kind) + "/" + w.Name) }

// named returns the name of an image with another tag, for a text.
func (c *Container) named(tag string) string {
	return cmp.Or(c.Repository, "(repository not known)") + ":" + tag
}

// now returns the name of the image that a container has before this window, for a text.
func (p *plan) now(c *Container) string {
	if p.hop.number > 1 || p.madeReady(c) {
		return c.named(tag(c.Component, p.hop.path.From))
	}
	return cmp.Or(c.Repository, "(repository not known)") + c.behind()
}

// madeReady reports whether the file names the target already, so that it does not tell what runs.
func (p *plan) madeReady(c *Container) bool {
	v, err := version.Parse(c.Tag)
	return err == nil && v.Compare(p.hop.path.To) == 0
}

// behind returns what stands behind the repository in the name of an image.
func (c *Container) behind() string {
	text := ""
	if c.Tag != "" {
		text = ":" + c.Tag
	}
	if c.Digest != "" {
		text += "@" + c.Digest
	}
	return text
}

// repository returns the repository of an image as a part of a word of the shell.
func (p *plan) repository(c *Container) string {
	return p.or(c.Repository, "repository of the image of "+title(c.Component)+" in "+c.File, "the file names it, with variables whose values are not known")
}

// newImage returns the image of the target, and oldImage that of before this window, as words of a shell.
func (p *plan) newImage(c *Container) string {
	return p.repository(c) + ":" + tag(c.Component, p.hop.path.To)
}

func (p *plan) oldImage(c *Container) string {
	switch {
	case p.hop.number > 1 || p.madeReady(c):
		return p.repository(c) + ":" + tag(c.Component, p.hop.path.From)
	case c.behind() == "":
		return p.repository(c)
	case c.Repository == "":
		return p.repository(c) + word(c.behind())
	}
	return word(c.Repository + c.behind())
}

// setImage returns the command that gives a workload another image, a word of the shell.
func (p *plan) setImage(c *Container, image string) string {
	if strings.HasSuffix(image, ">") {
		image += " -o name" // a blank may not stand last
	}
	return "kubectl " + p.namespace(c.Workload) + " set image " + c.Workload.object() + " " + word(c.Workload.Container) + "=" + image
}

// rollout returns the command that waits until a workload has its new pods.
func (p *plan) rollout(c *Container, minutes int) string {
	return fmt.Sprintf("kubectl %s rollout status %s --timeout=%dm", p.namespace(c.Workload), c.Workload.object(), minutes)
}

// controlPlanes returns the places that each start a Dashboard, and so a control plane.
func (p *plan) controlPlanes() []string {
	var all []string
	for _, r := range p.releases(version.ControlPlaneChart, "") {
		all = append(all, r.place())
	}
	for _, c := range p.containers(dashboard, "") {
		where := "Compose files in " + path.Dir(c.File)
		if !c.composed() {
			where = "manifests for namespace " + cmp.Or(c.Workload.Namespace, "(not said), in "+path.Dir(c.File))
		}
		all = append(all, where)
	}
	return sorted(all)
}

// severalNote says that the files are of more than one control plane; empty if they are not.
func (p *plan) severalNote() string {
	all := p.controlPlanes()
	if len(all) < 2 {
		return ""
	}
	return "The files describe more than one control plane: " + strings.Join(all, "; ") + ". Make the runbook again with those of one installation alone; where they are layers of the values of one Helm release, with --config FILE,FILE in the order in which Helm gets them."
}

// components says what is installed, and what it becomes in this hop.
func (p *plan) components() []Component {
	var all []Component
	to := p.hop.path.To
	control, data := p.chart(version.ControlPlaneChart), p.chart(version.GatewayChart)
	for _, r := range p.releases(version.ControlPlaneChart, "") {
		all = append(all, Component{
			Name: "Control plane", Where: r.way(), Current: p.chartIs(&r) + p.newerThanSaid(p.imagesOf(&r)), Becomes: tag(dashboard, to),
			Chart: chartTo(control), Evidence: chartEvidence(version.ControlPlaneChart, control),
		})
	}
	for _, part := range controlPlaneParts {
		for _, c := range p.containers(part, "") {
			all = append(all, Component{Name: title(part), Where: c.place(), Current: p.now(&c) + p.newerThanSaid([]Container{c}), Becomes: c.named(tag(part, to)), Evidence: p.tagEvidence(part)})
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
	for i := range all {
		all[i].Window = p.hop.number
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
		one.Where += "; " + releases[i].way()
		one.Chart, one.Evidence = chartTo(chart), chartEvidence(version.GatewayChart, chart)
	}
	for i := range containers {
		one.Where += "; " + containers[i].place()
		one.Becomes, one.Evidence = containers[i].named(to), p.tagEvidence(gateway)
	}
	if len(releases)+len(containers) == 0 {
		one.Where += "; how they are started is not known"
		one.Chart, one.Evidence = chartTo(chart), chartEvidence(version.GatewayChart, chart)
	}
	if p.standing(g) != behind {
		one.Becomes, one.Chart, one.Evidence = "stays as it is", "", ""
	}
	return []Component{one}
}

// instancesOf counts the instances of a group.
func instancesOf(g *Group) string {
	live := len(g.Live())
	text := plural.Of(live, "live instance", "live instances")
	if silent := len(g.Instances) - live; silent > 0 {
		text += fmt.Sprintf(", %d silent", silent)
	}
	return text
}

// versionsOf returns the versions of the live instances of a group before this hop.
func (p *plan) versionsOf(g *Group) string {
	if p.hop.number == 1 {
		var all []string
		for _, i := range g.Live() {
			all = append(all, cmp.Or(i.Version, "unknown"))
		}
		return strings.Join(sorted(all), ", ")
	}
	return strings.Join(texted(p.runs(g)), ", ")
}

// imagesOf returns the images of a Helm release of the control plane.
func (p *plan) imagesOf(r *Release) []Container {
	var all []Container
	for _, c := range p.f.Containers {
		if c.Found == "helm" && c.File == r.From && slices.Contains(controlPlaneParts, c.Component) {
			all = append(all, c)
		}
	}
	return all
}

// newerThanSaid says which images are newer than the release that the upgrade is said to start from; empty if none is.
func (p *plan) newerThanSaid(images []Container) string {
	var all []string
	for i := range images {
		if v, err := version.Parse(images[i].Tag); err == nil && p.hop.path.From.Less(v) && p.hop.number == 1 && !p.madeReady(&images[i]) {
			all = append(all, images[i].Tag)
		}
	}
	if len(all) == 0 {
		return ""
	}
	text := "the image has tag " + strings.Join(sorted(all), ", ") + ", which is newer than " + p.hop.path.From.String()
	p.note("Files and path disagree: in " + images[0].File + " " + text + ", the release that this runbook starts from. Find out what runs, and give it as --from.")
	return "; " + text
}

// note adds what speaks against this plan to the first page.
func (p *plan) note(text string) {
	if !slices.Contains(p.book.Notes, text) {
		p.book.Notes = append(p.book.Notes, text)
	}
}

// chartIs names the chart that is installed before this window.
func (p *plan) chartIs(r *Release) string {
	from := p.hop.path.From
	if p.hop.number > 1 {
		return from.String() + ", " + remedy.ChartOf(r.Chart, from).String()
	}
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
