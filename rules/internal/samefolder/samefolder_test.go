package samefolder_test

import (
	"slices"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/rules/internal/samefolder"
)

func TestNearestIsTheSameFileThenTheSameFolder(t *testing.T) {
	t.Parallel()
	others := []string{"a/gw/config.yaml", "a/cp/conf.yaml", "a/cp/other.yaml", "b/cp/conf.yaml", "a#1/cp/conf.yaml"}
	for from, want := range map[string][]string{
		"a/cp/conf.yaml":     {"a/cp/conf.yaml"},
		"a/cp/none.yaml":     {"a/cp/conf.yaml", "a/cp/other.yaml"},
		"a/none/conf.yaml":   {"a/gw/config.yaml", "a/cp/conf.yaml", "a/cp/other.yaml"},
		"./b/x.yaml":         {"b/cp/conf.yaml"},
		"a#1/none/conf.yaml": {"a#1/cp/conf.yaml"}, // a folder may be named so
		"c.yaml":             others,
	} {
		if got := samefolder.To(from, others, func(o string) string { return o }); !slices.Equal(got, want) {
			t.Errorf("nearest to %s are %v, want %v", from, got, want)
		}
	}
	if got := samefolder.To("a.yaml", nil, func(o string) string { return o }); got != nil {
		t.Errorf("nearest of nothing are %v", got)
	}
}

func TestWhatAResourceComesFromIsItsFieldOrItsFile(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{`{"from":"a.yaml,b.yaml"}`: "a.yaml,b.yaml", `{}`: "c.yaml"} {
		r := &estate.Resource{Kind: estate.Image, ID: "x#y", Body: []byte(body), Origin: estate.Origin{Table: "c.yaml"}}
		if err := estate.NewReader(nil).Read(r); err != nil {
			t.Fatal(err)
		}
		if got := samefolder.From(r); got != want {
			t.Errorf("%s comes from %q, want %q", body, got, want)
		}
	}
}
