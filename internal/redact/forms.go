package redact

import "strings"

// beginning is how credentials begin whose maker has published their form, and how many letters and digits follow at
// least, in a row: with digits or both cases among them or, of capitals, capitals and digits alone.
type beginning struct {
	start    string
	follow   int
	capitals bool
}

// issued are the beginnings by their first character.
var issued = func() (by ['z' + 1][]beginning) {
	for _, f := range []struct {
		follow   int
		starts   string
		capitals bool
	}{
		{follow: 16, capitals: true, starts: "AKIA ASIA ABIA ACCA"}, // AWS
		{follow: 10, starts: `xoxa- xoxb- xoxe- xoxp- xoxr- xoxs- sk_live_ sk_test_ rk_live_ rk_test_ pk_live_ pk_test_ whsec_
			sk-proj- sk-svcacct- sk-ant-api03- sk-or-v1-`}, // Slack, Stripe, models
		{follow: 12, starts: "LTAI AKID"}, // Alibaba, Tencent
		{follow: 16, starts: `a7ee- a7adm- ghp_ gho_ ghu_ ghs_ ghr_ github_pat_ glpat- gldt- glrt- glsa_ dckr_pat_ dop_v1_
			shpat_ shpss_ shpca_ NRAK- PMAK-`}, // API7, repositories, registries and others
		{follow: 20, starts: "AIza hf_ npm_ pypi- rubygems_"},
	} {
		for start := range strings.FieldsSeq(f.starts) {
			by[start[0]] = append(by[start[0]], beginning{start, f.follow, f.capitals})
		}
	}
	return by
}()

const (
	shortestIssued = 14 // characters of the shortest of them
	longRandom     = 32 // letters and digits in a row from which a text is drawn by lot if it also changes between them often
	oftenChanged   = 4
)

// withoutIssued returns s with the marker in place of credentials of known form, each to the end of the word that it is in.
func withoutIssued(s string) string {
	if len(s) < shortestIssued {
		return s
	}
	var b strings.Builder
	done := 0
	for i := 0; i < len(s); {
		if !ofToken(s[i]) {
			i++
			continue
		}
		end := i
		for end < len(s) && ofToken(s[end]) {
			end++
		}
		if at := issuedIn(s[i:end]); at >= 0 {
			b.WriteString(s[done:i+at] + Marker)
			done = end
		}
		i = end
	}
	if done == 0 {
		return s
	}
	b.WriteString(s[done:])
	return b.String()
}

func ofToken(c byte) bool { return alphanumeric(c) || c == '-' || c == '_' }

// issuedIn returns where in a word with hyphens and underscores a credential begins; -1 if there is none.
func issuedIn(word string) int {
	if len(word) < shortestIssued {
		return -1
	}
	for i := 0; i < len(word); {
		n := wordLength(word[i:])
		if n > 0 && (random(word[i:i+n]) || begins(word[i:])) {
			return i
		}
		i += max(n, 1)
	}
	return -1
}

// begins reports whether a text, whose first character is a letter or a digit, begins with a credential of a published form.
func begins(s string) bool {
	for _, f := range issued[s[0]] {
		if rest, ok := strings.CutPrefix(s, f.start); ok && drawn(rest[:wordLength(rest)], f.follow, f.capitals) {
			return true
		}
	}
	return false
}

// drawn reports whether letters and digits can be what follows such a beginning.
func drawn(follow string, atLeast int, allCapitals bool) bool {
	capitals, small := strings.ToUpper(follow) == follow, strings.ToLower(follow) == follow
	return len(follow) >= atLeast && (allCapitals && capitals || !allCapitals && (hasDigit(follow) || !capitals && !small))
}

// random reports whether letters and digits in a row are so long and so mixed that only a program can have made them. What
// is of one case, as a digest or an id in hexadecimal digits, is not.
func random(w string) bool {
	if len(w) < longRandom || strings.ToLower(w) == w || strings.ToUpper(w) == w {
		return false
	}
	changes := 0
	for i := 1; i < len(w); i++ {
		if (w[i] <= '9') != (w[i-1] <= '9') {
			changes++
		}
	}
	return changes >= oftenChanged
}
