package rule

import "strconv"

// Describe says in words on which paths the rule is judged.
func (r *Rule) Describe() string {
	cases := r.Cases()
	switch {
	case r.Applies == Always || len(cases) == 0:
		return "every path"
	case len(cases) > 1:
		return "paths that meet one of its " + strconv.Itoa(len(cases)) + " cases"
	case r.Applies == Crossing:
		return "paths that gain " + cases[0].Change.String()
	}
	return "targets from " + cases[0].Change.String() + " on"
}
