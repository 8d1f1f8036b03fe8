package notices_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/dev/gen/notices"
)

var update = flag.Bool("update", false, "write the notices instead of comparing their list")

const root = "../../../.."

// TestCommittedNotices compares the list: the texts of a version do not change, and another machine may lack them.
func TestCommittedNotices(t *testing.T) {
	t.Parallel()
	modules, err := notices.Modules(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(root, notices.File)
	if *update {
		text, err := notices.Text(t.Context(), root, modules)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var want, listed []string
	for _, m := range modules {
		want = append(want, m.String())
	}
	list, texts, _ := strings.Cut(string(text), "\n====")
	for _, m := range regexp.MustCompile(`(?m)^\S+@\S+`).FindAllString(list, -1) {
		listed = append(listed, m)
		if !strings.Contains(texts, "\n"+m+": ") {
			t.Errorf("%s is listed, and its licence is not there", m)
		}
	}
	if diff := cmp.Diff(want, listed); diff != "" {
		t.Errorf("the list is not up to date, run: make gen (-want +got):\n%s", diff)
	}
}

// TestNothingInTheBinaryForbidsToPassItOn proves that no licence came in that asks for more than its text.
func TestNothingInTheBinaryForbidsToPassItOn(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, notices.File))
	if err != nil {
		t.Fatal(err)
	}
	list, _, _ := strings.Cut(string(text), "\n====")
	licences := regexp.MustCompile(`(?m)^\S.* \((.*)\)$`).FindAllStringSubmatch(list, -1)
	for _, l := range licences {
		for kind := range strings.SplitSeq(l[1], ", ") {
			switch kind {
			case "MIT", "BSD-3-Clause", "BSD-2-Clause", "Apache-2.0", "ISC":
			default:
				t.Errorf("%s: read what %s asks for", l[0], kind)
			}
		}
	}
	if len(licences) < 10 {
		t.Errorf("%d licences, which is too few", len(licences))
	}
}
