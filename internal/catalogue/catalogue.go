// Package catalogue holds what is publicly known about changes between releases of API7 Enterprise, and how each
// change is handled: by which rules, or by none and why. The entries are data in rules/catalogue.yaml.
package catalogue

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

// Catalogue is what is known, and from when.
type Catalogue struct {
	// AsOf is the day of the newest public source that was read, year-month-day. What the vendor published later is not
	// in it.
	AsOf    string  `yaml:"as_of"`
	Changes []Entry `yaml:"changes"`
}

// Entry is one vendor change.
type Entry struct {
	ID         string     `yaml:"id"`
	Also       []string   `yaml:"also"`     // ids of proposed rules about the same change
	Versions   []string   `yaml:"versions"` // first releases with the change, one per release line; empty: every upgrade
	Until      []string   `yaml:"until"`    // first releases without it again; usually empty
	Kind       Kind       `yaml:"kind"`
	Summary    string     `yaml:"summary"` // what changes
	Affects    string     `yaml:"affects"` // who is affected
	Sources    []string   `yaml:"sources"` // public: an https address or owner/repo:path@commit
	Confidence Confidence `yaml:"confidence"`
	Handled    Handled    `yaml:"handled"`
}

// Handled says how an entry is covered: by rules, or by none and why. Whether a rule is a manual check is up to the
// rule.
type Handled struct {
	Rules []string `yaml:"rules"`
	Not   string   `yaml:"not"`
}

// Kind is the sort of change.
type Kind string

// kinds are the valid kinds of changes.
var kinds = []Kind{
	"removed", "renamed", "required-field", "validation", "default", "behaviour", "data", "permission", "api",
	"configuration", "chart", "runtime", "compatibility", "licence", "tooling", "defect", "platform", "procedure", "feature",
}

// Confidence says how certain the change is. It says nothing about the rule that detects it.
type Confidence string

// The confidences.
const (
	Confirmed Confidence = "confirmed" // release notes, an upgrade guide or a page of breaking changes state it for that release
	Chart     Confidence = "chart"     // the vendor's Helm chart shows it at that release
	Code      Confidence = "code"      // the vendor's open-source code distinguishes these releases
	Draft     Confidence = "draft"     // an unpublished draft of the release notes contained it
	Inferred  Confidence = "inferred"  // deduced
)

// Parse reads catalogue.yaml. It returns an error if the date is older than a release that an entry names, an entry is
// incomplete, an id is not unique or a release is unknown.
func Parse(data []byte) (*Catalogue, error) {
	known := &Catalogue{}
	if err := yamlfile.Decode("catalogue.yaml", data, known); err != nil {
		return nil, err
	}
	if _, err := time.Parse(time.DateOnly, known.AsOf); err != nil {
		return nil, fmt.Errorf("catalogue.yaml: as_of is %q, not a day such as 2026-01-26", known.AsOf)
	}
	seen := map[string]bool{}
	for i := range known.Changes {
		e := &known.Changes[i]
		if seen[e.ID] {
			return nil, fmt.Errorf("catalogue.yaml: %s is there twice", e.ID)
		}
		seen[e.ID] = true
		for _, also := range e.Also {
			if !idForm.MatchString(also) {
				return nil, fmt.Errorf("catalogue.yaml: %q is also called %q, which is no id", e.ID, also)
			}
		}
		if err := e.check(known.AsOf); err != nil {
			return nil, fmt.Errorf("catalogue.yaml: %q %w", e.ID, err)
		}
	}
	return known, nil
}

// Public matches a public source: an https address, or a file of a public repository at a commit.
var Public = regexp.MustCompile(`https://\S+\.\S+|\b[\w.-]+/[\w.-]+:[\w./-]+@[0-9a-f]{7,40}\b`)

var idForm = regexp.MustCompile(`^(R-3\.\d+\.[\d.x]+-[0-9a-z]+|[A-Z]+-?[0-9]+[a-z]?|(CP|GW|HELM|VER|IC)(-[A-Z0-9]+)+|K-[\w.-]+)$`)

// check returns what is wrong with an entry of a catalogue of that day.
func (e *Entry) check(asOf string) error {
	switch {
	case !idForm.MatchString(e.ID):
		return errors.New("is no id of an entry")
	case e.Summary == "" || e.Affects == "":
		return errors.New("does not say what changes and who is affected")
	case !slices.Contains(kinds, e.Kind):
		return fmt.Errorf("has the unknown kind %q", e.Kind)
	case !slices.Contains([]Confidence{Confirmed, Chart, Code, Draft, Inferred}, e.Confidence):
		return fmt.Errorf("has the unknown confidence %q", e.Confidence)
	case len(e.Sources) == 0:
		return errors.New("has no source")
	case (len(e.Handled.Rules) == 0) == (e.Handled.Not == ""):
		return errors.New("names no rule that handles it and no reason why none does, or both")
	}
	for _, s := range e.Sources {
		if !Public.MatchString(s) {
			return fmt.Errorf("has the source %q, which is no public one", s)
		}
	}
	for _, text := range slices.Concat(e.Versions, e.Until) {
		v, err := version.Parse(text)
		if err != nil {
			return fmt.Errorf("names a release: %w", err)
		}
		release, known := version.Known(v)
		if !known {
			return fmt.Errorf("names release %s, which is not known", text)
		}
		if release.Date > asOf {
			return fmt.Errorf("names release %s of %s, which is younger than the catalogue, as of %s", text, release.Date, asOf)
		}
	}
	return nil
}

// In reports whether a release of line l brings the change.
func (e *Entry) In(l version.Line) bool {
	return slices.ContainsFunc(e.Versions, func(text string) bool { return version.MustParse(text).Line() == l })
}

// Named reports whether the entry has that id, in upper or lower case, or is also called so.
func (e *Entry) Named(id string) bool {
	return strings.EqualFold(e.ID, id) || slices.ContainsFunc(e.Also, func(also string) bool { return strings.EqualFold(also, id) })
}

// inRepository matches a file of a public repository at a commit.
var inRepository = regexp.MustCompile("`?\\b([\\w.-]+/[\\w.-]+):([\\w./-]+)@([0-9a-f]{7,40})\\b`?")

// Address returns a text with the addresses at which its public sources can be read.
func Address(text string) string {
	return inRepository.ReplaceAllString(text, "https://github.com/$1/blob/$3/$2")
}

// Window returns the releases that have the change; ok is false if the change concerns every upgrade.
func (e *Entry) Window() (w version.Window, ok bool) {
	if len(e.Versions) == 0 {
		return version.Window{}, false
	}
	return version.Window{In: version.Since(e.Versions...), Out: version.Since(e.Until...)}, true
}
