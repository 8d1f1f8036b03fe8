package files_test

import (
	"bufio"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/api7-preflight/api7-preflight/internal/source/files"
)

// expectation is what the head of an archive in testdata says of the files in it. Each line is a word and its argument:
//
//	open PATH        what is named; else the folder
//	stdin FILE       - is this file
//	exclude PATTERN  and elsewhere PATH: as in files.Options
//	gap PLACE: TEXT  a gap at a place whose reason, or next step, has a text; there are no others
//	resource ID      kind and id of a resource; where one is said there are no others
//	note TEXT        a text that the notes have
//	refused TEXT     a text that the error has
//
// Lines that begin with # say in words what is proved.
type expectation struct {
	open, exclude, elsewhere []string
	gaps, resources, notes   []string
	stdin, refused           string
	in                       installation
}

func expectationOf(t *testing.T, path string) *expectation {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	e := &expectation{in: folderOf(t, string(data))}
	lines := bufio.NewScanner(strings.NewReader(string(txtar.Parse(data).Comment)))
	for lines.Scan() {
		word, text, _ := strings.Cut(lines.Text(), " ")
		switch word {
		case "#", "":
		case "open":
			e.open = append(e.open, text)
		case "exclude":
			e.exclude = append(e.exclude, text)
		case "elsewhere":
			e.elsewhere = append(e.elsewhere, text)
		case "gap":
			e.gaps = append(e.gaps, text)
		case "resource":
			e.resources = append(e.resources, text)
		case "note":
			e.notes = append(e.notes, text)
		case "stdin":
			e.stdin = text
		case "refused":
			e.refused = text
		default:
			t.Fatalf("%s: what is %q?", path, word)
		}
	}
	return e
}

// TestEdges proves for each kind of input what is read, what is a doubt, and what is nothing to worry about. Each folder of
// testdata/edges is a kind.
func TestEdges(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("testdata/edges/*/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal(paths, err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(path), "testdata/edges/"), ".txtar"), func(t *testing.T) {
			t.Parallel()
			expectationOf(t, path).check(t)
		})
	}
}

func (e *expectation) check(t *testing.T) {
	t.Helper()
	o := files.Options{Exclude: e.exclude}
	for _, path := range e.open {
		if path != "-" {
			path = filepath.Join(e.in.dir, path)
		}
		o.Paths = append(o.Paths, path)
	}
	if e.open == nil {
		o.Paths = []string{e.in.dir}
	}
	for _, path := range e.elsewhere {
		o.Elsewhere = append(o.Elsewhere, filepath.Join(e.in.dir, path))
	}
	if e.stdin != "" {
		f, err := os.Open(filepath.Join(e.in.dir, e.stdin))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close() //nolint:errcheck // it was only read
		o.Input.Stdin = f
	}
	s, err := files.Open(t.Context(), o)
	if e.refused != "" {
		if refusal := refused(t, err); !strings.Contains(e.in.plain(refusal.Message), e.refused) {
			t.Errorf("error %q, want %q", e.in.plain(refusal.Message), e.refused)
		}
		return
	}
	if err != nil {
		t.Fatal(e.in.plain(err.Error()))
	}
	r := e.in.drain(t, s)
	var gaps []string
	d := r.diagnosis(t)
	for _, g := range d.Gaps {
		gaps = append(gaps, r.plain(g.What+": "+g.Why+" → "+g.Next))
	}
	if !slices.EqualFunc(gaps, e.gaps, matches) {
		t.Errorf("gaps\n%s\nwant\n%s", strings.Join(gaps, "\n"), strings.Join(e.gaps, "\n"))
	}
	if e.resources != nil {
		if diff := cmp.Diff(e.resources, r.list()); diff != "" {
			t.Errorf("resources (-want +got):\n%s", diff)
		}
	}
	var text strings.Builder
	for _, n := range d.Notes {
		text.WriteString(r.plain(n.What + ": " + n.Why + "\n"))
	}
	for _, want := range e.notes {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no note %q in\n%s", want, text.String())
		}
	}
}

// matches reports whether a gap is at the place that is wanted, and has the text.
func matches(gap, want string) bool {
	place, text, _ := strings.Cut(want, ": ")
	return strings.HasPrefix(gap, place+": ") && strings.Contains(gap, text)
}
