package gitops

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// Overlay is what a deployment tool changes in objects on their way into the cluster.
type Overlay struct {
	Tool      string
	Resources []*tree.Node // paths and addresses of what is changed, components among them
	Root      *tree.Node   // a folder of a repository; nil: Resources are all
	Changes   []Change
	Images    []ImageChange
	Charts    []Install
	Component bool // it is a part of overlays, and changes what these bring
}

// Change is one change of objects.
type Change struct {
	At     estate.Position
	Target Target
	File   *tree.Node // the path of a file that holds the patch
	Patch  *tree.Node // the patch itself: an object, a list of operations, or a text of one of them
	Fields []string   // paths of fields, instead of a patch
}

// Target says which objects are changed.
type Target struct {
	Kind string // empty: any
	Name string // a regular expression; empty: any
	said bool
}

// Said reports whether something was said of which objects are meant.
func (t Target) Said() bool { return t.said }

// Matches reports whether an object is meant. Selectors by labels are taken to match.
func (t Target) Matches(object *tree.Node) bool {
	if t.Kind != "" && t.Kind != object.Get("kind").Text() {
		return false
	}
	name := object.Get("metadata.name").Text()
	pattern, err := regexp.Compile("^(?:" + t.Name + ")$")
	return t.Name == "" || t.Name == name || err == nil && pattern.MatchString(name)
}

// String names the objects that are meant.
func (t Target) String() string {
	return strings.TrimSpace(t.Kind + " " + t.Name)
}

func target(n *tree.Node) Target {
	return Target{Kind: n.Get("kind").Text(), Name: n.Get("name").Text(), said: n != nil}
}

// Of returns which object a patch means that is one itself.
func Of(object *tree.Node) Target {
	return Target{Kind: object.Get("kind").Text(), Name: regexp.QuoteMeta(object.Get("metadata.name").Text()), said: object.IsMap()}
}

// KustomizationOverlay returns what a kustomization changes.
func KustomizationOverlay(n *tree.Node) Overlay {
	o := overlay(n)
	o.Tool, o.Charts, o.Images = "Kustomize", Kustomization(n), Images(n)
	o.Component = n.Get("kind").Text() == "Component"
	for _, key := range []string{"resources", "bases", "components"} {
		o.Resources = append(o.Resources, n.Get(key).Elements()...)
	}
	return o
}

// Overlays returns what an object of Flux or Argo CD changes.
func Overlays(n *tree.Node) []Overlay {
	spec := n.Get("spec")
	switch n.Get("kind").Text() {
	case "Kustomization":
		o := overlay(spec)
		o.Tool, o.Root = "Flux", spec.Get("path")
		o.Images = Images(spec)
		return []Overlay{o}
	case "ApplicationSet":
		return argoOverlays(spec.Get("template.spec"))
	case "Application":
		return argoOverlays(spec)
	}
	return nil
}

func argoOverlays(spec *tree.Node) []Overlay {
	var all []Overlay
	for _, source := range append(spec.Get("sources").Elements(), spec.Get("source")) {
		kustomize := source.Get("kustomize")
		if !kustomize.IsMap() {
			continue
		}
		o := overlay(kustomize)
		o.Tool, o.Root = "Argo CD", source.Get("path")
		for _, i := range kustomize.Get("images").Elements() {
			name, with, _ := strings.Cut(i.Text(), "=")
			o.Images = append(o.Images, ImageChange{name, with, i.At()})
		}
		all = append(all, o)
	}
	return all
}

// rendered returns those of Flux's postRenderers that change something which matters.
func rendered(list *tree.Node) []*tree.Node {
	var all []*tree.Node
	for _, r := range list.Elements() {
		o := overlay(r.Get("kustomize"))
		if len(Images(r.Get("kustomize"))) > 0 || slices.ContainsFunc(o.Changes, Change.matters) {
			all = append(all, r)
		}
	}
	return all
}

// matters reports whether a change matters, as far as that can be told without reading files.
func (c Change) matters() bool {
	docs := []*tree.Node{c.Patch}
	if c.Patch.IsScalar() {
		var err error
		if docs, err = c.Patch.Within(); err != nil {
			return true
		}
	}
	return c.Patch == nil || slices.ContainsFunc(docs, func(p *tree.Node) bool {
		_, changed := Patched(tree.Empty(c.At), p, "a patch")
		return changed
	})
}

// overlay reads the changes that all tools write as Kustomize does.
func overlay(n *tree.Node) Overlay {
	o := Overlay{Changes: slices.Concat(patches(n), generated(n))}
	for _, r := range n.Get("replacements").Elements() {
		if file := r.Member("path"); file != nil {
			o.Changes = append(o.Changes, Change{At: r.At(), File: file})
		}
		o.Changes = append(o.Changes, Replacements(r)...)
	}
	for _, t := range n.Get("transformers").Elements() {
		o.Changes = append(o.Changes, Change{At: t.At(), Fields: []string{"spec"}})
	}
	return o
}

func patches(n *tree.Node) []Change {
	var all []Change
	for _, p := range append(n.Get("patches").Elements(), n.Get("patchesJson6902").Elements()...) {
		all = append(all, Change{At: p.At(), Target: target(p.Member("target")), File: p.Member("path"), Patch: p.Member("patch")})
	}
	for _, p := range n.Get("patchesStrategicMerge").Elements() {
		if strings.Contains(p.Text(), "\n") || p.IsMap() {
			all = append(all, Change{At: p.At(), Patch: p})
		} else {
			all = append(all, Change{At: p.At(), File: p})
		}
	}
	return all
}

// generated returns what generators change in ConfigMaps and Secrets that are there.
func generated(n *tree.Node) []Change {
	var all []Change
	for _, kind := range []string{"ConfigMap", "Secret"} {
		for _, g := range n.Get(strings.ToLower(kind[:1]) + kind[1:] + "Generator").Elements() {
			if how := g.Get("behavior").Text(); how == "merge" || how == "replace" {
				object := Target{kind, regexp.QuoteMeta(g.Get("name").Text()), true}
				all = append(all, Change{At: g.At(), Target: object, Fields: []string{"data", "stringData"}})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Change) int { return cmp.Compare(a.At.Line, b.At.Line) })
	return all
}

// Replacements returns what a replacement of Kustomize, or a list of them, changes.
func Replacements(n *tree.Node) []Change {
	var all []Change
	for _, r := range append(n.Elements(), n) {
		for _, t := range r.Get("targets").Elements() {
			c := Change{At: t.At(), Target: target(t.Member("select"))}
			for _, field := range t.Get("fieldPaths").Elements() {
				c.Fields = append(c.Fields, field.Text())
			}
			all = append(all, c)
		}
	}
	return all
}
