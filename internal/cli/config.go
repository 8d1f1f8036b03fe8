package cli

import (
	"context"

	"github.com/api7-preflight/api7-preflight/internal/source/config"
)

// configuration opens the files of --config, once for all who ask.
func (f *sourceFlags) configuration(ctx context.Context) (*config.Source, error) {
	if f.files != nil {
		return f.files, nil
	}
	src, err := config.Open(ctx, config.Options{Paths: f.config, Nothing: f.explain})
	f.files = src
	return src, err
}
