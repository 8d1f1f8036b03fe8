package runbook

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/rule/remedy"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// plain reports whether Helm gets the values of a release as they are.
func (r *Release) plain() bool { return r.Tool == (Tool{}) && r.Under == "" }

// umbrella reports whether a release is a dependency of a chart that Helm installs.
func (r *Release) umbrella() bool { return r.Tool == (Tool{}) && r.Under != "" }

// values returns the files of values that Helm gets. A chart and what a deployment tool reads are none.
func (r *Release) values() []string {
	return slices.DeleteFunc(slices.Clone(r.Files), func(file string) bool {
		return path.Base(file) == "Chart.yaml" || path.Base(file) == "requirements.yaml"
	})
}

// place says which files describe a release.
func (r *Release) place() string { return cmp.Or(strings.Join(r.Files, ", "), r.From) }

// way says how a release is installed, and where that stands.
func (r *Release) way() string {
	named := " " + r.Tool.Name + ", " + r.place()
	switch {
	case r.argo():
		return "Argo CD " + r.Tool.Kind + named
	case r.flux():
		return "Flux HelmRelease" + named
	case r.Tool != (Tool{}):
		return r.Tool.Kind + named
	case r.umbrella():
		return "Helm, dependency " + r.Under + " of the chart in " + cmp.Or(r.Folder, "a folder that is not known") + ", values " + r.place()
	}
	return "Helm, values " + r.place()
}

// helmRelease are the parts of a helm command for one release.
type helmRelease struct{ name, namespace, values string }

// helm returns what names a release in a command. about says which release it is.
func (p *plan) helm(r *Release, about string) helmRelease {
	values := strings.Join(words(r.values()), " -f ")
	if r.umbrella() {
		about = "the chart in " + cmp.Or(r.Folder, r.place())
	}
	if values == "" && !r.umbrella() {
		values = p.blank("values file of "+about, "the file that was given to `helm install`; `helm get values RELEASE -o yaml` shows what is installed")
	}
	find := "`helm list -A` shows it"
	if r.Tool != (Tool{}) {
		find = "`kubectl get deployments -A --show-labels` shows it: label app.kubernetes.io/instance"
	}
	return helmRelease{name: p.blank("Helm release of "+about, find), namespace: p.blank("namespace of "+about, find), values: values}
}

// words returns files as words of a shell.
func words(files []string) []string {
	all := make([]string, len(files))
	for i, file := range files {
		all[i] = fileWord(file)
	}
	return all
}

// fileWord returns the path of a file as a word of a shell that no program takes for an option.
func fileWord(file string) string {
	if strings.HasPrefix(file, "-") {
		file = "./" + file
	}
	return word(file)
}

// at returns the name and the namespace of a release as arguments. A shell takes neither two blanks side by side nor one at the
// end of a line for a command that it may leave alone, but for an error of all that follows.
func (h helmRelease) at() string { return h.name + " -n " + h.namespace }

// upgrade returns the command that upgrades a release. more are further options; they stand last.
func (h helmRelease) upgrade(c remedy.Chart, more ...string) string {
	return c.Upgrade(h.at(), h.values).Line + " " + strings.Join(more, " ")
}

// about says which release it is. Where there are several, each has blanks of its own.
func (p *plan) about(r *Release) string {
	what, several := "the control plane", len(p.controlPlanes()) > 1
	if r.Chart == version.GatewayChart {
		what, several = "gateway group "+p.groupOf(r.Group), len(p.releases(r.Chart, r.Group)) > 1
	}
	if several && r.place() != "" {
		what += " in " + r.place()
	}
	return what
}

// pinned returns the version of a chart; empty if none is known.
func pinned(c remedy.Chart) string {
	if name := strings.Fields(chartTo(c)); len(name) > 1 && strings.Trim(name[1], "0123456789.,") == "" {
		return strings.TrimSuffix(name[1], ",")
	}
	return ""
}

// tags says which keys of the values name the images, and what they become. under is the key of the values in those of
// another chart.
func (p *plan) tags(r *Release) string {
	keys, to := []string{"apisix.image.tag"}, tag(gateway, p.hop.path.To)
	if r.Chart == version.ControlPlaneChart {
		keys, to = controlPlaneTags(p.hop.path.To), tag(dashboard, p.hop.path.To)
	}
	if r.umbrella() {
		for i := range keys {
			keys[i] = r.Under + "." + keys[i]
		}
	}
	return strings.Join(keys, ", ") + fmt.Sprintf(" to %q", to)
}

// controlPlaneTags are the image tags that a release of the control plane's chart has.
func controlPlaneTags(to version.Version) []string {
	keys := []string{"dashboard.image.tag", "dp_manager.image.tag"}
	if version.Since("3.3.0").In(to.Release()) {
		keys = append(keys, "developer_portal.image.tag")
	}
	if version.Since("3.9.8").In(to.Release()) {
		keys = append(keys, "file_server.image.tag")
	}
	return keys
}

// deploy returns the commands that upgrade a release, by whatever installs it.
func (p *plan) deploy(r *Release, minutes int) []string {
	c, about := p.chart(cmp.Or(r.Chart, version.ControlPlaneChart)), p.about(r)
	wait := []string{"--wait", fmt.Sprintf("--timeout %dm", minutes)}
	if r.Tool != (Tool{}) {
		return p.deployByTool(r, about, minutes)
	}
	h := p.helm(r, about)
	if r.Chart != version.GatewayChart && probes.In(p.hop.path.To.Release()) {
		key := "dashboard.livenessProbe.initialDelaySeconds="
		if r.umbrella() {
			key = r.Under + "." + key
		}
		wait = append(wait, "--set "+word(key[:len(key)-1])+"="+probeSeconds)
	}
	pods := "kubectl -n " + h.namespace + " get pods"
	if r.umbrella() {
		return append(p.editUmbrella(r, c), p.umbrella(r, h, minutes, wait[2:]...), pods)
	}
	return []string{"# " + c.String(), h.upgrade(c, wait...), pods}
}

// editUmbrella returns what to change in a chart that depends on the vendor's, and the command that fetches it.
func (p *plan) editUmbrella(r *Release, c remedy.Chart) []string {
	return []string{
		comment("in Chart.yaml of " + cmp.Or(r.Folder, "the chart that has the dependency") + " set the version of dependency " + r.Under + " to " + cmp.Or(pinned(c), "one that installs "+p.hop.path.To.String()) + " (" + c.String() +
			"), and in the values " + p.tags(r) + "; leave the other dependencies as they are"),
		p.changed(r, true),
		p.dependencies(r),
	}
}

// changed returns the command that ends a block with an error unless Chart.yaml has, or has not, the version of the target.
func (p *plan) changed(r *Release, has bool) string {
	c := p.chart(cmp.Or(r.Chart, version.ControlPlaneChart))
	if r.Folder == "" || pinned(c) == "" {
		return comment("stop here until that is done")
	}
	count := "test \"$(grep -cF " + word(pinned(c)) + " " + fileWord(strings.TrimRight(r.Folder, "/")+"/Chart.yaml") + ")\""
	if has {
		return count + " != 0 || { echo 'Chart.yaml has not the new version yet'; exit 1; }"
	}
	return count + " = 0 || { echo 'Chart.yaml still has the new version'; exit 1; }"
}

// dependencies returns the command that fetches what a chart depends on.
func (p *plan) dependencies(r *Release) string {
	text := "helm dependency update " + p.folder(r)
	if r.Folder == "" {
		text += " --debug" // a blank may not stand last
	}
	return text
}

// folder returns the folder of the chart that a release belongs to.
func (p *plan) folder(r *Release) string {
	if r.Folder == "" {
		return p.blank("folder of the chart with the values in "+r.place(), "it has a Chart.yaml with API7's chart among its dependencies")
	}
	return fileWord(r.Folder)
}

// umbrella returns the command that installs the chart that a release belongs to.
func (p *plan) umbrella(r *Release, h helmRelease, minutes int, more ...string) string {
	text := "helm upgrade " + h.at() + fmt.Sprintf(" --timeout %dm ", minutes) + p.folder(r)
	if h.values != "" {
		text += " -f " + h.values
	}
	return strings.Join(append([]string{text}, append(more, "--wait")...), " ")
}

// key is what a release is called in the names of files.
func (p *plan) key(r *Release) string {
	name, all := "control-plane", p.f.Releases
	if r.Chart == version.GatewayChart {
		name = "gateways-" + cmp.Or(remedy.Escape(r.Group), "each")
	}
	at := slices.IndexFunc(all, func(one Release) bool {
		return one.From == r.From && one.Under == r.Under && one.Tool == r.Tool && one.Chart == r.Chart
	})
	if len(p.releases(r.Chart, r.Group)) > 1 {
		name += "-" + strconv.Itoa(at+1)
	}
	return name
}

// revisionFile returns the file that keeps which revision of a Helm release is installed before this window.
func (p *plan) revisionFile(r *Release) string {
	return `"$BACKUP_DIR"/` + word("revision-"+p.key(r)+"-"+p.hop.path.From.String())
}

// keepRevision returns the commands that write that file.
func (p *plan) keepRevision(r *Release, about string) []string {
	h, file := p.helm(r, about), p.revisionFile(r)
	return []string{"helm status " + h.at() + " -o table | sed -n 's/^REVISION: //p' >" + file, "test -s " + file}
}

// again returns the commands that install the old release again.
func (p *plan) again(r *Release, about string, minutes int) []string {
	if r.Tool != (Tool{}) {
		return p.backByTool(r, about, minutes)
	}
	h := p.helm(r, about)
	wait := fmt.Sprintf("--wait --timeout %dm", minutes)
	if r.umbrella() {
		return []string{
			comment("take back what was changed in Chart.yaml and in the values for dependency " + r.Under + ", and nothing else: helm rollback would take back all of the chart"),
			p.changed(r, false),
			p.dependencies(r), p.umbrella(r, h, minutes),
		}
	}
	return []string{"revision=$(cat " + p.revisionFile(r) + ")", "helm rollback " + h.name + ` "$revision" -n ` + h.namespace + " " + wait}
}

// workloads matches the Deployments of the control plane by their ends, and only them: in a chart that installs gateways too
// those have the same labels. Source: templates of github.com/api7/api7-helm-chart:charts/api7.
const workloads = "dashboard|dp-manager|developer-portal|file-server|api-usage"

// scaleDown returns the commands that stop the control plane of a release, and wait until it has stopped.
func scaleDown(h helmRelease) []string {
	instance := "-l app.kubernetes.io/instance=" + h.name
	return []string{
		"kubectl -n " + h.namespace + " get deployments " + instance + " -o name | grep -E -e '-(" + workloads + ")$' | xargs kubectl -n " + h.namespace + " scale --replicas=0",
		"kubectl -n " + h.namespace + " wait pod " + instance + ",'app.kubernetes.io/component in (" + strings.ReplaceAll(workloads, "|", ",") + ")' --for=delete --timeout=5m",
	}
}

// rendered returns the command that shows which images the values name with the new chart.
func (p *plan) rendered(r *Release) string {
	c, h := p.chart(r.Chart), p.helm(r, p.about(r))
	release := ""
	if v := pinned(c); v != "" {
		release = " --version " + v
	}
	return "helm template " + h.name + " api7/" + r.Chart + release + " -f " + h.values + " | grep 'image:'"
}
