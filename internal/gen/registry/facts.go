package registry

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Facts is what the lists say of a rule.
type Facts struct {
	Folder   string // below rules/: "v3_5/canaryruleactive"
	ID       string
	Title    string
	Severity string
	Applies  string
	Since    []string // first releases; none where rows have their own
	Manual   bool
	rows     []string // what the rows have instead, each once
}

// Line returns the release line that the rule's folder stands for, such as "3.5"; "several"; "files" for rules about
// configuration files and Helm values; or "any".
func (f *Facts) Line() string {
	group := path.Dir(f.Folder)
	line, found := strings.CutPrefix(group, "v")
	switch {
	case found:
		return strings.ReplaceAll(line, "_", ".")
	case slices.Contains(groups(), group):
		return group
	}
	return "any"
}

// groups are the folders of rules of no one release line that lists call by their own name, in their order.
func groups() []string { return []string{"several", "files"} }

// When says on which paths the rule is judged, and whether by hand.
func (f *Facts) When() string {
	when := map[string]string{"crossing": "upgrades over ", "reaching": "targets from ", "always": "every upgrade"}[f.Applies]
	switch {
	case f.Applies == "always":
	case len(f.Since) == 0 && len(f.rows) == 1:
		when += f.rows[0]
	case len(f.Since) == 0:
		when += "several releases"
	default:
		when += strings.Join(f.Since, ", ")
	}
	if f.Manual {
		when += ", by hand"
	}
	return when
}

// byLine orders by release line, those of no line last, then by id.
func byLine(a, b Facts) int {
	return cmp.Or(slices.Compare(a.order(), b.order()), cmp.Compare(a.ID, b.ID))
}

func (f *Facts) order() []int {
	var order []int
	for part := range strings.SplitSeq(f.Line(), ".") {
		n, err := strconv.Atoi(part)
		if err != nil { // what belongs to no line comes last
			if i := slices.Index(groups(), f.Line()); i >= 0 {
				return []int{1<<29 + i}
			}
			return []int{1 << 30}
		}
		order = append(order, n)
	}
	return order
}

// Rules returns the facts of every rule folder, sorted by id.
func Rules(root fs.FS) ([]Facts, error) {
	files, err := fs.Glob(root, "rules/*/*/rule.go")
	if err != nil {
		return nil, fmt.Errorf("finding rule folders: %w", err)
	}
	var rules []Facts
	seen := map[string]string{}
	for _, file := range files {
		facts, err := read(root, file)
		if err != nil {
			return nil, err
		}
		if other, ok := seen[facts.ID]; ok {
			return nil, fmt.Errorf("%s: rule %s is also in %s", file, facts.ID, other)
		}
		seen[facts.ID] = file
		rules = append(rules, facts)
	}
	slices.SortFunc(rules, func(a, b Facts) int { return cmp.Compare(a.ID, b.ID) })
	return rules, nil
}

// read finds `var Rule = rule.Rule{…}` in a file and reads its literal fields.
func read(root fs.FS, file string) (Facts, error) {
	source, err := fs.ReadFile(root, file)
	if err != nil {
		return Facts{}, fmt.Errorf("reading rules: %w", err)
	}
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, file, source, parser.SkipObjectResolution)
	if err != nil {
		return Facts{}, fmt.Errorf("reading rules: %w", err)
	}
	facts := Facts{Folder: strings.TrimPrefix(path.Dir(file), "rules/")}
	if parsed.Name.Name != path.Base(facts.Folder) {
		return Facts{}, fmt.Errorf("%s: package %s, want the folder's name", file, parsed.Name.Name)
	}
	found := false
	ast.Inspect(parsed, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Names) != 1 || spec.Names[0].Name != "Rule" || len(spec.Values) != 1 {
			return true
		}
		if literal, ok := spec.Values[0].(*ast.CompositeLit); ok {
			found = true
			err = facts.fill(literal, root)
		}
		return false
	})
	if err != nil {
		return Facts{}, err
	}
	if !found || facts.ID == "" || facts.Title == "" || facts.Severity == "" || facts.Applies == "" {
		return Facts{}, fmt.Errorf("%s: want var Rule = rule.Rule{…} with ID, Title, Severity and Applies written out", file)
	}
	return facts, nil
}

func (f *Facts) fill(literal *ast.CompositeLit, root fs.FS) error {
	for _, element := range literal.Elts {
		field, ok := element.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		name, ok := field.Key.(*ast.Ident)
		if !ok {
			continue
		}
		switch name.Name {
		case "ID":
			f.ID = text(field.Value)
		case "Title":
			f.Title = text(field.Value)
		case "Severity":
			f.Severity = selector(field.Value)
		case "Applies":
			f.Applies = selector(field.Value)
		case "Manual":
			f.Manual = true
		case "Facts":
			manual, err := f.reminds(field.Value, root)
			if err != nil {
				return err
			}
			f.Manual = manual
		case "Change":
			f.Since = texts(field.Value)
		}
	}
	return nil
}

// texts returns the arguments of a call.
func texts(e ast.Expr) []string {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return nil
	}
	var all []string
	for _, arg := range call.Args {
		all = append(all, text(arg))
	}
	return all
}

// reminds reports whether the rows of `Facts: rule.Facts(…)` are reminders: all written out there, or what the function
// in `rule.Facts(table()...)`, in any file of the folder, returns as []rule.Reminder.
func (f *Facts) reminds(value ast.Expr, root fs.FS) (bool, error) {
	written, ok := value.(*ast.CallExpr)
	manual := ok && !slices.ContainsFunc(written.Args, func(row ast.Expr) bool { return !isReminder(row) })
	name := tableOf(value)
	files, err := fs.Glob(root, "rules/"+f.Folder+"/*.go")
	if err != nil {
		return false, fmt.Errorf("finding the table of %s: %w", f.Folder, err)
	}
	for _, file := range files {
		source, err := fs.ReadFile(root, file)
		if err != nil {
			return false, fmt.Errorf("reading rules: %w", err)
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, source, parser.SkipObjectResolution)
		if err != nil {
			return false, fmt.Errorf("reading rules: %w", err)
		}
		manual = manual || slices.ContainsFunc(parsed.Decls, func(d ast.Decl) bool { return makes(d, name, "reminder") })
		ast.Inspect(parsed, f.row)
	}
	return manual, nil
}

// row notes the releases of every version.Since.
func (f *Facts) row(n ast.Node) bool {
	if call, ok := n.(*ast.CallExpr); ok && selector(call.Fun) == "since" {
		if releases := strings.Join(texts(call), ", "); releases != "" && !slices.Contains(f.rows, releases) {
			f.rows = append(f.rows, releases)
		}
	}
	return true
}

func isReminder(row ast.Expr) bool {
	literal, ok := row.(*ast.CompositeLit)
	return ok && selector(literal.Type) == "reminder"
}

// tableOf returns the name of the function in `rule.Facts(table()...)`.
func tableOf(value ast.Expr) string {
	for range 2 {
		call, ok := value.(*ast.CallExpr)
		if !ok {
			return ""
		}
		if name, ok := call.Fun.(*ast.Ident); ok {
			return name.Name
		}
		if len(call.Args) != 1 {
			return ""
		}
		value = call.Args[0]
	}
	return ""
}

// makes reports whether a declaration is the function of that name and returns a list of the given type.
func makes(d ast.Decl, name, element string) bool {
	fn, ok := d.(*ast.FuncDecl)
	if !ok || fn.Name.Name != name || fn.Type.Results == nil {
		return false
	}
	list, ok := fn.Type.Results.List[0].Type.(*ast.ArrayType)
	return ok && selector(list.Elt) == element
}

func text(e ast.Expr) string {
	literal, ok := e.(*ast.BasicLit)
	if !ok {
		return ""
	}
	s, err := strconv.Unquote(literal.Value)
	if err != nil {
		return ""
	}
	return s
}

// selector returns the lower-case name of rule.Breaking and the like.
func selector(e ast.Expr) string {
	if s, ok := e.(*ast.SelectorExpr); ok {
		return strings.ToLower(s.Sel.Name)
	}
	return ""
}
