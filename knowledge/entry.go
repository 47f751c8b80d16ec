package knowledge

// ID names an entry. It is also the label the bot routes to, the id behind a tappable
// option and the stem of the entry's file name: lower-case letters, digits and hyphens.
type ID string

// Kind says what an entry is, and with that which fields it may have and must have.
type Kind string

const (
	Situation Kind = "situation" // something is happening to the user
	Channel   Kind = "channel"   // an office, hotline or portal
	Right     Kind = "right"     // what collectors may and may not do
	Evidence  Kind = "evidence"  // something to keep, and how
	Topic     Kind = "topic"     // a question that is no situation ("rights", "channels")
	Lender    Kind = "lender"    // a type of lender: it decides the supervisor
	Rule      Kind = "rule"      // a statute, regulator's rule, standard: a holder of facts
	Control   Kind = "control"   // what the user says to the bot itself ("back", "help")
	Message   Kind = "message"   // a sentence of the bot under a required id
)

// Entry is one unit of knowledge: one YAML file, its languages side by side.
// Which fields a kind needs is decided in one table, in check.go.
type Entry struct {
	ID   ID   `yaml:"id"`
	Kind Kind `yaml:"kind"`

	// Order is the place among entries of the same kind in menus, small first. 0: not in menus.
	Order int `yaml:"order,omitempty"`

	// Danger says how dangerous a situation is beside others, 0 to 9: where a message speaks of
	// two, the more dangerous leads and the other is offered next.
	Danger int `yaml:"danger,omitempty"`

	// Name is the label on an option and in lists.
	Name Text `yaml:"name,omitempty"`
	// Short is the entry in one sentence, as it stands in a list of several.
	Short Text `yaml:"short,omitempty"`
	// Text is the answer. It may reference facts as {entry.fact} or, of its own, {.fact}.
	Text Text `yaml:"text,omitempty"`
	// Other is a situation's answer for a relative, friend or colleague who is called.
	Other Text `yaml:"other,omitempty"`
	// Call is what a person is asked on the phone, and what to have ready (channels).
	Call Text `yaml:"call,omitempty"`

	// Local marks a channel that every province has an office of. Near is then the line that
	// names the office: see Words.Near.
	Local bool `yaml:"local,omitempty"`
	Near  Text `yaml:"near,omitempty"`

	// Say is one Chinese sentence to show or read out, for people who do not speak Chinese:
	// in a channel the opening, in a situation what happened, in a lender type who lent, in
	// the control "card" the closing.
	Say *Say `yaml:"say,omitempty"`

	// Rights, Evidence and Channels say what a situation (or a lender type) leads to, in
	// order. In a situation's channels the word "supervisor" stands for the channels of
	// the user's lender type.
	Rights   []ID `yaml:"rights,omitempty,flow"`
	Evidence []ID `yaml:"evidence,omitempty,flow"`
	Channels []ID `yaml:"channels,omitempty,flow"`
	// Drops are channels that make no sense with this lender type.
	Drops []ID `yaml:"drops,omitempty,flow"`

	// Parent is the channel to turn to when this one has not been checked for too long.
	Parent ID `yaml:"parent,omitempty"`

	// Phrases are what users type, by language. A phrase is found anywhere in a message
	// (in English and Spanish at word boundaries); one that starts with "=" only when it is the whole message.
	Phrases Phrases `yaml:"phrases,omitempty"`

	// Examples are messages that lead here, as users type them. The router learns from them:
	// unlike a phrase, an example need not be found again word for word.
	Examples Examples `yaml:"examples,omitempty"`

	// As is the label under which a control is reported when it is a part of another one:
	// "lang-en" is the control "language".
	As ID `yaml:"as,omitempty"`

	// Level is the force of a rule. Only rules have one, and their statute facts carry it.
	Level Level `yaml:"level,omitempty"`

	// Facts are what can change in the world: numbers, hours, addresses, periods, statutes, rates.
	Facts map[string]Fact `yaml:"facts,omitempty"`

	// MadeFrom says which Chinese texts the translations were made from: see Entry.Stamp.
	MadeFrom Stamps `yaml:"made_from,omitempty"`

	// Sources are ids in sources.yaml on which the sentences of this entry rest.
	Sources []string `yaml:"sources,omitempty,flow"`
	// Checked is the day on which a person last compared the entry with its sources.
	Checked Date `yaml:"checked,omitempty"`
	// Confidence says how far the sources carry.
	Confidence Confidence `yaml:"confidence,omitempty"`
}

// Say is a Chinese sentence with its pronunciation and its meaning.
type Say struct {
	Zh     string `yaml:"zh"`
	Pinyin string `yaml:"pinyin"`
	En     string `yaml:"en"`
	Es     string `yaml:"es"`
	// Alone keeps a card to this one sentence: in an emergency nothing else is said.
	Alone bool `yaml:"alone,omitempty"`
}

// Phrases are the phrases of an entry by language.
type Phrases struct {
	Zh []string `yaml:"zh,omitempty,flow"`
	En []string `yaml:"en,omitempty,flow"`
	Es []string `yaml:"es,omitempty,flow"`
}

// Examples are messages by language, one a line; Traditional Chinese stands with Chinese.
type Examples struct {
	Zh string `yaml:"zh,omitempty"`
	En string `yaml:"en,omitempty"`
	Es string `yaml:"es,omitempty"`
}

// Level is the force of a rule: it is never named as more than it is.
type Level string

const (
	Law            Level = "law"            // statute of the National People's Congress
	Regulation     Level = "regulation"     // administrative regulation of the State Council
	Interpretation Level = "interpretation" // judicial interpretation of the Supreme People's Court
	Judicial       Level = "judicial"       // other document of the Supreme People's Court: guides judges, no interpretation
	Joint          Level = "joint"          // regulation of the Party's Central Committee and the State Council together
	Regulator      Level = "regulator"      // departmental rule or regulatory document
	Standard       Level = "standard"       // recommended national standard (GB/T): no law
	Association    Level = "association"    // rule of an industry association: binds its members
)

// FactType says what a fact is; the review interval hangs on it.
type FactType string

const (
	Phone   FactType = "phone"   // a number to dial
	URL     FactType = "url"     // a web address (http or https)
	Hours   FactType = "hours"   // when an office answers
	Period  FactType = "period"  // a time limit
	Statute FactType = "statute" // a citation: rendered with the level of its rule
	Rate    FactType = "rate"    // a rate or amount that is set anew from time to time
	Place   FactType = "place"   // a menu, account or mini program to look for inside an app
	Code    FactType = "code"    // a text to send to a number
)

// Fact is one thing that can change in the world. It stands once; texts reference it.
type Fact struct {
	Type FactType `yaml:"type"`
	// Value is the value in every language; Values the value by language. Exactly one of the two.
	Value  string `yaml:"value,omitempty"`
	Values Text   `yaml:"values,omitempty"`
	// From and Until bound the days (Beijing time, both inclusive) on which the fact holds,
	// whatever its value: Until is the last day of the last of its later values.
	From  Date `yaml:"from,omitempty"`
	Until Date `yaml:"until,omitempty"`

	// Open is when an office of type hours answers, as far as it is known; Beijing time.
	Open *Open `yaml:"open,omitempty"`

	Sources    []string   `yaml:"sources,omitempty,flow"`
	Checked    Date       `yaml:"checked,omitempty"`
	Confidence Confidence `yaml:"confidence,omitempty"`
	// ReviewDays overrides the review interval of the type.
	ReviewDays int `yaml:"review_days,omitempty"`

	// Later are the values that come after this one, in the order of their days: see At.
	Later []Later `yaml:"later,omitempty"`
}

// Later is the value that a fact takes on a day. It says everything anew that a value says:
// nothing is taken over from the one before but the type, Until and ReviewDays.
type Later struct {
	// From is the day from whose first moment, in Beijing, the value holds.
	From Date `yaml:"from"`

	Value  string `yaml:"value,omitempty"`
	Values Text   `yaml:"values,omitempty"`
	Open   *Open  `yaml:"open,omitempty"`

	Sources    []string   `yaml:"sources,omitempty,flow"`
	Checked    Date       `yaml:"checked,omitempty"`
	Confidence Confidence `yaml:"confidence,omitempty"`
}

// Open are the hours of an office.
type Open struct {
	// Days is "workdays" (without public holidays, with make-up workdays) or "daily".
	Days string `yaml:"days"`
	From string `yaml:"from"` // 09:00
	To   string `yaml:"to"`   // 17:00
}

// Confidence says how far the sources of a fact carry.
type Confidence string

const (
	High   Confidence = "high"   // law text or official page read
	Medium Confidence = "medium" // reputable press, or consistent secondary pages
	Low    Confidence = "low"    // weak or old pages only: the text must say "please check"
)

// Source is where a fact comes from.
type Source struct {
	// Tier is A (law text or official page), B (reputable press or law firm) or C (weak; never the only basis of advice).
	Tier  string   `yaml:"tier"`
	Title string   `yaml:"title"`
	URLs  []string `yaml:"urls,omitempty"`
}
