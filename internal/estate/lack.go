package estate

import (
	"fmt"

	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Lack is something that an ADC dump may lack. Whether it is a gap depends on the ADC that made the dump and on the control
// plane. One may learn of them later than the dump is read: a snapshot is taken without a path.
type Lack struct {
	Says  string          // what may be missing, in words
	ADC   version.Version // the first ADC that dumps it; zero: none does
	Told  version.Version // the ADC that made the dump; zero: it is not told
	Since version.Change  // the control planes that have it
}

// Judge returns the gap that a lack is, with its words. left is false if there is none, and then note may say what is
// assumed; it is empty otherwise. control is the control plane, made the ADC; zero: unknown, and then any version is possible.
//
// If the ADC is unknown and the control plane refuses ADC below 0.18.0, as those from 3.6.0 on do, ADC is assumed to be at
// least 0.19.0, which followed a week later.
func (g Gap) Judge(made, control version.Version) (judged Gap, note Note, left bool) {
	l := g.Lack
	switch {
	case l == nil:
		return g, Note{}, true
	case !control.IsZero() && !l.Since.In(control.Release()):
		return Gap{}, Note{}, false
	case l.ADC.IsZero():
		return g, Note{}, true
	}
	if made.IsZero() {
		made = l.Told
	}
	refuses := version.Since("3.6.0").In(control.Release())
	told := "which ADC made the file is not told"
	switch {
	case made.IsZero() && refuses && !version.MustParse("0.18.0").Less(l.ADC), !made.IsZero() && !made.Release().Less(l.ADC):
		return Gap{}, Note{}, false
	case made.IsZero() && refuses && !version.MustParse("0.19.0").Less(l.ADC):
		return Gap{}, Note{
			What: g.What, Why: fmt.Sprintf("taken to be made by ADC %s or later, which dumps %s; --adc-version VERSION tells it", l.ADC, l.Says),
		}, false
	case !made.IsZero():
		told = "the file was made by " + made.String()
	}
	g.Why = fmt.Sprintf("ADC below %s does not dump %s, and %s", l.ADC, l.Says, told)
	g.Next = fmt.Sprintf("dump with ADC %s or later, and give its version: --adc-version %s", l.ADC, l.ADC)
	return g, Note{}, true
}
