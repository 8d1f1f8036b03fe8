package compose

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/files/dialect"
	"github.com/api7-preflight/api7-preflight/internal/source/files/image"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// environment reads variables, which Compose writes as a map or as a list.
func environment(n *tree.Node) []image.Variable {
	var all []image.Variable
	for name, value := range n.Entries() {
		why := elsewhere(value.Written())
		if value.Null() {
			why = fromShell(name)
		}
		all = append(all, variable(name, value.AsText(), why))
	}
	for _, item := range n.Elements() {
		all = append(all, assigned(item.Written(), item.At()))
	}
	return all
}

// assigned reads a variable that is written as NAME=value.
func assigned(text string, at estate.Position) image.Variable {
	name, value, set := strings.Cut(text, "=")
	why := elsewhere(value)
	if !set {
		why = fromShell(name)
	}
	return variable(name, tree.Text(value, at), why)
}

// variable returns a variable; why says why its value is not known, and is empty if it is.
func variable(name string, value *tree.Node, why string) image.Variable {
	if why != "" {
		value = tree.Unknown(why, value.At())
	}
	return image.Variable{Name: name, Value: value}
}

// elsewhere says which variable a text takes from the environment, if only perhaps; empty if it takes none.
func elsewhere(text string) string {
	t := dialect.Compose(text, nil)
	if names := t.Defaults(); len(names) > 0 {
		return dialect.Variable(names[0])
	}
	return t.Missing()
}

func fromShell(name string) string { return dialect.Variable(name) }

// envFiles returns the variables of the files that a service names, the later ones last, and the files that were read.
// read is false if one of them cannot be.
func (p *Project) envFiles(n *tree.Node) (all []image.Variable, files []string, read bool) {
	named := n.Elements()
	if n != nil && !n.IsList() {
		named = []*tree.Node{n}
	}
	read = true
	for _, f := range named {
		name := f.Written()
		if f.IsMap() {
			name = f.Get("path").Text()
		}
		path := filepath.Join(p.folder, name)
		if filepath.IsAbs(name) || elsewhere(name) != "" || !tree.Regular(path) {
			read = false
			continue
		}
		data, err := tree.Load(path)
		if err != nil {
			read = false
			continue
		}
		files, all = append(files, path), append(all, lines(path, data)...)
	}
	return all, files, read
}

// lay adds to a service's own variables those of files that it has not; of those of one name the last one wins.
func lay(own, files []image.Variable) []image.Variable {
	for _, v := range slices.Backward(files) {
		if !slices.ContainsFunc(own, func(set image.Variable) bool { return set.Name == v.Name }) {
			own = append(own, v)
		}
	}
	return own
}

// lines reads a file of variables, one a line.
func lines(path string, data []byte) []image.Variable {
	var all []image.Variable
	number := 0
	for line := range bytes.Lines(data) {
		number++
		name, value, set := strings.Cut(strings.TrimSpace(string(line)), "=")
		if name = strings.TrimSpace(strings.TrimPrefix(name, "export ")); name == "" || strings.HasPrefix(name, "#") {
			continue
		}
		text, why := unquoted(value), ""
		if !set {
			why = fromShell(name)
		} else if !strings.HasPrefix(strings.TrimSpace(value), "'") {
			why = elsewhere(text)
		}
		all = append(all, variable(name, tree.Text(text, estate.Position{File: path, Line: number, Column: 1}), why))
	}
	return all
}

// unquoted returns the value of a line in a file of variables, without its quotes.
func unquoted(value string) string {
	value = strings.TrimSpace(value)
	if len(value) > 1 && (value[0] == '"' || value[0] == '\'') && value[len(value)-1] == value[0] {
		return value[1 : len(value)-1]
	}
	return value
}

// readDotenv reads the variables in .env.
func (p *Project) readDotenv() {
	path := filepath.Join(p.folder, ".env")
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() > tree.MaxFile {
		return
	}
	data, err := os.ReadFile(path)
	if err != nil {
		p.Notes = append(p.Notes, estate.Note{What: path, Why: "cannot be read: variables that docker-compose takes from it are unknown"})
		return
	}
	p.Beside, p.variables = append(p.Beside, path), map[string]string{}
	for _, v := range lines(path, data) {
		if v.Value.Unknown() == "" {
			p.variables[v.Name] = v.Value.Text()
		}
	}
}
