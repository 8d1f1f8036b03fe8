package cli_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// flagOfOthers reports whether a text is a flag of another program, in a hint about calling that.
func flagOfOthers(name string) bool {
	return slices.Contains(strings.Fields(
		"--file --schema-only --data-only --no-schema --table --schema --exclude-table --exclude-table-data --encoding --column-inserts --globals-only "+ // pg_dump
			"--reuse-values --reset-values --reset-then-reuse-values --install --wait --set --atomic "+ // helm
			"--replicas --all-containers --since "+ // kubectl
			"--exit-on-error "+ // pg_restore
			"--apply --undo "+ // the scripts of runbook --out
			"--no-deps --images "+ // docker compose
			"--with-id --backend --label-selector --gateway-group --include-resource-type --name "+ // adc
			"--include --data --data-binary --connect-to "+
			"--env-file --health --app-namespace --with-source --no-edit --sync-policy --show-labels --debug --for --server"), name) // curl, grep
}

// TestEveryFlagThatATextNamesExists reads all texts of the program, because a hint must not mention a flag that is
// gone.
func TestEveryFlagThatATextNamesExists(t *testing.T) {
	t.Parallel()
	flags := regexp.MustCompile(`(^|[^-\w])(--[a-z][a-z-]*[a-z])`)
	known := map[string]bool{"--help": true, "--version": true}
	for _, command := range []string{"check", "demo", "doctor", "grants", "snapshot", "rules list", "rules coverage", "targets", "runbook"} {
		_, help, _ := call(t, append(strings.Fields(command), "--help")...)
		for _, found := range flags.FindAllStringSubmatch(help, -1) {
			known[found[2]] = true
		}
	}
	read := 0
	for _, folder := range []string{"../engine", "../source", "../report", "../runbook", "../render", "../rule", "../../rules", "."} {
		err := filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				literal, ok := n.(*ast.BasicLit)
				if !ok || literal.Kind != token.STRING {
					return true
				}
				text, _ := strconv.Unquote(literal.Value)
				for _, found := range flags.FindAllStringSubmatch(text, -1) {
					read++
					if !known[found[2]] && !flagOfOthers(found[2]) {
						t.Errorf("%s: no command has %s: %q", path, found[2], text)
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if read < 100 {
		t.Errorf("only %d flags are named: the texts are elsewhere", read)
	}
}
