package snapshot_test

import (
	"bytes"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/test/memory"
	"github.com/api7-preflight/api7-preflight/internal/test/secretstest"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
)

const canary = secretstest.Canary

func TestNoSecretOfAnyKindIsInTheFile(t *testing.T) {
	t.Parallel()
	src := &memory.Source{About: estate.Info{Kind: "postgres", Name: "db-1"}}
	for _, k := range estate.Kinds() {
		src.Resources = append(src.Resources, estate.Resource{Kind: k, ID: "a", Body: secretstest.Body()})
	}
	for name, conf := range secretstest.Plugins() {
		src.Resources = append(src.Resources, estate.Resource{Kind: estate.PluginMetadata, ID: name, Body: conf})
	}
	for _, damaged := range []string{`{"token":"` + canary, `"` + canary + `"`, `["` + canary + `"]`, `{"plugins":"` + canary + `"}`} {
		src.Resources = append(src.Resources, estate.Resource{Kind: estate.Service, ID: "d", Body: []byte(damaged)})
	}
	src.Resources = append(src.Resources, estate.Resource{Kind: estate.Service, ID: "m", Body: []byte(canary), Damage: "cannot read Authorization: " + canary})
	all := sourcetest.Everything()
	for line := range lines(t, takeFor(t, all, src)) {
		if at := bytes.Index(line, []byte(canary)); at >= 0 {
			t.Errorf("…%s… in a line of %.40s", line[max(0, at-80):at+len(canary)], line)
		}
	}
}

func TestNoSecretOfTheExampleIsInTheFile(t *testing.T) {
	t.Parallel()
	for line := range lines(t, take(t, demo(t))) {
		if bytes.Contains(line, []byte("CANARY")) {
			t.Errorf("%s", line)
		}
	}
}
