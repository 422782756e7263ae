// Package paging gives lists page by page, by cursors that only who was given one can use.
//
// Whoever lists reads one row more than a page holds, and cuts (Cut). A cursor is sealed: it goes on with this list,
// these filters and this reader only.
package paging
