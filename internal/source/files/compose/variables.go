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
func (p *Project) environment(n *tree.Node) []image.Variable {
	var all []image.Variable
	for name, value := range n.Entries() {
		all = append(all, p.variable(name, value.Written(), !value.Null(), value.At()))
	}
	for _, item := range n.Elements() {
		name, value, set := strings.Cut(item.Written(), "=")
		all = append(all, p.variable(name, value, set, item.At()))
	}
	return all
}

// variable returns a variable of a service. One that is only named has the value that the project has for it. The value
// is unknown where it comes from the environment, and may be where it is a default.
func (p *Project) variable(name, value string, set bool, at estate.Position) image.Variable {
	if !set {
		value = "${" + name + "}"
	}
	return known(name, dialect.Compose(value, p.variables), at)
}

// known returns a variable with a value.
func known(name string, value dialect.Text, at estate.Position) image.Variable {
	if why := value.Missing(); why != "" {
		return image.Variable{Name: name, Value: tree.Unknown(why, at)}
	}
	return image.Variable{Name: name, Value: tree.Text(value.String(), at)}
}

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
		text := dialect.Compose(name, p.variables)
		path := filepath.Join(p.folder, text.String())
		if filepath.IsAbs(text.String()) || text.Missing() != "" || !tree.Regular(path) {
			read = false
			continue
		}
		data, err := tree.Load(path)
		if err != nil {
			read = false
			continue
		}
		files, all = append(files, path), append(all, p.lines(path, data)...)
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
func (p *Project) lines(path string, data []byte) []image.Variable {
	var all []image.Variable
	number := 0
	for line := range bytes.Lines(data) {
		number++
		at := estate.Position{File: path, Line: number, Column: 1}
		name, value, set := strings.Cut(strings.TrimSpace(string(line)), "=")
		if name = strings.TrimSpace(strings.TrimPrefix(name, "export ")); name == "" || strings.HasPrefix(name, "#") {
			continue
		}
		if set && strings.HasPrefix(strings.TrimSpace(value), "'") {
			all = append(all, known(name, dialect.Plain(unquoted(value)), at))
			continue
		}
		all = append(all, p.variable(name, unquoted(value), set, at))
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
	for _, v := range p.lines(path, data) {
		if v.Value.Unknown() == "" {
			p.variables[v.Name] = v.Value.Text()
		}
	}
}
