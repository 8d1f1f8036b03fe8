package image_test

import (
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/files/dialect"
	"github.com/api7-preflight/api7-preflight/internal/source/files/image"
)

func TestNamesOfImagesAreTakenApart(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][4]string{ // repository, tag, digest, component
		"api7/api7-ee-3-gateway:3.4.0":               {"api7/api7-ee-3-gateway", "3.4.0", "", image.Gateway},
		"registry:5000/mirror/api7-ee-dp-manager":    {"registry:5000/mirror/api7-ee-dp-manager", "", "", image.DPManager},
		"registry:5000/api7-ee-gateway:v1@sha256:00": {"registry:5000/api7-ee-gateway", "v1", "sha256:00", image.Gateway},
		"":                                       {},
		"${IMAGE}":                               {"…", "", "", ""},
		"${IMAGE}:3.4.0":                         {"…", "3.4.0", "", ""},
		"${REGISTRY}/api7-ee-gateway:${TAG}":     {"…/api7-ee-gateway", "…", "", image.Gateway},
		"${REGISTRY}api7-ee-gateway:v1":          {"…api7-ee-gateway", "v1", "", image.Gateway},
		"api7/api7-ee-gateway${TAG}":             {"api7/api7-ee-gateway", "…", "", image.Gateway},
		"${IMAGE:-mirror/api7-ee-gateway:3.8.5}": {"mirror/api7-ee-gateway", "3.8.5", "", image.Gateway},
		"${REPO:-mirror/api7-ee-gateway}:v${TAG-1}": {"mirror/api7-ee-gateway", "v1", "", image.Gateway},
		"${REGISTRY}/nginx-${FLAVOUR}":              {"…/nginx-…", "", "", ""},
		"api7/api7-ee-gateway@${DIGEST}":            {"api7/api7-ee-gateway", "", "…", image.Gateway},
	} {
		c := &image.Container{}
		c.Start(image.Parse(dialect.Compose(text, nil)), estate.Position{})
		if got := [4]string{c.Name.Repository.String(), c.Name.Tag.String(), c.Name.Digest.String(), c.Component}; got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestCredentialsBeforeTheRegistryAreNoPartOfAName(t *testing.T) {
	t.Parallel()
	const digest = "@sha256:0123456789abcdef0123456789abcdef"
	for text, want := range map[string]string{
		"user:CANARY@registry.example/api7/api7-ee-3-gateway:3.8.5":          "registry.example/api7/api7-ee-3-gateway:3.8.5",
		"user:CANARY@registry.example/api7/api7-ee-3-gateway:3.8.5" + digest: "registry.example/api7/api7-ee-3-gateway:3.8.5",
		"https://user:CANARY@registry.example:5000/api7-ee-gateway":          "registry.example:5000/api7-ee-gateway",
		"CANARY@api7-ee-gateway:385":                                         "api7-ee-gateway:385",
		"user:CAN/ARY@CANARY@registry.example/api7-ee-gateway:v1":            "registry.example/api7-ee-gateway:v1",
		"user:CANARY@${REGISTRY}/api7-ee-gateway:v1":                         "…/api7-ee-gateway:v1",
		"user:CANARY@${IMAGE}":                                               "…",
		"user:CANARY@":                                                       "",
		"${CREDENTIALS}@registry.example/api7-ee-gateway:v1":                 "registry.example/api7-ee-gateway:v1",
	} {
		name := image.Parse(dialect.Compose(text, nil))
		if got := name.String(); got != want || strings.Contains(name.Digest.String(), "CANARY") {
			t.Errorf("%q is %q with digest %q, want %q", text, got, name.Digest, want)
		}
	}
	if got := image.Path(dialect.Plain("user:CANARY@registry.example/api7/api7-ee-3-integrated")).String(); got != "registry.example/api7/api7-ee-3-integrated" {
		t.Errorf("a repository by itself is %q", got)
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
			c.Start(image.Parse(dialect.Plain(name)), estate.Position{})
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
			image.Container{Component: image.Gateway, Name: image.Reference{Repository: dialect.Plain("api7/gw"), Tag: dialect.Plain("3.7.3-acme.2")}, TagFrom: "image"},
			"gateway instance 3.7.3: image api7/gw:3.7.3-acme.2 at a.yaml:3:5", "",
		},
		"before a release": {
			image.Container{Component: image.DPManager, Name: image.Reference{Repository: dialect.Plain("x"), Tag: dialect.Plain("v3.7.3-rc.1")}, TagFrom: "image"},
			"control plane 3.7.3-rc.1: image x:v3.7.3-rc.1 at a.yaml:3:5", "",
		},
		"the chart's": {
			image.Container{Component: image.Dashboard, Name: image.Reference{Repository: dialect.Plain("x"), Tag: dialect.Plain("v3.4.0")}, TagFrom: "chart", Chart: "api7ee3", ChartVer: "0.17.3"},
			"control plane 3.4.0: image x:v3.4.0, the default of chart api7ee3 0.17.3, at a.yaml:3:5", "",
		},
		"a default": {
			image.Container{Component: image.Gateway, Name: image.Parse(dialect.Compose("api7/gw:${TAG:-3.7.3}", nil)), TagFrom: "image"},
			"gateway instance 3.7.3: image api7/gw:3.7.3 at a.yaml:3:5, by the default of the variable TAG", "",
		},
		"no release":        {image.Container{Component: image.Gateway, Name: image.Reference{Tag: dialect.Plain("latest")}}, "", `tag "latest" names no release`},
		"no version":        {image.Container{Component: image.Gateway, Name: image.Reference{Tag: dialect.Plain("3.7.3.4.5.6")}}, "", "its tag is no version"},
		"a variable":        {image.Container{Component: image.Gateway, Name: image.Reference{Tag: dialect.Join(dialect.Plain("v"), dialect.Unknown("environment variable TAG"))}}, "", "its tag comes from environment variable TAG: it tells no version"},
		"a digest":          {image.Container{Component: image.Gateway, Name: image.Reference{Digest: dialect.Plain("sha256:00")}}, "", "it is named by digest: that tells no version"},
		"none":              {image.Container{Component: image.Gateway, Found: image.InCompose}, "", "it has no tag: that tells no version"},
		"none in values":    {image.Container{Component: image.Gateway, Found: image.InHelm}, "", "the chart's default applies, and the version of the chart is not known: nothing names one"},
		"not API7's":        {image.Container{Component: "postgresql", Name: image.Reference{Tag: dialect.Plain("15")}}, "", ""},
		"without a version": {image.Container{Component: image.Portal, Name: image.Reference{Tag: dialect.Plain("v3.4.0")}}, "", ""},
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
