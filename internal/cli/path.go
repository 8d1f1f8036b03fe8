package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/adminapi"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// versions parses --to, and --from, which may be empty.
func versions(toText, fromText string) (to goal, from version.Version, err error) {
	if toText == "" {
		return to, from, usage(fmt.Sprintf("for example --to %s", version.Newest()), "--to is missing: which version do you want to install?")
	}
	if to, err = parseGoal("--to", toText); err != nil {
		return to, from, err
	}
	if from, err = installed(fromText); err != nil || from.IsZero() {
		return to, from, err
	}
	return to, from, ordered(from, &to)
}

// installed parses --from, which may be empty.
func installed(text string) (version.Version, error) {
	if text == "" {
		return version.Version{}, nil
	}
	from, err := version.Parse(text)
	if err == nil {
		return from, nil
	}
	hint := "--from is the installed version of the control plane, such as 3.4.1"
	if !plainWord(text) {
		return version.Version{}, usage(hint, "--from: not a version")
	}
	if errors.Is(err, version.ErrNoRelease) {
		hint = "a tag is not enough: look up the version in the Dashboard or with GET /api/version"
	}
	return version.Version{}, usage(hint, "--from: %v", err)
}

// releaseNames returns the releases that --from and --to can name.
func releaseNames() []string {
	var names []string
	for _, r := range version.Releases() {
		names = append(names, r.Version.String())
	}
	return names
}

// ordered returns an error if the path is not an upgrade.
func ordered(from version.Version, goal *goal) error {
	if goal.to.IsZero() { // the command asks for no target
		return nil
	}
	order := from.Compare(goal.to)
	if order < 0 {
		return nil
	}
	message := fmt.Sprintf("%s is installed already: there is nothing to upgrade", from)
	hint := "--to names the version to install"
	if order > 0 {
		message = fmt.Sprintf("%s to %s is a downgrade", from, goal.to)
		hint = "downgrades are not assessed; to go back, restore a backup taken with that version"
	}
	if told := goal.told(); told != "" {
		message += " (" + told + ")"
	}
	if n := len(goal.newer); n > 0 && from.Less(goal.newer[n-1].Version) {
		hint = fmt.Sprintf("a release without public notes is taken only by its full name: --to %s", goal.newer[n-1].Version)
	}
	return usage(hint, "%s", message)
}

// settlePath sets the path in the options. If the installed version was not given, it is read from the sources. running
// are the versions that a running control plane itself said.
func settlePath(ctx context.Context, o *engine.Options, from version.Version, to *goal) (running []version.Version, err error) {
	var seen []estate.VersionEvidence
	for _, src := range o.Sources {
		found, err := src.Versions(ctx)
		if err != nil {
			return nil, cannotRead(ctx, err, "reading "+src.Info().Name+": ")
		}
		seen = append(seen, found...)
		_, live := src.(*adminapi.Source)
		for _, e := range found {
			if e.Component == estate.ControlPlane && live {
				running = append(running, e.Version)
			}
		}
	}
	defer func() { o.Path.Gateways = oldestGateway(seen) }()
	if from.IsZero() {
		return running, inferPath(o, seen, to)
	}
	return running, givenPath(o, seen, from, to)
}

// givenPath takes the version that the user gives, unless a source shows an older one.
func givenPath(o *engine.Options, seen []estate.VersionEvidence, from version.Version, to *goal) error {
	seen = slices.DeleteFunc(seen, func(e estate.VersionEvidence) bool { // what the user gives counts more than what a chart installs by default
		return e.Chart && e.Component == estate.ControlPlane
	})
	given := estate.VersionEvidence{Component: estate.ControlPlane, Version: from, Where: "--from"}
	decides, how := given, "given with --from"
	for _, e := range seen {
		if e.Component == estate.ControlPlane && e.Version.Less(decides.Version) {
			decides, how = e, e.Where
		}
	}
	remarks := ""
	if _, known := version.Known(decides.Version); !known && !decides.Version.Less(version.Oldest()) {
		remarks = "; not in the release table, judged by its number"
	}
	remarks += disagreement(decides.Version, append(seen, given))
	o.Path = version.Path{From: decides.Version, To: to.to}
	o.FromEvidence, o.FromGiven = how+remarks, remarks == ""
	return ordered(o.Path.From, to)
}

// oldestGateway returns the oldest version that any source shows for a gateway; zero: none shows one.
func oldestGateway(seen []estate.VersionEvidence) (oldest version.Version) {
	for _, e := range seen {
		if e.Component == estate.Gateway && (oldest.IsZero() || e.Version.Less(oldest)) {
			oldest = e.Version
		}
	}
	return oldest
}

// disagreement lists the places that show another version of the control plane than the one that decides.
func disagreement(decides version.Version, seen []estate.VersionEvidence) string {
	var text strings.Builder
	for _, e := range seen {
		if e.Component == estate.ControlPlane && e.Version.Compare(decides) != 0 {
			fmt.Fprintf(&text, "; %s says %s", e.Where, e.Version)
		}
	}
	if text.Len() > 0 {
		fmt.Fprintf(&text, ": the older one counts, %s", decides)
	}
	return text.String()
}

// inferred returns the error for a path that is not an upgrade, and says where its source version comes from.
func inferred(o *engine.Options, to *goal) error {
	err := ordered(o.Path.From, to)
	if f, ok := errors.AsType[*failure](err); ok {
		f.message += fmt.Sprintf(" (%s is known from: %s)", o.Path.From, o.FromEvidence)
		f.hint = "set --from to the version that the Dashboard shows"
	}
	return err
}

// inferPath takes the oldest version that any source shows. A control plane shows its own version. Gateway instances
// only show theirs, so a path known only from them leaves a doubt.
func inferPath(o *engine.Options, seen []estate.VersionEvidence, to *goal) error {
	var control, gateway *estate.VersionEvidence
	for i := range seen {
		best := &gateway
		if seen[i].Component == estate.ControlPlane {
			best = &control
		}
		if *best == nil || seen[i].Version.Less((*best).Version) {
			*best = &seen[i]
		}
	}
	switch {
	case control != nil:
		o.Path, o.FromEvidence = version.Path{From: control.Version, To: to.to}, control.Where+disagreement(control.Version, seen)
	case gateway != nil:
		o.Path = version.Path{From: gateway.Version, To: to.to}
		o.FromEvidence = "oldest gateway instance: " + gateway.Where
		o.Doubts = append(o.Doubts, estate.Gap{
			ID: estate.InstalledVersion, What: "installed version of the control plane",
			Why:  fmt.Sprintf("no source gives it; the oldest gateway instance is %s", gateway.Version),
			Next: "set --from to the version that the Dashboard shows",
		})
	default:
		return usage("set --from to the version that the Dashboard shows", "the installed version is unknown: no source gives it")
	}
	return inferred(o, to)
}
