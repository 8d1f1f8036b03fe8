package adminapi

import (
	"net/http"
	"net/url"
)

// Transport is the one place through which every request goes.
func Transport(base *url.URL, token string, next http.RoundTripper) http.RoundTripper {
	return &transport{base: base, token: token, next: next}
}

// MaxAnswer is the largest answer that is read.
const MaxAnswer = maxAnswer

// Attempts is how often a request is sent at most.
const Attempts = maxAttempts
