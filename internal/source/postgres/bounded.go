package postgres

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
)

// The sizes in bytes that what a PostgreSQL server sends never has. A row has what the statements ask for: a few values,
// each up to [controlplane.MaxRow].
const (
	maxRow     = 8 * controlplane.MaxRow
	maxMessage = 1 << 20  // such as a list of columns
	maxAsides  = 16 << 20 // errors and notices, which may quote a value, with nothing that was asked for in between
	maxStatus  = 1 << 20  // of all settings together, which the driver keeps
)

// excess is what no PostgreSQL server sends.
type excess struct{ what string }

func (e *excess) Error() string { return e.what + ", which no PostgreSQL server sends" }

// bounded makes the reader of the driver end the connection before a server fills the memory.
func bounded(r io.Reader, w io.Writer) *pgproto3.Frontend {
	return pgproto3.NewFrontend(&gate{from: r}, w)
}

// gate passes on messages, and looks at the kind and the length of each.
type gate struct {
	from   io.Reader
	head   []byte // of a message, as far as it has come
	left   int    // bytes of the message's body that are still to come
	asides int    // bytes of what was not asked for, since something was
	status int    // bytes of settings
	err    error
}

// Read passes on what comes, up to the head of a message that must not come.
func (g *gate) Read(p []byte) (int, error) {
	if g.err != nil {
		return 0, g.err
	}
	n, err := g.from.Read(p)
	for rest := p[:n]; len(rest) > 0 && g.err == nil; {
		if g.left > 0 {
			skipped := min(g.left, len(rest))
			g.left, rest = g.left-skipped, rest[skipped:]
			continue
		}
		const head = 5 // the kind, and the length with itself
		taken := min(head-len(g.head), len(rest))
		g.head, rest = append(g.head, rest[:taken]...), rest[taken:]
		if len(g.head) == head {
			g.err = g.begins(g.head[0], int64(binary.BigEndian.Uint32(g.head[1:])))
			g.head = g.head[:0]
		}
	}
	if g.err != nil {
		return 0, g.err
	}
	return n, err //nolint:wrapcheck // a reader passes errors on as they are
}

// begins takes the head of a message.
func (g *gate) begins(kind byte, length int64) error {
	most, what := int64(maxMessage), "a message"
	switch kind {
	case 'D':
		most, what = maxRow, "a row"
	case 'E', 'N', 'A':
		most = maxAsides
	}
	if length > most {
		return &excess{fmt.Sprintf("%s of %d bytes", what, length)}
	}
	g.left = max(int(length)-4, 0) // the driver refuses one that is too short
	switch kind {
	case 'S':
		g.status += int(length)
		g.asides += int(length)
	case 'E', 'N', 'A':
		g.asides += int(length)
	default:
		g.asides = 0
	}
	switch {
	case g.status > maxStatus:
		return &excess{"settings without end"}
	case g.asides > maxAsides:
		return &excess{"notices or errors without end"}
	}
	return nil
}
