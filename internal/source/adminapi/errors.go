package adminapi

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// refusal is an answer without data. It makes what was being read incomplete, and nothing else. It never repeats
// texts of the server.
type refusal struct {
	status int // HTTP status; 0: something else is wrong
	why    string
	slow   bool
	alien  bool // the server is not an Admin API
}

func (e *refusal) Error() string { return e.why }

// sick reports whether the next request is likely to fail in the same way.
func (e *refusal) sick() bool {
	return e.slow || e.status >= 500 || e.status == http.StatusTooManyRequests
}

// cause returns the cause of the gap that a refusal leaves.
func (e *refusal) cause() string {
	switch e.status {
	case http.StatusForbidden, http.StatusUnauthorized:
		return estate.Privileges
	case http.StatusNotFound:
		return estate.APILimits
	}
	return estate.Refused
}

// next says what to do about a refusal; "" if only another source may help. action is what a permission policy must
// allow.
func (e *refusal) next(action string) string {
	switch {
	case e.status == http.StatusForbidden:
		return "attach a permission policy that allows " + action + " to a role of the token's user"
	case e.status == http.StatusUnauthorized:
		return "the token is no longer valid: create a new one and run again"
	case e.sick():
		return "see the control plane's log, and run again"
	}
	return ""
}

func statusText(code int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", code, http.StatusText(code)))
}

// failure puts a request without an answer into words, and says whether to send it again.
func (c *client) failure(err error) (again bool, reason error) {
	switch {
	case errors.Is(err, errElsewhere):
		return false, &refusal{why: "the server redirects to another host, where the token must not go"}
	case errors.Is(err, errCircles):
		return false, &refusal{why: errCircles.Error(), alien: true}
	case isTimeout(err):
		return true, c.slow()
	}
	why, hint := lostReason(err)
	again = errors.Is(err, syscall.ECONNRESET) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.EPIPE)
	return again, &estate.OpenError{Message: "cannot reach the Admin API at " + c.base.String() + ": " + why, Hint: hint}
}

func lostReason(err error) (why, hint string) {
	if why, hint := tlsReason(err); why != "" {
		return why, hint
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok && !dns.IsTimeout {
		return "no such host", "check the host name of --admin-api"
	}
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused", "check host and port of --admin-api: the Dashboard serves the Admin API, by default on port 7443"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection was closed", "check that the control plane is up, and any proxy in between; http:// where TLS is required fails like this too"
	case strings.Contains(err.Error(), "HTTP response to HTTPS client"):
		return "what listens there does not speak TLS", "use http:// if the control plane is meant to be read without TLS"
	}
	return "no connection", "check host and port of --admin-api, and the firewalls between here and there"
}

func tlsReason(err error) (why, hint string) {
	if e, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return "TLS: " + oneLine(e.Error()), "name the file with the CA's certificate with --ca-file"
	}
	if e, ok := errors.AsType[x509.HostnameError](err); ok {
		return "TLS: " + oneLine(e.Error()), "use a name that is in the certificate"
	}
	if e, ok := errors.AsType[x509.CertificateInvalidError](err); ok {
		return "TLS: " + oneLine(e.Error()), "the control plane's certificate must be renewed"
	}
	if e, ok := errors.AsType[tls.RecordHeaderError](err); ok && !strings.HasPrefix(string(e.RecordHeader[:]), "HTTP") {
		return "TLS: " + oneLine(e.Error()), "what listens there does not speak TLS"
	}
	if e, ok := errors.AsType[tls.AlertError](err); ok {
		return "TLS: " + oneLine(e.Error()), "the server refuses the connection; see its log"
	}
	return "", ""
}

// unopened says why the control plane could not be opened.
func (s *Source) unopened(err error) error {
	r, ok := errors.AsType[*refusal](err)
	if !ok {
		return err
	}
	at := "the Admin API at " + s.client.base.String()
	switch {
	case r.status == http.StatusUnauthorized:
		return &estate.OpenError{Message: at + " does not accept the token", Hint: "create an access token in the Dashboard and set API7_PREFLIGHT_TOKEN to it"}
	case r.status == http.StatusForbidden:
		return &estate.OpenError{
			Message: at + " does not let the token list gateway groups",
			Hint:    "use an access token of a user whose permission policies allow the Get actions; the admin key of a gateway group is not enough",
		}
	case r.status == http.StatusNotFound, r.alien:
		return &estate.OpenError{
			Message: s.client.base.String() + " is not the control plane of API7 Enterprise: " + r.why,
			Hint:    "give the Dashboard's address, by default https on port 7443, not that of a gateway or of the DP Manager",
		}
	case r.status == http.StatusBadRequest && s.plain:
		return &estate.OpenError{Message: at + " refuses the request: " + r.why, Hint: "use https:// if the control plane wants TLS"}
	}
	return &estate.OpenError{Message: "cannot read " + at + ": " + r.why, Hint: "see the control plane's log, and try again"}
}

func isTimeout(err error) bool {
	timeout, ok := errors.AsType[net.Error](err)
	return errors.Is(err, context.DeadlineExceeded) || ok && timeout.Timeout()
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
