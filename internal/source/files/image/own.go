package image

import (
	"path"
	"slices"
	"strings"
)

// called are the last parts of images that say little by themselves, and much below a part called api7.
var called = []string{"gateway", "dashboard", "dp-manager", "developer-portal", "file-server", "integrated"}

// Derived returns what speaks for API7 in the name of an image that is none of the vendor's: it goes on behind one of
// them, as those with plugins built in do, or it is called as a component in a folder of API7. Empty: nothing does.
func Derived(repository string) string {
	folder, base := path.Split(strings.ToLower(repository))
	for name := range components {
		if rest, ok := strings.CutPrefix(base, name); ok && rest != "" && strings.IndexByte("-_.", rest[0]) >= 0 {
			return base
		}
	}
	if above := path.Base(folder); above == "api7" || above == "api7-ee" {
		if i := slices.IndexFunc(called, func(name string) bool { return base == name || strings.HasPrefix(base, name+"-") }); i >= 0 {
			return above + "/" + base
		}
	}
	return ""
}

// ownVariables are the beginnings of variables that nothing but a gateway of API7 reads. Programs that call API7 have
// others, such as API7_URL.
var ownVariables = []string{"API7_CONTROL_PLANE_", "API7_DP_MANAGER_", "API7_GATEWAY_GROUP_"}

// OwnVariable reports whether nothing but a gateway of API7 reads a variable.
func OwnVariable(name string) bool {
	return slices.ContainsFunc(ownVariables, func(begins string) bool { return strings.HasPrefix(name, begins) })
}

// Told returns what speaks for API7 in a container whose image has a name that is nobody's here: that name, a variable or a
// file that nothing but API7 reads. Empty: nothing does, and it may be anything.
func (c *Container) Told() string {
	for _, v := range c.Variables {
		if OwnVariable(v.Name) {
			return "it sets " + v.Name
		}
	}
	if name := Derived(c.Name.Repository.String()); name != "" {
		return "its image is called " + name
	}
	for _, target := range c.Targets {
		if strings.HasPrefix(target, "/usr/local/api7/conf") {
			return "it mounts " + target
		}
	}
	return ""
}
