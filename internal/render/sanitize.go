package render

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sanitize returns s as one line that cannot move a cursor, change a colour or reorder the text beside it. Control
// characters, line breaks, tabs, bidirectional controls, invisible characters and invalid UTF-8 become Go escapes
// (\n, \x1b, \u202e, \xff). All other characters stay, so that names can be copied, but for those that would begin a command
// to a build server which reads the output.
func Sanitize(s string) string {
	if strings.Contains(s, "##") {
		s = command.ReplaceAllString(s, `#\x23$1`)
	}
	if harmless(s) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], string(utf8.RuneError)):
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case i == 0 && unicode.Is(unicode.M, r): // it would change the character before it, which belongs to other text
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		case unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		}
	}
	return b.String()
}

// command finds what build servers obey wherever it stands in a line of a log: ##[error] on GitHub and Azure, ##vso[…] and
// ##teamcity[…]. https://github.com/actions/runner/blob/258d6c857db3519913f7deb6004b60172f8043ae/src/Runner.Common/ActionCommand.cs
var command = regexp.MustCompile(`##(\w*\[)`)

func harmless(s string) bool {
	for i, r := range s {
		if !unicode.IsPrint(r) || r == utf8.RuneError || i == 0 && unicode.Is(unicode.M, r) {
			return false
		}
	}
	return true
}

// shown is [Brief] for names: blanks at either end must be visible.
func shown(name string) string {
	name = brief(name)
	if strings.TrimSpace(name) != name {
		return strconv.Quote(name)
	}
	return Sanitize(name)
}

// The number of bytes from which on a word is cut, and how many of them stay. No name that a person or a program
// gives is so long; documents for programs have it whole.
const (
	longestWord = 1000
	keptOfWord  = 200
)

// Brief is [Sanitize] with the words cut that are longer than any name.
func Brief(s string) string {
	if len(s) <= longestWord {
		return Sanitize(s)
	}
	var b strings.Builder
	for word := range strings.SplitAfterSeq(s, " ") {
		bare := strings.TrimSuffix(word, " ")
		b.WriteString(brief(bare))
		b.WriteString(word[len(bare):])
	}
	return Sanitize(b.String())
}

// brief cuts a name that is too long, and says how long it is.
func brief(name string) string {
	if len(name) <= longestWord {
		return name
	}
	end := keptOfWord
	for end > keptOfWord-utf8.UTFMax && !utf8.RuneStart(name[end]) {
		end--
	}
	return fmt.Sprintf("%s… (%s)", name[:end], count(utf8.RuneCountInString(name), "character", "characters"))
}
