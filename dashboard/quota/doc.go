// Package quota bounds how many limit requests a policy makes, whoever makes them: to ask is not to harvest grades.
//
// It counts by the requests that its caller has it take (Take), and by those that the tail sees decided (Saw), whoever
// took them. Its caller asks it to Count before it takes a preliminary request of a policy.
//
// Invariants. (1) A request that is made again is one. (2) Memory is bounded: beyond so many policies all are
// forgotten, and ClickHouse tells of the day again.
package quota
