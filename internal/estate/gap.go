package estate

import (
	"cmp"
	"slices"
)

// Gap is something that was not examined.
type Gap struct {
	// ID names the cause, one of the constants below or the name of a kind; empty: [CauseOf] the kind that it is said of.
	ID   string `json:"id"`
	What string `json:"what"` // `table "service"`
	Why  string `json:"why"`  // "SELECT is not granted"
	// Next is what to do about it, a command where there is one; empty where another source may tell, and nothing can be
	// done at this one.
	Next string `json:"next"`
	// Of is the one field that is missing from the resources of the kind; empty: resources are. Only rules that look at the
	// field lack something then: see rule.Pass.Reads.
	Of string `json:"-"`
	// Names are the objects of the installation, by ids or names, that What and Why speak of. A report tells them, a
	// diagnosis does not: it has Plain, which says the same without them.
	Names []string `json:"-"`
	Plain string   `json:"-"`
	// At is the place, if it is one.
	At Place `json:"-"`
}

// The causes of gaps, beside the names of kinds. They are frozen: reports name them, and users accept doubts by them.
const (
	ConfigurationFiles = "configuration-files"  // none were given
	NoDatabase         = "database"             // nothing was given that could hold what the control plane keeps
	EmptyInstallation  = "empty-installation"   // no resources were found
	EarlyChanges       = "early-changes"        // of releases older than the oldest that is publicly known
	InstalledVersion   = "installed-version"    // of the control plane: no source tells it
	ReleaseNotes       = "release-notes"        // of some releases none were published
	ReleaseDates       = "release-dates"        // when a release came out is not known
	DamagedRows        = "damaged-rows"         // rows or objects that cannot be read
	UnreadableValues   = "unreadable-values"    // a rule met a value that it cannot judge
	InternalError      = "internal-error"       // a rule broke
	Privileges         = "privileges"           // of the role or token
	RowSecurity        = "row-security"         // row level security may hide rows
	Schema             = "schema"               // tables or columns of the database that are not recognised
	Refused            = "refused"              // the server did not give what it has
	BackupIncomplete   = "backup-incomplete"    // the backup leaves out rows or tables
	PublishedElsewhere = "published-elsewhere"  // the published configuration is not here
	UnknownKeys        = "unknown-keys"         // in kine
	TablesDisagree     = "tables-disagree"      // kine and the control plane's tables
	GatewayGroups      = "gateway-groups"       // could not be read, and with them nothing can be told apart
	OtherGroups        = "other-gateway-groups" // the sources tell of some gateway groups only
	APILimits          = "admin-api-limits"     // what the Admin API does not tell
	UnreadFiles        = "unread-files"         // files that may be of API7 and were not read, or in part
	OldSnapshot        = "old-snapshot"         // taken when less was asked for
	OldDump            = "old-dump"             // an ADC that dumps less may have made it
)

// OfPlugins is the field that all rules about plugins look at.
const OfPlugins = "plugins"

// Causes returns the ids of all causes: the constants above, and the kinds.
func Causes() []string {
	all := []string{
		ConfigurationFiles, NoDatabase, EmptyInstallation, EarlyChanges, InstalledVersion, ReleaseNotes, ReleaseDates, DamagedRows,
		UnreadableValues, InternalError, Privileges, RowSecurity, Schema, Refused, BackupIncomplete, PublishedElsewhere, UnknownKeys,
		TablesDisagree, GatewayGroups, OtherGroups, APILimits, UnreadFiles, OldSnapshot, OldDump,
	}
	for _, k := range Kinds() {
		all = append(all, CauseOf(k))
	}
	return all
}

// CauseOf returns the cause of a gap that is a matter of one kind and has no other: its name. That of the database itself
// is not "database", which means that there is none.
func CauseOf(k Kind) string {
	if k == Database {
		return "database-settings"
	}
	return k.String()
}

// Anonymous returns the gap without the names of objects.
func (g Gap) Anonymous() Gap {
	if len(g.Names) > 0 {
		g.What, g.Why, g.Names = "", g.Plain, nil
	}
	return g
}

// Nameless returns the gaps without the names of objects, and those that then say the same once.
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

// Advised returns the gaps, with the next step of those about which only another source may tell: flags says how to give
// one, such as "--dsn or --backup"; empty: there is none.
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
