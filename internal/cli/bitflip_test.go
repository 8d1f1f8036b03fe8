package cli_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/faulttest"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
)

var flips = flag.Int("flips", 60, "number of flipped bits that are tried in each kind of backup")

// flipOutcome is what one flipped bit did to an assessment.
type flipOutcome string

const (
	flipRefused    flipOutcome = "the backup is refused"
	flipIncomplete flipOutcome = "the assessment is incomplete"
	flipSame       flipOutcome = "the findings are the same"
	flipWords      flipOutcome = "the same objects are found, with other counts or words"
	flipValue      flipOutcome = "findings are lost or say something else, because a value is another valid one"
	flipLost       flipOutcome = "findings are lost in silence"
)

// TestAFlippedBitNeverLosesFindingsInSilence flips single bits in uncompressed backups. No run may then judge other
// findings as if nothing had happened, except where the bit makes a stored value another valid value: nothing in a
// backup tells that. Such bits are counted, and must be few.
//
//	go test ./internal/cli -run FlippedBit -flips 1000 -v
func TestAFlippedBitNeverLosesFindingsInSilence(t *testing.T) {
	t.Parallel()
	dsn, _ := installation(t)
	pgDump := filepath.Join(pgtest.Start(t).BinDir, "pg_dump")
	take := func(flags ...string) []byte {
		file := filepath.Join(t.TempDir(), "whole")
		run(t, pgDump, append(flags, "-f", file, "-d", dsn)...)
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	plain := take("-Fp")
	for name, whole := range map[string][]byte{"plain": plain, "inserts": take("-Fp", "--inserts"), "custom": take("-Fc", "-Z0")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			faulttest.Tried(t, faulttest.BackupsFlipped, *flips)
			file := filepath.Join(t.TempDir(), "flipped")
			want, outcome := afterFlip(t, file, whole, nil)
			if outcome != flipSame || len(want) < 10 {
				t.Fatalf("the whole backup: %s, %d findings", outcome, len(want))
			}
			values := valuesIn(whole, plain)
			count := map[flipOutcome]int{}
			random := rand.New(rand.NewPCG(14, 3)) // the same bits in every run
			for range *flips {
				flipped := bytes.Clone(whole)
				at, bit := random.IntN(len(whole)), random.IntN(8)
				flipped[at] ^= 1 << bit
				got, outcome := afterFlip(t, file, flipped, want)
				if (outcome == flipLost || outcome == flipWords) && values[at] {
					outcome = flipValue
				}
				if count[outcome]++; outcome == flipLost {
					t.Errorf("bit %d of byte %d, in %q: %q", bit, at, flipped[max(0, at-40):min(len(flipped), at+40)], lost(want, got))
				}
			}
			t.Logf("%v", count)
			faulttest.Aside(t, faulttest.BackupsFlipped, count[flipValue])
			if few, n := *flips/10, count[flipValue]+count[flipWords]; n > few {
				t.Errorf("%d bits change findings, more than %d", n, few)
			}
		})
	}
}

// afterFlip assesses a backup and compares its findings with those wanted; nil: whatever they are.
func afterFlip(t *testing.T, file string, backup []byte, want []string) ([]string, flipOutcome) {
	t.Helper()
	if err := os.WriteFile(file, backup, 0o600); err != nil {
		t.Fatal(err)
	}
	return assessment(t, want, "--backup", file)
}

// assessment assesses what the flags name and compares its findings with those wanted; nil: whatever they are.
func assessment(t *testing.T, want []string, flags ...string) ([]string, flipOutcome) {
	t.Helper()
	code, stdout, stderr := call(t, append([]string{"check", "--from", "3.4.1", "--to", "3.7.3", "--scope", "given", "--format", "json"}, flags...)...)
	if code == report.ExitCannotRun {
		if stdout != "" || !strings.HasPrefix(stderr, "error: ") || !strings.Contains(stderr, "\nhint: ") {
			t.Errorf("stdout %q, stderr %q", stdout, stderr)
		}
		return nil, flipRefused
	}
	var r report.Report
	if err := json.Unmarshal([]byte(stdout), &r); err != nil || stderr != "" {
		t.Fatalf("exit %d: %v, %s", code, err, stderr)
	}
	got := judgements(r, everything)
	switch {
	case len(r.Unexamined) > 0:
		return got, flipIncomplete
	case want == nil, cmp.Equal(want, got):
		return got, flipSame
	case len(lost(want, got)) == 0:
		return got, flipWords
	}
	return got, flipLost
}

// lost returns the wanted judgements about objects about which nothing was found.
func lost(want, got []string) []string {
	about := func(judgement string) string { return strings.Join(strings.SplitN(judgement, " | ", 6)[:5], " | ") }
	found := map[string]bool{}
	for _, judgement := range got {
		found[about(judgement)] = true
	}
	return slices.DeleteFunc(slices.Clone(want), func(judgement string) bool { return found[about(judgement)] })
}

// valuesIn marks the bytes of a backup that are in the values of rows. The rows of an archive are those of the plain
// backup of the same database.
func valuesIn(backup, plain []byte) []bool {
	in := make([]bool, len(backup))
	mark := func(from, to int) {
		for i := from; i < to; i++ {
			in[i] = true
		}
	}
	copied := false
	for line := range bytes.Lines(plain) {
		switch {
		case bytes.HasSuffix(line, []byte(" FROM stdin;\n")):
			copied = true
		case bytes.Equal(line, []byte("\\.\n")):
			copied = false
		case copied:
			if at := bytes.Index(backup, line); at >= 0 {
				mark(at, at+len(line)-1)
			}
		}
	}
	at := 0
	for line := range bytes.Lines(backup) {
		if i := bytes.Index(line, []byte(" VALUES (")); i >= 0 && bytes.HasPrefix(line, []byte("INSERT INTO ")) {
			mark(at+i+len(" VALUES ("), at+len(line)-len(");\n"))
		}
		at += len(line)
	}
	return in
}
