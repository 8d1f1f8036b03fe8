package cli

import (
	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/source/snapshot"
	"github.com/api7-preflight/api7-preflight/internal/window"
)

// own says which file of this program content is; empty: none.
func own(content []byte) string {
	switch {
	case render.IsReport(content):
		return "a report"
	case render.IsRunbook(content):
		return "a runbook"
	case window.Is(content):
		return "a file of a change window"
	case snapshot.Is(content):
		return "a snapshot"
	case render.IsTargets(content):
		return "an answer of targets"
	case render.IsDiagnosis(content):
		return "an answer of doctor"
	}
	return ""
}
