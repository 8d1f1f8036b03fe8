package adc

import (
	"bytes"
	"encoding/json"

	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

// splitter finds the parts of a JSON file: the elements of the top-level lists, and the other top-level values. The
// text is known to be valid JSON, so counting brackets outside of strings is enough.
type splitter struct {
	data  []byte
	pos   int
	parts []part
	at    part // line and column of the byte at counted
	seen  map[string]bool
	again int // end of the first key that is written twice; -1: none
}

// split returns the parts of data, which must be valid JSON; ok is false if it is not an object. again is the offset
// after the first key that is written twice; -1 if there is none.
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

// next moves to the next byte that is neither white space nor a separator, and returns it.
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
	_ = json.Unmarshal(s.data[start:s.pos], &key) // it is valid JSON
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
	if s.next() == ']' { // the list is empty, but it is there
		s.add(key, false, list, s.pos+1)
	}
	for s.next() != ']' {
		s.value(key, true)
	}
	s.pos++
}

// value consumes a value and makes it a part.
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

// text moves past a string.
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
