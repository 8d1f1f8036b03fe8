package files

import (
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/plural"
)

// exclusion is a pattern of paths that a folder does not bring.
type exclusion struct {
	pattern string
	path    *regexp.Regexp
	hits    int
	named   int // files that it matches and that were named: they stay
}

// matches reports whether a path is one of the pattern: as it is shown, as it stands below a folder, or in full.
func (e *exclusion) matches(root, path string) bool {
	if e.path.MatchString(filepath.ToSlash(filepath.Clean(path))) {
		return true
	}
	if filepath.IsAbs(e.pattern) {
		return e.path.MatchString(filepath.ToSlash(absolute(path)))
	}
	below, err := filepath.Rel(root, path)
	return err == nil && e.path.MatchString(filepath.ToSlash(below))
}

// Pattern reports whether a text is a pattern of [Options.Exclude]. In it * stands for anything but a slash, ** for anything,
// ? for one character and [a-z] for one of some. A pattern without a slash is that of a name, wherever it stands.
func Pattern(text string) bool {
	_, err := regexp.Compile(expression(text))
	return text != "" && err == nil
}

// expression translates a pattern.
func expression(pattern string) string {
	pattern = strings.TrimSuffix(filepath.ToSlash(pattern), "/")
	var b strings.Builder
	b.WriteString("^")
	if !strings.Contains(pattern, "/") {
		b.WriteString("(?:.*/)?")
	}
	pattern = strings.TrimPrefix(pattern, "./")
	for i := 0; i < len(pattern); i++ {
		switch rest := pattern[i:]; {
		case strings.HasPrefix(rest, "**/"):
			b.WriteString("(?:.*/)?")
			i += 2
		case strings.HasPrefix(rest, "**"):
			b.WriteString(".*")
			i++
		case rest[0] == '*':
			b.WriteString("[^/]*")
		case rest[0] == '?':
			b.WriteString("[^/]")
		case rest[0] == '[':
			end := strings.IndexByte(rest, ']')
			if end < 2 {
				return "[" // an error of the pattern is one of the expression
			}
			b.WriteString("[" + strings.NewReplacer("!", "^", `\`, `\\`, "[", `\[`).Replace(rest[1:2]) + strings.ReplaceAll(rest[2:end], `\`, `\\`) + "]")
			i += end
		default:
			b.WriteString(regexp.QuoteMeta(rest[:1]))
		}
	}
	return b.String() + "$"
}

func exclusionsOf(patterns []string) []exclusion {
	all := make([]exclusion, 0, len(patterns))
	for _, p := range patterns {
		if Pattern(p) {
			all = append(all, exclusion{pattern: p, path: regexp.MustCompile(expression(p))})
		}
	}
	return all
}

// excluded reports whether a path in a folder is left out: as it is shown, or as it stands below the folder. Every pattern
// that matches is one that has had an effect.
func (w *walker) excluded(root, full string) bool {
	if len(w.exclude) == 0 {
		return false
	}
	hit := false
	for i := range w.exclude {
		if e := &w.exclude[i]; e.matches(root, full) {
			e.hits++
			hit = true
		}
	}
	return hit
}

// keep notes which patterns match a file that was named, and is read all the same.
func (w *walker) keep(path string) {
	for i := range w.exclude {
		if e := &w.exclude[i]; e.matches(filepath.Dir(path), path) {
			e.named++
		}
	}
}

// idle returns the patterns that left nothing out, and why.
func (w *walker) idle() []string {
	var all []string
	for _, e := range w.exclude {
		switch {
		case e.hits > 0:
		case e.named > 0:
			all = append(all, strconv.Quote(e.pattern)+" matches only what --config names itself, which is read all the same")
		default:
			all = append(all, strconv.Quote(e.pattern)+" matches nothing in the folders of --config")
		}
	}
	return all
}

// leftOut says what was left out because the user wanted it so.
func (w *walker) leftOut() []estate.Note {
	var notes []estate.Note
	for _, e := range w.exclude {
		why := "--exclude: " + plural.Of(e.hits, "path is", "paths are") + " left out"
		switch {
		case e.hits > 0:
		case e.named > 0:
			why = "--exclude: it matches only what --config names itself, which is read all the same"
		default:
			why = "--exclude: it matches nothing, and leaves nothing out"
		}
		notes = append(notes, estate.Note{What: strconv.Quote(e.pattern), Why: why})
	}
	return notes
}
