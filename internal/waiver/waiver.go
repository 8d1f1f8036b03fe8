// Package waiver applies what a team has decided about: findings that it accepts for a time, and checks by hand that
// somebody has done. A waiver never answers a doubt: what was not examined stays so.
package waiver

import (
	"time"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// List is the content of a file of waivers.
type List struct {
	waivers []entry
	checks  []check
}

// entry is one waiver: it names findings by fingerprint, or by rule and object.
type entry struct {
	line         int
	fingerprints []string
	rule         string
	object       object
	target       string // release line or release to which it is limited; empty: any
	waiver       report.Waiver
	end          time.Time // from when on it has expired
}

// object names an object. What is empty is not compared.
type object struct{ kind, id, name, group, file string }

// check is one check by hand that is done.
type check struct {
	line              int
	fingerprint, rule string
	target            string
	begins            time.Time // of the day on which it was done
	done              report.Done
}

// none reports whether the object is not named.
func (o object) none() bool { return o.id == "" && o.name == "" && o.file == "" }

// matches reports whether a finding is about the object.
func (o object) matches(f *report.Finding) bool {
	for _, pair := range [][2]string{
		{o.kind, f.Object.Kind}, {o.id, f.Object.ID}, {o.name, f.Object.Name}, {o.file, f.Location.File},
	} {
		if pair[0] != "" && pair[0] != pair[1] {
			return false
		}
	}
	return o.group == "" || o.group == f.Object.GatewayGroup || o.group == f.Object.GatewayGroupID
}
