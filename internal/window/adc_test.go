package window_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const adcFile = `{"services":[
	{"id":"pets","name":"pets","upstream":{"nodes":[]},"plugins":{"cors":{},"traffic-split":` + inline + `},"routes":[
		{"name":"a","plugins":{"traffic-split":` + byID + `}},
		{"name":"b","plugins":{"workflow":{"rules":[{"actions":[["limit-count",{"count":1}],["traffic-split",` + byID + `]]}]}}}]},
	{"name":"shop","upstream":{"nodes":[]},"plugins":{"api7-traffic-split":{"rules":[{"canary_upstreams":[{"upstream_name":"next","weight":1},{"weight":9}]}],"upstreams":[{"name":"next","nodes":{"10.0.0.8:80":1}}]}}}],
	"consumers":[{"username":"rose","plugins":{"key-auth":{"key":"k"}}}],
	"global_rules":{"prometheus":{},"traffic-split":` + inline + `}}`

// TestAFileOfADCHasAFormForBeforeAndOneForAfter compares both with what they must be.
func TestAFileOfADCHasAFormForBeforeAndOneForAfter(t *testing.T) {
	t.Parallel()
	need(t, "jq")
	dir := folder(t, attached("a"))
	file := filepath.Join(t.TempDir(), "-adc.json")
	write(t, file, adcFile)
	run := func(args ...string) ended {
		return executeWith(t, []string{"PATH=" + os.Getenv("PATH")}, dir, "adc.sh", args...)
	}
	same(t, run("before", "default", file), `{"services":[
		{"id":"pets","name":"pets","upstream":{"nodes":[]},"plugins":{"cors":{}},"routes":[
			{"name":"a","plugins":{}},
			{"name":"b","plugins":{"workflow":{"rules":[{"actions":[["limit-count",{"count":1}]]}]}}}]},
		{"name":"shop","upstream":{"nodes":[]},"plugins":{}}],
		"consumers":[{"username":"rose","plugins":{"key-auth":{"key":"k"}}}],
		"global_rules":{"prometheus":{}}}`)
	run("after", "default", file).wants(t, 4, "write upstream ext into upstreams/upstream@default@ext.json")
	write(t, filepath.Join(dir, "upstreams", "upstream@default@ext.json"), `{"nodes":{"10.0.0.7:80":1}}`)
	split := strings.ReplaceAll(byID, `"ext"`, `"pets-ext"`)
	same(t, run("after", "default", file), `{"services":[
		{"id":"pets","name":"pets","upstream":{"nodes":[]},"plugins":{"cors":{},"traffic-split":`+inline+`},"routes":[
			{"name":"a","plugins":{"traffic-split":`+split+`}},
			{"name":"b","plugins":{"workflow":{"rules":[{"actions":[["limit-count",{"count":1}],["traffic-split",`+split+`]]}]}}}],
			"upstreams":[{"id":"pets-ext","name":"ext","nodes":[{"host":"10.0.0.7","port":80,"weight":1}]}]},
		{"name":"shop","upstream":{"nodes":[]},"plugins":{"traffic-split":{"rules":[{"weighted_upstreams":[{"upstream_id":"shop-next","weight":1},{"weight":9}]}]}},
			"upstreams":[{"id":"shop-next","name":"next","nodes":[{"host":"10.0.0.8","port":80,"weight":1}]}]}],
		"consumers":[{"username":"rose","plugins":{"key-auth":{"key":"k"}}}],
		"global_rules":{"prometheus":{},"traffic-split":`+inline+`}}`)
	run("after", "default").wants(t, 2, "usage: adc.sh before GROUP FILE")
	run("during", "default", file).wants(t, 2, "usage: adc.sh before GROUP FILE")
	write(t, file, "services: [\n")
	run("before", "default", file).wants(t, 2, "adc.sh: ")
	write(t, file, `{"services":[{"name":"x","plugins":{"workflow":{"rules":[{"actions":[["traffic-split",{}]]},{"actions":[["limit-count",{}]]}]}}}]}`)
	run("before", "default", file).wants(t, 4, "in x: take the plugin out by hand")
	write(t, file, strings.Replace(adcFile, `"name":"shop","upstream":{"nodes":[]},`, `"name":"shop",`, 1))
	run("after", "default", file).wants(t, 4, "service shop has no upstream of its own")
	write(t, file, `{"services":[{"name":"x","labels":{"n":12345678901234567890}}]}`)
	run("before", "default", file).wants(t, 4, "a number that is too large")
	write(t, file, adcFile+"\n"+adcFile)
	run("before", "default", file).wants(t, 2, "more than one document")
	write(t, file, `{"services":[]}`)
	run("before", "elsewhere", file).wants(t, 0, "objects.jsonl has nothing of a gateway group of that name or id")
}

func same(t *testing.T, e ended, want string) {
	t.Helper()
	var got, wanted any
	if err := json.Unmarshal([]byte(e.out), &got); err != nil || e.code != 0 {
		t.Fatalf("exit code %d, %v:\n%s", e.code, err, e.out)
	}
	if err := json.Unmarshal([]byte(want), &wanted); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
