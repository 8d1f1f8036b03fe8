package redact

import (
	"strings"
	"unicode/utf8"

	"github.com/api7-preflight/api7-preflight/internal/lazyregexp"
)

// manner says how much a text may hold and still be plainly no secret.
type manner struct {
	between string // the characters that may stand between words, and at the ends
	longest int    // characters of the whole
	words   int    // in all
	word    int    // letters of one word
	digits  int    // of one number
	tail    int    // digits behind the letters of a word
	stem    int    // letters of a word with digits behind them
}

var (
	// setting is how names, hosts, paths, variables and settings look, with lists of them.
	setting = manner{between: "-_./:,*$@", longest: 256, words: 24, word: 24, digits: 14, tail: 4, stem: 24}
	// pattern is how regular expressions of paths and hosts look.
	pattern = manner{between: "-_./:,*$^()|[]{}+?\\", longest: 256, words: 24, word: 24, digits: 8, tail: 4, stem: 24}
	// labelled is how people write the values of labels: addresses of people and several words as well.
	labelled = manner{between: "-_./:,*@+ ()#'&%", longest: 128, words: 16, word: 24, digits: 14, tail: 5, stem: 24}
	// broad is how the values of variables look that the gateway itself makes, such as the browser's name or the path.
	broad = manner{between: "-_./:,*$^()|[]{}+?\\ ;%~<>!", longest: 512, words: 48, word: 24, digits: 14, tail: 4, stem: 24}
	// format is how the texts of configuration files look that are made of variables, such as that of an access log.
	format = manner{between: "-_./:,*$@^()|[]{}+?\\ ;%~<>!=&#\"'`\t\n", longest: 4096, words: 512, word: 32, digits: 14, tail: 5, stem: 24}
	// compared is how the values of conditions look that are shown: a short word, a number, a version, a host, a path.
	compared = manner{between: "-_./:*", longest: 64, words: 8, word: 16, digits: 8, tail: 2, stem: 4}
)

// fits reports whether a text consists of words and numbers as people choose them, and of nothing else. What a program
// has drawn by lot does not fit: it mixes letters and digits, or cases, or cannot be pronounced.
func (m *manner) fits(s string) bool {
	if len(s) > m.longest && utf8.RuneCountInString(s) > m.longest || withoutIssued(s) != s {
		return false
	}
	words := 0
	for i := 0; i < len(s); {
		n := m.apart(s[i:])
		if n == 0 {
			n = wordLength(s[i:])
			if words++; n == 0 || words > m.words || !m.chosen(s[i:i+n]) {
				return false
			}
		}
		i += n
	}
	return true
}

// apart returns the length of what stands between words at the beginning of s: a sign, a variable, whose name
// says nothing of its value, or a letter of another script; 0 if there is none.
func (m *manner) apart(s string) int {
	switch c := s[0]; {
	case c >= utf8.RuneSelf:
		return 1
	case alphanumeric(c) || strings.IndexByte(m.between, c) < 0:
		return 0
	case c == '$':
		if name := variableName(s); m.named(name) {
			return len(name)
		}
	}
	return 1
}

// named reports whether a variable has a name as people choose them. The hash of a password begins with a $ as well.
func (m *manner) named(variable string) bool {
	for _, word := range strings.FieldsFunc(variable, func(c rune) bool { return strings.ContainsRune("${}_", c) }) {
		if !m.chosen(word) {
			return false
		}
	}
	return true
}

// wordLength returns the number of letters and digits at the beginning of s.
func wordLength(s string) int {
	n := 0
	for n < len(s) && alphanumeric(s[n]) {
		n++
	}
	return n
}

// variableName returns the variable at the beginning of s: $name, ${name} or $1; at least the $.
func variableName(s string) string {
	end := 1
	if end < len(s) && s[end] == '{' {
		end++
	}
	for end < len(s) && (alphanumeric(s[end]) || s[end] == '_') {
		end++
	}
	if end < len(s) && end > 1 && s[1] == '{' && s[end] == '}' {
		end++
	}
	return s[:end]
}

func alphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// chosen reports whether letters and digits are a word or a number that a person chose.
func (m *manner) chosen(w string) bool {
	letters, rest := w, ""
	if i := strings.IndexAny(w, decimals); i >= 0 {
		letters, rest = w[:i], w[i:]
	}
	digits := rest[:len(rest)-len(strings.TrimLeft(rest, decimals))]
	unit := rest[len(digits):]
	switch {
	case len(w) >= longHexadecimal && hexadecimal(w):
		return false
	case digits == "", withDigits[strings.ToLower(w)]:
		return len(letters) <= m.word && spoken(letters)
	case unit != "":
		return measure(letters, digits, unit)
	case letters == "":
		return len(digits) <= m.digits
	case len(letters) == 1 && m.tail > 2: // v20260101
		return len(digits) <= m.digits
	}
	return len(letters) <= m.stem && spoken(letters) && len(digits) <= m.tail && !restless(letters) // canary2, eu1
}

// restless reports whether letters in front of digits change so often between cases that they are no words.
func restless(letters string) bool {
	humps := 0
	for i := 1; i < len(letters); i++ {
		if capital(letters[i]) && !capital(letters[i-1]) {
			humps++
		}
	}
	return humps > 1 && len(letters) < leastPart*(humps+1)
}

const leastPart = 4 // letters of a word on average

const decimals = "0123456789"

// longHexadecimal is the number of hexadecimal digits from which no word or number consists of them.
const longHexadecimal = 12

// hexadecimal reports whether a word consists of hexadecimal digits, and not of decimal ones alone.
func hexadecimal(w string) bool {
	return strings.Trim(w, decimals+"abcdefABCDEF") == "" && strings.Trim(w, decimals) != ""
}

// measure reports whether something follows digits as in a number with a unit, a time, a version of an API or an
// abbreviation.
func measure(letters, digits, unit string) bool {
	switch {
	case letters == "v" || letters == "V": // v1beta2
		return prerelease(unit)
	case letters == "" && hasDigit(unit) && unit[0] != 'T':
		w := digits + unit
		return len(w) <= longestNumber && (duration.MatchString(w) || period.MatchString(w))
	case letters != "":
		w := letters + digits + unit // k8s
		return len(w) <= 4 && !hasDigit(unit) && (strings.ToLower(w) == w || strings.ToUpper(w) == w)
	case unit == "Z", len(digits) <= 2 && unit[0] == 'T' && len(unit) <= 3 && strings.Trim(unit[1:], decimals) == "": // of a time: 01T10
		return true
	}
	return len(digits) <= 4 && len(unit) <= 3 && !hasDigit(unit) // 10s, 2xx, 512Mi
}

// period matches a quarter, a half or a week of a year: 2026q3, 2026H1, 2026w48.
var period = lazyregexp.New(`(?i)^(19|20)[0-9]{2}(q[1-4]|h[12]|w[0-5]?[0-9])$`)

// withDigits are words with digits inside that are longer than an abbreviation.
var withDigits = names("api7ee3 api7ee sha256 sha384 sha512 aes128 aes256 oauth2 http2 http3 grpc2 utf16le x86 amd64 arm64 i386 log4j md5sum sha256sum base64url")

func hasDigit(s string) bool { return strings.ContainsAny(s, decimals) }

// prerelease matches what may follow the number of a version of an API: beta1, alpha2, rc1.
func prerelease(s string) bool {
	for _, word := range []string{"alpha", "beta", "rc", "dev"} {
		if rest, ok := strings.CutPrefix(s, word); ok {
			return len(rest) <= 2 && strings.Trim(rest, decimals) == ""
		}
	}
	return false
}

const (
	longestShout   = 16 // letters of a word in capitals
	mostHumps      = 4  // capital letters inside a word, as in maxBodyBytes
	mostConsonants = 5  // in a row
)

// spoken reports whether letters can be a word, an abbreviation or several words in camel case.
func spoken(w string) bool {
	capitals, humps := 0, 0
	for i := range len(w) {
		if capital(w[i]) {
			capitals++
			if i > 0 && !capital(w[i-1]) {
				humps++
			}
		}
	}
	switch {
	case capitals == len(w) && len(w) > longestShout,
		capitals < len(w) && (humps > mostHumps || humps > 0 && len(w) < 3*humps || capitals > humps+1 && capitals > mostHumps):
		return false
	}
	return len(w) <= mostConsonants+1 || consonants(w) <= mostConsonants
}

func capital(c byte) bool { return 'A' <= c && c <= 'Z' }

// consonants returns how many stand in a row at most.
func consonants(w string) (longest int) {
	row := 0
	for i := range len(w) {
		if row++; strings.IndexByte("aeiouyAEIOUY", w[i]) >= 0 {
			row = 0
		}
		longest = max(longest, row)
	}
	return longest
}
