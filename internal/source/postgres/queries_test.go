package postgres_test

import (
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/source/postgres"
)

func TestIDSetHoldsWhatWasAdded(t *testing.T) {
	t.Parallel()
	ids := []int64{5, 1, 65535, 65536, 1 << 40, math.MaxInt64, -3}
	has := postgres.IDSet(ids)
	for _, id := range ids {
		if !has(id) || has(id-2) && id != 5 && id != -3+2 {
			t.Errorf("%d: not there, or a neighbour is", id)
		}
	}
	if empty := postgres.IDSet(nil); empty(0) || empty(70000) {
		t.Error("an empty set holds something")
	}
}

var semicolon = regexp.MustCompile(`;`)

func TestEveryQueryIsOneSelect(t *testing.T) {
	t.Parallel()
	files, err := fs.Glob(postgres.Queries, "queries/*.sql")
	if err != nil || len(files) < 8 {
		t.Fatalf("found %d queries, %v", len(files), err)
	}
	for _, name := range files {
		text, err := fs.ReadFile(postgres.Queries, name)
		if err != nil {
			t.Fatal(err)
		}
		sql := string(text)
		if !strings.HasPrefix(sql, "SELECT ") && !strings.HasPrefix(sql, "SELECT\n") && !strings.HasPrefix(sql, "WITH ") {
			t.Errorf("%s does not begin with SELECT or WITH", name)
		}
		if semicolon.MatchString(sql) || strings.Contains(sql, "--") || strings.Contains(strings.ToUpper(sql), "FOR UPDATE") {
			t.Errorf("%s is not one plain statement", name)
		}
	}
}

func TestOnlyTheSessionExecutesStatements(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "_test.go") || name == "session.go" {
			continue
		}
		for _, call := range []string{".Exec(", ".ExecParams(", ".ExecBatch(", ".Prepare(", ".CopyTo(", ".CopyFrom("} {
			if strings.Contains(string(text), call) {
				t.Errorf("%s calls %s", name, call)
			}
		}
	}
}
