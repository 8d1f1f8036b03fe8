// Package memory is an installation held in memory: the example that the binary carries, and the fixtures of tests.
package memory

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Source yields the resources it was given, in the order in which it was given them.
type Source struct {
	About     estate.Info
	Kinds     []estate.Kind // that it holds; nil: every kind
	Resources []estate.Resource
	Gaps      map[estate.Kind][]estate.Gap // what to report as not read
	Notes     []estate.Note
	Evidence  []estate.VersionEvidence
}

// Info describes the source.
func (s *Source) Info() estate.Info { return s.About }

// Holds is true for its kinds.
func (s *Source) Holds(k estate.Kind) bool { return s.Kinds == nil || slices.Contains(s.Kinds, k) }

// Versions returns the evidence as given.
func (s *Source) Versions(context.Context) ([]estate.VersionEvidence, error) { return s.Evidence, nil }

// Close does nothing.
func (*Source) Close() error { return nil }

// Stream yields copies, so that no handler can change what the next run sees.
func (s *Source) Stream(ctx context.Context, need estate.Need, yield func(*estate.Resource) error) (estate.Coverage, error) {
	seen := map[estate.Kind]map[estate.Ref]bool{}
	for i := range s.Resources {
		r := s.Resources[i]
		if !need.Wants(r.Kind) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return estate.Coverage{}, fmt.Errorf("streaming: %w", err)
		}
		if seen[r.Kind] == nil {
			seen[r.Kind] = map[estate.Ref]bool{}
		}
		seen[r.Kind][r.Ref()] = true
		r.Body = bytes.Clone(r.Body)
		if err := yield(&r); err != nil {
			return estate.Coverage{}, err
		}
	}
	c := estate.Coverage{Notes: s.Notes}
	for _, k := range estate.Kinds() {
		if need.Wants(k) && s.Holds(k) {
			c.Kinds = append(c.Kinds, estate.KindCoverage{Kind: k, Count: int64(len(seen[k])), Gaps: s.Gaps[k]})
		}
	}
	return c, nil
}

// Diagnose counts what is held.
func (s *Source) Diagnose(ctx context.Context, need estate.Need) (estate.Diagnosis, error) {
	kinds, err := estate.Survey(ctx, s, need)
	return estate.Diagnosis{Kinds: kinds, Missing: estate.Incomplete(kinds), Notes: s.Notes}, err
}

// line is one line of the recorded form: either a version or a resource.
type line struct {
	Version *recordedVersion `json:"version,omitempty"`
	Kind    string           `json:"kind,omitempty"`
	Group   *estate.Group    `json:"group,omitempty"`
	ID      string           `json:"id,omitempty"`
	Origin  *estate.Origin   `json:"origin,omitempty"`
	// Positions are those in a file, by JSON pointer.
	Positions map[string]estate.Position `json:"positions,omitempty"`
	Body      json.RawMessage            `json:"body,omitempty"`
}

type recordedVersion struct {
	Component string `json:"component"`
	Version   string `json:"version"`
	Where     string `json:"where"`
	Chart     bool   `json:"chart,omitempty"`
}

// Record writes what src holds of the needed kinds as JSON lines, for [Read]. Damaged rows cannot be recorded and are
// an error.
func Record(ctx context.Context, w io.Writer, src estate.Source, need estate.Need) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	versions, err := src.Versions(ctx)
	if err != nil {
		return fmt.Errorf("recording versions: %w", err)
	}
	for _, v := range versions {
		l := line{Version: &recordedVersion{Component: string(v.Component), Version: v.Version.String(), Where: v.Where, Chart: v.Chart}}
		if err := enc.Encode(l); err != nil {
			return fmt.Errorf("recording versions: %w", err)
		}
	}
	_, err = src.Stream(ctx, need, func(r *estate.Resource) error {
		if r.Damage != "" {
			return fmt.Errorf("%s is damaged: %s", r.Origin.Where(""), r.Damage)
		}
		return enc.Encode(line{Kind: r.Kind.String(), Group: &r.Group, ID: r.ID, Origin: &r.Origin, Positions: estate.Positions(r.Body, r.Origin.Locate), Body: r.Body})
	})
	if err != nil {
		return fmt.Errorf("recording: %w", err)
	}
	return nil
}

// maxLine bounds one recorded resource.
const maxLine = 1 << 20

// Read reads what [Record] wrote.
func Read(r io.Reader, about estate.Info) (*Source, error) {
	s := &Source{About: about}
	scanner := bufio.NewScanner(r)
	scanner.Buffer(nil, maxLine)
	for n := 1; scanner.Scan(); n++ {
		if err := s.add(scanner.Bytes()); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	if err := scanner.Err(); err != nil {
		return nil, fmt.Errorf("reading recorded resources: %w", err)
	}
	return s, nil
}

func (s *Source) add(text []byte) error {
	var l line
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&l); err != nil {
		return fmt.Errorf("broken JSON: %w", err)
	}
	if l.Version != nil {
		v, err := version.Parse(l.Version.Version)
		if err != nil {
			return fmt.Errorf("recorded version: %w", err)
		}
		s.Evidence = append(s.Evidence, estate.VersionEvidence{Component: estate.Component(l.Version.Component), Version: v, Where: l.Version.Where, Chart: l.Version.Chart})
		return nil
	}
	k, err := estate.ParseKind(l.Kind)
	if err != nil {
		return fmt.Errorf("recorded resource: %w", err)
	}
	res := estate.Resource{Kind: k, ID: l.ID, Body: l.Body}
	if l.Group != nil {
		res.Group = *l.Group
	}
	if l.Origin != nil {
		res.Origin = *l.Origin
	}
	res.Origin.Locate = estate.Locator(l.Positions)
	s.Resources = append(s.Resources, res)
	return nil
}
