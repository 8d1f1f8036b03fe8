// Package examples_test runs what users copy from the folder examples, as far as a machine without their services can.
package examples_test

import (
	"context"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/api7-preflight/api7-preflight/internal/cli"
	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

const root = "../../.."

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"api7-preflight": func() {
			signal.Ignore(syscall.SIGPIPE) // as the program does
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
			defer stop()
			os.Exit(cli.Main(ctx, cli.Env{
				Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Environ: os.Environ(), Now: time.Now,
			}))
		},
	})
}

// TestExamples runs the scripts of examples, and the commands in its pipelines, in a repository of files. Each file in
// testdata/script is one example.
func TestExamples(t *testing.T) {
	t.Parallel()
	commands := commands(t)
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			for name, text := range commands {
				if err := os.WriteFile(filepath.Join(env.WorkDir, name), []byte(text), 0o600); err != nil {
					return err
				}
			}
			abs, err := filepath.Abs(root)
			env.Setenv("ROOT", abs)
			env.Setenv("HOME", env.WorkDir)
			return err
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			// exits CODE PROGRAM [ARGUMENT…] runs a program that must end with that code.
			"exits": func(ts *testscript.TestScript, _ bool, args []string) {
				err := ts.Exec("bash", append([]string{"-c", `code=$1; shift; "$@"; got=$?; [ "$got" = "$code" ] || { echo "exit code $got, not $code" >&2; exit 1; }`, "exits"}, args...)...)
				ts.Check(err)
			},
		},
	})
}

// commands returns the commands that the pipelines of examples give to a shell.
func commands(t *testing.T) map[string]string {
	t.Helper()
	workflow := parse(t, "examples/github-actions/api7-preflight.yml")
	steps := map[string]string{}
	for _, s := range workflow.Get("jobs").Get("check").Get("steps").Items() {
		steps[s.Get("name").Text()] = s.Get("run").Text()
	}
	job := parse(t, "examples/gitlab-ci/.gitlab-ci.yml").Get("api7-preflight")
	jenkinsfile := read(t, "examples/jenkins/Jenkinsfile")
	shells := regexp.MustCompile(`(?s)'''(.*?)'''`).FindAllStringSubmatch(strings.ReplaceAll(jenkinsfile, "\\\n", ""), -1)
	if len(shells) != 2 {
		t.Fatalf("the Jenkinsfile has %d shell scripts, not 2", len(shells))
	}
	hook := parse(t, ".pre-commit-hooks.yaml").Items()[0]
	configured := parse(t, "examples/pre-commit/.pre-commit-config.yaml").Get("repos").Items()[0].Get("hooks").Items()[0]
	if hook.Get("id").Text() != configured.Get("id").Text() {
		t.Fatal("the example configures another hook than there is")
	}
	_, doc, _ := strings.Cut(read(t, "docs/ci.md"), "<!-- baseline:begin -->\n```sh\n")
	baseline, _, _ := strings.Cut(doc, "```")
	all := map[string]string{
		"baseline.sh":        baseline,
		"github-install.sh":  steps["Install"],
		"github-check.sh":    variables(workflow.Get("env")) + steps["Check"],
		"gitlab-install.sh":  lines(job.Get("before_script")),
		"gitlab-check.sh":    variables(job.Get("variables")) + lines(job.Get("script")),
		"jenkins-install.sh": shells[0][1],
		"jenkins-check.sh":   "export FROM=3.4.1 TO=3.7.8\n" + shells[1][1],
		"pre-commit.sh":      hook.Get("entry").Text() + " " + strings.ReplaceAll(lines(configured.Get("args")), "\n", " ") + `"$@"`,
	}
	for name, text := range all {
		if strings.TrimSpace(text) == "" {
			t.Fatalf("no commands for %s", name)
		}
	}
	return all
}

func lines(list yamlfile.Node) string {
	var b strings.Builder
	for _, l := range list.Items() {
		b.WriteString(l.Text() + "\n")
	}
	return b.String()
}

func variables(of yamlfile.Node) string {
	var b strings.Builder
	for _, m := range of.Members() {
		b.WriteString("export " + m.Key + "=" + m.Value.Text() + "\n")
	}
	return b.String()
}

func parse(t *testing.T, name string) yamlfile.Node {
	t.Helper()
	n, err := yamlfile.Parse(name, []byte(read(t, name)))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
