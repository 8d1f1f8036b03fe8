package rule

import "github.com/api7-preflight/api7-preflight/internal/estate"

// Evidence is one named fact behind a finding. The value never holds a secret: a rule selects by name what it shows.
type Evidence struct {
	Name, Value string
	Kind        EvidenceKind
	At          estate.Place // the place of the value; zero: none
}

// EvidenceKind says what the value of a piece of evidence is.
type EvidenceKind string

// The kinds of evidence. The zero EvidenceKind is IsWords, text for people.
const (
	IsWords EvidenceKind = ""
	// IsJSON is useful to someone who works on one object, and noise to someone who reads about all of them.
	IsJSON EvidenceKind = "json"
	// IsPlace is a place that is part of what is wrong.
	IsPlace EvidenceKind = "place"
	// IsElsewhere is another place in the same object with the same problem.
	IsElsewhere EvidenceKind = "elsewhere"
)

// InJSON returns evidence that shows a value as JSON.
func InJSON(name string, v any) Evidence { return Evidence{Name: name, Value: JSON(v), Kind: IsJSON} }

// AtPlace returns evidence that is a place.
func AtPlace(name string, at estate.Place) Evidence {
	return Evidence{Name: name, Value: at.String(), Kind: IsPlace, At: at}
}

// AlsoAt returns evidence for another place with the same problem.
func AlsoAt(at estate.Place) Evidence {
	return Evidence{Name: "also at", Value: at.String(), Kind: IsElsewhere, At: at}
}
