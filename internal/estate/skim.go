package estate

import (
	"maps"
	"slices"
)

// Wish is what a rule looks at of the resources that carry a plugin.
type Wish struct {
	// Kinds are the kinds of resources on which it looks at the plugin.
	Kinds []Kind
	// If selects the attachments that concern it; nil: all do. A source may call it at any time, from any goroutine.
	If func(Plugin) bool
	// Named means that, of such a resource, it looks only at the kind, the gateway group, the id, the name, and those
	// attachments.
	Named bool
}

// Skimmer leaves out what no rule looks at, for a source that has to keep resources before it can yield them. It is for
// one goroutine.
type Skimmer struct {
	need   Need
	reader *Reader
	res    Resource
	cut    []byte
}

// NewSkimmer returns a Skimmer for a need.
func NewSkimmer(need Need) *Skimmer {
	return &Skimmer{need: need, reader: NewReader(slices.Sorted(maps.Keys(need.Plugins)))}
}

// Skim returns what rules look at of the body of a resource: nothing, all of it, or a body of its name and some of its
// plugins, from which no rule can tell that it is not the whole. A body that cannot be read is returned as it is. id may
// contain more than the resource's id, such as its whole key. The result is valid until the next call.
func (s *Skimmer) Skim(kind Kind, id string, body []byte) []byte {
	if s.need.Direct == nil || s.need.Direct[kind] {
		return body
	}
	s.res.Kind, s.res.ID, s.res.Body = kind, id, body
	if s.reader.Read(&s.res) != nil || slices.ContainsFunc(s.need.Sieves[kind], func(one Sieve) bool { return one.Selects(&s.res) }) {
		return body
	}
	s.cut = s.cut[:0]
	for _, p := range s.res.scan.plugins {
		wished, named := s.need.wished(kind, p)
		switch {
		case !wished:
			continue
		case !named || p.Nested():
			return body
		case len(s.cut) == 0:
			s.begin()
		default:
			s.cut = append(s.cut, ',')
		}
		s.member(p.Name, p.Conf)
	}
	if len(s.cut) == 0 {
		return nil
	}
	s.cut = append(s.cut, `}}`...)
	return s.cut
}

// wished reports whether a rule looks at an attachment, and whether all that do look at no more than the name besides.
func (n Need) wished(k Kind, p Plugin) (wished, named bool) {
	for _, w := range n.Plugins[p.Name] {
		if slices.Contains(w.Kinds, k) && (w.If == nil || w.If(p)) {
			if wished = true; !w.Named {
				return true, false
			}
		}
	}
	return wished, true
}

// begin writes the fields that can hold the name, and the beginning of the plugins.
func (s *Skimmer) begin() {
	s.cut = append(s.cut, '{')
	for _, key := range nameFields {
		if v := s.res.Field(key); v.raw != nil {
			s.member(key, v)
			s.cut = append(s.cut, ',')
		}
	}
	s.cut = append(s.cut, `"plugins":{`...)
}

// member writes a member of an object. The key is one that needs no escapes.
func (s *Skimmer) member(key string, v Value) {
	s.cut = append(append(append(append(s.cut, '"'), key...), '"', ':'), v.raw...)
}
