package gitops

import (
	"cmp"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// Ref names an object. Kind and Namespace may be empty: they are not said.
type Ref struct{ Kind, Namespace, Name string }

func refOf(n *tree.Node) Ref {
	return Ref{n.Get("kind").Text(), n.Get("namespace").Text(), n.Get("name").Text()}
}

// Matches reports whether r and another are for one object. What is not said of one, such as a namespace that is given when
// files are applied, does not count.
func (r Ref) Matches(other Ref) bool {
	agree := func(a, b string) bool { return a == "" || b == "" || a == b }
	return r.Name == other.Name && agree(r.Kind, other.Kind) && agree(r.Namespace, other.Namespace)
}

// Source is an object of Flux that says where charts come from, or a chart of K3s with further values.
type Source struct {
	Ref

	URL     string
	Chart   string     // empty: it contains none
	Version *tree.Node // of the chart
	From    Ref        // another source, from which the chart comes; zero: none
	Values  []Values   // which are laid over those of the release of this name
}

// configOf is the kind of objects that hold further values for a chart of K3s.
const configOf = "HelmChartConfig"

// Sources are those of several documents, by name.
type Sources map[string][]Source

// Add adds the sources of charts that an object, or a list of them, describes.
func (all Sources) Add(n *tree.Node) {
	for _, object := range objects(n) {
		spec := object.Get("spec")
		s := Source{Ref: Ref{object.Get("kind").Text(), object.Get("metadata.namespace").Text(), object.Get("metadata.name").Text()}}
		switch s.Kind {
		case "HelmRepository", "GitRepository", "Bucket":
			s.URL = spec.Get("url").TextOr(spec.Get("endpoint").Text())
		case "OCIRepository": // it is the chart itself
			s.URL = spec.Get("url").Text()
			s.Chart, s.Version = s.URL, spec.Get("ref").Either("tag", "semver")
		case "HelmChart":
			if spec.Get("sourceRef") == nil { // that of K3s is a release
				continue
			}
			s.Chart, s.Version, s.From = spec.Get("chart").Text(), spec.Get("version"), refOf(spec.Get("sourceRef"))
			s.From.Namespace = cmp.Or(s.From.Namespace, s.Namespace)
		case configOf:
			s.Values = inline(spec.Get("valuesContent"))
		default:
			continue
		}
		all[s.Name] = append(all[s.Name], s)
	}
}

// Configure lays values over those of a release of K3s that further objects have for it.
func (all Sources) Configure(in *Install) {
	for _, s := range all[in.Object.Name] {
		if s.Kind == configOf && in.Object.Kind == "HelmChart" && s.Namespace == in.Object.Namespace {
			in.Values = append(in.Values, s.Values...)
		}
	}
}

// Resolve says of a release what the sources that it refers to say: which chart it is, and where it comes from.
func (all Sources) Resolve(in *Install) {
	const steps = 2 // a chart, and its repository
	for range steps {
		i := slices.IndexFunc(all[in.Source.Name], func(s Source) bool { return s.Kind != configOf && in.Source.Matches(s.Ref) })
		if in.Source.Name == "" || i < 0 {
			return
		}
		s := all[in.Source.Name][i]
		if s.Chart != "" {
			in.Chart, in.Version, in.ByRef = s.Chart, s.Version, false
		}
		in.From, in.Source = in.From+" "+s.URL, s.From
	}
}
