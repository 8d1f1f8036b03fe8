package estate

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Source turns one kind of input into resources.
//
// It streams kinds and resources in no fixed order: a backup on standard input can be read only once, and one scan of
// a table serves all its kinds. A rule that joins kinds collects while they stream by and judges at the end.
type Source interface {
	// Info describes the source, without secrets.
	Info() Info
	// Holds reports whether this type of source can hold resources of kind k at all.
	Holds(k Kind) bool
	// Versions returns the running versions that the source shows. It is called once, before Stream.
	Versions(ctx context.Context) ([]VersionEvidence, error)
	// Stream yields every current resource of the needed kinds once per row. It may leave out what a [Skimmer]
	// leaves out. A row that cannot be read is yielded with Damage set; anything else that cannot be read goes into the
	// coverage. Stream returns an error only if it cannot go on: the connection was lost, the context is done, or
	// yield returned an error, which it returns unchanged.
	Stream(ctx context.Context, need Need, yield func(*Resource) error) (Coverage, error)
	// Diagnose says what was recognised of what is needed, and what cannot be read, without showing any value. It
	// returns an error if the source cannot be read at all.
	Diagnose(ctx context.Context, need Need) (Diagnosis, error)
	// Close releases the source. It may be called more than once.
	Close() error
}

// Holder is a source that keeps a transaction open in a live system while it is read, which is a burden there.
type Holder interface {
	Source
	// Release ends the transaction, and returns how long it was open. The source cannot be read any more.
	Release() time.Duration
}

// Info describes a source in a report.
type Info struct {
	Kind string // "postgres"
	Name string // what was opened, without secrets
}

// Need is what the rules of a run look at.
type Need struct {
	Kinds map[Kind]bool
	// Direct are the kinds of which rules look at every resource. Of other kinds they look only at resources that
	// carry one of Plugins as wished, pass one of the kind's Sieves, or cannot be read. A source may leave out the rest,
	// but must count it. If Direct is nil, rules look at every resource.
	Direct map[Kind]bool
	Sieves map[Kind][]Sieve
	// Plugins are the plugins that rules look at, wherever they are attached, by name.
	Plugins map[string][]Wish
}

// Wants reports whether any rule listens to k.
func (n Need) Wants(k Kind) bool { return n.Kinds[k] }

// Sieve selects resources that a rule may have something to say about, without decoding them: those that meet at
// least one of its conditions. It may select too many, never too few.
type Sieve struct {
	ID     string   // the id contains one of these characters; empty: no condition
	Longer int      // the body has more bytes than this; 0: no condition
	Words  []string // the body contains one of them literally; JSON may escape any character, so choose with care
	Field  string   // top-level field in which Words count; empty: anywhere
}

// Selects reports whether the sieve selects a resource that a [Reader] has read.
func (s Sieve) Selects(r *Resource) bool {
	if s.ID != "" && strings.ContainsAny(r.ID, s.ID) || s.Longer > 0 && len(r.Body) > s.Longer {
		return true
	}
	in := r.Body
	if s.Field != "" {
		in = r.Field(s.Field).raw
	}
	return slices.ContainsFunc(s.Words, func(w string) bool { return bytes.Contains(in, []byte(w)) })
}

// Same reports whether both sieves have the same conditions.
func (s Sieve) Same(as Sieve) bool {
	return s.ID == as.ID && s.Longer == as.Longer && s.Field == as.Field && slices.Equal(s.Words, as.Words)
}

// Coverage says what a source read and what it did not read.
type Coverage struct {
	// Kinds has one entry for each needed kind that the source can hold.
	Kinds []KindCoverage
	// Notes are facts that a person should know, such as duplicates and disagreements. They hide nothing.
	Notes []Note
}

// KindCoverage is the coverage of one kind.
type KindCoverage struct {
	Kind  Kind
	Count int64 // current resources examined
	Gaps  []Gap // empty: the kind was read completely
	// Partial is true if the source covers only some of the gateway groups, as a dump of one group does. It is
	// complete for these, but does not make up for what another source lacks.
	Partial bool
	// Assumed is true if the source shows nothing of the kind and that is taken to mean that there is none: files
	// without a container image, for example. It is no evidence for a rule that compares kinds.
	Assumed bool
}

// Note is something noticed while reading that is not a gap.
type Note struct {
	What string `json:"what"`
	Why  string `json:"why"`
}

// Component is a part of an installation with a version of its own.
type Component string

// The components.
const (
	ControlPlane Component = "control plane"
	Gateway      Component = "gateway instance"
)

// VersionEvidence is one place that shows a version.
type VersionEvidence struct {
	Component Component
	Version   version.Version
	Where     string
	// Chart is true if only a Helm chart names the version, and nothing that the owner wrote. Such evidence does not
	// contradict the owner.
	Chart bool
}

// OpenError says why a source cannot be opened, and what to do about it. Each is one line without secrets.
type OpenError struct{ Message, Hint string }

// Error returns the message.
func (e *OpenError) Error() string { return e.Message }
