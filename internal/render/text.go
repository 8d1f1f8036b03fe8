package render

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/olekukonko/tablewriter/pkg/twwidth"
)

// width returns the number of columns that s takes on a terminal. It ignores the locale, so that a report looks the
// same everywhere.
func width(s string) int { return twwidth.WidthWithOptions(s, twwidth.Options{}) }

// wrap breaks sanitised text into lines of at most limit columns. It breaks only at blanks: a longer word, such as an
// id or a place, stays whole, and so does text in backquotes, because it will be copied.
func wrap(s string, limit int) []string {
	var lines []string
	line, used := "", 0
	for _, w := range words(strings.TrimRight(s, " ")) {
		size := width(w)
		switch {
		case line == "": // drops blanks at the beginning of a line
			line, used = w, size
		case used+1+size <= limit:
			line, used = line+" "+w, used+1+size
		default:
			lines = append(lines, strings.TrimRight(line, " "))
			line, used = w, size
		}
	}
	return append(lines, line)
}

// words splits at blanks, but not between backquotes and not before a percent sign. A backquote without its partner
// has no effect.
func words(s string) []string {
	var out []string
	begin, quoted := 0, false
	for i := range len(s) {
		switch {
		case s[i] == '`':
			quoted = !quoted && strings.IndexByte(s[i+1:], '`') >= 0
		case s[i] == ' ' && !quoted && !strings.HasPrefix(s[i+1:], "%"):
			out, begin = append(out, s[begin:i]), i+1
		}
	}
	return append(out, s[begin:])
}

// natural compares names as people do: numbers inside by their value, so that bulk-2 comes before bulk-10.
func natural(a, b string) int {
	x, y := a, b
	for x != "" && y != "" {
		m, n := digits(x), digits(y)
		if m == 0 || n == 0 {
			if x[0] != y[0] {
				return cmp.Compare(x[0], y[0])
			}
			x, y = x[1:], y[1:]
			continue
		}
		one, other := strings.TrimLeft(x[:m], "0"), strings.TrimLeft(y[:n], "0")
		if c := cmp.Or(cmp.Compare(len(one), len(other)), cmp.Compare(one, other)); c != 0 {
			return c
		}
		x, y = x[m:], y[n:]
	}
	return cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(a, b))
}

// digits returns the length of the number that s begins with.
func digits(s string) int { return len(s) - len(strings.TrimLeft(s, "0123456789")) }

// pad returns the blanks after a text in a column, at least two.
func pad(text string, column int) string {
	return strings.Repeat(" ", max(column-width(Sanitize(text)), 2))
}

// cut shortens sanitised text to limit columns.
func cut(s string, limit int) string {
	if width(s) <= limit {
		return s
	}
	lines := wrap(s, limit-1)
	if width(lines[0]) < limit {
		return lines[0] + "…"
	}
	out := ""
	for _, c := range s {
		if width(out+string(c)) >= limit {
			break
		}
		out += string(c)
	}
	return out + "…"
}

// thousands writes n with separators: 12,345.
func thousands[N int | int64](n N) string {
	s := strconv.FormatInt(int64(n), 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// count writes "1 route" or "2,000 routes".
func count[N int | int64](n N, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(n) + " " + many
}

// Held says for how long a transaction was open.
func Held(ms int64) string {
	return "its transaction was open for " + duration(ms/1000) + "; vacuum kept dead rows meanwhile"
}

// duration writes a time in whole seconds, minutes or hours.
func duration(seconds int64) string {
	const minute, hour = 60, 3600
	switch {
	case seconds < 1:
		return "less than a second"
	case seconds < 2*minute:
		return count(seconds, "second", "seconds")
	case seconds < 2*hour:
		return count(seconds/minute, "minute", "minutes")
	}
	return count(seconds/hour, "hour", "hours")
}

// noun returns the singular and plural of a kind of resource.
func noun(kind string) (one, many string) {
	special := map[string][2]string{
		"api_product":        {"API product", "API products"},
		"dashboard_config":   {"Dashboard configuration", "Dashboard configurations"},
		"dp_manager_config":  {"DP Manager configuration", "DP Manager configurations"},
		"file_server_config": {"file server configuration", "file server configurations"},
		"gateway_config":     {"gateway configuration", "gateway configurations"},
		"helm_values":        {"Helm values", "sets of Helm values"},
		"image":              {"container image", "container images"},
		"instance":           {"gateway instance", "gateway instances"},
		"path":               {"upgrade path", "upgrade paths"},
		"permission_policy":  {"permission policy", "permission policies"},
		"portal_config":      {"Developer Portal configuration", "Developer Portal configurations"},
		"plugin_metadata":    {"plugin metadata", "plugin metadata"},
		"proto":              {"protobuf definition", "protobuf definitions"},
		"secret":             {"secret provider", "secret providers"},
		"ssl":                {"SSL certificate", "SSL certificates"},
		"token":              {"API token", "API tokens"},
	}
	if n, ok := special[kind]; ok {
		return n[0], n[1]
	}
	one = cmp.Or(strings.TrimSpace(strings.ReplaceAll(kind, "_", " ")), "object")
	return one, one + "s"
}
