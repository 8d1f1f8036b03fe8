// Command gen writes rules/all.go, the list of every rule, from the rule folders. With -rule it first creates the
// folder of a new rule, which fails its checks until it is filled in.
//
//	go run ./internal/dev/gen
//	go run ./internal/dev/gen -rule plugin-gone -line v3_8 -kind plugin
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/dev/gen/registry"
)

func main() {
	if err := run(os.Args[1:], os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("gen", flag.ContinueOnError)
	flags.SetOutput(out)
	root := flags.String("root", ".", "the repository")
	id := flags.String("rule", "", "id of a new rule: make its folder")
	line := flags.String("line", "", "release line of the new rule, as v3_8; several, files or path for a rule of no line")
	kind := flags.String("kind", "", "kind of the new rule: "+strings.Join(registry.Kinds(), ", "))
	since := flags.String("since", "", "release of that line that brings the change, as 3.8.10 (default its first)")
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("reading flags: %w", err)
	}
	var fill []string
	if *id != "" {
		var err error
		if fill, err = registry.Scaffold(*root, *id, *line, *kind, *since); err != nil {
			return err
		}
	}
	files, err := registry.Files(os.DirFS(*root))
	if err != nil {
		return err
	}
	if _, err := registry.Update(*root, files, true); err != nil {
		return err
	}
	if *id == "" {
		return nil
	}
	if _, err := fmt.Fprintf(out, "Fill in what says %s:\n  %s\nand write the change into rules/catalogue.yaml. Then\n  go test ./rules -run %s\n  make gen\n",
		registry.Fill, strings.Join(fill, "\n  "), *id); err != nil {
		return fmt.Errorf("telling what to fill: %w", err)
	}
	return nil
}
