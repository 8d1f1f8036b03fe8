package render

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// The bases of artifact locations. What no file holds has a location as well, because GitHub refuses a file with a result
// without one ("locationFromSarifResult: expected a physical location"):
// https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support#physicallocation-object.
const (
	baseFiles   = "%SRCROOT%"
	baseNoFiles = "INSTALLATION"
)

// locationOf returns the place of a finding, and its object.
func locationOf(f *report.Finding) sarifLocation {
	at := sarifLocation{Physical: physical(artifactOf(f), f.Location)}
	o := f.Object
	if f.Location.File == "" || o.Name != f.Location.File {
		parts := []string{o.GatewayGroup, o.Kind, cmp.Or(o.ID, o.Name)}
		full := strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), "/")
		at.Logical = []sarifLogical{{cmp.Or(o.Name, o.ID), full, o.Kind}}
	}
	return at
}

func physical(a artifact, l report.Location) sarifPhysical {
	at := sarifPhysical{Artifact: sarifArtifact{uriOf(a.path), baseNoFiles}, Region: sarifRegion{StartLine: a.line}}
	if a.file {
		at.Artifact.Base = baseFiles
		at.Region = sarifRegion{a.line, l.Column, l.EndLine, l.EndColumn}
	}
	if a.file && strings.HasPrefix(a.path, "/") {
		at.Artifact = sarifArtifact{URI: "file://" + uriOf(a.path)}
	}
	return at
}

// uriOf returns a path as a relative URI: whatever has a meaning in one is percent-encoded.
func uriOf(path string) string {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		parts[i] = strings.ReplaceAll(url.PathEscape(part), ":", "%3A") // or the part before it were a scheme
	}
	return strings.Join(parts, "/")
}

// fingerprints returns the mark of a result for those who compare results exactly.
func fingerprints(mark string) map[string]string { return map[string]string{"preflight/v1": mark} }

// partial returns the same for GitHub, which uses no other name than this one.
func partial(mark string) map[string]string {
	return map[string]string{"primaryLocationLineHash": mark}
}
