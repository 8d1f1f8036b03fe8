package rules_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/source/files"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules"
)

// assessFiles judges configuration files by every rule.
func assessFiles(t *testing.T, archive string, p version.Path) *report.Report {
	t.Helper()
	rep, err := tryFiles(t, archive, p)
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

// tryFiles does the same with files that may not be readable.
func tryFiles(t *testing.T, archive string, p version.Path) (*report.Report, error) {
	t.Helper()
	dir := t.TempDir()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		name := filepath.Join(dir, filepath.Join("/", f.Name)) // nothing leaves the folder
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			return nil, err
		}
		if err := os.WriteFile(name, f.Data, 0o600); err != nil {
			return nil, err
		}
	}
	src, err := files.Open(t.Context(), files.Options{Paths: []string{dir}})
	if err != nil {
		return nil, err
	}
	return engine.Run(t.Context(), engine.Options{
		Path: p, Rules: rules.All(), Sources: []estate.Source{src}, Scope: report.ScopeGiven, FailOn: report.SeverityBreaking,
		RunID: "trap", Now: func() time.Time { return time.Time{} },
	})
}

// FuzzFiles proves that no configuration file makes a rule panic, whatever is in it.
func FuzzFiles(f *testing.F) {
	for _, seed := range []string{
		"-- conf.yaml --\nserver: {listen: {disable: true}, tls: {disable: true, port: 7443}}\ndatabase: {dsn: \"postgres://u:p@h/d\", max_lifetime: 0}\n",
		"-- config.yaml --\nnginx_config: {http: {lua_shared_dict: {a: 1m}}}\napisix: {node_listen: 9080, ssl: {listen: [{port: 9443}]}}\ndeployment: {etcd: {host: [\"http://h:7900\"]}}\n",
		"-- values.yaml --\ndashboard_configuration: {database: {dsn: 1}}\ndashboard: {image: {tag: v3.4.1}, extraVolumeMounts: [{mountPath: /a}]}\n",
		"-- values.yaml --\napisix: {enableCustomizedConfig: true, customizedConfig: {plugins: []}}\ndns: {resolvers: [127.0.0.1]}\netcd: {host: []}\n",
		"-- docker-compose.yaml --\nservices: {g: {image: \"api7/api7-ee-3-gateway:3.4.1\", network_mode: host, environment: {A: b}}}\n",
	} {
		f.Add(seed, uint8(0))
	}
	all := paths()
	f.Fuzz(func(t *testing.T, archive string, n uint8) {
		rep, err := tryFiles(t, archive, all[int(n)%len(all)])
		if err != nil {
			return // no file that can be read
		}
		for _, u := range rep.Unexamined {
			if strings.HasPrefix(u.What, "rule ") {
				t.Errorf("%s: %s", u.What, u.Why)
			}
		}
	})
}

// TestKeysThatTheVendorStillWritesAreNoAlarm: the gateway is a fork of Apache APISIX 3.2, and what later releases of APISIX
// refuse or moved is still right in its file. The vendor's chart writes all of these.
func TestKeysThatTheVendorStillWritesAreNoAlarm(t *testing.T) {
	t.Parallel()
	const file = `
-- config.yaml --
apisix:
  node_listen: [{port: 9080, enable_http2: true}]
  enable_heartbeat: true
  enable_admin_cors: true
  enable_debug: false
  enable_admin: false
  ssl: {enable: true, listen: [{port: 9443, enable_http2: true}]}
  stream_proxy: {only: false, tcp: [9100]}
deployment:
  role: traditional
  role_traditional: {config_provider: etcd}
  admin:
    allow_admin: [127.0.0.1/24]
    admin_key:
      - {name: admin, key: edd1c9f034335f136f87ad84b625c8f1, role: admin}
  etcd: {host: ["https://dp-manager.example.internal:7943"]}
graphql: {max_size: 1048576}
something_new: {enable: true}
`
	onEveryPath(t, func(t *testing.T, p version.Path) {
		t.Helper()
		rep := assessFiles(t, file, p)
		for _, word := range []string{"enable_http2", "stream_proxy", "enable_debug", "enable_admin_cors", "enable_heartbeat", "something_new", "graphql", "admin_key", "edd1c9f0"} {
			for _, said := range alarms(t, rep, word) {
				t.Errorf("%s to %s: %s", p.From, p.To, said)
			}
		}
	})
}

// TestSmallFilesAreNormal: a file of a few lines is what quick-start bundles and the vendor's own tests have; everything else
// has its default. Only what a default does to data may be breaking, and nothing is in doubt.
func TestSmallFilesAreNormal(t *testing.T) {
	t.Parallel()
	for name, file := range map[string]string{
		"gateway": "-- gateway_conf/config.yaml --\nnginx_config: {error_log_level: warn}\n",
		"dashboard": `
-- dashboard_conf/conf.yaml --
server: {listen: {disable: false}, tls: {host: 0.0.0.0, port: 7443}}
log: {level: warn, output: stderr}
database: {dsn: "postgres://api7ee:secret@pg.example.internal:5432/api7ee"}
`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, p := range paths() {
				rep := assessFiles(t, file, p)
				for f := range rep.Findings.All() {
					if f.Object.Kind != "path" && f.Severity == report.SeverityBreaking && f.Rule != "audit-log-retention-set" {
						t.Errorf("%s to %s: %s: %s", p.From, p.To, f.Rule, f.Message)
					}
				}
				for _, u := range rep.Unexamined {
					if !slices.Contains(u.Rules, "releases-without-notes") && strings.Contains(u.What, ".yaml") {
						t.Errorf("%s to %s: %s: %s", p.From, p.To, u.What, u.Why)
					}
				}
			}
		})
	}
}

// TestOneKeyMayBeRightInOneFileAndWrongInAnother: consumer_proxy belongs to the Dashboard, and must not be in a gateway's file.
func TestOneKeyMayBeRightInOneFileAndWrongInAnother(t *testing.T) {
	t.Parallel()
	const files = `
-- dashboard_conf/conf.yaml --
server: {tls: {port: 7443}}
database: {dsn: "postgres://pg.example.internal/api7ee"}
consumer_proxy: {enable: false, cache_success_count: 512}
-- gateway_conf/config.yaml --
api7ee: {consumer_proxy: {enable: true}}
nginx_config: {error_log_level: warn}
`
	rep := assessFiles(t, files, version.Path{From: version.MustParse("3.4.1"), To: version.MustParse("3.7.3")})
	said := alarms(t, rep, "consumer_proxy")
	if len(said) != 1 || !strings.Contains(said[0], "api7ee.consumer_proxy") {
		t.Errorf("want one finding, on the gateway's: %q", said)
	}
}
