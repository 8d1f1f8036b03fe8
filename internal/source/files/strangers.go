package files

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/files/image"
)

// strange says of containers whose images do not tell what they run, and of which something speaks for API7, that nobody
// knows which release they start.
func (f *finds) strange() []estate.Gap {
	read := map[*image.Container]string{}
	all, strangers := readersOf(slices.Concat(f.Containers, f.additions, f.Others)), readersOf(f.Strangers)
	for _, file := range f.files {
		if len(all.of(file)) > 0 {
			continue
		}
		for _, c := range strangers.of(file) {
			if mountsItself(c, file) {
				read[c] = fmt.Sprintf("it mounts %s, a %s", file.root.At().File, file.is.Form)
			}
		}
	}
	var gaps []estate.Gap
	for _, c := range f.Strangers {
		why := cmp.Or(read[c], c.Speaks, f.taken(c))
		if why != "" {
			gaps = append(gaps, nameless(c, why))
		}
	}
	return gaps
}

// taken says which variable that only gateways of API7 read a container takes from a ConfigMap or a Secret.
func (f *finds) taken(c *image.Container) string {
	for _, from := range c.Takes {
		if name := f.variables[from]; name != "" {
			return "it takes " + name + " from " + from
		}
	}
	return ""
}

// mountsItself reports whether a container mounts a file, or a folder that is there for it: not one of everything.
func mountsItself(c *image.Container, file *settingsFile) bool {
	return slices.ContainsFunc(c.Mounts, func(mounted string) bool {
		if c.Found != image.InCompose {
			return mounted == file.mount
		}
		full := absolute(mounted)
		return full == file.mount || mounted == file.mount ||
			full == filepath.Dir(file.mount) && full != absolute(filepath.Dir(filepath.FromSlash(c.From)))
	})
}

// nameless says of a container for which something speaks that its image does not tell what it is.
func nameless(c *image.Container, speaks string) estate.Gap {
	const owned = "name the image as the vendor does, …/api7-ee-3-gateway:3.8.5 for example, in a copy of this file; or look which release it is, and accept the doubt"
	why := c.Name.Missing()
	switch {
	case len(c.Name.Repository) == 0:
		return unread(c.At, "a container that may be of API7, because "+speaks+": its image is built here, so its release is unknown", owned)
	case why != "" && c.Found == image.InCompose:
		return unread(c.At, "a container that may be of API7, because "+speaks+": the name of its image comes from "+why+", which is not known",
			"give the output of docker compose config, in which variables have their values")
	case why != "":
		return unread(c.At, "a container that may be of API7, because "+speaks+": the name of its image comes from "+why+", which is not known",
			"give the manifest as it is applied")
	}
	return unread(c.At, fmt.Sprintf("a container that may be of API7, because %s: its image %s is unknown, so its release is too", speaks, strings.TrimSpace(c.Name.String())), owned)
}
