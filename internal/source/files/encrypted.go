package files

import (
	"path/filepath"
	"regexp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

const (
	encrypted     = "encrypted with Ansible Vault: not read"
	decryptedNext = "give it decrypted (ansible-vault view FILE | api7-preflight check --config - …), or leave it out with --exclude"
)

// secrets matches the names of files that hold secrets for others to take, as Ansible's conventions have them.
var secrets = regexp.MustCompile(`(?i)vault|secret|password|credential`)

// encrypted says of a file that it cannot be looked into. Whether that is a doubt its neighbours tell.
func (in input) encrypted(out result) (result, bool) {
	if in.asked {
		out.err = refuse(in.layers[0]+": "+encrypted, decryptedNext)
	}
	out.report.Why, out.sealed = encrypted, true
	out.ours = in.ours
	return out, true
}

// sealed says of encrypted files what they are: a doubt where their path has the name of API7 or something of API7 stands
// beside them, unless they are called as those that hold passwords alone.
func (s *scanner) sealed(docs []*document) (gaps []estate.Gap, notes []estate.Note) {
	beside := map[string]bool{}
	for _, d := range docs {
		beside[d.Folder()] = beside[d.Folder()] || d.used
	}
	for _, r := range s.results {
		switch path := r.report.Path; {
		case !r.sealed:
		case (r.ours || beside[filepath.Dir(path)]) && !secrets.MatchString(filepath.Base(path)):
			gaps = append(gaps, unread(estate.Position{File: path}, encrypted, decryptedNext))
		default:
			notes = append(notes, estate.Note{What: path, Why: encrypted})
		}
	}
	return gaps, notes
}
