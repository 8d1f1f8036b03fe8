// Package kinetest proves that the product reads the key-value store of a control plane as the store itself does. It
// runs the server of k3s-io/kine, the project from which API7's store was forked, on a throw-away PostgreSQL, changes
// keys with an etcd client, and compares.
//
// It is a separate module, because kine and etcd need about sixty modules that the product does not.
package kinetest
