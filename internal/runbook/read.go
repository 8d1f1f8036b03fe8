package runbook

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/api7-preflight/api7-preflight/internal/report"
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
