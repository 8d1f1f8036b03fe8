package redact

import (
	"regexp"
	"strings"
)

// Title returns the name that people gave an object, without what in it nobody would choose: credentials of known form, long
// runs of hexadecimal digits, and what is drawn by lot in the letters of base64. Words, numbers and whatever stands between
// them stay.
func Title(s string) string {
	return drawnWord.ReplaceAllStringFunc(Text(vault.ReplaceAllString(s, Marker)), func(w string) string {
		if byLot(w) {
			return Marker
		}
		return w
	})
}

var (
	drawnWord = regexp.MustCompile(`[A-Za-z0-9+/=]{24,}`)
	// vault matches tokens of Vault.
	vault = regexp.MustCompile(`\bhv[sbr]\.[A-Za-z0-9_-]{20,}`)
)

// byLot reports whether letters, digits and the signs of base64 in a row are no words.
func byLot(w string) bool {
	if len(w) >= longRandom && hexadecimal(w) {
		return true
	}
	signs, changes, strange, small, capitals := 0, 0, false, false, false
	for i := 0; i < len(w); {
		n := wordLength(w[i:])
		if n == 0 {
			signs++
			i++
			continue
		}
		run := w[i : i+n]
		strange = strange || !labelled.chosen(run)
		for k := range len(run) {
			small, capitals = small || 'a' <= run[k] && run[k] <= 'z', capitals || capital(run[k])
			if k > 0 && (run[k] <= '9') != (run[k-1] <= '9') {
				changes++
			}
		}
		i += n
	}
	return signs > 0 && strange && small && capitals && (changes > 1 || strings.ContainsAny(w, "+="))
}
