package files

import (
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/source/files/compose"
	"github.com/api7-preflight/api7-preflight/internal/source/files/helm"
	"github.com/api7-preflight/api7-preflight/internal/source/files/recognise"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// assemble returns what documents hold together. What charts, docker-compose files and files of deployment tools say
// decides what others are, so they come first. paths are files that were not parsed: a deployment tool may name them.
func assemble(docs []*document, paths []string) (finds, error) {
	t := toolsOf(docs)
	changed := overlay(docs, t)
	charts := chartsOf(docs)
	projects, out := projectsOf(docs)
	installed, taken := installs(docs, paths, t)
	out.add(installed)
	out.add(changed)
	out.gaps = slices.Concat(out.gaps, charts.gaps, severally(docs, charts), outside(docs, paths))
	for _, d := range docs {
		if d.patch || d.further || d.bundled {
			continue
		}
		if len(d.Layers) == 1 && taken[d.full()] {
			d.used = true
			continue
		}
		more, err := read(d, charts, projects)
		if err != nil {
			return finds{}, err
		}
		out.add(more)
	}
	out.releases = append(out.releases, charts.bare()...)
	out.gaps = append(out.gaps, overlaid(docs, out.releases)...)
	for _, r := range out.releases {
		out.add(ofRelease(r))
	}
	out.notes = append(out.notes, helm.Apart(out.releases)...)
	out.add(out.mount())
	out.gaps = append(out.gaps, out.environments()...)
	return out, nil
}

// read makes of a document what it is.
func read(d *document, charts *charts, projects map[string]*compose.Project) (finds, error) {
	if own := charts.In(d.Folder()); own != nil && d.values() {
		if more, is := charts.umbrella(d, own); is && d.used {
			d.is = recognise.Match{Form: recognise.UmbrellaValues, Why: "the chart beside it depends on API7's"}
			return more, nil
		}
	}
	switch form := d.is.Form; {
	case form == recognise.ComposeFile:
		return ofCompose(d, projects[d.Folder()]), nil
	case form == recognise.Manifest:
		return ofManifest(d)
	case form.Values():
		return charts.values(d), nil
	case form.Settings():
		return ofSettings(d), nil
	}
	return finds{}, nil
}

// projectsOf returns the docker-compose files by their folders, and what was found on the way.
func projectsOf(docs []*document) (map[string]*compose.Project, finds) {
	byFolder := map[string][]*tree.Document{}
	var order []string
	for _, d := range docs {
		if d.is.Form == recognise.ComposeFile {
			folder := d.Folder()
			if byFolder[folder] == nil {
				order = append(order, folder)
			}
			byFolder[folder] = append(byFolder[folder], &d.Document)
		}
	}
	var out finds
	projects := map[string]*compose.Project{}
	for _, folder := range order {
		p := compose.Open(folder, byFolder[folder])
		projects[folder], out.notes, out.beside = p, append(out.notes, p.Notes...), append(out.beside, p.Beside...)
	}
	return projects, out
}
