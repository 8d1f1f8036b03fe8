package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/api7-preflight/api7-preflight/internal/infile"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/suggest"
	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

// settingsFile is the file in the working directory that is read if it exists and no other is named.
const settingsFile = ".api7-preflight.yaml"

// envPrefix begins the environment variable of every flag.
const envPrefix = "API7_PREFLIGHT_"

// noSettings is the name that means no file at all.
const noSettings = "none"

// settle gives every flag that is not on the command line its value from the environment or, failing that, from the
// settings file. It runs before every command, and records the settings in force for the report.
func (a *app) settle(cmd *cobra.Command) error {
	if err := a.knownVariables(cmd.Root()); err != nil {
		return err
	}
	file, err := a.settings(cmd)
	if err != nil {
		return err
	}
	if err := file.known(cmd.Root()); err != nil {
		return err
	}
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if own, ok := f.Value.(*flag); ok && err == nil && f.Name != "settings" {
			err = a.settleFlag(cmd, f.Name, own, file)
		}
	})
	return err
}

// layer is where a flag gets its values if the command line does not set it.
type layer struct {
	from  string // name in the report
	place string // name in errors
	texts []string
}

// settleFlag gives one flag its value.
func (a *app) settleFlag(cmd *cobra.Command, name string, f *flag, file *settings) error {
	from := report.FromFlag
	l, err := a.layer(name, f, file)
	if cmd.Flags().Changed(name) {
		a.overridden(name, f, l)
	} else {
		if err != nil {
			return err
		}
		from = l.from
		for _, text := range l.texts {
			if err := f.Set(text); err != nil {
				return placed(l.place, err)
			}
		}
	}
	for _, text := range f.given {
		if name == "dsn" {
			text = "(not shown)"
		}
		a.used = append(a.used, report.Setting{Name: name, Value: text, From: from, Decides: !f.shown})
	}
	return nil
}

// overridden records that a flag on the command line replaced values from elsewhere. For a flag that may be repeated,
// the table shows this too, because more was asked for than the command line says. The values were not checked, so
// they are not repeated.
func (a *app) overridden(name string, f *flag, l layer) {
	if len(l.texts) > 0 {
		a.used = append(a.used, report.Setting{Name: name, Value: "(not used: --" + name + " is given)", From: l.from, Decides: f.many && !f.shown})
	}
}

// layer returns the values of a flag in the environment or, failing that, in the settings file.
func (a *app) layer(name string, f *flag, file *settings) (layer, error) {
	var l layer
	if text, set := a.env.lookup(variable(name)); set && (text != "" || f.input) {
		l = layer{report.FromEnvironment, variable(name), f.lines(text)}
	} else if s, ok := file.values[name]; ok {
		l = layer{file.name, fmt.Sprintf("%s:%d: %s", file.name, s.line, name), s.texts}
		if s.pairs && !f.pairs {
			return l, usage("write name: value, or a list of values", "%s takes a value or a list, not a map", l.place)
		}
		if f.path != nil {
			for i, text := range l.texts {
				l.texts[i] = f.path(under(filepath.Dir(file.name)), text)
			}
		}
	}
	if f.concerns != nil {
		l.texts = slices.DeleteFunc(l.texts, func(text string) bool { return !f.concerns(text) })
	}
	return l, nil
}

// lines splits the value of a variable into lines, if the flag may be repeated.
func (f *flag) lines(text string) []string {
	if !f.many {
		return []string{text}
	}
	lines := slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool { return strings.TrimSpace(line) == "" })
	if len(lines) == 0 {
		return []string{text}
	}
	return lines
}

// variable returns the environment variable of a flag.
func variable(flag string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// knownVariables returns an error for a variable that belongs to no flag. Otherwise it would be silently ignored.
func (a *app) knownVariables(root *cobra.Command) error {
	known := []string{strings.TrimPrefix(tokenVariable, envPrefix)}
	for _, name := range allFlagNames(root) {
		known = append(known, strings.TrimPrefix(variable(name), envPrefix))
	}
	for _, entry := range a.env.Environ {
		name, _, _ := strings.Cut(entry, "=")
		rest, ours := strings.CutPrefix(name, envPrefix)
		if !ours || slices.Contains(known, rest) || ofOthers(rest) {
			continue
		}
		hint := "every flag has one: --dsn is " + variable("dsn")
		if near, ok := suggest.Nearest(rest, known); ok {
			hint = "did you mean " + envPrefix + near + "?"
		} else if strings.HasPrefix(rest, "PASS") {
			hint = "a password goes into " + variable("dsn") + ", PGPASSWORD or a passfile"
		}
		if !plainWord(name) {
			name = "that begins with " + envPrefix
		}
		return usage(hint, "unknown variable %s in the environment", name)
	}
	return nil
}

// ofOthers reports whether others write a variable, given what follows our prefix: installers of the program, and
// Kubernetes for services with such a name.
func ofOthers(rest string) bool {
	return slices.Contains([]string{"VERSION", "IMAGE", "IMAGE_TAG", "TAG", "URL", "SHA256", "CHECKSUM", "BIN", "HOME", "DIR"}, rest) ||
		ofKubernetes.MatchString("_"+rest)
}

var ofKubernetes = regexp.MustCompile(`_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_[0-9]+_(TCP|UDP|SCTP)(_\w+)?)?)$`)

// settings are the values in a settings file. The zero value means no file.
type settings struct {
	name   string
	values map[string]setting
	order  []string
}

// setting is one value or several, and the line of its name.
type setting struct {
	line  int
	texts []string
	pairs bool // written as a map
}

// settings reads the file that --settings or its variable names or, failing that, the one in the working directory,
// if it exists.
func (a *app) settings(cmd *cobra.Command) (*settings, error) {
	name, asked := a.shared.settings, cmd.Flags().Changed("settings")
	if text, set := a.env.lookup(variable("settings")); !asked && set {
		if name, asked = strings.TrimSpace(text), true; name == "" {
			return nil, usage("name a file, or "+noSettings, "%s is empty", variable("settings"))
		}
	}
	if strings.EqualFold(name, noSettings) {
		return &settings{}, nil
	}
	if !asked {
		name = settingsFile
	}
	data, err := infile.ReadAll(cmd.Context(), name, infile.Limit{Bytes: maxDocument, What: "settings file"}, infile.Options{Idle: a.patience(cmd)})
	switch {
	case errors.Is(err, fs.ErrNotExist) && !asked:
		return &settings{}, nil
	case err != nil:
		return nil, unreadable("--settings", "settings", name, err, "name a readable YAML file, or "+noSettings)
	}
	a.settingsRead = input{name, "--settings"}
	if !asked {
		a.settingsRead.by = "settings in the working directory"
	}
	return parseSettings(name, data)
}

// parseSettings parses a map from names of flags to values, lists of values, or pairs.
func parseSettings(name string, data []byte) (*settings, error) {
	const hint = "settings are YAML, with the names of the flags: --fail-on warning is written fail-on: warning"
	root, err := yamlfile.Parse(name, data)
	switch {
	case err != nil:
		return nil, usage(hint, "%v", err)
	case root.Kind() != yamlfile.Map && !root.Null():
		return nil, usage(hint, "%s: not a map of settings", name)
	}
	s := &settings{name: name, values: map[string]setting{}}
	for _, m := range root.Members() {
		texts, ok := settingTexts(m.Value)
		if !ok {
			return nil, usage("write name: value, a list of values, or for skip and accept-unknown name: reason",
				"%s:%d: the value of%s is nested", name, m.KeyLine, settingName(m.Key))
		}
		s.order = append(s.order, m.Key)
		s.values[m.Key] = setting{line: m.KeyLine, texts: texts, pairs: m.Value.Kind() == yamlfile.Map}
	}
	return s, nil
}

// settingTexts returns the texts of a value: a scalar, a list of scalars, or a map of NAME=VALUE pairs. Null and an
// empty list become one empty text, which no flag accepts, because it is unclear what they mean.
func settingTexts(n yamlfile.Node) (texts []string, ok bool) {
	switch n.Kind() {
	case yamlfile.List:
		for _, item := range n.Items() {
			if item.Kind() != yamlfile.Scalar {
				return nil, false
			}
			texts = append(texts, scalar(item))
		}
	case yamlfile.Map:
		for _, m := range n.Members() {
			if m.Value.Kind() != yamlfile.Scalar {
				return nil, false
			}
			texts = append(texts, m.Key+"="+scalar(m.Value))
		}
	case yamlfile.Scalar, yamlfile.Nothing:
		return []string{scalar(n)}, true
	}
	if len(texts) == 0 {
		texts = []string{""}
	}
	return texts, true
}

// scalar returns a text as it is written: 3.10 is a version, not a number.
func scalar(n yamlfile.Node) string {
	if n.Null() {
		return ""
	}
	return n.Text()
}

// known returns an error for a name that is no flag.
func (s *settings) known(root *cobra.Command) error {
	names := allFlagNames(root)
	for _, key := range s.order {
		if slices.Contains(names, key) && key != "settings" {
			continue
		}
		hint := "settings have the names of the flags"
		if key == "settings" {
			hint = "a settings file cannot name another one"
		} else if near, ok := suggest.Nearest(key, names); ok {
			hint = fmt.Sprintf("did you mean %s?", near)
		}
		return usage(hint, "%s:%d: unknown setting%s", s.name, s.values[key].line, settingName(key))
	}
	return nil
}

// settingName returns a key for an error, if it cannot be a secret.
func settingName(key string) string {
	if !plainWord(key) {
		return ""
	}
	return ` "` + key + `"`
}

// allFlagNames returns the flags of all commands that settings may set, because one file works for all commands.
func allFlagNames(root *cobra.Command) []string {
	var names []string
	eachFlag(root, func(f *pflag.Flag, _ *flag) { names = append(names, f.Name) })
	slices.Sort(names)
	return slices.Compact(names)
}

// eachFlag calls visit for the flags of a command and of those below it. A flag that several commands have is visited
// several times.
func eachFlag(cmd *cobra.Command, visit func(*pflag.Flag, *flag)) {
	for _, set := range []*pflag.FlagSet{cmd.PersistentFlags(), cmd.LocalNonPersistentFlags()} {
		set.VisitAll(func(f *pflag.Flag) {
			if own, ok := f.Value.(*flag); ok { // cobra's own --help and --version are not settings
				visit(f, own)
			}
		})
	}
	for _, c := range cmd.Commands() {
		eachFlag(c, visit)
	}
}

func flagNames(cmd *cobra.Command) []string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	return names
}
