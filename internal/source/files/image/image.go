// Package image knows the container images of API7: whose an image is, how it is named, and which version that tells.
package image

import (
	"path"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/source/files/dialect"
)

// The components by their images, as resources name them.
const (
	Dashboard  = "dashboard"
	DPManager  = "dp_manager"
	Portal     = "developer_portal"
	FileServer = "file_server"
	Gateway    = "gateway"
	// ApacheAPISIX is no component of API7: it reads files that look like the gateway's.
	ApacheAPISIX = "apache_apisix"
)

// components maps the last part of an image's name to the component, as the vendor's charts name them
// (github.com/api7/api7-helm-chart:charts/*/values.yaml). What stands before it differs from mirror to mirror.
var components = map[string]string{
	"api7-ee-3-integrated": Dashboard, "api7-ee-dashboard": Dashboard,
	"api7-ee-dp-manager":       DPManager,
	"api7-ee-developer-portal": Portal, "api7-developer-portal": Portal,
	"api7-ee-file-server": FileServer,
	"api7-ee-3-gateway":   Gateway, "api7-ee-gateway": Gateway,
}

// companions are images of what API7 is installed with; they count only beside an image of API7 itself.
var companions = map[string]string{
	"postgresql": "postgresql", "postgres": "postgresql", "prometheus": "prometheus", "jaeger": "jaeger",
	"apisix": ApacheAPISIX, "apisix-dashboard": ApacheAPISIX, "apisix-ingress-controller": ApacheAPISIX,
	"soap-proxy": "soap_proxy", "openapi-to-mcp": "openapi_to_mcp", "etcd": "etcd",
}

// Component returns whose image a repository holds; empty for those that are not API7's.
func Component(repository string) string { return components[path.Base(repository)] }

// runs returns what an image runs, API7's or what is installed with it; empty for all else.
func runs(repository string) string {
	if own := Component(repository); own != "" {
		return own
	}
	return companions[path.Base(repository)]
}

// Reference is the name of an image taken apart. Parts of it may be unknown, as [dialect.Missing] tells.
type Reference struct{ Repository, Tag, Digest string }

// Parse takes apart the name of an image.
func Parse(text string) Reference {
	var r Reference
	text, r.Digest, _ = strings.Cut(text, "@")
	r.Repository = text
	if colon := strings.LastIndexByte(text, ':'); colon > strings.LastIndexByte(text, '/') {
		r.Repository, r.Tag = text[:colon], text[colon+1:]
	}
	return r
}

// String returns the name, without its digest, with what is known of it.
func (r Reference) String() string {
	text := r.Repository
	if r.Tag != "" {
		text += ":" + r.Tag
	}
	return dialect.Shown(text)
}
