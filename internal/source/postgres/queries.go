package postgres

import (
	"embed"
	"fmt"
	"strings"
)

// queries holds every SELECT, one statement per file.
//
//go:embed queries/*.sql
var queries embed.FS

// statement returns a query with its {placeholders} filled in. Only identifiers and expressions that expr.go has
// quoted may be filled in; values are parameters.
func statement(name string, pairs ...string) string {
	text, err := queries.ReadFile("queries/" + name + ".sql")
	if err != nil {
		panic(fmt.Sprintf("postgres: query %s is not embedded", name)) // a misspelt constant; every query has a test
	}
	for i := range pairs {
		if i%2 == 0 {
			pairs[i] = "{" + pairs[i] + "}"
		}
	}
	return strings.TrimSpace(strings.NewReplacer(pairs...).Replace(string(text)))
}
