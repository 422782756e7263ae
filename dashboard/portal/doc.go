// Package portal is the pages for policyholders, and for whoever else is told of their buyers: so far those behind the
// links in messages, by which an address is confirmed or told no more.
//
// A link does nothing by being read, as mail programs follow links by themselves: its page has a button.
//
// Invariant. The link is the right to what it is for, and to nothing else; it needs no token, and whoever has a wrong
// one learns nothing.
package portal
