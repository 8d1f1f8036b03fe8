package redact

import "strings"

// list copies a list. In a condition [variable, operator, value] it shows of the value what [Compared] shows.
func (r *redactor) list() {
	if !r.listed && !r.files {
		r.each(func(int) { r.value() })
		return
	}
	name, last := r.condition()
	r.each(func(n int) {
		switch {
		case n == 0 && last > 0:
			r.shape(variable)
		case n > 0 && n < last:
			r.operator()
		case n != last:
			r.value()
		case SensitiveVariable(name):
			r.hide()
		default:
			r.compared(name)
		}
	})
}

// variable cleans the name of a variable, which may be a path into a body: post_arg.items[*].name.
func variable(s string) string {
	if replaced(s) || pattern.fits(s) && !hasUserData(s) {
		return s
	}
	return hidden(s)
}

// compared copies what a variable is compared with: a text, or a list of them.
func (r *redactor) compared(variable string) {
	switch r.space() {
	case '[':
		r.each(func(int) { r.compared(variable) })
	case '"':
		r.shape(func(s string) string { return Compared(variable, s) })
	default:
		r.value()
	}
}

// operator copies an operator of conditions, and hides what is none.
func (r *redactor) operator() {
	start := r.i
	if raw := r.raw(); operators[strings.ToLower(unquote(raw))] {
		r.out = append(r.out, raw...)
		return
	}
	r.i = start
	r.hide()
}

// condition returns the variable of a condition, and the index of the element that it is compared with; -1 for any other
// list.
func (r *redactor) condition() (variable string, last int) {
	look, n := redactor{in: r.in, i: r.i + 1}, 0
	for ; look.more(']'); n++ {
		raw := look.raw()
		switch {
		case n == 0 && raw[0] != '"':
			return "", -1
		case n == 0:
			variable = unquote(raw)
		case n == 1 && !SensitiveVariable(variable) && !operators[strings.ToLower(unquote(raw))]:
			return "", -1
		}
	}
	if n < 3 {
		return "", -1
	}
	return variable, n - 1
}

var operators = names("== ~= != > >= < <= ~~ ~* in has ! !~~ !~* ipmatch contains equals")
