package adminapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"strconv"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// list is a paginated list of the Admin API.
type list struct {
	path  string
	query url.Values
}

const (
	pageSize = 100
	// leastPage is the smallest page size of any server. A shorter page is the last one, even if the server does not
	// say how many items there are.
	leastPage = 10
	// maxItems ends a list that never ends. No installation that can be read through the Admin API has a longer one.
	maxItems = 500_000
)

// page is one page of a list.
type page struct {
	items []json.RawMessage
	total int64 // -1: unknown
}

// page gets page n of a list; pages count from 1.
func (c *client) page(ctx context.Context, l list, n int) (page, error) {
	query := maps.Clone(l.query)
	if query == nil {
		query = url.Values{}
	}
	query.Set("page", strconv.Itoa(n))
	query.Set("page_size", strconv.Itoa(pageSize))
	body, err := c.get(ctx, l.path, query)
	if err != nil {
		return page{}, err
	}
	return parsePage(body)
}

// parsePage reads {"list": […], "total": n}. Lua writes an empty list as {}.
func parsePage(body []byte) (page, error) {
	var envelope struct {
		List  json.RawMessage `json:"list"`
		Total json.RawMessage `json:"total"`
	}
	if err := parse(body, &envelope); err != nil {
		return page{}, err
	}
	p := page{total: -1}
	switch {
	case envelope.List == nil:
		return p, &refusal{why: "the answer has no list", alien: true}
	case estate.NewValue(envelope.List).Empty():
	case json.Unmarshal(envelope.List, &p.items) != nil:
		return p, &refusal{why: "the answer's list is not a list", alien: true}
	}
	if total, err := strconv.ParseInt(string(envelope.Total), 10, 64); err == nil && total >= 0 {
		p.total = total
	}
	return p, nil
}

// parse decodes an answer.
func parse(body []byte, into any) error {
	text := bytes.TrimSpace(body)
	if len(text) > 0 && text[0] == '<' {
		return &refusal{why: "the answer is a web page", alien: true}
	}
	if len(text) == 0 || text[0] != '{' || json.Unmarshal(text, into) != nil {
		return &refusal{why: "the answer is not the JSON that the Admin API sends", alien: true}
	}
	return nil
}

// name returns what distinguishes an item in its list.
func name(item json.RawMessage) string {
	v := estate.NewValue(item)
	for _, key := range []string{"id", "username", "name"} {
		if id := word(v.Get(key)); id != "" {
			return id
		}
	}
	return string(item)
}

// word returns a text or a number as text; "" for anything else.
func word(v estate.Value) string {
	if text, ok := v.Text().Known(); ok {
		return text
	}
	number, _ := v.Number().Known()
	return number.String()
}

// walk reads a list, starting with its first page. It does not trust the server to return the requested pages: it
// ends when it has received all items, receives none, or receives some again. short says what was not received; ""
// means nothing.
func (c *client) walk(ctx context.Context, l list, first page, each func(json.RawMessage) error) (short string, err error) {
	w := walker{seen: map[string]bool{}, each: each}
	changed := false
	for pg, n := first, 1; ; n++ {
		done, err := w.page(pg)
		if err != nil {
			return "", err
		}
		if done {
			break
		}
		if w.received >= maxItems {
			return fmt.Sprintf("no end after %d objects", w.received), nil
		}
		next, err := c.page(ctx, l, n+1)
		if err != nil {
			return "", err
		}
		changed = changed || next.total != pg.total
		pg = next
	}
	switch {
	case changed:
		return "the list changed while it was read", nil
	case first.total > w.received:
		return fmt.Sprintf("%d of %d received", w.received, first.total), nil
	}
	return "", nil
}

// walker is the state of reading a list.
type walker struct {
	seen     map[string]bool // the first items of pages
	received int64
	each     func(json.RawMessage) error
}

// page passes on the items of a new page, and reports whether it is the last.
func (w *walker) page(pg page) (done bool, err error) {
	if len(pg.items) == 0 {
		return true, nil
	}
	begin := name(pg.items[0])
	if w.seen[begin] {
		return true, nil
	}
	w.seen[begin] = true
	for _, item := range pg.items {
		w.received++
		if err := w.each(item); err != nil {
			return false, err
		}
	}
	if pg.total < 0 {
		return len(pg.items) < leastPage, nil
	}
	return w.received >= pg.total, nil
}
