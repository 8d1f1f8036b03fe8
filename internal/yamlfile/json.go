package yamlfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// ParseCheckedJSON reads data into the same tree as [Parse], with the same limits and errors. data must be known to
// be one JSON value, such as a part of what [CheckJSON] accepted. Checking an ADC dump of 12 MB in JSON takes half
// the processor time that it takes with [Parse], and as much memory (medians of ten rounds; BenchmarkDump).
func ParseCheckedJSON(name string, data []byte) (Node, error) {
	if len(data) > maxBytes {
		return Node{}, tooLarge(name, data)
	}
	p := jsonParser{name: name, data: data, line: 1, column: 1}
	root, err := p.value(0)
	if err != nil {
		return Node{}, err
	}
	n := wrap(root)
	if err := n.check(name, allowance(data), 0); err != nil {
		return Node{}, err
	}
	return n, nil
}

func tooLarge(name string, data []byte) error {
	return &Error{Name: name, Reason: fmt.Sprintf("%d bytes, more than the limit of %d", len(data), maxBytes)}
}

// CheckJSON returns an [Error] with line and column if data is not one JSON value.
func CheckJSON(name string, data []byte) error {
	if json.Valid(data) {
		return nil
	}
	var nothing struct{}
	err := json.Unmarshal(data, &nothing)
	syntax, ok := errors.AsType[*json.SyntaxError](err)
	if !ok {
		return &Error{Name: name, Reason: "broken JSON"}
	}
	at := min(max(int(syntax.Offset)-1, 0), len(data))
	e := &Error{Name: name, Reason: "broken JSON"}
	e.Line, e.Column = Position(data, at)
	switch {
	case strings.Contains(syntax.Error(), "unexpected end"):
		e.Line, e.Column = Position(data, len(data))
		e.Reason = "the JSON ends too early"
	case strings.Contains(syntax.Error(), "max depth"):
		e.Reason = "nested too deep"
	case at < len(data) && data[at] == '/':
		e.Reason = "broken JSON: it has no comments"
	}
	return e
}

// Position returns the line and column of a byte in data. Both count from 1, columns in characters as in [Node].
func Position(data []byte, offset int) (line, column int) {
	before := data[:offset]
	start := bytes.LastIndexByte(before, '\n') + 1
	return bytes.Count(before, []byte{'\n'}) + 1, characters(before[start:]) + 1
}

// characters counts the bytes that do not continue a UTF-8 sequence.
func characters(b []byte) int {
	n := 0
	for _, c := range b {
		if c&0xc0 != 0x80 {
			n++
		}
	}
	return n
}

// jsonParser parses text that is known to be valid JSON.
type jsonParser struct {
	name         string
	data         []byte
	at           int
	line, column int // position of the byte at counted
	counted      int
	nodes        []yaml.Node // allocated many at a time
}

// node returns a new scalar.
func (p *jsonParser) node(line, column int) *yaml.Node {
	if len(p.nodes) == 0 {
		p.nodes = make([]yaml.Node, min(64, len(p.data)-p.at))
	}
	n := &p.nodes[0]
	p.nodes = p.nodes[1:]
	n.Line, n.Column, n.Kind = line, column, yaml.ScalarNode
	return n
}

// place moves to the next token and returns its first byte and its position.
func (p *jsonParser) place() (first byte, line, column int) {
	for strings.IndexByte(" \t\r\n,:", p.data[p.at]) >= 0 {
		p.at++
	}
	passed := p.data[p.counted:p.at]
	if n := bytes.LastIndexByte(passed, '\n'); n >= 0 {
		p.line += bytes.Count(passed, []byte{'\n'})
		p.column, passed = 1, passed[n+1:]
	}
	p.column += characters(passed)
	p.counted = p.at
	return p.data[p.at], p.line, p.column
}

func (p *jsonParser) value(depth int) (*yaml.Node, error) {
	first, line, column := p.place()
	n := p.node(line, column)
	if depth > maxDepth {
		return nil, &Error{Name: p.name, Line: line, Column: column, Reason: fmt.Sprintf("nested deeper than %d levels", maxDepth)}
	}
	switch first {
	case '{', '[':
		return n, p.inside(n, first, depth)
	case '"':
		n.Tag, n.Value = "!!str", p.text()
	default:
		n.Value = p.word()
		switch {
		case first == 'n':
			n.Tag = "!!null"
		case first == 't' || first == 'f':
			n.Tag = "!!bool"
		case strings.ContainsAny(n.Value, ".eE"):
			n.Tag = "!!float"
		default:
			n.Tag = "!!int"
		}
	}
	return n, nil
}

// inside reads the contents of an object or list. Keys and values alternate in n.
func (p *jsonParser) inside(n *yaml.Node, open byte, depth int) error {
	n.Kind, n.Tag = yaml.MappingNode, "!!map"
	if open == '[' {
		n.Kind, n.Tag = yaml.SequenceNode, "!!seq"
	}
	p.at++
	for {
		if first, _, _ := p.place(); first == '}' || first == ']' {
			p.at++
			return nil
		}
		c, err := p.value(depth + 1)
		if err != nil {
			return err
		}
		n.Content = append(n.Content, c)
	}
}

func (p *jsonParser) text() string {
	start := p.at
	for p.at++; p.data[p.at] != '"'; p.at++ {
		if p.data[p.at] == '\\' {
			p.at++
		}
	}
	p.at++
	raw := p.data[start:p.at]
	if bytes.IndexByte(raw, '\\') < 0 && utf8.Valid(raw) {
		return string(raw[1 : len(raw)-1])
	}
	var s string
	_ = json.Unmarshal(raw, &s) // it is valid
	return s
}

func (p *jsonParser) word() string {
	start := p.at
	for p.at < len(p.data) && strings.IndexByte(" \t\r\n,:]}", p.data[p.at]) < 0 {
		p.at++
	}
	return string(p.data[start:p.at])
}
