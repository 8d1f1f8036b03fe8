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

const splitHint = "leave one document in the file, or put each into a file of its own"

// ofSettings reads the file of a component.
func ofSettings(d *document) finds {
	var out finds
	switch {
	case d.Index > 0 && d.is.Alien != "":
		return out
	case d.Index > 0:
		d.used = true
		out.gaps = append(out.gaps, unread(d.Root.At(), "a further document, which looks like a "+d.is.Form.String()+
			": a component reads only the first document of its file, so it is not examined", splitHint))
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
		root, further, err := inner(f.Content)
		if err != nil || root == nil { // no YAML, and so none of a component
			continue
		}
		if is := recognise.Settings(root, f.Name); is.Form != recognise.Other {
			out.gaps = append(out.gaps, behind(further, is)...)
			out.files = append(out.files, &settingsFile{id: f.ID, from: d.From(), found: foundFile, is: is, root: root, mount: f.ID, asked: d.asked})
		}
	}
	return out
}

// ofManifest reads a Kubernetes manifest. The error is for a file in one that was named, which should be YAML and is none.
func ofManifest(d *document) (finds, error) {
	found := kube.Read(&d.Document)
	out := finds{Installed: found.Installed}
	speaks := func(c *image.Container) bool { return c.Speaks != "" } // said of the container
	d.used = d.used || len(found.Containers) > 0 || slices.ContainsFunc(found.Strangers, speaks)
	out.rendered = slices.ContainsFunc(found.Containers, func(c *image.Container) bool { return c.Chart != "" })
	for _, f := range found.Files {
		if image.OwnVariable(f.Key) {
			out.hold(f.Mount, f.Key)
			continue
		}
		file, gaps, err := ofObject(d, f)
		if fault, ok := errors.AsType[*tree.Error](err); ok {
			if d.asked {
				return finds{}, err
			}
			out.add(ofBroken(f, fault))
			continue
		}
		out.gaps = append(out.gaps, gaps...)
		if file != nil {
			d.used, out.files, out.rendered = true, append(out.files, file), out.rendered || file.chart != ""
		}
	}
	return out, nil
}

// ofBroken says of a file in an object that it cannot be read, and may be API7's or not.
func ofBroken(f kube.File, fault *tree.Error) (out finds) {
	if named := recognise.Names([]byte(f.Content.Text())); named.What != "" {
		out.gaps = []estate.Gap{unread(fault.At, fault.Reason+": not read; it contains "+named.What, fault.Hint+", or leave the file out with --exclude")}
		return out
	}
	out.notes = []estate.Note{{What: fault.At.String(), Why: fault.Reason + ": not read; it contains nothing of API7"}}
	return out
}

// ofObject returns a file of a ConfigMap or Secret; nil if it is none of a component.
func ofObject(d *document, f kube.File) (*settingsFile, []estate.Gap, error) {
	root, further, err := inner(f.Content)
	if fault, ok := errors.AsType[*tree.Error](err); ok && (strings.HasSuffix(f.Key, ".yaml") || strings.HasSuffix(f.Key, ".yml")) {
		return nil, nil, &tree.Error{At: fault.At, Reason: "inside the manifest: " + fault.Reason, Hint: fault.Hint}
	}
	if root == nil { // no YAML, or another format
		return nil, nil, nil
	}
	is := recognise.Settings(root, f.Object)
	if is.Form == recognise.Other {
		return nil, nil, nil
	}
	if f.Apache {
		is.Alien = "the chart of Apache APISIX made it"
	}
	return &settingsFile{
		id: f.ID, from: d.From(), found: foundConfigMap, is: is, root: root, mount: f.Mount, chart: f.Chart, chartVersion: f.ChartVer, asked: f.Chart != "",
	}, behind(further, is), nil
}

// behind says of documents behind the first of a component's file that they are not examined.
func behind(further []*tree.Node, is recognise.Match) []estate.Gap {
	var gaps []estate.Gap
	for _, n := range further {
		gaps = append(gaps, unread(n.At(), "a further document in a "+is.Form.String()+": a component reads only the first document of its file, so it is not examined", splitHint))
	}
	return gaps
}

// inner reads a file that stands in another one, and the documents behind its first; root is nil if it cannot be that of
// a component.
func inner(content *tree.Node) (root *tree.Node, further []*tree.Node, err error) {
	if !recognise.Worthwhile(content.Text()) {
		return nil, nil, nil
	}
	docs, err := content.Within()
	docs = slices.DeleteFunc(docs, (*tree.Node).Null)
	if err != nil || len(docs) == 0 {
		return nil, nil, err
	}
	return docs[0], docs[1:], nil
}

// ofRelease returns the files and containers that a chart makes of the values of a release.
func ofRelease(r *helm.Release) finds {
	var out finds
	for _, p := range r.Parts() {
		f := &settingsFile{
			id: p.ID, from: r.From, found: foundHelm, is: recognise.Match{Form: fileOf(p.Container.Component), Why: "chart " + r.Chart}, root: p.Settings, mount: p.Mount,
			chart: r.Chart, chartVersion: r.Version, under: r.Under, open: r.Open, layers: r.Layers, asked: true, certain: true, unpacked: r.Unpacked, layer: r.Layer, names: p.Names,
		}
		if p.Whole {
			f.found = foundConfigMap
		}
		out.files, out.Containers = append(out.files, f), append(out.Containers, p.Container)
	}
	return out
}
