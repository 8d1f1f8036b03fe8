package rule

import (
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// rendered reports whether a resource is a ConfigMap that a chart may have made of its own defaults. A whole file in Helm
// values becomes a ConfigMap as well, and is somebody's.
func rendered(r *estate.Resource) bool {
	names, _ := r.Field("names").Members().Known()
	whole := slices.ContainsFunc(names, func(n estate.Member) bool { return n.Key == "" })
	return r.Field("found").TextOrEmpty() == "configmap" && !whole
}

// madeByChart reports whether such a ConfigMap says that one of the vendor's charts made it.
func madeByChart(r *estate.Resource) bool { return rendered(r) && r.Field("chart").TextOrEmpty() != "" }

// Unpacked reports whether a resource comes from the values.yaml of an unpacked chart, which are nobody's settings where
// nobody changed them there.
func Unpacked(r *estate.Resource) bool {
	yes, _ := r.Field("unpacked").Bool().Known()
	return yes
}

// PerhapsTheCharts is the evidence beside a default value in the values of an unpacked chart.
func PerhapsTheCharts() Evidence {
	return Evidence{Name: "perhaps not yours", Value: "this is a default in the values.yaml of the unpacked chart, and the chart of the target brings a " +
		"values.yaml of its own; it is yours where you keep this file or copied from it"}
}

// chartWrote is said of a key in a ConfigMap that may come from nobody's values.
const chartWrote = "the vendor's Helm chart wrote this key by itself until this change, and that of the target makes the ConfigMap anew " +
	"without it; the key is yours where your values have it, or where no chart makes the ConfigMap"
