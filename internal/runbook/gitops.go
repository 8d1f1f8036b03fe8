package runbook

import (
	"cmp"
	"fmt"
	"strings"
)

// argo reports whether Argo CD deploys a release.
func (r *Release) argo() bool { return r.Tool.Kind == "Application" || r.Tool.Kind == "ApplicationSet" }

// flux reports whether Flux deploys a release.
func (r *Release) flux() bool { return r.Tool.Kind == "HelmRelease" }

// editByTool says what is made ready in Git for the deployment tool of a release.
func (p *plan) editByTool(r *Release) string {
	c, version := p.chart(r.Chart), "the version of the chart"
	switch {
	case r.argo():
		version = "targetRevision"
	case r.flux():
		version = "spec.chart.spec.version"
	}
	text := "in " + r.From + ", in a commit of its own on a branch that is not merged yet, set " + version + " to " + cmp.Or(pinned(c), "one that installs "+p.hop.path.To.String()) + " (" + c.String() + "), and in the values " + p.tags(r)
	if r.Chart != "gateway" && probes.In(p.hop.path.To.Release()) {
		text += ", and dashboard.livenessProbe.initialDelaySeconds to " + probeSeconds
	}
	return comment(text)
}

// deployByTool returns the commands by which a deployment tool takes over what was made ready.
func (p *plan) deployByTool(r *Release, about string, minutes int) []string {
	merge := comment("merge the branch that `make-ready` prepared for " + r.From)
	switch {
	case r.argo():
		return append([]string{merge, p.applied(r)}, p.sync(r, about, minutes)...)
	case r.flux():
		return append([]string{merge}, p.reconcile(r, minutes)...)
	}
	return []string{merge, p.blank("command that deploys "+about+" by "+r.Tool.Kind, r.From+" is its input: ask who deploys it") + " " + fileWord(r.From)}
}

// applied returns the command that gives the cluster the manifest of an application as it is in Git now: a sync deploys what the
// application in the cluster says.
func (*plan) applied(r *Release) string {
	return "kubectl apply -n " + word(cmp.Or(r.Tool.Namespace, "argocd")) + " -f " + fileWord(r.From) + " # in a clone that has the change; or sync the application that holds this manifest"
}

// sync returns the commands that make Argo CD deploy what is in Git.
func (p *plan) sync(r *Release, about string, minutes int) []string {
	app := p.application(r, about)
	return []string{
		fmt.Sprintf("argocd app sync %s --timeout %d", app, minutes*60),
		fmt.Sprintf("argocd app wait %s --health --timeout %d", app, minutes*60),
	}
}

// application names an application of Argo CD.
func (p *plan) application(r *Release, about string) string {
	if r.Tool.Kind != "Application" || r.Tool.Name == "" {
		return p.blank("Argo CD Application of "+about, "`argocd app list` shows it")
	}
	if ns := r.Tool.Namespace; ns != "" && ns != "argocd" {
		return word(r.Tool.Name) + " --app-namespace " + word(ns)
	}
	return word(r.Tool.Name)
}

// helmReleaseOf names a HelmRelease of Flux.
func (p *plan) helmReleaseOf(r *Release) string {
	const find = "`kubectl get helmreleases -A` shows it"
	ns := p.or(r.Tool.Namespace, "namespace of HelmRelease "+r.Tool.Name, find)
	return p.or(r.Tool.Name, "HelmRelease in "+r.From, find) + " -n " + ns
}

// reconcile returns the commands that make Flux deploy what is in Git.
func (p *plan) reconcile(r *Release, minutes int) []string {
	return []string{
		"flux reconcile kustomization " + p.blank("Flux Kustomization that applies "+r.From, "`flux get kustomizations -A` shows it, and its namespace if it is not flux-system") + " --with-source",
		fmt.Sprintf("flux reconcile helmrelease %s --with-source --timeout %dm", p.helmReleaseOf(r), minutes),
	}
}

// revert returns the commands that take back in Git what deployed a release.
func (p *plan) revert(r *Release, about string) []string {
	return []string{
		"git revert " + p.blank("commit that upgraded "+about, "`git log` of "+r.From+", in a clone of its repository") + " --no-edit",
		"git push",
	}
}

// backByTool returns the commands that make a deployment tool install the old release again.
func (p *plan) backByTool(r *Release, about string, minutes int) []string {
	revert := p.revert(r, about)
	switch {
	case r.argo():
		return append(append(revert, p.applied(r)), p.sync(r, about, minutes)...)
	case r.flux():
		all := append(revert, p.reconcile(r, minutes)[0])
		if r.Chart != "gateway" {
			all = append(all, "flux resume helmrelease "+p.helmReleaseOf(r)+fmt.Sprintf(" --timeout %dm", minutes))
		}
		return append(all, p.reconcile(r, minutes)[1])
	}
	return append(revert, p.blank("command that deploys "+about+" by "+r.Tool.Kind, r.From+" is its input: ask who deploys it")+" "+fileWord(r.From))
}

// pause returns the commands that keep a deployment tool from starting what is stopped by hand.
func (p *plan) pause(r *Release, about string) []string {
	switch {
	case r.argo():
		return []string{
			"argocd app set " + p.application(r, about) + " --sync-policy none",
			"# an ApplicationSet, or an Application that has made this one, sets the policy again: pause it too",
		}
	case r.flux():
		return []string{"flux suspend helmrelease " + p.helmReleaseOf(r) + " --timeout 5m"}
	}
	return []string{comment("pause whatever deploys " + r.From + " by itself")}
}

// toolNote says what deployment tools do by themselves.
func toolNote(releases []Release) string {
	var all []string
	for i := range releases {
		switch r := &releases[i]; {
		case r.argo():
			all = append(all, " Argo CD undoes what is done by hand where automated sync and self-heal are on: change the files in Git, and wait for the sync.")
		case r.flux():
			all = append(all, " Flux undoes what is done by hand: change the files in Git. Its spec.upgrade.remediation must not go back to the old release by itself: that would meet a migrated database.")
		case r.umbrella():
			all = append(all, " The chart installs more than this: only what is named here may change.")
		case r.Tool != (Tool{}):
			all = append(all, " "+r.Tool.Kind+" deploys it: helm upgrade with these files alone would start the chart with its defaults.")
		}
	}
	return strings.Join(sorted(all), "")
}
