package cli

import (
	"context"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/source/postgres"
)

// A database is large if it has more than this. Below, reading is over before anybody could look for its effect: vacuum
// itself comes once a minute, and a gigabyte fits into what servers keep in memory.
const (
	largeRows    = 1_000_000
	largeBytes   = 1 << 30
	largeSeconds = 60
)

// forewarn says on standard error, before anything is read, that a live database is large. It is still time to read
// something else.
func (a *app) forewarn(ctx context.Context, open []estate.Source) error {
	for _, src := range open {
		database, live := src.(*postgres.Source)
		if !live || a.shared.quiet {
			continue
		}
		e, err := database.Estimate(ctx)
		if err != nil {
			return cannotRead(ctx, err, "looking at the size of "+src.Info().Name+": ")
		}
		if e.Rows > largeRows || e.Bytes > largeBytes || e.Seconds > largeSeconds {
			a.warn("much to read in "+src.Info().Name+": "+render.Estimate(e)+", in one transaction for which vacuum waits",
				"a backup gives the same answer without the server (--backup FILE); --max-rows-per-second is gentler and takes longer")
		}
	}
	return nil
}
