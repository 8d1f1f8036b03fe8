package kube

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// File is a file that a ConfigMap or a Secret holds.
type File struct {
	ID       string
	Key      string     // the name of the file
	Object   string     // the name of the object
	Mount    string     // by which containers mount it
	Content  *tree.Node // a text; other values are no files
	Chart    string     // of the vendor's, that made the object; empty: none says so
	ChartVer string
	Apache   bool // the chart of Apache APISIX made it
}

// filesIn lists the files that a ConfigMap or a Secret holds.
func filesIn(d *tree.Document, n *tree.Node, kind string) []File {
	var all []File
	name := n.Get("metadata.name").Text()
	mount := named(n, kind, name)
	chart, version := chartLabel(n)
	apache := strings.HasPrefix(labelOf(n), "apisix-")
	for _, where := range []string{"data", "stringData", "binaryData"} {
		for key, content := range n.Get(where).Entries() {
			if kind == "Secret" && where == "data" || where == "binaryData" {
				content = decoded(content)
			}
			all = append(all, File{d.ID() + "#" + mount + "/" + key, key, name, mount, content, chart, version, apache})
		}
	}
	return all
}

// decoded returns an entry of a Secret as the text that it stands for; nil if that is no text.
func decoded(n *tree.Node) *tree.Node {
	text, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(n.Text()), ""))
	if err != nil || !utf8.Valid(text) {
		return nil
	}
	return tree.Text(string(text), n.At())
}
