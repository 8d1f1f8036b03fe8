package report

import "time"

// Waiver is the decision to live with a finding.
type Waiver struct {
	Reason  string `json:"reason"`
	Owner   string `json:"owner" jsonschema:"who decided"`
	Until   string `json:"until" jsonschema:"when it expires, as it is written: a moment, or a day with which it ends (UTC)"`
	Expired bool   `json:"expired" jsonschema:"whether that is past: then it waives nothing"`
}

// WaiverUse says what became of an entry of the file of waivers.
type WaiverUse struct {
	Line     int    `json:"line" jsonschema:"of the entry in the file"`
	What     string `json:"what" jsonschema:"the findings or the check that it names, in words"`
	Reason   string `json:"reason" jsonschema:"of a waiver; the note of a check that is done"`
	Owner    string `json:"owner" jsonschema:"who decided, or did the check"`
	Until    string `json:"until" jsonschema:"when a waiver expires, or on which day the check was done"`
	Check    bool   `json:"check" jsonschema:"whether it says that a check by hand is done, and not that findings are accepted"`
	State    string `json:"state" jsonschema:"used, expired, unused, or elsewhere: it is for another target"`
	Findings int    `json:"findings" jsonschema:"findings or checks that it applies to"`
	Why      string `json:"why" jsonschema:"why it applies to nothing, or not to all that it names; else empty"`
}

// The states of an entry of the file of waivers.
const (
	WaiverUsed      = "used"
	WaiverExpired   = "expired"
	WaiverUnused    = "unused"
	WaiverElsewhere = "elsewhere"
)

// Done says that a check by hand was done.
type Done struct {
	By   string `json:"by"`
	On   string `json:"on" jsonschema:"the day, as it is written"`
	Note string `json:"note" jsonschema:"may be empty"`
}

// Baseline is the earlier report with which the findings are compared.
type Baseline struct {
	RunID     string    `json:"run_id"`
	StartedAt time.Time `json:"started_at"`
	From      string    `json:"from"`
	To        string    `json:"to"`
	Known     int       `json:"known" jsonschema:"findings of this report that it has, with a severity that is not less"`
	New       int       `json:"new" jsonschema:"the others, without those that are waived"`
	Gone      int       `json:"gone" jsonschema:"findings of rules that were judged in full now, which this report does not have"`
	Doubt     string    `json:"doubt" jsonschema:"why it may be the report of another installation or path; empty: nothing speaks against it"`
	Refused   bool      `json:"refused" jsonschema:"whether it is the report of another installation for certain: then nothing is known"`
}

// Known and new are what a baseline says of a finding.
const (
	BaselineKnown = "known"
	BaselineNew   = "new"
)
