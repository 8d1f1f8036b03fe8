package files

import (
	"path/filepath"
	"regexp"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/files/recognise"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// outside says of what docker-compose files and kustomizations take from outside of what was given that it is not read,
// where it may be API7's.
func outside(docs []*document, read []string) []estate.Gap {
	given := pathsOf(read)
	for _, d := range docs {
		given[absolute(d.File())] = true
	}
	var gaps []estate.Gap
	for _, d := range docs {
		switch d.is.Form { //nolint:exhaustive // the forms that take something from elsewhere
		case recognise.Kustomization:
			gaps = append(gaps, outsideKustomization(d)...)
		case recognise.ComposeFile:
			gaps = append(gaps, outsideCompose(d, given)...)
		}
	}
	return gaps
}

func outsideKustomization(d *document) (gaps []estate.Gap) {
	if base := recognise.Remote(d.Root); base != nil {
		gaps = append(gaps, unread(base.At(), "a base from elsewhere that is called after API7: not read", renderHint))
	}
	if n, form := recognise.Generated(d.Root); n != nil {
		gaps = append(gaps, unread(n.At(), "a "+form.String()+" that stands in a kustomization: not read", renderHint))
	}
	return gaps
}

func outsideCompose(d *document, given paths) (gaps []estate.Gap) {
	for _, name := range included(d.Root) {
		if why := missed(d, name.Text(), given); why != "" {
			gaps = append(gaps, unread(name.At(), "another docker-compose file is taken in, "+why+": not read",
				"give it as well, or give the output of docker compose config alone"))
		}
	}
	return gaps
}

// included lists the files that a docker-compose file takes in.
func included(n *tree.Node) []*tree.Node {
	var all []*tree.Node
	add := func(n *tree.Node) {
		if n.IsScalar() {
			all = append(all, n)
		}
		for _, one := range n.Elements() {
			if one.IsScalar() {
				all = append(all, one)
			}
		}
	}
	for _, file := range n.Get("include").Elements() {
		add(file)
		add(file.Get("path"))
	}
	for _, service := range n.Get("services").Kids() {
		add(service.Get("extends.file"))
	}
	return all
}

var elsewhere = regexp.MustCompile(`://|^git@|^oci:`)

// missed says why a file that another one takes in is missed; empty: it was read, or has nothing of API7.
func missed(d *document, name string, given paths) (why string) {
	ours := strings.Contains(strings.ToLower(name), "api7")
	if elsewhere.MatchString(name) {
		if ours {
			return "from elsewhere, and called after API7"
		}
		return ""
	}
	path := filepath.FromSlash(name)
	if !filepath.IsAbs(path) {
		path = filepath.Join(d.Folder(), path)
	}
	if given.has(path) {
		return ""
	}
	data, err := tree.Read(path)
	switch {
	case err == nil && recognise.Names(plainBytes(data)).What != "":
		return "which names something of API7 and lies outside of what was given"
	case err != nil && ours:
		return "which is called after API7 and cannot be read"
	}
	return ""
}
