package knowledge

import "time"

// Date is a day in Beijing time, written 2006-01-02. Empty means not given.
type Date string

// Beijing is the time zone of every date and hour in a base. China has one zone and no
// summer time, so a fixed offset needs no time-zone files on the machine.
var Beijing = time.FixedZone("CST", 8*60*60)

// Start is the first instant of the day; ok is false when d is empty or no date.
func (d Date) Start() (t time.Time, ok bool) {
	if d == "" {
		return t, false // without the cost of an error that nobody reads: most facts have no last day
	}
	t, err := time.ParseInLocation(time.DateOnly, string(d), Beijing)
	return t, err == nil
}

// DateOf is the day in Beijing at t.
func DateOf(t time.Time) Date { return Date(t.In(Beijing).Format(time.DateOnly)) }
