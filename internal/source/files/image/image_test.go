package image_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/files/dialect"
	"github.com/api7-preflight/api7-preflight/internal/source/files/image"
)

func TestNamesOfImagesAreTakenApart(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]image.Reference{
		"api7/api7-ee-3-gateway:3.4.0":               {Repository: "api7/api7-ee-3-gateway", Tag: "3.4.0"},
		"registry:5000/mirror/api7-ee-dp-manager":    {Repository: "registry:5000/mirror/api7-ee-dp-manager"},
		"registry:5000/api7-ee-gateway:v1@sha256:00": {Repository: "registry:5000/api7-ee-gateway", Tag: "v1", Digest: "sha256:00"},
		"": {},
	} {
		if diff := cmp.Diff(want, image.Parse(text)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func TestTheLastPartOfARepositoryTellsWhoseTheImageIs(t *testing.T) {
	t.Parallel()
	for repository, want := range map[string]string{
		"api7/api7-ee-3-integrated": image.Dashboard, "registry.example:5000/a/b/api7-ee-gateway": image.Gateway, "api7-developer-portal": image.Portal,
		"api7/api7-ee-dp-manager": image.DPManager, "api7-ee-file-server": image.FileServer,
		"apache/apisix": "", "nginx": "", "api7-ee-gateway/nginx": "", "": "",
	} {
		if got := image.Component(repository); got != want {
			t.Errorf("%s is of %q, want %q", repository, got, want)
		}
	}
}

func TestWhatRunsBesideAPI7CountsOnlyThere(t *testing.T) {
	t.Parallel()
	started := func(names ...string) []*image.Container {
		var all []*image.Container
		for _, name := range names {
			c := &image.Container{}
			c.Start(image.Parse(name), estate.Position{})
			all = append(all, c)
		}
		return all
	}
	names := func(all []*image.Container) string {
		var b strings.Builder
		for _, c := range all {
			b.WriteString(c.Component + " ")
		}
		return b.String()
	}
	with := image.Pick(started("postgres:15", "nginx:1", "apache/apisix:3.9.0", "api7/api7-ee-3-gateway:3.4.0"))
	without := image.Pick(started("postgres:15", "nginx:1", "apache/apisix:3.9.0"))
	if got := names(with.Containers); got != "gateway postgresql " {
		t.Errorf("with API7: %s", got)
	}
	if len(without.Containers) != 0 || names(with.Others) != "apache_apisix " || names(without.Others) != "apache_apisix " {
		t.Errorf("without API7: %v; of Apache APISIX: %v, %v", without.Containers, with.Others, without.Others)
	}
}

func TestTagsTellVersionsOrWhyNot(t *testing.T) {
	t.Parallel()
	at := estate.Position{File: "a.yaml", Line: 3, Column: 5}
	tests := map[string]struct {
		container   image.Container
		where, note string
	}{
		"a tag": {
			image.Container{Component: image.Gateway, Name: image.Reference{Repository: "api7/gw", Tag: "3.7.3-acme.2"}, TagFrom: "image"},
			"gateway instance 3.7.3: image api7/gw:3.7.3-acme.2 at a.yaml:3:5", "",
		},
		"before a release": {
			image.Container{Component: image.DPManager, Name: image.Reference{Repository: "x", Tag: "v3.7.3-rc.1"}, TagFrom: "image"},
			"control plane 3.7.3-rc.1: image x:v3.7.3-rc.1 at a.yaml:3:5", "",
		},
		"the chart's": {
			image.Container{Component: image.Dashboard, Name: image.Reference{Repository: "x", Tag: "v3.4.0"}, TagFrom: "chart", Chart: "api7ee3", ChartVer: "0.17.3"},
			"control plane 3.4.0: image x:v3.4.0, the default of chart api7ee3 0.17.3, at a.yaml:3:5", "",
		},
		"no release":        {image.Container{Component: image.Gateway, Name: image.Reference{Tag: "latest"}}, "", `tag "latest" names no release`},
		"no version":        {image.Container{Component: image.Gateway, Name: image.Reference{Tag: "3.7.3.4.5.6"}}, "", "its tag is no version"},
		"a variable":        {image.Container{Component: image.Gateway, Name: image.Reference{Tag: "v" + dialect.Gap("environment variable TAG")}}, "", "its tag comes from environment variable TAG: it tells no version"},
		"a digest":          {image.Container{Component: image.Gateway, Name: image.Reference{Digest: "sha256:00"}}, "", "it is named by digest: that tells no version"},
		"none":              {image.Container{Component: image.Gateway, Found: image.InCompose}, "", "it has no tag: that tells no version"},
		"none in values":    {image.Container{Component: image.Gateway, Found: image.InHelm}, "", "the chart's default applies, and the version of the chart is not known: nothing names one"},
		"not API7's":        {image.Container{Component: "postgresql", Name: image.Reference{Tag: "15"}}, "", ""},
		"without a version": {image.Container{Component: image.Portal, Name: image.Reference{Tag: "v3.4.0"}}, "", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tt.container.At = at
			e, known, note := tt.container.Evidence()
			where := ""
			if known {
				where = string(e.Component) + " " + e.Version.String() + ": " + e.Where
			}
			if where != tt.where || note != tt.note {
				t.Errorf("it tells %q, %q; want %q, %q", where, note, tt.where, tt.note)
			}
		})
	}
}
