package cli_test

import (
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/catalogue"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules"
)

// TestTheCatalogueIsAsNewAsTheReleaseTable proves that somebody looked for the changes of every release that the program
// takes as a target.
func TestTheCatalogueIsAsNewAsTheReleaseTable(t *testing.T) {
	t.Parallel()
	known, err := catalogue.Parse(rules.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range version.Releases() {
		if r.Date > known.AsOf {
			t.Errorf("%s is of %s, the catalogue as of %s", r.Version, r.Date, known.AsOf)
		}
	}
}
