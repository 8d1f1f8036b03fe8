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
type Packed struct {
	pack.Packed[Finding]

	mark mark
}

// mark is what counts are made of, so that nothing has to be unpacked for them.
type mark struct {
	severity      uint8 // its place in severities
	waived, known bool
}

// Packer packs findings. Those of one rule have much in common, so each rule has a packer of its own.
type Packer struct{ pack.Packer[Finding] }

// Pack packs a finding. The report does not see what becomes of f.
func (p *Packer) Pack(f *Finding) Packed {
	m := mark{severity: uint8(Gravity(f.Severity)), waived: f.Waived != nil, known: f.Baseline == BaselineKnown} //nolint:gosec // three of them
	return Packed{p.Packer.Pack(f), m}
}

// Severities counts the findings by severity, whatever was decided about them.
func (f Findings) Severities() (s Severities) {
	for _, one := range f {
		s = s.With(one.mark.word())
	}
	return s
}

// ByGravity orders findings by severity, the gravest first.
func (p Packed) ByGravity(q Packed) int { return int(p.mark.severity) - int(q.mark.severity) }

func (m mark) word() string {
	if int(m.severity) < len(severities) {
		return severities[m.severity]
	}
	return ""
}

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

// Edit calls change for every finding, and keeps what it did if it returns true.
func (f Findings) Edit(change func(*Finding) bool) {
	packers := map[string]*Packer{}
	for i := range f {
		one := f[i].Open()
		if !change(one) {
			continue
		}
		if packers[one.Rule] == nil {
			packers[one.Rule] = &Packer{}
		}
		f[i] = packers[one.Rule].Pack(one)
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

// MarshalJSON returns the finding as JSON, in which no list and no map is null.
func (p Packed) MarshalJSON() ([]byte, error) {
	f := p.Open()
	f.Catalogue, f.Evidence, f.Remediation = append([]string{}, f.Catalogue...), append([]Evidence{}, f.Evidence...), append([]Remediation{}, f.Remediation...)
	for i := range f.Remediation {
		f.Remediation[i].Variables = append([]string{}, f.Remediation[i].Variables...)
	}
	for _, labels := range []*map[string]string{&f.Object.Labels, &f.Object.Owner} {
		if *labels == nil {
			*labels = map[string]string{}
		}
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false) // whoever encodes the report escapes as it wants to
	if err := enc.Encode(f); err != nil {
		return nil, fmt.Errorf("encoding a finding: %w", err)
	}
	return out.Bytes(), nil
}

// UnmarshalJSON reads findings from JSON.
func (f *Findings) UnmarshalJSON(text []byte) (err error) {
	*f, err = readFindings(json.NewDecoder(bytes.NewReader(text)))
	return err
}
