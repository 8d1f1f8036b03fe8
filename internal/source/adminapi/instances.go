package adminapi

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// instance is a gateway instance as it is yielded.
type instance struct {
	group                          estate.Group
	id, hostname, version, groupID string
	age                            time.Duration // of the last heartbeat
	beats                          bool          // it has one
	body                           []byte
	certificate                    []byte // when its certificate ends
	damage                         string
}

// fleet is what was read of the gateway instances.
type fleet struct {
	instances []instance
	gaps      *reading // holds the gaps
}

// fleetKinds are the kinds that are read from the list of instances.
func fleetKinds() []estate.Kind { return []estate.Kind{estate.Instance, estate.InstanceCertificate} }

// readFleet reads all instances: one list for each gateway group or, if the control plane has no such lists, one for
// all. The count of instances is that of machines, so they are held.
func (s *Source) readFleet(ctx context.Context) (*fleet, error) {
	r := s.reading(estate.Need{}, nil)
	f := &fleet{gaps: r}
	known := map[string]estate.Group{}
	for _, g := range s.groups {
		known[g.ID] = g.Group
	}
	add := func(l list, item json.RawMessage) {
		i := s.readInstance(item)
		if i.group = l.group; i.groupID != "" {
			if g, ok := known[i.groupID]; ok {
				i.group = g
			}
		}
		f.instances = append(f.instances, i)
	}
	groups := r.groups()
	if len(groups) == 0 {
		return f, nil
	}
	kinds, all := fleetKinds(), fleetAt.with()
	one := instancesAt.below(groups[0])
	one.or = &all
	l, first, err := s.client.begin(ctx, one)
	if err == nil {
		err = r.whole(ctx, kinds, l, first, func(item json.RawMessage) error {
			add(l, item)
			return nil
		})
	}
	c := r.circuit(instancesAt)
	c.kinds = kinds
	if err := r.spoilt(c, l, err); err != nil || l.at == fleetAt {
		return f, err
	}
	rest := make([]list, len(groups)-1)
	for i, g := range groups[1:] {
		rest[i] = instancesAt.below(g)
	}
	return f, r.each(ctx, kinds, rest, func(_ int, l list, item json.RawMessage) error {
		add(l, item)
		return nil
	})
}

// latest is a time in seconds, some thousand years from now. A larger number is in milliseconds.
const latest = 100_000_000_000

// readInstance keeps the fields that an instance has in every source. It computes the age from the time stamp,
// because the status that the control plane reports is wrong in some releases.
func (s *Source) readInstance(item json.RawMessage) instance {
	o, ok := take(item)
	if !ok {
		return instance{damage: "not an object"}
	}
	i := instance{id: o.word("id"), hostname: o.word("hostname"), version: o.word("version"), groupID: o.word("gateway_group_id")}
	body := object{}.add("id", o.get("id")).add("hostname", o.get("hostname")).add("version", o.get("version"))
	body = body.add("gateway_group_id", o.get("gateway_group_id")).add("cores", o.get("cores"))
	beat := o.get("last_heartbeat_time")
	if seconds, err := strconv.ParseInt(beat.Word(), 10, 64); err == nil && seconds > 0 {
		if seconds > latest { // milliseconds
			seconds /= 1000
		}
		at := time.Unix(seconds, 0).UTC()
		i.age, i.beats = s.now().Sub(at), true
		i.damage = estate.HeartbeatFault(at.Year(), i.age)
		body = body.set("last_heartbeat", at.Format(time.RFC3339)).
			add("heartbeat_age_seconds", estate.NewValue(strconv.AppendInt(nil, int64(i.age/time.Second), 10)))
	} else {
		body = body.add("heartbeat_age_seconds", beat) // a rule reports that it cannot be read
	}
	i.body = body.json()
	i.certificate = s.readCertificate(i, o.get("dataplane_certificate_expire_time"))
	return i
}

// readCertificate returns the certificate of an instance, of which the API shows only when it ends.
func (s *Source) readCertificate(i instance, ends estate.Value) []byte {
	body := object{}.set("id", i.id).set("instance", i.hostname).set("gateway_group_id", i.groupID)
	seconds, err := strconv.ParseInt(ends.Word(), 10, 64)
	if err != nil || seconds <= 0 {
		return body.json() // a rule reports that it is not said
	}
	if seconds > latest { // milliseconds
		seconds /= 1000
	}
	at := time.Unix(seconds, 0).UTC()
	return body.set("expiry", at.Format(time.RFC3339)).
		add("expired_seconds", estate.NewValue(strconv.AppendInt(nil, int64(s.now().Sub(at)/time.Second), 10))).json()
}

func (r *reading) instances(ctx context.Context) error {
	if !slices.ContainsFunc(fleetKinds(), r.need.Wants) {
		return nil
	}
	f := r.src.fleet
	if r.src.fleet = nil; f == nil {
		var err error
		if f, err = r.src.readFleet(ctx); err != nil {
			return err
		}
	}
	f.gaps.cut()
	for _, k := range fleetKinds() {
		r.tallies[k] = f.gaps.tally(k)
	}
	var beats estate.Heartbeats
	for i := range f.instances {
		one := &f.instances[i]
		beats.Add(one.age, one.beats)
		if err := r.emit(estate.Instance, one.group, one.id, fleetAt.path, one.body, one.damage); err != nil {
			return err
		}
		damage := ""
		if one.certificate == nil {
			damage = one.damage
		}
		if err := r.emit(estate.InstanceCertificate, one.group, one.id, fleetAt.path, one.certificate, damage); err != nil {
			return err
		}
	}
	if silent := beats.Gap(); silent != nil {
		r.gap([]estate.Kind{estate.Instance}, *silent)
	}
	return nil
}
