package dialect

import (
	"slices"
	"strings"
)

// Text is a text of which parts may be unknown. One without parts is empty.
type Text []Part

// Part is a part of a [Text].
type Part struct {
	Reads   string // empty if it is unknown
	Unknown string // why it is; empty: it is known
	Default string // the variable whose default it is; empty: no variable's
}

// Plain returns a text that is known.
func Plain(text string) Text {
	if text == "" {
		return nil
	}
	return Text{{Reads: text}}
}

// Unknown returns a text of which nothing is known; why must not be empty.
func Unknown(why string) Text { return Text{{Unknown: why}} }

// Join returns texts one after the other.
func Join(texts ...Text) Text {
	var all Text
	for _, t := range texts {
		for _, p := range t {
			all = all.with(p)
		}
	}
	return all
}

// String returns the text with an ellipsis where a part is not known.
func (t Text) String() string {
	var b strings.Builder
	for _, p := range t {
		if p.Unknown != "" {
			b.WriteString("…")
		} else {
			b.WriteString(p.Reads)
		}
	}
	return b.String()
}

// Missing says why a part of the text is not known; empty if all of it is.
func (t Text) Missing() string {
	for _, p := range t {
		if p.Unknown != "" {
			return p.Unknown
		}
	}
	return ""
}

// Defaults names the variables whose defaults are parts of the text, each once: where the environment has them, it reads
// otherwise.
func (t Text) Defaults() []string {
	var all []string
	for _, p := range t {
		if p.Default != "" && !slices.Contains(all, p.Default) {
			all = append(all, p.Default)
		}
	}
	return all
}

// Cut cuts the text at the first place where a known part has a separator.
func (t Text) Cut(separator string) (before, after Text, found bool) {
	for i, p := range t {
		if at := strings.Index(p.Reads, separator); at >= 0 {
			return t.split(i, at, len(separator))
		}
	}
	return t, nil, false
}

// CutLast cuts the text at the last place where a known part has a separator.
func (t Text) CutLast(separator string) (before, after Text, found bool) {
	for i, p := range slices.Backward(t) {
		if at := strings.LastIndex(p.Reads, separator); at >= 0 {
			return t.split(i, at, len(separator))
		}
	}
	return t, nil, false
}

// split takes size bytes out of part i, at an offset, and returns what is before and behind them.
func (t Text) split(i, at, size int) (before, after Text, found bool) {
	p := t[i]
	p.Reads = t[i].Reads[:at]
	before = slices.Clone(t[:i]).with(p)
	p.Reads = t[i].Reads[at+size:]
	return before, append(Text(nil).with(p), t[i+1:]...), true
}

// with appends a part that says something.
func (t Text) with(p Part) Text {
	if p.Reads == "" && p.Unknown == "" {
		return t
	}
	if last := len(t) - 1; last >= 0 && t[last].Unknown == "" && p.Unknown == "" && t[last].Default == p.Default {
		t[last].Reads += p.Reads
		return t
	}
	return append(t, p)
}
