package archive

import "bytes"

// attach records what ALTER TABLE … ATTACH PARTITION says; other statements say nothing.
func (c *catalog) attach(database, path string, text []byte) {
	at := &cursor{b: text}
	if !at.words("ALTER", "TABLE") {
		return
	}
	at.words("ONLY")
	schema, name, ok := at.name()
	if !ok || !at.words("ATTACH", "PARTITION") {
		return
	}
	partSchema, part, ok := at.name()
	if !ok {
		return
	}
	if c.attached == nil {
		c.attached = map[tableKey]tableKey{}
	}
	c.attached[tableKey{database, or(partSchema, path), part}] = tableKey{database, or(schema, path), name}
}

// attachAll does so for every statement in the definition of a table, one of which pg_dump 10 to 13 writes there.
func (c *catalog) attachAll(database, path string, text []byte) {
	start := []byte("ALTER TABLE ")
	for i := bytes.Index(text, start); i >= 0; i = bytes.Index(text, start) {
		c.attach(database, path, text[i:])
		text = text[i+len(start):]
	}
}

// isPart reports whether part is a partition of root, or of one of its partitions, or inherits from it.
func (c *catalog) isPart(part, root tableKey) bool {
	for range maxParents {
		parent, ok := c.attached[part]
		if i, known := c.index[part]; !ok && known && c.facts[i].def != nil && len(c.facts[i].def.parents) > 0 {
			p := c.facts[i].def.parents[0]
			parent, ok = tableKey{part.database, p[0], p[1]}, true
		}
		if !ok {
			return false
		}
		if parent == root {
			return true
		}
		part = parent
	}
	return false
}
