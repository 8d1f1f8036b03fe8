package postgres_test

import (
	"encoding/binary"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/source/postgres"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
)

// TestAnAnswerOfAnotherFormEndsTheRun has something between here and the server that changes rows, from the opening on
// or while tables are read.
func TestAnAnswerOfAnotherFormEndsTheRun(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	database := pgtest.DatabaseName(t, srv.Database(t, installation))
	for name, change := range map[string]func(row []byte) []byte{
		"a row is missing": func([]byte) []byte { return nil },
		"a row is doubled": func(row []byte) []byte { return append(row, row...) },
		"another width": func(row []byte) []byte {
			if binary.BigEndian.Uint16(row[5:]) == 1 {
				return []byte("D\x00\x00\x00\x0e\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00")
			}
			return []byte("D\x00\x00\x00\x0a\x00\x01\x00\x00\x00\x00")
		},
	} {
		for _, when := range []string{"at once", "when tables are read"} {
			t.Run(name+" "+when, func(t *testing.T) {
				t.Parallel()
				var on atomic.Bool
				on.Store(when == "at once")
				address := pgtest.MessageProxy(t, srv.Addr(), func(_ int, message []byte) []byte {
					if message[0] == 'D' && on.Load() {
						return change(message)
					}
					return message
				})
				cfg := postgres.Config{DSN: pgtest.DSN(address, "postgres", database)}
				const want = "sent something else than was asked for, while reading "
				if on.Load() {
					if err := refusedOpen(t, cfg); !strings.Contains(err.Message, want) {
						t.Errorf("got %q", err.Message)
					}
					return
				}
				src := openConfig(t, cfg)
				on.Store(true)
				if _, err := stream(t.Context(), src, sourcetest.AllButSecrets()); err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("got %v", err)
				}
			})
		}
	}
}
