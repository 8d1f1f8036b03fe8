package runbook

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// ErrForeign is the error for what is no runbook that this program wrote.
var ErrForeign = errors.New("it is no JSON runbook of this program")

// Read reads a runbook in JSON.
func Read(in io.Reader) (*Runbook, error) {
	var b Runbook
	if err := json.NewDecoder(in).Decode(&b); err != nil {
		if _, broken := errors.AsType[*json.SyntaxError](err); broken || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, ErrForeign
		}
		if _, broken := errors.AsType[*json.UnmarshalTypeError](err); broken {
			return nil, ErrForeign
		}
		return nil, fmt.Errorf("reading: %w", err)
	}
	if b.SchemaVersion != report.SchemaVersion || b.Tool.Name != report.Program || len(b.Steps) == 0 || len(b.Windows) == 0 {
		return nil, ErrForeign
	}
	return &b, nil
}

// Hops returns the upgrades of a runbook with several windows on a path, in order. It is nil if there is one window, or if
// somebody has changed them so that they are no way from one release to another.
func (r *Runbook) Hops(path version.Path) []version.Path {
	if len(r.Windows) < 2 {
		return nil
	}
	var all []version.Path
	for i := range r.Windows {
		from, err := version.Parse(r.Windows[i].From)
		to, wrong := version.Parse(r.Windows[i].To)
		if err != nil || wrong != nil || !from.Less(to) || i > 0 && from.Compare(all[i-1].To) != 0 {
			return nil
		}
		all = append(all, version.Path{From: from, To: to})
	}
	all[0].Gateways = path.Gateways
	return all
}
