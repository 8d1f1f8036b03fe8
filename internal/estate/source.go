package estate

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Source turns one kind of input into resources.
//
// Order is not promised, neither of kinds nor of resources: a backup on standard input can be read only once and one
// scan of a table serves all kinds in it. A rule that joins kinds collects while they stream by and judges at the end.
type Source interface {
	// Info describes the source; Name holds no secret.
	Info() Info
	// Holds reports whether a source of this type could hold resources of kind k at all.
	Holds(k Kind) bool
	// Versions returns what the source knows about running versions. It is called once, before Stream.
	Versions(ctx context.Context) ([]VersionEvidence, error)
	// Stream yields every current resource of the kinds that are needed, each row once; it may leave out what
	// [Need.Skippable] allows. A row that cannot be read is
	// yielded with Damage set. The error is only for what ends the run: a lost connection, a done context, an error
	// that yield returned (returned as it is); everything else is said in the coverage.
	Stream(ctx context.Context, need Need, yield func(*Resource) error) (Coverage, error)
	// Diagnose says what was recognised of what is needed, and what cannot be read. It tells no value. The error is for
	// what makes the source unreadable.
	Diagnose(ctx context.Context, need Need) (Diagnosis, error)
	// Close releases the source. It may be called more than once.
	Close() error
}

// Info describes a source in a report.
type Info struct {
	Kind string // "postgres"
	Name string // what was opened, without secrets
}

// Need is what the rules of a run listen to.
type Need struct {
	Kinds map[Kind]bool
	// Direct are the kinds of which rules look at every resource. Of the other kinds they look at those only that carry
	// one of Plugins, that one of the Sieves of their kind lets through, or that cannot be read: a source may leave out the
	// rest, once it has counted it. Without Direct, every resource is looked at.
	Direct map[Kind]bool
	Sieves map[Kind][]Sieve
	// Plugins are the names of the plugins that rules look at, wherever these are attached.
	Plugins map[string]bool
}

// Wants reports whether any rule listens to k.
func (n Need) Wants(k Kind) bool { return n.Kinds[k] }

// Skippable reports whether no rule can say anything about a resource, provided that it carries none of Plugins and can be
// read. The id may be more than the resource's own, such as the key that it stands under.
func (n Need) Skippable(k Kind, id string, body []byte) bool {
	return n.Direct != nil && !n.Direct[k] &&
		!slices.ContainsFunc(n.Sieves[k], func(s Sieve) bool { return s.Lets(id, body) })
}

// Sieve tells, without decoding, which resources a rule could have something to say about: those of which one of its
// conditions holds. It may let through too many and never too few.
type Sieve struct {
	ID     string   // the id contains it; empty: no condition
	Longer int      // the body has more bytes; 0: no condition
	Words  []string // the body contains one of them as it is written; JSON may write any character as an escape
}

// Lets reports whether a resource comes through.
func (s Sieve) Lets(id string, body []byte) bool {
	if s.ID != "" && strings.Contains(id, s.ID) || s.Longer > 0 && len(body) > s.Longer {
		return true
	}
	return slices.ContainsFunc(s.Words, func(w string) bool { return bytes.Contains(body, []byte(w)) })
}

// Coverage says what a source read and what it did not.
type Coverage struct {
	// Kinds has one entry for each needed kind that the source holds.
	Kinds []KindCoverage
	// Notes are facts about the source that a person should know and that hide nothing: duplicates, disagreements.
	Notes []Note
}

// KindCoverage is the coverage of one kind.
type KindCoverage struct {
	Kind  Kind
	Count int64 // current resources examined
	Gaps  []Gap // empty: the kind was read completely
	// Partial is true where the source knows only some of the gateway groups, as a dump of one does: completeness is
	// then no more than it says, and does not make up for what another source lacks.
	Partial bool
	// Assumed is true where the source shows nothing of the kind and that is taken to mean that there is nothing, as no
	// container image among files is. It is no evidence for a rule that holds one kind against another.
	Assumed bool
}

// Note is something noticed while reading.
type Note struct {
	What string `json:"what"`
	Why  string `json:"why"`
}

// Component is a part of an installation that has a version of its own.
type Component string

// The components.
const (
	ControlPlane Component = "control plane"
	Gateway      Component = "gateway instance"
)

// VersionEvidence is one place that tells a version.
type VersionEvidence struct {
	Component Component
	Version   version.Version
	Where     string
	// Chart is true where a Helm chart names the version and nothing that the owner wrote does: it does not speak against
	// what the owner says.
	Chart bool
}

// OpenError says in one line why a source cannot be opened and in another what to do about it. Neither holds a secret.
type OpenError struct{ Message, Hint string }

// Error returns the message.
func (e *OpenError) Error() string { return e.Message }
