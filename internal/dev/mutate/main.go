// Command mutate changes the conditions in rules, and in what rules share, one at a time, and runs the fixtures on
// each change. It prints every change that no fixture notices: either the fixtures lack a case, or the condition does
// nothing. The rows of tables are not changed here, but by the harness.
//
//	go run ./internal/dev/mutate             all rules
//	go run ./internal/dev/mutate v3_5 path   those whose folder contains one of the words
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	survivors, err := run(ctx, os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(2)
	}
	if survivors > 0 {
		os.Exit(1)
	}
}

// run changes the rules whose folder contains one of the words, and returns the number of changes that went
// unnoticed.
func run(ctx context.Context, words []string) (survivors int, err error) {
	files, err := filepath.Glob("rules/*/*/*.go")
	if err != nil {
		return 0, fmt.Errorf("finding rules: %w", err)
	}
	tried := 0
	for _, file := range files {
		if !chosen(file, words) {
			continue
		}
		all, unnoticed, err := one(ctx, file)
		if err != nil {
			return survivors, err
		}
		tried, survivors = tried+all, survivors+unnoticed
	}
	fmt.Printf("%d changes, %d unnoticed\n", tried, survivors)
	return survivors, nil
}

// one tries every change of a file and prints those that nothing notices.
func one(ctx context.Context, file string) (tried, survivors int, err error) {
	for ; ; tried++ {
		source, what, err := mutant(file, tried)
		if err != nil || source == nil {
			return tried, survivors, err
		}
		noticed, err := notices(ctx, file, source)
		if err != nil {
			return tried, survivors, err
		}
		if !noticed {
			survivors++
			fmt.Println(what)
		}
	}
}

// chosen reports whether to change a file. It leaves out tests, and files that only word findings and remedies.
func chosen(file string, words []string) bool {
	switch base := filepath.Base(file); {
	case strings.HasSuffix(base, "_test.go"), base == "remedy.go", base == "evidence.go":
		return false
	}
	for _, w := range words {
		if strings.Contains(file, w) {
			return true
		}
	}
	return len(words) == 0
}

// mutant returns the file with its i-th condition changed, and what was changed; nil if there are fewer conditions.
func mutant(file string, i int) (source []byte, what string, err error) {
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, file, nil, parser.ParseComments)
	if err != nil {
		return nil, "", fmt.Errorf("reading a rule: %w", err)
	}
	n := 0
	ast.Inspect(parsed, func(node ast.Node) bool {
		for _, change := range changes(node) {
			if n == i {
				what = fmt.Sprintf("%s: %s", set.Position(node.Pos()), change())
			}
			n++
		}
		return true
	})
	if what == "" {
		return nil, "", nil
	}
	var b bytes.Buffer
	if err := format.Node(&b, set, parsed); err != nil {
		return nil, "", fmt.Errorf("writing a mutant: %w", err)
	}
	return b.Bytes(), what, nil
}

// swaps maps each operator to its replacements.
var swaps = map[token.Token][]token.Token{
	token.EQL: {token.NEQ}, token.NEQ: {token.EQL}, token.LAND: {token.LOR}, token.LOR: {token.LAND},
	token.LSS: {token.GEQ, token.LEQ}, token.GEQ: {token.LSS, token.GTR}, token.GTR: {token.LEQ, token.GEQ}, token.LEQ: {token.GTR, token.LSS},
}

// changes returns the possible changes of a node. Each function makes one change and returns a description.
func changes(node ast.Node) []func() string {
	var out []func() string
	switch n := node.(type) {
	case *ast.BinaryExpr:
		for _, to := range swaps[n.Op] {
			from := n.Op
			out = append(out, func() string { n.Op = to; return fmt.Sprintf("%s became %s", from, to) })
		}
	case *ast.IfStmt:
		out = append(out, func() string {
			n.Cond = &ast.UnaryExpr{Op: token.NOT, X: &ast.ParenExpr{X: n.Cond}}
			return "the condition was turned round"
		})
	case *ast.BasicLit:
		if v, err := strconv.Atoi(n.Value); n.Kind == token.INT && err == nil && v > 1 {
			out = append(out, func() string { n.Value = strconv.Itoa(v + 1); return fmt.Sprintf("%d became %d", v, v+1) })
		}
	}
	return out
}

// notices runs the fixtures of the rule in file with source in place of the file, and reports whether they fail. A
// change that does not compile counts as noticed.
func notices(ctx context.Context, file string, source []byte) (bool, error) {
	dir, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return false, fmt.Errorf("making a mutant: %w", err)
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	absolute, err := filepath.Abs(file)
	if err != nil {
		return false, fmt.Errorf("making a mutant: %w", err)
	}
	changed, overlay := filepath.Join(dir, "mutant.go"), filepath.Join(dir, "overlay.json")
	text, err := json.Marshal(map[string]map[string]string{"Replace": {absolute: changed}})
	if err != nil {
		return false, fmt.Errorf("making a mutant: %w", err)
	}
	for name, data := range map[string][]byte{changed: source, overlay: text} {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			return false, fmt.Errorf("making a mutant: %w", err)
		}
	}
	promises, err := promisesOf(filepath.Dir(file))
	if err != nil {
		return false, err
	}
	cmd := exec.CommandContext(ctx, "go", "test", "./rules", "-overlay", overlay, "-count=1", "-vet=off", "-ldflags=-s -w", "-run", promises) //nolint:gosec // our own command
	out, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		return false, fmt.Errorf("testing a mutant: %w", ctx.Err())
	}
	return err != nil || bytes.Contains(out, []byte("FAIL")), nil
}

var idField = regexp.MustCompile(`\bID:\s+"([a-z0-9-]+)"`)

// promisesOf returns the pattern of the test for the rule in a folder; of all rules if the folder has none or does
// not contain its id literally.
func promisesOf(dir string) (string, error) {
	const all = "^TestEveryRuleKeepsItsPromises$"
	source, err := os.ReadFile(filepath.Join(dir, "rule.go"))
	if errors.Is(err, fs.ErrNotExist) {
		return all, nil // several rules share it
	}
	if err != nil {
		return "", fmt.Errorf("reading a rule: %w", err)
	}
	for _, m := range idField.FindAllSubmatch(source, -1) {
		if id := string(m[1]); strings.ReplaceAll(id, "-", "") == filepath.Base(dir) {
			return all + "/^" + id + "$", nil
		}
	}
	return all, nil
}
