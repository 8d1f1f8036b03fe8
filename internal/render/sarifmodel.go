//nolint:tagliatelle // the names are those of SARIF
package render

// The parts of a SARIF log that this program writes, with the names of the specification:
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.
type (
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version,omitempty"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string          `json:"id"`
		ShortDescription sarifText       `json:"shortDescription"`
		FullDescription  sarifText       `json:"fullDescription"`
		Help             sarifText       `json:"help"`
		Default          *sarifLevel     `json:"defaultConfiguration,omitempty"`
		Properties       *sarifRuleExtra `json:"properties,omitempty"`
	}
	sarifLevel struct {
		Level string `json:"level"`
	}
	sarifRuleExtra struct {
		Tags []string `json:"tags"`
	}
	sarifText struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown,omitempty"`
	}
	sarifBase struct {
		Description sarifText `json:"description"`
	}
	sarifInvocation struct {
		Successful    bool                `json:"executionSuccessful"`
		ExitCode      int                 `json:"exitCode"`
		Description   string              `json:"exitCodeDescription"`
		Start         string              `json:"startTimeUtc"`
		End           string              `json:"endTimeUtc"`
		Notifications []sarifNotification `json:"toolExecutionNotifications"`
		Settings      []sarifNotification `json:"toolConfigurationNotifications"`
	}
	sarifNotification struct {
		Level   string    `json:"level"`
		Message sarifText `json:"message"`
	}
	// sarifRun is what the run says besides its results.
	sarifRun struct {
		Verdict     string        `json:"verdict"`
		Says        string        `json:"says"`
		From        string        `json:"from"`
		To          string        `json:"to"`
		Asked       string        `json:"asked,omitempty"`
		Scope       string        `json:"scope"`
		FailOn      string        `json:"failOn"`
		Advice      string        `json:"advice,omitempty"`
		Breaking    int           `json:"breaking"`
		Warning     int           `json:"warning"`
		Notice      int           `json:"notice"`
		Waived      int           `json:"waived"`
		Known       int           `json:"known"`
		Blocking    int           `json:"blocking"`
		Unknown     int           `json:"unknown"`
		NotExamined int           `json:"notExamined"`
		Manual      int           `json:"manualChecks"`
		Checks      []sarifManual `json:"checksByHand"`
	}
	sarifManual struct {
		Rule  string `json:"rule"`
		Title string `json:"title"`
		Done  string `json:"done,omitempty"` // who did it and when
	}
	sarifResult struct {
		RuleID       string             `json:"ruleId"`
		RuleIndex    int                `json:"ruleIndex"`
		Kind         string             `json:"kind,omitempty"`
		Level        string             `json:"level"`
		Message      sarifText          `json:"message"`
		Locations    []sarifLocation    `json:"locations"`
		Fingerprints map[string]string  `json:"fingerprints"`
		Partial      map[string]string  `json:"partialFingerprints"`
		Baseline     string             `json:"baselineState,omitempty"`
		Suppressions []sarifSuppression `json:"suppressions,omitempty"`
		Properties   any                `json:"properties,omitempty"`
	}
	sarifLocation struct {
		Physical sarifPhysical  `json:"physicalLocation"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI  string `json:"uri"`
		Base string `json:"uriBaseId,omitempty"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn,omitempty"`
		EndLine     int `json:"endLine,omitempty"`
		EndColumn   int `json:"endColumn,omitempty"`
	}
	sarifLogical struct {
		Name string `json:"name,omitempty"`
		Full string `json:"fullyQualifiedName"`
		Kind string `json:"kind"`
	}
	sarifSuppression struct {
		Kind          string `json:"kind"`
		Status        string `json:"status"`
		Justification string `json:"justification"`
	}
	// sarifFinding is what a finding says besides.
	sarifFinding struct {
		Action       string            `json:"action,omitempty"`
		Timing       string            `json:"timing,omitempty"`
		Change       string            `json:"change,omitempty"`
		Confidence   string            `json:"confidence,omitempty"`
		GatewayGroup string            `json:"gatewayGroup,omitempty"`
		Pointer      string            `json:"pointer,omitempty"`
		Owner        map[string]string `json:"owner,omitempty"`
		Steps        []sarifStep       `json:"steps,omitempty"`
	}
	sarifStep struct {
		When    string `json:"when"`
		Text    string `json:"text"`
		Command string `json:"command,omitempty"`
	}
	// sarifCount is what a result says that stands for several findings.
	sarifCount struct {
		Count int `json:"count"`
	}
	// sarifGap is what a result says about what was not examined.
	sarifGap struct {
		ID    string   `json:"cause,omitempty"`
		Count int      `json:"things"`
		What  []string `json:"what"`
		Why   string   `json:"why"`
		Next  string   `json:"next,omitempty"`
		Rules []string `json:"rules"`
	}
)
