package runbook

import (
	"strings"
)

// Copy is a file among the sources that shows the installation as it was when somebody made it.
type Copy struct{ Flag, File, Group string } // the flag that names it: snapshot, backup or adc; the gateway group of a dump

// anew returns comments for a command that reads the sources again, as they are then: which files have to be made before it.
// Where it is known how, it is the command.
func (p *plan) anew() []string {
	if len(p.o.Copies) == 0 {
		return nil
	}
	all := []string{"# first make anew what this reads: as it is, it shows the installation as it was"}
	for _, c := range p.o.Copies {
		switch pg, other := p.postgres(); {
		case c.Flag == "backup" && !other:
			all = append(all, comment(pg.dump(word(c.File))))
		case c.Flag == "adc":
			all = append(all, comment("adc dump --backend api7ee --gateway-group "+word(c.Group)+" --with-id -o "+word(c.File)))
		case c.Flag == "snapshot":
			all = append(all, comment(c.File+": with api7-preflight snapshot, from the sources that it was made from"))
		default:
			all = append(all, comment(c.File+": as it was made"))
		}
	}
	return all
}

// recheck returns a check in words that runs a command on the sources as they are then. more are further flags, says what to
// see of it.
func (p *plan) recheck(command, more, says string) string {
	line := "api7-preflight " + command + given(p.o.Sources) + " --from " + p.hop.path.From.String() + " --to " + p.hop.path.To.String() + more
	if len(p.o.Copies) > 0 {
		files := make([]string, len(p.o.Copies))
		for i, c := range p.o.Copies {
			files[i] = c.File
		}
		return "make " + strings.Join(files[:min(len(files), mostOld)], ", ") + " anew, then `" + line + "`" + says
	}
	if says == "" {
		return line
	}
	return "`" + line + "`" + says
}

// mostOld is how many files a check names.
const mostOld = 5
