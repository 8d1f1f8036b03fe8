package rule

// Describe says in words on which paths the rule is judged.
func (r *Rule) Describe() string {
	switch r.Applies {
	case Crossing:
		return "paths that gain " + r.Change.String()
	case Reaching:
		return "targets from " + r.Change.String() + " on"
	case Always:
		return "every path"
	}
	return "no path"
}
