package cli_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestEveryFlagIsAVariableAsWell reads the help of every command. A flag without a variable would be refused as
// unknown in the environment.
func TestEveryFlagIsAVariableAsWell(t *testing.T) {
	t.Parallel()
	flag, command := regexp.MustCompile(`(?m)^ +(?:-\w, )?--([a-z-]+)`), regexp.MustCompile(`(?m)^  ([a-z]+) {2,}\S`)
	var names []string
	var walk func(path ...string)
	walk = func(path ...string) {
		_, text, _ := call(t, append(path, "--help")...)
		_, below, _ := strings.Cut(text, "Available Commands:")
		below, _, _ = strings.Cut(below, "\n\n")
		for _, found := range command.FindAllStringSubmatch(below, -1) {
			if name := found[1]; name != "help" && name != "completion" { // cobra's own
				walk(append(slices.Clone(path), name)...)
			}
		}
		for _, found := range flag.FindAllStringSubmatch(text, -1) {
			names = append(names, found[1])
		}
	}
	walk()
	slices.Sort(names)
	names = slices.DeleteFunc(slices.Compact(names), func(name string) bool { return name == "help" || name == "version" })
	if !slices.Contains(names, "from") || !slices.Contains(names, "no-color") {
		t.Fatalf("the help was not understood: %v", names)
	}
	for _, name := range names {
		variable := "API7_PREFLIGHT_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
		if _, _, stderr := ask(t, []string{variable + "=x"}, "version"); strings.Contains(stderr, "unknown variable") {
			t.Errorf("--%s cannot be set by %s: add it with flagsOf", name, variable)
		}
	}
}
