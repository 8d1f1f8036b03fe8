package settings

import (
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
)

// Rendered reports whether a resource is a ConfigMap that a chart may have made from its own defaults. A whole file
// in Helm values also becomes a ConfigMap, but someone wrote that one, so it does not count.
func Rendered(r *estate.Resource) bool {
	names, _ := r.Field("names").Members().Known()
	whole := slices.ContainsFunc(names, func(n estate.Member) bool { return n.Key == "" })
	return r.Field("found").TextOrEmpty() == "configmap" && !whole
}

// MadeByChart reports whether a resource is such a ConfigMap and says that one of the vendor's charts made it.
func MadeByChart(r *estate.Resource) bool { return Rendered(r) && r.Field("chart").TextOrEmpty() != "" }

// Unpacked reports whether a resource comes from the values.yaml of an unpacked chart. Its values are the chart's
// defaults, unless someone edited them there.
func Unpacked(r *estate.Resource) bool {
	yes, _ := r.Field("unpacked").Bool().Known()
	return yes
}

// PerhapsTheCharts returns the evidence that goes with a default value from the values.yaml of an unpacked chart.
func PerhapsTheCharts() rule.Evidence {
	return rule.Evidence{Name: "perhaps not yours", Value: "this is a default in the values.yaml of the unpacked chart, and the target's chart brings a " +
		"values.yaml of its own; it is yours if you keep this file or copied from it"}
}
