package knowledge

// ReviewDays is how many days a fact of this type holds before a person must look again; 0
// for a type that does not exist.
func (t FactType) ReviewDays() int {
	switch t {
	case Phone, Hours:
		return 30
	case URL, Place, Code:
		return 60
	case Statute, Period, Rate:
		return 90
	}
	return 0
}

// ReviewDue is the day on which the fact must be compared with its sources again: the day it
// was checked plus its own review interval, or that of its type. ok is false when the fact
// has no valid day of checking or no interval.
func (f Fact) ReviewDue() (due Date, ok bool) {
	days := f.interval()
	start, ok := f.Checked.Start()
	if !ok || days <= 0 {
		return "", false
	}
	return DateOf(start.AddDate(0, 0, days)), true
}

// interval is the review interval of a fact in days.
func (f Fact) interval() int {
	if f.ReviewDays > 0 {
		return f.ReviewDays
	}
	return f.Type.ReviewDays()
}
