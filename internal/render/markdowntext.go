package render

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// GitHub and GitLab turn @team into a mention that notifies people, #12 and !12 into references, and much else into links.
// They look for them in the finished page, so neither a backslash nor a character reference helps. They leave code alone
// (https://github.com/gjtorikian/html-pipeline/blob/ba6ec7ff0652aab8d26f44c45c579160ac28c16f/lib/html_pipeline/node_filter/mention_filter.rb,
// https://gitlab.com/gitlab-org/gitlab-foss/-/merge_requests/365). So every word of a text that may mean anything in Markdown
// is written as code, and no other word needs an escape.

// piece is a word, or a few words of code, of a line of Markdown.
type piece struct {
	before, code, after string // plain, code, plain; each may be empty
	apart               bool   // a blank stands before it
	fixed               bool   // it was code in the text: it takes no neighbours in
}

// told returns a text for a paragraph, a cell or an item: one line in which every word is plain or code. Text in backquotes
// stays code. It is cut after so many bytes.
func told(text string, longest int) string {
	var list []piece
	parts := strings.Split(shorten(Brief(text), longest), "`")
	apart := false
	for i, part := range parts {
		switch words := strings.Join(strings.Fields(part), " "); {
		case i%2 == 0:
			list = append(list, wordPieces(part, apart)...)
			apart = strings.HasSuffix(part, " ")
		case i == len(parts)-1: // a backquote without its partner
			list = append(list, wordPieces("`"+part, apart)...)
		case words != "":
			list, apart = append(list, piece{code: words, apart: apart, fixed: true}), false
		}
	}
	return joined(list)
}

// wordPieces takes a text without code apart. The first piece stands apart if the text begins with a blank, or apart is true.
func wordPieces(text string, apart bool) []piece {
	var list []piece
	for i, word := range strings.Fields(text) {
		p := punctuated(word)
		if p.code != "" && plainWord(p.code) && (i > 0 || !opensBlock.MatchString(word)) {
			p = piece{before: word}
		}
		p.apart = i > 0 || apart || strings.HasPrefix(text, " ")
		list = append(list, p)
	}
	return list
}

// joined writes pieces as a line. Words of code that follow each other become one piece of code.
func joined(list []piece) string {
	var out strings.Builder
	for i := 0; i < len(list); i++ {
		p := list[i]
		for p.code != "" && p.after == "" && !p.fixed && i+1 < len(list) {
			next := list[i+1]
			if next.code == "" || next.before != "" || next.fixed || !next.apart {
				break
			}
			p.code, p.after = p.code+" "+next.code, next.after
			i++
		}
		if p.apart && out.Len() > 0 {
			out.WriteByte(' ')
		}
		out.WriteString(p.before)
		if p.code != "" {
			out.WriteString(coded(p.code))
		}
		out.WriteString(p.after)
	}
	return out.String()
}

// punctuated takes the punctuation around a word apart. What has nothing else is plain.
func punctuated(word string) piece {
	core := strings.TrimLeft(word, `("'“`)
	p := piece{before: word[:len(word)-len(core)]}
	p.code = strings.TrimRight(core, `.,;:)?!"'”…`)
	if strings.Count(p.code, "(") > strings.Count(p.code, ")") && strings.HasPrefix(core[len(p.code):], ")") {
		p.code += ")"
	}
	p.after = core[len(p.code):]
	if p.code == "" {
		p.before, p.after = word, ""
	}
	return p
}

var (
	// opensBlock finds a first word that would begin a list.
	opensBlock = regexp.MustCompile(`^([-+]|[0-9]{1,9}[.)])$`)
	// harmlessWord has no sign that means anything in Markdown, in GitHub's or in GitLab's.
	harmlessWord = regexp.MustCompile(`^[A-Za-z0-9.,;'"()/%?!+\-\x{80}-\x{10ffff}]+$`)
	// meaningful finds what means something in spite of harmless signs: an option, a path or a command of GitLab, an address, a
	// milestone or a merge request of GitLab, a commit, an issue of a tracker.
	meaningful = regexp.MustCompile(`^[-+].|^/|/.*[/.]|(?i:www\.)|[%!][^.,;'"()/%?!+\-]|^[0-9a-f]{7,40}$|^[A-Z][A-Z0-9]*-[0-9]`)
)

func plainWord(word string) bool {
	return harmlessWord.MatchString(word) && !meaningful.MatchString(word)
}

// coded returns a line as a piece of code, whatever backquotes it has.
func coded(text string) string {
	fence := strings.Repeat("`", 1+longestRun(text))
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		return fence + " " + text + " " + fence
	}
	return fence + text + fence
}

// longestRun returns the length of the longest run of backquotes.
func longestRun(text string) int {
	longest, run := 0, 0
	for i := range len(text) {
		if text[i] != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

// named returns a name as code; one that is empty is told apart from none.
func named(name string) string {
	if name = shown(name); name == "" {
		name = `""`
	}
	return coded(name)
}

// celled returns Markdown for a cell of a table. A bar ends a cell also in code, unless a backslash stands before it
// (https://github.github.com/gfm/#tables-extension-). Readers differ about two backslashes before a bar, so that piece of
// text has neither.
func celled(text string) string {
	if strings.Contains(text, `\|`) || strings.Contains(text, `\\`) && strings.Contains(text, "|") {
		text = strings.NewReplacer(`\`, `\x5c`, "|", `\x7c`).Replace(text)
	}
	return strings.ReplaceAll(text, "|", `\|`)
}

// shorten cuts a sanitised text after so many bytes, and says how long it is.
func shorten(text string, longest int) string {
	if len(text) <= longest {
		return text
	}
	end := longest
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return fmt.Sprintf("%s… (%s)", text[:end], count(utf8.RuneCountInString(text), "character", "characters"))
}
