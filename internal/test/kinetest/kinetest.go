// Package kinetest proves that the product reads the key-value store of a control plane as the store itself does. It
// runs the server of k3s-io/kine, the project that API7's store is a fork of, on a throw-away PostgreSQL, changes keys
// with an etcd client, and compares.
//
// It is a module of its own, because kine and etcd bring some sixty modules that the product does not need.
package kinetest
