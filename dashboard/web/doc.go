// Package web is what the pages of all rooms have in common: how a page is rendered, the pages without a frame, and
// what they are drawn with. static is ours; dist is what build.sh fetches, and without it the pages work plainer.
//
// A room has templates of its own, and gets its Pages of a Site. It knows nothing of what they say.
//
// Invariant. A page comes whole or as the page that says that it cannot be made; there are no halves.
package web
