package rule

import "github.com/api7-preflight/api7-preflight/internal/estate"

// Evidence is one named fact that a finding rests on. Its value never holds a secret: a rule picks it by name.
type Evidence struct {
	Name, Value string
	Kind        EvidenceKind
	At          estate.Place // of what the value says; the zero Place: nothing in particular
}

// EvidenceKind says what the value of a piece of evidence is.
type EvidenceKind string

// The kinds of evidence. The zero EvidenceKind is that of words for people.
const (
	IsWords EvidenceKind = ""
	// IsJSON is of use to whoever acts on one object, and noise to whoever reads of all.
	IsJSON EvidenceKind = "json"
	// IsPlace is a place that belongs to what is wrong.
	IsPlace EvidenceKind = "place"
	// IsElsewhere is another place of the same object where the same is wrong.
	IsElsewhere EvidenceKind = "elsewhere"
)

// InJSON returns evidence that shows a value as JSON.
func InJSON(name string, v any) Evidence { return Evidence{Name: name, Value: JSON(v), Kind: IsJSON} }

// AtPlace returns evidence that is a place.
func AtPlace(name string, at estate.Place) Evidence {
	return Evidence{Name: name, Value: at.String(), Kind: IsPlace, At: at}
}

// AlsoAt returns evidence for another place where the same is wrong.
func AlsoAt(at estate.Place) Evidence {
	return Evidence{Name: "also at", Value: at.String(), Kind: IsElsewhere, At: at}
}
