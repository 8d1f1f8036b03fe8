// Package notices writes the licences of what is in the binaries, which ask that whoever gets a binary gets them too.
// The licence of the product itself is not among them.
package notices

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// File is where the notices are, in the repository.
const File = "docs/THIRD_PARTY_NOTICES.txt"

// platforms are those that binaries are built for.
var platforms = []string{"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64", "windows/arm64"}

// Module is a module of which something is in a binary.
type Module struct {
	Path    string `json:"Path"`    //nolint:tagliatelle // the words of the go command
	Version string `json:"Version"` //nolint:tagliatelle // the same

	folders map[string]bool // the folders in it whose packages are in a binary
}

// Modules returns the modules of which the binary of some platform has a package, sorted by path; not the product's own,
// and not Go's. It asks no network: what is not in the module cache is told by the path of the import.
func Modules(ctx context.Context, root string) ([]Module, error) {
	required, err := required(ctx, root)
	if err != nil {
		return nil, err
	}
	found := map[string]Module{}
	for _, p := range platforms {
		os, arch, _ := strings.Cut(p, "/")
		text, err := run(ctx, root, []string{"GOOS=" + os, "GOARCH=" + arch, "CGO_ENABLED=0", "GOPROXY=off", "GOFLAGS=-mod=readonly"},
			"list", "-e", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", "./cmd/api7-preflight")
		if err != nil {
			return nil, err
		}
		for imported := range strings.FieldsSeq(string(text)) {
			m := within(imported, required)
			if m == "" {
				continue
			}
			if _, ok := found[m]; !ok {
				found[m] = Module{Path: m, Version: required[m], folders: map[string]bool{}}
			}
			found[m].folders[strings.TrimPrefix(strings.TrimPrefix(imported, m), "/")] = true
		}
	}
	if len(found) == 0 {
		return nil, errors.New("no module is in the binary, which cannot be")
	}
	return slices.SortedFunc(maps.Values(found), func(a, b Module) int { return strings.Compare(a.Path, b.Path) }), nil
}

// within returns the module of a package, "" for a package of the product.
func within(imported string, required map[string]string) string {
	for m := imported; m != "."; m = path.Dir(m) {
		if required[m] != "" {
			return m
		}
	}
	return ""
}

// required returns the versions of the modules that go.mod names.
func required(ctx context.Context, root string) (map[string]string, error) {
	text, err := run(ctx, root, nil, "mod", "edit", "-json")
	if err != nil {
		return nil, err
	}
	var mod struct {
		Require []Module `json:"Require"` //nolint:tagliatelle // the words of the go command
		Replace []any    `json:"Replace"` //nolint:tagliatelle // the same
	}
	if err := json.Unmarshal(text, &mod); err != nil {
		return nil, fmt.Errorf("reading go.mod: %w", err)
	}
	if len(mod.Replace) > 0 {
		return nil, errors.New("go.mod replaces a module: say here whose licence counts")
	}
	versions := map[string]string{}
	for _, m := range mod.Require {
		versions[m.Path] = m.Version
	}
	return versions, nil
}

// Text returns the notices: a list, then each text. It needs the modules in the module cache, and gets them there.
func Text(ctx context.Context, root string, modules []Module) ([]byte, error) {
	var list, texts bytes.Buffer
	list.WriteString(head)
	goroot, err := run(ctx, root, nil, "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	if err := add(&list, &texts, "Go standard library and runtime", os.DirFS(strings.TrimSpace(string(goroot))), nil); err != nil {
		return nil, err
	}
	for _, m := range modules {
		text, err := run(ctx, root, nil, "mod", "download", "-json", m.String())
		if err != nil {
			return nil, err
		}
		var at struct {
			Dir string `json:"Dir"` //nolint:tagliatelle // the word of the go command
		}
		if err := json.Unmarshal(text, &at); err != nil {
			return nil, fmt.Errorf("finding %s: %w", m, err)
		}
		if err := add(&list, &texts, m.String(), os.DirFS(filepath.Clean(at.Dir)), m.folders); err != nil {
			return nil, err
		}
	}
	list.WriteString("\n")
	return append(list.Bytes(), texts.Bytes()...), nil
}

// String returns the module as go commands take it.
func (m Module) String() string { return m.Path + "@" + m.Version }

const head = `Third-party notices

The binaries of api7-preflight contain what is listed here, or a part of it. Below the list are its licences and notices.
Written by make gen.

`

// notice is how the files are called in which a module says what it asks of those who pass it on.
var notice = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents)([-._][a-z0-9-]+)?(\.(txt|md))?$`)

// add adds what a module asks to be passed on: its kinds of licence to the list, and the texts.
func add(list, texts *bytes.Buffer, name string, module fs.FS, folders map[string]bool) error {
	files, err := files(module, folders)
	if err != nil {
		return fmt.Errorf("looking for the licence of %s: %w", name, err)
	}
	var kinds []string
	for _, file := range files {
		text, err := fs.ReadFile(module, file)
		if err != nil {
			return fmt.Errorf("reading the licence of %s: %w", name, err)
		}
		text = bytes.TrimSpace(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")))
		fmt.Fprintf(texts, "%s\n%s: %s\n%[1]s\n\n%[4]s\n\n", strings.Repeat("=", 100), name, file, text)
		for _, k := range kindsOf(string(text)) {
			if !slices.Contains(kinds, k) {
				kinds = append(kinds, k)
			}
		}
	}
	if len(kinds) == 0 {
		return fmt.Errorf("%s: no licence that is known here; read what it asks for and add its kind", name)
	}
	fmt.Fprintf(list, "%s (%s)\n", name, strings.Join(kinds, ", "))
	return nil
}

// files returns the notices in a module: those at its top, and those in the folders that are in a binary, or above them.
func files(module fs.FS, folders map[string]bool) ([]string, error) {
	all := map[string]bool{".": true}
	for f := range folders {
		for ; f != "." && f != ""; f = path.Dir(f) {
			all[f] = true
		}
	}
	var files []string
	for _, folder := range slices.Sorted(maps.Keys(all)) {
		entries, err := fs.ReadDir(module, folder)
		if err != nil {
			return nil, err //nolint:wrapcheck // the caller says of what
		}
		for _, e := range entries {
			if !e.IsDir() && notice.MatchString(e.Name()) {
				files = append(files, path.Join(folder, e.Name()))
			}
		}
	}
	return files, nil
}

// known has for each kind of licence, by its SPDX id, words that only it has.
var known = []struct{ id, words string }{
	{"MIT", "Permission is hereby granted, free of charge"},
	{"Apache-2.0", "Apache License Version 2.0, January 2004"},
	{"Apache-2.0", "Licensed under the Apache License, Version 2.0"},
	{"BSD-3-Clause", "nor the names of its contributors may be used to endorse"},
	{"BSD-3-Clause", "name of the copyright holder nor the names of its contributors may"},
	{"BSD-2-Clause", "THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS"},
	{"ISC", "Permission to use, copy, modify, and/or distribute this software"},
	{"MPL-2.0", "Mozilla Public License Version 2.0"},
	{"GPL", "GNU GENERAL PUBLIC LICENSE"},
	{"LGPL", "GNU LESSER GENERAL PUBLIC LICENSE"},
	{"AGPL", "GNU AFFERO GENERAL PUBLIC LICENSE"},
}

// kindsOf returns the kinds of licence that a text holds.
func kindsOf(text string) []string {
	text = strings.Join(strings.Fields(text), " ")
	var kinds []string
	for _, k := range known {
		three := slices.Contains(kinds, "BSD-3-Clause")
		if strings.Contains(text, k.words) && !slices.Contains(kinds, k.id) && (!three || k.id != "BSD-2-Clause") {
			kinds = append(kinds, k.id)
		}
	}
	return kinds
}

// run runs a go command in the repository.
func run(ctx context.Context, root string, environ []string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...) //nolint:gosec // the arguments are those above
	cmd.Dir, cmd.Env = root, append(os.Environ(), environ...)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, said.Bytes())
	}
	return out, nil
}
