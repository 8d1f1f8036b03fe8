package files

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/files/gitops"
	"github.com/api7-preflight/api7-preflight/internal/source/files/image"
	"github.com/api7-preflight/api7-preflight/internal/source/files/kube"
	"github.com/api7-preflight/api7-preflight/internal/source/files/recognise"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// overlays are what deployment tools change in the objects among the documents.
type overlays struct {
	ours   []*document            // objects of API7, as they are before they are changed
	byFile map[string][]*document // all documents, by clean paths
	tools  map[string][]*document // kustomizations, by their folders
	named  map[string][]string    // the paths that the kustomizations of a folder name, once they were looked up
	gaps   []estate.Gap
	beside []string
}

// overlay makes unknown in objects of API7 what deployment tools change in them. Nothing is said of changes of others.
func overlay(docs []*document, t *tools) finds {
	o := &overlays{byFile: map[string][]*document{}, tools: map[string][]*document{}, named: map[string][]string{}}
	all := map[*document][]gitops.Overlay{}
	for _, d := range docs {
		path := filepath.Clean(d.File())
		o.byFile[path] = append(o.byFile[path], d)
		if d.is.Form == recognise.Kustomization {
			o.tools[filepath.Dir(path)] = append(o.tools[filepath.Dir(path)], d)
		}
		for _, over := range overlaysIn(d) {
			if len(over.Changes)+len(over.Images) > 0 {
				all[d] = append(all[d], over)
			}
		}
	}
	if len(all) == 0 {
		return finds{}
	}
	o.ours = slices.DeleteFunc(slices.Clone(docs), func(d *document) bool { return !ofAPI7(d, t) })
	for _, d := range docs {
		for _, over := range all[d] {
			o.apply(d, over)
		}
	}
	return finds{gaps: o.gaps, beside: o.beside}
}

func overlaysIn(d *document) []gitops.Overlay {
	switch d.is.Form { //nolint:exhaustive // the forms that change others
	case recognise.Kustomization:
		return []gitops.Overlay{gitops.KustomizationOverlay(d.Root)}
	case recognise.Manifest:
		return gitops.Overlays(d.Root)
	}
	return nil
}

// ofAPI7 reports whether an object is of API7.
func ofAPI7(d *document, t *tools) bool {
	if d.is.Form != recognise.Manifest {
		return false
	}
	if slices.ContainsFunc(t.installsIn(d), func(in gitops.Install) bool { return chartOf(&in) != "" }) {
		return true
	}
	found := kube.Read(&d.Document)
	return len(found.Containers) > 0 || slices.ContainsFunc(found.Files, func(f kube.File) bool {
		file, _, err := ofObject(d, f)
		return err == nil && file != nil
	})
}

// apply makes unknown what one overlay changes, and says so.
func (o *overlays) apply(d *document, over gitops.Overlay) {
	objects, open := o.reach(d, over)
	said := map[*document]bool{}
	for _, c := range over.Changes {
		patches, read := o.patches(d, c)
		hit := false
		for _, object := range objects {
			if object == d || object.patch {
				continue
			}
			if with, changed := change(object.Root, c, patches, read, over.Tool); changed {
				object.Root, hit = with, true
				o.say(d, over, c, object, said)
			}
		}
		if !hit && (open || brings(over)) && suspects(c, patches, brings(over)) {
			d.used = true
			o.gaps = append(o.gaps, unread(c.At, over.Tool+" changes an object that is not among the files, and may be of API7", built(d, over)))
		}
	}
	o.images(d, over)
}

// say says of an object once that an overlay changes it.
func (o *overlays) say(d *document, over gitops.Overlay, c gitops.Change, object *document, said map[*document]bool) {
	if said[object] {
		return
	}
	said[object], d.used = true, true
	o.gaps = append(o.gaps, unread(c.At, fmt.Sprintf("%s changes %s %s, at %s, here: what it becomes is not known",
		over.Tool, object.Root.Get("kind").Text(), object.Root.Get("metadata.name").Text(), object.File()), built(d, over)))
}

// images says of images of API7 that they get another name or tag, so that those in the manifests are not what runs.
func (o *overlays) images(d *document, over gitops.Overlay) {
	for _, i := range over.Images {
		name := image.Repository(i.Name)
		if image.Component(name) != "" || image.Component(image.Repository(i.NewName)) != "" {
			d.used = true
			o.gaps = append(o.gaps, unread(i.At, over.Tool+" gives image "+name+" another name or tag than the manifests have", built(d, over)))
		}
	}
}

// brings reports whether an overlay has objects that one of the vendor's charts makes.
func brings(over gitops.Overlay) bool {
	return slices.ContainsFunc(over.Charts, func(in gitops.Install) bool { return chartOf(&in) != "" })
}

// suspects reports whether a change of an object that is not there may be of API7: its text says so or, where the vendor's
// chart makes the objects, it changes something that matters.
func suspects(c gitops.Change, patches []*tree.Node, charts bool) bool {
	return slices.ContainsFunc(patches, func(p *tree.Node) bool {
		_, matters := gitops.Patched(tree.Empty(c.At), p, "a patch")
		return matters && (charts || strings.Contains(strings.ToLower(string(p.AppendJSON(nil))+c.Target.String()), "api7"))
	})
}

// change returns an object as a change leaves it; changed is false if the change is of another object, or of nothing that
// matters. read is false if the patches could not be read.
func change(object *tree.Node, c gitops.Change, patches []*tree.Node, read bool, tool string) (with *tree.Node, changed bool) {
	why := "a change by " + tool + " at " + c.At.String()
	with = object
	for _, p := range patches {
		target := c.Target
		if !target.Said() && p.IsMap() {
			target = gitops.Of(p)
		}
		if target.Said() && target.Matches(object) {
			more, differs := gitops.Patched(with, p, why)
			with, changed = more, changed || differs
		}
	}
	if !c.Target.Matches(object) || c.File == nil && c.Patch == nil && len(c.Fields) == 0 {
		return with, changed
	}
	fields := c.Fields
	if !read {
		fields = []string{"spec", "data", "stringData"}
	}
	for _, field := range fields {
		more, differs := gitops.Field(with, field, why)
		with, changed = more, changed || differs
	}
	return with, changed
}

// patches reads the patches of a change; false if they cannot be.
func (o *overlays) patches(d *document, c gitops.Change) (patches []*tree.Node, ok bool) {
	switch {
	case c.Patch.IsMap() || c.Patch.IsList():
		return []*tree.Node{c.Patch}, true
	case c.Patch != nil:
		docs, err := c.Patch.Within()
		return slices.DeleteFunc(docs, (*tree.Node).Null), err == nil
	case c.File == nil:
		return nil, true
	}
	path := filepath.Join(d.Folder(), filepath.FromSlash(c.File.Text()))
	for _, other := range o.byFile[path] {
		other.patch, other.used = len(other.Layers) == 1, other.used || other.mention.What != "" || slices.Contains(o.ours, other)
	}
	data, err := tree.Load(path)
	if err != nil {
		return nil, false
	}
	o.beside = append(o.beside, path)
	docs, err := tree.Parse(path, data)
	return slices.DeleteFunc(docs, (*tree.Node).Null), err == nil
}

// reach returns the objects of API7 among those that an overlay brings; open is true if it brings more than what is here.
func (o *overlays) reach(d *document, over gitops.Overlay) (objects []*document, open bool) {
	switch {
	case over.Component:
		return o.ours, true
	case over.Root != nil:
		end := "/" + strings.Trim(filepath.ToSlash(filepath.Clean(over.Root.Text())), "/") + "/"
		for _, other := range o.ours {
			if end == "/./" || strings.Contains(other.full(), end) {
				objects = append(objects, other)
			}
		}
		return objects, len(objects) == 0
	}
	w := &follower{overlays: o, seen: map[string]bool{}}
	w.follow(resolved(d.Folder(), over.Resources))
	for _, other := range o.ours {
		if w.brings(filepath.Clean(other.File())) {
			objects = append(objects, other)
		}
	}
	return objects, w.open
}

// follower follows what kustomizations name.
type follower struct {
	*overlays

	seen map[string]bool // files and folders
	open bool            // something that is named is not here
}

func (w *follower) follow(paths []string) {
	for _, path := range paths {
		if w.seen[path] {
			continue
		}
		w.seen[path] = true
		w.follow(w.below(path))
		w.open = w.open || len(w.tools[path])+len(w.byFile[path]) == 0 && !tree.Regular(path)
	}
}

// below returns the paths that the kustomizations of a folder name.
func (o *overlays) below(folder string) []string {
	paths, known := o.named[folder]
	if !known {
		for _, d := range o.tools[folder] {
			paths = append(paths, resolved(folder, gitops.KustomizationOverlay(d.Root).Resources)...)
		}
		o.named[folder] = paths
	}
	return paths
}

// resolved returns the paths that a file in a folder names.
func resolved(folder string, names []*tree.Node) []string {
	var paths []string
	for _, name := range names {
		if name.Text() != "" {
			paths = append(paths, filepath.Join(folder, filepath.FromSlash(name.Text())))
		}
	}
	return paths
}

// brings reports whether a file is one of those that were named, or stands in a folder that was and whose kustomization is
// not here.
func (w *follower) brings(file string) bool {
	for path := file; ; path = filepath.Dir(path) {
		if w.seen[path] && len(w.tools[path]) == 0 {
			return true
		}
		if path == filepath.Dir(path) {
			return false
		}
	}
}

// built says how to get what an overlay makes.
func built(d *document, over gitops.Overlay) string {
	const check = " | api7-preflight check --config -"
	name := d.Root.Get("metadata.name").Text()
	switch {
	case over.Tool == "Flux":
		return "flux build kustomization " + quoted(name) + " with the folder as its path" + check
	case over.Tool == "Argo CD":
		return "argocd app manifests " + quoted(name) + check
	case over.Component:
		return "run it for the overlay that uses this component: kustomize build OVERLAY" + check
	}
	return "kustomize build " + quoted(filepath.ToSlash(d.Folder())) + check
}

var plainWord = regexp.MustCompile(`^[A-Za-z0-9_./,-]+$`)

// quoted returns a word as a shell takes it.
func quoted(word string) string {
	if plainWord.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
