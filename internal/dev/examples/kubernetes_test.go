package examples_test

import (
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

// TestOnlyWhatCouldNotRunIsTriedAgain applies the documented rules of Kubernetes to the manifests, for every exit code: see
// https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-failure-policy.
func TestOnlyWhatCouldNotRunIsTriedAgain(t *testing.T) {
	t.Parallel()
	for name, job := range map[string]yamlfile.Node{
		"job.yaml":     parse(t, "examples/kubernetes/job.yaml").Get("spec"),
		"cronjob.yaml": parse(t, "examples/kubernetes/cronjob.yaml").Get("spec").Get("jobTemplate").Get("spec"),
	} {
		got := map[int]string{}
		for _, code := range []int{0, 1, 2, 3, 4, 130, 137} {
			got[code] = outcome(t, job, code)
		}
		want := map[int]string{0: "complete", 1: "failed", 2: "failed", 3: "tried again", 4: "failed", 130: "tried again", 137: "tried again"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: what an exit code of the first try does to the Job (-want +got):\n%s", name, diff)
		}
	}
	old := parse(t, "examples/kubernetes/job-without-policy.yaml").Get("spec")
	for code := 1; code <= 4; code++ {
		if got := outcome(t, old, code); got != "failed" {
			t.Errorf("without a policy, exit code %d: %s", code, got)
		}
	}
}

// outcome says what becomes of a Job whose first pod ended with an exit code.
func outcome(t *testing.T, job yamlfile.Node, code int) string {
	t.Helper()
	pod := job.Get("template").Get("spec")
	if pod.Get("restartPolicy").Text() != "Never" {
		t.Fatal("a policy needs restartPolicy Never, and without it the container would be started again in its pod")
	}
	if code == 0 {
		return "complete"
	}
	for _, r := range job.Get("podFailurePolicy").Get("rules").Items() { // in order, and the first that matches counts
		on := r.Get("onExitCodes")
		if !on.Has("values") || on.Get("containerName").Text() != pod.Get("containers").Items()[0].Get("name").Text() {
			continue
		}
		in := slices.ContainsFunc(on.Get("values").Items(), func(n yamlfile.Node) bool { return n.Text() == strconv.Itoa(code) })
		if in != (on.Get("operator").Text() == "In") {
			continue
		}
		switch action := r.Get("action").Text(); action {
		case "FailJob":
			return "failed"
		case "Count":
			return counted(t, job)
		default:
			t.Fatalf("action %s for an exit code", action)
		}
	}
	return counted(t, job)
}

// counted says what becomes of a Job after one failure that counts towards its backoffLimit.
func counted(t *testing.T, job yamlfile.Node) string {
	t.Helper()
	limit, err := strconv.Atoi(job.Get("backoffLimit").Text())
	if err != nil {
		t.Fatal(err)
	}
	if limit == 0 {
		return "failed"
	}
	return "tried again"
}

// TestPodsHaveNoRights proves what the manifests promise about the pod, and that all three are of one pod.
func TestPodsHaveNoRights(t *testing.T) {
	t.Parallel()
	pods := map[string]yamlfile.Node{
		"job.yaml":                parse(t, "examples/kubernetes/job.yaml").Get("spec"),
		"job-without-policy.yaml": parse(t, "examples/kubernetes/job-without-policy.yaml").Get("spec"),
		"cronjob.yaml":            parse(t, "examples/kubernetes/cronjob.yaml").Get("spec").Get("jobTemplate").Get("spec"),
	}
	first := string(pods["job.yaml"].Get("template").JSON())
	for name, job := range pods {
		pod := job.Get("template").Get("spec")
		container := pod.Get("containers").Items()[0]
		for what, ok := range map[string]bool{
			"is the pod of job.yaml":   string(job.Get("template").JSON()) == first,
			"has no token":             pod.Get("automountServiceAccountToken").Text() == "false",
			"is no root":               pod.Get("securityContext").Get("runAsNonRoot").Text() == "true",
			"cannot write":             container.Get("securityContext").Get("readOnlyRootFilesystem").Text() == "true",
			"gains no rights":          container.Get("securityContext").Get("allowPrivilegeEscalation").Text() == "false",
			"has the DSN from outside": container.Get("env").Items()[0].Get("valueFrom").Get("secretKeyRef").Get("key").Text() == "dsn",
			"has a limit of memory":    container.Get("resources").Get("limits").Has("memory"),
		} {
			if !ok {
				t.Errorf("%s: it is not so that the pod %s", name, what)
			}
		}
	}
}
