package render_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/reporttest"
)

// pages are the reports whose pages are looked at.
func pages() map[string]*report.Report {
	out := map[string]*report.Report{"hostile": reporttest.Hostile(reporttest.HostileNames()...)}
	for name, sample := range reporttest.Samples(1_200) {
		out[name] = sample()
	}
	return out
}

// TestPageLooksAsItsGolden leaves out style and script, which are files, and their digests.
func TestPageLooksAsItsGolden(t *testing.T) {
	t.Parallel()
	assets := regexp.MustCompile(`(?s)(<style>|<script id="code">).*?(</style>|</script>)`)
	digests := regexp.MustCompile(`'sha256-[^']*'`)
	for name, r := range pages() {
		if name != "many" {
			page := assets.ReplaceAllString(draw(t, "html", r, render.Options{Beside: []string{"report.json"}}), "$1$2")
			golden(t, name+".html", digests.ReplaceAllString(page, "'sha256-…'"))
		}
	}
}

// walk calls see for each element.
func walk(n *html.Node, see func(*html.Node)) {
	if n.Type == html.ElementNode {
		see(n)
	}
	for c := range n.ChildNodes() {
		walk(c, see)
	}
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

func TestPageLoadsNothingAndRunsOnlyWhatItsPolicyNames(t *testing.T) {
	t.Parallel()
	// What a page is made of. No name of an enemy makes another element.
	const elements = " html head meta title style script body header main nav section article footer h1 h2 h3 h4 p div span strong a ul ol li dl dt dd " +
		"details summary pre code table caption thead tbody tr th td label select option input button noscript "
	for name, r := range pages() {
		page := draw(t, "html", r, render.Options{})
		root, err := html.Parse(strings.NewReader(page))
		if err != nil {
			t.Fatal(err)
		}
		policy, allowed, ids := "", []string{}, map[string]bool{}
		walk(root, func(n *html.Node) {
			if !strings.Contains(elements, " "+n.Data+" ") {
				t.Errorf("%s: element %s", name, n.Data)
			}
			for _, a := range n.Attr {
				if strings.HasPrefix(a.Key, "on") || slices.Contains([]string{"style", "src", "srcset", "action", "formaction", "data", "poster", "background"}, a.Key) ||
					a.Key == "href" && !strings.HasPrefix(a.Val, "#") {
					t.Errorf("%s: %s has %s=%q", name, n.Data, a.Key, a.Val)
				}
			}
			if id := attribute(n, "id"); id != "" && ids[id] {
				t.Errorf("%s: id %q twice", name, id)
			} else {
				ids[id] = true
			}
			if attribute(n, "http-equiv") == "Content-Security-Policy" {
				policy = attribute(n, "content")
			}
			if n.Data == "style" || n.Data == "script" && attribute(n, "type") == "" {
				sum := sha256.Sum256([]byte(text(n)))
				allowed = append(allowed, n.Data+"-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
			}
		})
		if want := "default-src 'none'; " + strings.Join(allowed, "; ") + "; base-uri 'none'; form-action 'none'"; policy != want || len(allowed) != 2 {
			t.Errorf("%s: policy is\n%s, want\n%s", name, policy, want)
		}
		walk(root, func(n *html.Node) {
			if to := attribute(n, "href"); n.Data == "a" && !ids[strings.TrimPrefix(to, "#")] {
				t.Errorf("%s: a link leads to %s, which is not there", name, to)
			}
		})
	}
}

// word returns a value of JSON that is a text.
func word(v any) string { s, _ := v.(string); return s }

// listedFinding is a finding as the data of a page has it.
type listedFinding struct {
	rule, severity, name, id, where, message, fingerprint string
	waived                                                any
	commands                                              []string
}

// resolve replaces the numbers in the first columns by the earlier cells that they mean.
func resolve(rows [][]any, columns int) {
	earlier := make([][]any, columns)
	for _, row := range rows {
		for i := range columns {
			if n, is := row[i].(float64); is {
				row[i] = earlier[i][int(n)]
			} else {
				earlier[i] = append(earlier[i], row[i])
			}
		}
	}
}

// island reads the data of a page in the way that its script does.
func island(t *testing.T, page string) []listedFinding {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var data struct {
		Findings [][]any `json:"findings"`
	}
	const shared, detailed = 5, 2
	var details [][]any
	walk(root, func(n *html.Node) {
		var err error
		switch {
		case attribute(n, "id") == "island":
			err = json.Unmarshal([]byte(text(n)), &data)
			resolve(data.Findings, shared)
		case attribute(n, "class") == "details":
			var part [][]any
			err = json.Unmarshal([]byte(text(n)), &part)
			resolve(part, detailed)
			details = append(details, part...)
		}
		if err != nil {
			t.Fatal(err)
		}
	})
	if len(details) != len(data.Findings) {
		t.Fatalf("details of %d of %d findings", len(details), len(data.Findings))
	}
	var out []listedFinding
	for i, row := range data.Findings {
		list := func(v any) []any { l, _ := v.([]any); return l }
		fill := strings.NewReplacer("\x01", word(row[6]), "\x02", word(row[5]), "\x03", word(list(row[1])[1])).Replace
		f := listedFinding{
			rule: word(list(row[0])[0]), severity: word(list(row[0])[2]), waived: list(row[0])[8], name: word(row[5]), id: word(row[6]),
			where: fill(word(row[3])), message: fill(word(row[4])), fingerprint: word(row[7]),
		}
		for _, step := range list(details[i][1]) {
			f.commands = append(f.commands, fill(word(list(step)[2])))
		}
		out = append(out, f)
	}
	return out
}

// TestListOfAPageHasEveryFindingAsItIs proves that what is written once for several findings comes back in each.
func TestListOfAPageHasEveryFindingAsItIs(t *testing.T) {
	t.Parallel()
	for name, r := range pages() {
		got := island(t, draw(t, "html", r, render.Options{}))
		if len(got) != len(r.Findings) {
			t.Errorf("%s: %d findings in the list, %d in the report", name, len(got), len(r.Findings))
		}
		at := map[string]listedFinding{}
		for _, f := range got {
			at[f.fingerprint+"/"+f.severity+"/"+word(f.waived)] = f
		}
		for f := range r.Findings.All() {
			waived := any(nil)
			if f.Waived != nil {
				waived = waiverOf(f)
			}
			g, there := at[render.Sanitize(f.Fingerprint)+"/"+f.Severity+"/"+word(waived)]
			if !there {
				t.Errorf("%s: %q is not in the list", name, f.Fingerprint)
				continue
			}
			want := []string{f.Rule, f.Severity, render.Sanitize(f.Location.Where), render.Sanitize(f.Message)}
			if diff := cmp.Diff(want, []string{g.rule, g.severity, g.where, g.message}); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
			for i, s := range f.Remediation {
				if render.Sanitize(s.Command) == s.Command && g.commands[i] != s.Command {
					t.Errorf("%s: the command is %q, want %q", name, g.commands[i], s.Command)
				}
			}
		}
	}
}

// TestPageSaysWithoutAScriptWhatTheReportSays takes a page as it is without JavaScript.
func TestPageSaysWithoutAScriptWhatTheReportSays(t *testing.T) {
	t.Parallel()
	for name, r := range pages() {
		root, err := html.ParseWithOptions(strings.NewReader(draw(t, "html", r, render.Options{Beside: []string{"other.json"}})), html.ParseOptionEnableScripting(false))
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for n := range root.Descendants() {
			if n.Type == html.TextNode && n.Parent.Data != "script" && n.Parent.Data != "style" {
				b.WriteString(n.Data)
			}
		}
		shown := b.String()
		want := []string{string(r.Verdict)[1:], r.Target.Advice}
		for _, u := range r.Unexamined {
			if !u.Accepted {
				want = append(want, render.Brief(u.Why), strings.ReplaceAll(render.Brief(u.Next), "`", ""))
			}
		}
		for i := range r.Rules {
			if rule := &r.Rules[i]; rule.Doubtful() || rule.Findings > 0 || rule.Status == report.Disabled {
				want = append(want, rule.Rule)
			}
		}
		for _, m := range r.ManualChecks {
			want = append(want, m.Title, m.Remediation[0].Text)
		}
		for _, n := range r.Notes {
			want = append(want, render.Sanitize(n.Why))
		}
		if len(r.Findings) > 0 {
			want = append(want, "needs JavaScript, which is off. They are also in the report that --format json=FILE writes (this run also wrote other.json).")
		}
		for f := range r.Findings.All() {
			if f.Waived != nil {
				want = append(want, "waived: "+waiverOf(f))
			}
		}
		for _, text := range want {
			if !strings.Contains(shown, text) && !strings.Contains(strings.ReplaceAll(shown, "`", ""), text) {
				t.Errorf("%s does not say %q", name, text)
			}
		}
	}
}

// FuzzMarkup proves that no text leaves its place, neither between tags nor in an attribute.
func FuzzMarkup(f *testing.F) {
	for _, name := range reporttest.HostileNames() {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want := render.Sanitize(s)
		root, err := html.Parse(strings.NewReader(`<p id="` + render.Markup(s) + `" class="x">` + render.Markup(s) + "</p>"))
		if err != nil {
			t.Fatal(err)
		}
		var found []*html.Node
		walk(root, func(n *html.Node) { found = append(found, n) })
		p := found[len(found)-1]
		if len(found) != 4 || p.Data != "p" || len(p.Attr) != 2 || attribute(p, "id") != want || text(p) != want {
			t.Errorf("Markup(%q) = %q", s, render.Markup(s))
		}
	})
}

// waiverOf says why a finding is waived, and by whom and until when if that is known.
func waiverOf(f *report.Finding) string {
	if w := f.Waiver; w != nil {
		return w.Reason + " (" + w.Owner + ", until " + w.Until + ")"
	}
	return *f.Waived
}
