package render

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/runbook"
)

// What the first page of a runbook has at most of a kind, besides [mostRows]. The JSON has all.
const (
	mostOwners = 20
	mostAlike  = 3 // blanks that are found in the same way, where there are many
)

// inAll says where the rest is.
const inAll = ": the JSON runbook has them"

// componentRows returns the table of components. Of very many gateway groups those that become the same are one row.
func componentRows(b *runbook.Runbook) [][]string {
	rows := make([][]string, 0, len(b.Components))
	for i := range b.Components {
		c := &b.Components[i]
		row := []string{c.Name, c.Where, c.Current, c.Becomes, c.Chart, c.Evidence}
		if len(b.Windows) > 1 {
			row[0] = fmt.Sprintf("window %d: %s", c.Window, c.Name)
		}
		rows = append(rows, row)
	}
	if len(rows) <= mostRows {
		return rows
	}
	var out, firsts [][]string
	alike := map[string]int{}
	for _, row := range rows {
		if !strings.Contains(row[0], runbook.GroupPrefix) {
			out = append(out, row)
			continue
		}
		key := strings.Join(row[2:], "\x00")
		if alike[key]++; alike[key] == 1 {
			firsts = append(firsts, row)
		}
	}
	for _, row := range firsts[:min(len(firsts), mostRows)] {
		if n := alike[strings.Join(row[2:], "\x00")]; n > 1 {
			row = slices.Concat([]string{row[0] + " and " + count(n-1, "other", "others"), ""}, row[2:])
		}
		out = append(out, row)
	}
	if rest := len(firsts) - mostRows; rest > 0 {
		out = append(out, []string{count(rest, "more kind of gateway groups", "more kinds of gateway groups") + inAll, "", "", "", "", ""})
	}
	return out
}

// shortened returns how many of n things are listed, and what is said of the rest; empty: there is none.
func shortened(n, most int, one, many string) (listed int, rest string) {
	if n <= most {
		return n, ""
	}
	return most, count(n-most, one, many) + inAll
}

// numbers writes numbers of steps, neighbours as a range: "3, 5 to 9".
func numbers(b *runbook.Runbook, ids []string, written func(id, number string) string) string {
	var all []string
	for i := 0; i < len(ids); {
		end := i
		for end+1 < len(ids) && b.Number(ids[end+1]) == b.Number(ids[end])+1 {
			end++
		}
		first, last := written(ids[i], strconv.Itoa(b.Number(ids[i]))), written(ids[end], strconv.Itoa(b.Number(ids[end])))
		switch {
		case end-i > 2:
			all = append(all, first+" to "+last)
			i = end + 1
		default:
			all = append(all, first)
			i++
		}
	}
	return strings.Join(all, ", ")
}

// blankRows returns what has to be filled in. Of many blanks that are found in the same way only the first are named.
func blankRows(b *runbook.Runbook) [][2]string {
	counts := map[string]int{}
	for i := range b.Blanks {
		counts[b.Blanks[i].Find]++
	}
	var out [][2]string
	seen := map[string]int{}
	for i := range b.Blanks {
		one := &b.Blanks[i]
		seen[one.Find]++
		switch rest := counts[one.Find] - mostAlike; {
		case rest <= mostRows/2 || seen[one.Find] <= mostAlike:
			out = append(out, [2]string{one.What, one.Find})
		case seen[one.Find] == mostAlike+1:
			out = append(out, [2]string{count(rest, "more is", "more are") + " found in the same way" + inAll, one.Find})
		}
	}
	return out
}

// restOf says of objects that are not listed where they are and whose: "1,950 more objects (in default 1,200, …; of team=a 30, …)".
func restOf(objects []runbook.Object) string {
	groups, owners := map[string]int{}, map[string]int{}
	for i := range objects {
		groups[cmp.Or(objects[i].Group, "no gateway group")]++
		owners[objects[i].Owner]++
	}
	return count(len(objects), "more object", "more objects") + " (in " + frequent(groups) + "; of " + frequent(owners) + ")" + inAll
}

// frequent names what is counted, the most frequent first.
func frequent(counts map[string]int) string {
	const named = 8
	names := slices.SortedFunc(maps.Keys(counts), func(a, b string) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	var all []string
	for _, name := range names[:min(len(names), named)] {
		all = append(all, name+" "+thousands(counts[name]))
	}
	if rest := len(names) - named; rest > 0 {
		all = append(all, fmt.Sprintf("%s more", thousands(rest)))
	}
	return strings.Join(all, ", ")
}
