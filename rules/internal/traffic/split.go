// Package traffic reads what rules about traffic have in common: weighted splits, the conditions on them, and the
// upstreams that they name.
package traffic

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/plural"
	"github.com/api7-preflight/api7-preflight/internal/redact"
)

// Own is how a share without an upstream of its own is called: it goes to the upstream of the service.
const Own = "the service's own upstream"

// Shape names the fields of a plugin that splits traffic.
type Shape struct {
	Shares     string // list of weighted destinations of a rule
	Conditions string // list of expressions of a match
}

// Share is one weighted destination. At most one of Name, ID and Inline says where it goes; none of them is [Own].
type Share struct {
	Name   string       // upstream_name
	ID     string       // upstream_id
	Inline estate.Value // upstream
	Weight float64
}

// Rule is one rule of a split. The first rule whose condition holds decides.
type Rule struct {
	If     string // the condition in words, without secrets; empty: always
	Shares []Share
}

// Read returns the rules of a split; none if the configuration has none. The error says which field cannot be read.
func Read(conf estate.Value, shape Shape) ([]Rule, error) {
	if conf.Empty() {
		return nil, nil
	}
	list, err := elements(conf.Get("rules"), "rules")
	if err != nil {
		return nil, err
	}
	rules := make([]Rule, len(list))
	for i, v := range list {
		if rules[i], err = readRule(v, shape); err != nil {
			return nil, fmt.Errorf("rules[%d]: %w", i, err)
		}
	}
	return rules, nil
}

func readRule(v estate.Value, shape Shape) (Rule, error) {
	shares, err := elements(v.Get(shape.Shares), shape.Shares)
	if err != nil {
		return Rule{}, err
	}
	r := Rule{Shares: make([]Share, len(shares))}
	for i, s := range shares {
		if r.Shares[i], err = readShare(s); err != nil {
			return Rule{}, fmt.Errorf("%s[%d]: %w", shape.Shares, i, err)
		}
	}
	r.If, err = condition(v.Get("match"), shape.Conditions)
	return r, err
}

func readShare(v estate.Value) (s Share, err error) {
	if s.Name, err = word(v.Get("upstream_name"), "upstream_name"); err != nil {
		return s, err
	}
	if s.ID, err = word(v.Get("upstream_id"), "upstream_id"); err != nil {
		return s, err
	}
	s.Inline = v.Get("upstream")
	if why := s.Inline.Members().Unreadable(); why != "" {
		return s, fmt.Errorf("upstream: %s", why)
	}
	weight := v.Get("weight").Number()
	s.Weight = 1 // what gateways take where none is written
	if n, ok := weight.Known(); ok {
		s.Weight, err = n.Float64()
	} else if why := weight.Unreadable(); why != "" {
		err = fmt.Errorf("weight: %s", why)
	}
	return s, err
}

// Target says where the share goes, without secrets.
func (s Share) Target() string {
	switch {
	case s.Name != "":
		return redact.Text(s.Name)
	case s.ID != "":
		return "upstream " + redact.Text(s.ID)
	case !s.Inline.Empty():
		nodes, err := Nodes(s.Inline)
		if err != nil || nodes == "" {
			return "an inline upstream"
		}
		return "inline " + nodes
	}
	return Own
}

// Own reports whether the share goes to the service's own upstream.
func (s Share) Own() bool { return s.Name == "" && s.ID == "" && s.Inline.Empty() }

// Percent returns the part of share i in words: "15 %".
func (r Rule) Percent(i int) string {
	sum := 0.0
	for _, s := range r.Shares {
		sum += s.Weight
	}
	if sum == 0 {
		return "0 %"
	}
	return strconv.FormatFloat(math.Round(r.Shares[i].Weight/sum*1000)/10, 'f', -1, 64) + " %"
}

// String says who gets how much and when: "15 % to orders-next if http_x_beta == 1". The service's own share goes
// without saying unless it is the only one.
func (r Rule) String() string {
	var parts []string
	for i, s := range r.Shares {
		if !s.Own() {
			parts = append(parts, r.Percent(i)+" to "+s.Target())
		}
	}
	if len(parts) == 0 {
		parts = []string{"all to " + Own}
	}
	text := strings.Join(parts, ", ")
	if r.If != "" {
		text += " if " + r.If
	}
	return text
}

// Full says where all shares go, the service's own included.
func (r Rule) Full() string {
	parts := make([]string, len(r.Shares))
	for i, s := range r.Shares {
		parts[i] = r.Percent(i) + " to " + s.Target()
	}
	text := strings.Join(parts, ", ")
	if r.If != "" {
		text += " if " + r.If
	}
	return text
}

// spoken is how many rules a message gives in full.
const spoken = 3

// Summary says all rules in one line.
func Summary(rules []Rule) string {
	if len(rules) == 0 {
		return "no rules"
	}
	var parts []string
	for _, r := range rules[:min(len(rules), spoken)] {
		parts = append(parts, r.String())
	}
	text := strings.Join(parts, "; ")
	if more := len(rules) - spoken; more > 0 {
		text += "; and " + plural.Of(more, "more rule", "more rules")
	}
	return text
}
