package render

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	_ "embed" // for style and script of the page
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// pageStyle and pageScript are the only style and the only code of a page.
var (
	//go:embed html/page.css
	pageStyle string
	//go:embed html/page.js
	pageScript string
)

// doctype and generator are what a page begins with.
const (
	doctype   = "<!doctype html>\n<html lang=\"en\">\n"
	generator = `<meta name="generator" content="` + report.Program + " "
)

// asHTML writes the report as one page that loads nothing. Everything but the list of findings stands in it as it is; the
// list is data, from which the script of the page shows a part at a time.
func asHTML(out *bufio.Writer, r *report.Report, o Options) error {
	h := &hypertext{out: out, r: r, page: newPage(&bytes.Buffer{}, Options{Width: maxWidth}), elsewhere: elsewhere(o)}
	h.list = h.page.gists(r)
	h.active = blocks(r, (*report.Finding).Counts)
	if r.Summary.Waived > 0 {
		h.waived = blocks(r, func(f *report.Finding) bool { return setApart(f) == apartWaived })
	}
	if r.Summary.Known > 0 {
		h.known = blocks(r, func(f *report.Finding) bool { return setApart(f) == apartKnown })
	}
	h.head()
	h.raw("<body>\n")
	h.top()
	sections := h.sections()
	h.contents(sections)
	h.raw("<main>\n")
	for _, s := range sections {
		h.raw(`<section id="` + s.id + `" aria-labelledby="` + s.id + `-title">` + "\n")
		h.el(`h2 id="`+s.id+`-title"`, s.title)
		s.write()
		h.raw("</section>\n")
		if h.err != nil { // nobody reads the rest
			return h.err
		}
	}
	h.raw("</main>\n")
	h.foot()
	h.raw(`<script id="code">`, pageScript, "</script>\n")
	h.details()
	h.raw("</body>\n</html>\n")
	return h.err
}

// isHTML recognises the head of a page.
func isHTML(content []byte) bool {
	return bytes.HasPrefix(content, []byte(doctype)) && bytes.Contains(content[:min(len(content), 1<<10)], []byte(generator))
}

// elsewhere says where all findings are besides.
func elsewhere(o Options) string {
	text := "the report that --format json=FILE writes"
	if len(o.Beside) > 0 {
		text += " (this run also wrote " + enumerate(o.Beside) + ")"
	}
	return text
}

// hypertext writes a page. Its methods escape every text that they are given, except raw, which takes markup.
type hypertext struct {
	out       *bufio.Writer
	r         *report.Report
	page      *page // what tables say as well
	list      []*gist
	active    []*block // findings that count, those that are waived, and those that the baseline knows
	waived    []*block
	known     []*block
	elsewhere string
	err       error // the first of the writer
}

// raw writes markup.
func (h *hypertext) raw(parts ...string) {
	for _, part := range parts {
		if _, err := h.out.WriteString(part); err != nil && h.err == nil {
			h.err = err
		}
	}
}

// el writes an element with a text. tag may have attributes.
func (h *hypertext) el(tag, text string) {
	name, _, _ := strings.Cut(tag, " ")
	h.raw("<", tag, ">", markup(Brief(text)), "</", name, ">\n")
}

// unless is el for a text that may be empty: then it writes nothing.
func (h *hypertext) unless(tag, text string) {
	if text != "" {
		h.el(tag, text)
	}
}

// items writes a list. It writes nothing if that is empty.
func (h *hypertext) items(texts []string) {
	if len(texts) == 0 {
		return
	}
	h.raw("<ul>\n")
	for _, text := range texts {
		h.el("li", text)
	}
	h.raw("</ul>\n")
}

// fold begins what is unfolded below a summary; the caller writes the end tag. class is empty, or "ref" for what is not
// unfolded on paper either.
func (h *hypertext) fold(class, summary string) {
	tag := "<details"
	if class != "" {
		tag += ` class="` + class + `"`
	}
	h.raw(tag, ">")
	h.el("summary", summary)
}

// entities are the characters that mean something in text or in an attribute in quotes:
// https://html.spec.whatwg.org/multipage/parsing.html#data-state and #attribute-value-(double-quoted)-state.
var entities = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")

// markup returns a text as it is written into a page, between tags or in an attribute in quotes: shown as [Sanitize] gives it.
func markup(text string) string { return entities.Replace(Sanitize(text)) }

// digest names an inline style or script as a policy allows it: https://www.w3.org/TR/CSP3/#grammardef-hash-source.
func digest(content string) string {
	sum := sha256.Sum256([]byte(content))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// head writes the head. The policy stands before anything that it has to allow.
func (h *hypertext) head() {
	h.raw(doctype, "<head>\n<meta charset=\"utf-8\">\n")
	h.raw(fmt.Sprintf(`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src %s; script-src %s; base-uri 'none'; form-action 'none'">`+"\n",
		digest(pageStyle), digest(pageScript)))
	h.raw(generator, markup(h.r.Tool.Version), "\">\n")
	h.raw(`<meta name="viewport" content="width=device-width, initial-scale=1">`, "\n", `<meta name="color-scheme" content="light dark">`, "\n", `<meta name="referrer" content="no-referrer">`, "\n")
	h.el("title", capital(string(h.r.Verdict))+": upgrade "+way(h.r)+" – "+report.Program)
	h.raw("<style>", pageStyle, "</style>\n</head>\n")
}
