package consumersshareratelimit

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/few"
	"github.com/api7-preflight/api7-preflight/internal/plural"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules/internal/samevalue"
)

const plugin = "limit-count"

// user is a consumer with a rate limit.
type user struct {
	subject estate.Subject
	pointer string
	byName  bool // the counter's key holds the name of the consumer
}

// Watch compares the configurations of consumers.
func (s shared) Watch(p *rule.Pass) {
	on := s.onPath(p)
	var configurations samevalue.Values[user]
	p.OnResourceWith(plugin, func(r *estate.Resource, places []estate.Plugin) {
		for _, at := range places {
			if text, byName, counts := read(p, r, at); counts {
				u := user{r.Subject(), at.Pointer, byName}
				configurations.Add(u.subject.Ref.Group, u.subject.Ref.ID, text, u)
			}
		}
	}, estate.Consumer)
	p.AtEnd(func() {
		for _, users := range configurations.Several() {
			s.report(p, users, on)
		}
		for _, u := range configurations.Unknown() {
			doubt(p, u)
		}
	})
}

// doubt says what is hidden in configurations that may be the same.
func doubt(p *rule.Pass, u *samevalue.Unknown[user]) {
	var names few.Names
	for _, pointer := range u.Parts {
		names.Add(strings.TrimPrefix(pointer, "/"))
	}
	p.Unknown(u.First.subject, u.First.pointer+u.Parts[0], fmt.Sprintf("%s: whether %s the same configuration as another consumer cannot be told: %s, hidden in this source",
		plugin, plural.Of(u.N, "consumer has", "consumers have"), names.String()))
}

// read returns what tells configurations apart. One that is switched off, or that shares its counter on purpose
// (group), does not count.
func read(p *rule.Pass, r *estate.Resource, at estate.Plugin) (text []byte, byName, counts bool) {
	members := at.Conf.Members()
	if why := members.Unreadable(); why != "" && !at.Conf.Empty() {
		p.Doubt(r, at.Pointer, plugin+": the configuration cannot be read: "+why)
		return nil, false, false
	}
	off := at.Disabled()
	if why := off.Unreadable(); why != "" {
		p.Doubt(r, at.Pointer, plugin+": whether it is switched off (_meta.disable) cannot be read: "+why)
	}
	if disabled, _ := off.Known(); disabled || !at.Conf.Get("group").Empty() {
		return nil, false, false
	}
	text, err := canonical(at.Conf)
	if err != nil {
		p.Doubt(r, at.Pointer, plugin+": the configuration cannot be read")
		return nil, false, false
	}
	key, _ := at.Conf.Get("key").Text().Known()
	return text, strings.Contains(key, "consumer_name"), true
}

// canonical writes a configuration with sorted keys, without _meta and without passwords: these may be encrypted to
// another text each time.
func canonical(v estate.Value) ([]byte, error) {
	conf := map[string]any{}
	if v.Empty() {
		return nil, nil
	}
	if err := json.Unmarshal(v.Raw(), &conf); err != nil {
		return nil, fmt.Errorf("reading a configuration: %w", err)
	}
	maps.DeleteFunc(conf, func(name string, _ any) bool { return name == "_meta" || strings.Contains(name, "password") })
	return json.Marshal(conf) //nolint:wrapcheck // what was decoded can be encoded
}

// target is what the path decides on.
type target struct {
	gained        bool
	action, weigh string
}

func (s shared) onPath(p *rule.Pass) target {
	return target{
		gained: rule.Ask(p, s.gained),
		action: rule.Ask(p, func(path version.Path) string { return s.About().Weigh(path.To) }),
		weigh:  rule.Ask(p, func(path version.Path) string { return s.About().FixedFor(path.To) }),
	}
}

func (s shared) report(p *rule.Pass, users map[string]user, on target) {
	var names few.Names
	for _, u := range users {
		names.Add(u.subject.Name)
	}
	for _, u := range users {
		severity, text := rule.Breaking, "shares one counter with"
		if !on.gained {
			severity, text = rule.Warning, "shares one counter, as today, with"
		}
		if u.byName {
			severity, text = rule.Notice, "counts by consumer name, which should keep it apart from"
		}
		p.Report(rule.Finding{
			Subject: u.subject, Case: s.About(), Pointer: u.pointer, Severity: severity,
			Message:  fmt.Sprintf("%s: %s consumers that have the same configuration (%d in all)", plugin, text, len(users)),
			Evidence: []rule.Evidence{{Name: "the same configuration", Value: names.Except(u.subject.Name)}},
			Action:   on.action,
			Remediation: []rule.Step{
				{When: rule.Before, Text: on.weigh},
				{When: rule.Before, Text: "If you must keep this target, give each consumer a different configuration, for example in rejected_msg, and try it with two test clients."},
			},
		})
	}
}
