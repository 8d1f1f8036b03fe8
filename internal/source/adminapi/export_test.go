package adminapi

import (
	"net/http"
	"net/url"
)

// Transport returns the transport through which every request goes.
func Transport(base *url.URL, token, agent string, next http.RoundTripper) http.RoundTripper {
	return &transport{base: base, token: token, agent: agent, next: next}
}

// MaxAnswer is the size in bytes of the largest answer that is read.
const MaxAnswer = maxAnswer

// Attempts is the greatest number of times that a request is sent.
const Attempts = maxAttempts
