package files

import (
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// holdings are the kinds that files tell of.
type holdings struct {
	held    map[estate.Kind]bool
	assumed map[estate.Kind]bool // held although no file shows any
	notes   []estate.Note        // why
}

func (h *holdings) assume(k estate.Kind, why string) {
	if !h.held[k] {
		h.held[k], h.assumed[k] = true, true
		h.notes = append(h.notes, estate.Note{What: strings.ReplaceAll(k.String(), "_", " "), Why: why})
	}
}

// hold decides which kinds the files tell of, by how many resources there are of each. With a gap, something of any kind
// may have been missed; where a chart rendered manifests, nobody knows its values.
func hold(counts map[estate.Kind]int64, gap, rendered bool) holdings {
	h := holdings{held: map[estate.Kind]bool{}, assumed: map[estate.Kind]bool{}}
	for _, k := range estate.Kinds() {
		h.held[k] = k.InFiles() && (counts[k] > 0 || gap)
	}
	if h.held[estate.DashboardConfig] || h.held[estate.DPManagerConfig] {
		h.assume(estate.PortalConfig, "no Developer Portal configuration found; assuming that it is not installed")
		h.assume(estate.FileServerConfig, "no file server configuration found; assuming that it is not installed")
	}
	if h.held[estate.DashboardConfig] {
		h.assume(estate.Image, "no container images found; assuming that API7 is not started from files like these")
	}
	if len(counts) > 0 && !rendered {
		h.assume(estate.HelmValues, "no Helm values found; assuming that Helm does not install this")
	}
	return h
}
