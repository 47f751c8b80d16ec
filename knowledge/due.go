package knowledge

// ReviewDays is how many days after a check a fact of this type has to be checked again:
// hotlines change most often, statutes least.
func (t FactType) ReviewDays() int {
	switch t {
	case Phone, Hours:
		return 30
	case URL, Place, Code:
		return 60
	default:
		return 90
	}
}

// interval is the review interval of a fact in days.
func (f Fact) interval() int {
	if f.ReviewDays > 0 {
		return f.ReviewDays
	}
	return f.Type.ReviewDays()
}

// ReviewDue is the day by which the fact has to be checked again; false when it was never
// checked.
func (f Fact) ReviewDue() (Date, bool) {
	start, ok := f.Checked.Start()
	if !ok {
		return "", false
	}
	return DateOf(start.AddDate(0, 0, f.interval())), true
}
