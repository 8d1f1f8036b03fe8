package waiver

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/suggest"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

// Error says what is wrong with a file of waivers, where, and what to do. It repeats no value that may be a secret.
type Error struct{ Message, Hint string }

// Error returns the message, which begins with the file and the line.
func (e *Error) Error() string { return e.Message }

// Day is how a day is written. A waiver until a day ends with it, in UTC.
const Day = "2006-01-02"

// known are the keys of the file, of a waiver, of its object, and of a check.
var (
	fileKeys   = []string{"waivers", "checks"}
	waiverKeys = []string{"fingerprint", "fingerprints", "rule", "object", "target", "reason", "owner", "until"}
	objectKeys = []string{"kind", "id", "name", "gateway_group", "file"}
	checkKeys  = []string{"fingerprint", "rule", "target", "by", "on", "note"}
)

// reader reads one file and keeps its first error.
type reader struct {
	name  string
	rules func(id string) (near string, ok bool)
	err   error
}

// Parse reads a file of waivers. rules tells whether a rule exists, and if not which one may be meant; empty: none. The
// error is an [Error], or that of the YAML parser.
func Parse(name string, data []byte, rules func(id string) (near string, ok bool)) (*List, error) {
	root, err := yamlfile.Parse(name, data)
	if err != nil {
		return nil, &Error{err.Error(), "`api7-preflight waivers init REPORT` prints a file to start from"}
	}
	p := &reader{name: name, rules: rules}
	if root.Kind() != yamlfile.Map {
		return nil, &Error{name + ": not a map with waivers, checks or both", "`api7-preflight waivers init REPORT` prints a file to start from"}
	}
	p.keys(root, "a file of waivers", fileKeys)
	l := &List{}
	for _, n := range p.list(root.Get("waivers"), "waivers") {
		l.waivers = append(l.waivers, p.entry(n))
	}
	for _, n := range p.list(root.Get("checks"), "checks") {
		l.checks = append(l.checks, p.check(n))
	}
	if p.err != nil {
		return nil, p.err
	}
	return l, nil
}

func (p *reader) entry(n yamlfile.Node) entry {
	p.keys(n, "a waiver", waiverKeys)
	e := entry{line: n.Line(), rule: p.rule(n), target: p.target(n)}
	e.waiver.Reason = p.required(n, "reason", "why it is acceptable")
	e.waiver.Owner = p.required(n, "owner", "who decided")
	e.waiver.Until = p.required(n, "until", "a day such as 2026-12-31")
	if end, err := ends(e.waiver.Until); err != nil && p.err == nil {
		p.fail(n.Get("until"), "until is not a date", "write a day such as 2026-12-31, or a moment such as 2026-12-31T18:00:00Z")
	} else {
		e.end = end
	}
	if text := p.text(n, "fingerprint"); text != "" {
		e.fingerprints = append(e.fingerprints, text)
	}
	for _, item := range n.Get("fingerprints").Items() {
		e.fingerprints = append(e.fingerprints, item.Text())
	}
	for _, text := range e.fingerprints {
		if !fingerprint.MatchString(text) {
			p.fail(n, "a fingerprint is not one", "take it from the JSON report: findings[].fingerprint, 24 characters of 0-9 and a-f")
		}
	}
	if o := n.Get("object"); o.Kind() == yamlfile.Map {
		p.keys(o, "an object", objectKeys)
		e.object = object{p.text(o, "kind"), p.text(o, "id"), p.text(o, "name"), p.text(o, "gateway_group"), p.text(o, "file")}
	} else if o.Kind() != yamlfile.Nothing {
		p.fail(o, "an object is a map", "write object: {kind: route, id: ID}")
	}
	switch byObject := e.rule != "" && !e.object.none(); {
	case len(e.fingerprints) > 0 && n.Has("object"):
		p.fail(n, "a waiver has both a fingerprint and an object", "a fingerprint is enough")
	case len(e.fingerprints) == 0 && !byObject:
		p.fail(n, "a waiver names no finding", "give a fingerprint, or a rule and an object with its id, its name or a file; --skip leaves out a whole rule")
	}
	return e
}

func (p *reader) check(n yamlfile.Node) check {
	p.keys(n, "a check", checkKeys)
	c := check{line: n.Line(), fingerprint: p.text(n, "fingerprint"), rule: p.rule(n), target: p.target(n)}
	c.done.By = p.required(n, "by", "who did it")
	c.done.On = p.required(n, "on", "the day, such as 2026-11-30")
	c.done.Note = p.shown(n, "note")
	if end, err := ends(c.done.On); err != nil {
		p.fail(n.Get("on"), "on is not a date", "write the day, such as 2026-11-30")
	} else {
		c.begins = end.AddDate(0, 0, -1)
	}
	if c.fingerprint == "" && c.rule == "" {
		p.fail(n, "a check names none", "give its fingerprint, or its rule if that has one check")
	}
	return c
}

// ends returns the moment from when on something that is written as until text is over.
func ends(text string) (time.Time, error) {
	if day, err := time.Parse(Day, text); err == nil {
		return day.AddDate(0, 0, 1), nil
	}
	if minute, err := time.Parse("2006-01-02T15:04Z07:00", text); err == nil {
		return minute, nil
	}
	return time.Parse(time.RFC3339, text) //nolint:wrapcheck // put into words by the caller
}

// fingerprint is the form of the fingerprints of findings.
var fingerprint = regexp.MustCompile(`^[0-9a-f]{24}$`)

// list returns the elements of a list of maps.
func (p *reader) list(n yamlfile.Node, what string) []yamlfile.Node {
	if n.Kind() != yamlfile.List && n.Kind() != yamlfile.Nothing && !n.Null() {
		p.fail(n, what+" is not a list", "write each of them behind a dash")
	}
	for _, item := range n.Items() {
		if item.Kind() != yamlfile.Map {
			p.fail(item, "an element of "+what+" is not a map", "`api7-preflight schema waivers` describes it")
		}
	}
	return n.Items()
}

// keys refuses keys that are not known: one that is misspelt would be ignored in silence.
func (p *reader) keys(n yamlfile.Node, what string, known []string) {
	for _, m := range n.Members() {
		if slices.Contains(known, m.Key) {
			continue
		}
		hint, key := "known are "+strings.Join(known, ", "), "" // what is like none may be a secret in the wrong place
		if near, ok := suggest.Nearest(m.Key, known); ok {
			hint, key = "did you mean "+near+"?", " "+strconv.Quote(redact.Text(m.Key))
		}
		if p.err == nil {
			p.err = &Error{fmt.Sprintf("%s:%d: %s has no such key%s", p.name, m.KeyLine, what, key), hint}
		}
	}
}

func (p *reader) text(n yamlfile.Node, key string) string {
	v := n.Get(key)
	if v.Kind() == yamlfile.Map || v.Kind() == yamlfile.List {
		p.fail(v, key+" is not a text", "write one value")
	}
	if v.Null() {
		return ""
	}
	return strings.TrimSpace(v.Text())
}

// required returns a text that must not be empty.
func (p *reader) required(n yamlfile.Node, key, means string) string {
	text := p.shown(n, key)
	if !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) {
		p.fail(n, key+" is empty", key+" says "+means)
	}
	return text
}

// shown returns a text that reports show. One that looks as if a password stood in it is refused.
func (p *reader) shown(n yamlfile.Node, key string) string {
	text := p.text(n, key)
	if redact.MayBeConnection(text) || credential.MatchString(text) {
		p.fail(n.Get(key), key+" looks as if it contained a password or a token", "write it without: every report shows it")
	}
	return redact.Text(text)
}

var credential = regexp.MustCompile(`(?i)(pass(word|wd|phrase)?|pwd|secret|token|api[_ -]?key|credentials?)\s*[:=]\s*\S`)

func (p *reader) rule(n yamlfile.Node) string {
	id := p.text(n, "rule")
	if id == "" || p.rules == nil {
		return id
	}
	if near, ok := p.rules(id); !ok {
		hint := "`api7-preflight rules list` has all rules"
		if near != "" {
			hint = "did you mean " + near + "?"
		}
		p.fail(n.Get("rule"), "there is no such rule", hint)
	}
	return id
}

// target returns the release, or the release line such as 3.7, to which an entry is limited.
func (p *reader) target(n yamlfile.Node) string {
	text := strings.TrimPrefix(p.text(n, "target"), "v")
	if text == "" || line.MatchString(text) {
		return text
	}
	if _, err := version.Parse(text); err != nil {
		p.fail(n.Get("target"), "target is neither a release nor a release line", "write 3.7.3 or '3.7'")
	}
	return text
}

var line = regexp.MustCompile(`^[0-9]+\.[0-9]+$`)

// fail keeps the first error.
func (p *reader) fail(n yamlfile.Node, what, hint string) {
	if p.err == nil {
		p.err = &Error{fmt.Sprintf("%s:%d: %s", p.name, max(n.Line(), 1), what), hint}
	}
}
