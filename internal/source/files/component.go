package files

import (
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/files/image"
	"github.com/api7-preflight/api7-preflight/internal/source/files/recognise"
)

// component is a component of API7: its name, the form of its file, and what kind of resource that is.
type component struct {
	name string
	form recognise.Form
	kind estate.Kind
}

var components = []component{
	{image.Dashboard, recognise.DashboardFile, estate.DashboardConfig},
	{image.DPManager, recognise.DPManagerFile, estate.DPManagerConfig},
	{image.Portal, recognise.PortalFile, estate.PortalConfig},
	{image.FileServer, recognise.FileServerFile, estate.FileServerConfig},
	{image.Gateway, recognise.GatewayFile, estate.GatewayConfig},
}

// fileOf returns the form of the file that a component reads; [recognise.Other] for what is no component.
func fileOf(name string) recognise.Form {
	for _, c := range components {
		if c.name == name {
			return c.form
		}
	}
	return recognise.Other
}

// componentOf returns the component that reads a file; none for a form that is no component's.
func componentOf(form recognise.Form) component {
	for _, c := range components {
		if c.form == form {
			return c
		}
	}
	return component{}
}
