package cli

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/source/adc"
	"github.com/api7-preflight/api7-preflight/internal/source/files"
	"github.com/api7-preflight/api7-preflight/internal/suggest"
)

// mistake says what is wrong with a value. It repeats the value only if that cannot be a secret. The caller of Set
// knows where the value was written, and adds that place.
type mistake struct{ what, hint string }

func (m *mistake) Error() string { return m.what }

// flag is one flag of a command: what values it takes, and whether it takes several. An empty value, a second value
// where only one is allowed, and a connection string in the wrong place are mistakes, wherever the value is written.
type flag struct {
	typ   string             // what it takes, for --help
	take  func(string) error // stores one value
	print func() string
	many  bool                                                // may be given more than once
	words []string                                            // the words that it accepts; nil: any text
	pairs bool                                                // takes NAME=REASON
	any   bool                                                // free text, such as a connection string or a reason
	path  func(under func(string) string, text string) string // for values that name files: returns the value with under applied to each name
	// concerns reports whether the command takes a value that is written for several commands; nil: always.
	concerns func(string) bool
	input    bool // selects what is read, so that an empty variable is a mistake as well
	shown    bool // affects what is written and never the verdict
	// forgiving is true if any value is accepted and ignored, because someone is still typing.
	forgiving bool
	// secretless is true for an address that must contain no user or token.
	secretless bool
	given      []string // the values as written
}

// Set takes one value. It drops the line break at the end of a value that came from a file.
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

// astray reports whether a value is probably a connection string in the wrong place, and so must not be repeated. The
// name of an existing file or folder is not, whatever it looks like. Of NAME=REASON only the reason is checked,
// because an invalid name is never repeated.
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

// instead says where a misplaced connection string belongs.
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

// String returns the value. cobra uses it to show the default.
func (f *flag) String() string { return f.print() }

// Type returns what the flag takes, for --help.
func (f *flag) Type() string { return f.typ }

// reads marks a flag that selects what is read.
func (f *flag) reads() *flag { f.input = true; return f }

// shows marks a flag that affects what is written, and where, but never the verdict.
func (f *flag) shows() *flag { f.shown = true; return f }

// reasoned marks a flag that takes NAME=REASON. A reason is free text.
func (f *flag) reasoned() { f.any, f.pairs = true, true }

// connection marks the flag that takes a connection string.
func (f *flag) connection() *flag { f.any, f.input = true, true; return f }

// flags adds flags to a command. The default is the value behind the given pointer.
type flags struct {
	set *pflag.FlagSet
	cmd *cobra.Command
}

func flagsOf(cmd *cobra.Command) flags { return flags{cmd.Flags(), cmd} }

func (s flags) add(name, usage string, f *flag) *flag {
	added := s.set.VarPF(f, name, "", usage)
	if f.typ == "bool" {
		added.NoOptDefVal = "true"
	}
	return f
}

// completes offers words to a shell that completes the value of a flag.
func (s flags) completes(name string, words []string) {
	err := s.cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	if err != nil {
		panic(err) // there is no such flag, or it has completions already
	}
}

// text adds a flag that takes one text.
func (s flags) text(p *string, name, usage string) *flag {
	return s.add(name, usage, &flag{
		typ: "string", print: func() string { return *p },
		take: func(text string) error { *p = strings.TrimSpace(text); return nil },
	})
}

// file adds a flag that takes the path of one file or folder.
func (s flags) file(p *string, name, usage string) *flag {
	f := s.text(p, name, usage)
	f.take = func(text string) error { *p = text; return nil }
	f.path = func(under func(string) string, text string) string { return under(text) }
	return f
}

// list adds a flag that may be repeated and takes one value each time.
func (s flags) list(p *[]string, name, usage string) *flag {
	return s.add(name, usage, &flag{
		typ: "strings", many: true, print: func() string { return strings.Join(*p, ",") },
		take: func(text string) error { *p = append(*p, text); return nil },
	})
}

// patterns takes a pattern of paths each time.
func (s flags) patterns(p *[]string, name, usage string) *flag {
	f := s.list(p, name, usage)
	f.take = func(text string) error {
		if !files.Pattern(text) {
			return &mistake{strconv.Quote(text) + " is no pattern", "such as 'ci/**', '*.json' or 'apps/[a-m]*/values.yaml'"}
		}
		*p = append(*p, text)
		return nil
	}
	return f
}

// files adds a flag that may be repeated and takes the path of one file or folder each time. paths finds the paths in
// a value.
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

// toggle adds a flag that takes true or false; without a value it means true.
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

// duration adds a flag that takes a duration above zero.
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

// number adds a flag that takes a whole number from least to most.
func (s flags) number(p *int, least, most int, name, usage string) {
	s.add(name, usage, &flag{
		typ: "int", print: func() string { return strconv.Itoa(*p) },
		take: func(text string) error {
			n, err := strconv.Atoi(strings.TrimSpace(text))
			if err != nil || n < least || n > most {
				return &mistake{"takes a whole number from " + strconv.Itoa(least) + " to " + strconv.Itoa(most) + butNot(text), ""}
			}
			*p = n
			return nil
		},
	})
}

// choice adds a flag that takes one of a few words, in upper or lower case.
func (s flags) choice(p *string, name string, words []string, usage string) *flag {
	defer s.completes(name, words)
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

// oneOf returns the allowed word that text means.
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

// butNot returns the end of an error with what was written, if that cannot be a secret.
func butNot(text string) string {
	if plainWord(text) {
		return `, not "` + text + `"`
	}
	return ""
}

// plainWord reports whether a text is short and has only characters of names and versions, so that it may be
// repeated. Anything else may be a password in the wrong place.
func plainWord(text string) bool {
	const longest = 40
	return text != "" && len(text) <= longest && !strings.ContainsFunc(text, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && !strings.ContainsRune("-_. ", c)
	})
}

// under returns a function that resolves relative paths against a folder. "-" stays standard input or output.
func under(dir string) func(string) string {
	return func(name string) string {
		if dir == "." || name == "-" || filepath.IsAbs(name) {
			return name
		}
		return filepath.Join(dir, name)
	}
}

// flagError rewords errors of the flag parser, which would repeat what was written.
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

// placed adds the place to a mistake.
func placed(place string, err error) error {
	if m, ok := errors.AsType[*mistake](err); ok {
		return usage(m.hint, "%s %s", place, m.what)
	}
	return err
}

// unknownFlag returns the error for a flag that the command does not have.
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

// unknownShort returns the error for an unknown flag with one dash. In some programs a password directly follows its
// letter.
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

// elsewhere returns hints for flags that other programs have.
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

// flagLike reports whether a text looks like the name of a flag, so that it may be repeated.
func flagLike(name string) bool {
	const longest = 30
	return name != "" && len(name) <= longest && !strings.ContainsFunc(name, func(c rune) bool { return (c < 'a' || c > 'z') && c != '-' })
}
