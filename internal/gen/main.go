// Command gen writes rules/all.go, the list of every rule, from the rule folders. With -rule it first makes the folder of a
// new rule, which fails its checks until it is filled.
//
//	go run ./internal/gen
//	go run ./internal/gen -rule plugin-gone -line v3_8
package main

import (
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/api7-preflight/api7-preflight/internal/gen/registry"
)

func main() {
	if err := run(os.Args[1:], os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(args []string, stderr io.Writer) error {
	flags := flag.NewFlagSet("gen", flag.ContinueOnError)
	flags.SetOutput(stderr)
	root := flags.String("root", ".", "the repository")
	rule := flags.String("rule", "", "id of a new rule: make its folder")
	line := flags.String("line", "path", "release line of the new rule, as v3_8; path for a rule of no line")
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("reading flags: %w", err)
	}
	if *rule != "" {
		if err := registry.Scaffold(*root, *rule, *line); err != nil {
			return err
		}
	}
	files, err := registry.Files(os.DirFS(*root))
	if err != nil {
		return err
	}
	_, err = registry.Update(*root, files, true)
	return err
}
