package processor

import "barometer/processor/decision"

// cutBefore ends the batch before the record at offset next, and publishes its progress.
func (m *Machine) cutBefore(next, stampMs int64) {
	body := m.batch.End(next, stampMs)
	body.TimeMs, body.LogID = m.clock.NowMs, m.opened.LogID
	m.step.asOf, m.step.cause = 0, decision.Trigger{Timer: "cut"}
	m.step.decide(decision.ProgressMade, "progress", body)
}
