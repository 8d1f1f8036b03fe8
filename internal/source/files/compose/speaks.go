package compose

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/source/files/dialect"
	"github.com/api7-preflight/api7-preflight/internal/source/files/image"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// ownPorts are those on which nothing but the control plane usually listens; the gateway's two are those of other
// servers as well, such as Open Liberty, and count together only.
var (
	ownPorts     = []string{"7080", "7443", "7900", "7943"}
	gatewayPorts = []string{"9080", "9443"}
)

// speaks says what in a service speaks for API7 if its image does not tell what it runs; empty if nothing does. A name
// that is known and nobody's here may be anything: only what nothing but API7 reads speaks for it. A service that is
// built is mostly a program of the owner's, so that one port says too little where nothing of API7 is around.
func (p *Project) speaks(name string, s *tree.Node, c *image.Container) string {
	told := cmp.Or(c.Told(), built(s))
	if told != "" || c.Name.Named() {
		return told
	}
	names := []string{name, s.Get("container_name").Text(), s.Get("hostname").Text(), c.Name.String()}
	if strings.Contains(strings.ToLower(strings.Join(names, " ")), "api7") {
		return "its name has api7"
	}
	for _, path := range c.Targets {
		if strings.HasPrefix(path, "/usr/local/api7") || strings.HasPrefix(path, "/usr/local/apisix") {
			return "it mounts " + path
		}
	}
	return p.listens(s)
}

// built says of which image of API7 the one of a service is made, as far as the file that starts it says so: as an argument,
// or in a Dockerfile that stands in it.
func built(s *tree.Node) string {
	build := s.Member("build")
	texts := []string{build.Get("dockerfile_inline").Text()}
	for _, arg := range build.Get("args").Kids() {
		_, value, named := strings.Cut(arg.Text(), "=")
		if !named {
			value = arg.Text()
		}
		texts = append(texts, value)
	}
	for word := range strings.FieldsSeq(strings.Join(texts, " ")) {
		if repository := image.Repository(word); image.Component(repository) != "" || image.Derived(repository) != "" {
			return "it is built of image " + repository
		}
	}
	return ""
}

// listens says on which ports a service listens as API7 does; empty if that says too little.
func (p *Project) listens(s *tree.Node) string {
	own, gateway := among(ports(s), ownPorts), among(ports(s), gatewayPorts)
	plain := s.Member("build") == nil || len(p.components) > 0
	switch {
	case len(own) > 1, len(own) > 0 && plain:
		return "it listens on " + own[0]
	case len(gateway) > 1 && plain:
		return "it listens on " + strings.Join(gateway, " and ")
	}
	return ""
}

// targets lists where a service mounts volumes and configs.
func targets(s *tree.Node) []string {
	var all []string
	for _, v := range append(s.Member("volumes").Elements(), s.Member("configs").Elements()...) {
		target := v.Get("target").Text()
		if parts := strings.Split(v.Text(), ":"); len(parts) > 1 {
			target = parts[1]
		}
		if target != "" {
			all = append(all, filepath.ToSlash(target))
		}
	}
	return all
}

// ports lists the ports on which the container of a service listens.
func ports(s *tree.Node) []string {
	var all []string
	for _, port := range append(s.Member("ports").Elements(), s.Member("expose").Elements()...) {
		text := port.TextOr(port.Get("target").Text())
		_, inside, published := dialect.Compose(text, nil).CutLast(":")
		if !published {
			inside = dialect.Compose(text, nil)
		}
		number, _, _ := strings.Cut(inside.String(), "/")
		all = append(all, number)
	}
	return all
}

// among returns those of some that are among all.
func among(all, some []string) []string {
	var found []string
	for _, text := range some {
		if slices.Contains(all, text) {
			found = append(found, text)
		}
	}
	return found
}
