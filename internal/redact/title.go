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
	runs := strings.FieldsFunc(w, func(c rune) bool { return strings.ContainsRune("+/=", c) })
	if len(runs) == 1 && len(runs[0]) == len(w) || strings.ToLower(w) == w || strings.ToUpper(w) == w {
		return false
	}
	strange, changes := false, 0
	for _, run := range runs {
		strange = strange || !labelled.chosen(run)
		for k := 1; k < len(run); k++ {
			if (run[k] <= '9') != (run[k-1] <= '9') {
				changes++
			}
		}
	}
	return strange && (changes > 1 || strings.ContainsAny(w, "+="))
}
