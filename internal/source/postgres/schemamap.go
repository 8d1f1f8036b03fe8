package postgres

import "github.com/api7-preflight/api7-preflight/internal/controlplane"

// SchemaMap names tables and columns that are not recognised.
type SchemaMap = controlplane.SchemaMap
