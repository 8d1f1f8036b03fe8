package files

import "testing"

func TestNamesTellWhatIsLookedAt(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]sort{
		"a.yaml": data, "A.YML": data, "a.json": data, "Kustomization": data, ".hidden.yaml": data,
		"a.yaml.gotmpl": foreign, "a.tpl": foreign, "a.j2": foreign, "a.tf": foreign, "a.yaml.dist": foreign, "a.never-heard-of": foreign, ".env.tpl": foreign,
		"README.md": ignored, "README.md.gotmpl": ignored, "a.sh.tpl": ignored, "a.yaml.bak": ignored, "a.yaml~": ignored, "Makefile": ignored, ".gitignore": ignored,
		"a.": foreign, "a.go": ignored,
	} {
		if got := sortOf(name); got != want {
			t.Errorf("%s is %d, want %d", name, got, want)
		}
	}
}
