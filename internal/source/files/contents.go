package files

import (
	"errors"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/files/compose"
	"github.com/api7-preflight/api7-preflight/internal/source/files/helm"
	"github.com/api7-preflight/api7-preflight/internal/source/files/image"
	"github.com/api7-preflight/api7-preflight/internal/source/files/kube"
	"github.com/api7-preflight/api7-preflight/internal/source/files/recognise"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// ofSettings reads the file of a component.
func ofSettings(d *document) finds {
	var out finds
	if d.Index > 0 {
		out.notes = append(out.notes, estate.Note{
			What: d.Root.At().String(),
			Why:  "a second document in a file that looks like a " + d.is.Form.String() + ": a component reads only the first, so it is not examined",
		})
		return out
	}
	d.used = true
	for _, at := range d.Root.Slashes() {
		out.notes = append(out.notes, estate.Note{What: at.String(), Why: "// begins no comment in YAML: the text behind it is read as a part of this setting"})
	}
	out.files = []*settingsFile{{id: d.ID(), from: d.From(), found: foundFile, is: d.is, root: d.Root, mount: absolute(d.File()), asked: d.asked, doc: d}}
	return out
}

// ofCompose reads a docker-compose file.
func ofCompose(d *document, p *compose.Project) finds {
	found := p.Read(&d.Document)
	out := finds{Installed: found.Installed, additions: found.Additions, beside: found.Beside}
	d.used = d.used || len(found.Containers)+len(found.Additions) > 0
	for _, f := range found.Files {
		root, err := inner(f.Content)
		if err != nil || root == nil { // no YAML, and so none of a component
			continue
		}
		if is := recognise.Settings(root, f.Name); is.Form != recognise.Other {
			out.files = append(out.files, &settingsFile{id: f.ID, from: d.From(), found: foundFile, is: is, root: root, mount: f.ID, asked: d.asked})
		}
	}
	return out
}

// ofManifest reads a Kubernetes manifest. The error is for a file in one that was named, which should be YAML and is none.
func ofManifest(d *document) (finds, error) {
	found := kube.Read(&d.Document)
	out := finds{Installed: found.Installed}
	d.used = d.used || len(found.Containers) > 0
	out.rendered = slices.ContainsFunc(found.Containers, func(c *image.Container) bool { return c.Chart != "" })
	for _, f := range found.Files {
		file, err := ofObject(d, f)
		if fault, ok := errors.AsType[*tree.Error](err); ok {
			if d.asked {
				return finds{}, err
			}
			out.add(ofBroken(f, fault))
			continue
		}
		if file != nil {
			d.used, out.files, out.rendered = true, append(out.files, file), out.rendered || file.chart != ""
		}
	}
	return out, nil
}

// ofBroken says of a file in an object that it cannot be read, and may be API7's or not.
func ofBroken(f kube.File, fault *tree.Error) (out finds) {
	if names := recognise.Names([]byte(f.Content.Text())); names != "" {
		out.gaps = []estate.Gap{unread(fault.At, fault.Reason+": not read; it names "+names, fault.Hint+", or leave the file out with --exclude")}
		return out
	}
	out.notes = []estate.Note{{What: fault.At.String(), Why: fault.Reason + ": not read; it names nothing of API7"}}
	return out
}

// ofObject returns a file of a ConfigMap or Secret; nil if it is none of a component.
func ofObject(d *document, f kube.File) (*settingsFile, error) {
	root, err := inner(f.Content)
	if fault, ok := errors.AsType[*tree.Error](err); ok && (strings.HasSuffix(f.Key, ".yaml") || strings.HasSuffix(f.Key, ".yml")) {
		return nil, &tree.Error{At: fault.At, Reason: "inside the manifest: " + fault.Reason, Hint: fault.Hint}
	}
	if root == nil {
		return nil, nil //nolint:nilnil // said above, or it is another format
	}
	is := recognise.Settings(root, f.Object)
	if is.Form == recognise.Other {
		return nil, nil //nolint:nilnil // said above
	}
	return &settingsFile{
		id: f.ID, from: d.From(), found: foundConfigMap, is: is, root: root, mount: f.Mount, chart: f.Chart, chartVersion: f.ChartVer, asked: f.Chart != "",
	}, nil
}

// inner reads a file that stands in another one; nil if it cannot be that of a component. A component reads the first
// document.
func inner(content *tree.Node) (*tree.Node, error) {
	if !recognise.Worthwhile(content.Text()) {
		return nil, nil //nolint:nilnil // said above
	}
	docs, err := content.Within()
	docs = slices.DeleteFunc(docs, (*tree.Node).Null)
	if err != nil || len(docs) == 0 {
		return nil, err
	}
	return docs[0], nil
}

// ofRelease returns the files and containers that a chart makes of the values of a release.
func ofRelease(r *helm.Release) finds {
	var out finds
	for _, p := range r.Parts() {
		f := &settingsFile{
			id: p.ID, from: r.From, found: foundHelm, is: recognise.Match{Form: fileOf(p.Container.Component), Why: "chart " + r.Chart}, root: p.Settings, mount: p.Mount,
			chart: r.Chart, chartVersion: r.Version, under: r.Under, open: r.Open, layers: r.Layers, asked: true, certain: true, unpacked: r.Unpacked, names: p.Names,
		}
		if p.Whole {
			f.found = foundConfigMap
		}
		out.files, out.Containers = append(out.files, f), append(out.Containers, p.Container)
	}
	return out
}
