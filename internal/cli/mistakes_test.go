package cli_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/cli"
	"github.com/api7-preflight/api7-preflight/internal/report"
)

// ask runs the command line in an environment and returns what it wrote.
func ask(t *testing.T, environ []string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = cli.Main(t.Context(), cli.Env{
		Args: args, Stdout: &out, Stderr: &errs, Environ: environ, Now: ticking(), Version: "devel",
		Terminal: func(io.Writer) (int, bool) { return 0, false },
	})
	return code, out.String(), errs.String()
}

// dump is a readable source.
const dump = "default=../../fixtures/adc/3.4-default.yaml"

// TestNothingAskedForIsLeftOut proves that an empty value, a second one and a misspelt name end the run. They are not
// ignored, even if the rest would be enough.
func TestNothingAskedForIsLeftOut(t *testing.T) {
	t.Parallel()
	good := []string{"check", "--adc", dump, "--from", "3.4.1", "--to", "3.7.3", "--scope", "given"}
	if code, _, stderr := ask(t, nil, good...); code != report.ExitBlocked || stderr != "" {
		t.Fatalf("the rest would not do: exit %d, %s", code, stderr)
	}
	for name, tt := range map[string]struct {
		environ []string
		args    []string
		says    string
	}{
		"empty DSN":                 {args: []string{"--dsn", ""}, says: "--dsn is empty"},
		"empty DSN, joined":         {args: []string{"--dsn="}, says: "--dsn is empty"},
		"blank DSN":                 {args: []string{"--dsn", " \n"}, says: "--dsn is empty"},
		"empty backup":              {args: []string{"--backup", ""}, says: "--backup is empty"},
		"empty snapshot":            {args: []string{"--snapshot", ""}, says: "--snapshot is empty"},
		"empty Admin API":           {args: []string{"--admin-api", ""}, says: "--admin-api is empty"},
		"empty configuration":       {args: []string{"--config", ""}, says: "--config is empty"},
		"empty second dump":         {args: []string{"--adc", ""}, says: "--adc is empty"},
		"empty schema map":          {args: []string{"--schema-map", ""}, says: "--schema-map is empty"},
		"empty skip":                {args: []string{"--skip", ""}, says: "--skip is empty"},
		"empty rule among others":   {args: []string{"--only", "canary-rule-active,,"}, says: "--only has an empty name between its commas"},
		"empty switch":              {args: []string{"--dsn-from-config="}, says: "--dsn-from-config is empty"},
		"empty variable":            {environ: []string{"API7_PREFLIGHT_DSN="}, says: "API7_PREFLIGHT_DSN is empty"},
		"blank variable":            {environ: []string{"API7_PREFLIGHT_BACKUP= "}, says: "API7_PREFLIGHT_BACKUP is empty"},
		"empty snapshot variable":   {environ: []string{"API7_PREFLIGHT_SNAPSHOT="}, says: "API7_PREFLIGHT_SNAPSHOT is empty"},
		"empty Admin API variable":  {environ: []string{"API7_PREFLIGHT_ADMIN_API="}, says: "API7_PREFLIGHT_ADMIN_API is empty"},
		"empty configuration in it": {environ: []string{"API7_PREFLIGHT_CONFIG="}, says: "API7_PREFLIGHT_CONFIG is empty"},
		"empty settings variable":   {environ: []string{"API7_PREFLIGHT_SETTINGS="}, says: "API7_PREFLIGHT_SETTINGS is empty"},
		"two DSNs":                  {args: []string{"--dsn", "postgres://a/b", "--dsn", "postgres://c/d"}, says: "--dsn is given twice"},
		"two backups":               {args: []string{"--backup", "a", "--backup", "b"}, says: "--backup is given twice"},
		"two snapshots":             {args: []string{"--snapshot", "a", "--snapshot", "b"}, says: "--snapshot is given twice"},
		"two targets":               {args: []string{"--to", "3.7.4"}, says: "--to is given twice"},
		"two sources":               {args: []string{"--from", "3.4.1"}, says: "--from is given twice"},
		"two thresholds":            {args: []string{"--fail-on", "never", "--fail-on=warning"}, says: "--fail-on is given twice"},
		"two switches":              {args: []string{"--insecure", "--insecure=false"}, says: "--insecure is given twice"},
		"several in one variable":   {environ: []string{"API7_PREFLIGHT_SKIP=canary-rule-active=a,traffic-split-attached=b"}, says: "the reason contains what looks like another NAME=REASON"},
		"formats in one variable":   {environ: []string{"API7_PREFLIGHT_FORMAT=json,table"}, says: "in a variable, one a line"},
		"an entry to skip":          {args: []string{"--skip", "R-3.5.0-1=x"}, says: "the rules of this entry: canary-rule-active"},
		"password as a variable":    {environ: []string{"API7_PREFLIGHT_PASSWORD=x"}, says: "a password goes into API7_PREFLIGHT_DSN"},
		"JSON as a flag":            {args: []string{"--json"}, says: "did you mean --format json?"},
		"version with one dash":     {args: []string{"-version"}, says: "hint: api7-preflight --version"},
		"Admin API with a user":     {args: []string{"--admin-api", "https://u:p@h"}, says: "the token comes from API7_PREFLIGHT_TOKEN"},
		"one rule skipped twice":    {args: []string{"--skip", "canary-rule-active=a", "--skip", "canary-rule-active=b"}, says: "--skip names canary-rule-active twice"},
		"misspelt variable":         {environ: []string{"API7_PREFLIGHT_DNS=postgres://a/b"}, says: "unknown variable API7_PREFLIGHT_DNS in the environment\nhint: did you mean API7_PREFLIGHT_DSN?"},
		"variable of no flag":       {environ: []string{"API7_PREFLIGHT_WHATEVER="}, says: "unknown variable API7_PREFLIGHT_WHATEVER"},
		"misspelt flag":             {args: []string{"--form", "3.4.1"}, says: "unknown flag: --form\nhint: did you mean --from?"},
		"flag with one dash":        {args: []string{"-to", "3.7.3"}, says: "unknown flag: -to\nhint: did you mean --to?"},
		"output of other programs":  {args: []string{"-o", "json"}, says: "did you mean --format?"},
		"long output":               {args: []string{"--output=json"}, says: "did you mean --format?"},
		"no flag at all":            {args: []string{"--=x"}, says: "starts with a dash but is not a flag"},
		"flag without value":        {args: []string{"--snapshot"}, says: "--snapshot needs a value"},
		"no unit":                   {args: []string{"--timeout", "30"}, says: "--timeout needs a unit\nhint: did you mean 30s?"},
		"no duration":               {args: []string{"--timeout", "soon"}, says: `--timeout takes a duration, not "soon"`},
		"no time at all":            {args: []string{"--timeout", "0s"}, says: "--timeout must be greater than zero"},
		"no truth value":            {args: []string{"--all=maybe"}, says: `--all takes true or false, not "maybe"`},
		"no truth value, variable":  {environ: []string{"API7_PREFLIGHT_QUIET=maybe"}, says: `API7_PREFLIGHT_QUIET takes true or false, not "maybe"`},
		"formats in one":            {args: []string{"--format", "json,table"}, says: "takes one format at a time\nhint: repeat it: --format table --format json"},
		"entry that no rule covers": {args: []string{"--only", "R-3.10.5-99"}, says: `unknown rule "R-3.10.5-99"`},
		"word out of the name":      {args: []string{"--only", "canary"}, says: "did you mean canary-rule-active?"},
		"configuration as argument": {args: []string{"testdata"}, says: "takes no arguments, got testdata\nhint: did you mean --config testdata?"},
		"second configuration":      {args: []string{"--config", "a", "testdata"}, says: "hint: repeat the flag for each: --config testdata"},
		"versions as arguments":     {args: []string{"3.4.1", "3.7.3"}, says: "got 3.4.1\nhint: give versions with --from and --to"},
		"something as argument":     {args: []string{"infra"}, says: "sources are given with flags"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := append(slices.Clone(good), tt.args...)
			code, stdout, stderr := ask(t, tt.environ, args...)
			if code != report.ExitUsage || stdout != "" || !strings.Contains(stderr, tt.says) {
				t.Errorf("exit %d, stdout %q, stderr\n%s\nwant exit 2 and %q", code, stdout, stderr, tt.says)
			}
			for _, words := range []string{"strconv", "unmarshal", "invalid argument", "shorthand", "time:"} {
				if strings.Contains(stderr, words) {
					t.Errorf("the words of a library: %s", stderr)
				}
			}
		})
	}
}

// TestEmptyVariablesOfOthersCountAsUnset proves that variables set by Kubernetes, installers and libpq are not taken
// for flags.
func TestEmptyVariablesOfOthersCountAsUnset(t *testing.T) {
	t.Parallel()
	environ := []string{
		"API7_PREFLIGHT_PORT_443_TCP=tcp://10.0.0.1:443", "API7_PREFLIGHT_SERVICE_HOST=10.0.0.1", "API7_PREFLIGHT_VERSION=1.0.0",
		"API7_PREFLIGHT_WEB_SERVICE_HOST=10.0.0.1", "API7_PREFLIGHT_WEB_PORT=tcp://10.0.0.1:80", "API7_PREFLIGHT_WEB_SERVICE_PORT_HTTP=80",
		"API7_PREFLIGHT_IMAGE_TAG=1.0.0", "API7_PREFLIGHT_SHA256=00", "PGHOST=", "PGDATABASE=", "PGUSER=", "PGSERVICE=", "API7_PREFLIGHT_FAIL_ON=",
		"API7_PREFLIGHT_QUIET=", "API7_PREFLIGHT_SKIP=canary-rule-active=a\nrbac-rules-lost=b\n",
	}
	if code, _, stderr := ask(t, environ, "check", "--adc", dump, "--from", "3.4.1", "--to", "3.7.3", "--scope", "given"); code != report.ExitBlocked || stderr != "" {
		t.Errorf("exit %d, %s", code, stderr)
	}
	if code, _, stderr := ask(t, environ, "check", "--from", "3.4.1", "--to", "3.7.3"); code != report.ExitUsage || !strings.Contains(stderr, "no source") {
		t.Errorf("exit %d, %s", code, stderr)
	}
}

// TestTypedAtTheWrongPlaceIsNotRepeated proves that no part of a misplaced password is shown, whatever flag, argument
// or variable it is in.
func TestTypedAtTheWrongPlaceIsNotRepeated(t *testing.T) {
	t.Parallel()
	const secret = "hunTer2-CANARY"
	texts := []string{
		"postgres://u:" + secret + "@h/d", "postgresql://u@h/d?password=" + secret, "host=h user=u password=" + secret, "host=h;user=u;password=" + secret,
		"jdbc:postgresql://h/d?user=u&password=" + secret, "mysql://u:" + secret + "@tcp(h)/d", "u:" + secret + "@h", "password=" + secret,
		"postgres://u:a@" + secret + "/x@h:5432/d", "postgres:/u:" + secret + "@h/d",
	}
	places := map[string]func(string) []string{
		"argument":       func(s string) []string { return []string{"check", s} },
		"later argument": func(s string) []string { return []string{"check", "--to", "3.7.3", "infra", s} },
		"command":        func(s string) []string { return []string{s} },
		"rule":           func(s string) []string { return []string{"rules", "explain", s} },
		"help":           func(s string) []string { return []string{"help", s} },
		"completion":     func(s string) []string { return []string{"completion", s} },
		"shell":          func(s string) []string { return []string{"completion", "bash", s} },
		"reason":         func(s string) []string { return []string{"check", "--skip", "canary-rule-active=" + s} },
		"acceptance":     func(s string) []string { return []string{"check", "--accept-unknown", "database=ask me: " + s} },
		"name of a flag": func(s string) []string { return []string{"check", "--" + s} },
		"one dash":       func(s string) []string { return []string{"check", "-p" + s} },
		"other dash":     func(s string) []string { return []string{"check", "-" + s} },
		"flag of others": func(s string) []string { return []string{"check", "--password=" + s} },
	}
	for _, command := range []string{"targets", "doctor", "grants", "snapshot", "demo", "rules list", "rules coverage", "schema report", "version"} {
		places["argument of "+command] = func(s string) []string { return append(strings.Fields(command), s) }
	}
	for _, flag := range []string{
		"backup", "adc", "config", "snapshot", "admin-api", "schema-map", "ca-file", "to", "from", "only", "skip", "accept-unknown", "format", "fail-on",
		"scope", "timeout", "api-requests-per-second", "api-concurrency", "max-rows-per-second", "progress", "all", "insecure", "dsn-from-config", "adc-version", "settings", "quiet",
	} {
		places["--"+flag] = func(s string) []string { return []string{"check", "--" + flag + "=" + s} }
	}
	for _, flag := range []string{"line", "why-not", "compare", "format", "from", "all"} {
		places["targets --"+flag] = func(s string) []string { return []string{"targets", "--" + flag + "=" + s} }
	}
	quiet := func(t *testing.T, environ []string, args ...string) {
		t.Helper()
		code, stdout, stderr := ask(t, environ, args...)
		if code != report.ExitUsage || stdout != "" {
			t.Errorf("%q: exit %d, stdout %q, %s", args, code, stdout, stderr)
		}
		if low := strings.ToLower(stderr); strings.Contains(low, "hunter2") || strings.Contains(low, "canary") {
			t.Errorf("%q shows the password: %s", args, stderr)
		}
	}
	for name, place := range places {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, text := range texts {
				quiet(t, nil, place(text)...)
			}
		})
	}
	t.Run("variables", func(t *testing.T) {
		t.Parallel()
		for _, text := range texts {
			quiet(t, []string{"API7_PREFLIGHT_BACKUP=" + text}, "check", "--to", "3.7.3")
			quiet(t, []string{"API7_PREFLIGHT_TO=" + text}, "check", "--adc", dump)
			quiet(t, []string{"API7_PREFLIGHT_" + text}, "check", "--adc", dump)
			quiet(t, []string{"API7_PREFLIGHT_FORMAT=" + text}, "check", "--adc", dump)
		}
	})
	t.Run("settings", func(t *testing.T) {
		t.Parallel()
		name := filepath.Join(t.TempDir(), "s.yaml")
		for _, text := range texts {
			for _, content := range []string{"config: '" + text + "'", "'" + text + "': x", "to: '" + text + "'", "skip: ['" + text + "']", text + ": [", "- '" + text + "'"} {
				if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
				quiet(t, nil, "check", "--settings", name)
			}
		}
	})
}

// TestSettingsWithoutEffectAreNamed proves that the report lists every --skip, --only or --accept-unknown that
// changes nothing, because it was meant to.
func TestSettingsWithoutEffectAreNamed(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		args []string
		what string
	}{
		"skip":       {[]string{"--skip", "jwt-signing-removed=not used"}, "--skip jwt-signing-removed"},
		"choice":     {[]string{"--only", "jwt-signing-removed,traffic-split-attached"}, "--only jwt-signing-removed"},
		"acceptance": {[]string{"--accept-unknown", "traffic-split-attached=looked"}, "--accept-unknown traffic-split-attached"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"check", "--adc", dump, "--from", "3.4.1", "--to", "3.7.3", "--scope", "given"}, tt.args...)
			_, stdout, _ := ask(t, nil, append(args, "--format", "json")...)
			r := decode(t, stdout)
			if !slices.ContainsFunc(r.Notes, func(n report.Note) bool { return n.What == tt.what }) {
				t.Errorf("notes %+v", r.Notes)
			}
			if _, table, _ := ask(t, nil, append(args, "--show", "notices")...); !strings.Contains(table, tt.what) {
				t.Errorf("the table does not name %s", tt.what)
			}
		})
	}
}

// TestChosenEntryMeansItsRules proves that the ids beside a finding in reports select rules.
func TestChosenEntryMeansItsRules(t *testing.T) {
	t.Parallel()
	args := []string{"check", "--adc", dump, "--from", "3.4.1", "--to", "3.7.3", "--scope", "given", "--format", "json", "--only"}
	_, byEntry, _ := ask(t, nil, append(args, "R-3.5.0-1")...)
	_, byRule, _ := ask(t, nil, append(args, "canary-rule-active")...)
	entry, rule := decode(t, byEntry), decode(t, byRule)
	for i := range rule.Rules {
		if rule.Rules[i].Status != entry.Rules[i].Status {
			t.Errorf("%s is %s, and %s by entry", rule.Rules[i].Rule, rule.Rules[i].Status, entry.Rules[i].Status)
		}
	}
}

// TestWhatIsHereIsAFile proves that the name of an existing file is read, whatever it looks like.
func TestWhatIsHereIsAFile(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "api7@prod-2026-11-29T02:00:00")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(strings.TrimPrefix(dump, "default="))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"postgres:15-prod.yaml", "password:rotated.yaml", "pw=1.yaml"} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if code, _, stderr := ask(t, nil, "check", "--adc", "default="+file, "--from", "3.4.1", "--to", "3.7.3", "--scope", "given"); code != report.ExitBlocked {
			t.Errorf("%s: exit %d, %s", name, code, stderr)
		}
	}
}

// TestTheEndOfALineIsNoPartOfAValue proves it for a variable filled from a file with one line.
func TestTheEndOfALineIsNoPartOfAValue(t *testing.T) {
	t.Parallel()
	for _, end := range []string{"\n", "\r\n", ""} {
		environ := []string{"API7_PREFLIGHT_ADC=" + dump + end, "API7_PREFLIGHT_FROM=3.4.1" + end, "API7_PREFLIGHT_TO=3.7.3" + end, "API7_PREFLIGHT_SCOPE=given" + end}
		if code, _, stderr := ask(t, environ, "check"); code != report.ExitBlocked || stderr != "" {
			t.Errorf("%q: exit %d, %s", end, code, stderr)
		}
		if code, _, stderr := ask(t, []string{"API7_PREFLIGHT_BACKUP=missing.dump" + end}, "check", "--to", "3.7.3"); !strings.Contains(stderr, "missing.dump: cannot") {
			t.Errorf("%q: exit %d, %s", end, code, stderr)
		}
	}
}

// TestCompletionTakesWhatWasTypedSoFar proves that a shell gets its completions whatever comes before, and that none
// of that is repeated.
func TestCompletionTakesWhatWasTypedSoFar(t *testing.T) {
	t.Parallel()
	for _, typed := range [][]string{
		{"--to", "3.7.3"}, {"--quiet"}, {"--settings", "none"}, {"--dsn", "postgres://u:hunTer2@h/d"}, {"--to=postgres://u:hunTer2@h"}, {"--timeout", "soon"},
	} {
		code, stdout, stderr := ask(t, []string{"API7_PREFLIGHT_DNS=x"}, append(append([]string{"__complete", "check"}, typed...), "--fai")...)
		if code != 0 || !strings.Contains(stdout, "--fail-on") || strings.Contains(stdout+stderr, "hunTer2") {
			t.Errorf("%q: exit %d, %q, %s", typed, code, stdout, stderr)
		}
	}
}

// TestCompletionRepeatsNoPassword proves the same for what cannot be completed.
func TestCompletionRepeatsNoPassword(t *testing.T) {
	t.Parallel()
	for _, typed := range []string{"-phunTer2", "postgres://u:hunTer2@h/d", "--hunTer2"} {
		if _, stdout, stderr := ask(t, nil, "__complete", "check", typed, "--fai"); strings.Contains(stdout+stderr, "hunTer2") {
			t.Errorf("%q: %q, %s", typed, stdout, stderr)
		}
	}
}

// TestABackupIsNoPlaceForAReport proves that a report replaces no backup and no snapshot, even one that is not read.
func TestABackupIsNoPlaceForAReport(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{"b.dump": "PGDMP\x01\x0e", "b.sql": "--\n-- PostgreSQL database dump\n--\n", "dir/toc.dat": "PGDMP"} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		code, _, stderr := ask(t, nil, "demo", "--format", "json="+file)
		after, err := os.ReadFile(file)
		if code != report.ExitUsage || !strings.Contains(stderr, "is a backup by pg_dump") || err != nil || string(after) != text {
			t.Errorf("%s: exit %d, %s, %q", name, code, stderr, after)
		}
	}
}
