package chdb

import (
	"errors"
	"fmt"
	"runtime"
	"unsafe"
)

// Conn is one session of the engine: its settings, current database, role and temporary tables.
type Conn struct {
	lib *Library
	ptr *unsafe.Pointer
}

// Class says how far the effects of a statement reach. The engine defines the values; a higher one reaches further.
type Class uint32

// The classes of statements.
const (
	ReadOnly       Class = iota // SELECT, SHOW, DESCRIBE, EXPLAIN, EXISTS
	Mutating                    // changes a database
	MutatingGlobal              // changes something beside the databases
	Control                     // USE, SET, SYSTEM, KILL, INTO OUTFILE, INSERT INTO FUNCTION
	Unknown                     // did not parse
)

// analysis is the C struct chdb_query_analysis_v1.
type analysis struct {
	size, statements, _, class uint32 // the third are flags
}

// Param is a bound parameter: {name:Type} in the statement, its value as text.
type Param struct{ Name, Value string }

// Connect opens a session. Arguments are `--path=…`, `--config-file=…` (used by the first only) and `--setting=value`.
func (l *Library) Connect(args ...string) (*Conn, error) {
	var pin runtime.Pinner
	defer pin.Unpin()
	argv := make([]*byte, 0, len(args)+2)
	for _, arg := range append([]string{"chdb"}, args...) {
		text := append([]byte(arg), 0)
		pin.Pin(&text[0])
		argv = append(argv, &text[0])
	}
	argv = append(argv, nil)
	ptr := l.connect(int32(len(argv)-1), &argv[0])
	if ptr == nil || *ptr == nil {
		return nil, errors.New("chdb: the engine refuses to connect")
	}
	return &Conn{lib: l, ptr: ptr}, nil
}

// Close ends the session; its temporary tables go with it.
func (c *Conn) Close() {
	if c.ptr == nil {
		panic(errClosed)
	}
	c.lib.close(c.ptr)
	c.ptr = nil
}

// Classify says how many statements sql holds and the most restricted class among them, without running anything.
func (c *Conn) Classify(sql string) (statements int, class Class, err error) {
	out := analysis{size: uint32(unsafe.Sizeof(analysis{}))}
	if state := c.lib.classify(*c.ptr, unsafe.StringData(sql), uintptr(len(sql)), nil, 0, &out); state != 0 {
		return 0, Unknown, fmt.Errorf("chdb: classify a statement: state %d", state)
	}
	return int(out.statements), Class(out.class), nil
}

// Query runs one statement to its end and keeps the whole answer in memory, in the output format named.
func (c *Conn) Query(sql, format string, params []Param) (*Result, error) {
	args, free := bind(params)
	defer free()
	return c.lib.result(c.lib.query(*c.ptr, unsafe.StringData(sql), uintptr(len(sql)), unsafe.StringData(format),
		uintptr(len(format)), args.names, args.nameLens, args.values, args.valueLens, args.count))
}

// arguments are parallel C arrays; they live until bind's free is called.
type arguments struct {
	names, values       **byte
	nameLens, valueLens *uintptr
	count               uintptr
}

// bind lays parameters out as C arrays of pinned memory. The engine wants pointers that are not null even to no bytes.
func bind(params []Param) (arguments, func()) {
	if len(params) == 0 {
		return arguments{}, func() {}
	}
	pin := new(runtime.Pinner)
	names, nameLens := make([]*byte, len(params)), make([]uintptr, len(params))
	values, valueLens := make([]*byte, len(params)), make([]uintptr, len(params))
	for i, p := range params {
		name, value := append([]byte(p.Name), 0), append([]byte(p.Value), 0)
		pin.Pin(&name[0])
		pin.Pin(&value[0])
		names[i], nameLens[i] = &name[0], uintptr(len(p.Name))
		values[i], valueLens[i] = &value[0], uintptr(len(p.Value))
	}
	return arguments{&names[0], &values[0], &nameLens[0], &valueLens[0], uintptr(len(params))}, pin.Unpin
}
