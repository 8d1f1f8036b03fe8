package registry

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"go/format"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"text/template"

	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed new
var templates embed.FS

var (
	idForm   = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)+$`)
	lineForm = regexp.MustCompile(`^(v([0-9]+)_([0-9]+)|several|files|path)$`)
)

// Fill marks each place in a new rule folder that its author has to fill in. A rule that still contains it is
// refused.
const Fill = "FILL"

// Kinds returns the kinds of rules that have a scaffold.
func Kinds() []string { return []string{"plugin", "file", "own", "reminder"} }

// Package returns the name of the folder and package of a rule.
func Package(id string) string { return strings.ReplaceAll(id, "-", "") }

// Scaffold creates the folder of a new rule in the repository at dir: source, documentation, a fixture that hits and
// one that is clean. It returns the files to fill in, relative to dir. The result compiles, but fails its checks
// until it is filled in. since is the release of line that brings the change; empty: the line's first.
func Scaffold(dir, id, line, kind, since string) (fill []string, err error) {
	parts := lineForm.FindStringSubmatch(line)
	switch {
	case !idForm.MatchString(id):
		return nil, fmt.Errorf("id %q: want lower-case words joined by hyphens", id)
	case parts == nil:
		return nil, fmt.Errorf("line %q: want v3_8, several, files or path", line)
	case !slices.Contains(Kinds(), kind):
		return nil, fmt.Errorf("kind %q: want one of %s", kind, strings.Join(Kinds(), ", "))
	}
	if err := retired(dir, id); err != nil {
		return nil, err
	}
	folder := path.Join("rules", line, Package(id))
	if there, _ := filepath.Glob(filepath.Join(dir, "rules", "*", Package(id))); len(there) > 0 { // the pattern is valid
		return nil, fmt.Errorf("%s exists: two rules cannot have one name", there[0])
	}
	facts := map[string]string{"ID": id, "Package": Package(id), "Line": "", "Since": "3.5.0", "From": "3.4.1", "To": "3.7.3"}
	if parts[2] != "" {
		before, first, ok := opening(parts[2]+"."+parts[3], since)
		if !ok {
			return nil, fmt.Errorf("line %q, release %q: no release of it is known, or none before it", line, since)
		}
		facts["Line"], facts["Since"], facts["From"], facts["To"] = line, first, before, first
	}
	for _, f := range []struct{ from, to string }{
		{kind + "/rule.go.tmpl", "rule.go"},
		{"doc.md.tmpl", "doc.md"},
		{kind + "/hit.yaml.tmpl", "testdata/hit.yaml"},
		{kind + "/clean.yaml.tmpl", "testdata/clean.yaml"},
	} {
		text, err := expand(f.from, facts)
		if err != nil {
			return nil, fmt.Errorf("making %s: %w", f.to, err)
		}
		if err := create(filepath.Join(dir, folder, f.to), text); err != nil {
			return nil, err
		}
		if bytes.Contains(text, []byte(Fill)) {
			fill = append(fill, path.Join(folder, f.to))
		}
	}
	return fill, nil
}

// retired returns an error for an id that a rule once had.
func retired(dir, id string) error {
	list, err := os.ReadFile(filepath.Join(dir, "rules", "retired.txt"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("reading retired ids: %w", err)
	}
	for l := range strings.Lines(string(list)) {
		if old, _, _ := strings.Cut(l, "#"); strings.TrimSpace(old) == id {
			return fmt.Errorf("id %s is retired and cannot be used again", id)
		}
	}
	return nil
}

// opening returns the release since of a line, or the first known one if since is empty, and the release before it.
func opening(line, since string) (before, first string, ok bool) {
	for _, r := range version.Releases() {
		if r.Version.Line().String() == line && (since == "" || r.Version.String() == since) {
			return before, r.Version.String(), before != ""
		}
		before = r.Version.String()
	}
	return "", "", false
}

// expand fills in a template. Go source is formatted.
func expand(name string, facts map[string]string) ([]byte, error) {
	parsed, err := template.ParseFS(templates, path.Join("new", name))
	if err != nil {
		return nil, fmt.Errorf("reading its template: %w", err)
	}
	var b bytes.Buffer
	if err := parsed.Execute(&b, facts); err != nil {
		return nil, fmt.Errorf("filling its template: %w", err)
	}
	if !strings.HasSuffix(name, ".go.tmpl") {
		return b.Bytes(), nil
	}
	source, err := format.Source(b.Bytes())
	if err != nil {
		return nil, fmt.Errorf("formatting it: %w", err)
	}
	return source, nil
}

func create(file string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil { //nolint:gosec // source files are for everybody
		return fmt.Errorf("making %s: %w", file, err)
	}
	if err := os.WriteFile(file, text, 0o644); err != nil { //nolint:gosec // as above
		return fmt.Errorf("making %s: %w", file, err)
	}
	return nil
}
