package cli_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/api7-preflight/api7-preflight/fixtures/installations"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/source/postgres"
	"github.com/api7-preflight/api7-preflight/internal/test/adminapitest"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
)

// TestOneInstallationGivesTheSameFindingsFromEverySource reads one installation from its database, over the Admin API in
// the shape of its release, and from dumps as ADC writes them, for every era of the Admin API.
func TestOneInstallationGivesTheSameFindingsFromEverySource(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	for _, tt := range []struct{ release, to, sql string }{
		{"3.2.16.7", "3.7.3", "3.3"}, {"3.4.1", "3.7.3", "3.4"}, {"3.6.1", "3.9.10", "3.5"}, {"3.8.17", "3.10.5", "3.5"}, {"3.9.4", "3.10.5", "3.5"},
	} {
		t.Run(tt.release, func(t *testing.T) {
			t.Parallel()
			dsn := srv.Database(t, installations.SQL(tt.sql))
			all := everythingIn(t, dsn)
			server := adminapitest.Start(t, adminapitest.Installation{Version: tt.release, Resources: all, Now: noon})
			check := func(args ...string) report.Report {
				_, stdout, stderr := call(t, append([]string{"check", "--from", tt.release, "--to", tt.to, "--format", "json", "--scope", "given"}, args...)...)
				if stderr != "" {
					t.Fatalf("%v: %s", args, stderr)
				}
				return decode(t, stdout)
			}
			live, api := check("--dsn", dsn), check("--admin-api", server.URL)
			dumps := check(dumped(t, all)...)
			shown := func(f report.Finding) bool { return f.Object.State != "history" && !templateOfOld(f, tt.release) }
			same(t, judgements(live, shown), judgements(api, shown))
			held := func(f report.Finding) bool { return heldByDump(f) && f.Object.State == "live" }
			same(t, judgements(live, held), judgements(dumps, heldByDump))
			if n := len(judgements(live, held)); n == 0 {
				t.Error("there is nothing to find")
			}
		})
	}
}

// templateOfOld reports whether a finding is about what releases from 3.6.0 on do not keep in templates.
func templateOfOld(f report.Finding, release string) bool {
	return release >= "3.6" && f.Rule == "template-runtime-config"
}

// heldByDump reports whether a finding is about what a dump of one gateway group can hold.
func heldByDump(f report.Finding) bool {
	kinds := []string{"service", "route", "stream_route", "upstream", "consumer", "credential", "global_rule", "plugin_metadata", "ssl"}
	return slices.Contains(kinds, f.Object.Kind)
}

// everythingIn returns all resources of a database, and which service each upstream belongs to, which other sources show.
func everythingIn(t *testing.T, dsn string) []estate.Resource {
	t.Helper()
	src, err := postgres.Open(t.Context(), postgres.Config{DSN: dsn, ApplicationName: "test", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = src.Close() }()
	var all []estate.Resource
	kinds := slices.DeleteFunc(estate.Kinds(), func(k estate.Kind) bool {
		return !src.Holds(k) || k == estate.Database || k == estate.AuditLog || k == estate.PluginList || k == estate.Secret
	})
	_, err = src.Stream(t.Context(), sourcetest.Need(kinds...), func(r *estate.Resource) error {
		s := r.Subject()
		body := bytes.Clone(r.Body)
		if service, further := strings.CutSuffix(r.ID, "-next"); r.Kind == estate.Upstream && further { // which kine does not show
			body = []byte(strings.Replace(string(body), "{", `{"service_id": "`+service+`", `, 1))
		}
		all = append(all, estate.Resource{Kind: r.Kind, Group: s.Group, ID: s.Ref.ID, Origin: s.Origin, Body: body})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// dumped writes a dump of each gateway group, and returns the flags that name them.
func dumped(t *testing.T, all []estate.Resource) []string {
	t.Helper()
	groups := map[string]map[estate.Kind][]map[string]any{}
	for i := range all {
		r := &all[i]
		body := map[string]any{}
		if err := json.Unmarshal(r.Body, &body); err != nil {
			t.Fatal(err)
		}
		if !r.Origin.Running { // ADC dumps what gateways run
			continue
		}
		if groups[r.Group.Name] == nil {
			groups[r.Group.Name] = map[estate.Kind][]map[string]any{}
		}
		groups[r.Group.Name][r.Kind] = append(groups[r.Group.Name][r.Kind], body)
	}
	dir, flags := t.TempDir(), []string{"--adc-version", "0.27.0"}
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		file := filepath.Join(dir, name+".json")
		data, err := json.Marshal(asADC(groups[name]))
		if err == nil {
			err = os.WriteFile(file, data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		flags = append(flags, "--adc", name+"="+file)
	}
	return flags
}

// asADC nests the objects of a gateway group as ADC does.
func asADC(objects map[estate.Kind][]map[string]any) map[string]any {
	upstreams := map[any]map[string]any{}
	for _, u := range objects[estate.Upstream] {
		upstreams[u["id"]] = u
	}
	services := []any{}
	for _, s := range objects[estate.Service] {
		if own := upstreams[s["upstream_id"]]; own != nil {
			s["upstream"] = own
		}
		for key, kind := range map[string]estate.Kind{"routes": estate.Route, "stream_routes": estate.StreamRoute, "upstreams": estate.Upstream} {
			var parts []any
			for _, o := range objects[kind] {
				if o["service_id"] == s["id"] {
					parts = append(parts, o)
				}
			}
			if parts != nil {
				s[key] = parts
			}
		}
		services = append(services, s)
	}
	consumers := []any{}
	for _, c := range objects[estate.Consumer] {
		var credentials []any
		for _, o := range objects[estate.Credential] {
			id, _ := o["id"].(string)
			owner, own, _ := strings.Cut(id, "/credentials/")
			plugins, _ := o["plugins"].(map[string]any)
			for plugin, conf := range plugins {
				if owner == c["username"] {
					credentials = append(credentials, map[string]any{"id": own, "name": o["name"], "type": plugin, "config": conf})
				}
			}
		}
		if credentials != nil {
			c["credentials"] = credentials
		}
		consumers = append(consumers, c)
	}
	rules, metadata := map[string]any{}, map[string]any{}
	for _, g := range objects[estate.GlobalRule] {
		plugins, _ := g["plugins"].(map[string]any)
		maps.Copy(rules, plugins)
	}
	for _, m := range objects[estate.PluginMetadata] {
		id, _ := m["id"].(string)
		delete(m, "id")
		metadata[id] = m
	}
	return map[string]any{
		"services": services, "consumers": consumers, "ssls": objects[estate.SSL], "global_rules": rules, "plugin_metadata": metadata,
	}
}
