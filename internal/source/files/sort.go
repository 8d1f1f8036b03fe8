package files

import (
	"path/filepath"
	"strings"
)

// sort is what a file in a folder is by its name.
type sort uint8

const (
	ignored sort = iota // a program, prose, or no text: nothing is configured in it
	data                // YAML or JSON
	foreign             // anything else, such as a template: it is read where it is YAML after all
)

// sortOf tells what a file is by its name. What is not listed is looked at.
func sortOf(name string) sort {
	name = strings.ToLower(name)
	ext := filepath.Ext(name)
	switch {
	case ext == ".yaml", ext == ".yml", ext == ".json", name == "kustomization":
		return data
	case ext == "":
		if bare[name] {
			return ignored
		}
		return foreign
	case ext == name, strings.HasSuffix(ext, "~"), others[ext[1:]]:
		return ignored
	}
	// README.md.gotmpl makes prose
	if made := filepath.Ext(strings.TrimSuffix(name, ext)); made != "" && others[made[1:]] {
		return ignored
	}
	return foreign
}

// others are the ends of names of programs, prose, pictures, archives, backups and copies that nobody reads any more.
var others = func() map[string]bool {
	all := map[string]bool{}
	for ext := range strings.FieldsSeq(`
		md mdx markdown rst adoc asciidoc txt text html htm xhtml pdf doc docx rtf tex csv tsv log out eml ics
		go py pyi js mjs cjs jsx ts tsx java kt kts groovy scala clj rb php phtml rs c h cc cpp hpp cs fs swift m lua pl pm r jl ex exs erl hs ml
		sh bash zsh fish ps1 psm1 bat cmd awk sed mk mak gradle sql psql ipynb proto graphql gql vue svelte dart zig wasm wat asm s sol bzl bazel
		css scss sass less svg png jpg jpeg gif ico webp avif bmp tif tiff woff woff2 ttf otf eot mp3 mp4 webm mov wav drawio puml excalidraw map
		gz tgz zst zip tar bz2 xz 7z rar jar war whl deb rpm so a o dll exe bin dat db sqlite dump snapshot img iso class pyc
		pem crt cer key pub csr p12 pfx jks asc sig gpg lock sum mod work patch diff orig rej bak old swp swo tmp jsonl ndjson
	`) {
		all[ext] = true
	}
	return all
}()

// bare are names without an ending of prose and programs.
var bare = func() map[string]bool {
	all := map[string]bool{}
	for name := range strings.FieldsSeq(`
		readme license licence copying notice authors contributors contributing maintainers owners codeowners changelog changes history news todo install version
		makefile gnumakefile justfile jenkinsfile vagrantfile gemfile rakefile procfile brewfile pipfile podfile fastfile tiltfile earthfile taskfile
	`) {
		all[name] = true
	}
	return all
}()
