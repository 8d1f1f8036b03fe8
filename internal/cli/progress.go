package cli

import (
	"context"
	"sync"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/render"
)

// How often progress is shown. A log keeps every line, so it gets few.
const (
	onTerminal = time.Second
	inLog      = 30 * time.Second
)

// The words of --progress.
const (
	progressAuto   = "auto" // on a terminal
	progressAlways = "always"
	progressNever  = "never"
)

// meter shows from time to time how far reading has got. Sources tell it as often as they like.
type meter struct {
	mu   sync.Mutex
	told estate.Progress
	line *render.Progress
	end  func() // stops the clock and waits for the last line
}

// watch returns a context whose progress is shown until stopProgress is called.
func (a *app) watch(ctx context.Context) context.Context {
	width, terminal := a.env.Terminal(a.env.Stderr)
	if a.shared.quiet || a.shared.progress == progressNever || a.shared.progress == progressAuto && !terminal {
		return ctx
	}
	m := &meter{line: render.NewProgressLog(a.env.Stderr, a.env.Now)}
	pause := inLog
	if terminal {
		m.line, pause = render.NewProgress(a.env.Stderr, width, a.env.Now), onTerminal
	}
	ticks, stop := a.env.Every(pause)
	done := make(chan struct{})
	var wait sync.WaitGroup
	wait.Go(func() {
		for {
			select {
			case <-ticks:
				m.show()
			case <-done:
				return
			}
		}
	})
	m.end = sync.OnceFunc(func() {
		stop()
		close(done)
		wait.Wait()
		m.line.Clear()
	})
	a.meter = m
	return estate.WithProgress(ctx, m.tell)
}

// stopProgress ends the progress line, if there is one, so that something else can be written.
func (a *app) stopProgress() {
	if a.meter != nil {
		a.meter.end()
	}
}

// tell remembers the last that was told.
func (m *meter) tell(p estate.Progress) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if p.Source != m.told.Source {
		m.told = estate.Progress{Source: p.Source}
	}
	if p.Count > 0 {
		m.told.Kind, m.told.Count = p.Kind, p.Count
	}
	m.told.Requests = max(m.told.Requests, p.Requests)
}

func (m *meter) show() {
	m.mu.Lock()
	told := m.told
	m.mu.Unlock()
	if told.Source == "" {
		return // nothing is being read yet
	}
	r := render.Reading{Source: told.Source, Resources: told.Count, Requests: told.Requests}
	if told.Kind != 0 {
		r.Kind = told.Kind.String()
	}
	m.line.Show(r)
}

// every is the clock of [Env.Every] in real time.
func every(d time.Duration) (ticks <-chan time.Time, stop func()) {
	t := time.NewTicker(d)
	return t.C, t.Stop
}
