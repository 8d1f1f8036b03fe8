package cli

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/source/adc"
	"github.com/api7-preflight/api7-preflight/internal/suggest"
)

// mistake says what is wrong with a value. It never repeats the value unless that can be no secret; who calls Set knows
// where it was written and puts the place in front.
type mistake struct{ what, hint string }

func (m *mistake) Error() string { return m.what }

// flag is one flag of a command: what it takes, and whether that may be several. An empty value, a second one where one
// is taken and a connection string where none belongs are mistakes, wherever the value is written.
type flag struct {
	typ   string             // how --help names what it takes
	take  func(string) error // stores one value
	print func() string
	many  bool                                                // may be given more than once
	words []string                                            // of which it takes one
	pairs bool                                                // takes NAME=REASON
	any   bool                                                // holds text that a person composed: a connection string, a reason
	path  func(under func(string) string, text string) string // where the value names files: with each under a folder
	// concerns reports whether the command takes a value that stands where several commands find it; nil: always.
	concerns func(string) bool
	input    bool // chooses what is read: an empty variable is a mistake as well
	shown    bool // changes what is written and never the verdict
	// forgiving takes any value and keeps none, while someone still types.
	forgiving bool
	// secretless marks an address in which no user or token belongs.
	secretless bool
	given      []string // the values as they were written
}

// Set takes one value, without the end of the line of a file that held it.
func (f *flag) Set(text string) error {
	text = strings.TrimRight(text, "\r\n")
	switch {
	case f.forgiving:
		return nil
	case strings.TrimSpace(text) == "":
		return &mistake{"is empty", "is the variable set? Leave the flag out if it is not needed"}
	case len(f.given) > 0 && !f.many:
		return &mistake{"is given twice", "it takes one value"}
	case f.astray(text):
		return &mistake{"looks like a connection string, or text with a password", f.instead()}
	}
	if err := f.take(text); err != nil {
		return err
	}
	f.given = append(f.given, text)
	return nil
}

// astray reports whether a value is more likely a connection string that belongs elsewhere, and must not be repeated. What
// is a file or folder here is that, whatever its name looks like; of NAME=REASON the reason is looked at, since a name that is
// none is refused unseen.
func (f *flag) astray(text string) bool {
	switch {
	case f.any && !f.pairs:
		return false
	case f.pairs:
		_, reason, _ := strings.Cut(text, "=")
		return redact.MayBeConnection(reason)
	case f.input && f.path != nil:
		there := true
		f.path(func(path string) string {
			if _, err := os.Stat(path); err != nil {
				there = false
			}
			return path
		}, text)
		return !there && redact.MayBeConnection(text)
	}
	return redact.MayBeConnection(text)
}

// instead says where what went astray belongs.
func (f *flag) instead() string {
	switch {
	case f.pairs:
		return "give the reason without it: reports show it"
	case f.path != nil:
		return "a connection string goes into --dsn or, better, into " + variable("dsn") + "; for a file of that name write ./NAME"
	case f.secretless:
		return "give only the address: the token comes from " + tokenVariable
	}
	return "a connection string goes into --dsn or, better, into " + variable("dsn") + ": other users can see a command line"
}

// String returns the value; cobra shows the default with it.
func (f *flag) String() string { return f.print() }

// Type names what the flag takes.
func (f *flag) Type() string { return f.typ }

// reads marks a flag that chooses what is read.
func (f *flag) reads() *flag { f.input = true; return f }

// shows marks a flag that changes what is written, and where, and never the verdict.
func (f *flag) shows() *flag { f.shown = true; return f }

// reasoned marks a flag that takes NAME=REASON; a reason is text that a person composed.
func (f *flag) reasoned() { f.any, f.pairs = true, true }

// connection marks the flag that takes a connection string.
func (f *flag) connection() *flag { f.any, f.input = true, true; return f }

// flags adds flags to a command. The value that stands behind the pointer is the default.
type flags struct{ set *pflag.FlagSet }

func flagsOf(cmd *cobra.Command) flags { return flags{cmd.Flags()} }

func (s flags) add(name, usage string, f *flag) *flag {
	added := s.set.VarPF(f, name, "", usage)
	if f.typ == "bool" {
		added.NoOptDefVal = "true"
	}
	return f
}

// text takes one text.
func (s flags) text(p *string, name, usage string) *flag {
	return s.add(name, usage, &flag{
		typ: "string", print: func() string { return *p },
		take: func(text string) error { *p = strings.TrimSpace(text); return nil },
	})
}

// file takes the path of one file or folder.
func (s flags) file(p *string, name, usage string) *flag {
	f := s.text(p, name, usage)
	f.take = func(text string) error { *p = text; return nil }
	f.path = func(under func(string) string, text string) string { return under(text) }
	return f
}

// list takes one value each time.
func (s flags) list(p *[]string, name, usage string) *flag {
	return s.add(name, usage, &flag{
		typ: "strings", many: true, print: func() string { return strings.Join(*p, ",") },
		take: func(text string) error { *p = append(*p, text); return nil },
	})
}

// files takes the path of one file or folder each time; paths finds them in a value.
func (s flags) files(p *[]string, name, usage string, paths func(under func(string) string, text string) string) *flag {
	f := s.list(p, name, usage)
	f.path = paths
	return f
}

// layers finds the paths in a.yaml,b.yaml.
func layers(under func(string) string, text string) string {
	names := strings.Split(text, ",")
	for i, name := range names {
		names[i] = under(name)
	}
	return strings.Join(names, ",")
}

// grouped finds the path in [GROUP=]FILE.
func grouped(under func(string) string, text string) string {
	name := adc.ParseFlag(text).Path
	return strings.TrimSuffix(text, name) + under(name)
}

// toggle takes true or false, and means true without either.
func (s flags) toggle(p *bool, name, usage string) *flag {
	word := map[string]bool{"true": true, "yes": true, "on": true, "1": true, "false": false, "no": false, "off": false, "0": false}
	return s.add(name, usage, &flag{
		typ: "bool",
		print: func() string {
			if *p {
				return "true"
			}
			return "false"
		},
		take: func(text string) error {
			value, ok := word[strings.ToLower(strings.TrimSpace(text))]
			if !ok {
				return &mistake{"takes true or false" + butNot(text), ""}
			}
			*p = value
			return nil
		},
	})
}

// duration takes a duration above zero.
func (s flags) duration(p *time.Duration, name, usage string) *flag {
	return s.add(name, usage, &flag{
		typ: "duration", print: func() string { return p.String() },
		take: func(text string) error {
			text = strings.TrimSpace(text)
			d, err := time.ParseDuration(text)
			switch {
			case err != nil && strings.Trim(text, "0123456789") == "":
				return &mistake{"needs a unit", "did you mean " + text + "s?"}
			case err != nil:
				return &mistake{"takes a duration" + butNot(text), "such as 90s or 5m"}
			case d <= 0:
				return &mistake{"must be greater than zero", "such as 90s or 5m"}
			}
			*p = d
			return nil
		},
	})
}

// choice takes one of a few words, in any case of its letters.
func (s flags) choice(p *string, name string, words []string, usage string) *flag {
	return s.add(name, usage, &flag{
		typ: "string", words: words, print: func() string { return *p },
		take: func(text string) error {
			word, err := oneOf(text, words)
			if err == nil {
				*p = word
			}
			return err
		},
	})
}

// oneOf finds a word among those that are allowed.
func oneOf(text string, words []string) (string, error) {
	word := strings.ToLower(strings.TrimSpace(text))
	if slices.Contains(words, word) {
		return word, nil
	}
	m := &mistake{"takes " + either(words) + butNot(text), ""}
	if near, ok := suggest.Nearest(word, words); ok {
		m.hint = "did you mean " + near + "?"
	}
	return "", m
}

// butNot repeats what was written where it can be no secret.
func butNot(text string) string {
	if plainWord(text) {
		return `, not "` + text + `"`
	}
	return ""
}

// plainWord reports whether a text is short and made of what names and versions are made of, so that it may be repeated:
// whatever else was written may be a password that went astray.
func plainWord(text string) bool {
	const longest = 40
	return text != "" && len(text) <= longest && !strings.ContainsFunc(text, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && !strings.ContainsRune("-_. ", c)
	})
}

// under puts relative paths into a folder; - is standard input or output.
func under(dir string) func(string) string {
	return func(name string) string {
		if dir == "." || name == "-" || filepath.IsAbs(name) {
			return name
		}
		return filepath.Join(dir, name)
	}
}

// flagError puts what the parser of flags found into our words: its own repeat what was written.
func flagError(cmd *cobra.Command, err error) error {
	if bad, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		return placed("--"+bad.GetFlag().Name, bad.Unwrap())
	}
	if lacks, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		return usage(cmd.CommandPath()+" --help", "--%s needs a value", lacks.GetFlag().Name)
	}
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
		return unknownFlag(cmd, unknown)
	}
	return usage(cmd.CommandPath()+" --help lists the flags", "an argument starts with a dash but is not a flag")
}

// placed names the place of a mistake.
func placed(place string, err error) error {
	if m, ok := errors.AsType[*mistake](err); ok {
		return usage(m.hint, "%s %s", place, m.what)
	}
	return err
}

// unknownFlag answers for a flag that the command does not have.
func unknownFlag(cmd *cobra.Command, err *pflag.NotExistError) error {
	hint := cmd.CommandPath() + " --help lists the flags"
	if group := err.GetSpecifiedShortnames(); group != "" {
		return unknownShort(cmd, group, hint)
	}
	name := err.GetSpecifiedName()
	if other, ok := elsewhere()[name]; ok {
		hint = other
	} else if near, ok := suggest.Nearest(name, flagNames(cmd)); ok {
		hint = "did you mean --" + near + "?"
	}
	if !flagLike(name) {
		return usage(hint, "unknown flag")
	}
	return usage(hint, "unknown flag: --%s", name)
}

// unknownShort answers for a flag with one dash. A password follows its letter directly in some programs.
func unknownShort(cmd *cobra.Command, group, hint string) error {
	word, _, _ := strings.Cut(group, "=")
	names := flagNames(cmd)
	other, known := elsewhere()[group[:1]]
	switch {
	case slices.Contains(names, word):
		return usage("did you mean --"+word+"?", "unknown flag: -%s", word)
	case elsewhere()[word] != "" && len(word) > 1:
		return usage(elsewhere()[word], "unknown flag: -%s", word)
	case known:
		return usage(other, "unknown flag: -%s", group[:1])
	case len(group) == 1 && flagLike(group):
		return usage(hint, "unknown flag: -%s", group)
	}
	return usage(hint, "unknown flag with one dash: flags start with two")
}

// elsewhere answers for flags that other programs have.
func elsewhere() map[string]string {
	const password = "a password goes into --dsn, " + envPrefix + "DSN, PGPASSWORD or a passfile"
	return map[string]string{
		"o": "did you mean --format? --format json=report.json writes a file", "output": "did you mean --format? --format json=report.json writes a file",
		"json": "did you mean --format json?", "version": "api7-preflight --version", "v": "api7-preflight --version",
		"f": "did you mean --format or --config?", "file": "did you mean --config, --backup or --adc?",
		"p": password, "W": password, "password": password,
		"h": "did you mean --help? The server is part of --dsn", "d": "did you mean --dsn?", "U": "the user is part of --dsn", "q": "did you mean --quiet?",
		"host": "the server is part of --dsn", "user": "the user is part of --dsn", "token": "set " + tokenVariable,
	}
}

// flagLike reports whether a text looks like the name of a flag, and so may be repeated.
func flagLike(name string) bool {
	const longest = 30
	return name != "" && len(name) <= longest && !strings.ContainsFunc(name, func(c rune) bool { return (c < 'a' || c > 'z') && c != '-' })
}
