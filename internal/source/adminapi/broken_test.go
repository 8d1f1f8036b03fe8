package adminapi_test

import (
	"errors"
	"flag"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/adminapi"
	"github.com/api7-preflight/api7-preflight/internal/test/adminapitest"
	"github.com/api7-preflight/api7-preflight/internal/test/faulttest"
)

var addresses = flag.Int("addresses", 3, "number of addresses of the Admin API that are broken in turn")

// TestWhateverRequestBreaksNothingIsLostInSilence breaks addresses that a run asks in turn, however often it is
// asked. What was to come from there is then a gap, or the run ends.
func TestWhateverRequestBreaksNothingIsLostInSilence(t *testing.T) {
	t.Parallel()
	whole := serve(t, "3.4.1")
	want, usual, err := attempt(t, config(whole))
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	seen := map[string]bool{}
	for _, r := range whole.Requests() {
		if !seen[r.Path] {
			seen[r.Path] = true
			paths = append(paths, r.Path)
		}
	}
	if len(paths) < 50 {
		t.Fatalf("only %d addresses are asked", len(paths))
	}
	for name, fault := range map[string]struct {
		as faulttest.Fault
		do func(http.ResponseWriter, *http.Request, http.Handler)
	}{
		"reset": {faulttest.AdminAPICut, adminapitest.Reset},
		"cut":   {faulttest.AdminAPICut, adminapitest.Cut},
		"hang":  {faulttest.AdminAPIStalled, adminapitest.Hang},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := min(*addresses, len(paths))
			faulttest.Tried(t, fault.as, n)
			for i := range n {
				path := paths[len(paths)*i/n]
				server := serve(t, "3.4.1")
				server.Fail(adminapitest.Fault{Prefix: path, Suffix: path, Do: fault.do})
				cfg := config(server)
				cfg.Timeout = 200 * time.Millisecond
				got, gaps, err := attempt(t, cfg)
				if e, ok := errors.AsType[*estate.OpenError](err); err != nil && (!ok || e.Message == "" || e.Hint == "") {
					t.Errorf("%s: %v", path, err)
				}
				if err == nil && gaps <= usual && got < want {
					t.Errorf("%s: %d of %d resources, and no gap", path, got, want)
				}
			}
		})
	}
}

// attempt reads all that rules need, and returns how many resources came, and how many gaps there are.
func attempt(t *testing.T, cfg adminapi.Config) (came, gaps int, err error) {
	t.Helper()
	src, err := adminapi.Open(t.Context(), cfg)
	if err != nil {
		return 0, 0, fmt.Errorf("opening: %w", err)
	}
	defer src.Close() //nolint:errcheck // of a test
	coverage, err := src.Stream(t.Context(), ruleNeed(), func(*estate.Resource) error { came++; return nil })
	for _, k := range coverage.Kinds {
		gaps += len(k.Gaps)
	}
	return came, gaps, err
}
