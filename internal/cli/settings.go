package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/api7-preflight/api7-preflight/internal/suggest"
	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

// settingsFile is read from the working directory when it is there and no other is named.
const settingsFile = ".api7-preflight.yaml"

// envPrefix begins the environment variable of every flag.
const envPrefix = "API7_PREFLIGHT_"

// settle gives every flag that the command line does not set its value from the environment, else from the settings
// file. What is set nearer to the call wins.
func (a *app) settle(cmd *cobra.Command) error {
	file, name, err := a.settings(cmd)
	if err != nil {
		return err
	}
	if err := knownSettings(cmd, name, file); err != nil {
		return err
	}
	var failed error
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Changed || failed != nil || f.Name == "help" {
			return
		}
		env := envPrefix + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		from, texts := name, file[f.Name]
		if text := a.env.Getenv(env); text != "" {
			from, texts = env, values{text}
		}
		for _, text := range texts {
			failed = errors.Join(failed, set(cmd, f, from, text))
		}
	})
	return failed
}

func knownSettings(cmd *cobra.Command, name string, file map[string]values) error {
	names := allFlagNames(cmd.Root())
	for _, key := range slices.Sorted(maps.Keys(file)) {
		if slices.Contains(names, key) {
			continue
		}
		hint := "settings have the names of the flags"
		if near, ok := suggest.Nearest(key, names); ok {
			hint = fmt.Sprintf("did you mean %s?", near)
		}
		return usage(hint, "%s: unknown setting %q", name, key)
	}
	return nil
}

// allFlagNames returns the flags of every command: one settings file serves them all.
func allFlagNames(root *cobra.Command) []string {
	names := flagNames(root)
	for _, c := range root.Commands() {
		names = append(names, allFlagNames(c)...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func set(cmd *cobra.Command, f *pflag.Flag, from, text string) error {
	if err := cmd.Flags().Set(f.Name, text); err != nil {
		return usage("it takes what --"+f.Name+" takes", "%s: bad value for %s", from, f.Name)
	}
	return nil
}

func flagNames(cmd *cobra.Command) []string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	return names
}

// values is one setting: a scalar or a list of scalars.
type values []string

// UnmarshalYAML accepts both.
func (v *values) UnmarshalYAML(unmarshal func(any) error) error {
	var list []string
	if err := unmarshal(&list); err == nil {
		*v = list
		return nil
	}
	var one string
	if err := unmarshal(&one); err != nil {
		return fmt.Errorf("want a value or a list of values: %w", err)
	}
	*v = values{one}
	return nil
}

func (a *app) settings(cmd *cobra.Command) (map[string]values, string, error) {
	flag := cmd.Flags().Lookup("settings")
	if flag == nil {
		return nil, "", nil
	}
	name, asked := flag.Value.String(), true
	if name == "" {
		name = a.env.Getenv(envPrefix + "SETTINGS")
	}
	if name == "" {
		name, asked = settingsFile, false
	}
	data, err := os.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !asked:
		return nil, "", nil
	case err != nil:
		return nil, "", usage("name a readable YAML file", "cannot read settings: %v", err)
	}
	out := map[string]values{}
	if err := yamlfile.Decode(name, data, &out); err != nil {
		return nil, "", usage("settings are YAML, with the names of the flags", "%v", err)
	}
	return out, name, nil
}
