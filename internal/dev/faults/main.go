// Command faults runs every test that tries faults, and prints how many of each class were tried and survived. It fails
// if one did not survive.
//
//	go run ./internal/dev/faults                             prints the table
//	go run ./internal/dev/faults -doc docs/reliability.md    and puts it into the document
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	doc := flag.String("doc", "", "the document that shows the table")
	flag.Parse()
	lost, err := run(ctx, *doc)
	if err != nil {
		fmt.Fprintln(os.Stderr, "faults:", err)
		os.Exit(2)
	}
	if lost > 0 {
		fmt.Fprintln(os.Stderr, "faults:", lost, "did not survive")
		os.Exit(1)
	}
}

// run tries all faults, prints what came of it, and puts that into a document, if one is named. It returns how many
// faults did not survive.
func run(ctx context.Context, doc string) (lost int, err error) {
	suites, err := find(os.DirFS("."))
	if err != nil {
		return 0, err
	}
	result := &tally{}
	for _, s := range suites {
		fmt.Fprintln(os.Stderr, "running", s.folder)
		if err := s.run(ctx, result, os.Stderr); err != nil {
			return 0, err
		}
	}
	text, lost, err := result.table()
	for _, complaint := range result.complaints {
		fmt.Fprintln(os.Stderr, complaint)
	}
	if err != nil {
		return 0, err
	}
	text = fmt.Sprintf("Run on %s with %s on %s, %d processors.\n\n", time.Now().UTC().Format(time.DateOnly), runtime.Version(), runtime.GOOS+"/"+runtime.GOARCH, runtime.NumCPU()) + text
	fmt.Print(text)
	if doc == "" {
		return lost, nil
	}
	old, err := os.ReadFile(doc)
	if err != nil {
		return lost, fmt.Errorf("reading the document: %w", err)
	}
	before, _, after, ok := parts(string(old))
	if !ok {
		return lost, fmt.Errorf("%s has no place for the table: a line %s, and below it a line %s", doc, begin, end)
	}
	if err := os.WriteFile(doc, []byte(before+begin+"\n"+text+end+after), 0o644); err != nil { //nolint:gosec // a document is for everybody
		return lost, fmt.Errorf("writing the document: %w", err)
	}
	return lost, nil
}
