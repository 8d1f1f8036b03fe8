package adminapi

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

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
	query := l.ordered()
	query.Set("page", strconv.Itoa(n))
	query.Set("page_size", strconv.Itoa(pageSize))
	body, err := c.get(ctx, l, query)
	if err != nil {
		return page{}, err
	}
	return parsePage(body)
}

// begin gets the first page of a list, or of the other list if the control plane does not have this one. It returns
// the list that the page is of.
func (c *client) begin(ctx context.Context, l list) (list, page, error) {
	first, err := c.page(ctx, l, 1)
	if no := refused(err); l.or != nil && no != nil && no.status == http.StatusNotFound {
		return c.begin(ctx, *l.or)
	}
	return l, first, err
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
		if id := v.Get(key).Word(); id != "" {
			return id
		}
	}
	return string(item)
}
