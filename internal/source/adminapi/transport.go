package adminapi

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/infile"
)

var (
	errMethod    = errors.New("only GET is ever sent")
	errElsewhere = errors.New("the server redirects to another host")
	errCircles   = errors.New("the server keeps redirecting")
)

// transport passes on GET requests to one host only, and adds the token to them.
type transport struct {
	base  *url.URL
	token string
	agent string // names the program, for the control plane's access log
	next  http.RoundTripper
}

func newTransport(ctx context.Context, cfg Config, base *url.URL) (*transport, error) {
	settings := &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: cfg.Insecure} //nolint:gosec // asked for by name, and said in every report
	if cfg.CAFile != "" {
		roots, err := trusted(ctx, cfg)
		if err != nil {
			return nil, err
		}
		settings.RootCAs = roots
	}
	return &transport{base: base, token: cfg.Token, agent: cfg.UserAgent, next: &http.Transport{
		Proxy: cfg.Proxy, TLSClientConfig: settings, TLSHandshakeTimeout: cfg.Timeout, ForceAttemptHTTP2: true,
		MaxConnsPerHost: cfg.Concurrency, IdleConnTimeout: time.Minute,
	}}, nil
}

// maxCA is the size that no file of certificates has: those of all the world's authorities are a quarter of it.
const maxCA = 1 << 20

// trusted returns the certificates in the CA file.
func trusted(ctx context.Context, cfg Config) (*x509.CertPool, error) {
	pem, err := infile.ReadAll(ctx, cfg.CAFile, infile.Limit{Bytes: maxCA, What: "file of certificates"}, cfg.Input)
	if err != nil {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("opening the CA file: %w", err)
		}
		if e, told := errors.AsType[*infile.Error](err); told {
			return nil, &estate.OpenError{Message: "--ca-file " + e.Error(), Hint: e.Hint}
		}
		why := err
		if broken, ok := errors.AsType[*fs.PathError](err); ok { // the name is in the message already
			why = broken.Err
		}
		return nil, &estate.OpenError{Message: fmt.Sprintf("cannot read the CA file %s: %v", cfg.CAFile, why), Hint: "name a readable PEM file with --ca-file"}
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return nil, &estate.OpenError{Message: "the CA file " + cfg.CAFile + " holds no certificate", Hint: "name a PEM file with --ca-file"}
	}
	return roots, nil
}

// RoundTrip sends a GET request to the control plane, and returns an error for any other request.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Method != http.MethodGet || req.Body != nil {
		return nil, errMethod
	}
	if !sameHost(req.URL, t.base) {
		return nil, errElsewhere
	}
	req = req.Clone(req.Context())
	req.Header.Set("X-API-KEY", t.token)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", t.agent)
	return t.next.RoundTrip(req) //nolint:wrapcheck // http.Client wants transport errors as they are
}

// CloseIdleConnections closes connections that no request uses. [http.Client] calls it.
func (t *transport) CloseIdleConnections() {
	if next, ok := t.next.(interface{ CloseIdleConnections() }); ok {
		next.CloseIdleConnections()
	}
}

func sameHost(a, b *url.URL) bool { return a.Scheme == b.Scheme && a.Host == b.Host }

// maxRedirects is the number of redirects that are followed, for servers that add or drop a slash.
const maxRedirects = 3

// redirect follows a few redirects within the control plane, where the token may be sent.
func redirect(req *http.Request, via []*http.Request) error {
	switch {
	case !sameHost(req.URL, via[0].URL):
		return errElsewhere
	case len(via) > maxRedirects:
		return errCircles
	}
	return nil
}

// sleep waits for d or until the context is done.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("waiting: %w", ctx.Err())
	}
}
