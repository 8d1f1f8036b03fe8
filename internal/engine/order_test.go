package engine_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
)

// TestTheOrderOfRowsDoesNotMatter reads the same rows forwards and backwards: more damaged ones than are named, and
// several rows of one place with different names, labels, messages and doubts.
func TestTheOrderOfRowsDoesNotMatter(t *testing.T) {
	t.Parallel()
	var rows []estate.Resource
	for n := range 2500 {
		rows = append(rows, service(fmt.Sprintf("broken-%04d", n), `{"id":`, "service"))
	}
	for n := range 5 {
		same := service("twice", fmt.Sprintf(`{"name":"n%d","labels":{"team":"t%d"},"plugins":{"p":{"n":%d}}}`, n, n, n), "service")
		same.Group.Name = fmt.Sprintf("group %d", n)
		rows = append(rows, same, service("doubted", fmt.Sprintf(`{"name":"n%d","plugins":{"p":{"n":"x%d"}}}`, n, n), "service"))
	}
	says := attached()
	says.Start = func(p *rule.Pass) {
		p.On(estate.Service, func(r *estate.Resource) {
			n := r.Field("plugins").Get("p").Get("n")
			if why := n.Number().Unreadable(); why != "" {
				p.Doubt(r, "/plugins/p/"+n.Word(), why)
				return
			}
			p.Report(rule.Finding{Subject: r.Subject(), Pointer: "/plugins/p", Message: "attached", Evidence: []rule.Evidence{{Name: "n", Value: n.Word()}}})
		})
	}
	read := func() *report.Report {
		return run(t, func(o *engine.Options) { o.Rules = []*rule.Rule{says} }, rows...)
	}
	forwards := read()
	slices.Reverse(rows)
	if diff := cmp.Diff(forwards, read(), cmp.Transformer("Open", report.Packed.Open)); diff != "" {
		t.Errorf("(-forwards +backwards):\n%.2000s", diff)
	}
	if n := len(forwards.Unexamined); n < 1000 || forwards.Unexamined[0].What != "service at service/broken-0000" {
		t.Errorf("%d entries, the first %+v", n, forwards.Unexamined[0])
	}
}
