package files

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/dsn"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/few"
	"github.com/api7-preflight/api7-preflight/internal/source/files/image"
	"github.com/api7-preflight/api7-preflight/internal/source/files/recognise"
)

// sighting is where a component of the control plane stands, and something that all of one installation have alike.
type sighting struct{ component, folder, value, at string }

// environments says that the files are of several installations: there one component stands in several folders, with
// different databases or releases. Different components may have different databases, and gateways different releases:
// that is one installation.
func (f *finds) environments() []estate.Gap {
	for _, kind := range []struct {
		what string
		all  []sighting
	}{{"database", f.databases()}, {"release", f.releasesOf()}} {
		for _, component := range []string{image.Dashboard, image.DPManager} {
			mine := slices.DeleteFunc(slices.Clone(kind.all), func(s sighting) bool { return s.component != component })
			if a, b, differ := apart(mine); differ {
				return []estate.Gap{severalInstallations(kind.what, a, b, append(f.databases(), f.releasesOf()...))}
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
		d, err := dsn.Parse(file.root.Get("database.dsn").Text())
		if component == "" || file.is.Form == recognise.GatewayFile || err != nil || len(d.Hosts()) == 0 {
			continue
		}
		at := file.root.Get("database.dsn").At()
		all = append(all, sighting{component, folderOf(file.from), strings.ToLower(fmt.Sprint(d.Scheme, d.Hosts(), d.Database())), at.String()})
	}
	return all
}

// releasesOf lists the releases that are started of components of the control plane.
func (f *finds) releasesOf() []sighting {
	var all []sighting
	for _, c := range f.Containers {
		if e, known, _ := c.Evidence(); known && e.Component == estate.ControlPlane {
			all = append(all, sighting{c.Component, folderOf(c.From), e.Version.String(), c.At.String()})
		}
	}
	return all
}

// folderOf returns the folder of a file, or of the first of several layers.
func folderOf(from string) string {
	file, _, _ := strings.Cut(from, ",")
	return path.Dir(filepath.ToSlash(file))
}

// apart returns the first two that stand in different folders and differ.
func apart(all []sighting) (a, b sighting, differ bool) {
	for _, b := range all {
		if a := all[0]; a.folder != b.folder && a.value != b.value {
			return a, b, true
		}
	}
	return sighting{}, sighting{}, false
}

// severalInstallations names the folders that are to be given one by one.
func severalInstallations(what string, a, b sighting, all []sighting) estate.Gap {
	var folders []string
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
		if !slices.Contains(folders, label) {
			folders = append(folders, label)
		}
	}
	slices.Sort(folders)
	return estate.Gap{
		ID: estate.Installations, What: "files of several installations",
		Why: fmt.Sprintf("%s is there with one %s at %s and with another at %s: what is found is of one of them, and the path and what belongs together "+
			"may be those of another; the folders are %s", map[string]string{image.Dashboard: "the Dashboard", image.DPManager: "the DP Manager"}[a.component], what, a.at, b.at, few.Of(folders...)),
		Next: "assess one at a time: --config " + quoted(folders[0]),
	}
}

// shared returns the innermost folder around two.
func shared(a, b string) string {
	for b != a && !strings.HasPrefix(b, a+"/") && a != "." && a != "/" {
		a = path.Dir(a)
	}
	return a
}
