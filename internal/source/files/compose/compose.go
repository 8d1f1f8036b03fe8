// Package compose reads docker-compose files: the containers that their services start, and the files that these mount.
package compose

import (
	"cmp"
	"path/filepath"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/files/dialect"
	"github.com/api7-preflight/api7-preflight/internal/source/files/image"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// Project is the docker-compose files of one folder, which Compose reads together with the variables in .env there.
type Project struct {
	Beside []string      // files that were read because the project has them
	Notes  []estate.Note // what could not be

	folder     string
	dotenv     string            // empty: there is none that can be read
	variables  map[string]string // of .env; only names of images are made with them
	components map[string]string // of the services that one of the files starts, by their names
}

// Open returns the project of a folder with these files.
func Open(folder string, docs []*tree.Document) *Project {
	p := &Project{folder: folder, components: map[string]string{}}
	p.readDotenv()
	for _, d := range docs {
		for name, s := range d.Root.Get("services").Entries() {
			text := dialect.Compose(s.Member("image").Text(), p.variables)
			c := image.Container{}
			if c.Start(image.Parse(text), s.At()); c.OfAPI7() {
				p.components[name] = c.Component
			}
		}
	}
	return p
}

// Found is what a docker-compose file holds.
type Found struct {
	image.Installed

	Additions []*image.Container // services that only add to a component which another file starts
	Files     []File             // that stand in a file which starts a component
	Beside    []string           // files that were read because services name them
}

// File is a file that stands in a docker-compose file itself.
type File struct {
	ID      string // by which containers mount it as well
	Name    string
	Content *tree.Node // a text; other values are no files
}

// Read reads one of the files of the project.
func (p *Project) Read(d *tree.Document) Found {
	var out Found
	var all []*image.Container
	for name, s := range d.Root.Get("services").Entries() {
		c, beside := p.service(d, name, s)
		out.Beside = append(out.Beside, beside...)
		switch n := s.Member("image"); {
		case n != nil:
			c.Start(image.Parse(dialect.Compose(n.Written(), p.variables)), n.At())
			all = append(all, c)
		case c.Component != "":
			out.Additions = append(out.Additions, c)
		case s.Member("build") != nil:
			all = append(all, c)
		}
		if c.Component == "" {
			c.Speaks = p.speaks(name, s, c)
		}
	}
	out.Installed = image.Pick(all)
	if len(out.Containers) > 0 {
		out.Files = configs(d)
	}
	return out
}

// service returns the container of a service, and the files that were read of it.
func (p *Project) service(d *tree.Document, name string, s *tree.Node) (c *image.Container, beside []string) {
	c = &image.Container{
		ID: d.ID() + "#services/" + name, From: d.From(), Document: d.Index, Found: image.InCompose, At: s.At(), Component: p.components[name], Service: name,
		Project: p.files(d.File()), Dotenv: p.dotenv, TagNames: dialect.Names(lastPart(s.Member("image").Written())),
		HostNet: s.Member("network_mode").Text() == "host", Mounts: append(p.volumes(s), p.configsOf(d, s)...), Targets: targets(s),
	}
	own, strange := p.environment(s.Member("environment"))
	files, beside, lost, read := p.envFiles(s.Member("env_file"))
	c.Variables, c.Open = lay(own, files), cmp.Or(strange, lost)
	if !read {
		c.Open = "env_file of service " + name
	}
	if s.Member("extends") != nil {
		c.Open = "extends of service " + name
	}
	return c, beside
}

// files returns the files that Compose reads together if it gets the names of none, where they are several: one of those that
// it looks for, and what overrides it (docs.docker.com/compose/how-tos/multiple-compose-files/merge).
func (p *Project) files(file string) []string {
	for _, base := range []string{"compose", "docker-compose"} {
		first, second := p.either(base), p.either(base+".override")
		if first != "" && second != "" && (filepath.Clean(file) == first || filepath.Clean(file) == second) {
			return []string{first, second}
		}
	}
	return nil
}

// either returns the file of that name that is there.
func (p *Project) either(name string) string {
	for _, end := range []string{".yaml", ".yml"} {
		if path := filepath.Join(p.folder, name+end); tree.Regular(path) {
			return path
		}
	}
	return ""
}

// lastPart returns what stands behind the last slash of an image's name that is outside of braces.
func lastPart(name string) string {
	depth, at := 0, 0
	for i, c := range name {
		switch {
		case c == '{':
			depth++
		case c == '}':
			depth--
		case c == '/' && depth == 0:
			at = i + 1
		}
	}
	return name[at:]
}

// volumes returns the files and folders of the host that a service mounts.
func (p *Project) volumes(s *tree.Node) []string {
	var all []string
	for _, v := range s.Member("volumes").Elements() {
		source := v.Member("source").Text()
		if text := v.Text(); text != "" {
			source, _, _ = strings.Cut(text, ":")
		}
		switch {
		case !strings.ContainsAny(source, "./"): // the name of a volume
		case filepath.IsAbs(source):
			all = append(all, filepath.Clean(source))
		default:
			all = append(all, filepath.Join(p.folder, source))
		}
	}
	return all
}

// configsOf returns the files that a service mounts as configs.
func (p *Project) configsOf(d *tree.Document, s *tree.Node) []string {
	var all []string
	for _, named := range s.Member("configs").Elements() {
		name := named.TextOr(named.Get("source").Text())
		config := d.Root.Get("configs").Member(name)
		if file := config.Get("file").Text(); file != "" {
			all = append(all, filepath.Join(p.folder, file))
		} else if config.Get("content") != nil {
			all = append(all, configID(d, name))
		}
	}
	return all
}

func configID(d *tree.Document, name string) string { return d.ID() + "#configs/" + name }

// configs lists the files that stand in a docker-compose file itself.
func configs(d *tree.Document) []File {
	var all []File
	for name, config := range d.Root.Get("configs").Entries() {
		if content := config.Member("content"); content != nil {
			all = append(all, File{configID(d, name), name, content})
		}
	}
	return all
}
