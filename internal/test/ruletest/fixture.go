// Package ruletest is the harness that every rule must pass. A rule folder contains no test code: fixtures say what
// the rule must find and where. The harness also proves what no fixture can say: that silence means that everything
// was looked at, that order does not matter, and that the rule applies on exactly the paths that it names.
package ruletest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/jsonptr"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

// Fixture is the part of an installation that matters to one rule, and what the rule must report about it.
type Fixture struct {
	Name      string
	Path      version.Path
	Tools     map[string]version.Version
	Resources []estate.Resource
	Wants     []Want
	Defects   []WantDefect
	nodes     map[string]yamlfile.Node // by origin key
	pathLine  int
}

// Want is one expected finding or doubt, on a line.
type Want struct {
	Line     int
	Severity string // or "unknown" for a doubt, "manual" for a manual check
	Message  *regexp.Regexp
	Details  *regexp.Regexp // for the evidence and the steps; nil: anything
}

// WantDefect is what the rule must say of one known defect of the target.
type WantDefect struct {
	Line                       int
	Entry, Severity, Concerned string
	Why                        *regexp.Regexp
}

// with returns what is wanted of the details.
func (w Want) with() string {
	if w.Details == nil {
		return ""
	}
	return fmt.Sprintf(" with %q", w.Details)
}

// doubt is the severity of a Want for something that the rule cannot judge.
const doubt = "unknown"

// byHand is the severity of a Want for a manual check, at the line of the upgrade.
const byHand = "manual"

var (
	wantComment = regexp.MustCompile(`#\s*(want|unknown)\s+(.*)$`)
	wantPair    = regexp.MustCompile("^(?:(breaking|warning|notice|unknown|manual)\\s+)?(\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`)(?:\\s+with\\s+(\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`))?\\s*")
)

// ParseFixture parses a fixture:
//
//	upgrade: {from: 3.4.1, to: 3.7.3}
//	service:                  # a kind of internal/estate
//	  - id: orders
//	    gateway_group: default
//	    plugins:
//	      cors: {}            # want breaking "a regular expression on the message"
//
// Everything but gateway_group is the resource's body. gateway_group is both id and short id, or a map with id,
// short_id and name. A comment "# unknown" with an expression wants a doubt. A finding or doubt about the path, and a
// manual check (want manual, with an expression on its title), are wanted at the upgrade. The upgrade may also give
// the oldest version of a gateway and that of a companion program: {from: 3.4.1, to: 3.7.3, gateways: 3.3.2, adc:
// 0.17.0}. Several expectations may follow each other. An expression may be followed by `with "…"`, which must match
// the evidence, one "name: value" per line, or the steps.
//
// What the rule must say of known defects of the target stands under defects, by catalogue entry, as severity, whether
// the installation meets it, and an expression on why; what else it lists there is not compared:
//
//	defects:
//	  R-3.8.6-5: [warning, "yes", "route pay"]
func ParseFixture(name string, data []byte) (*Fixture, error) {
	root, err := yamlfile.Parse(name, data)
	if err != nil {
		return nil, err
	}
	f := &Fixture{Name: name, nodes: map[string]yamlfile.Node{}}
	for _, m := range root.Members() {
		switch m.Key {
		case "upgrade":
			f.pathLine = m.KeyLine
			err = f.parsePath(m.Value)
		case "defects":
			err = f.addDefects(m.Value)
		default:
			err = f.addKind(m)
		}
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, m.KeyLine, err)
		}
	}
	if f.pathLine == 0 {
		return nil, fmt.Errorf("%s: upgrade is missing: {from: …, to: …}", name)
	}
	if f.Wants, err = parseWants(string(data)); err != nil {
		return nil, fmt.Errorf("%s:%w", name, err)
	}
	return f, nil
}

func (f *Fixture) parsePath(n yamlfile.Node) error {
	told := map[string]version.Version{"from": {}, "to": {}}
	for _, m := range n.Members() {
		told[m.Key] = version.Version{}
	}
	for name := range told {
		v, err := version.Parse(n.Get(name).Text())
		if err != nil {
			return fmt.Errorf("upgrade.%s: %w", name, err)
		}
		told[name] = v
	}
	f.Path = version.Path{From: told["from"], To: told["to"], Gateways: told["gateways"]}
	for _, name := range []string{"from", "to", "gateways"} {
		delete(told, name)
	}
	f.Tools = told
	return nil
}

func (f *Fixture) addDefects(n yamlfile.Node) error {
	for _, m := range n.Members() {
		want := m.Value.Items()
		if len(want) != 3 { //nolint:mnd // as ParseFixture says
			return fmt.Errorf("%s: want [severity, whether it is met, expression on why]", m.Key)
		}
		why, err := regexp.Compile(want[2].Text())
		if err != nil {
			return fmt.Errorf("%s: %w", m.Key, err)
		}
		f.Defects = append(f.Defects, WantDefect{Line: m.KeyLine, Entry: m.Key, Severity: want[0].Text(), Concerned: want[1].Text(), Why: why})
	}
	return nil
}

func (f *Fixture) addKind(m yamlfile.Member) error {
	kind, err := estate.ParseKind(m.Key)
	if err != nil {
		return fmt.Errorf("fixture: %w", err)
	}
	for i, item := range m.Value.Items() {
		key := m.Key + "/" + strconv.Itoa(i)
		f.nodes[key] = item
		f.Resources = append(f.Resources, estate.Resource{
			Kind: kind, ID: item.Get("id").Text(), Group: parseGroup(item.Get("gateway_group")), Body: body(item),
			Origin: estate.Origin{Source: "fixture", Table: f.Name, Key: key},
		})
	}
	return nil
}

// parseGroup parses a gateway group; a single word is both its id and its short id.
func parseGroup(n yamlfile.Node) estate.Group {
	if n.Kind() != yamlfile.Map {
		return estate.Group{ID: n.Text(), ShortID: n.Text()}
	}
	return estate.Group{ID: n.Get("id").Text(), ShortID: n.Get("short_id").Text(), Name: n.Get("name").Text()}
}

// body returns everything but the gateway group as one JSON object.
func body(n yamlfile.Node) []byte {
	out := []byte{'{'}
	for _, m := range n.Members() {
		if m.Key == "gateway_group" {
			continue
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		key, _ := json.Marshal(m.Key) //nolint:errchkjson // a string cannot fail
		out = append(append(out, key...), ':')
		out = append(out, m.Value.JSON()...)
	}
	return append(out, '}')
}

func parseWants(text string) ([]Want, error) {
	var wants []Want
	for i, line := range strings.Split(text, "\n") {
		found := wantComment.FindStringSubmatch(line)
		if found == nil {
			continue
		}
		severity := ""
		if found[1] == doubt {
			severity = doubt
		}
		more, err := parsePairs(found[2], severity)
		if err != nil {
			return nil, fmt.Errorf("%d: %w", i+1, err)
		}
		for _, w := range more {
			w.Line = i + 1
			wants = append(wants, w)
		}
	}
	return wants, nil
}

// parsePairs parses severities, each with a quoted expression. A missing severity is that of the previous pair.
func parsePairs(rest, severity string) ([]Want, error) {
	var wants []Want
	for rest != "" {
		pair := wantPair.FindStringSubmatch(rest)
		if pair == nil {
			return nil, fmt.Errorf("want breaking, warning, notice, manual or unknown, then a quoted expression, not %s", rest)
		}
		if severity = cmp.Or(pair[1], severity); severity == "" {
			return nil, errors.New("the expectation has no severity")
		}
		w := Want{Severity: severity}
		var err error
		if w.Message, err = expression(pair[2]); err == nil && pair[3] != "" {
			w.Details, err = expression(pair[3])
		}
		if err != nil {
			return nil, err
		}
		wants = append(wants, w)
		rest = rest[len(pair[0]):]
	}
	return wants, nil
}

// expression parses a quoted regular expression.
func expression(quoted string) (*regexp.Regexp, error) {
	pattern, err := strconv.Unquote(quoted)
	if err != nil {
		return nil, fmt.Errorf("expectation: %w", err)
	}
	compiled, err := regexp.Compile(pattern)
	if err != nil {
		return nil, fmt.Errorf("expectation: %w", err)
	}
	return compiled, nil
}

// Hits reports whether the fixture expects a finding, or a doubt about the path: some rules only know about a path
// that something about it is unknown.
func (f *Fixture) Hits() bool {
	return slices.ContainsFunc(f.Wants, func(w Want) bool { return w.Severity != doubt || w.Line == f.pathLine })
}

// Clean reports whether the fixture expects the rule to pass.
func (f *Fixture) Clean() bool { return len(f.Wants) == 0 }

// line returns the line that a place points to.
func (f *Fixture) line(at report.Location) (int, error) {
	node, ok := f.nodes[at.Key]
	if !ok {
		return 0, fmt.Errorf("%s is no place in the fixture", at.Where)
	}
	line := node.Line()
	for key := range jsonptr.Keys(at.Pointer) {
		node, line, ok = step(node, key)
		if !ok {
			return 0, fmt.Errorf("%s leads nowhere: there is no %s", at.Where, key)
		}
	}
	return line, nil
}

// step follows one key of a pointer. In a list [name, conf] of a workflow, the name is the key of the pair.
func step(n yamlfile.Node, key string) (next yamlfile.Node, line int, ok bool) {
	for _, m := range n.Members() {
		if m.Key == key {
			return m.Value, m.KeyLine, true
		}
	}
	items := n.Items()
	if i, err := strconv.Atoi(key); err == nil && i >= 0 && i < len(items) {
		return items[i], items[i].Line(), true
	}
	if len(items) > 0 && items[0].Text() == key {
		return items[len(items)-1], items[0].Line(), true
	}
	return yamlfile.Node{}, 0, false
}
