package render_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/render"
)

func TestADiagnosisShowsOnlyWhatTheSourceHas(t *testing.T) {
	t.Parallel()
	refused := estate.Gap{Why: "the control plane answers 403 Forbidden", Next: "allow A"}
	for name, tt := range map[string]struct {
		diagnosis estate.Diagnosis
		want      string
	}{
		"nothing": {want: `
complete   everything the rules need that this source can hold is recognised and
           readable
`},
		"a reason is written once, with all that can be done about it": {
			diagnosis: estate.Diagnosis{
				Missing: []string{"route"},
				Kinds: []estate.KindDiagnosis{{
					Kind: estate.Route, Count: 7, Damaged: 1,
					Gaps: []estate.Gap{refused, {What: "/routes", Why: "cut off"}, {Why: refused.Why, Next: "allow B"}},
				}},
			},
			want: `
kinds that the rules need
         7  route  (1 DAMAGED)
  missing    the control plane answers 403 Forbidden
             → allow A
             → allow B
  missing    /routes: cut off

INCOMPLETE the rules need more than could be read: route
`,
		},
		"all that is missing is what no token can read": {
			diagnosis: estate.Diagnosis{
				Missing:   []string{"token"},
				Addresses: []estate.AddressDiagnosis{{Path: "/api/tokens", Answered: 1}},
				Kinds:     []estate.KindDiagnosis{{Kind: estate.Token, Gaps: []estate.Gap{{ID: estate.APILimits, Why: "tokens of other users"}}}},
			},
			want: `
answered refused absent failed  resource
       1       0      0      0  /api/tokens

kinds that the rules need
         0  token
  missing    tokens of other users

INCOMPLETE the rules need more than could be read: token
           no token can read what is missing; this one reads the rest
`,
		},
		"how much there is to read": {
			diagnosis: estate.Diagnosis{Estimate: &estate.Estimate{Rows: 1_234_567, Bytes: 3 << 29, Seconds: 150, Guessed: []string{"kine"}, Unknown: []string{"tokens", "service"}}},
			want: `
to read    about 1,234,567 rows in 1.5 GiB, 2 minutes; guessed from sizes, not
           analysed yet: kine; of unknown size and not counted: service, tokens

complete   everything the rules need that this source can hold is recognised and
           readable
`,
		},
		"that nobody knows how much there is to read": {
			diagnosis: estate.Diagnosis{Estimate: &estate.Estimate{Rows: -1, Bytes: -1, Seconds: -1, Unknown: []string{"kine"}}},
			want: `
to read    unknown: the server gives the size of no table

complete   everything the rules need that this source can hold is recognised and
           readable
`,
		},
		"a gap of no kind is incomplete as well": {
			diagnosis: estate.Diagnosis{
				Facts: []estate.Fact{{Label: "version", Value: "3.4.1"}},
				Files: []estate.FileDiagnosis{
					{Path: "a.yaml", Why: "a template"},
					{Path: "b.yaml", Documents: []estate.DocumentDiagnosis{{Line: 4, Count: 2, Recognised: "manifest", Why: "it has a kind"}}},
				},
				Gaps:      []estate.Gap{{What: "a.yaml", Why: "a template", Next: "render it"}},
				Elsewhere: []estate.Kind{estate.Route, estate.Service},
			},
			want: `
version    3.4.1

file       a.yaml
  not read   a template
file       b.yaml
  not used   2 times, from line 4: manifest: it has a kind

  missing    a.yaml: a template
             → render it
elsewhere  route, service

INCOMPLETE some of what this source should hold could not be read or understood,
           see above
`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sheet := render.NewSheet()
			sheet.Diagnosis(estate.Info{Kind: "kind", Name: "name"}, &tt.diagnosis)
			if diff := cmp.Diff("kind  name\n"+tt.want, sheet.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
