// Package dashboardtest helps to test the dashboard and its rooms: it serves the whole on a port of its own, as in
// production (Start), over a Fake of everything that it asks, and asks as programs and browsers do (Client).
//
// The Fake answers as ClickHouse does, which package historytest holds it to.
package dashboardtest
