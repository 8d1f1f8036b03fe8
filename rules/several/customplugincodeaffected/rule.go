// Package customplugincodeaffected reminds of changes that can break the code of custom plugins.
package customplugincodeaffected

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule reminds of changes that can break the code of custom plugins.
var Rule = rule.Rule{
	ID:         "custom-plugin-code-affected",
	Title:      "The code of custom plugins may depend on something that the target changes",
	Severity:   rule.Breaking,
	Applies:    rule.Crossing,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      rule.Facts(table...),
}

var table = []rows.Reminder{
	code("R-3.2.11.1-1", "3.2.11.1", "Test custom plugins that call OpenSSL: the target links OpenSSL 3",
		"Code that calls OpenSSL through FFI, and certificates or ciphers that OpenSSL 3 considers too weak, can fail.",
		"Find code that binds OpenSSL itself, and test it, with its certificates, against the target.",
		`grep -rnE 'ffi\.(cdef|load|C)|resty\.openssl|EVP_|SSL_' --include='*.lua' .`),
	code("R-3.2.16.5-1", "3.2.16.5", "Review custom plugins that end a request with core.response.exit: the function was rewritten",
		"core.response.exit was rewritten in 3.2.16.5.",
		"Check each call: status, body and headers must arrive as before. Test them against the target.",
		`grep -rnE 'response\.exit' --include='*.lua' .`),
	code("R-3.4.0-4", "3.4.0", "Rewrite custom plugins that use core.grpc or resty.grpc: the module behind them is gone",
		"Gateways are built without grpc-client-nginx-module from 3.4.0 on.",
		"Call gRPC services in another way, such as through an upstream with the scheme grpc, or over HTTP.",
		`grep -rnE 'core\.grpc|resty\.grpc' --include='*.lua' .`),
	code("R-3.4.0-5", "3.4.0", "Rebuild custom plugins that are shipped as bytecode: the target has a newer LuaJIT",
		"Bytecode only fits the LuaJIT that compiled it; from 3.4.0 on gateways run LuaJIT 2.1-20240815.",
		"Compile or obfuscate the plugin again with this LuaJIT, or upload its source.",
		`grep -rlaP '^\x1bLJ' .`),
	code("R-3.8.3-1", "3.8.3", "Check custom plugins whose schema defines _meta of its own: the target inserts it",
		"From 3.8.3 on _meta is put into the schema of every custom plugin.",
		"Take _meta out of the plugin's schema, unless it is the same as that of other plugins.",
		`grep -rnE '_meta\b' --include='*.lua' .`),
	{
		Case:  rule.Case{Entry: "R-3.7.0-1", Change: version.Since("3.7.0")},
		Title: "Save plugin metadata before you delete a custom plugin: the target deletes it together with the plugin",
		Why:   "From 3.7.0 on the metadata of a custom plugin is deleted with it, even if the plugin is deleted only to be uploaded again.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Find scripts that delete a custom plugin to upload it again; each plugin's name is in its source. Have them save its metadata before and restore it after.", Command: rule.Run(`grep -rnE 'metadata_schema|plugin_metadata' --include='*.lua' .`)},
		},
		If: signs,
	},
}

// code is the row of a change that the source of a plugin shows.
func code(entry, since, title, why, step, command string) rows.Reminder {
	return rows.Reminder{
		Case:  rule.Case{Entry: entry, Change: version.Since(since)},
		Title: title, Why: why,
		Steps: []rule.Step{{When: rule.Before, Text: step + " Run the command in the folder with the source of the plugins to find it.", Command: rule.Run(command)}},
		If:    signs,
	}
}

var signs = []rows.Sign{{Kind: estate.CustomPlugin}}
