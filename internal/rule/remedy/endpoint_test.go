package remedy_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/remedy"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// hostile returns ids that a database may hold and that mean something to a shell, a URL or a file system.
func hostile() []string {
	return []string{
		"orders", "it's", `"; rm -rf / #`, "$(touch pwned)", "`touch pwned`", "a b", "a\nb", "a\\'b", "-rf", "../../etc/passwd", "..", ".", "a/b",
		"a?gateway_group_id=other", "a#b", "a%2Fb", "é日本", "\u202ex", "!!", "~", "*", "{a,b}", "a&b|c>d<e", "''", "'", "\x1b[2J", "\r", "\x00",
		"@file", "&", "=", ";", "a'$(touch pwned)'b",
	}
}

// shell runs a command in which curl prints its arguments, one per line, and returns them.
func shell(t *testing.T, command string) []string {
	t.Helper()
	dir := t.TempDir()
	// Functions, not files: a program that was just written cannot be run while another test starts a process.
	var fakes strings.Builder
	for _, name := range []string{"curl", "touch", "rm"} {
		fakes.WriteString(name + "() { for a in \"$@\"; do printf '%s\\000' \"$a\"; done; }\n")
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-c", fakes.String()+command)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + dir, "API7_ADMIN=https://cp.example.org:7443", "API7_TOKEN=t0"}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v: %s", command, err, out)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}

func TestCommandsSurviveHostileIDs(t *testing.T) {
	t.Parallel()
	for _, id := range hostile() {
		t.Run(remedy.Escape(id), func(t *testing.T) {
			t.Parallel()
			s := estate.Subject{Ref: estate.Ref{Kind: estate.Service, ID: id}, Group: estate.Group{ID: id}}
			e := remedy.EndpointOf(s, remedy.APIOf(version.MustParse("3.4.1")))
			url := "https://cp.example.org:7443/apisix/admin/services/" + remedy.Escape(id) + "?gateway_group_id=" + remedy.Escape(id)
			file := "split-service-" + remedy.Escape(id) + "@" + remedy.Escape(id) + ".json"
			want := []string{"-fsS", "-H", "X-API-KEY: t0", "-o", file, url}
			if diff := cmp.Diff(want, shell(t, e.Save(remedy.FileFor("split", s)).Line)); diff != "" {
				t.Errorf("arguments differ (-want +got):\n%s", diff)
			}
			body := rule.JSON(map[string]string{"id": id})
			want = []string{"-fsS", "-H", "X-API-KEY: t0", "-X", "PATCH", "-H", "Content-Type: application/json", "--data", body, url}
			if diff := cmp.Diff(want, shell(t, e.Send("PATCH", body).Line)); diff != "" {
				t.Errorf("arguments differ (-want +got):\n%s", diff)
			}
		})
	}
}

func TestQuoteIsOneWord(t *testing.T) {
	t.Parallel()
	for _, s := range hostile() {
		if strings.Contains(s, "\x00") {
			continue // no shell can hold it
		}
		if got := shell(t, "curl "+remedy.Quote(s)); len(got) != 1 || got[0] != s {
			t.Errorf("%q became %q", s, got)
		}
	}
}

func TestEscapeAndJSONAreHarmlessAndKeepTextsApart(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, s := range append(hostile(), "a b", "a%20b", "a-b", "a_b", "A_b") {
		escaped := remedy.Escape(s)
		if other, ok := seen[escaped]; ok && other != s {
			t.Errorf("%q and %q are both %s", s, other, escaped)
		}
		seen[escaped] = s
		for _, c := range escaped + rule.JSON(s) {
			if c < 0x20 || c > 0x7e {
				t.Errorf("%q keeps %q", s, c)
			}
		}
	}
	if got := rule.JSON(map[string]any{"a": "<é\U0001F600>"}); got != `{"a":"<\u00e9\ud83d\ude00>"}` {
		t.Errorf("JSON is %s", got)
	}
}

func TestEndpointsFollowTheRelease(t *testing.T) {
	t.Parallel()
	group := estate.Group{ID: "g-id", ShortID: "g"}
	tests := map[string]struct {
		kind    estate.Kind
		group   estate.Group
		id, at  string
		address string
	}{
		"service":             {estate.Service, group, "s", "3.4.1", "/apisix/admin/services/s?gateway_group_id=g-id"},
		"short id alone":      {estate.Route, estate.Group{ShortID: "g"}, "r", "3.7.3", ""},
		"default group":       {estate.Route, estate.Group{ShortID: "default"}, "r", "3.7.3", "/apisix/admin/routes/r?gateway_group_id=default"},
		"template":            {estate.ServiceTemplate, estate.Group{}, "t", "3.4.1", "/api/services/template/t"},
		"parted":              {estate.ServiceTemplate, estate.Group{}, "t", "3.2.13.0", "/api/services/template/t"},
		"template before":     {estate.ServiceTemplate, estate.Group{}, "t", "3.2.12.0", "/apisix/admin/services/t"},
		"service before":      {estate.Service, group, "s", "3.2.12.0", ""},
		"no group":            {estate.Service, estate.Group{Name: "x"}, "s", "3.4.1", ""},
		"no id":               {estate.Service, group, "", "3.4.1", ""},
		"history":             {estate.ServiceVersion, group, "v", "3.4.1", ""},
		"shared plugins":      {estate.PluginConfig, group, "p", "3.4.1", ""},
		"release to be":       {estate.StreamRoute, group, "s", "3.9.0-rc.1", "/apisix/admin/stream_routes/s?gateway_group_id=g-id"},
		"consumer by its own": {estate.Consumer, group, "rose", "3.4.1", "/apisix/admin/consumers/rose?gateway_group_id=g-id"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := estate.Subject{Ref: estate.Ref{Kind: tt.kind, ID: tt.id}, Group: tt.group}
			want := ""
			if tt.address != "" {
				want = `curl -fsS -H "X-API-KEY: $API7_TOKEN" -X DELETE "$API7_ADMIN"'` + tt.address + `'`
			}
			e := remedy.EndpointOf(s, remedy.APIOf(version.MustParse(tt.at)))
			if got := e.Delete().Line; got != want || e.IsZero() != (want == "") {
				t.Errorf("command is %s, want %s", got, want)
			}
		})
	}
}

func TestFilesOfGroupsThatOnlyHaveAShortIDStayApart(t *testing.T) {
	t.Parallel()
	route := estate.Subject{Ref: estate.Ref{Kind: estate.Route, ID: "r"}, Group: estate.Group{ShortID: "e1"}}
	if got := remedy.FileFor("split", route); got != "split-route-r@e1.json" {
		t.Errorf("got %s", got)
	}
}

func TestNothingBelowWhatHasNoAddress(t *testing.T) {
	t.Parallel()
	service := remedy.EndpointOf(estate.Subject{Ref: estate.Ref{Kind: estate.Service, ID: "s"}, Group: estate.Group{ID: "g"}}, remedy.APIOf(version.MustParse("3.7.3")))
	for name, e := range map[string]remedy.Endpoint{
		"zero":          remedy.Endpoint{}.Sub("upstreams", "u"),
		"empty segment": service.Sub("upstreams", ""),
		"no group":      remedy.GlobalRuleOf(estate.Group{}, "cors"),
		"no group id":   remedy.GlobalRuleOf(estate.Group{ShortID: "e1"}, "cors"),
	} {
		if got := e.Send("PUT", "{}").Line + e.SendFrom("cat x", "PUT").Line + e.Save("f").Line; got != "" {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestOfAnIDWithASecretNoAddressAndNoFileIsMade(t *testing.T) {
	t.Parallel()
	files := map[string]bool{}
	for _, id := range []string{
		"https://svc:opensesame@up.example.org/x", "https://svc:opensesamf@up.example.org/x", "/x?token=opensesame", "ghp_16C7e42F292c6912E7710opensesame", "Authorization: Bearer opensesame1",
	} {
		s := estate.Subject{Ref: estate.Ref{Kind: estate.Route, ID: id}, Group: estate.Group{ID: "default"}}
		if e := remedy.EndpointOf(s, remedy.APIOf(version.MustParse("3.4.1"))); !e.IsZero() {
			t.Errorf("%s has an address: %v", id, e.Delete())
		}
		file := remedy.FileFor("star", s)
		if strings.Contains(file, "opensesam") || files[file] {
			t.Errorf("%s is saved in %s", id, file)
		}
		files[file] = true
		s.Ref.ID, s.Group.ID = "r", id
		if e := remedy.EndpointOf(s, remedy.APIOf(version.MustParse("3.4.1"))); !e.IsZero() {
			t.Errorf("in group %s there is an address: %v", id, e.Delete())
		}
	}
}
