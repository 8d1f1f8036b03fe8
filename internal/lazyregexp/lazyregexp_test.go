package lazyregexp_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/lazyregexp"
)

func TestAnExpressionIsCompiledOnceItIsNeeded(t *testing.T) {
	t.Parallel()
	broken := lazyregexp.New("(")
	defer func() {
		if recover() == nil {
			t.Error("what is no regular expression matches")
		}
	}()
	if !lazyregexp.New("^a+$").MatchString("aa") {
		t.Error("aa does not match")
	}
	broken.MatchString("")
}

// TestEveryExpressionCompiles compiles those in the sources, which no start of the program does.
func TestEveryExpressionCompiles(t *testing.T) {
	t.Parallel()
	seen := 0
	err := filepath.WalkDir("..", func(name string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			of, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || of.Sel.Name != "New" {
				return true
			}
			if pkg, ok := of.X.(*ast.Ident); !ok || pkg.Name != "lazyregexp" {
				return true
			}
			seen++
			if _, err := regexp.Compile(text(t, name, call.Args[0])); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			return true
		})
		return nil
	})
	if err != nil || seen < 50 {
		t.Errorf("%d expressions: %v", seen, err)
	}
}

// text returns the value of a text that is written out, perhaps in several parts.
func text(t *testing.T, name string, e ast.Expr) string {
	t.Helper()
	switch e := e.(type) {
	case *ast.BinaryExpr:
		return text(t, name, e.X) + text(t, name, e.Y)
	case *ast.BasicLit:
		if s, err := strconv.Unquote(e.Value); err == nil {
			return s
		}
	}
	t.Errorf("%s: an expression is not written out", name)
	return ""
}
