// Package tenancy owns the partitions that a consumer group assigns to this process: it starts the work on them, hands
// them over, and stops. A tenancy is one stay of what is worked on in this process.
//
// There are two forms, and a role takes the one that its offsets ask for.
//
//   - Each makes each partition a tenancy of its own. One that stays assigned goes on undisturbed through any number of
//     generations. It is for work that knows by itself how far it is (a snapshot, what ClickHouse holds), and whose
//     stale owner does no harm: so the group is left at once when the role ends, and whoever comes next waits for
//     nobody. The offsets of the group show lag.
//   - Together makes all partitions of a generation one tenancy, which ends with the generation. It is for work that
//     appends the records of all its sources in one order and begins at the committed offsets: so the group is left
//     last, when everything that was finished is committed.
//
// It refuses to know what the work is: it reads no record and writes none. It asks of the work that it returns soon
// after its context has ended.
//
// Invariants, which the tests hold under any order of generations, errors and slow work:
//
//  1. In a process there is at most one tenancy of a partition at a time, the ones on their way out included.
//  2. What is assigned is worked on as soon as the tenancy before has ended, but for what an error has stopped.
//  3. What is not assigned any more has its context ended before the next generation is taken.
//  4. An error is told once: it ends the role and is returned, or it stops a partition and is logged, or it is logged
//     and the work tried again after a wait.
//  5. When Each or Together returns, all work has ended. A panic of the work ends the role and is passed on.
package tenancy
