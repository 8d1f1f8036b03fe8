package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"

	"github.com/api7-preflight/api7-preflight/internal/pack"
)

// Findings are the findings of a report, in the form that a hundred thousand of them need little memory. In JSON they are
// a list of [Finding].
type Findings []Packed

// Packed is one of them.
type Packed struct{ pack.Packed[Finding] }

// Packer packs findings. Those of one rule have much in common, so each rule has a packer of its own.
type Packer struct{ pack.Packer[Finding] }

// Pack packs a finding. The report does not see what becomes of f.
func (p *Packer) Pack(f *Finding) Packed { return Packed{p.Packer.Pack(f)} }

// FindingsOf returns findings packed.
func FindingsOf(all ...Finding) Findings {
	packers := map[string]*Packer{}
	out := make(Findings, len(all))
	for i := range all {
		p := packers[all[i].Rule]
		if p == nil {
			p = &Packer{}
			packers[all[i].Rule] = p
		}
		out[i] = p.Pack(&all[i])
	}
	return out
}

// All yields every finding, one at a time: a caller that keeps only a few holds only those in memory.
func (f Findings) All() iter.Seq[*Finding] {
	return func(yield func(*Finding) bool) {
		for _, p := range f {
			if !yield(p.Open()) {
				return
			}
		}
	}
}

// Contain reports whether one of them meets the condition.
func (f Findings) Contain(condition func(*Finding) bool) bool {
	for one := range f.All() {
		if condition(one) {
			return true
		}
	}
	return false
}

// List returns all of them unpacked, for a caller that knows that they are few.
func (f Findings) List() []Finding {
	out := make([]Finding, len(f))
	for i, p := range f {
		out[i] = *p.Open()
	}
	return out
}

// MarshalJSON returns the finding as JSON.
func (p Packed) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false) // whoever encodes the report escapes as it wants to
	if err := enc.Encode(p.Open()); err != nil {
		return nil, fmt.Errorf("encoding a finding: %w", err)
	}
	return out.Bytes(), nil
}

// UnmarshalJSON reads findings from JSON.
func (f *Findings) UnmarshalJSON(text []byte) error {
	*f = nil
	in := json.NewDecoder(bytes.NewReader(text))
	if opening, err := in.Token(); err != nil || opening != json.Delim('[') { // null, or what only a list can follow
		return err //nolint:wrapcheck // nil: encoding/json has checked the text
	}
	*f = Findings{}
	var p Packer
	for in.More() {
		var finding Finding
		if err := in.Decode(&finding); err != nil {
			return fmt.Errorf("decoding finding %d: %w", len(*f)+1, err)
		}
		*f = append(*f, p.Pack(&finding))
	}
	return nil
}
