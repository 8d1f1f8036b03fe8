package cli

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// target is one document to write; an empty file means standard output.
type target struct{ format, file string }

// formats takes FORMAT or FORMAT=FILE each time, in any case of the letters of FORMAT, of which at most one goes to
// standard output and none to the file of another; - is standard output. Nothing given is the first format there. The grammar is the
// same for every command, so that one settings file serves them all: from there, and from the environment, a command
// takes the formats that it has. FORMAT=FILE there is the place of a report, which other commands leave alone.
func (s flags) formats(p *[]target, known []string, reports bool) {
	*p = []target{{format: known[0]}}
	given := 0
	f := s.list(new([]string), "format", "FORMAT or FORMAT=FILE, repeatable: "+strings.Join(known, ", ")+" (default "+known[0]+")").shows()
	f.take = func(text string) error {
		t, err := parseTarget(text, known)
		if err != nil {
			return err
		}
		if given == 0 {
			*p = nil
		}
		given++
		if slices.ContainsFunc(*p, func(other target) bool { return other.file == t.file }) {
			if t.file == "" {
				return &mistake{"sends two documents to standard output", "give all but one a file: --format json=report.json"}
			}
			return &mistake{"names " + t.file + " twice", "give each format a file of its own"}
		}
		*p = append(*p, t)
		return nil
	}
	f.path = func(under func(string) string, text string) string {
		if format, file, named := strings.Cut(text, "="); named && file != "" {
			return format + "=" + under(file)
		}
		return text
	}
	f.concerns = func(text string) bool {
		format, _, named := strings.Cut(text, "=")
		return reports || !named && slices.Contains(known, strings.ToLower(format))
	}
}

func parseTarget(text string, known []string) (target, error) {
	format, file, named := strings.Cut(text, "=")
	if strings.Contains(format, ",") {
		return target{}, &mistake{"takes one format each time", "repeat it: --format " + strings.Join(known[:2], " --format ")}
	}
	word, err := oneOf(format, known)
	if err != nil {
		return target{}, err
	}
	if named && file == "" {
		return target{}, &mistake{"names no file", "--format " + word + "=report." + word}
	}
	if file == "-" {
		file = ""
	}
	return target{word, file}, nil
}

// document writes a document in every format that is asked for.
func (a *app) document(targets []target, write func(format string) (string, error)) error {
	for _, t := range targets {
		text, err := write(t.format)
		if err != nil {
			a.code = report.ExitCannotRun
			return err
		}
		if err := a.deliver(t, text); err != nil {
			a.code = report.ExitCannotRun
			return err
		}
	}
	return nil
}

// documents are the formats of what is no report.
func documents() []string { return []string{"table", "json"} }

// formatted is a document as a table, which table makes, or as JSON.
func formatted(format string, table func() string, document any) (string, error) {
	if format == "table" {
		return table(), nil
	}
	text, err := json.MarshalIndent(document, "", "  ")
	if err != nil {
		return "", fmt.Errorf("encoding %s: %w", format, err)
	}
	return string(text) + "\n", nil
}
