package recognise

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"io"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/lazyregexp"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// sealed finds in an object what is of API7 and cannot be looked into: an encrypted file, one that an object says is kept
// elsewhere, and a release as Helm stores it. nil: there is none.
func sealed(n *tree.Node, kind string) (found *tree.Node, what string) {
	named := strings.Contains(strings.ToLower(n.Get("metadata.name").Text()+" "+n.Get("metadata.namespace").Text()), "api7")
	switch {
	case kind == "SealedSecret" && named:
		for key, value := range n.Get("spec.encryptedData").Entries() {
			if fileKey.MatchString(key) {
				return value, "an encrypted file, " + key
			}
		}
	case kind == "ExternalSecret" && named:
		for _, entry := range n.Get("spec.data").Elements() {
			if key := entry.Get("secretKey"); fileKey.MatchString(key.Text()) {
				return key, "a file that is kept elsewhere, " + key.Text()
			}
		}
	case kind == "Secret" && n.Get("type").Text() == "helm.sh/release.v1":
		return stored(n)
	}
	return nil, ""
}

// fileKey matches keys of secrets that are names of files. What holds a password alone is called otherwise.
var fileKey = lazyregexp.New(`(?i)\.(ya?ml|json|conf)$`)

// stored finds a release of one of the vendor's charts as Helm stores it: the one that is deployed, of all that there were.
func stored(n *tree.Node) (found *tree.Node, what string) {
	release := n.Get("data.release")
	if status := n.Get("metadata.labels.status").Text(); status != "" && status != "deployed" {
		return nil, ""
	}
	switch chart, ok := chartIn(release.Text()); {
	case ok && !vendors(chart):
		return nil, ""
	case ok:
		return release, "a release of chart " + chart.Name + ", as Helm stores it"
	case strings.Contains(n.Get("metadata.name").Text(), "api7"):
		return release, "a release that is called after API7, as Helm stores it"
	}
	return nil, ""
}

// stocked is what a release that Helm stores says of its chart.
type stocked struct {
	Name        string `json:"name"`
	Maintainers []struct {
		Name string `json:"name"`
	} `json:"maintainers"`
}

func vendors(chart stocked) bool {
	return chart.Name == version.ControlPlaneChart || chart.Name == version.GatewayChart && len(chart.Maintainers) > 0 && chart.Maintainers[0].Name == "API7"
}

// chartIn reads which chart a release is of: JSON in gzip in Base64, once by Helm and once by Kubernetes.
func chartIn(text string) (chart stocked, ok bool) {
	const most = 32 << 20 // what is unpacked, in bytes: Kubernetes stores a megabyte
	data := []byte(text)
	for range 2 {
		plain, err := base64.StdEncoding.AppendDecode(nil, bytes.Join(bytes.Fields(data), nil))
		if err != nil {
			return chart, false
		}
		data = plain
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return chart, false
	}
	var release struct {
		Chart struct {
			Metadata stocked `json:"metadata"`
		} `json:"chart"`
	}
	err = json.NewDecoder(io.LimitReader(unpacked, most)).Decode(&release)
	return release.Chart.Metadata, err == nil && release.Chart.Metadata.Name != ""
}
