package engine

import (
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
)

// watch starts the listener of the options. It is run once, whatever the paths are, and no report knows of it.
func (j *Judgement) watch(all *runs) {
	if j.options.Watch == nil {
		return
	}
	r := &run{rule: &rule.Rule{Applies: rule.Always, Start: j.options.Watch}, path: j.options.Path}
	r.guard(func() {
		r.registered = r.rule.Begin(r.path, rule.Engine{Complete: j.stream.complete, Count: j.stream.counted, Tools: j.options.Tools})
	})
	r.kinds = r.registered.Kinds()
	for _, k := range r.kinds {
		j.stream.need.Kinds[k] = true
	}
	all.list, j.watcher = append(all.list, r), r
}

// Unwatched returns the kinds that the listener of the options asked for, of which every source that holds them left something
// out. If it has panicked, these are all of its kinds.
func (j *Judgement) Unwatched() []estate.Kind {
	if j.watcher == nil {
		return nil
	}
	var missing []estate.Kind
	for _, k := range j.watcher.kinds {
		held, whole := false, false
		for _, in := range j.stream.sources {
			gaps, holds := in.gaps(k)
			held, whole = held || holds, whole || holds && len(gaps) == 0
		}
		if j.watcher.broken != "" || held && !whole {
			missing = append(missing, k)
		}
	}
	return missing
}
