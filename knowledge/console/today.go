package console

// today is the start page: what waits to be done.
func (c *Console) today(v *visit) error { return v.show("today", nil) }
