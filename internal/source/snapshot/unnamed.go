package snapshot

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/redact"
)

// heldUnnamed is the number of resources with hidden ids that are held before they get their numbers.
const heldUnnamed = 4096

// unnamed numbers the ids that are hidden, so that objects stay apart, and what several tables show of one object stays
// together. Numbers follow the order of the ids, not that of reading, unless there are very many.
type unnamed struct {
	numbers map[string]int // by what is hidden
	held    []nameless
	size    int // bytes of their bodies
}

// nameless is a line without its numbers, and the ids that are hidden in it.
type nameless struct {
	kind  estate.Kind
	line  Resource
	id    string
	group estate.Group
}

// hides reports whether a line hides an id that the resource shows.
func hides(r *estate.Resource, line Resource) bool { return line.ID != r.ID || line.Group != r.Group }

func (u *unnamed) add(r *estate.Resource, line Resource, keep func(estate.Kind, Resource) error) error {
	line.Damage, line.Origin.Key = strings.Clone(line.Damage), strings.Clone(line.Origin.Key) // valid only during the call
	line.ID, line.Group = strings.Clone(line.ID), clone(line.Group)
	u.held = append(u.held, nameless{r.Kind, line, strings.Clone(r.ID), clone(r.Group)})
	u.size += len(line.Body)
	if len(u.held) < heldUnnamed && u.size < held {
		return nil
	}
	return u.flush(keep)
}

func clone(g estate.Group) estate.Group {
	return estate.Group{ID: strings.Clone(g.ID), ShortID: strings.Clone(g.ShortID), Name: strings.Clone(g.Name)}
}

// flush keeps the lines that are held, with numbers.
func (u *unnamed) flush(keep func(estate.Kind, Resource) error) error {
	if len(u.held) == 0 {
		return nil
	}
	u.number()
	for _, n := range u.held {
		n.line.ID = u.distinct(n.line.ID, n.id)
		n.line.Group.ID = u.distinct(n.line.Group.ID, n.group.ID)
		n.line.Group.ShortID = u.distinct(n.line.Group.ShortID, n.group.ShortID)
		n.line.Group.Name = u.distinct(n.line.Group.Name, n.group.Name)
		if err := keep(n.kind, n.line); err != nil {
			return err
		}
	}
	u.held, u.size = nil, 0
	return nil
}

// number gives every id that is hidden a number.
func (u *unnamed) number() {
	if u.numbers == nil {
		u.numbers = map[string]int{}
	}
	more := map[string]bool{}
	for _, n := range u.held {
		for _, id := range []string{n.id, n.group.ID, n.group.ShortID, n.group.Name} {
			if u.numbers[id] == 0 && redact.Text(id) != id {
				more[id] = true
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(more)) {
		u.numbers[id] = len(u.numbers) + 1
	}
}

// distinct returns an id as it is shown, with its number if something in it is hidden.
func (u *unnamed) distinct(shown, id string) string {
	if shown == id {
		return shown
	}
	return shown + " " + strconv.Itoa(u.numbers[id])
}
