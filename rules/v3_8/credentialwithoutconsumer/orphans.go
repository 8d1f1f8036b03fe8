package credentialwithoutconsumer

import (
	"fmt"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
)

// orphans looks for credentials without a consumer.
type orphans struct{}

// About returns the case.
func (orphans) About() rule.Case { return about }

// user names a consumer.
type user struct{ group, name string }

// Watch joins credentials with consumers.
func (orphans) Watch(p *rule.Pass) {
	consumers := map[user]bool{}
	waiting := map[user][]estate.Subject{} // credentials whose consumer was not seen yet
	p.NeedsInGroup(estate.Consumer, estate.Credential)
	p.On(estate.Consumer, func(r *estate.Resource) {
		u := user{strings.Clone(r.Group.ShortID), strings.Clone(r.ID)}
		consumers[u] = true
		delete(waiting, u)
	})
	p.On(estate.Credential, func(r *estate.Resource) {
		name, _, found := strings.Cut(r.ID, "/credentials/")
		if !found || name == "" {
			p.Doubt(r, "", "which consumer this credential belongs to is not known")
			return
		}
		if u := (user{r.Group.ShortID, name}); !consumers[u] {
			s := r.Subject()
			u = user{s.Ref.Group, strings.Clone(name)}
			waiting[u] = append(waiting[u], s)
		}
	})
	p.AtEnd(func() {
		for u, all := range waiting {
			if !p.Absent(estate.Consumer, u.group) {
				continue
			}
			for _, s := range all {
				report(p, s, u.name)
			}
		}
	})
}

func report(p *rule.Pass, s estate.Subject, consumer string) {
	p.Report(rule.Finding{
		Subject: s, Case: about, Message: fmt.Sprintf("its consumer %s does not exist", consumer),
		Evidence: []rule.Evidence{{Name: "consumer", Value: consumer}},
		Remediation: []rule.Step{
			{When: rule.Before, Text: "Delete the credential, or create the consumer again if clients still use it: the target refuses the next change of the credential."},
		},
	})
}
