package adc

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // ADC makes its ids with it; nothing is kept safe by them
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

// entry is a node and the JSON pointer to it in its part of the file.
type entry struct {
	node yamlfile.Node
	base string
}

// under returns the elements of the list under a key.
func (e entry) under(key string) []entry {
	items := e.node.Get(key).Items()
	entries := make([]entry, len(items))
	for i, n := range items {
		entries[i] = entry{node: n, base: e.base + "/" + key + "/" + strconv.Itoa(i)}
	}
	return entries
}

// owner is the object that another one belongs to.
type owner struct{ id, name string }

// body is the JSON object of a resource while it is being written.
type body struct{ text []byte }

func (b *body) key(key string) {
	b.text = append(b.text, "{,"[min(len(b.text), 1)])
	b.text = append(yamlfile.AppendQuoted(b.text, key), ':')
}

func (b *body) add(key string, value []byte) {
	b.key(key)
	b.text = append(b.text, value...)
}

func (b *body) addText(key, text string) {
	b.key(key)
	b.text = yamlfile.AppendQuoted(b.text, text)
}

func (b *body) addNode(key string, n yamlfile.Node) {
	b.key(key)
	b.text = n.AppendJSON(b.text)
}

// end returns the object. It must have at least one member.
func (b *body) end() []byte { return bytes.Clone(append(b.text, '}')) }

// body returns an empty body that reuses the memory of the previous one.
func (r *reader) body() *body {
	r.scratch.text = r.scratch.text[:0]
	return &r.scratch
}

// identity returns the id of an object, its own or the one that ADC computes from the names, and its name.
func (r *reader) identity(e entry, parent string) (id, text string, ok bool) {
	id, text = e.node.Get("id").Text(), e.node.Get("name").Text()
	if e.node.Get("id").Null() {
		id = ""
	}
	if e.node.Get("name").Null() {
		text = ""
	}
	if id != "" {
		return id, text, true
	}
	return r.compute(parent, text), text, text != ""
}

// compute returns the id that ADC computes: the SHA-1 of the name, prefixed with the owner's.
func (r *reader) compute(parent, text string) string {
	r.computed = r.computed || text != ""
	if parent != "" {
		text = parent + "." + text
	}
	sum := sha1.Sum([]byte(text)) //nolint:gosec // as above
	return hex.EncodeToString(sum[:])
}

// fields writes the members of e, except those in without, under their names in the Admin API.
func (r *reader) fields(b *body, e entry, without ...string) {
	for _, m := range e.node.Members() {
		switch {
		case slices.Contains(without, m.Key):
		case m.Key == "description":
			b.addNode("desc", m.Value)
		case m.Key == "labels":
			b.add(m.Key, labels(m.Value))
		case m.Key == "name" && m.Value.Kind() == yamlfile.Scalar && !m.Value.Null():
			b.addText(m.Key, m.Value.Text())
		default:
			b.addNode(m.Key, m.Value)
			if m.Key != "plugins" && carriesPlugins(m.Value) {
				line, column := r.file.parts[r.index].place(m.KeyLine, m.KeyColumn)
				r.gap("", r.file.at(line, column), "plugins where ADC dumps have none: they were not examined")
			}
		}
	}
}

// labels returns labels with lists as text, which is how the control plane keeps them.
func labels(n yamlfile.Node) []byte {
	if n.Kind() != yamlfile.Map {
		return n.JSON()
	}
	var b body
	for _, m := range n.Members() {
		value := m.Value.JSON()
		if m.Value.Kind() == yamlfile.List {
			value = yamlfile.AppendQuoted(nil, string(value))
		}
		b.add(m.Key, value)
	}
	if len(b.text) == 0 {
		return []byte("{}")
	}
	return b.end()
}

// carriesPlugins reports whether n contains, at any depth, a member named plugins that is not empty.
func carriesPlugins(n yamlfile.Node) bool {
	for _, m := range n.Members() {
		if m.Key == "plugins" && !empty(m.Value) || carriesPlugins(m.Value) {
			return true
		}
	}
	return slices.ContainsFunc(n.Items(), carriesPlugins)
}

// place returns the position in the file of a node in the current part.
func (r *reader) place(n yamlfile.Node) (line, column int) {
	return r.file.parts[r.index].place(max(n.Line(), 1), max(n.Column(), 1))
}

// keep adds a record.
func (r *reader) keep(rec *record) {
	rec.file, rec.part = r.file, r.index
	r.size += len(rec.body)
	r.records = append(r.records, rec)
}

// emit keeps the resource in an entry.
func (r *reader) emit(kind estate.Kind, id string, e entry, b *body, n name) {
	line, column := r.place(e.node)
	r.keep(&record{kind: kind, id: id, name: n, body: b.end(), base: e.base, line: line, column: column})
}

// damaged keeps an entry that cannot be read.
func (r *reader) damaged(kind estate.Kind, e entry, why string) {
	line, column := r.place(e.node)
	r.keep(&record{kind: kind, damage: why, base: e.base, line: line, column: column})
}

// plain reports whether e is a map. Anything else is kept as damaged.
func (r *reader) plain(kind estate.Kind, e entry) bool {
	if e.node.Kind() != yamlfile.Map {
		r.damaged(kind, e, "not a map of fields")
		return false
	}
	return true
}

// lists records a gap for every member that should be a list of objects and is not.
func (r *reader) lists(e entry, keys ...string) {
	for _, key := range keys {
		if n := e.node.Get(key); n.Kind() != yamlfile.List && !empty(n) {
			line, column := r.place(n)
			r.gap(strings.ReplaceAll(key, "_", " ")+" at ", r.file.at(line, column), "not a list: its contents were not examined")
		}
	}
}
