package estate

import (
	"strings"
)

// Group names a gateway group. Published resources are identified by its ShortID, which is part of every key that
// gateways read; the Admin API wants the ID, people know the Name. What is not known is empty.
type Group struct {
	ID      string `json:"id"`
	ShortID string `json:"short_id"`
	Name    string `json:"name"`
}

// Label returns what a report calls the group: its name, else its short id, else its id.
func (g Group) Label() string {
	switch {
	case g.Name != "":
		return g.Name
	case g.ShortID != "":
		return g.ShortID
	}
	return g.ID
}

// Ref identifies a resource over runs and sources. Group is the gateway group's short id, empty for what belongs to
// none.
type Ref struct {
	Kind  Kind
	Group string
	ID    string
}

// Origin is the place a resource was read from.
type Origin struct {
	Source string `json:"source"` // the source's kind: "postgres"
	Table  string `json:"table"`  // table or file
	Key    string `json:"key"`    // row key; for files empty
	// Running is true for what was read from the store that gateways run. Where several sights of one object differ,
	// this one is shown.
	Running bool `json:"running"`
	// Locate turns a JSON pointer into a position in a file; nil where table and key say the place. It must work after
	// the stream has moved on.
	Locate func(pointer string) Position `json:"-"`
}

// At returns the place of a part of the resource, by its JSON pointer; that of the whole for an empty one.
func (o Origin) At(pointer string) Place {
	if o.Locate != nil {
		return Place{Source: o.Source, Position: o.Locate(pointer), Pointer: pointer}
	}
	return Place{Source: o.Source, Table: o.Table, Key: o.Key, Pointer: pointer}
}

// Where returns the same in words.
func (o Origin) Where(pointer string) string { return o.At(pointer).String() }

// Resource is one resource while it streams by. It and everything reached through it are valid only during the call
// that hands it out; [Resource.Subject] makes a copy to keep. Nothing in it may be changed.
type Resource struct {
	Kind   Kind
	Group  Group
	ID     string
	Origin Origin
	// Body is the resource as one JSON object. Field names are those of the Admin API or, for what gateways read,
	// those of APISIX; a relational row has its columns as fields, JSON columns as JSON.
	Body []byte
	// Damage says why the row could not be read; Body is then not to be used. A damaged row makes its kind incomplete.
	Damage string

	scan scan
}

// Ref returns the identity of r.
func (r *Resource) Ref() Ref { return Ref{Kind: r.Kind, Group: r.Group.ShortID, ID: r.ID} }

// Name returns the resource's name, or its id where it has none.
func (r *Resource) Name() string {
	for _, key := range []string{"name", "username", "hostname"} {
		if name, ok := r.Field(key).Text().Known(); ok && name != "" {
			return name
		}
	}
	return r.ID
}

// Labels returns the owner's labels; list values are joined by commas. Labels that cannot be read are left out,
// because they only decorate a finding.
func (r *Resource) Labels() map[string]string {
	members, ok := r.Field("labels").Members().Known()
	if !ok || len(members) == 0 {
		return nil
	}
	labels := make(map[string]string, len(members))
	for _, m := range members {
		if text, ok := m.Value.Text().Known(); ok {
			labels[m.Key] = text
		} else if list, ok := m.Value.Strings().Known(); ok {
			labels[m.Key] = strings.Join(list, ",")
		}
	}
	return labels
}

// Field returns a top-level field of the body. [Resource.Read] must have succeeded before.
func (r *Resource) Field(name string) Value { return r.scan.field(r.Body, name) }

// Plugins returns the plugins that the body attaches, wherever they sit in it, as far as the Reader was asked for
// their names.
func (r *Resource) Plugins() []Plugin { return r.scan.plugins }

// Subject is what a finding keeps of a resource.
type Subject struct {
	Ref    Ref
	Group  Group
	Name   string
	Labels map[string]string
	Origin Origin
}

// Subject copies the identity of r, to be kept after the call.
func (r *Resource) Subject() Subject {
	group := Group{ID: strings.Clone(r.Group.ID), ShortID: strings.Clone(r.Group.ShortID), Name: strings.Clone(r.Group.Name)}
	origin := r.Origin
	origin.Key = strings.Clone(origin.Key)
	ref := Ref{Kind: r.Kind, Group: group.ShortID, ID: strings.Clone(r.ID)}
	return Subject{Ref: ref, Group: group, Name: strings.Clone(r.Name()), Labels: r.Labels(), Origin: origin}
}
