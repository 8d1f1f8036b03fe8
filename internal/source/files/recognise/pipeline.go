package recognise

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/lazyregexp"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// pipeline reports whether a document is one of a CI system, which starts no installation: its place says so, or the kind
// of the object, or it has a list of jobs or steps and, somewhere below, a key that only commands have.
func pipeline(n *tree.Node, path string) bool {
	if ofPipelines.MatchString(filepath.ToSlash(path)) {
		return true
	}
	if api, kind := n.Get("apiVersion").Text(), n.Get("kind").Text(); api != "" {
		return strings.HasPrefix(api, "tekton.dev/") ||
			strings.HasPrefix(api, "argoproj.io/") && slices.Contains([]string{"Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate", "CronWorkflow"}, kind)
	}
	return slices.ContainsFunc(jobs, func(key string) bool { return n.Member(key) != nil }) && commanded(n)
}

var (
	// ofPipelines matches the paths at which CI systems look for their files.
	ofPipelines = lazyregexp.New(`(?i)(^|/)(\.github|\.gitea|\.circleci|\.buildkite|\.woodpecker|\.tekton)/|(^|/)(\.gitlab-ci|azure-pipelines|bitbucket-pipelines|\.drone|\.travis|appveyor|cloudbuild|buildspec|Jenkinsfile)[^/]*$`)
	// jobs are keys of the files of CI systems, and of many others.
	jobs = []string{"jobs", "stages", "steps", "pipeline", "pipelines", "workflows", "before_script", "runs"}
	// commands are keys of what a job does.
	commands = []string{"run", "runs-on", "script", "before_script", "uses", "commands", "bash", "pwsh", "powershell", "checkout", "vmImage"}
)

// commanded reports whether something in a document has a command.
func commanded(n *tree.Node) bool {
	return slices.ContainsFunc(commands, func(key string) bool { return n.Member(key) != nil }) || slices.ContainsFunc(n.Kids(), commanded)
}
