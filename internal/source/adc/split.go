package adc

import (
	"bytes"
	"encoding/json"

	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

// splitter finds the parts of a JSON file: the elements of the top-level lists, and the other top-level values.
type splitter struct {
	data  []byte
	dec   *json.Decoder
	parts []part
	at    part // line and column of the byte counted
	seen  map[string]bool
	again int // where a key is written for the second time; -1: nowhere
}

// split returns the parts of data, which is valid JSON; ok is false if it is no object. Its again is the offset behind
// the first key that is written twice, else -1.
func split(data []byte) (parts []part, again int, ok bool) {
	s := &splitter{
		data: data, dec: json.NewDecoder(bytes.NewReader(data)), at: part{line: 1, column: 1},
		seen: map[string]bool{}, again: -1,
	}
	if open, err := s.dec.Token(); err != nil || open != json.Delim('{') {
		return nil, -1, false
	}
	for s.dec.More() {
		if !s.member() {
			return nil, s.again, false
		}
	}
	return s.parts, s.again, true
}

func (s *splitter) member() bool {
	token, err := s.dec.Token()
	key, isText := token.(string)
	if err != nil || !isText {
		return false
	}
	if s.seen[key] && s.again < 0 {
		s.again = int(s.dec.InputOffset())
	}
	s.seen[key] = true
	start := int(s.dec.InputOffset())
	start += len(s.data[start:]) - len(bytes.TrimLeft(s.data[start:], " \t\r\n:"))
	if s.data[start] != '[' {
		return s.value(key, false)
	}
	if _, err := s.dec.Token(); err != nil {
		return false
	}
	if !s.dec.More() { // the list is empty, and there all the same
		s.add(key, false, start, start+1+bytes.IndexByte(s.data[start:], ']'))
	}
	for s.dec.More() {
		if !s.value(key, true) {
			return false
		}
	}
	_, err = s.dec.Token()
	return err == nil
}

func (s *splitter) value(key string, item bool) bool {
	var raw json.RawMessage
	if s.dec.Decode(&raw) != nil {
		return false
	}
	end := int(s.dec.InputOffset())
	s.add(key, item, end-len(raw), end)
	return true
}

func (s *splitter) add(key string, item bool, start, end int) {
	line, column := yamlfile.Position(s.data[s.at.start:], start-s.at.start)
	s.at.line, s.at.column = s.at.place(line, column)
	s.at.start = start
	s.parts = append(s.parts, part{key: key, item: item, start: start, end: end, line: s.at.line, column: s.at.column})
}
