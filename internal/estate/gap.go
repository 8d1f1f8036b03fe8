package estate

import (
	"cmp"
	"slices"
)

// Gap is something that was not examined.
type Gap struct {
	// ID names the cause: one of the constants below or the name of a kind. Empty means [CauseOf] the kind in whose
	// coverage the gap is.
	ID   string `json:"id"`
	What string `json:"what"` // `table "service"`
	Why  string `json:"why"`  // "SELECT is not granted"
	// Next is what to do about it, as a command where there is one. It is empty if nothing can be done at this source
	// and another one may hold what is missing.
	Next string `json:"next"`
	// Of is the only field that is missing from the resources of the kind; empty: whole resources are missing. A gap
	// in a field affects only rules that look at it: see rule.Pass.Reads.
	Of string `json:"-"`
	// Names are the ids or names of the objects that What and Why mention. A report shows What and Why. A diagnosis
	// must not name objects, so it shows Plain instead, which says the same without them.
	Names []string `json:"-"`
	Plain string   `json:"-"`
	// At is the place, if the gap has one.
	At Place `json:"-"`
	// Lack is why it may be none after all; see [Gap.Judge]. nil: it is one.
	Lack *Lack `json:"-"`
}

// The causes of gaps, besides the names of kinds. They are frozen: reports contain them, and users accept gaps by
// them.
const (
	ConfigurationFiles = "configuration-files"  // none were given
	NoDatabase         = "database"             // no given source could hold what the control plane keeps
	EmptyInstallation  = "empty-installation"   // no resources were found
	EarlyChanges       = "early-changes"        // changes before the oldest release that is publicly known
	InstalledVersion   = "installed-version"    // no source shows the version of the control plane
	ReleaseNotes       = "release-notes"        // none were published for some releases
	ReleaseDates       = "release-dates"        // the date of a release is unknown
	DamagedRows        = "damaged-rows"         // rows or objects that cannot be read
	UnreadableValues   = "unreadable-values"    // a rule met a value that it cannot judge
	InternalError      = "internal-error"       // a rule panicked
	Privileges         = "privileges"           // the role or token may not read something
	RowSecurity        = "row-security"         // row level security may hide rows
	Schema             = "schema"               // tables or columns of the database are not recognised
	Refused            = "refused"              // the server refused to return something
	ChangedTables      = "changed-tables"       // tables were rewritten or replaced while they were read
	BackupIncomplete   = "backup-incomplete"    // the backup lacks rows or tables
	PublishedElsewhere = "published-elsewhere"  // the published configuration is not here
	UnknownKeys        = "unknown-keys"         // keys in kine that are not recognised
	TablesDisagree     = "tables-disagree"      // kine and the control plane's tables differ
	GatewayGroups      = "gateway-groups"       // gateway groups could not be read, so nothing can be told apart by group
	OtherGroups        = "other-gateway-groups" // the sources cover some gateway groups only
	APILimits          = "admin-api-limits"     // the Admin API does not return something
	UnreadFiles        = "unread-files"         // files that may concern API7 and were not read, or only in part
	Installations      = "installations"        // the files are of several installations
	OldSnapshot        = "old-snapshot"         // the snapshot was taken when fewer kinds were needed
	OldDump            = "old-dump"             // an ADC that dumps less may have made it
	SilentGateways     = "silent-gateways"      // gateway instances are listed, and none was alive
)

// OfPlugins is the field that all rules about plugins look at.
const OfPlugins = "plugins"

// Causes returns the ids of all causes: the constants above, and the kinds.
func Causes() []string {
	all := []string{
		ConfigurationFiles, NoDatabase, EmptyInstallation, EarlyChanges, InstalledVersion, ReleaseNotes, ReleaseDates, DamagedRows,
		UnreadableValues, InternalError, Privileges, RowSecurity, Schema, Refused, ChangedTables, BackupIncomplete, PublishedElsewhere, UnknownKeys,
		TablesDisagree, GatewayGroups, OtherGroups, APILimits, UnreadFiles, Installations, OldSnapshot, OldDump,
		SilentGateways,
	}
	for _, k := range Kinds() {
		all = append(all, CauseOf(k))
	}
	return all
}

// CauseOf returns the cause of a gap that has no cause but its kind: the kind's name. [Database] is the exception,
// because "database" means that no database was given.
func CauseOf(k Kind) string {
	if k == Database {
		return "database-settings"
	}
	return k.String()
}

// Anonymous returns the gap without names of objects.
func (g Gap) Anonymous() Gap {
	if len(g.Names) > 0 {
		g.What, g.Why, g.Names = "", g.Plain, nil
	}
	return g
}

// Nameless returns the gaps without names of objects, and without the duplicates that this leaves.
func Nameless(gaps []Gap) []Gap {
	var all []Gap
	for _, g := range gaps {
		g = g.Anonymous()
		if !slices.ContainsFunc(all, func(o Gap) bool { return o.ID == g.ID && o.What == g.What && o.Why == g.Why && o.Next == g.Next }) {
			all = append(all, g)
		}
	}
	return all
}

// Advised returns the gaps with a next step for those that have none: adding another source. flags says how to give
// one, such as "--dsn or --backup"; if it is empty, the gaps stay as they are.
func Advised(gaps []Gap, flags string) []Gap {
	if flags == "" {
		return gaps
	}
	all := slices.Clone(gaps)
	for i := range all {
		all[i].Next = cmp.Or(all[i].Next, "add another source: "+flags)
	}
	return all
}
