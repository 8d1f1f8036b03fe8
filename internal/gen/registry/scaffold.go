package registry

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"text/template"

	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed new
var templates embed.FS

var (
	idForm   = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)+$`)
	lineForm = regexp.MustCompile(`^(v([0-9]+)_([0-9]+)|files|path)$`)
)

// Package returns the name of the folder and package of a rule.
func Package(id string) string { return strings.ReplaceAll(id, "-", "") }

// Scaffold makes the folder of a new rule in the repository at dir: source, documentation, a fixture that hits and one
// that is clean. It compiles, and its checks fail until it is filled.
func Scaffold(dir, id, line string) error {
	parts := lineForm.FindStringSubmatch(line)
	switch {
	case !idForm.MatchString(id):
		return fmt.Errorf("id %q: want lower-case words joined by hyphens", id)
	case parts == nil:
		return fmt.Errorf("line %q: want v3_8, files or path", line)
	}
	retired, err := fs.ReadFile(os.DirFS(dir), "rules/retired.txt")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("reading retired ids: %w", err)
	}
	for l := range strings.Lines(string(retired)) {
		if old, _, _ := strings.Cut(l, "#"); strings.TrimSpace(old) == id {
			return fmt.Errorf("id %s is retired and cannot be used again", id)
		}
	}
	folder := filepath.Join(dir, "rules", line, Package(id))
	if _, err := os.Stat(folder); err == nil {
		return fmt.Errorf("%s exists", folder)
	}
	facts := map[string]string{"ID": id, "Package": Package(id), "Since": "", "From": "3.4.1", "To": "3.7.3"}
	if parts[2] != "" {
		before, first, ok := opening(parts[2] + "." + parts[3])
		if !ok {
			return fmt.Errorf("line %q: no release of it is known, or none before it", line)
		}
		facts["Since"], facts["From"], facts["To"] = first, before, first
	}
	for from, to := range map[string]string{
		"rule.go.tmpl": "rule.go", "doc.md.tmpl": "doc.md", "hit.yaml.tmpl": "testdata/hit.yaml", "clean.yaml.tmpl": "testdata/clean.yaml",
	} {
		if err := expand(from, filepath.Join(folder, to), facts); err != nil {
			return err
		}
	}
	return nil
}

// opening returns the first known release of a line and the one before it.
func opening(line string) (before, first string, ok bool) {
	for _, r := range version.Releases() {
		if r.Version.Line().String() == line {
			return before, r.Version.String(), before != ""
		}
		before = r.Version.String()
	}
	return "", "", false
}

func expand(from, to string, facts map[string]string) error {
	parsed, err := template.ParseFS(templates, path.Join("new", from))
	if err != nil {
		return fmt.Errorf("making %s: %w", to, err)
	}
	var b bytes.Buffer
	if err := parsed.Execute(&b, facts); err != nil {
		return fmt.Errorf("making %s: %w", to, err)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil { //nolint:gosec // source files are for everybody
		return fmt.Errorf("making %s: %w", to, err)
	}
	if err := os.WriteFile(to, b.Bytes(), 0o644); err != nil { //nolint:gosec // as above
		return fmt.Errorf("making %s: %w", to, err)
	}
	return nil
}
