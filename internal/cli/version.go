package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/api7-preflight/api7-preflight/internal/catalogue"
	"github.com/api7-preflight/api7-preflight/internal/plural"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules"
)

func (a *app) version() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Version of this program, and how new its knowledge is", Args: noArgs,
		RunE: func(*cobra.Command, []string) error { return a.writeVersion() },
	}
}

// writeVersion writes the version of the program, alone on the first line, and the dates of what it knows: the answer
// to a later release is a newer program.
func (a *app) writeVersion() error {
	known, err := catalogue.Parse(rules.Catalogue())
	if err != nil {
		return cannotRun("this is a bug in api7-preflight", "%v", err)
	}
	newest, _ := version.Known(version.Newest())
	notes, _, _ := version.Documented(func(version.Version) bool { return true })
	return a.write(fmt.Sprintf("api7-preflight %s\nreleases   up to %s (public notes up to %s)\ncatalogue  %s, as of %s\n", a.env.Version,
		dated(newest), dated(notes), plural.Of(len(known.Changes), "change", "changes"), known.AsOf))
}

// dated names a known release with its date.
func dated(r version.Release) string { return r.Version.String() + " of " + r.Date }
