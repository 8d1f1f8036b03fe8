package files

import (
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/files/dialect"
	"github.com/api7-preflight/api7-preflight/internal/source/files/helm"
	"github.com/api7-preflight/api7-preflight/internal/source/files/image"
	"github.com/api7-preflight/api7-preflight/internal/source/files/recognise"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// kindName is what reports call this kind of source.
const kindName = "config"

// Where settings are found, as bodies of a [Source] say it.
const (
	foundFile      = "file"
	foundConfigMap = "configmap"
	foundHelm      = string(image.InHelm)
)

// settingsFile is the configuration file of a component.
type settingsFile struct {
	id, from            string
	found               string // as in the body of a [Source]
	is                  recognise.Match
	root                *tree.Node
	mount               string // by which containers mount it; empty: it is not said
	chart, chartVersion string
	under, open         string // as of a release
	layers              []string
	asked               bool // it was named, or stands in something of API7's
	certain             bool // its place says what it is
	unpacked            bool // values of an unpacked chart
	layer               bool // as of a release
	names               []helm.Naming
	doc                 *document // nil: it is but a part of one
}

// dialect is how the component reads its file.
func (f *settingsFile) dialect() dialect.Dialect {
	if f.is.Form == recognise.GatewayFile {
		return dialect.Gateway
	}
	return dialect.ControlPlane
}

// finds is what was found in documents.
type finds struct {
	image.Installed

	files     []*settingsFile
	additions []*image.Container // services that only add to what another file starts
	releases  []*helm.Release
	variables map[string]string // of gateways, that ConfigMaps and Secrets hold: one of each
	gaps      []estate.Gap
	notes     []estate.Note
	beside    []string // files that were read because others name them or stand beside them
	rendered  bool     // a chart made some of the manifests
}

func (f *finds) add(more finds) {
	f.Add(more.Installed)
	f.files = append(f.files, more.files...)
	f.additions = append(f.additions, more.additions...)
	f.releases = append(f.releases, more.releases...)
	for from, name := range more.variables {
		f.hold(from, name)
	}
	f.gaps = append(f.gaps, more.gaps...)
	f.notes = append(f.notes, more.notes...)
	f.beside = append(f.beside, more.beside...)
	f.rendered = f.rendered || more.rendered
}

// hold notes that a ConfigMap or Secret has a variable that only gateways of API7 read.
func (f *finds) hold(from, name string) {
	if f.variables == nil {
		f.variables = map[string]string{}
	}
	f.variables[from] = name
}

// unread says that something in a file, or the file, was not examined.
func unread(at estate.Position, why, next string) estate.Gap {
	return estate.Gap{ID: estate.UnreadFiles, What: at.String(), Why: why, Next: next, At: estate.Place{Source: kindName, Position: at}}
}

// refuse says why files cannot be used and what to do next, one line each and without any value of them.
func refuse(message, hint string) error { return &estate.OpenError{Message: message, Hint: hint} }
