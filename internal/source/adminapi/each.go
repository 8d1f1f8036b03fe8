package adminapi

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/plural"
)

// maxSick is the number of failures of one address in a row after which it is not asked any more. What fails for three
// objects fails for the rest too, and each failure costs a few attempts.
const maxSick = 3

// circuit is how one address answers. It counts failures in the order of the objects, not in that of the answers, so
// that two runs give up at the same object.
type circuit struct {
	kinds   []estate.Kind
	sick    int    // consecutive failures after which the next request is likely to fail too
	why     string // the last failure
	skipped int    // lists that were not asked for
}

func (c *circuit) open() bool { return c.sick >= maxSick }

func (r *reading) circuit(at *endpoint) *circuit {
	c := r.circuits[at]
	if c == nil {
		c = &circuit{}
		r.circuits[at] = c
	}
	return c
}

// each reads lists of one address, several at a time, and calls item for every object, in the order of the lists. i is
// the number of the list. A list that cannot be read is a gap of kinds; after a few failures in a row the rest of the
// address is one gap.
func (r *reading) each(ctx context.Context, kinds []estate.Kind, lists []list, item func(i int, l list, o json.RawMessage) error) error {
	if len(lists) == 0 {
		return nil
	}
	c := r.circuit(lists[0].at)
	c.kinds = kinds
	if c.open() {
		c.skipped += len(lists)
		return nil
	}
	return r.src.client.ahead(ctx, lists, func(i int, l list, first page, err error) (more bool, _ error) {
		if err == nil {
			err = r.whole(ctx, kinds, l, first, func(o json.RawMessage) error { return item(i, l, o) })
		}
		if err = r.spoilt(c, l, err); err != nil {
			return false, err
		}
		if c.open() {
			c.skipped += len(lists) - i - 1
		}
		return !c.open(), nil
	})
}

// whole reads a list, starting with its first page.
func (r *reading) whole(ctx context.Context, kinds []estate.Kind, l list, first page, item func(json.RawMessage) error) error {
	short, err := r.src.client.read(ctx, l, first, item)
	if err == nil && short != "" {
		r.gap(kinds, l.gap(estate.Refused, short, againHint))
	}
	return err
}

// spoilt records a refusal as a gap, and returns any other error, which ends the run.
func (r *reading) spoilt(c *circuit, l list, err error) error {
	no := refused(err)
	if no == nil || !no.sick() {
		c.sick = 0
	} else {
		c.sick++
		c.why = no.why
	}
	if no == nil {
		return err
	}
	r.gap(c.kinds, l.gap(no.cause(), no.why, no.next(l.at.action)))
	return nil
}

// cut records a gap for each address that was given up.
func (r *reading) cut() {
	addresses := slices.SortedFunc(maps.Keys(r.circuits), func(a, b *endpoint) int { return cmp.Compare(a.path, b.path) })
	for _, at := range addresses {
		c := r.circuits[at]
		if c.skipped == 0 {
			continue
		}
		why := fmt.Sprintf("not asked for, because the control plane failed %d times in a row: %s", maxSick, c.why)
		r.gap(c.kinds, estate.Gap{
			ID: estate.Refused, What: plural.Of(c.skipped, "more list", "more lists") + " like " + at.path, Why: why,
			Next: "see the control plane's log, and run again", Of: at.of, Plain: why,
		})
	}
}
