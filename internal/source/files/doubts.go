package files

import (
	"path/filepath"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/few"
	"github.com/api7-preflight/api7-preflight/internal/source/files/recognise"
)

// docs returns the documents in the order of the files.
func (s *scanner) docs() []*document {
	var all []*document
	for _, r := range s.results {
		all = append(all, r.docs...)
	}
	return all
}

// reports returns one report for each file, without its documents.
func (s *scanner) reports() []estate.FileDiagnosis {
	results := slices.Concat(s.results, s.plain)
	slices.SortFunc(results, byNumber)
	all := make([]estate.FileDiagnosis, len(results))
	for i, r := range results {
		all[i] = r.report
	}
	return all
}

// paths are absolute paths of files.
type paths map[string]bool

func pathsOf(files []string) paths {
	all := paths{}
	for _, file := range files {
		all[absolute(file)] = true
	}
	return all
}

func (p paths) has(file string) bool { return p[absolute(file)] }

// doubts are the files that are not read and may be API7's, but for those of which another file says the same: told are
// those that were read because another names them.
func (s *scanner) doubts(told paths) []estate.Gap {
	var all []estate.Gap
	for _, r := range s.results {
		if r.doubt != nil && !told.has(r.report.Path) {
			all = append(all, *r.doubt)
		}
	}
	return all
}

// notes are what is said of files that are not read and are none of API7's.
func (s *scanner) notes() []estate.Note {
	var all []estate.Note
	var broken few.Names
	for _, r := range s.results {
		all = append(all, r.notes...)
		if r.broken != "" {
			broken.Add(r.report.Path + " (" + r.broken + ")")
		}
	}
	if broken.Len() > 0 {
		all = append(all, estate.Note{What: "files that cannot be read and name nothing of API7", Why: broken.String()})
	}
	return all
}

// misplaced refuses a file that was named and is another source's, unless that one reads it.
func misplaced(docs []*document, elsewhere paths) error {
	for _, d := range docs {
		if d.asked && d.is.Form == recognise.ADCFile && !elsewhere.has(d.File()) {
			return refuse(d.Root.At().String()+": a file of ADC, which --config does not read", "give it with --adc GROUP="+d.File())
		}
	}
	return nil
}

// unused are the documents that have something of API7 and are of no form that is read. Those that another source reads
// are used.
func unused(docs []*document, elsewhere paths) []estate.Gap {
	var all []estate.Gap
	for _, d := range docs {
		d.used = d.used || d.is.Form == recognise.ADCFile && elsewhere.has(d.File())
		switch {
		case d.used || len(d.Layers) > 1:
		case d.is.Form == recognise.ADCFile:
			all = append(all, unread(d.Root.At(), "it looks like a file of ADC, which --config does not read",
				"give it as well: --adc GROUP="+filepath.ToSlash(d.File())+", or leave it out with --exclude"))
		case d.mention.Sealed:
			all = append(all, unread(d.mention.At, "it has "+d.mention.What+": not read", "give what is in it as a file, or leave it out with --exclude"))
		case d.mention.What != "":
			all = append(all, unread(d.mention.At, "it contains "+d.mention.What+", but this program does not read this kind of file",
				"give what helm template or kustomize build makes, or leave it out with --exclude"))
		}
	}
	return all
}

// controllers notes what belongs to API7's ingress controller: no rule is about it.
func controllers(docs []*document) []estate.Note {
	var notes []estate.Note
	for _, d := range docs {
		if d.controller != "" {
			notes = append(notes, estate.Note{What: d.Root.At().File, Why: d.controller + ": no rule is about ingress controllers, so look whether its release fits the control plane's"})
		}
	}
	return notes
}

// sopsValues returns a gap for each document of API7 in which SOPS has encrypted values.
func sopsValues(docs []*document) []estate.Gap {
	var all []estate.Gap
	for _, d := range docs {
		if sops := d.Root.Member("sops"); d.used && sops.IsMap() && len(d.Layers) == 1 {
			all = append(all, unread(sops.At(), "SOPS has encrypted values of this file: they are not read",
				"sops -d "+quoted(filepath.ToSlash(d.File()))+" | api7-preflight check --config - …"))
		}
	}
	return all
}
