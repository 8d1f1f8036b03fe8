package controlplane

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/suggest"
	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

// SchemaMap names the schema, tables and columns of an installation whose layout is not, or not correctly,
// recognised. What it leaves out is recognised as usual.
type SchemaMap struct {
	// Schema is the schema with the tables.
	Schema string `yaml:"schema"`
	// Tables maps a concept, such as service_template, to its table.
	Tables map[string]TableMap `yaml:"tables"`
}

// TableMap names the table of one concept.
type TableMap struct {
	// Table is a table of the schema, or "schema.table"; "none" if this installation has no such table.
	Table string `yaml:"table"`
	// Columns maps the concept's columns to the table's; "none" if the table has no such column.
	Columns map[string]string `yaml:"columns"`
}

// none is what a schema map says for something that an installation does not have.
const none = "none"

// ParseSchemaMap parses a schema map in YAML; name is the file's name for errors. An unknown concept or column is an
// error with a suggestion.
func ParseSchemaMap(name string, data []byte) (SchemaMap, error) {
	var m SchemaMap
	if err := yamlfile.Decode(name, data, &m); err != nil {
		return SchemaMap{}, fmt.Errorf("cannot read the schema map: %w", err)
	}
	if err := m.check(); err != nil {
		return SchemaMap{}, fmt.Errorf("%s: %w", name, err)
	}
	return m, nil
}

func (m SchemaMap) check() error {
	known := map[string]*concept{}
	for _, c := range concepts {
		known[c.name] = c
	}
	for _, name := range slices.Sorted(maps.Keys(m.Tables)) {
		c := known[name]
		if c == nil {
			return fmt.Errorf("tables: unknown name %q%s", name, didYouMean(name, slices.Sorted(maps.Keys(known))))
		}
		if err := m.Tables[name].check(c); err != nil {
			return fmt.Errorf("tables.%s%w", name, err)
		}
	}
	return nil
}

func (m TableMap) check(c *concept) error {
	if m.Table == none && len(m.Columns) > 0 {
		return errors.New(": a table given as none has no columns")
	}
	var fields []string
	for _, f := range c.fields {
		fields = append(fields, f.name)
	}
	for _, column := range slices.Sorted(maps.Keys(m.Columns)) {
		f, ok := c.field(column)
		if !ok {
			return fmt.Errorf(".columns: unknown name %q%s", column, didYouMean(column, fields))
		}
		if f.weight == required && m.Columns[column] == none {
			return fmt.Errorf(".columns: %s cannot be none", column)
		}
	}
	return nil
}

// didYouMean returns the end of an error about a misspelt name: what was probably meant, or the names that exist.
func didYouMean(name string, names []string) string {
	if nearest, ok := suggest.Nearest(name, names); ok {
		return fmt.Sprintf("; did you mean %q?", nearest)
	}
	return "; known names: " + strings.Join(names, ", ")
}
