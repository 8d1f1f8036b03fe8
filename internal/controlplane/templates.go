package controlplane

import (
	"fmt"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

const serviceTemplate = "service_template"

// runtimeFields are the fields of a template that upgrading to 3.6 or later deletes. None of them may be overlooked.
var runtimeFields = []string{"hosts", "path_prefix", "upstream"}

// judgeTemplates records where unrecognised runtime configuration of templates may be. A missing column proves
// nothing, unless all are missing: then the installed version has already removed them.
func (r *recogniser) judgeTemplates(p *Place, others []*Table) {
	p.doubts = append(p.doubts, runtimeTables(others)...)
	if p.gap != nil {
		return
	}
	answers := r.m.Tables[serviceTemplate].Columns
	absent, answered, denied := []string(nil), 0, false
	for _, name := range runtimeFields {
		_, found := p.found[name]
		switch {
		case answers[name] != "":
			answered, denied = answered+1, denied || answers[name] == none
		case !found:
			absent = append(absent, name)
		}
	}
	var unknown []string
	if !denied && answered < len(runtimeFields) {
		unknown = p.unclaimedRuntime(len(absent) > 0)
	}
	_, strips := p.found["strip_path_prefix"]
	gone := len(absent) == len(runtimeFields) && !strips
	if why := runtimeDoubt(absent, unknown, gone); why != "" {
		p.doubts = append(p.doubts, estate.Gap{
			ID: estate.Schema, What: fmt.Sprintf("columns of table %q", p.table.Name), Why: why,
			Next: "name the columns of hosts, path_prefix and upstream with --schema-map, none where there is none; `api7-preflight doctor` lists them",
		})
	}
}

func runtimeDoubt(absent, unknown []string, gone bool) string {
	switch {
	case len(absent) > 0 && len(unknown) > 0:
		return commas(absent) + " not recognised; not understood: " + commas(unknown)
	case len(absent) > 0 && !gone:
		return commas(absent) + " not recognised, although other columns show that templates hold runtime configuration here"
	case len(unknown) > 0:
		return "may hold runtime configuration and are not understood: " + commas(unknown)
	}
	return ""
}

// unclaimedRuntime returns the columns of the templates' table that belong to no field and could hold runtime
// configuration. If strictly is true, because some of it was not found, any text column could.
func (p *Place) unclaimedRuntime(strictly bool) []string {
	claimed := map[string]bool{}
	for _, c := range p.found {
		claimed[c.Name] = true
	}
	var names []string
	for _, c := range p.table.Columns {
		named := speaksOfRuntime(c.Name) && c.Category != 'B' && c.Category != 'D'
		if !claimed[c.Name] && !c.Generated && !plainlyHarmless(c.Name) && (named || c.holdsDocument() || strictly && c.Category == 'S') {
			names = append(names, c.Name)
		}
	}
	return names
}

// holdsDocument reports whether the column can hold a document of some kind.
func (c Column) holdsDocument() bool {
	return c.IsSized() || c.Category == 'C' || slices.Contains([]string{"citext", "hstore", "xml"}, c.Type)
}

// speaksOfRuntime reports whether a name suggests runtime configuration or a part of it.
func speaksOfRuntime(name string) bool {
	return slices.ContainsFunc([]string{"runtime", "upstream", "host", "domain", "backend", "prefix"}, func(word string) bool {
		return strings.Contains(strings.ToLower(name), word)
	})
}

// plainlyHarmless reports whether the exact name of a template's column is known to configure nothing.
func plainlyHarmless(name string) bool {
	return slices.Contains([]string{
		"id", "uid", "uuid", "name", "display_name", "title", "desc", "description", "label", "labels", "tags", "type", "kind",
		"state", "status", "remark", "comment", "category", "catalog", "logo", "logo_url", "icon", "author", "oas", "documentation",
		"org_id", "organization_id", "tenant_id", "workspace_id", "project_id", "portal_id", "user_id", "owner", "owner_id",
		"creator", "creator_id", "created_by", "updated_by", "deleted_by", "created_at", "updated_at", "deleted_at",
		"create_time", "update_time", "version", "latest_version", "current_version",
	}, strings.ToLower(name))
}

// runtimeTables returns a doubt for each table, other than the templates' own, that may hold runtime configuration of
// templates. The table of published services names a gateway group, so it is none of them.
func runtimeTables(others []*Table) []estate.Gap {
	var doubts []estate.Gap
	for _, t := range others {
		grouped := slices.ContainsFunc(groupColumns, func(name string) bool { return t.has(name) })
		runtime := strings.Contains(strings.ToLower(t.Name), "runtime")
		if !t.isView() && !grouped && (runtime || speaksOfRuntime(t.Name) && t.refersToTemplates()) {
			doubts = append(doubts, estate.Gap{
				ID:   estate.Schema,
				What: fmt.Sprintf("table %q", t.Name),
				Why:  "may hold runtime configuration of service templates; it is not understood",
				Next: "check whether it does; if not, accept the doubt with --accept-unknown",
			})
		}
	}
	return doubts
}

// refersToTemplates reports whether a column names a service other than a published one.
func (t *Table) refersToTemplates() bool {
	return slices.ContainsFunc(t.Columns, func(c Column) bool {
		name := strings.ToLower(c.Name)
		if strings.Contains(name, "apisix") || strings.Contains(name, "published") {
			return false
		}
		name = strings.TrimSuffix(name, "_id")
		return strings.HasSuffix(name, "service") || strings.HasSuffix(name, "template")
	})
}
