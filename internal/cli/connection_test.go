package cli_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/test/faulttest"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
)

var breaks = flag.Int("breaks", 4, "number of places at which each kind of fault of a connection to a database is tried")

// behind returns the DSN with the address of a proxy.
func behind(t *testing.T, dsn string, proxy func(addr string) string) string {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	u.Host = proxy(u.Host)
	return u.String()
}

// traffic assesses a database, and returns its findings, and how many messages and bytes the server sends for that, on
// the connection with the most.
func traffic(t *testing.T, dsn string) (want []string, messages int, bytes int64) {
	t.Helper()
	var most, sum atomic.Int64
	want, outcome := assessment(t, nil, "--dsn", behind(t, dsn, func(addr string) string {
		return pgtest.MessageProxy(t, addr, func(n int, message []byte) []byte {
			most.Store(max(most.Load(), int64(n)+1))
			sum.Add(int64(len(message)))
			return message
		})
	}))
	if outcome != flipSame || len(want) < 10 || most.Load() < 100 {
		t.Fatalf("the whole connection: %s, %d findings, %d messages", outcome, len(want), most.Load())
	}
	return want, int(most.Load()), sum.Load()
}

// TestABrokenConnectionLosesNothingInSilence breaks the connection to the database at places all over a run: it ends,
// or says nothing more. There is then no report, or one that is incomplete or has all findings.
func TestABrokenConnectionLosesNothingInSilence(t *testing.T) {
	t.Parallel()
	dsn, _ := installation(t)
	want, _, bytes := traffic(t, dsn)
	places := int64(*breaks)
	for name, broken := range map[string]struct {
		fault faulttest.Fault
		proxy func(testing.TB, string, int64) string
	}{"cut": {faulttest.DatabaseCut, pgtest.CutProxy}, "stalled": {faulttest.DatabaseStalled, pgtest.StallProxy}} {
		for i := range places {
			after := bytes * i / places
			t.Run(fmt.Sprintf("%s after %d bytes", name, after), func(t *testing.T) {
				t.Parallel()
				faulttest.Tried(t, broken.fault, 1)
				through := behind(t, dsn, func(addr string) string { return broken.proxy(t, addr, after) })
				if got, outcome := assessment(t, want, "--dsn", through, "--timeout", "1s"); outcome == flipLost || outcome == flipWords {
					t.Errorf("%s: %q", outcome, lost(want, got))
				}
			})
		}
	}
}

// TestACorruptedMessageLosesNothingInSilence damages one message on each connection. What is in the values of rows
// stays: nothing tells whether a value is the one that is stored.
func TestACorruptedMessageLosesNothingInSilence(t *testing.T) {
	t.Parallel()
	dsn, _ := installation(t)
	want, messages, _ := traffic(t, dsn)
	random := rand.New(rand.NewPCG(17, 2)) // the same damage in every run
	for name, damage := range map[string]func(m []byte, bits uint32) []byte{
		"another kind":       func(m []byte, bits uint32) []byte { m[0] = byte(bits); return m },
		"no kind":            func(m []byte, _ uint32) []byte { m[0] = 0; return m },
		"longer":             func(m []byte, bits uint32) []byte { m[3] += 1 + byte(bits%255); return m },
		"of a gigabyte":      func(m []byte, _ uint32) []byte { m[1] |= 0x40; return m },
		"of negative length": func(m []byte, _ uint32) []byte { m[1] |= 0x80; return m },
		"of no length":       func(m []byte, _ uint32) []byte { copy(m[1:], "\x00\x00\x00\x00"); return m },
		"missing":            func([]byte, uint32) []byte { return nil },
		"doubled":            func(m []byte, _ uint32) []byte { return slices.Concat(m, m) },
		"another structure": func(m []byte, bits uint32) []byte {
			within := len(m) - 5
			if m[0] == 'D' {
				within = min(within, 6) // the number of columns, and the length of the first
			}
			if within > 0 {
				m[5+int(bits)%within] ^= 1 << (bits >> 24 % 8)
			}
			return m
		},
	} {
		for range *breaks {
			at, which := random.IntN(messages), random.Uint32()
			t.Run(fmt.Sprintf("%s, message %d", name, at), func(t *testing.T) {
				t.Parallel()
				faulttest.Tried(t, faulttest.DatabaseCorrupted, 1)
				was := ""
				through := behind(t, dsn, func(addr string) string {
					return pgtest.MessageProxy(t, addr, func(n int, message []byte) []byte {
						if n == at {
							was = string(message)
							return damage(message, which)
						}
						return message
					})
				})
				if got, outcome := assessment(t, want, "--dsn", through, "--timeout", "1s"); outcome == flipLost || outcome == flipWords {
					t.Errorf("%s, of %.100q: %q", outcome, was, strings.Join(lost(want, got), "\n"))
				}
			})
		}
	}
}
