package files

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

// dotenv is the file beside a docker-compose file from which Compose takes variables.
const dotenv = ".env"

// foundCompose marks what services of docker-compose files say.
const foundCompose = "compose"

// serviceNames notes which services of a docker-compose file are components: another file may add to them.
func (c *collection) serviceNames(d *document) {
	services, folder := d.root.get("services"), filepath.Dir(d.file)
	for i, name := range services.keys {
		text := expand(services.kids[i].member("image").scalar(), c.dotenv(folder))
		if own := component(parseReference(text).repository); own != "" {
			c.services[folder+"\x00"+name] = own
		}
	}
}

// compose reads the services of a docker-compose file that run a component of API7.
func (c *collection) compose(d *document) {
	services := d.root.get("services")
	values := c.dotenv(filepath.Dir(d.file))
	var api7, beside []*image
	for i, name := range services.keys {
		s := services.kids[i]
		i := c.service(d, name, s, values)
		switch {
		case i == nil:
		case component(i.name.repository) != "":
			api7 = append(api7, i)
		case i.component == foreignGateway:
			c.foreign = append(c.foreign, i)
		case i.component != "":
			beside = append(beside, i)
		}
	}
	if len(api7) > 0 {
		c.images = append(append(c.images, api7...), beside...)
	}
	d.count += len(api7)
	if len(api7) > 0 {
		c.composeConfigs(d)
	}
}

// service returns the container that a service starts; nil if it tells of none that matters.
func (c *collection) service(d *document, name string, s *node, values map[string]string) *image {
	folder := filepath.Dir(d.file)
	i := &image{
		id: d.id() + "#services/" + name, from: d.from(), document: d.index, found: foundCompose, at: s.at, component: c.services[folder+"\x00"+name],
		env: environment(s.member("environment")), hostNet: s.member("network_mode").scalar() == "host",
	}
	if !c.envFiles(i, s.member("env_file"), folder) {
		i.open = "env_file of service " + name
	}
	if s.member("extends") != nil {
		i.open = "extends of service " + name
	}
	for _, v := range s.member("volumes").elements() {
		if source := mounted(v, folder); source != "" {
			i.mounts = append(i.mounts, source)
		}
	}
	for _, named := range s.member("configs").elements() {
		name := named.textOr(named.get("source").scalar())
		config := d.root.get("configs").member(name)
		if file := config.get("file").scalar(); file != "" {
			i.mounts = append(i.mounts, filepath.Join(folder, file))
		} else if config.get("content") != nil {
			i.mounts = append(i.mounts, d.id()+"#configs/"+name)
		}
	}
	n := s.member("image")
	if n == nil {
		if i.component != "" { // it adds to what another file mounts and sets
			c.overrides = append(c.overrides, i)
			d.count++
		}
		return nil
	}
	i.name, i.at, i.tagFrom = parseReference(expand(n.text, values)), n.at, "image"
	if i.component = component(i.name.repository); i.component == "" {
		i.component = companions[filepath.Base(i.name.repository)]
	}
	return i
}

// composeConfigs reads the files that stand in a docker-compose file itself.
func (c *collection) composeConfigs(d *document) {
	configs := d.root.get("configs")
	if !configs.isMap() {
		return
	}
	for i, name := range configs.keys {
		root, err := inner(name, configs.kids[i].member("content"), d.lines)
		if err != nil || root == nil {
			continue
		}
		if is := recogniseSettings(root, name); is.what != other {
			id := d.id() + "#configs/" + name
			c.files = append(c.files, &settingsFile{id: id, from: d.from(), found: "file", is: is, root: root, key: id, asked: d.asked})
		}
	}
}

// mounted returns the file or folder of the host that a volume is; empty if it is none.
func mounted(v *node, folder string) string {
	source := v.member("source").scalar()
	if text := v.scalar(); text != "" {
		source, _, _ = strings.Cut(text, ":")
	}
	switch {
	case !strings.ContainsAny(source, "./"): // the name of a volume
		return ""
	case filepath.IsAbs(source):
		return filepath.Clean(source)
	}
	return filepath.Join(folder, source)
}

// environment reads variables, which Compose writes as a map or as a list.
func environment(n *node) []variable {
	var all []variable
	if n.isMap() {
		for i, name := range n.keys {
			v := *n.kids[i]
			if v.null() { // taken from the shell
				v.unknown = "environment variable " + name
			} else if why := unknownPart(expand(v.text, nil)); why != "" {
				v.unknown = why
			}
			all = append(all, variable{name, asText(&v)})
		}
		return all
	}
	for _, item := range n.elements() {
		name, value, set := strings.Cut(item.text, "=")
		v := &node{kind: yamlfile.Scalar, text: value, at: item.at}
		if why := unknownPart(expand(value, nil)); !set {
			v.unknown = "environment variable " + name
		} else if why != "" {
			v.unknown = why
		}
		all = append(all, variable{name, asText(v)})
	}
	return all
}

// envFiles adds the variables of files that a service names, over which those of the service itself win; false if one
// of the files cannot be read.
func (c *collection) envFiles(i *image, n *node, folder string) bool {
	files := n.elements()
	if n != nil && !n.isList() {
		files = []*node{n}
	}
	all, read := []variable(nil), true
	for _, f := range files {
		name := f.text
		if f.isMap() {
			name = f.get("path").scalar()
		}
		if path := filepath.Join(folder, name); filepath.IsAbs(name) || unknownPart(expand(name, nil)) != "" || !regular(path) {
			read = false
		} else if data, err := load(path); err != nil {
			read = false
		} else {
			c.beside = append(c.beside, path)
			all = append(all, variablesIn(path, data)...)
		}
	}
	slices.Reverse(all) // the last one wins
	for _, v := range all {
		if !slices.ContainsFunc(i.env, func(set variable) bool { return set.name == v.name }) {
			i.env = append(i.env, v)
		}
	}
	return read
}

// variablesIn reads a file of variables, one a line.
func variablesIn(path string, data []byte) []variable {
	var all []variable
	number := 0
	for line := range bytes.Lines(data) {
		number++
		name, value, set := strings.Cut(strings.TrimSpace(string(line)), "=")
		if name = strings.TrimSpace(strings.TrimPrefix(name, "export ")); name == "" || strings.HasPrefix(name, "#") {
			continue
		}
		v := &node{kind: yamlfile.Scalar, at: place{file: path, line: number, column: 1}}
		if v.text = unquoted(value); !set {
			v.unknown = "environment variable " + name
		} else if !strings.HasPrefix(strings.TrimSpace(value), "'") {
			v.unknown = unknownPart(expand(v.text, nil))
		}
		all = append(all, variable{name, asText(v)})
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

// asText makes a scalar a text, as every environment variable is one.
func asText(n *node) *node {
	if n.kind == yamlfile.Scalar {
		n.json = string(yamlfile.AppendQuoted(nil, n.text))
	}
	return n
}

var composeVariable = regexp.MustCompile(`\$(\$|[A-Za-z_][A-Za-z0-9_]*|\{([A-Za-z_][A-Za-z0-9_]*)[^}]*\})`)

// expand replaces variables in a text of a docker-compose file. What is not in values is marked: the
// environment may hold it, and then its default does not count.
func expand(text string, values map[string]string) string {
	return composeVariable.ReplaceAllStringFunc(text, func(found string) string {
		name := strings.Trim(found, "${}")
		if found == "$$" {
			return "$"
		}
		if at := strings.IndexAny(name, ":-?+"); at >= 0 {
			name = name[:at]
		}
		if value, there := values[name]; there {
			return value
		}
		return mark("environment variable " + name)
	})
}

// dotenv reads the variables beside a docker-compose file. Only names of images are made with them.
func (c *collection) dotenv(folder string) map[string]string {
	if values, read := c.dotenvs[folder]; read {
		return values
	}
	values := map[string]string{}
	c.dotenvs[folder] = values
	info, err := os.Stat(filepath.Join(folder, dotenv))
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxFile {
		return values
	}
	data, err := os.ReadFile(filepath.Join(folder, dotenv))
	if err != nil {
		c.note(filepath.Join(folder, dotenv), "cannot be read: variables that docker-compose takes from it are unknown")
		return values
	}
	c.beside = append(c.beside, filepath.Join(folder, dotenv))
	for _, v := range variablesIn(filepath.Join(folder, dotenv), data) {
		if v.node.unknown == "" {
			values[v.name] = v.node.text
		}
	}
	return values
}
