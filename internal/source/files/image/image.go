// Package image knows the container images of API7: whose an image is, how it is named, and which version that tells.
package image

import (
	"path"
	"regexp"

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

// runs returns what the image of a repository runs, API7's or what is installed with it; empty for all else.
func runs(repository string) string {
	if own := Component(repository); own != "" {
		return own
	}
	return companions[path.Base(repository)]
}

// Reference is the name of an image taken apart.
type Reference struct{ Repository, Tag, Digest dialect.Text }

// Parse takes apart the name of an image. Credentials before the registry are no part of it: nobody shall see them.
func Parse(name dialect.Text) Reference {
	var r Reference
	name, r.Digest = digested(name)
	path, last, nested := name.CutLast("/")
	if !nested {
		path, last = nil, name
	}
	own, tag, tagged := last.CutLast(":")
	if cut := joined(own); !tagged && cut > 0 { // a variable that holds the tag with its colon
		own, tag = last[:cut], last[cut:]
	}
	r.Repository, r.Tag = own, tag
	if nested {
		r.Repository = dialect.Join(path, dialect.Plain("/"), own)
	}
	return r
}

// digest matches what stands behind the @ of an image that is named by digest.
var digest = regexp.MustCompile(`^(sha(256|384|512):[0-9a-fA-F]*|[a-z0-9+._-]+:[0-9a-fA-F]{32,})$`)

// digested takes the digest from the name of an image, and the credentials that someone wrote before the registry. What
// stands before an @ that no digest follows may be some.
func digested(name dialect.Text) (rest, behind dialect.Text) {
	before, after, found := name.CutLast("@")
	if !found {
		return name, nil
	}
	unsaid := len(after) == 0 || after.Missing() != "" && !nested(after)
	if digest.MatchString(after.String()) || unsaid && known(before) {
		rest, _ = digested(before)
		return rest, after
	}
	return after, nil
}

// nested reports whether a name has a slash, which no digest has.
func nested(name dialect.Text) bool {
	_, _, is := name.Cut("/")
	return is
}

// known reports whether a name ends with that of an image which runs something known.
func known(name dialect.Text) bool {
	own, _, _ := Reference{Repository: name}.last().CutLast(":")
	return runs(own.String()) != ""
}

// Path returns the name of a repository without credentials before its registry.
func Path(name dialect.Text) dialect.Text {
	if _, after, found := name.CutLast("@"); found {
		return after
	}
	return name
}

// Repository returns the repository in the name of an image, with variables at their defaults.
func Repository(name string) string { return Parse(dialect.Compose(name, nil)).Repository.String() }

// joined returns after how many parts a name of API7 ends that goes on with what is not known; 0 if it is none.
func joined(last dialect.Text) int {
	for i, p := range last[:max(len(last)-1, 0)] {
		if components[p.Reads] != "" && last[i+1].Unknown != "" {
			return i + 1
		}
	}
	return 0
}

// Named reports whether all of the name is known, but for its tag and for where it comes from.
func (r Reference) Named() bool {
	last := r.last()
	return last.Missing() == "" && last.String() != ""
}

// last returns the last part of the repository.
func (r Reference) last() dialect.Text {
	_, last, nested := r.Repository.CutLast("/")
	if !nested {
		last = r.Repository
	}
	if len(last) > 1 && last[0].Unknown != "" && runs(last[1].Reads) != "" { // a registry with its slash
		last = last[1:]
	}
	return last
}

// runs returns what the image runs, as [runs] does.
func (r Reference) runs() string {
	if !r.Named() {
		return ""
	}
	return runs(r.last().String())
}

// Missing says why a part of the repository is not known; empty if all of it is.
func (r Reference) Missing() string { return r.Repository.Missing() }

// Defaults names the variables whose defaults are parts of the name.
func (r Reference) Defaults() []string {
	return dialect.Join(r.Repository, r.Tag, r.Digest).Defaults()
}

// String returns the name, without its digest, with what is known of it.
func (r Reference) String() string {
	text := r.Repository.String()
	if tag := r.Tag.String(); tag != "" {
		text += ":" + tag
	}
	return text
}
