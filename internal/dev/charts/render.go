package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"reflect"
	"regexp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// broken are charts that cannot be rendered with their own values.
var broken = map[string]bool{
	"api7ee3-0.17.10": true, // templates/api-usage-ingress.yaml reads api_usage.service, which values.yaml does not have
}

var fileServer = regexp.MustCompile(`(?m)^file_server:`)

// render renders a chart and checks that the manifests have the settings in the values. It switches the file server
// on, which is off by default, if the chart has one.
func (t *chartRun) render(ctx context.Context, c *chart) error {
	if broken[c.name+"-"+c.Chart] {
		return nil
	}
	values, err := os.ReadFile(c.path("values.yaml"))
	if err != nil {
		return fmt.Errorf("reading values: %w", err)
	}
	layer := "{}\n"
	if fileServer.Match(values) {
		layer = "file_server: {enabled: true}\n"
	}
	if err := os.WriteFile(c.path("layer.yaml"), []byte(layer), 0o600); err != nil {
		return fmt.Errorf("writing values: %w", err)
	}
	cmd := exec.CommandContext(ctx, t.helm, "template", "preflight", c.folder, "-f", c.path("layer.yaml")) //nolint:gosec // our own command
	cmd.Env = append(cmd.Environ(), "HELM_CACHE_HOME="+t.folder, "HELM_CONFIG_HOME="+t.folder, "HELM_DATA_HOME="+t.folder)
	manifests, err := output(cmd)
	if err != nil {
		t.complain(c, err.Error())
		return nil
	}
	if err := os.WriteFile(c.path("rendered.yaml"), manifests, 0o600); err != nil {
		return fmt.Errorf("writing manifests: %w", err)
	}
	want, err := read(ctx, c.path("Chart.yaml"), c.path("values.yaml")+","+c.path("layer.yaml"))
	if err != nil {
		return err
	}
	got, err := read(ctx, c.path("rendered.yaml"))
	if err != nil {
		t.complain(c, err.Error())
		return nil
	}
	delete(want.objects, estate.HelmValues.String()+" ")
	const gateway = "gateway_config gateway"
	if file, ok := got.objects[gateway]; ok { // values show only part of it
		file.Settings, _ = shared(file.Settings, want.objects[gateway].Settings).(map[string]any)
		got.objects[gateway] = file
	}
	t.complain(c, got.faults(c), different(want.objects, got.objects))
	return nil
}

// shared returns the part of a file that values also have. Templates leave out empty values.
func shared(file, values any) any {
	has, isMap := file.(map[string]any)
	gives, also := values.(map[string]any)
	if !isMap || !also {
		return file
	}
	out := maps.Clone(gives)
	for key, value := range gives {
		inner, there := has[key]
		switch v := reflect.ValueOf(value); {
		case there:
			out[key] = shared(inner, value)
		case v.Kind() != reflect.String && v.Kind() != reflect.Map && v.Kind() != reflect.Slice, v.Len() > 0:
			delete(out, key)
		}
	}
	return out
}
