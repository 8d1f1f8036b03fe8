package compare

import (
	"maps"
	"slices"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// Diff is what two reports on one installation have and have not in common. Its lists are never nil, and in the order of the
// reports.
type Diff struct {
	SchemaVersion string          `json:"schema_version"`
	Tool          report.Tool     `json:"tool"`
	Run           report.Run      `json:"run"`
	OldRun        Side            `json:"old_run"`
	NewRun        Side            `json:"new_run"`
	FailOn        string          `json:"fail_on" jsonschema:"severity from which something new counts"`
	ExitCode      int             `json:"exit_code"`
	Doubt         string          `json:"doubt" jsonschema:"why the reports may be of different installations or paths; empty: nothing speaks against it"`
	Counting      int             `json:"counting" jsonschema:"findings that are new, or have become graver, and count at the threshold"`
	New           report.Findings `json:"new" jsonschema:"findings that the old report does not have"`
	Fixed         report.Findings `json:"fixed" jsonschema:"findings of rules that were judged in full now, which the new report does not have"`
	NotJudged     report.Findings `json:"not_judged" jsonschema:"findings of the old report whose rules were not judged in full now: nobody knows what became of them"`
	Changed       []Change        `json:"changed"`
	Unchanged     report.Findings `json:"unchanged"`
	// Unexamined are gaps that the old report does not have.
	Unexamined []report.Unexamined `json:"unexamined" jsonschema:"what was not examined now, and was, or was not asked for, before"`
	Examined   []report.Unexamined `json:"examined" jsonschema:"what was not examined before, and is no longer missing"`
}

// Side is one of the two reports.
type Side struct {
	RunID     string         `json:"run_id"`
	StartedAt time.Time      `json:"started_at"`
	Version   string         `json:"version" jsonschema:"of the program that wrote it"`
	From      string         `json:"from"`
	To        string         `json:"to"`
	Verdict   report.Verdict `json:"verdict"`
	ExitCode  int            `json:"exit_code"`
	Findings  int            `json:"findings"`
}

// Change is a finding that both reports have and that is not the same in both.
type Change struct {
	Finding report.Packed `json:"finding" jsonschema:"as it is in the new report"`
	Fields  []Field       `json:"fields" jsonschema:"what changed"`
}

// Field is a value that changed.
type Field struct {
	Name   string `json:"name"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// Reports compares two reports. What counts at the threshold failOn makes the exit code 1: what is new, graver than before
// or no longer waived, unless it is waived or known to a baseline.
func Reports(before, after *report.Report, failOn string) *Diff {
	d := &Diff{
		SchemaVersion: report.SchemaVersion, OldRun: side(before), NewRun: side(after), FailOn: failOn,
		New: report.Findings{}, Fixed: report.Findings{}, NotJudged: report.Findings{}, Changed: []Change{}, Unchanged: report.Findings{},
		Unexamined: gaps(after, before), Examined: gaps(before, after),
	}
	d.Doubt, _ = Stranger(after, before, "the earlier report")
	threshold := &report.Report{FailOn: failOn}
	was := map[string]int{}
	for i, packed := range before.Findings {
		was[packed.Open().Fingerprint] = i
	}
	for _, packed := range after.Findings {
		f := packed.Open()
		i, both := was[f.Fingerprint]
		delete(was, f.Fingerprint)
		if !both {
			d.New = append(d.New, packed)
			d.count(threshold.Blocking(f))
			continue
		}
		old := before.Findings[i].Open()
		if fields := changes(old, f); len(fields) > 0 {
			d.Changed = append(d.Changed, Change{packed, fields})
			d.count(threshold.Blocking(f) && !threshold.Blocking(old))
		} else {
			d.Unchanged = append(d.Unchanged, packed)
		}
	}
	judged := after.Judged()
	for _, i := range slices.Sorted(maps.Values(was)) {
		if packed := before.Findings[i]; judged[packed.Open().Rule] {
			d.Fixed = append(d.Fixed, packed)
		} else {
			d.NotJudged = append(d.NotJudged, packed)
		}
	}
	return d
}

func (d *Diff) count(counts bool) {
	if counts {
		d.Counting++
		d.ExitCode = report.ExitBlocked
	}
}

func side(r *report.Report) Side {
	return Side{r.Run.ID, r.Run.StartedAt, r.Tool.Version, r.Path.From, r.Path.To, r.Verdict, r.ExitCode, len(r.Findings)}
}

// gaps returns what was not examined, and not accepted, for a and is not missing in b.
func gaps(a, b *report.Report) []report.Unexamined {
	out := []report.Unexamined{}
	for _, u := range a.Unexamined {
		has := slices.ContainsFunc(b.Unexamined, func(o report.Unexamined) bool { return o.Fingerprint == u.Fingerprint && !o.Accepted })
		if !u.Accepted && !has {
			out = append(out, u)
		}
	}
	return out
}

// changes returns what differs between a finding then and now. That it moved within a file or table is no change.
func changes(old, now *report.Finding) []Field {
	var fields []Field
	add := func(name, before, after string) {
		if before != after {
			fields = append(fields, Field{name, before, after})
		}
	}
	add("severity", old.Severity, now.Severity)
	add("timing", old.Timing, now.Timing)
	add("name", old.Object.Name, now.Object.Name)
	add("state", old.Object.State, now.Object.State)
	add("message", old.Message, now.Message)
	add("waived", said(old.Waived), said(now.Waived))
	then := map[string]string{}
	for _, e := range old.Evidence {
		if e.Kind == "" {
			then[e.Name] = e.Value
		}
	}
	for _, e := range now.Evidence {
		if e.Kind == "" {
			add(e.Name, then[e.Name], e.Value)
			delete(then, e.Name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(then)) {
		add(name, then[name], "")
	}
	return fields
}

func said(reason *string) string {
	if reason == nil {
		return ""
	}
	return *reason
}
