package recognise

import (
	"bytes"
	"strings"
)

// Concerns reports whether a file can be, or hold, anything that a row of the tables tells, by its bytes alone. It may say
// so of too many files and never of too few: it asks of each row only whether the words of its marks and signs are there.
// Whoever has thousands of files parses only those.
func Concerns(path string, data []byte) bool {
	var s Scan
	s.Add(data)
	return s.Concerns(path)
}

// Worthwhile reports whether a text that stands in another file can be the file of a component.
func Worthwhile(text string) bool {
	var s Scan
	s.Add([]byte(text))
	return s.any || s.settings(always)
}

// Scan is which of the words that matter a text holds. The zero Scan is that of an empty text.
type Scan struct {
	words set
	api7  bool // the name stands somewhere, in whatever case and as a part of whatever
	any   bool // what the bytes stand for is not told by them: anything may be there
	rest  int  // how much of the end of the last part is a word, which may go on
}

// Add looks at a part of a text. The next part must begin with the last [Scan.Kept] bytes of this one.
func (s *Scan) Add(data []byte) {
	s.api7 = s.api7 || hasAPI7(data)
	escaped, start := false, -1
	for i, c := range data {
		switch {
		case wordByte[c]:
			if start < 0 {
				start = i
			}
			continue
		case start >= 0:
			s.word(data[start:i], escaped)
			start = -1
		}
		escaped = c == '\\'
		if escaped && i+1 < len(data) && strings.IndexByte("xuU\r\n", data[i+1]) >= 0 {
			s.any = true
		}
	}
	s.rest = 0
	if start >= 0 {
		s.word(data[start:], escaped)
		s.rest = min(len(data)-start, longest)
	}
}

// Kept is how many bytes of the last part the next one must repeat.
func (s *Scan) Kept() int { return s.rest + len("api7") }

// word notes a word. In quotes the letter behind a backslash is no part of it.
func (s *Scan) word(text []byte, escaped bool) {
	s.words.note(text)
	if escaped && len(text) > 1 {
		s.words.note(text[1:])
	}
}

func hasAPI7(data []byte) bool {
	for at := bytes.IndexByte(data, '7'); at >= 0; at = bytes.IndexByte(data, '7') {
		if at >= 3 && bytes.EqualFold(data[at-3:at], []byte("api")) {
			return true
		}
		data = data[at+1:]
	}
	return false
}

// set is a set of words of the vocabulary.
type set [6]uint64

func (s *set) has(n int) bool { return s[n>>6]&(1<<(n&63)) != 0 }

func (s *set) hasAll(words []int) bool {
	for _, n := range words {
		if !s.has(n) {
			return false
		}
	}
	return true
}

func (s *set) note(word []byte) {
	if len(word) > longest || all.lengths[word[0]]&(1<<len(word)) == 0 {
		return
	}
	if n, ok := all.vocabulary[string(word)]; ok {
		s[n>>6] |= 1 << (n & 63)
	}
}

// longest bounds the words of the vocabulary, in bytes.
const longest = 63

// wordByte tells the bytes that words are made of.
var wordByte = func() (all [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") {
		all[c] = true
	}
	return all
}()
