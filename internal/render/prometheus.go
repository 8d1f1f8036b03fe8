package render

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// gaugePrefix begins the name of every gauge.
const gaugePrefix = "api7_preflight_"

// sample is a value of a gauge with its labels, name and value by turns.
type sample struct {
	value  float64
	labels []string
}

// asPrometheus writes gauges in the text format, for the textfile collector of node_exporter. No series is about a single
// object, and none has a time stamp, which that collector refuses (https://github.com/prometheus/node_exporter/issues/329).
func asPrometheus(out *bufio.Writer, r *report.Report, _ Options) error {
	verdicts := make([]sample, 0, 3)
	for _, v := range []report.Verdict{report.Ready, report.Blocked, report.Incomplete} {
		verdicts = append(verdicts, sample{truth(v == r.Verdict), []string{"verdict", string(v)}})
	}
	concerned := map[string]int{}
	for _, d := range r.Target.Defects {
		concerned[d.Concerned]++
	}
	examined := int64(0)
	for _, source := range r.Sources {
		for _, k := range source.Kinds {
			examined += k.Count
		}
	}
	s := &r.Summary
	gauges(out, "info", "The upgrade that was assessed. Always 1.", sample{1, []string{
		"version", r.Tool.Version, "from", r.Path.From, "to", r.Path.To, "scope", string(r.Scope), "fail_on", r.FailOn,
	}})
	gauges(out, "verdict", "1 for the verdict of the run, 0 for the others.", verdicts...)
	gauges(out, "exit_code", "Exit code of the run: 0 ready, 1 blocked, 4 incomplete.", single(r.ExitCode))
	gauges(out, "findings", "Findings of a rule, without waived ones; only rules that found something.", tally(r)...)
	gauges(
		out, "severity_findings", "Findings of a severity, without waived ones.", sample{float64(s.Breaking), []string{"severity", report.SeverityBreaking}},
		sample{float64(s.Warning), []string{"severity", report.SeverityWarning}}, sample{float64(s.Notice), []string{"severity", report.SeverityNotice}},
	)
	gauges(out, "blocking_findings", "Findings that block the upgrade.", single(s.Blocking))
	gauges(out, "waived_findings", "Findings that are waived.", single(s.Waived))
	expired := 0
	for _, w := range r.Waivers {
		if w.State == report.WaiverExpired {
			expired += w.Findings
		}
	}
	gauges(out, "expired_waivers_findings", "Findings whose waiver has expired; they count again.", single(expired))
	gauges(out, "baseline_doubtful", "1 if the baseline may be of another installation or upgrade.", sample{truth(r.Baseline != nil && r.Baseline.Doubt != ""), nil})
	gauges(out, "known_findings", "Findings that the baseline has; they are counted as findings too.", single(s.Known))
	gauges(out, "unexamined", "Things that a rule needs and nobody examined, without accepted ones.", single(s.Unexamined))
	gauges(out, "unknown_rules", "Rules that could not be judged in full, without accepted ones.", single(s.Unknown))
	gauges(out, "manual_checks", "Checks by hand that are not done.", single(s.Manual))
	gauges(
		out, "target_defects", "Known defects of the target, by whether this installation meets them.", sample{float64(concerned["no"]), []string{"concerned", "no"}},
		sample{float64(concerned["unknown"]), []string{"concerned", "unknown"}}, sample{float64(concerned["yes"]), []string{"concerned", "yes"}},
	)
	gauges(out, "examined_resources", "Resources that were read, of all kinds and sources.", single(int(examined)))
	gauges(out, "run_timestamp_seconds", "When the run began, in seconds since 1970. A file that nobody renews keeps its values.", single(int(r.Run.StartedAt.Unix())))
	gauges(out, "run_duration_seconds", "How long the run took.", sample{float64(r.Run.DurationMS) / 1000, nil})
	return nil
}

// tally returns the findings of each rule and severity.
func tally(r *report.Report) (found []sample) {
	type key struct{ rule, severity string }
	counts := map[key]int{}
	for f := range r.Findings.All() {
		if f.Waived == nil {
			counts[key{Sanitize(f.Rule), Sanitize(f.Severity)}]++
		}
	}
	for k, n := range counts {
		found = append(found, sample{float64(n), []string{"rule", k.rule, "severity", k.severity}})
	}
	slices.SortFunc(found, func(a, b sample) int {
		return cmp.Or(slices.Compare(a.labels, b.labels), cmp.Compare(a.value, b.value))
	})
	return found
}

func single(n int) sample { return sample{float64(n), nil} }

func truth(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// gauges writes a gauge. One without samples is only described.
func gauges(out io.Writer, name, help string, samples ...sample) {
	name = gaugePrefix + name
	_, _ = fmt.Fprintf(out, "# HELP %s %s\n# TYPE %[1]s gauge\n", name, help) // the writer keeps its first error
	for _, s := range samples {
		var labels []string
		for pair := range slices.Chunk(s.labels, 2) {
			labels = append(labels, pair[0]+`="`+labelEscapes.Replace(Sanitize(pair[1]))+`"`)
		}
		text := ""
		if len(labels) > 0 {
			text = "{" + strings.Join(labels, ",") + "}"
		}
		_, _ = fmt.Fprintf(out, "%s%s %s\n", name, text, strconv.FormatFloat(s.value, 'f', -1, 64))
	}
}

// labelEscapes escapes what would end the value of a label.
var labelEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// isPrometheus recognises the description of a gauge.
func isPrometheus(content []byte) bool {
	return bytes.HasPrefix(content, []byte("# HELP "+gaugePrefix))
}
