// Package adminapi reads an installation from the Admin API of its control plane. It sends only GET requests.
//
// The API is public, unlike the database: paths and fields come from the vendor's OpenAPI document, its table of
// permission policies, and `api7/adc:libs/backend-api7/src@1c37ce4`, which works with every release since 3.2.
package adminapi

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/infile"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Config says what to open and how to read it without overloading it. Zero values mean the defaults.
type Config struct {
	URL      string         // of the control plane, with or without a path and a trailing slash
	Token    string         // sent in the header X-API-KEY and nowhere else
	CAFile   string         // PEM file with the certificates to trust in place of the system's
	Input    infile.Options // how that is read
	Insecure bool           // do not verify the server's certificate; a note and the source's name say so

	UserAgent string          // names the program to the control plane
	Installed version.Version // of the control plane, for one that does not tell; zero: not known

	Timeout     time.Duration // for one request; default 30 s
	Deadline    time.Duration // for everything that the source is asked to do, taken together; default 30 min
	Rate        float64       // requests per second; default DefaultRate
	Concurrency int           // concurrent requests; default DefaultConcurrency

	Now   func() time.Time                           // required: for the age of heartbeats and the pace of requests
	Sleep func(context.Context, time.Duration) error // nil: wait in real time
	Proxy func(*http.Request) (*url.URL, error)      // nil: none
}

// The defaults are gentle to a control plane that serves gateways and people at the same time: four requests at once
// are four of the thirty connections to its database that the vendor's charts allow it, and 200 a second are what a
// single client that waits for each answer sends to a control plane that answers in 5 ms. The vendor's own ADC asks
// for the parts of all services at once.
const (
	DefaultRate        = 200
	DefaultConcurrency = 4
)

// Source is an open control plane.
type Source struct {
	client   *client
	name     string
	insecure bool
	plain    bool // no TLS at all
	deadline time.Duration
	left     time.Duration // until the deadline
	now      func() time.Time
	release  release
	groups   []group
	missing  []estate.Gap // gaps in the list of gateway groups
	fleet    *fleet       // the instances, as Versions read them for Stream; nil: not read
}

// kindName is the name of this kind of source in reports.
const kindName = "admin-api"

// Open connects, and reads the control plane's version and its gateway groups. Errors that a person can do something
// about are of type [*estate.OpenError].
func Open(ctx context.Context, cfg Config) (*Source, error) {
	cfg = cfg.withDefaults()
	cfg.Token = strings.TrimRight(cfg.Token, "\r\n") // from a file
	base, err := parseURL(cfg.URL)
	if err != nil {
		return nil, err
	}
	if err := checkToken(cfg.Token); err != nil {
		return nil, err
	}
	transport, err := newTransport(ctx, cfg, base)
	if err != nil {
		return nil, err
	}
	s := &Source{
		client: newClient(cfg, base, transport), name: base.String(), insecure: cfg.Insecure && base.Scheme == "https",
		plain: base.Scheme == "http", deadline: cfg.Deadline, left: cfg.Deadline, now: cfg.Now,
	}
	if s.insecure {
		s.name += " (TLS not verified)"
	}
	err = s.within(ctx, func(ctx context.Context) error {
		if err := s.readRelease(ctx, cfg.Installed); err != nil {
			return s.unopened(err)
		}
		return s.unopened(s.readGroups(ctx))
	})
	if err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

func (c Config) withDefaults() Config {
	if c.Timeout <= 0 {
		c.Timeout = 30 * time.Second
	}
	if c.Deadline <= 0 {
		c.Deadline = 30 * time.Minute
	}
	if c.Rate <= 0 {
		c.Rate = DefaultRate
	}
	if c.Concurrency <= 0 {
		c.Concurrency = DefaultConcurrency
	}
	if c.Sleep == nil {
		c.Sleep = sleep
	}
	return c
}

func parseURL(text string) (*url.URL, error) {
	const hint = "give the address of the control plane, such as --admin-api https://control-plane:7443"
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, &estate.OpenError{Message: "the Admin API's URL cannot be read", Hint: hint} // the text may contain a secret
	case strings.Contains(text, "@"): // also where a / or ? in a password ends the host before it
		return nil, &estate.OpenError{Message: "the Admin API's URL holds a user or password", Hint: "give the URL without them and the token in API7_PREFLIGHT_TOKEN"}
	case u.Scheme != "https" && u.Scheme != "http", u.Host == "", u.Hostname() == "":
		return nil, &estate.OpenError{Message: "the Admin API's URL must begin with https:// or http:// and name a host", Hint: hint}
	case u.RawQuery != "" || u.Fragment != "":
		return nil, &estate.OpenError{Message: "the Admin API's URL has a query or a fragment", Hint: hint}
	}
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), ""
	return u, nil
}

func checkToken(token string) error {
	const hint = "set API7_PREFLIGHT_TOKEN to an access token of a user who may read everything"
	if token == "" {
		return &estate.OpenError{Message: "no token for the Admin API", Hint: hint}
	}
	if strings.ContainsFunc(token, func(c rune) bool { return c <= ' ' || c > '~' }) {
		return &estate.OpenError{Message: "the token for the Admin API holds a character that no token has", Hint: hint}
	}
	return nil
}

// Info returns the kind of source and the control plane's URL, which contains no secret.
func (s *Source) Info() estate.Info { return estate.Info{Kind: kindName, Name: s.name} }

// Holds is the function Holds: the answer is the same for every control plane.
func (*Source) Holds(k estate.Kind) bool { return Holds(k) }

// Holds reports whether the Admin API can show resources of kind k. It does not show which plugins a gateway group
// has enabled, nor the database; the audit log and secret providers are never asked for. Plugin configs and consumer groups are not
// resources of the control plane at all, so having none is a complete answer.
func Holds(k estate.Kind) bool {
	return k != 0 && k != estate.PluginList && k != estate.Secret && k != estate.Database && k != estate.AuditLog && !k.InFiles()
}

// Close closes idle connections.
func (s *Source) Close() error {
	s.client.http.CloseIdleConnections()
	return nil
}

// within runs f under the source's deadline, which counts the time of all calls. If it passes, the error says so.
func (s *Source) within(ctx context.Context, f func(context.Context) error) error {
	limited, cancel := context.WithTimeout(ctx, s.left)
	defer cancel()
	err := f(limited)
	if until, ok := limited.Deadline(); ok {
		s.left = time.Until(until)
	}
	if err != nil && limited.Err() != nil && ctx.Err() == nil {
		return &estate.OpenError{
			Message: fmt.Sprintf("the Admin API of %s was not read completely within %s, which is all that a run may take: %d requests were sent",
				s.name, s.deadline, s.client.sent.Load()),
			Hint: "see whether the control plane is slow, raise --api-concurrency and --api-requests-per-second if it is not, " +
				"or read the database or a backup of it instead: they are faster for large installations",
		}
	}
	return err
}

// release is what is known about the control plane's version.
type release struct {
	version version.Version // zero: unknown
	assumed version.Version // what the user says, if version is unknown; zero: nothing
	old     bool            // version unknown, but older than the separation of templates and published services
	note    estate.Note     // why it is unknown
}

// has reports whether the control plane has what release since introduced. A control plane of unknown version counts
// as new, unless it showed that it is old; its answers then decide.
func (r release) has(since string) bool {
	known := r.version
	if known.IsZero() && !r.old {
		known = r.assumed
	}
	if known.IsZero() {
		return !r.old
	}
	return version.Since(since).In(known.Release())
}
