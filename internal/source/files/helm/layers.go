package helm

import (
	"cmp"
	"path/filepath"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Over is values that may lie over those of another file: they lack what that one sets.
type Over struct{ Release, Base *Release }

// Layers finds among releases those that are perhaps none of their own, and notes it in them: what they leave out may be
// set. An installation has one control plane, so that values of its chart may be layers wherever they stand; those of
// gateways only beside a values.yaml.
func Layers(releases []*Release) []Over {
	groups := map[[2]string][]*Release{}
	var order [][2]string
	for _, r := range releases {
		if len(r.Layers) != 1 || r.Named || r.Unpacked {
			continue
		}
		key := [2]string{r.Chart, r.Under}
		if r.Chart == version.GatewayChart {
			key[1] += "#" + filepath.Dir(r.Layers[0])
		}
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], r)
	}
	var all []Over
	for _, key := range order {
		group := groups[key]
		base := slices.MaxFunc(group, func(a, b *Release) int {
			return cmp.Or(cmp.Compare(leaves(a.Values), leaves(b.Values)), cmp.Compare(b.Layers[0], a.Layers[0]))
		})
		for _, r := range group {
			if r != base && r.over(base) {
				r.Layer, r.Open = true, cmp.Or(r.Open, "values that may lie below, in "+base.Layers[0])
				all = append(all, Over{r, base})
			}
		}
	}
	return all
}

// over reports whether r may lie over another release.
func (r *Release) over(base *Release) bool {
	if r.Layers[0] == base.Layers[0] {
		return false
	}
	for _, c := range controlPlane {
		const dsn = ".database.dsn"
		if r.Chart == version.ControlPlaneChart && base.Values.Get(c.settings+dsn) != nil && r.Values.Get(c.settings+dsn) == nil {
			return true
		}
	}
	return IsBase(base.Layers[0]) && filepath.Dir(base.Layers[0]) == filepath.Dir(r.Layers[0]) && lacks(r.Values, base.Values)
}

// IsBase reports whether a file has the name of that which Helm reads below all others.
func IsBase(file string) bool {
	name := filepath.Base(file)
	return name == "values.yaml" || name == "values.yml"
}

// lacks reports whether values leave out something that others set.
func lacks(values, others *tree.Node) bool {
	if !others.IsMap() || others.Bare() {
		return values == nil
	}
	for key, other := range others.Entries() {
		if lacks(values.Member(key), other) {
			return true
		}
	}
	return false
}

func leaves(n *tree.Node) int {
	if !n.IsMap() {
		return 1
	}
	count := 0
	for _, kid := range n.Kids() {
		count += leaves(kid)
	}
	return count
}
