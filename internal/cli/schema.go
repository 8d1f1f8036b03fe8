package cli

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/api7-preflight/api7-preflight/internal/compare"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/runbook"
	"github.com/api7-preflight/api7-preflight/internal/source/snapshot"
	"github.com/api7-preflight/api7-preflight/internal/targets"
	"github.com/api7-preflight/api7-preflight/internal/waiver"
)

func (a *app) schema() *cobra.Command {
	cmd := &cobra.Command{Use: "schema", Short: "JSON Schemas of the documents", Args: unknownCommand, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(
		&cobra.Command{
			Use: "report", Short: "JSON Schema of the JSON report", Args: noArgs,
			RunE: func(*cobra.Command, []string) error { return a.write(report.Schema()) },
		},
		&cobra.Command{
			Use: "snapshot", Short: "JSON Schema of the lines of a decompressed snapshot", Args: noArgs,
			RunE: func(*cobra.Command, []string) error { return a.write(snapshot.Schema()) },
		},
		&cobra.Command{
			Use: "diff", Short: "JSON Schema of the comparison of two reports", Args: noArgs,
			RunE: func(*cobra.Command, []string) error { return a.write(compare.Schema()) },
		},
		&cobra.Command{
			Use: "targets", Short: "JSON Schema of the releases that an installation could go to", Args: noArgs,
			RunE: func(*cobra.Command, []string) error { return a.write(targets.Schema()) },
		},
		&cobra.Command{
			Use: "runbook", Short: "JSON Schema of a runbook", Args: noArgs,
			RunE: func(*cobra.Command, []string) error { return a.write(runbook.Schema()) },
		},
		&cobra.Command{
			Use: "waivers", Short: "JSON Schema of a file of waivers", Args: noArgs,
			RunE: func(*cobra.Command, []string) error { return a.write(waiver.Schema()) },
		},
		&cobra.Command{
			Use: "settings", Short: "JSON Schema of a settings file", Args: noArgs,
			RunE: func(cmd *cobra.Command, _ []string) error {
				text, err := settingsSchema(cmd.Root())
				if err != nil {
					return err
				}
				return a.write(text)
			},
		},
	)
	return cmd
}

// settingsSchema describes a settings file, derived from the flags of all commands: a setting takes what its flag
// takes.
func settingsSchema(root *cobra.Command) (string, error) {
	scalar := map[string]any{"type": []string{"string", "number", "boolean"}}
	properties := map[string]any{}
	eachFlag(root, func(f *pflag.Flag, own *flag) {
		if f.Name == "settings" {
			return
		}
		property := map[string]any{"description": f.Usage}
		switch {
		case own.typ == "bool":
			property["type"] = "boolean"
		case own.words != nil:
			property["enum"] = own.words
		case own.pairs:
			property["anyOf"] = []any{
				scalar,
				map[string]any{"type": "array", "minItems": 1, "items": scalar},
				map[string]any{"type": "object", "minProperties": 1, "additionalProperties": scalar, "description": "name: reason"},
			}
		case own.many:
			property["anyOf"] = []any{scalar, map[string]any{"type": "array", "minItems": 1, "items": scalar}}
		default:
			property["type"] = scalar["type"]
		}
		properties[f.Name] = property
	})
	text, err := json.MarshalIndent(map[string]any{
		"$schema":              "https://json-schema.org/draft/2020-12/schema",
		"title":                "settings of api7-preflight",
		"description":          "values for flags, by their names; paths are relative to the file",
		"type":                 "object",
		"additionalProperties": false,
		"properties":           properties,
	}, "", "  ")
	if err != nil {
		return "", fmt.Errorf("encoding the schema: %w", err)
	}
	return string(text) + "\n", nil
}
