package adminapi

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

const (
	maxAnswer   = 32 << 20 // bytes in one page
	maxAttempts = 5
	maxPatience = 2 // attempts if there is no answer in time: another one costs as much again
	firstDelay  = 250 * time.Millisecond
	maxDelay    = 60 * time.Second // also limits Retry-After
)

// client sends requests at a limited pace, and retries them where that may help.
type client struct {
	base    *url.URL
	http    *http.Client
	slots   chan struct{} // one for each request in progress
	pace    pacer
	timeout time.Duration
	now     func() time.Time
	sleep   func(context.Context, time.Duration) error
	log     requestLog
	sent    atomic.Int64 // requests
}

func newClient(cfg Config, base *url.URL, t http.RoundTripper) *client {
	return &client{
		base: base, http: &http.Client{Transport: t, CheckRedirect: redirect},
		slots:   make(chan struct{}, cfg.Concurrency),
		pace:    pacer{gap: time.Duration(float64(time.Second) / cfg.Rate), now: cfg.Now, sleep: cfg.Sleep},
		timeout: cfg.Timeout, now: cfg.Now, sleep: cfg.Sleep,
	}
}

// get returns the body of a successful answer. For any other answer the error is a *refusal, for a lost connection an
// *estate.OpenError.
func (c *client) get(ctx context.Context, l list, query url.Values) ([]byte, error) {
	body, err := c.persist(ctx, l.path, query)
	c.log.note(l.at.path, err)
	return body, err
}

// persist sends a request, and retries it where that may help.
func (c *client) persist(ctx context.Context, path string, query url.Values) ([]byte, error) {
	target := c.base.String() + path
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	for attempt := 1; ; attempt++ {
		body, again, err := c.try(ctx, target)
		if err == nil {
			return body, nil
		}
		if ctx.Err() != nil {
			return nil, fmt.Errorf("asking the Admin API: %w", ctx.Err())
		}
		no := refused(err)
		if !again.allowed || attempt == maxAttempts || no != nil && no.slow && attempt == maxPatience {
			return nil, err
		}
		if err := c.sleep(ctx, again.delay(attempt)); err != nil {
			return nil, err
		}
	}
}

// retry says whether and when a request may be sent again.
type retry struct {
	allowed bool
	after   time.Duration // requested by the server
}

// delay returns the wait before an attempt. It doubles each time and has a random part, so that several readers do
// not return at the same time.
func (r retry) delay(attempt int) time.Duration {
	if r.after > 0 {
		return min(r.after, maxDelay)
	}
	whole := firstDelay << (attempt - 1)
	return whole/2 + rand.N(whole/2) //nolint:gosec // spreads load, is no secret
}

// try sends one request.
func (c *client) try(ctx context.Context, target string) (body []byte, again retry, err error) {
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	case <-ctx.Done():
		return nil, retry{}, fmt.Errorf("asking the Admin API: %w", ctx.Err())
	}
	if err := c.pace.wait(ctx); err != nil {
		return nil, retry{}, err
	}
	estate.Tell(ctx, estate.Progress{Source: kindName, Requests: c.sent.Add(1)})
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return nil, retry{}, &refusal{why: "the address cannot be built"}
	}
	resp, err := c.http.Do(req)
	if err != nil {
		allowed, err := c.failure(err)
		return nil, retry{allowed: allowed}, err
	}
	defer func() { _ = resp.Body.Close() }()
	return c.answer(resp)
}

// answer reads a response.
func (c *client) answer(resp *http.Response) ([]byte, retry, error) {
	if resp.StatusCode != http.StatusOK {
		r := &refusal{status: resp.StatusCode, why: "the control plane answers " + statusText(resp.StatusCode)}
		busy := resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode >= 500
		return nil, retry{allowed: busy, after: c.retryAfter(resp.Header.Get("Retry-After"))}, r
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case isTimeout(err):
		return nil, retry{allowed: true}, c.slow()
	case err != nil:
		return nil, retry{allowed: true}, &refusal{why: "the answer is cut off"}
	case len(body) > maxAnswer:
		return nil, retry{}, &refusal{why: fmt.Sprintf("the answer is larger than %d MiB and was not read", maxAnswer>>20)}
	}
	return body, retry{}, nil
}

func (c *client) slow() *refusal {
	return &refusal{why: fmt.Sprintf("no answer within %s", c.timeout), slow: true}
}

// retryAfter reads the Retry-After header: seconds or a date.
func (c *client) retryAfter(text string) time.Duration {
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, at.Sub(c.now()))
	}
	return 0
}
