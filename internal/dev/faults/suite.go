package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
)

// suite is the tests of a package that try faults.
type suite struct {
	folder  string
	tests   []string
	scripts []string // of TestScripts
}

// more are the arguments for packages whose tests can try more than they do by default.
var more = map[string][]string{
	"internal/cli":             {"-parallel", "8", "-args", "-breaks", "12", "-flips", "100"},
	"internal/source/adminapi": {"-args", "-runs", "30", "-addresses", "8"},
}

var scripted = regexp.MustCompile(`(?m)^fault [a-z-]+$`)

// find returns the suites of a module. A test tries faults if its function calls the package faulttest, a script if it
// has the command fault.
func find(root fs.FS) ([]suite, error) {
	suites := map[string]*suite{}
	err := fs.WalkDir(root, ".", func(name string, _ fs.DirEntry, err error) error {
		isTest, isScript := strings.HasSuffix(name, "_test.go"), path.Ext(name) == ".txtar"
		if err != nil || !isTest && !isScript || strings.HasPrefix(name, "internal/dev/") {
			return err
		}
		folder, script, _ := strings.Cut(strings.TrimSuffix(name, ".txtar"), "/testdata/script/")
		if isTest {
			folder = path.Dir(name)
		}
		tests, scripts, err := in(root, name, script)
		if len(tests)+len(scripts) == 0 {
			return err
		}
		if suites[folder] == nil {
			suites[folder] = &suite{folder: folder}
		}
		suites[folder].tests = append(suites[folder].tests, tests...)
		suites[folder].scripts = append(suites[folder].scripts, scripts...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("looking for tests: %w", err)
	}
	all := make([]suite, 0, len(suites))
	for _, s := range suites {
		all = append(all, *s)
	}
	slices.SortFunc(all, func(a, b suite) int { return strings.Compare(a.folder, b.folder) })
	return all, nil
}

// in returns the tests in a file that try faults, or the script that the file is, if it does. A file of text that is no
// script has no name as one.
func in(root fs.FS, name, script string) (tests, scripts []string, err error) {
	text, err := fs.ReadFile(root, name)
	if err != nil {
		return nil, nil, fmt.Errorf("reading a test: %w", err)
	}
	if path.Ext(name) == ".go" {
		tests, err = testsIn(name, text)
	} else if script != "" && scripted.Match(text) {
		scripts = []string{script}
	}
	return tests, scripts, err
}

// testsIn returns the tests in a file that call the package faulttest.
func testsIn(name string, text []byte) ([]string, error) {
	if !bytes.Contains(text, []byte("faulttest.")) {
		return nil, nil
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, text, 0)
	if err != nil {
		return nil, fmt.Errorf("reading a test: %w", err)
	}
	var tests []string
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && strings.HasPrefix(f.Name.Name, "Test") && f.Recv == nil && tries(f) {
			tests = append(tests, f.Name.Name)
		}
	}
	return tests, nil
}

func tries(f *ast.FuncDecl) bool {
	found := false
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			x, ok := s.X.(*ast.Ident)
			found = found || ok && x.Name == "faulttest" && s.Sel.Name == "Tried"
		}
		return true
	})
	return found
}

// pattern is what go test -run takes for the suite.
func (s *suite) pattern() string {
	var all []string
	if len(s.tests) > 0 {
		all = append(all, "^("+strings.Join(s.tests, "|")+")$")
	}
	if len(s.scripts) > 0 {
		all = append(all, "^TestScripts$/^("+strings.Join(s.scripts, "|")+")$")
	}
	return strings.Join(all, "|")
}

// event is one line of go test -json, whose keys begin with capitals.
type event struct {
	Action  string `json:"action"`
	Package string `json:"package"`
	Test    string `json:"test"`
	Key     string `json:"key"`
	Value   string `json:"value"`
	Output  string `json:"output"`
}

// run runs the suite and adds what it tells. What the go command says itself goes to errs.
func (s *suite) run(ctx context.Context, result *tally, errs io.Writer) error {
	args := append([]string{"test", "-json", "-count=1", "-timeout=20m", "-run", s.pattern(), "./" + s.folder}, more[s.folder]...)
	cmd := exec.CommandContext(ctx, "go", args...) //nolint:gosec // our own command
	cmd.Stderr = errs
	out, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("running tests: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("running tests: %w", err)
	}
	err = result.read(out)
	exit := cmd.Wait()
	if _, failed := errors.AsType[*exec.ExitError](exit); err != nil || exit != nil && !failed || ctx.Err() != nil {
		return fmt.Errorf("running the tests of %s: %w", s.folder, errors.Join(ctx.Err(), err, exit))
	}
	passed := result.passed[s.folder]
	for _, test := range s.tests {
		if exit == nil && !passed[test] {
			return fmt.Errorf("%s of %s did not run", test, s.folder)
		}
	}
	if exit != nil && !result.failed[s.folder] {
		return fmt.Errorf("the tests of %s do not run: %w", s.folder, exit)
	}
	return nil
}

// read reads what go test -json prints.
func (t *tally) read(r io.Reader) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			continue // of the go command itself
		}
		if err := t.add(e); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("reading what tests print: %w", err)
	}
	return nil
}
