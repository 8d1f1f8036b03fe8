package cli_test

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/fixtures/installations"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/faulttest"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
)

// TestAHostileRowIsNamedOrDoesNoHarm puts values into an installation that is ready: as a route in table kine, whose
// bytes may be any, and as the plugins of a template, whose text PostgreSQL keeps in UTF-8. Each is said to be damaged,
// or is read as what it is: a template may have no plugins.
func TestAHostileRowIsNamedOrDoesNoHarm(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	clean := srv.Database(t, installations.SQL("3.4-clean"))
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for name, value := range map[string]struct {
		text    string
		damaged bool
		none    bool // of plugins
	}{
		"nothing":                  {"", true, true},
		"a space":                  {" ", true, true},
		"null":                     {"null", true, true},
		"a list":                   {"[]", true, true},
		"a number":                 {"1", true, false},
		"a text":                   {`"text"`, true, false},
		"cut":                      {`{"plugins":{"cors":`, true, false},
		"two values":               {`{} {}`, true, false},
		"a comma too many":         {`{"a":1,}`, true, false},
		"single quotes":            {`{'a':1}`, true, false},
		"a comment":                {`{/* a */}`, true, false},
		"no number":                {`{"a":NaN}`, true, false},
		"a plus":                   {`{"a":+1}`, true, false},
		"a leading zero":           {`{"a":01}`, true, false},
		"a key twice":              {`{"plugins":{"cors":{}},"plugins":{}}`, true, false},
		"a line break in a text":   {"{\"a\":\"\n\"}", true, false},
		"an open surrogate":        {`{"a":"\ud800"}`, false, false},
		"NUL, escaped":             {`{"a":"\u0000"}`, false, false},
		"NUL":                      {"{\"a\":\"\x00\"}", true, false},
		"NUL after it":             {"{}\x00", true, false},
		"not UTF-8":                {"{\"a\":\"\xff\"}", true, false},
		"overlong UTF-8":           {"{\"a\":\"\xc0\xaf\"}", true, false},
		"Latin-1 in a key":         {"{\"\xe9\":1}", true, false},
		"UTF-16":                   {"{\x00}\x00", true, false},
		"a byte order mark":        {"\ufeff{}", true, false},
		"gzip":                     {"\x1f\x8b\x08\x00\x00", true, false},
		"a huge number":            {`{"a":1e999999}`, false, false},
		"a long number":            {`{"a":` + strings.Repeat("9", 100_000) + `}`, false, false},
		"a hundred levels":         {`{"a":` + deep(100) + `}`, false, false},
		"twenty thousand levels":   {`{"a":` + deep(20_000) + `}`, true, false},
		"a million levels, open":   {`{"a":` + strings.Repeat("[", 1_000_000), true, false},
		"a text of five megabytes": {`{"a":"` + strings.Repeat("x", 5<<20) + `"}`, false, false},
		"many keys":                {`{` + strings.Repeat(`"k":1,`, 10) + `"a":1}`, true, false},
		"more than is fetched":     {`{"a":"` + strings.Repeat("x", 9<<20) + `"}`, true, false},
		"control characters":       {`{"name":"\u001b[2J\u202e\r"}`, false, false},
	} {
		bytea := `'\x` + hex.EncodeToString([]byte(value.text)) + `'::bytea`
		places := map[string]string{
			"route": "INSERT INTO kine (name, created, deleted, create_revision, prev_revision, lease, value) VALUES ('/gateway_groups/default/routes/hostile', 1, 0, 0, 0, 0, " + bytea + ")",
		}
		if !strings.ContainsAny(value.text, "\x00") && strings.ToValidUTF8(value.text, "") == value.text {
			places["template"] = "INSERT INTO service (id, name, plugins) VALUES ('hostile', 'hostile', convert_from(" + bytea + ", 'UTF8'))"
		}
		for place, sql := range places {
			t.Run(name+"/"+place, func(t *testing.T) {
				t.Parallel()
				faulttest.Tried(t, faulttest.HostileRows, 1)
				dsn := srv.Copy(t, clean, sql)
				code, stdout, stderr := call(t, "check", "--from", "3.4.1", "--to", "3.7.3", "--scope", "given", "--dsn", dsn)
				want, named := report.ExitReady, true
				if value.damaged && (!value.none || place != "template") {
					want, named = report.ExitIncomplete, strings.Contains(stdout, "hostile")
				}
				if code != want || stderr != "" || !named {
					t.Errorf("exit %d, want %d\n%.3000s%s", code, want, stdout, stderr)
				}
				if strings.ContainsAny(stdout, "\x1b\x00\r") || strings.Contains(stdout, "\u202e") || len(stdout) > 100_000 {
					t.Errorf("%d bytes: %.1000q", len(stdout), stdout)
				}
			})
		}
	}
}
