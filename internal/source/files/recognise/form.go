package recognise

// Form is what a document is.
type Form uint8

// The forms.
const (
	Other Form = iota
	DashboardFile
	DPManagerFile
	PortalFile
	FileServerFile
	SomeControlPlaneFile // of a component that its content does not tell
	GatewayFile
	ComposeFile
	ControlPlaneValues
	GatewayValues
	UmbrellaValues // of a chart that depends on the vendor's
	ChartFile
	Kustomization
	Helmfile
	Manifest
	ADCFile
)

// String returns what reports call the form.
func (f Form) String() string {
	return [...]string{
		"not recognised", "dashboard configuration", "DP Manager configuration", "Developer Portal configuration",
		"file server configuration", "control plane configuration of an unknown component", "gateway configuration",
		"docker-compose file", "Helm values of chart api7ee3", "Helm values of chart gateway",
		"Helm values of a chart that depends on API7's", "Helm chart", "kustomization", "helmfile",
		"Kubernetes manifest", "ADC file",
	}[f]
}

// Settings reports whether a document of the form is the file of a component.
func (f Form) Settings() bool { return f >= DashboardFile && f <= GatewayFile }

// Values reports whether a document of the form is Helm values.
func (f Form) Values() bool { return f >= ControlPlaneValues && f <= UmbrellaValues }
