package runbook

import (
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/rule/remedy"
)

// block returns a command that stops at its first error. A command of several lines becomes a subshell, so that the shell of
// whoever pastes it stays; what it writes is for nobody else to read.
func block(command string) string {
	runs, goesOn := 0, false
	for line := range strings.SplitSeq(command, "\n") {
		if !goesOn && line != "" && !strings.HasPrefix(line, "#") {
			runs++
		}
		goesOn = strings.HasSuffix(line, "\\")
	}
	if runs < 2 {
		return command
	}
	return "(set -eu; umask 077\n" + command + "\n)"
}

// quoted returns a text as one word of a shell, with the blanks in it outside of quotes: there, a shell does not run a command
// of which somebody forgot to fill one in.
func (p *plan) quoted(text string) string {
	var out strings.Builder
	for text != "" {
		at, end := p.firstBlank(text)
		if at > 0 {
			out.WriteString(remedy.Quote(text[:at]))
		}
		out.WriteString(text[at:end])
		text = text[end:]
	}
	return out.String()
}

// firstBlank returns where the first blank of a text begins and ends; both are its end if there is none.
func (p *plan) firstBlank(text string) (at, end int) {
	at, end = len(text), len(text)
	for what := range p.blanks {
		blank := opening + what + ">"
		if i := strings.Index(text, blank); i >= 0 && i < at {
			at, end = i, i+len(blank)
		}
	}
	return at, end
}
