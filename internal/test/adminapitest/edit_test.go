package adminapitest_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/test/adminapitest"
)

// TestNothingCanBeChangedUnlessATestSaysSo sends changes to a server before and after Edit.
func TestNothingCanBeChangedUnlessATestSaysSo(t *testing.T) {
	t.Parallel()
	group := estate.Group{ID: "default", ShortID: "default", Name: "default"}
	s := adminapitest.Start(t, adminapitest.Installation{Version: "3.4.1", Resources: []estate.Resource{
		{Kind: estate.GatewayGroup, ID: "default", Group: group, Body: []byte(`{"id":"default"}`)},
		{Kind: estate.Service, ID: "a", Group: group, Body: []byte(`{"id":"a","plugins":{"cors":{}}}`)},
	}})
	was := s.Objects()
	send := func(method, path, body string) (int, string) {
		req, err := http.NewRequestWithContext(t.Context(), method, s.URL+path+"?gateway_group_id=default", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Api-Key", adminapitest.Token)
		req.Header.Set("Content-Type", "application/json")
		answer, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close() //nolint:errcheck // it is only read
		text, _ := io.ReadAll(answer.Body)
		return answer.StatusCode, string(text)
	}
	const path, remove = "/apisix/admin/services/a", `[{"op":"remove","path":"/plugins/cors"}]`
	for _, method := range []string{http.MethodPut, http.MethodPatch, http.MethodPost, http.MethodDelete} {
		if code, _ := send(method, path, remove); code < 400 {
			t.Errorf("%s is answered with %d", method, code)
		}
	}
	if diff := cmp.Diff(was, s.Objects()); diff != "" {
		t.Errorf("changed (-was +is):\n%s", diff)
	}
	s.Edit()
	for _, bad := range []string{`[{"op":"remove","path":"/plugins/no"}]`, `[{"op":"replace","path":"/no/x","value":1}]`, `[{"op":"remove","path":""}]`, `{}`, `x`} {
		if code, text := send(http.MethodPatch, path, bad); code != http.StatusBadRequest || !strings.Contains(text, "error_msg") {
			t.Errorf("%s is answered with %d %s", bad, code, text)
		}
	}
	if code, text := send(http.MethodPatch, path, remove); code != http.StatusOK || !strings.Contains(text, `"plugins":{}`) {
		t.Errorf("%d %s", code, text)
	}
	s.Upgrade("3.7.3")
	old := `[{"op":"add","path":"/plugins/traffic-split","value":{"rules":[{"weighted_upstreams":[{"upstream_id":"elsewhere"}]}]}}]`
	if code, text := send(http.MethodPatch, path, old); code != http.StatusBadRequest || !strings.Contains(text, "upstream elsewhere is not one of service a") {
		t.Errorf("the old form is answered with %d %s", code, text)
	}
}
