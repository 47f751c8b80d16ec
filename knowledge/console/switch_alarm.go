package console

// alarm is what stands on top of every page while borrowers do not get what they should.
type alarm struct {
	Trouble string // redis or release: this instance may not serve what is live
	Off     []offLine
	Card    bool
}

// Alarm is nil when all is well. It asks nothing: what the instance serves says it.
func (w *view) Alarm() *alarm {
	if !w.Inside() {
		return nil
	}
	live := w.visit.console.live
	serving := live.Serving()
	a := alarm{Trouble: live.Trouble(), Card: serving.Pointer.Off.Card, Off: w.visit.offLines(serving.Release, serving.Pointer.Off)}
	if a.Trouble == "" && len(a.Off) == 0 {
		return nil
	}
	return &a
}
