package archive

import "slices"

// isPart reports whether part is a partition of root, or of one of its partitions, or inherits from it, as far as the
// statements so far say.
func (c *catalog) isPart(part, root tableKey) bool {
	for range maxParents {
		parent, ok := c.parentOf(part)
		if !ok || parent == root {
			return ok
		}
		part = parent
	}
	return false
}

// parentOf returns the first table whose rows include those of k.
func (c *catalog) parentOf(k tableKey) (tableKey, bool) {
	if i := slices.IndexFunc(c.links, func(l link) bool { return l.child == k }); i >= 0 {
		return c.links[i].parent, true
	}
	i, known := c.index[k]
	if !known || c.facts[i].def == nil || len(c.facts[i].def.parents) == 0 {
		return tableKey{}, false
	}
	p := c.facts[i].def.parents[0]
	return tableKey{k.database, p[0], p[1]}, true
}
