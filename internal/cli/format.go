package cli

import (
	"context"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/api7-preflight/api7-preflight/internal/outfile"
	"github.com/api7-preflight/api7-preflight/internal/render"
)

// target is one document to write.
type target struct {
	format string
	*output
}

// outputs returns the places to which documents go.
func outputs(targets []target) []*output {
	outs := make([]*output, len(targets))
	for i, t := range targets {
		outs[i] = t.output
	}
	return outs
}

// formats adds a flag that may be repeated and takes FORMAT or FORMAT=FILE, with FORMAT in upper or lower case and
// "-" for standard output. The default is the first known format on standard output. The grammar is the same for
// every command, so that one settings file works for all: from that file and from the environment, a command takes
// only the formats that it has, and FORMAT=FILE is the place of a report, which other commands ignore. The targets
// still have to be claimed.
func (s flags) formats(p *[]target, known []string, reports bool) {
	*p = []target{{known[0], &output{}}}
	given := false
	f := s.list(new([]string), "format", "FORMAT or FORMAT=FILE, - for standard output, repeatable: "+strings.Join(known, ", ")+" (default "+known[0]+")").shows()
	f.take = func(text string) error {
		t, err := parseTarget(text, known)
		if err != nil {
			return err
		}
		if !given {
			*p, given = nil, true
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
		word := strings.ToLower(strings.TrimSpace(format))
		ofReports := slices.Contains(render.Formats(), word) // what no command knows is a mistake in all of them
		return reports || !ofReports || !named && slices.Contains(known, word)
	}
}

func parseTarget(text string, known []string) (target, error) {
	format, file, named := strings.Cut(text, "=")
	if strings.Contains(format, ",") {
		return target{}, &mistake{"takes one format at a time", "repeat it: --format " + strings.Join(known[:2], " --format ") + "; in a variable, one a line"}
	}
	word, err := oneOf(format, known)
	if err != nil {
		return target{}, err
	}
	if named && file == "" {
		return target{}, &mistake{"has no file name", "--format " + word + "=report." + word}
	}
	return target{word, &output{flag: "--format " + word + "=", name: file}}, nil
}

// document writes a document in every requested format, the one on standard output last, and replaces a file only by a
// complete one. Documents are written as they are made, because no memory may hold a large one. It returns the names of
// the files.
func (a *app) document(ctx context.Context, targets []target, write func(io.Writer, target) error) (files []string, err error) {
	for _, t := range targets {
		if t.name == "" {
			continue
		}
		err := outfile.Write(ctx, t.name, outfile.Options{Mode: render.Mode(t.format)}, func(w io.Writer) error { return write(w, t) })
		if err != nil {
			return files, unwritten(err)
		}
		files = append(files, t.name)
	}
	for _, t := range targets {
		if t.name == "" {
			a.stopProgress()
			return files, unprinted(write(a.env.Stdout, t))
		}
	}
	return files, nil
}

// list writes the output of a command without sources.
func (a *app) list(cmd *cobra.Command, targets []target, table func() string, document any) error {
	if err := a.claim(cmd, outputs(targets)...); err != nil {
		return err
	}
	_, err := a.document(cmd.Context(), targets, func(w io.Writer, t target) error { return formatted(w, t.format, table, document) })
	return err
}

// documents are the formats of documents other than reports.
var documents = []string{"table", "json"}

// formatted writes a document as JSON or as the table that table returns.
func formatted(w io.Writer, format string, table func() string, document any) error {
	text := table
	if format != "table" {
		inJSON, err := render.JSON(document)
		if err != nil {
			return err
		}
		text = func() string { return inJSON }
	}
	_, err := io.WriteString(w, text())
	return err //nolint:wrapcheck // the caller names the output
}
