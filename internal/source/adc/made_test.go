package adc_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// all is a dump in which everything could be missing that older versions of ADC leave out.
const all = `
services:
  - {name: web, upstream: {nodes: []}, routes: [{name: r, uris: [/r]}]}
  - {name: tcp, upstream: {scheme: tcp}, stream_routes: [{name: s, server_port: 9100}]}
consumers: [{username: jack}]
`

func TestADumpLacksWhatItsADCDoesNotDump(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		dump         string
		adc, control string
		want         string // kind, and the field that is missing
	}{
		"nothing is told":                     {all, "", "", "route/vars stream_route/plugins upstream/ credential/ ssl/client"},
		"old":                                 {all, "0.13.0", "3.2.16.7", "route/vars stream_route/plugins credential/"}, // which has no further upstreams
		"before credentials and vars":         {all, "0.13.0", "3.2.14.4", "stream_route/plugins"},
		"0.16":                                {all, "0.16.2", "3.5.5", "route/vars stream_route/plugins upstream/ ssl/client"},
		"0.18":                                {all, "0.18.0", "3.7.8", "stream_route/plugins upstream/ ssl/client"},
		"0.26":                                {all, "0.26.0", "3.8.22", "stream_route/plugins ssl/client"},
		"0.27":                                {all, "0.27.0", "3.8.22", "ssl/client"},
		"a control plane that refuses old":    {all, "", "3.7.8", "stream_route/plugins ssl/client"},
		"a control plane that does not":       {all, "", "3.5.5", "route/vars stream_route/plugins upstream/ credential/ ssl/client"},
		"no stream routes":                    {"services: [{name: web, routes: [{name: r, uris: [/r]}]}]", "0.26.0", "3.8.22", "ssl/client"},
		"no services":                         {"consumers: [{username: jack, credentials: []}]", "", "", "ssl/client"},
		"a stream route with plugins":         {strings.Replace(all, "9100}", "9100, plugins: {}}", 1), "", "", "ssl/client"},
		"a list of upstreams":                 {strings.Replace(all, "nodes: []}", "nodes: []}, upstreams: []", 1), "", "", "stream_route/plugins ssl/client"},
		"a route with vars":                   {strings.Replace(all, "[/r]", "[/r], vars: []", 1), "", "", "stream_route/plugins upstream/ ssl/client"},
		"what it holds counts more than told": {strings.Replace(all, "9100}", "9100, plugins: {}}", 1), "0.16.0", "3.7.8", "ssl/client"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := mustText(t, tt.dump)
			made, control := version.Version{}, version.Version{}
			if tt.adc != "" {
				made = version.MustParse(tt.adc)
			}
			if tt.control != "" {
				control = version.MustParse(tt.control)
			}
			s.MadeBy(made, control)
			_, c := stream(t, s)
			var got []string
			for _, k := range c.Kinds {
				for _, g := range k.Gaps {
					got = append(got, fmt.Sprintf("%s/%s", k.Kind, g.Of))
				}
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("gaps (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhichADCIsTakenToHaveMadeADumpIsNoted(t *testing.T) {
	t.Parallel()
	for control, want := range map[string]bool{"3.7.8": true, "3.5.5": false} {
		s := mustText(t, all)
		s.MadeBy(version.Version{}, version.MustParse(control))
		_, c := stream(t, s)
		noted := slices.ContainsFunc(c.Notes, func(n estate.Note) bool {
			return strings.HasPrefix(n.Why, "taken to be made by ADC 0.19.0 or later, which dumps the upstreams of a service beside its own;")
		})
		if noted != want {
			t.Errorf("%s: noted is %v", control, noted)
		}
	}
}
