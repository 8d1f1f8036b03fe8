package traffic

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/rule"
)

// elements returns a list, none for what is absent or empty: Lua writes an empty table as {} as well as [].
func elements(v estate.Value, field string) ([]estate.Value, error) {
	if v.Empty() {
		return nil, nil
	}
	list := v.List()
	if why := list.Unreadable(); why != "" {
		return nil, fmt.Errorf("%s: %s", field, why)
	}
	known, _ := list.Known()
	return known, nil
}

// word returns a text or a number as text; ids may be either.
func word(v estate.Value, field string) (string, error) {
	if text, ok := v.Text().Known(); ok || v.Absent() {
		return text, nil
	}
	if number, ok := v.Number().Known(); ok {
		return number.String(), nil
	}
	return "", errors.New(field + ": not a string")
}

// condition writes the match of a rule in words: one of its entries must hold, all expressions of an entry.
func condition(match estate.Value, key string) (string, error) {
	entries, err := elements(match, "match")
	if err != nil {
		return "", err
	}
	var either []string
	for i, entry := range entries {
		exprs, err := elements(entry.Get(key), key)
		if err != nil {
			return "", fmt.Errorf("match[%d]: %w", i, err)
		}
		if len(exprs) == 0 {
			return "", nil
		}
		either = append(either, all(exprs))
	}
	return strings.Join(either, " or "), nil
}

func all(exprs []estate.Value) string {
	if logic, ok := exprs[0].Text().Known(); ok && len(exprs) > 1 {
		return combined(logic, exprs[1:])
	}
	texts := make([]string, len(exprs))
	for i, e := range exprs {
		texts[i] = expression(e)
	}
	return strings.Join(texts, " and ")
}

// combined writes expressions under a logical operator of the expression language: OR, AND, !OR, !AND.
func combined(logic string, exprs []estate.Value) string {
	texts := make([]string, len(exprs))
	for i, e := range exprs {
		texts[i] = expression(e)
	}
	word, negated := strings.CutPrefix(strings.ToLower(logic), "!")
	text := "(" + strings.Join(texts, " "+word+" ") + ")"
	if negated {
		text = "not " + text
	}
	return text
}

// expression writes [variable, operator, value], [variable, "!", operator, value] or a combination; whatever else it
// is, it is shown as JSON. Of a value only its length is shown if variable and value do not show that it is no secret.
func expression(e estate.Value) string {
	parts, _ := e.List().Known()
	if len(parts) > 0 {
		name, named := parts[0].Text().Known()
		if named && isLogic(name) {
			return combined(name, parts[1:])
		}
		if named && (len(parts) == 3 || len(parts) == 4) {
			clean, _ := redact.Value(e)
			shown, _ := clean.([]any)
			texts := []string{written(shown[0])}
			for _, part := range shown[1:] {
				texts = append(texts, written(part))
			}
			return strings.Join(texts, " ")
		}
	}
	clean, _ := redact.Value(e)
	return written(clean)
}

func isLogic(name string) bool {
	switch strings.TrimPrefix(strings.ToUpper(name), "!") {
	case "AND", "OR":
		return true
	}
	return false
}

// written writes a value as text, or as JSON where it is none.
func written(clean any) string {
	if text, ok := clean.(string); ok {
		return text
	}
	return rule.JSON(clean)
}

// Nodes says what is behind an upstream: its nodes with their weights where there are several, or the service that it
// looks up. It is empty for an upstream with neither. The error says which field cannot be read.
func Nodes(upstream estate.Value) (string, error) {
	if why := upstream.Members().Unreadable(); why != "" && !upstream.Empty() {
		return "", errors.New(why)
	}
	nodes, err := nodeList(upstream.Get("nodes"))
	if err != nil {
		return "", err
	}
	if len(nodes) > 0 {
		return joinNodes(nodes), nil
	}
	discovery, err := word(upstream.Get("discovery_type"), "discovery_type")
	if err != nil {
		return "", err
	}
	service, err := word(upstream.Get("service_name"), "service_name")
	if err != nil {
		return "", err
	}
	return strings.TrimSpace(redact.Name(discovery) + " " + redact.Text(service)), nil
}

// Node is one address of an upstream.
type Node struct{ Host, Port, Weight string }

// joinNodes lists addresses; the weights are shown where they differ.
func joinNodes(nodes []Node) string {
	texts := make([]string, len(nodes))
	weighted := false
	for _, n := range nodes {
		weighted = weighted || n.Weight != nodes[0].Weight
	}
	for i, n := range nodes {
		texts[i] = redact.Host(n.Host)
		if n.Port != "" {
			texts[i] += ":" + n.Port
		}
		if weighted {
			texts[i] += " (weight " + n.Weight + ")"
		}
	}
	return strings.Join(texts, ", ")
}

// nodeList reads nodes in both forms: a list of objects, or an object from "host:port" to weight.
func nodeList(v estate.Value) ([]Node, error) {
	if v.Empty() {
		return nil, nil
	}
	if members, ok := v.Members().Known(); ok {
		nodes := make([]Node, len(members))
		for i, m := range members {
			weight, err := word(m.Value, "weight")
			if err != nil {
				return nil, fmt.Errorf("nodes: %s: %w", redact.Host(m.Key), err)
			}
			nodes[i] = address(m.Key, weight)
		}
		return nodes, nil
	}
	list, err := elements(v, "nodes")
	if err != nil {
		return nil, errors.New("nodes: not a list or an object")
	}
	nodes := make([]Node, len(list))
	for i, n := range list {
		if nodes[i], err = readNode(n); err != nil {
			return nil, fmt.Errorf("nodes[%d]: %w", i, err)
		}
	}
	return nodes, nil
}

func readNode(v estate.Value) (n Node, err error) {
	if n.Host, err = word(v.Get("host"), "host"); err != nil {
		return n, err
	}
	if n.Port, err = word(v.Get("port"), "port"); err != nil {
		return n, err
	}
	n.Weight, err = word(v.Get("weight"), "weight")
	return n, err
}

// address parts "host:port"; an IPv6 address has a port only behind brackets.
func address(s, weight string) Node {
	i := strings.LastIndexByte(s, ':')
	if i < 0 || strings.Count(s, ":") > 1 && !strings.Contains(s, "]:") {
		return Node{Host: s, Weight: weight}
	}
	if _, err := strconv.ParseUint(s[i+1:], 10, 16); err != nil {
		return Node{Host: s, Weight: weight}
	}
	return Node{Host: s[:i], Port: s[i+1:], Weight: weight}
}
