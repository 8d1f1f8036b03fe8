package compose

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/files/dialect"
	"github.com/api7-preflight/api7-preflight/internal/source/files/image"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// environment reads variables, which Compose writes as a map or as a list. lost says where something stands that is none.
func (p *Project) environment(n *tree.Node) (all []image.Variable, lost string) {
	add := func(name, value string, set bool, at estate.Position) {
		if !isName(name) {
			lost = cmp.Or(lost, "what is no variable, at "+at.String())
			return
		}
		all = append(all, p.variable(name, value, set, at))
	}
	for name, value := range n.Entries() {
		add(name, value.Written(), !value.Null(), value.At())
	}
	for _, item := range n.Elements() {
		name, value, set := strings.Cut(item.Written(), "=")
		add(name, value, set, item.At())
	}
	return all, lost
}

var (
	variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	// encoded matches what has the form of a name and is a line of a key or a certificate.
	encoded = regexp.MustCompile(`^[A-Za-z0-9]*[0-9][A-Za-z0-9]*$`)
)

// isName reports whether a text is the name of a variable. What is none may be a part of a secret, and is never shown.
func isName(text string) bool {
	secret := len(text) >= 20 && encoded.MatchString(text) && strings.ToUpper(text) != text && strings.ToLower(text) != text
	return variableName.MatchString(text) && !secret
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
// lost says what of them is not understood; read is false if one of them cannot be read.
func (p *Project) envFiles(n *tree.Node) (all []image.Variable, files []string, lost string, read bool) {
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
		more, where := p.lines(path, data)
		files, all, lost = append(files, path), append(all, more...), cmp.Or(lost, where)
	}
	return all, files, lost, read
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

// lines reads a file of variables, one a line, but for values in quotes, which may go on over several. lost says where a
// line stands that is none: it is named by its number alone, since it may be a part of a secret.
func (p *Project) lines(path string, data []byte) (all []image.Variable, lost string) {
	text := strings.Split(string(data), "\n")
	for i := 0; i < len(text); i++ {
		at := estate.Position{File: path, Line: i + 1, Column: 1}
		name, value, set := strings.Cut(strings.TrimSpace(text[i]), "=")
		if name == "" && !set || strings.HasPrefix(name, "#") {
			continue
		}
		name, value = strings.TrimSpace(strings.TrimPrefix(name, "export ")), strings.TrimSpace(value)
		if !set || !isName(name) {
			lost = cmp.Or(lost, "a line that is not NAME=value, at "+at.String())
			continue
		}
		for quote := quoteOf(value); quote != "" && !closed(value, quote) && i+1 < len(text); {
			i++
			value += "\n" + strings.TrimRight(text[i], " \t\r")
		}
		if quoteOf(value) == "'" {
			all = append(all, known(name, dialect.Plain(unquoted(value)), at))
			continue
		}
		all = append(all, p.variable(name, unquoted(value), true, at))
	}
	return all, lost
}

// quoteOf returns the quote with which a value begins; empty if it begins with none.
func quoteOf(value string) string {
	if value != "" && (value[0] == '"' || value[0] == '\'') {
		return value[:1]
	}
	return ""
}

// closed reports whether a value that begins with a quote ends with it, or has a comment behind it.
func closed(value, quote string) bool {
	end := strings.LastIndex(value[1:], quote)
	if end < 0 {
		return false
	}
	rest := strings.TrimSpace(value[1+end+1:])
	return rest == "" || strings.HasPrefix(rest, "#")
}

// unquoted returns the value of a line in a file of variables, without its quotes.
func unquoted(value string) string {
	if quote := quoteOf(value); quote != "" && closed(value, quote) {
		return value[1 : 1+strings.LastIndex(value[1:], quote)]
	}
	return value
}

// readDotenv reads the variables in .env.
func (p *Project) readDotenv() {
	path := filepath.Join(p.folder, ".env")
	if info, err := os.Stat(path); err != nil || info.IsDir() { // a folder of that name is Python's
		return
	}
	data, err := tree.Read(path)
	switch {
	case errors.Is(err, tree.ErrTooLarge):
		p.unread(path, fmt.Sprintf("larger than %d MiB", tree.MaxFile>>20))
		return
	case err != nil:
		p.unread(path, "cannot be read")
		return
	}
	p.Beside, p.variables, p.dotenv = append(p.Beside, path), map[string]string{}, path
	all, _ := p.lines(path, data)
	for _, v := range all {
		if v.Value.Unknown() == "" {
			p.variables[v.Name] = v.Value.Text()
		}
	}
}

// unread says that the variables in .env are not known.
func (p *Project) unread(path, why string) {
	p.Notes = append(p.Notes, estate.Note{What: path, Why: why + ": variables that docker-compose takes from it are unknown"})
}
