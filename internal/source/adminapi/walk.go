package adminapi

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
)

// maxReadings is the number of times that a list is read before it counts as one that does not hold still.
const maxReadings = 3

// read reads a list, starting with its first page, and calls each once for every object. short says what was not
// received; "" means that every object that was there all the time was received.
//
// Pages are separate answers, and what changes between them moves objects over their edges: some come twice, others
// never. A list is complete only if it can be shown to have held still: no object came on two pages, there are as many
// as the list says on each page, and each page still ends with the same object when it is looked at again. That alone
// shows that one was deleted and another created in between, because the number is the same then. Otherwise the list is
// read again, a few times.
func (c *client) read(ctx context.Context, l list, first page, each func(json.RawMessage) error) (short string, err error) {
	w := walker{client: c, list: l, given: map[string]int{}, each: each}
	for n := 1; ; n++ {
		short, err := w.once(ctx, first)
		switch {
		case err != nil || short == "":
			return "", err
		case w.endless:
			return short, nil
		case n == maxReadings:
			return fmt.Sprintf("the list changed while it was read, each of %d times: %s", n, short), nil
		}
		if first, err = c.page(ctx, l, 1); err != nil {
			return "", err
		}
	}
}

// walker is the state of reading a list.
type walker struct {
	client  *client
	list    list
	each    func(json.RawMessage) error
	given   map[string]int // how often each object was passed on: more than once only if one page has it more than once
	endless bool
}

// walk is one reading of all pages.
type walk struct {
	on       map[string]int // the page of each object
	pages    []edge
	received int64 // without those that came on an earlier page
	again    int64 // that came on an earlier page
	moved    bool  // the pages do not agree about the total
	whole    bool  // the server does not divide the list into pages
}

// edge is what is known of a page once it is read.
type edge struct {
	items int
	total int64
	names []string // of the first two pages, which are the same if the server does not divide the list
	last  string
}

// once reads all pages, and says what shows that some objects were not received.
func (w *walker) once(ctx context.Context, first page) (short string, err error) {
	k := walk{on: map[string]int{}}
	for pg, n := first, 1; ; n++ {
		fresh, err := w.take(&k, pg, n)
		if err != nil {
			return "", err
		}
		if k.received >= maxItems {
			w.endless = true
			return fmt.Sprintf("no end after %d objects", k.received), nil
		}
		if k.ended(fresh) {
			break
		}
		if pg, err = w.client.page(ctx, w.list, n+1); err != nil {
			return "", err
		}
	}
	if short := k.short(); short != "" {
		return short, nil
	}
	return w.look(ctx, &k)
}

// take passes on what a page has, and returns how many of it are on no earlier page.
func (w *walker) take(k *walk, pg page, n int) (fresh int, err error) {
	here := map[string]int{}
	e := edge{items: len(pg.items), total: pg.total}
	for _, item := range pg.items {
		if e.last = name(item); n <= 2 {
			e.names = append(e.names, e.last)
		}
		if on, known := k.on[e.last]; known && on != n {
			k.again++
			continue
		}
		k.on[e.last] = n
		fresh++
		k.received++
		if here[e.last]++; here[e.last] <= w.given[e.last] {
			continue // passed on in an earlier reading
		}
		w.given[e.last]++
		if err := w.each(item); err != nil {
			return fresh, err
		}
	}
	if n > 1 && pg.total != k.pages[0].total {
		k.moved = true
	}
	k.pages = append(k.pages, e)
	return fresh, nil
}

// ended reports whether the page that was taken last is the last one. A full page never is, whatever the total says.
func (k *walk) ended(fresh int) bool {
	n := len(k.pages)
	e, first := k.pages[n-1], k.pages[0]
	switch {
	case e.items == 0:
		return true
	case n == 1 && e.items > pageSize && e.total == k.received, n == 2 && slices.Equal(e.names, first.names):
		k.whole = true // every page has everything
		return true
	case fresh == 0:
		return true
	case e.items >= pageSize || n > 1 && e.items >= first.items:
		return false
	case first.total < 0 || first.total < k.received:
		return e.items < leastPage
	}
	return k.received >= first.total
}

// short says what shows that the pages do not fit together.
func (k *walk) short() string {
	total := k.pages[0].total
	switch {
	case total >= 0 && k.received < total:
		return fmt.Sprintf("%d of %d received", k.received, total)
	case total >= 0 && k.received > total:
		return fmt.Sprintf("%d received, and it says that it has %d", k.received, total)
	case k.moved:
		return "its total is not the same on every page"
	case k.again > 0 && !k.whole:
		return "objects came on two pages"
	}
	return ""
}

// look gets each page but the last again, and says whether its edge has moved.
func (w *walker) look(ctx context.Context, k *walk) (short string, err error) {
	if k.whole {
		return "", nil
	}
	for i, e := range k.pages {
		if i == len(k.pages)-1 || k.pages[i+1].items == 0 {
			break
		}
		pg, err := w.client.page(ctx, w.list, i+1)
		if err != nil {
			return "", err
		}
		if len(pg.items) != e.items || pg.total != e.total || name(pg.items[e.items-1]) != e.last {
			return "objects moved from page to page", nil
		}
	}
	return "", nil
}
