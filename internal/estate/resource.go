package estate

import (
	"strings"
)

// Group names a gateway group; unknown fields are empty. ShortID is part of every key that gateways read, so it
// identifies published resources. The Admin API wants the ID; people know the Name.
type Group struct {
	ID      string `json:"id"`
	ShortID string `json:"short_id"`
	Name    string `json:"name"`
}

// Label returns the group's name in reports: its name, else its short id, else its id.
func (g Group) Label() string {
	switch {
	case g.Name != "":
		return g.Name
	case g.ShortID != "":
		return g.ShortID
	}
	return g.ID
}

// Ref identifies a resource across runs and sources. Group is the gateway group's short id; empty if the resource
// belongs to none.
type Ref struct {
	Kind  Kind
	Group string
	ID    string
}

// Origin is the place a resource was read from.
type Origin struct {
	Source string `json:"source"` // the source's kind: "postgres"
	Table  string `json:"table"`  // table or file
	Key    string `json:"key"`    // row key; empty for files
	// Running is true if it was read from the store that gateways run. Where copies of one object differ, this one is
	// shown.
	Running bool `json:"running"`
	// Locate returns the position of a JSON pointer in a file; nil if Table and Key are the place. It must keep
	// working after the stream has moved on.
	Locate func(pointer string) Position `json:"-"`
}

// At returns the place of a part of the resource, given by its JSON pointer; an empty pointer means the whole.
func (o Origin) At(pointer string) Place {
	if o.Locate != nil {
		return Place{Source: o.Source, Position: o.Locate(pointer), Pointer: pointer}
	}
	return Place{Source: o.Source, Table: o.Table, Key: o.Key, Pointer: pointer}
}

// Where returns the place that [Origin.At] returns, in words.
func (o Origin) Where(pointer string) string { return o.At(pointer).String() }

// Resource is one resource as it streams by. It and everything reached through it are valid only during the call that
// passes it, and must not be changed. [Resource.Subject] makes a copy to keep.
type Resource struct {
	Kind   Kind
	Group  Group
	ID     string
	Origin Origin
	// Body is the resource as one JSON object. Fields are named as in the Admin API or, in what gateways read, as in
	// APISIX. A row of a table has its columns as fields, JSON columns as JSON.
	Body []byte
	// Damage says why the row could not be read; empty if it could. If it is set, Body must not be used, and the kind
	// is incomplete.
	Damage string

	scan scan
}

// Ref returns the identity of r.
func (r *Resource) Ref() Ref { return Ref{Kind: r.Kind, Group: r.Group.ShortID, ID: r.ID} }

// nameFields are the fields that can hold a resource's name, the best first.
var nameFields = []string{"name", "username", "hostname"}

// Name returns the resource's name, or its id if it has none.
func (r *Resource) Name() string {
	for _, key := range nameFields {
		if name, ok := r.Field(key).Text().Known(); ok && name != "" {
			return name
		}
	}
	return r.ID
}

// Labels returns the resource's own labels: see [Value.Labels].
func (r *Resource) Labels() map[string]string { return r.Field("labels").Labels() }

// Labels returns the labels that v holds; list values are joined with commas. What replaces a hidden value stays, so that
// the label does not seem to be missing. Other unreadable labels are left out: they only decorate a finding.
func (v Value) Labels() map[string]string {
	members, ok := v.Members().Known()
	if !ok || len(members) == 0 {
		return nil
	}
	labels := make(map[string]string, len(members))
	for _, m := range members {
		if text, ok := m.Value.written(); ok {
			labels[m.Key] = text
		}
	}
	return labels
}

// Field returns a top-level field of the body. [Reader.Read] must have succeeded first.
func (r *Resource) Field(name string) Value { return r.scan.field(r.Body, name) }

// Plugins returns the attachments in the body, nested ones included, of the plugins that the Reader was made for.
func (r *Resource) Plugins() []Plugin { return r.scan.plugins }

// Subject is the part of a resource that a finding keeps.
type Subject struct {
	Ref     Ref
	Group   Group
	Name    string
	Labels  map[string]string
	Origin  Origin
	Parent  string // see [Resource.Parent]
	Version string // see [Resource.Version]
}

// Version returns the id of the version of a service template that a resource of [History] belongs to. It is empty if
// the resource does not say it, and for every other state.
func (r *Resource) Version() string {
	switch r.Kind { //nolint:exhaustive // the others have no past
	case ServiceVersion:
		return r.ID
	case RouteVersion:
		return r.Field("service_version_id").Word()
	}
	return ""
}

// Subject copies the identity of r, to keep after the call.
func (r *Resource) Subject() Subject {
	group := Group{ID: strings.Clone(r.Group.ID), ShortID: strings.Clone(r.Group.ShortID), Name: strings.Clone(r.Group.Name)}
	origin := r.Origin
	origin.Key = strings.Clone(origin.Key)
	ref := Ref{Kind: r.Kind, Group: group.ShortID, ID: strings.Clone(r.ID)}
	return Subject{
		Ref: ref, Group: group, Name: strings.Clone(r.Name()), Labels: r.Labels(), Origin: origin,
		Parent: strings.Clone(r.Parent()), Version: strings.Clone(r.Version()),
	}
}
