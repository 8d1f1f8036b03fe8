package recognise

import (
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/lazyregexp"
	"github.com/api7-preflight/api7-preflight/internal/source/files/image"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// chartsOfAPI7 is where the vendor's charts come from.
const chartsOfAPI7 = "charts.api7.ai"

// said returns what of API7 a line names: an image, a chart, a variable that only its gateways read, or something that is
// named after API7 where the rest is not known. A value of a document counts as a line with its key. The mere name counts for
// nothing: teams, hosts, labels and folders are called so. above are the keys above the line. Both the texts that cannot be
// parsed and the documents of no form are judged by it.
func said(line, above string) string {
	if prose.MatchString(line) {
		return ""
	}
	after := ""
	for end := 0; ; {
		at := api7(line[end:])
		if at < 0 {
			return after
		}
		start := end + at
		for end = start; start > 0 && inName(line[start-1]); {
			start--
		}
		for end < len(line) && inName(line[end]) {
			end++
		}
		w := word{strings.Trim(line[start:end], "."), line[:start], line[end:], above}
		if what := w.names(); what != "" {
			return what
		}
		if w.open(line) {
			after = "an image or a chart that is named after API7"
		}
	}
}

// api7 returns where the name stands next.
func api7(text string) int {
	lower, upper := strings.Index(text, "api7"), strings.Index(text, "API7_")
	if lower < 0 || upper >= 0 && upper < lower {
		return upper
	}
	return lower
}

func inName(c byte) bool { return wordByte[c] || c == '.' }

// word is a word in a line, and what stands around it.
type word struct{ text, before, after, above string }

func (w word) names() string {
	switch {
	case image.Component(w.text) != "" || image.Derived(w.text) != "":
		if w.tagged() || imageKey.MatchString(w.before) || w.above != "" && imageKey.MatchString(w.above+":") && !strings.Contains(w.before, ":") {
			return "image " + w.text
		}
	case w.text == version.ControlPlaneChart:
		if w.ofChart() {
			return "chart " + w.text
		}
	case w.text == "api7":
		if rest, ok := strings.CutPrefix(w.after, "/"+version.GatewayChart); ok && (rest == "" || !inName(rest[0]) && strings.IndexByte("/:@", rest[0]) < 0) && w.ofChart() {
			return "chart api7/" + version.GatewayChart
		}
	case image.OwnVariable(w.text):
		return "variable " + w.text
	}
	return ""
}

// open reports whether the name of an image or a chart has the word in it, and something that is not known.
func (w word) open(line string) bool {
	return variable.MatchString(line) && called.MatchString(w.before) && !strings.Contains(line, "github.com/")
}

// tagged reports whether a tag or a digest follows, known or not.
func (w word) tagged() bool {
	return strings.HasPrefix(w.after, "@") || strings.HasPrefix(w.after, "$") || strings.HasPrefix(w.after, "{{") ||
		len(w.after) > 1 && w.after[0] == ':' && strings.IndexByte(" \"'", w.after[1]) < 0
}

// ofChart reports whether a line is about a chart.
func (w word) ofChart() bool {
	return chartIs.MatchString(w.before) || chartKey.MatchString(w.above) || strings.Contains(w.before, "oci://") || helm.MatchString(w.before)
}

var (
	// prose matches lines whose key says that they are for people, or ask for something.
	prose = lazyregexp.New(`(?i)^["' -]*(description|title|summary|message|comments?|notes?|docs?|documentation|readme|help|changelog|expr|query|regex|pattern)["']?\s*[:=]`)
	// imageKey matches what stands before the name of an image, or the beginning of one.
	imageKey = lazyregexp.New(`(?i)(image|repository|repo|registry|dest|destination)["']?\s*[:=]\s*[^\s,;=~*]*$|^\s*from\s+\S*$`)
	chartKey = lazyregexp.New(`(?i)chart`)
	chartIs  = lazyregexp.New(`(?i)chart[\w.-]*["']?\s*[:=]|path["']?\s*[:=]\s*\S*charts?/$`)
	helm     = lazyregexp.New(`\bhelm\b.*\b(install|upgrade|template)\b`)
	called   = lazyregexp.New(`(?i)(image|image_?name|repository|chart|chart_?ref|chart_?name)["']?\s*[:=][^,;]*$`)
	variable = lazyregexp.New(`\{\{|\$\{|\$\(|<%|=\s*(var|local|module|data)\.`)
)
