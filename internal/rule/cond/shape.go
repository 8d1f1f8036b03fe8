package cond

import (
	"regexp"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/redact"
)

// Shape is the type of a value, whatever its content.
type Shape string

// The shapes.
const (
	OfText   Shape = "a text"
	OfNumber Shape = "a number"
	OfTruth  Shape = "true or false"
	OfList   Shape = "a list"
	OfMap    Shape = "a map"
)

// shapeOf returns the shape of a value; empty if it is absent, null or not in the source.
func shapeOf(v estate.Value) Shape {
	if v.Absent() || v.Unreadable() != "" {
		return ""
	}
	switch v.Raw()[0] {
	case '"':
		return OfText
	case '[':
		return OfList
	case '{':
		return OfMap
	case 't', 'f':
		return OfTruth
	}
	return OfNumber
}

// Shaped holds if the field has one of these shapes; if there are several, the evidence shows which. It does not hold
// for a value that comes from elsewhere, because nobody wrote that in the wrong shape.
func Shaped(pointer string, shapes ...Shape) Condition {
	return func(v estate.Value) Truth {
		shape := shapeOf(v.At(pointer))
		truth := Truth{yes: slices.Contains(shapes, shape)}
		if truth.yes {
			truth.at = pointer
		}
		if truth.yes && len(shapes) > 1 {
			truth.facts = []fact{{name: "what it is", value: string(shape)}}
		}
		return truth
	}
}

// Missing holds if the field is not there at all. Unlike [Lacks] it does not hold for null: in Helm values, null
// removes the chart's default.
func Missing(pointer string) Condition {
	return func(v estate.Value) Truth {
		field := v.At(pointer)
		if why := field.Unreadable(); field.Raw() == nil && why != "" {
			return unclear(pointer, "cannot be read: %s", why)
		}
		return Truth{yes: field.Raw() == nil}
	}
}

// False holds if the field is false.
func False(pointer string) Condition {
	return func(v estate.Value) Truth {
		field := v.At(pointer).Bool()
		if why := field.Unreadable(); why != "" {
			return unclear(pointer, "cannot be read: %s", why)
		}
		if yes, known := field.Known(); yes || !known {
			return Truth{}
		}
		return Truth{yes: true, at: pointer}
	}
}

// Like holds if the field is a text that the expression matches. The evidence shows the text, without credentials in
// it.
func Like(pointer string, expression *regexp.Regexp) Condition {
	return func(v estate.Value) Truth {
		s, truth, ok := text(v, pointer)
		if !ok || !expression.MatchString(s) {
			return truth
		}
		return shown(pointer, redact.Text(s))
	}
}

// URLOf holds if the field is a URL of a scheme, which may be known although the rest of it is taken from elsewhere. The
// scheme is shown as evidence.
func URLOf(pointer, scheme string) Condition {
	return func(v estate.Value) Truth {
		found := v.At(pointer).Scheme()
		if why := found.Unreadable(); why != "" {
			return unclear(pointer, "%s", why)
		}
		if text, _ := found.Known(); text != scheme {
			return Truth{}
		}
		return shown(pointer, scheme+"://")
	}
}

// LikeSecret is [Like] for texts that are or contain secrets: the evidence shows nothing of them. It does not hold
// for a value that comes from elsewhere or that the source hides. It asks whether a secret is in a file where it
// should not be; doubting every hidden value would leave no snapshot without doubt.
func LikeSecret(pointer string, expression *regexp.Regexp) Condition {
	return func(v estate.Value) Truth {
		s, known := v.At(pointer).Text().Known()
		if !known || !expression.MatchString(s) {
			return Truth{}
		}
		return Truth{yes: true, at: pointer}
	}
}

// NoPort holds if the field is a number that cannot be a port. The evidence shows the number. A port that comes from
// elsewhere causes no doubt.
func NoPort(pointer string) Condition {
	return func(v estate.Value) Truth {
		n, known := v.At(pointer).Number().Known()
		if port, err := n.Float64(); !known || err == nil && port >= 1 && port <= maxPort {
			return Truth{}
		}
		return Truth{yes: true, at: pointer, facts: []fact{{name: "port", value: n.String()}}}
	}
}

const maxPort = 65535
