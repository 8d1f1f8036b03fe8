// Package adminapitest is a control plane for tests. It serves an installation through the Admin API in the shapes
// that public sources document for its release, and fails in the ways that a test asks for. It is no evidence of what
// a real control plane does.
package adminapitest

import (
	"encoding/pem"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Token is the value that a server requires in the header X-API-KEY. No output may contain it.
const Token = "a7ee-CANARY-admin-api-token"

// Installation is what a server serves.
type Installation struct {
	Version   string            // "3.4.1"; "dev" and "" (no address for the version) count as the newest release
	Resources []estate.Resource // an object given twice, from a table and from kine, is served once
	SNIs      []string          // the names of SNIs, for every gateway group; only releases from 3.4.0 on have them
	Now       time.Time         // the time to which the ages of heartbeats refer
	TLS       bool
}

// snis returns the SNIs. Which fields they have is not public.
func (in *Installation) snis() []fields {
	var out []fields
	for _, name := range in.SNIs {
		out = append(out, fields{"id": name, "name": name})
	}
	return out
}

// Request is one request that a server has seen.
type Request struct {
	Method, Path, Query string
	Agent               string // the header User-Agent
	Token               bool   // whether it had the right token
}

// Server is a running control plane.
type Server struct {
	URL    string
	CAFile string // with TLS: the certificate to trust

	mu       sync.Mutex
	site     *site
	editable bool // whether it takes changes
	requests []Request
	faults   []*Fault
}

// Start serves an installation until the test ends.
func Start(tb testing.TB, in Installation) *Server {
	tb.Helper()
	s := &Server{site: newSite(in)}
	handler := http.HandlerFunc(s.serve)
	running := httptest.NewUnstartedServer(handler)
	running.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	if in.TLS {
		running.StartTLS()
		s.CAFile = filepath.Join(tb.TempDir(), "ca.pem")
		block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: running.Certificate().Raw})
		if err := os.WriteFile(s.CAFile, block, 0o600); err != nil {
			tb.Fatal(err)
		}
	} else {
		running.Start()
	}
	tb.Cleanup(func() {
		running.CloseClientConnections()
		running.Close()
	})
	s.URL = running.URL
	return s
}

// Requests returns the requests so far.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// Fail makes the server fail from now on. The first fault that matches a request applies.
func (s *Server) Fail(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	trusted := r.Header.Get("X-API-KEY") == Token
	s.mu.Lock()
	s.requests = append(s.requests, Request{Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.RawQuery, Agent: r.UserAgent(), Token: trusted})
	fault, site := s.fault(r), s.site
	edited := fault == nil && trusted && s.editable && site.edit(w, r)
	s.mu.Unlock()
	switch {
	case edited:
	case fault != nil:
		fault.Do(w, r, http.HandlerFunc(s.answer))
	case !trusted:
		refuse(w, http.StatusUnauthorized)
	default:
		site.ServeHTTP(w, r)
	}
}

// answer answers a request behind a fault, as the server would without it.
func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	site := s.site
	edited := s.editable && site.edit(w, r)
	s.mu.Unlock()
	if !edited {
		site.ServeHTTP(w, r)
	}
}

// fault returns the fault for a request. The caller must hold the lock.
func (s *Server) fault(r *http.Request) *Fault {
	for _, f := range s.faults {
		if f.Method != "" && f.Method != r.Method || !strings.HasPrefix(r.URL.Path, f.Prefix) || !strings.HasSuffix(r.URL.Path, f.Suffix) || f.Times < 0 {
			continue
		}
		if f.Times > 0 {
			if f.Times--; f.Times == 0 {
				f.Times = -1
			}
		}
		return f
	}
	return nil
}

func has(v, since string) bool {
	parsed, err := version.Parse(v)
	return err != nil || version.Since(since).In(parsed.Release())
}
