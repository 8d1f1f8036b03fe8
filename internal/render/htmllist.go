package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// A page shows so many findings at a time, and prints at most so many. It says what it left out.
const (
	rowsAtOnce  = 200
	printedRows = 1000
)

// findings writes the list of all findings: what filters it, and the data from which the script shows it.
func (h *hypertext) findings() {
	n := len(h.r.Findings)
	if n == 0 {
		h.el("p", "There are none.")
	} else {
		where := "They are also in " + h.elsewhere + "."
		h.el("noscript", "To list all "+thousands(n)+" findings this page needs JavaScript, which is off. "+where+" What each rule found is above.")
		h.filters()
		h.raw(`<p id="count" role="status" aria-live="polite"></p>`, "\n", `<ol id="rows" class="rows"></ol>`, "\n")
		h.raw(`<p><button type="button" id="more" hidden></button></p>`, "\n", `<p id="printed" hidden></p>`, "\n")
	}
	h.island()
}

// filters writes what filters the list. It is hidden until the script makes it work.
func (h *hypertext) filters() {
	h.raw(`<div id="filters" class="filters" role="search" aria-label="Filter the findings" hidden>`, "\n")
	for _, s := range [][2]string{{"group", "Gateway group"}, {"severity", "Severity"}, {"rule", "Rule"}, {"owner", "Owner"}} {
		h.raw(`<label>`, s[1], `<select id="by-`, s[0], `"><option value="">all</option></select></label>`, "\n")
	}
	h.raw(`<label class="wide">Text<input id="by-text" type="search" autocomplete="off" spellcheck="false"></label>`, "\n")
	h.raw(`<button type="button" id="reset">Show all</button>`, "\n</div>\n")
}

// The columns of a row whose cells repeat those of earlier rows.
const (
	commonColumn = iota
	groupColumn
	ownerColumn
	whereColumn
	messageColumn
	sharedColumns
)

// The columns of the details of a row, which repeat as well.
const (
	evidenceColumn = iota
	stepsColumn
	detailColumns
)

// detailRows is how many findings have their details in one script. The page reads one when a row of it is unfolded: what a
// hundred thousand rows would unfold is most of a page, and nobody looks at all of it.
const detailRows = 500

// island writes all findings as data: those that count first, the gravest first, then those that are known and those that are
// waived. A row is a list: the shared columns, then name, id and fingerprint. A cell of a shared column is its value, or the
// number of an earlier different value in that column. Texts of [h.stencil] stand for name, id and id of the gateway group.
// Evidence and steps of the rows follow in scripts of their own, so many rows in each.
//
// A script that is data ends at the first </script>, and <!-- changes what ends it
// (https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements): encoding/json
// escapes <, > and & by itself.
func (h *hypertext) island() {
	h.raw(`<script type="application/json" id="island">`)
	h.raw(fmt.Sprintf(`{"rows":%d,"print":%d,"details":%d,"elsewhere":%s,"findings":[`, rowsAtOnce, printedRows, detailRows, encoded(Brief(h.elsewhere))))
	var shared [sharedColumns]earlier
	h.each(func(i int, f *report.Finding) {
		h.raw(separator(i))
		h.row(&shared, f)
	})
	h.raw("\n]}</script>\n")
}

// details writes what the rows unfold. It stands behind the code, so that the list is there before it is read.
func (h *hypertext) details() {
	var details [detailColumns]earlier
	n := 0
	h.each(func(i int, f *report.Finding) {
		if i%detailRows == 0 {
			if i > 0 {
				h.raw("\n]</script>\n")
			}
			h.raw(`<script type="application/json" class="details">[`)
			details = [detailColumns]earlier{}
		}
		h.raw(separator(i % detailRows))
		h.detail(&details, f)
		n++
	})
	if n > 0 {
		h.raw("\n]</script>\n")
	}
}

// each calls write for all findings in the order of the list, until the writer fails.
func (h *hypertext) each(write func(i int, f *report.Finding)) {
	active, i := slices.Clone(h.active), 0
	slices.SortStableFunc(active, bySeverity)
	for _, b := range slices.Concat(active, h.known, h.waived) {
		for f := range b.found.All() {
			if h.err != nil { // nobody reads the rest
				return
			}
			write(i, f)
			i++
		}
	}
}

// separator returns what stands in front of entry i of a list.
func separator(i int) string {
	if i == 0 {
		return "\n"
	}
	return ",\n"
}

// row writes one finding.
func (h *hypertext) row(shared *[sharedColumns]earlier, f *report.Finding) {
	o := &f.Object
	kind, _ := noun(Sanitize(o.Kind))
	st := stencilOf(f)
	owner := []string{}
	for _, k := range slices.Sorted(maps.Keys(o.Owner)) {
		owner = append(owner, shown(k)+"="+shown(o.Owner[k]))
	}
	var waived any
	if f.Waived != nil {
		waived = Brief(terms(f))
	}
	cells := [sharedColumns]any{
		commonColumn: []any{
			Brief(f.Rule), Brief(f.Title), Brief(f.Severity), Brief(f.Change), Brief(f.Timing), f.Confidence == "inferred",
			kind, Brief(o.State), waived, Brief(f.Baseline), Brief(f.Doc), Brief(f.Action),
		},
		groupColumn: []string{shown(o.GatewayGroup), shown(o.GatewayGroupID)}, ownerColumn: owner,
		whereColumn: st.cut(f.Location.Where), messageColumn: st.cut(f.Message),
	}
	h.raw("[")
	for i, cell := range cells {
		h.raw(shared[i].cell(encoded(cell)), ",")
	}
	h.raw(encoded(shown(o.Name)), ",", encoded(shown(o.ID)), ",", encoded(Brief(f.Fingerprint)), "]")
}

// detail writes the evidence and the steps of one finding.
func (h *hypertext) detail(shared *[detailColumns]earlier, f *report.Finding) {
	st := stencilOf(f)
	evidence := []string{}
	for _, e := range f.Evidence {
		evidence = append(evidence, st.cut(e.Name), st.cut(e.Value))
	}
	if expired := expiry(f); expired != "" {
		evidence = append(evidence, "Waiver", st.cut(expired))
	}
	steps := [][]string{}
	for _, s := range inPhases(f) {
		command, warning := copyable(s.Command)
		steps = append(steps, []string{Brief(s.When), st.cut(s.Text), st.replace(Sanitize(command)), warning})
	}
	h.raw("[", shared[evidenceColumn].cell(encoded(evidence)), ",", shared[stepsColumn].cell(encoded(steps)), "]")
}

// encoded returns a value as JSON that can stand in a script.
func encoded(v any) string {
	var out bytes.Buffer
	if err := json.NewEncoder(&out).Encode(v); err != nil {
		return "null" // no text and no list of texts is an error
	}
	return strings.TrimSuffix(out.String(), "\n")
}

// earlier are the different cells of a column so far: all are numbered, and the last ones are remembered.
type earlier struct {
	numbers map[string]int
	next    int
	size    int // bytes of those that are remembered
}

// rememberedSize and longestShared limit the memory for cells that may come again.
const (
	rememberedSize = 1 << 20
	longestShared  = 16 << 10
)

// cell returns a cell as it is written: its text, or the number of an earlier one with the same text.
func (e *earlier) cell(text string) string {
	if n, known := e.numbers[text]; known {
		return strconv.Itoa(n)
	}
	if e.numbers == nil || e.size > rememberedSize {
		e.numbers, e.size = map[string]int{}, 0
	}
	if len(text) <= longestShared {
		e.numbers[text] = e.next
		e.size += len(text) + 16
	}
	e.next++
	return text
}

// stencil replaces, in the texts of a finding, what differs between findings that are otherwise alike by a sign that no
// sanitised text holds.
type stencil [][2]string

// The signs.
const (
	signID    = "\x01"
	signName  = "\x02"
	signGroup = "\x03"
)

// stencilOf returns the stencil of a finding.
func stencilOf(f *report.Finding) stencil {
	const least = 3 // shorter texts occur by chance
	var st stencil
	for _, part := range [][2]string{{f.Object.ID, signID}, {f.Object.Name, signName}, {f.Object.GatewayGroupID, signGroup}} {
		if len(part[0]) >= least && shown(part[0]) == part[0] {
			st = append(st, part)
		}
	}
	slices.SortStableFunc(st, func(a, b [2]string) int { return len(b[0]) - len(a[0]) }) // one may be a part of another
	return st
}

// cut returns a text, cut as on a page, with its signs.
func (st stencil) cut(text string) string { return st.replace(Brief(text)) }

// replace returns a sanitised text with its signs.
func (st stencil) replace(text string) string {
	for _, part := range st {
		text = strings.ReplaceAll(text, part[0], part[1])
	}
	return text
}
