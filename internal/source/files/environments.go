package files

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/few"
	"github.com/api7-preflight/api7-preflight/internal/source/files/image"
	"github.com/api7-preflight/api7-preflight/internal/source/files/recognise"
)

// sighting is where a component of the control plane stands, and something that all of one installation have alike.
type sighting struct{ component, folder, file, value, at string }

// onePerInstallation are the components that have one configuration in an installation, as people call them.
var onePerInstallation = []struct{ component, called string }{
	{image.Dashboard, "Dashboard"}, {image.DPManager, "DP Manager"}, {image.Portal, "Developer Portal"}, {image.FileServer, "file server"},
}

// environments says that the files are of several installations: there one component stands in several files with
// different databases, or in several folders with different releases. Different components may have different databases,
// and gateways different releases: that is one installation.
func (f *finds) environments() []estate.Gap {
	databases, releases := f.databases(), f.releasesOf()
	for _, kind := range []struct {
		what  string
		all   []sighting
		apart func(a, b sighting) bool
	}{
		{"databases", databases, func(a, b sighting) bool { return a.file != b.file }},
		{"releases", releases, func(a, b sighting) bool { return a.folder != b.folder }},
	} {
		for _, c := range onePerInstallation {
			mine := slices.DeleteFunc(slices.Clone(kind.all), func(s sighting) bool { return s.component != c.component })
			for _, b := range mine {
				if a := mine[0]; a.value != b.value && kind.apart(a, b) {
					what := fmt.Sprintf("the %s is configured with two %s: at %s and at %s", c.called, kind.what, a.at, b.at)
					return []estate.Gap{severalInstallations(what, a, b, slices.Concat(databases, releases))}
				}
			}
		}
	}
	return nil
}

// databases lists the databases that files of the control plane name, as far as they are known.
func (f *finds) databases() []sighting {
	var all []sighting
	for _, file := range f.files {
		component := componentOf(file.is.Form).name
		database := databaseOf(file.root.Get("database.dsn").Text())
		if component == "" || file.is.Form == recognise.GatewayFile || file.layer || database == "" {
			continue
		}
		at := file.root.Get("database.dsn").At()
		all = append(all, sighting{component, folderOf(file.from), file.from, database, at.String()})
	}
	return all
}

// releasesOf lists the releases that are started of components of the control plane.
func (f *finds) releasesOf() []sighting {
	var all []sighting
	for _, c := range f.Containers {
		if e, known, _ := c.Evidence(); known && e.Component == estate.ControlPlane {
			all = append(all, sighting{c.Component, folderOf(c.From), c.From, e.Version.String(), c.At.String()})
		}
	}
	return all
}

// folderOf returns the folder of a file, or of the first of several layers.
func folderOf(from string) string {
	file, _, _ := strings.Cut(from, ",")
	return path.Dir(filepath.ToSlash(file))
}

// severalInstallations names the folders, or the files of one folder, that are to be given one by one.
func severalInstallations(what string, a, b sighting, all []sighting) estate.Gap {
	names, places := foldersOf(a, all), "folders"
	if a.folder == b.folder {
		names, places = []string{a.file, b.file}, "files"
	}
	slices.Sort(names)
	return estate.Gap{
		ID: estate.Installations, What: "files of several installations",
		Why:  what + "; findings from different installations may be mixed; the " + places + " are " + few.Of(names...).String(),
		Next: "assess one at a time: --config " + quoted(names[0]),
	}
}

// foldersOf names the folders in which the installations are.
func foldersOf(a sighting, all []sighting) []string {
	var names []string
	common := a.folder
	for _, s := range all {
		common = shared(common, s.folder)
	}
	for _, s := range all {
		label := s.folder
		if inside, is := strings.CutPrefix(s.folder, common+"/"); is && common != "." {
			first, _, _ := strings.Cut(inside, "/")
			label = common + "/" + first
		} else if common == "." && s.folder != "." {
			label, _, _ = strings.Cut(s.folder, "/")
		}
		if !slices.Contains(names, label) {
			names = append(names, label)
		}
	}
	return names
}

// shared returns the innermost folder around two.
func shared(a, b string) string {
	for b != a && !strings.HasPrefix(b, a+"/") && a != "." && a != "/" {
		a = path.Dir(a)
	}
	return a
}
