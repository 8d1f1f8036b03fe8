package cli_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/api7-preflight/api7-preflight/fixtures/installations"
	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
)

// planter replaces the words CANARY, SESAME and ISSUED in texts, each time by another secret: CANARY by what a program
// draws by lot, which its shape tells, SESAME by a plain word, where the place alone tells that it is a secret, ISSUED by a
// credential whose form tells its maker, which may not even stand in a name.
type planter struct{ places []string }

var (
	seed    = regexp.MustCompile(`CANARY|SESAME|ISSUED`)
	sprouts = regexp.MustCompile(`Zq[0-9]{4}x7Kc9Wm|opensesame[a-z]{4}|QX[0-9]{4}KW`)
)

// issued are the forms of credentials.
var issued = []string{
	"AKIAQX%04dKWABCDEF12", "ghp_QX%04dKWaB3dE5fG7h", "xoxb-1234567890-QX%04dKW", "sk_live_QX%04dKWaB3dE5", "aB3dE5fG7hQX%04dKWaB3dE5fG7hJ8kL9m",
	"eyJhbGciOiJIUzI1NiJ9.QX%04dKW.c2lnbmF0dXJl", "a7ee-QX%04dKWaB3dE5fG7hJ8",
}

func (p *planter) plant(what, text string) string {
	return seed.ReplaceAllStringFunc(text, func(word string) string {
		n := len(p.places)
		p.places = append(p.places, fmt.Sprintf("%s of %s", word, what))
		switch word {
		case "CANARY":
			return fmt.Sprintf("Zq%04dx7Kc9Wm", n)
		case "ISSUED":
			return fmt.Sprintf(issued[n%len(issued)], n)
		}
		return "opensesame" + string([]byte{'a' + byte(n/17576%26), 'a' + byte(n/676%26), 'a' + byte(n/26%26), 'a' + byte(n%26)})
	})
}

// shown returns the places whose secrets are in a text.
func (p *planter) shown(text string) (places []string) {
	for _, found := range sprouts.FindAllString(text, -1) {
		n := 0
		if _, err := fmt.Sscanf(strings.TrimLeft(found, "ZqQX"), "%04d", &n); err != nil {
			for _, c := range strings.TrimPrefix(found, "opensesame") {
				n = n*26 + int(c-'a')
			}
		}
		places = append(places, fmt.Sprintf("%s (%s)", p.places[n], found))
	}
	return places
}

// planted returns statements that add objects full of secrets to an installation.
func (p *planter) objects(t *testing.T) string {
	t.Helper()
	var sql strings.Builder
	add := func(kind string, n int, body string) {
		fmt.Fprintf(&sql, "INSERT INTO kine (name, created, deleted, create_revision, prev_revision, lease, value) VALUES ('/gateway_groups/default/%s/canary-%d', 1, 0, 0, 0, 0, convert_to('%s', 'UTF8'));\n",
			kind, n, strings.ReplaceAll(strings.Replace(body, "{", fmt.Sprintf(`{"id":"canary-%d",`, n), 1), "'", "''"))
	}
	for n, line := range seeds(t, "plugins.jsonl") {
		add("routes", n, fmt.Sprintf(`{"uri":"/canary/%d","service_id":"orders","plugins":%s}`, n, p.plant("a route: "+line, line)))
		add("services", n, fmt.Sprintf(`{"name":"canary-%d","plugins":%s}`, n, p.plant("a service: "+line, line)))
	}
	for n, line := range seeds(t, "plain.jsonl") {
		add("routes", 2000+n, fmt.Sprintf(`{"uri":"/plain/%d","service_id":"orders","plugins":%s}`, n, line))
	}
	for n, line := range seeds(t, "objects.jsonl") {
		var o struct {
			Kind string          `json:"kind"`
			Body json.RawMessage `json:"body"`
		}
		if err := json.Unmarshal([]byte(line), &o); err != nil {
			t.Fatal(line, err)
		}
		add(o.Kind, 1000+n, p.plant(o.Kind+": "+line, string(o.Body)))
	}
	return sql.String()
}

// dump returns an ADC dump of one service with all plugins that are planted.
func (p *planter) dump(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("services:\n  - name: canaries\n    hosts: [a.example.com]\n    routes:\n")
	for n, line := range seeds(t, "plugins.jsonl") {
		fmt.Fprintf(&b, "      - {name: canary-%d, uris: [/canary/%d], plugins: %s}\n", n, n, p.plant("an ADC dump: "+line, line))
	}
	return b.String()
}

// files writes configuration files full of secrets.
func (p *planter) files(t *testing.T) string {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/canaries/files.txtar")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, f := range archive.Files {
		name := filepath.Join(dir, p.plant("the name of "+f.Name, f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		var text strings.Builder
		for n, line := range strings.SplitAfter(string(f.Data), "\n") {
			text.WriteString(p.plant(fmt.Sprintf("%s:%d: %s", f.Name, n+1, strings.TrimSpace(line)), line))
		}
		if err := os.WriteFile(name, []byte(text.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func seeds(t *testing.T, name string) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata/canaries", name))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
}

// fewest is the number of secrets that must be planted, each at a place of its own.
const fewest = 700

// TestNoPlantedSecretComesOut leads secrets at every place that can hold one through every command and format, and looks
// into the snapshot.
func TestNoPlantedSecretComesOut(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	var p planter
	dsn := srv.Database(t, installations.SQL("3.4"), p.objects(t))
	folder, dir := p.files(t), t.TempDir()
	if len(p.places) < fewest {
		t.Fatalf("only %d secrets are planted", len(p.places))
	}
	file := func(name string) string { return filepath.Join(dir, name) }
	run(t, filepath.Join(srv.BinDir, "pg_dump"), "-Fc", "-f", file("b.dump"), "-d", dsn)
	run(t, filepath.Join(srv.BinDir, "pg_dump"), "-f", file("b.sql"), "-d", dsn)
	secret := p.plant("the connection string", "SESAME")
	live := strings.Replace(dsn, "postgres@", "postgres:"+secret+"@", 1)
	show := func(args ...string) string {
		_, stdout, stderr := call(t, args...)
		for _, place := range p.shown(stdout + stderr) {
			t.Errorf("%.60q shows %s", args, place)
		}
		return stdout
	}
	for name, source := range map[string][]string{
		"live": {"--dsn", live, "--config", folder}, "custom": {"--backup", file("b.dump")}, "plain": {"--backup", file("b.sql"), "--config", folder},
	} {
		for _, path := range [][]string{{"3.3.2", "3.4.2"}, {"3.4.1", "3.7.3"}, {"3.4.1", "3.10.5"}} {
			check := append([]string{"check", "--from", path[0], "--to", path[1]}, source...)
			every := append(slices.Clone(check), "--all")
			for _, format := range render.Formats() {
				every = append(every, "--format", format+"="+file("every."+format))
			}
			show(every...)
			for _, format := range render.Formats() {
				data, err := os.ReadFile(file("every." + format))
				if err != nil {
					t.Fatal(err)
				}
				text := string(data)
				for _, place := range p.shown(text) {
					t.Errorf("%s as %s shows %s", name, format, place)
				}
				if path[1] == "3.7.3" && format == "json" && !strings.Contains(text, "if http_x_release == early-birds and geoip_country_code == DE and arg_v == 2 and uri ~~ ^/api/v2/") {
					t.Errorf("%s, %s: what is harmless is not shown", name, format)
				}
			}
			for _, format := range render.RunbookFormats() {
				show(append([]string{"runbook", "--from", path[0], "--to", path[1], "--format", format}, source...)...)
			}
			if path[1] == "3.7.3" {
				for written, text := range runbookFolder(t, append([]string{"--from", path[0], "--to", path[1]}, source...)...) {
					for _, place := range p.shown(text) {
						t.Errorf("%s of the folder of runbook shows %s", written, place)
					}
				}
			}
			show("waivers", "init", file("every.json"))
			show("diff", file("every.json"), file("every.json"), "--format", "json")
			show(append(check, "--baseline", file("every.json"), "--format", "json")...)
		}
		targets := append([]string{"targets", "--from", "3.3.2", "--why-not", "3.7.0", "--compare", "3.4.1,3.9.3"}, source...)
		show(append(targets, "--all", "--format", "table")...)
		show(append(targets, "--format", "json")...)
		show(append(targets, "--format", "markdown")...)
		show(append([]string{"doctor"}, source...)...)
		show(append([]string{"doctor", "--format", "json"}, source...)...)
		shot := file(name + ".snapshot")
		show(append([]string{"snapshot", "--out", shot}, source...)...)
		holds := decompressed(t, shot)
		for _, place := range p.shown(holds) {
			t.Errorf("the snapshot of %s holds %s", name, place)
		}
		if !strings.Contains(holds, `"canary-100"`) || !strings.Contains(holds, "early-birds") {
			t.Errorf("the snapshot of %s does not hold what was planted", name)
		}
		for _, line := range seeds(t, "plain.jsonl") {
			if !strings.Contains(holds, line) {
				t.Errorf("the snapshot of %s hides something in %s", name, line)
			}
		}
		show("check", "--snapshot", shot, "--from", "3.4.1", "--to", "3.10.5", "--format", "json")
		show("doctor", "--snapshot", shot)
	}
	show("grants", "--dsn", live)
	named := file(p.plant("the name of a file to write", "ISSUED"))
	show("snapshot", "--backup", file("b.dump"), "--out", named)
	show("doctor", "--snapshot", named)
	show("check", "--snapshot", named, "--from", "3.4.1", "--to", "3.7.3", "--format", "json="+named+".json")
	for name, text := range map[string]string{
		"adc.yaml":      p.dump(t),
		"settings.yaml": p.plant("settings", "to: SESAME\ndsn: postgres://u:SESAME@h/d\ntoken: CANARY\n"),
		"waivers.yaml": p.plant("waivers", "waivers: [{rule: canary-rule-active, object: {id: x}, reason: 'password=SESAME', owner: 'https://u:SESAME@h', until: 2999-12-31}]\n"+
			"checks: [{rule: backups-taken, by: 'token=SESAME', on: 2026-11-30, note: 'postgres://u:SESAME@h/d'}]\n"),
		"wrong.yaml": p.plant("waivers that are wrong", "waivers: [{fingerprint: SESAME, reason: CANARY, owner: SESAME, until: SESAME}]\nSESAME: CANARY\n"),
		"map.yaml":   p.plant("a schema map", "kine: {table: CANARY, columns: {value: SESAME}}\nSESAME: CANARY\n"),
		"pass":       p.plant("a passfile", "*:*:*:*:SESAME\nSESAME\n"),
	} {
		if err := os.WriteFile(file(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	path := []string{"--from", "3.4.1", "--to", "3.10.5", "--format", "json"}
	show(append([]string{"check", "--adc", "default=" + file("adc.yaml")}, path...)...)
	show("doctor", "--adc", file("adc.yaml"))
	show("snapshot", "--adc", "default="+file("adc.yaml"), "--out", file("adc.snapshot"))
	for _, place := range p.shown(decompressed(t, file("adc.snapshot"))) {
		t.Errorf("the snapshot of an ADC dump holds %s", place)
	}
	show(append([]string{"check", "--dsn", live, "--schema-map", file("map.yaml")}, path...)...)
	show(append([]string{"check", "--settings", file("settings.yaml")}, path...)...)
	show(append([]string{"check", "--dsn", live, "--waivers", file("waivers.yaml")}, path...)...)
	show(append([]string{"check", "--dsn", live, "--waivers", file("wrong.yaml")}, path...)...)
	for _, wrong := range []string{
		"postgres://u:SESAME@127.0.0.1:1/d", "postgres://u:SESAME@w@127.0.0.1:1/d", "postgres://u:SES/AME@127.0.0.1:1/d?password=SESAME", "host=127.0.0.1 port=1 password=SESAME",
		"host=127.0.0.1;password=SESAME", "postgres:/u:SESAME@h/d", "u:SESAME@127.0.0.1:1/d", "127.0.0.1:1:*:*:SESAME", "postgres://127.0.0.1:1/d?sslkey=SESAME&sslpassword=SESAME",
	} {
		show(append([]string{"check", "--dsn", p.plant("a connection string", wrong)}, path...)...)
		show("doctor", "--dsn", p.plant("a connection string", wrong))
		show(append([]string{"check", "--backup", p.plant("a backup that is none", wrong)}, path...)...)
		show("check", p.plant("an argument", wrong))
		show("targets", "--from", "3.4.1", "--line", p.plant("a release line", wrong))
	}
	for _, url := range []string{"https://u:SESAME@127.0.0.1:1", "https://127.0.0.1:1/?token=SESAME", "u:SESAME@127.0.0.1:1"} {
		show(append([]string{"check", "--admin-api", p.plant("the address of an Admin API", url)}, path...)...)
	}
	twice := p.plant("a key that is written twice", "ISSUED")
	if err := os.WriteFile(file("twice.yaml"), []byte("services:\n- "+twice+": 1\n  "+twice+": 2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	lots := p.plant("another key that is written twice", "CANARY")
	if err := os.WriteFile(file("lots.yaml"), []byte("services:\n- "+lots+": 1\n  "+lots+": 2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, flag := range []string{"--config", "--adc", "--schema-map", "--settings", "--backup", "--snapshot", "--waivers", "--baseline"} {
		show(append([]string{"check", flag, file("twice.yaml")}, path...)...)
		show(append([]string{"check", flag, file("lots.yaml")}, path...)...)
		show(append([]string{"check", flag, p.plant("the name of a file that does not exist", "/nowhere/ISSUED.yaml")}, path...)...)
		show("check", p.plant("a flag that does not exist", "--ISSUED"))
	}
	show(append([]string{"check", "--dsn", "postgres://u@127.0.0.1:1/d?passfile=" + file("pass")}, path...)...)
	for _, name := range []string{"b.dump", "b.sql"} { // errors about damaged files must not quote them
		data, err := os.ReadFile(file(name))
		if err != nil {
			t.Fatal(err)
		}
		for n := len(data) / 8; n < len(data); n += len(data) / 7 {
			data[n] ^= 0x55
			if err := os.WriteFile(file("damaged"), data[:min(len(data), n+len(data)/9)], 0o600); err != nil {
				t.Fatal(err)
			}
			show("check", "--backup", file("damaged"), "--from", "3.4.1", "--to", "3.10.5", "--format", "json")
		}
	}
}
