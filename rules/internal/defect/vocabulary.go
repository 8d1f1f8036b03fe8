package defect

import (
	"regexp"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/settings"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// oldest begins the window of a defect whose beginning the notes do not tell.
func oldest() version.Change { return version.Since(version.Oldest().String()) }

// ended is a notice that was there until a repair.
func ended(entry string, until version.Change, says, who string, signs ...Sign) Defect {
	return Defect{Case: window(entry, oldest(), until), Assumed: true, Severity: rule.Notice, Says: says, Who: who, Signs: signs}
}

// since is the defect of a feature that came with a release, which the notes name.
func (d Defect) since(releases ...string) Defect {
	d.Case.Change, d.Assumed = version.Since(releases...), false
	return d
}

// also makes a second sign necessary.
func (d Defect) also(signs ...Sign) Defect {
	d.Also = signs
	return d
}

// unseen leaves open whether the defect strikes.
func (d Defect) unseen(why string) Defect {
	d.Unseen = why
	return d
}

// warns makes the defect a warning.
func (d Defect) warns() Defect {
	d.Severity = rule.Warning
	return d
}

// plugins is the sign that gateways run one of these plugins.
func plugins(names ...string) Sign {
	return Sign{Plugins: names, None: "no gateway runs " + strings.Join(names, " or ")}
}

// with is the sign that a plugin has a certain configuration.
func (s Sign) with(condition cond.Condition, in string) Sign {
	s.If, s.None = condition, s.None+" "+in
	return s
}

// authentication is the sign that gateways authenticate with one of these plugins.
func authentication(names ...string) Sign {
	s := plugins(names...)
	s.Except = []estate.Kind{estate.Consumer, estate.Credential}
	return s
}

// perhaps leaves open whether what is seen meets the defect.
func (s Sign) perhaps(why string) Sign {
	s.Perhaps = why
	return s
}

// exist is the sign that there are resources of a kind.
func exist(k estate.Kind, none string) Sign { return Sign{Kinds: []estate.Kind{k}, None: none} }

// gatewayFile is the sign that the file of gateways says something.
func gatewayFile(condition cond.Condition, none string) Sign {
	return Sign{Kinds: []estate.Kind{estate.GatewayConfig}, None: none, Has: func(r *estate.Resource) cond.Truth { return condition(settings.Of(r)) }}
}

// upstreams is the sign that an upstream has something; its body contains one of the words.
func upstreams(condition cond.Condition, none string, words ...string) Sign {
	return Sign{Kinds: []estate.Kind{estate.Service, estate.Upstream}, None: none, Words: words, Has: func(r *estate.Resource) cond.Truth {
		if r.Kind == estate.Upstream {
			return condition(estate.NewValue(r.Body))
		}
		return cond.Any(within("/upstream", condition), cond.Some("/upstreams", condition))(estate.NewValue(r.Body))
	}}
}

// within asks a condition of the object at a pointer, if there is one.
func within(pointer string, condition cond.Condition) cond.Condition {
	return func(v estate.Value) cond.Truth {
		if inner := v.At(pointer); !inner.Empty() {
			return condition(inner)
		}
		return cond.Truth{}
	}
}

// The signs that several defects share.
func kubernetesDiscovery() Sign {
	return upstreams(cond.Is("/discovery_type", "kubernetes"), "no upstream takes its nodes from Kubernetes", `kubernetes`)
}

func discovery() Sign {
	return upstreams(cond.Has("/discovery_type"), "no upstream takes its nodes from service discovery", `discovery_type`)
}

func healthChecks() Sign {
	return upstreams(cond.Has("/checks"), "no upstream has health checks", `"checks"`)
}

func formConditions() Sign {
	return Sign{Kinds: []estate.Kind{estate.Route}, None: "no route has a condition on post_arg", Words: []string{"post_arg", estate.Redacted}, Field: "vars", Has: func(r *estate.Resource) cond.Truth {
		return mentions(r.Field("vars"), "post_arg")
	}}
}

// mentions reports whether a list of conditions names a variable that begins so.
func mentions(v estate.Value, prefix string) cond.Truth {
	if v.Empty() {
		return cond.Truth{}
	}
	list, ok := v.List().Known()
	if !ok {
		return cond.Unclear("/vars", "cannot be read: "+v.List().Unreadable())
	}
	if len(list) > 0 {
		name := list[0].Text()
		if text, _ := name.Known(); strings.HasPrefix(text, prefix) {
			return cond.Yes()
		}
		if name.Unreadable() == estate.Hidden {
			return cond.Unclear("/vars", "a variable "+estate.Hidden)
		}
	}
	for _, one := range list {
		if t := mentions(nested(one), prefix); t.Yes() || t.Open() {
			return t
		}
	}
	return cond.Truth{}
}

// nested returns a condition inside another, and nothing for a text or number.
func nested(v estate.Value) estate.Value {
	if raw := v.Raw(); len(raw) > 0 && raw[0] == '[' {
		return v
	}
	return estate.Value{}
}

// clientCertificates is the sign that a host asks its clients for certificates.
func clientCertificates() Sign {
	return Sign{Kinds: []estate.Kind{estate.SSL}, None: "no certificate asks clients for theirs", Has: func(r *estate.Resource) cond.Truth {
		return within("/client", cond.Has("/ca"))(estate.NewValue(r.Body))
	}}
}

// vault is the sign that secrets come from HashiCorp Vault.
func vault() Sign {
	return Sign{Kinds: []estate.Kind{estate.Secret}, None: "there is no secret provider of kind Vault", Has: func(r *estate.Resource) cond.Truth {
		if strings.HasPrefix(r.ID, "vault/") {
			return cond.Yes()
		}
		return cond.Truth{}
	}}
}

// odd are characters that a URL or a pattern does not take literally.
const odd = ` %+&#?=*[(|\^$'"`

func oddIDs() Sign {
	return Sign{
		Kinds: []estate.Kind{estate.Service, estate.Route, estate.StreamRoute, estate.Upstream, estate.Consumer, estate.SSL}, ID: odd,
		None:    "no id has a character besides letters, digits, hyphen, dot and underscore that is known to be special",
		Has:     func(*estate.Resource) cond.Truth { return cond.Yes() },
		Perhaps: "the notes do not say which characters are special; these ids have one that may be",
	}
}

var delayed = regexp.MustCompile(`delay_encode`)
