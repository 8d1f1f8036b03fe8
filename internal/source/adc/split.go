package adc

import (
	"bytes"
	"encoding/json"

	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

// splitter finds the parts of a JSON file: the elements of the top-level lists, and the other top-level values. The text
// is known to be valid, so it is enough to count brackets outside of texts.
type splitter struct {
	data  []byte
	pos   int
	parts []part
	at    part // line and column of the byte counted
	seen  map[string]bool
	again int // where a key is written for the second time; -1: nowhere
}

// split returns the parts of data, which is valid JSON; ok is false if it is no object. Its again is the offset behind
// the first key that is written twice, else -1.
func split(data []byte) (parts []part, again int, ok bool) {
	s := &splitter{data: data, at: part{line: 1, column: 1}, seen: map[string]bool{}, again: -1}
	if s.next() != '{' {
		return nil, -1, false
	}
	for s.pos++; s.next() != '}'; {
		s.member()
	}
	return s.parts, s.again, true
}

// next goes to the next byte that is neither space nor what stands between values, and returns it.
func (s *splitter) next() byte {
	for bytes.IndexByte([]byte(" \t\r\n,:"), s.data[s.pos]) >= 0 {
		s.pos++
	}
	return s.data[s.pos]
}

func (s *splitter) member() {
	start := s.pos
	s.text()
	var key string
	_ = json.Unmarshal(s.data[start:s.pos], &key) // it is valid
	if s.seen[key] && s.again < 0 {
		s.again = s.pos
	}
	s.seen[key] = true
	if s.next() != '[' {
		s.value(key, false)
		return
	}
	list := s.pos
	s.pos++
	if s.next() == ']' { // the list is empty, and there all the same
		s.add(key, false, list, s.pos+1)
	}
	for s.next() != ']' {
		s.value(key, true)
	}
	s.pos++
}

// value takes a value as a part.
func (s *splitter) value(key string, item bool) {
	start := s.pos
	for depth := 0; ; {
		switch c := s.data[s.pos]; c {
		case '"':
			s.text()
			s.pos--
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		s.pos++
		if depth == 0 && bytes.IndexByte([]byte(" \t\r\n,]}"), s.data[s.pos]) >= 0 {
			s.add(key, item, start, s.pos)
			return
		}
	}
}

// text goes behind a text.
func (s *splitter) text() {
	for s.pos++; s.data[s.pos] != '"'; s.pos++ {
		if s.data[s.pos] == '\\' {
			s.pos++
		}
	}
	s.pos++
}

func (s *splitter) add(key string, item bool, start, end int) {
	line, column := yamlfile.Position(s.data[s.at.start:], start-s.at.start)
	s.at.line, s.at.column = s.at.place(line, column)
	s.at.start = start
	s.parts = append(s.parts, part{key: key, item: item, start: start, end: end, line: s.at.line, column: s.at.column})
}
